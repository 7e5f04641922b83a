// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/CFunction.h"

#include "compiler/Program/Encoding.h"
#include "compiler/Program/RegisterCode.h"
#include "compiler/Schedule/Sizes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <map>
#include <set>

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Codes that functions return: those of iree_status_code_t.
constexpr uint32_t kInvalidArgument = 3, kResourceExhausted = 8, kOutOfRange = 11, kInternal = 13;

/// Where an instruction's text names operands, and what C has for it.
struct Expression {
  Opcode opcode;
  const char *text;
};
constexpr Expression kExpressions[] = {
#define IREE_C_EXPRESSION(NAME, text) {Opcode::NAME, text},
#include "compiler/Emit/CExpressions.def"
};

/// Words behind the first.
enum class Rest { NONE, WORD, WORDS, REGISTER, BLOCK, BLOCKS, OWN };

struct Format {
  const char *mnemonic;
  Rest rest;
};

const Format *formatOf(Opcode opcode) {
  static const std::map<Opcode, Format> formats = {
#define IREE_BYTECODE_OP(NAME, value, mnemonic, A, B, C, X) {Opcode::NAME, {mnemonic, Rest::X}},
#include "schemas/bytecode.def"
  };
  auto found = formats.find(opcode);
  return found == formats.end() ? nullptr : &found->second;
}

std::string number(uint64_t value) { return std::to_string(value) + "u"; }

/// The place of an element in memory: its bytes, how it becomes a register's
/// value ($x is its address), and how a value is stored there ($v).
struct Access {
  uint32_t bytes;
  const char *load, *store;
};
/// By the opcode's distance from LOAD_I1 and STORE_I1.
constexpr Access kAccesses[] = {
    {1, "*($x) != 0", "*($x) = $v != 0"},
    {1, "(uint32_t)(int32_t)(int8_t)*($x)", "*($x) = (uint8_t)$v"},
    {1, "*($x)", ""},
    {2, "(uint32_t)(int32_t)(int16_t)load_16($x)", "store_16($x, $v)"},
    {2, "load_16($x)", ""},
    {4, "load_32($x)", "store_32($x, $v)"},
    {8, "load_64($x)", "store_64($x, $v)"},
    {2, "float_of_half(load_16($x))", "store_16($x, half_bits($v))"},
    {2, "float_of(load_16($x) << 16)", "store_16($x, brain_bits($v))"},
    {4, "float_of(load_32($x))", "store_32($x, bits_of_float($v))"},
    {8, "double_of(load_64($x))", "store_64($x, bits_of_double($v))"},
};

/// Integers that both operands of an instruction give if they are the same
/// register: compilers warn of such comparisons.
std::optional<const char *> onEqualOperands(Opcode opcode) {
  switch (opcode) {
  case Opcode::EQ_I32:
  case Opcode::LES_I32:
  case Opcode::LEU_I32:
  case Opcode::EQ_I64:
  case Opcode::LES_I64:
  case Opcode::LEU_I64:
    return "1";
  case Opcode::NE_I32:
  case Opcode::LTS_I32:
  case Opcode::LTU_I32:
  case Opcode::NE_I64:
  case Opcode::LTS_I64:
  case Opcode::LTU_I64:
    return "0";
  case Opcode::MINS_I32:
  case Opcode::MAXS_I32:
  case Opcode::MINU_I32:
  case Opcode::MAXU_I32:
  case Opcode::MINS_I64:
  case Opcode::MAXS_I64:
  case Opcode::MINU_I64:
  case Opcode::MAXU_I64:
    return "$b";
  default:
    return std::nullopt;
  }
}

/// One entry function's bytecode as statements.
class FunctionWriter {
public:
  FunctionWriter(program::FuncOp func, const CModule &module, const CSignature &signature)
      : func(func), module(module), signature(signature) {
    auto attribute = [&](StringRef name) {
      return static_cast<size_t>(func->getAttrOfType<IntegerAttr>(name).getInt());
    };
    words = module.words.slice(attribute(kFirstWordAttrName), attribute(kWordCountAttrName));
    if (auto types = func->getAttrOfType<DenseI32ArrayAttr>(kRegisterTypesAttrName))
      registerTypes = types.asArrayRef();
    if (auto list = func->getAttrOfType<DenseI32ArrayAttr>(kBlocksAttrName))
      blocks = list.asArrayRef();
    arenaBytes = static_cast<uint64_t>(func.getArenaBytes());
  }

  FailureOr<std::string> write() {
    std::map<size_t, std::string> statements; // by their first word
    while (position < words.size()) {
      size_t first = position;
      text.clear();
      if (failed(writeInstruction()))
        return failure();
      statements[first] = text;
    }
    std::string result = prologue();
    for (const auto &[first, statement] : statements) {
      for (auto [ordinal, start] : llvm::enumerate(blocks))
        if (static_cast<size_t>(start) == first && targets.count(static_cast<uint32_t>(ordinal)))
          result += "block_" + std::to_string(ordinal) + ":\n";
      result += statement;
    }
    return result + "}\n";
  }

private:
  //===- Operands ------------------------------------------------------------===//

  uint32_t next() { return static_cast<uint32_t>(words[position++]); }

  std::string reg(uint32_t ordinal, bool isRead = true) {
    (isRead ? readRegisters : writtenRegisters).insert(ordinal);
    return "r" + std::to_string(ordinal);
  }

  std::string label(uint32_t block) {
    targets.insert(block);
    return "block_" + std::to_string(block);
  }

  const CValue *argument(uint32_t base) const {
    base -= kBaseArguments;
    return base < signature.arguments.size() ? &signature.arguments[base] : nullptr;
  }
  size_t resultOrdinal(uint32_t base) const {
    return base - kBaseArguments - signature.arguments.size();
  }

  /// A pointer to a base's bytes.
  std::string baseAddress(uint32_t base) {
    usedBases.insert(base);
    if (base == kBaseArena)
      return "memory";
    if (base == kBaseConstants)
      return "constants";
    if (base == kBaseState)
      return "(uint8_t *)state";
    if (const CValue *value = argument(base))
      return "(const uint8_t *)" + value->name;
    return "base" + std::to_string(base);
  }

  std::string baseLength(uint32_t base) {
    if (base == kBaseArena)
      return signature.hasArenaBytes ? "memory_bytes" : number(arenaBytes);
    if (base == kBaseConstants)
      return number(module.constantBytes);
    if (base == kBaseState)
      return number(module.stateBytes);
    const CValue *value = argument(base);
    if (!value)
      value = &signature.results[resultOrdinal(base)];
    return value->isDynamic() ? "length" + std::to_string(base) : number(value->bytes);
  }

  static std::string sum(const std::string &address, const std::string &offset) {
    return offset == "0u" ? address : address + " + " + offset;
  }

  /// A place in memory.
  struct Place {
    std::string address, length;
    bool isComputed = false, isWritten = false;
    uint32_t base = 0;
  };

  /// Reads a place; what is computed is checked first.
  Place place(uint32_t alignment) {
    uint32_t word = next(), offset = next(), length = next();
    Place result;
    result.isWritten = word & kPlaceWritten;
    result.isComputed = word & kPlaceComputed;
    result.base = word & ~(kPlaceWritten | kPlaceComputed);
    std::string address = baseAddress(result.base);
    if (!result.isComputed) {
      result.address = sum(address, number(offset));
      result.length = number(length);
      return result;
    }
    // The caller's memory is aligned to its elements, whatever the offset.
    checkRange(reg(offset), reg(length), result.base >= kBaseArguments ? 1 : alignment,
               result.base);
    result.address = sum(address, reg(offset));
    result.length = reg(length);
    return result;
  }

  void checkRange(const std::string &offset, const std::string &length, uint32_t alignment,
                  uint32_t base) {
    line(llvm::formatv("if (!lies_within({0}, {1}, {2}, {3}))", offset, length, alignment,
                       baseLength(base)));
    line(llvm::formatv("  return {0};", kOutOfRange));
  }

  //===- Statements ----------------------------------------------------------===//

  void line(const llvm::Twine &statement) { text += ("  " + indent + statement + "\n").str(); }
  void open() {
    line("{");
    indent = "  ";
  }
  void close() {
    indent = "";
    line("}");
  }

  LogicalResult writeInstruction() {
    uint32_t head = next();
    auto opcode = static_cast<Opcode>(head & 0xFF);
    uint32_t a = head >> 8 & 0xFF, b = head >> 16 & 0xFF, c = head >> 24;
    switch (opcode) {
    case Opcode::RETURN:
      line("return 0;");
      return success();
    case Opcode::DISPATCH:
      writeDispatch(head);
      return success();
    case Opcode::COPY:
      writeCopy();
      return success();
    case Opcode::FILL:
      writeFill(a);
      return success();
    case Opcode::CHECK:
      return func.emitError() << "'@" << func.getSymName()
                              << "' has checks, which iree-check-module performs; C source cannot "
                                 "hold them";
    case Opcode::FAIL:
      line("return " + std::to_string(a) + "; /* " + message(b) + " */");
      return success();
    case Opcode::ASSERT:
      line("if (" + reg(a) + " == 0)");
      line("  return " + std::to_string(b) + "; /* " + message(c) + " */");
      return success();
    case Opcode::DIM:
      line(reg(a, false) + " = " + dimension(next(), b) + ";");
      return success();
    case Opcode::SIZE:
    case Opcode::BEHIND:
      open();
      line(llvm::formatv("const int error = checked_{0}({1}, {2}, &{3});",
                         opcode == Opcode::SIZE ? "size" : "behind", reg(b), reg(c),
                         reg(a, false)));
      line("if (error != 0)");
      line("  return error;");
      close();
      return success();
    case Opcode::RESERVE:
      line(llvm::formatv("if ({0} > INT32_MAX)", reg(a)));
      line(llvm::formatv("  return {0};", kInvalidArgument));
      line(llvm::formatv("if ({0} > memory_bytes)", reg(a)));
      line(llvm::formatv("  return {0};", kResourceExhausted));
      return success();
    case Opcode::RESULT:
      writeResult(a);
      return success();
    case Opcode::BR:
      line("goto " + label(next()) + ";");
      return success();
    case Opcode::COND_BR: {
      uint32_t both = next();
      line("if (" + reg(a) + " != 0)");
      line("  goto " + label(both & 0xFFFF) + ";");
      line("goto " + label(both >> 16) + ";");
      return success();
    }
    case Opcode::NEXT:
      line(reg(a, false) + " += " + reg(c) + ";");
      line("if ((int32_t)" + reg(a) + " < (int32_t)" + reg(b) + ")");
      line("  goto " + label(next()) + ";");
      return success();
    case Opcode::CONST_I32:
      line(reg(a, false) + " = " + number(next()) + ";");
      return success();
    case Opcode::CONST_F32:
      line(reg(a, false) + llvm::formatv(" = float_of({0:x8}u);", next()).str());
      return success();
    case Opcode::CONST_I64:
    case Opcode::CONST_F64: {
      uint64_t low = next(), value = low | static_cast<uint64_t>(next()) << 32;
      bool isInteger = opcode == Opcode::CONST_I64;
      line(reg(a, false) + (isInteger ? " = " : " = double_of(") +
           llvm::formatv("UINT64_C({0:x16})", value).str() + (isInteger ? ";" : ");"));
      return success();
    }
    default:
      break;
    }
    if (opcode >= Opcode::LOAD_I1 && opcode <= Opcode::STORE_F64)
      writeAccess(opcode, a, b, c);
    else
      return writeExpression(opcode, a, b, c);
    return success();
  }

  std::string message(uint32_t count) {
    std::string bytes;
    for (uint32_t i = 0; i < count; ++i) {
      uint32_t letters = next();
      for (unsigned shift = 0; shift < 32; shift += 8)
        if (char c = static_cast<char>(letters >> shift & 0xFF))
          bytes += c;
    }
    return cCommentText(bytes);
  }

  void writeDispatch(uint32_t head) {
    uint32_t bindingCount = head >> 8 & 0xFF, constantCount = head >> 16 & 0xFF;
    bool inRegisters = head >> 24 & kDispatchComputed;
    uint32_t kernel = next();
    std::string range = inRegisters ? reg(next()) : number(next());
    open();
    std::string bindings, sizes;
    for (uint32_t i = 0; i < bindingCount; ++i) {
      Place each = place(kArenaAlignment);
      // Kernels take all bindings as pointers to what they may write.
      bool isConst = each.base == kBaseConstants || argument(each.base);
      bindings += (i ? ",\n                              " : "") +
                  (isConst ? "(void *)(uintptr_t)(" + each.address + ")" : each.address);
    }
    for (uint32_t i = 0; i < constantCount; ++i)
      sizes += (i ? ", " : "") + (inRegisters ? reg(next()) : number(next()));
    if (bindingCount)
      line("void *const bindings[] = {" + bindings + "};");
    if (constantCount)
      line("const uint32_t sizes[] = {" + sizes + "};");
    line("/* " + module.kernelComments[kernel] + " */");
    line(llvm::formatv("if ({0}({1}, {2}, 0, {3}) != 0)", module.names.kernels[kernel],
                       bindingCount ? "bindings" : "NULL", constantCount ? "sizes" : "NULL",
                       range));
    line(llvm::formatv("  return {0};", kInternal));
    close();
  }

  void writeCopy() {
    Place target = place(1), source = place(1);
    if (target.length != source.length && (target.isComputed || source.isComputed)) {
      line(llvm::formatv("if ({0} != {1})", target.length, source.length));
      line(llvm::formatv("  return {0};", kInvalidArgument));
    }
    line(
        llvm::formatv("copy_bytes({0}, {1}, {2});", target.address, source.address, target.length));
  }

  void writeFill(uint32_t patternBytes) {
    Place target = place(1);
    uint64_t low = next(), pattern = low | static_cast<uint64_t>(next()) << 32;
    if (target.isComputed && patternBytes > 1) {
      line(llvm::formatv("if (({0} & {1}) != 0)", target.length, patternBytes - 1));
      line(llvm::formatv("  return {0};", kInvalidArgument));
    }
    line(llvm::formatv("fill_bytes({0}, {1}, UINT64_C({2:x16}), {3});", target.address,
                       target.length, pattern, patternBytes));
  }

  std::string dimension(uint32_t ordinal, uint32_t index) {
    const CValue &value = signature.arguments[ordinal];
    int64_t extent = cast<ShapedType>(value.type).getDimSize(index);
    if (!ShapedType::isDynamic(extent))
      return number(static_cast<uint64_t>(extent));
    auto shape = cast<ShapedType>(value.type).getShape().take_front(index);
    return "(uint32_t)" +
           value.sizes[static_cast<size_t>(llvm::count_if(shape, ShapedType::isDynamic))];
  }

  /// The shape is known to the caller even if the buffer is too small for it.
  void writeResult(uint32_t rank) {
    uint32_t ordinal = next();
    next(); // its offset in the arena, where no result of dynamic shape lies here
    const CValue &value = signature.results[ordinal];
    auto shape = cast<ShapedType>(value.type).getShape();
    for (uint32_t i = 0; i < rank; ++i) {
      std::string size = reg(next());
      if (!ShapedType::isDynamic(shape[i])) {
        line(llvm::formatv("if ({0} != {1})", size, number(static_cast<uint64_t>(shape[i]))));
        line(llvm::formatv("  return {0};", kInvalidArgument));
      }
      if (value.isDynamic())
        line(llvm::formatv("{0}[{1}] = (int32_t){2};", value.shape, i, size));
    }
    if (!value.isDynamic())
      return;
    size_t base = kBaseArguments + signature.arguments.size() + ordinal;
    std::string length = "length" + std::to_string(base);
    uint64_t bytes = elementBytes(getElementTypeOrSelf(value.type));
    line(llvm::formatv("if (!dense_bytes({0}, {1}, {2}, &{3}))", value.shape, rank, bytes, length));
    line(llvm::formatv("  return {0};", kResourceExhausted));
    line(llvm::formatv("if ({0} / {1} > {2})", length, bytes, value.capacity));
    line(llvm::formatv("  return {0};", kInvalidArgument));
  }

  void writeAccess(Opcode opcode, uint32_t a, uint32_t base, uint32_t index) {
    bool isLoad = opcode < Opcode::STORE_I1;
    auto type = static_cast<uint32_t>(opcode) -
                static_cast<uint32_t>(isLoad ? Opcode::LOAD_I1 : Opcode::STORE_I1);
    const Access &access = kAccesses[type];
    uint32_t start = next();
    std::string offset = reg(index) + (access.bytes == 1 ? "" : " * " + number(access.bytes));
    open();
    line("const uint32_t at = " + (start ? number(start) + " + " : "") + offset + ";");
    checkRange("at", number(access.bytes), access.bytes, base);
    std::string address = baseAddress(base) + " + at";
    std::string statement = isLoad ? reg(a, false) + " = " + access.load : access.store;
    replace(statement, "$x", address);
    if (!isLoad)
      replace(statement, "$v", reg(a));
    line(statement + ";");
    close();
  }

  LogicalResult writeExpression(Opcode opcode, uint32_t a, uint32_t b, uint32_t c) {
    const Format *format = formatOf(opcode);
    const auto *found =
        llvm::find_if(kExpressions, [&](const Expression &each) { return each.opcode == opcode; });
    if (!format || found == std::end(kExpressions))
      return func.emitError() << "'@" << func.getSymName() << "' has an instruction '"
                              << (format ? format->mnemonic : "unknown")
                              << "', which C source cannot hold: kernels alone have it";
    std::string expression = found->text;
    if (auto same = onEqualOperands(opcode); same && b == c)
      expression = *same;
    uint32_t extra = format->rest == Rest::NONE ? 0 : next();
    if (opcode == Opcode::MOV && a == b)
      return success();
    for (auto [key, ordinal] : {std::pair("$b", b), {"$c", c}, {"$d", extra}})
      if (StringRef(expression).contains(key))
        replace(expression, key, reg(ordinal));
    replace(expression, "$w", number(extra));
    line(reg(a, false) + " = " + expression + ";");
    return success();
  }

  static void replace(std::string &text, StringRef key, StringRef value) {
    for (size_t at = text.find(key); at != std::string::npos; at = text.find(key, at))
      text.replace(at, key.size(), value);
  }

  //===- The function's begin ------------------------------------------------===//

  std::string prologue() {
    text.clear();
    std::string head = signature.declaration(signature.name) + " {\n";
    declareLocals();
    line("(void)arena;");
    if (signature.hasState)
      line("(void)state;");
    for (auto [index, value] : llvm::enumerate(signature.arguments))
      if (!usedBases.count(static_cast<uint32_t>(kBaseArguments + index)))
        line("(void)" + value.name + ";");
    for (uint32_t each : writtenRegisters)
      if (!readRegisters.count(each))
        line("(void)r" + std::to_string(each) + ";");
    checkMemory();
    checkLengths();
    placeArguments();
    placeResults();
    return head + text;
  }

  void declareLocals() {
    if (usesArena())
      line("uint8_t *memory = (uint8_t *)arena;");
    if (signature.hasArenaBytes)
      line("uint32_t memory_bytes = arena_bytes > INT32_MAX ? INT32_MAX : (uint32_t)arena_bytes;");
    for (auto [index, value] : llvm::enumerate(signature.arguments)) {
      if (!value.isDynamic())
        continue;
      std::string shape;
      size_t parameter = 0;
      for (int64_t extent : cast<ShapedType>(value.type).getShape())
        shape +=
            (shape.empty() ? "" : ", ") +
            (ShapedType::isDynamic(extent) ? value.sizes[parameter++] : std::to_string(extent));
      std::string suffix = std::to_string(kBaseArguments + index);
      line("const int32_t shape" + suffix + "[] = {" + shape + "};");
      line("uint32_t length" + suffix + " = 0;");
    }
    for (auto [index, value] : llvm::enumerate(signature.results)) {
      std::string suffix = std::to_string(kBaseArguments + signature.arguments.size() + index);
      line("uint8_t *base" + suffix + " = (uint8_t *)" + value.name + ";");
      if (value.isDynamic())
        line("uint32_t length" + suffix + " = 0;");
    }
    static constexpr const char *kTypes[] = {"uint32_t", "uint64_t", "float", "double"};
    std::set<uint32_t> all(readRegisters);
    all.insert(writtenRegisters.begin(), writtenRegisters.end());
    for (uint32_t each : all)
      line(kTypes[registerTypes[each]] + (" r" + std::to_string(each)) + " = 0;");
  }

  bool usesArena() const { return arenaBytes != 0 || signature.hasArenaBytes; }

  void checkMemory() {
    auto refuse = [&](const llvm::Twine &condition, uint32_t status) {
      line("if (" + condition + ")");
      line("  return " + std::to_string(status) + ";");
    };
    if (signature.hasArenaBytes)
      line("(void)memory_bytes;");
    if (usesArena()) {
      text += "#ifdef " + module.names.macroPrefix + "_STATIC_ARENA_BYTES\n";
      line("if (memory == NULL) {");
      line("  memory = static_arena;");
      if (signature.hasArenaBytes)
        line("  memory_bytes = (uint32_t)sizeof(static_arena);");
      line("}");
      text += "#endif\n";
      refuse("memory == NULL || ((uintptr_t)memory & " + std::to_string(kArenaAlignment - 1) +
                 ") != 0",
             kInvalidArgument);
      if (signature.hasArenaBytes && arenaBytes != 0)
        refuse("memory_bytes < " + number(arenaBytes), kResourceExhausted);
    }
    if (usedBases.count(kBaseState))
      refuse("state == NULL || ((uintptr_t)state & " + std::to_string(kArenaAlignment - 1) +
                 ") != 0",
             kInvalidArgument);
  }

  void checkLengths() {
    for (auto [index, value] : llvm::enumerate(signature.arguments)) {
      if (!value.isDynamic())
        continue;
      std::string suffix = std::to_string(kBaseArguments + index);
      line(llvm::formatv("if (!dense_bytes(shape{0}, {1}, {2}, &length{0}))", suffix,
                         cast<ShapedType>(value.type).getRank(),
                         elementBytes(getElementTypeOrSelf(value.type))));
      line(llvm::formatv("  return {0};", kInvalidArgument));
    }
  }

  /// Arguments without a buffer lie in the arena, if they have places there.
  void placeArguments() {
    for (const CValue &value : signature.arguments) {
      if (value.offsetMacro.empty())
        continue;
      line("if (" + value.name + " == NULL)");
      line("  " + value.name + " = (const " + value.cType + " *)(const void *)(" +
           sum("memory", number(value.arenaOffset)) + ");");
    }
  }

  /// Results without a buffer lie in the arena.
  void placeResults() {
    for (auto [index, value] : llvm::enumerate(signature.results)) {
      std::string base =
          "base" + std::to_string(kBaseArguments + signature.arguments.size() + index);
      if (!value.isDynamic() && usesArena()) {
        line("if (" + base + " == NULL)");
        line("  " + base + " = " + sum("memory", number(value.arenaOffset)) + ";");
      } else {
        line("(void)" + base + ";");
      }
    }
  }

  program::FuncOp func;
  const CModule &module;
  const CSignature &signature;
  ArrayRef<int32_t> words, registerTypes, blocks;
  uint64_t arenaBytes = 0;
  size_t position = 0;
  std::string text, indent;
  std::set<uint32_t> readRegisters, writtenRegisters, usedBases, targets;
};

} // namespace

FailureOr<std::string> iree_compiler::functionForC(program::FuncOp func, const CModule &module,
                                                   const CSignature &signature) {
  return FunctionWriter(func, module, signature).write();
}
