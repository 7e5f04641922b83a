// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/CSource.h"

#include "compiler/Emit/CFunction.h"
#include "compiler/Emit/CHelpers.h"
#include "compiler/Emit/Output.h"
#include "compiler/Emit/Segments.h"
#include "compiler/Locations.h"
#include "compiler/Schedule/Sizes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// "1x8x8x1xi8 (scale 0.0627, zero point -128)", as the model has it.
std::string describe(const CValue &value, Attribute quantization) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (auto shaped = dyn_cast<ShapedType>(value.type))
    for (int64_t extent : shaped.getShape())
      stream << (ShapedType::isDynamic(extent) ? "?" : std::to_string(extent)) << "x";
  stream << getElementTypeOrSelf(value.type);
  if (auto known = dyn_cast_or_null<program::QuantizationAttr>(quantization)) {
    if (known.getAxis() < 0 && known.getScales().size() == 1 && known.getZeroPoints().size() == 1)
      stream << llvm::formatv(" (scale {0:e8}, zero point {1})", known.getScales()[0],
                              known.getZeroPoints()[0]);
    else
      stream << " (quantised along dimension " << known.getAxis() << ")";
  }
  return text;
}

/// Writes source and header from the same facts.
class SourceWriter {
public:
  SourceWriter(ModuleOp module, const CNames &names, const KernelLibrary &library,
               const Target &target, StringRef headerName)
      : module(module), library(library), target(target), headerName(headerName),
        state(stateLayout(module)), constants(constantSegment(module)) {
    shared.names = names;
    for (std::string &kernel : shared.names.kernels)
      kernel = publicKernelName(kernel, library.identity);
    shared.constantBytes = constants.size();
    shared.stateBytes = state.bytes;
    shared.words =
        module->getAttrOfType<DenseI32ArrayAttr>(program::kBytecodeAttrName).asArrayRef();
    auto kernels = module.lookupSymbol<ModuleOp>(program::kKernelsModuleName);
    for (StringRef kernel : kernelNames(module))
      shared.kernelComments.push_back(
          cCommentText(describeLocation(kernels.lookupSymbol(kernel)->getLoc())));
    CScope macros;
    for (StringRef end : kMacroEnds)
      macros.reserve((names.macroPrefix + end).str());
    for (StringRef taken : names.functions)
      macros.reserve(taken);
    for (StringRef taken : {names.reset, names.invoke})
      macros.reserve(taken);
    for (auto [func, name] : llvm::zip_equal(module.getOps<program::FuncOp>(), names.functions)) {
      signatures.push_back(signatureForC(func, shared, name, macros));
      arenaBytes = std::max(arenaBytes, static_cast<uint64_t>(func.getArenaBytes()));
      hasArena |= func.getArenaBytes() != 0 || signatures.back().hasArenaBytes;
      func.walk([&](program::DispatchOp op) {
        auto all = kernelNames(module);
        auto ordinal = llvm::find(all, op.getKernel().getLeafReference()) - all.begin();
        stackBytes = std::max(stackBytes, library.stackBytes[static_cast<size_t>(ordinal)]);
      });
    }
  }

  std::string header() {
    const std::string &macro = shared.names.macroPrefix;
    std::string guard = macro + "_H_";
    out.clear();
    print("/* Written by iree-compile for {0}", cCommentText(target.triple));
    if (!target.cpu.empty())
      print(", {0}", cCommentText(target.cpu));
    print(".\n\n   Functions return 0, or a status code: 3 an argument is not valid or its memory\n"
          "   unaligned, 8 the arena is too small, 11 an index out of range, 13 a kernel\n"
          "   failed; or the code of an assertion of the model. Memory of one call is not\n"
          "   shared with another that runs at the same time. */\n");
    print("#ifndef {0}\n#define {0}\n\n#include <stddef.h>\n#include <stdint.h>\n\n", guard);
    print("/* Bytes of the arena, which the functions below use while they run{0}. */\n",
          llvm::any_of(signatures, [](auto &each) { return each.hasArenaBytes; })
              ? "; more where\n   shapes say so"
              : "");
    print("#define {0}_ARENA_BYTES {1}\n", macro, arenaBytes);
    print("/* Bytes of the variables, which live from one call to the next. */\n");
    print("#define {0}_STATE_BYTES {1}\n", macro, state.bytes);
    print("/* Stack of the deepest kernel; the calling function's own comes on top. */\n");
    print("#define {0}_STACK_BYTES {1}\n", macro, stackBytes);
    print("/* Bytes of weights and of the kernels, in flash. */\n");
    print("#define {0}_CONSTANT_BYTES {1}\n", macro, constants.size());
    print("#define {0}_KERNEL_CODE_BYTES {1}\n\n", macro, loadedBytes(library.image));
    print("/* For arrays that are arena or state. */\n#ifndef {0}_ALIGNED\n"
          "#define {0}_ALIGNED __attribute__((aligned({1})))\n#endif\n\n"
          "#ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n",
          macro, kArenaAlignment);
    if (state.bytes)
      print("/* Gives the variables their initial values; before the first call. */\n"
            "void {0}(void *state);\n\n",
            shared.names.reset);
    for (auto [func, signature] : llvm::zip_equal(module.getOps<program::FuncOp>(), signatures))
      declare(func, signature);
    if (!shared.names.invoke.empty())
      print("static inline {0} {{\n  return {1}({2});\n}\n\n",
            signatures.front().declaration(shared.names.invoke), signatures.front().name,
            signatures.front().parameterNames());
    print("#ifdef __cplusplus\n}\n#endif\n\n#endif /* {0} */\n", guard);
    return out;
  }

  FailureOr<std::string> source() {
    std::string functions;
    for (auto [func, signature] : llvm::zip_equal(module.getOps<program::FuncOp>(), signatures)) {
      FailureOr<std::string> definition = functionForC(func, shared, signature);
      if (failed(definition))
        return failure();
      functions += "\n" + *definition;
    }
    if (state.bytes)
      functions += resetFunction();
    std::string helpers = cHelpersFor(functions);
    out.clear();
    print("/* Written by iree-compile; C99 and C++17. */\n#include \"{0}\"\n\n", headerName);
    if (StringRef(helpers).contains("KEEP_LOOP"))
      print("/* Keeps compilers from making a loop a call of memcpy or memset. */\n"
            "#if defined(__GNUC__)\n#define KEEP_LOOP __asm__ volatile(\"\" ::: \"memory\")\n"
            "#else\n#define KEEP_LOOP\n#endif\n\n");
    declareKernels();
    printArena();
    printBytes("constants", constants);
    if (state.bytes && state.initializedBytes)
      printBytes("initial_state", stateValues(module, state));
    return out + helpers + functions;
  }

private:
  template <typename... Args> void print(const char *format, Args &&...args) {
    out += llvm::formatv(format, std::forward<Args>(args)...).str();
  }

  void declare(program::FuncOp func, const CSignature &signature) {
    print("/* '{0}'\n", cCommentText(func.getSymName()));
    auto quantizationOf = [](std::optional<ArrayAttr> list, size_t index) {
      return list ? (*list)[static_cast<unsigned>(index)] : Attribute();
    };
    for (auto [index, value] : llvm::enumerate(signature.arguments)) {
      print("   {0}: {1}", value.name,
            describe(value, quantizationOf(func.getArgumentQuantization(), index)));
      if (!value.offsetMacro.empty())
        print("; if null, in the arena at\n   {0}, which the call overwrites", value.offsetMacro);
      print("\n");
    }
    for (auto [index, value] : llvm::enumerate(signature.results)) {
      print("   {0}: {1}", value.name,
            describe(value, quantizationOf(func.getResultQuantization(), index)));
      if (value.isDynamic())
        print("; room for {0} elements", value.capacity);
      else if (func.getArenaBytes() != 0)
        print("; if null, in the arena at\n   {0}", value.offsetMacro);
      print("\n");
    }
    print("   */\n");
    for (const CValue &value : signature.arguments)
      if (!value.offsetMacro.empty())
        print("#define {0} {1}\n", value.offsetMacro, value.arenaOffset);
    for (const CValue &value : signature.results)
      if (!value.isDynamic() && func.getArenaBytes() != 0)
        print("#define {0} {1}\n", value.offsetMacro, value.arenaOffset);
    print("{0};\n\n", signature.declaration(signature.name));
  }

  void declareKernels() {
    if (shared.names.kernels.empty())
      return;
    print("/* The kernels, in the static library. */\n#ifdef __cplusplus\nextern \"C\" {{\n"
          "#endif\n");
    for (const std::string &kernel : shared.names.kernels)
      print("int32_t {0}(\n"
            "    void *const *bindings, const uint32_t *sizes, uint32_t begin, uint32_t end);\n",
            kernel);
    print("#ifdef __cplusplus\n}\n#endif\n");
  }

  void printArena() {
    if (!hasArena)
      return;
    print("\n/* Calls without an arena use this one. */\n#ifdef {0}_STATIC_ARENA_BYTES\n"
          "#if {0}_STATIC_ARENA_BYTES < {0}_ARENA_BYTES\n"
          "#error \"{0}_STATIC_ARENA_BYTES is less than {0}_ARENA_BYTES\"\n#endif\n"
          "static uint8_t static_arena[{0}_STATIC_ARENA_BYTES] {0}_ALIGNED;\n#endif\n",
          shared.names.macroPrefix);
  }

  void printBytes(StringRef name, StringRef bytes) {
    if (bytes.empty())
      return;
    print("\nstatic const uint8_t {0}[{1}] {2}_ALIGNED = {{", name, bytes.size(),
          shared.names.macroPrefix);
    constexpr size_t kBytesPerLine = 24;
    for (auto [index, byte] : llvm::enumerate(bytes)) {
      if (index % kBytesPerLine == 0)
        out += "\n    ";
      out += std::to_string(static_cast<uint8_t>(byte)) + ",";
    }
    out += "\n};\n";
  }

  std::string resetFunction() {
    std::string text = "\nvoid " + shared.names.reset + "(void *state) {\n";
    if (state.initializedBytes)
      text += llvm::formatv("  copy_bytes((uint8_t *)state, initial_state, {0}u);\n",
                            state.initializedBytes);
    if (state.bytes != state.initializedBytes)
      text += llvm::formatv("  fill_bytes((uint8_t *)state + {0}u, {1}u, 0, 1);\n",
                            state.initializedBytes, state.bytes - state.initializedBytes);
    return text + "}\n";
  }

  ModuleOp module;
  const KernelLibrary &library;
  const Target &target;
  std::string headerName;
  StateLayout state;
  std::string constants;
  CModule shared;
  std::vector<CSignature> signatures;
  uint64_t arenaBytes = 0;
  uint32_t stackBytes = 0;
  bool hasArena = false;
  std::string out;
};

} // namespace

static std::string headerPath(StringRef path) {
  llvm::SmallString<128> header(path);
  llvm::sys::path::replace_extension(header, ".h");
  return header.str().str();
}

LogicalResult iree_compiler::writeCSource(ModuleOp module, const CNames &names,
                                          const KernelLibrary &library, const Target &target,
                                          StringRef path) {
  std::string header = headerPath(path);
  SourceWriter writer(module, names, library, target, llvm::sys::path::filename(header));
  FailureOr<std::string> source = writer.source();
  if (failed(source))
    return failure();
  if (succeeded(writeFile(module, path, *source)) &&
      succeeded(writeFile(module, header, writer.header())))
    return success();
  removeCSource(path);
  return failure();
}

void iree_compiler::removeCSource(StringRef path) {
  for (const std::string &file : {path.str(), headerPath(path)})
    if (std::error_code error = llvm::sys::fs::remove(file))
      llvm::errs() << "cannot remove '" << file << "': " << error.message() << "\n";
}
