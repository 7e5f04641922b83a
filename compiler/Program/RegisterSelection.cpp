// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Program/RegisterSelection.h"

#include "compiler/Program/ScalarOperations.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/RegionGraphTraits.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/PostOrderIterator.h"

using namespace mlir;
using namespace iree_compiler;

std::optional<RegisterType> iree_compiler::registerType(Type type) {
  if (type.isIndex())
    return RegisterType::I32;
  if (type.isInteger() && type.getIntOrFloatBitWidth() <= 64)
    return type.getIntOrFloatBitWidth() <= 32 ? RegisterType::I32 : RegisterType::I64;
  if (type.isF32() || type.isF16() || type.isBF16())
    return RegisterType::F32;
  if (type.isF64())
    return RegisterType::F64;
  return std::nullopt;
}

std::optional<MemoryType> iree_compiler::memoryType(Type type) {
  if (type.isIndex())
    return MemoryType::I32;
  if (type.isF16())
    return MemoryType::F16;
  if (type.isBF16())
    return MemoryType::BF16;
  if (type.isF32())
    return MemoryType::F32;
  if (type.isF64())
    return MemoryType::F64;
  if (!type.isInteger())
    return std::nullopt;
  unsigned width = type.getIntOrFloatBitWidth();
  if (width == 1)
    return MemoryType::I1;
  switch ((width + 7) / 8) {
  case 1:
    return MemoryType::I8;
  case 2:
    return MemoryType::I16;
  case 4:
    return MemoryType::I32;
  case 8:
    return MemoryType::I64;
  default:
    return std::nullopt;
  }
}

bool iree_compiler::fillsMemory(Type type) {
  return !type.isInteger() || type.isInteger(1) || type.getIntOrFloatBitWidth() % 8 == 0;
}

uint32_t iree_compiler::memoryBytes(MemoryType type) {
  static constexpr uint32_t kBytes[] = {1, 1, 1, 2, 2, 4, 8, 2, 2, 4, 8};
  return kBytes[static_cast<size_t>(type)];
}

unsigned iree_compiler::integerWidth(Type type) {
  return type.isIndex() ? 32 : type.getIntOrFloatBitWidth();
}

void RegisterSelector::append(RegisterInstruction instruction) {
  block->instructions.push_back(std::move(instruction));
}

uint32_t RegisterSelector::constant(RegisterType type, uint64_t bits) {
  auto make = [&] {
    uint32_t number = function.newRegister(type);
    RegisterInstruction instruction;
    static constexpr Opcode kOpcodes[] = {Opcode::CONST_I32, Opcode::CONST_I64, Opcode::CONST_F32,
                                          Opcode::CONST_F64};
    instruction.words = {word(kOpcodes[static_cast<size_t>(type)]), static_cast<uint32_t>(bits)};
    if (type == RegisterType::I64 || type == RegisterType::F64)
      instruction.words.push_back(static_cast<uint32_t>(bits >> 32));
    instruction.operands = {{number, 0, 8, true}};
    (repeatConstants ? block->instructions : constants).push_back(instruction);
    return number;
  };
  if (repeatConstants)
    return make();
  auto [entry, isNew] = constantRegisters.try_emplace({static_cast<uint32_t>(type), bits}, 0u);
  if (isNew)
    entry->second = make();
  return entry->second;
}

uint32_t RegisterSelector::emit(Opcode opcode, RegisterType result, ArrayRef<uint32_t> sources,
                                std::optional<uint32_t> extraWord) {
  RegisterInstruction instruction;
  instruction.words = {word(opcode)};
  uint32_t number = function.newRegister(result);
  instruction.operands = {{number, 0, 8, true}};
  for (auto [index, source] : llvm::enumerate(sources))
    instruction.operands.push_back({source, static_cast<uint8_t>(index == 2 ? 1 : 0),
                                    static_cast<uint8_t>(index == 2 ? 0 : 16 + 8 * index), false});
  if (sources.size() == 3 || extraWord)
    instruction.words.push_back(extraWord.value_or(0));
  append(std::move(instruction));
  return number;
}

uint32_t RegisterSelector::registerOf(Value value) {
  auto found = registers.find(value);
  if (found != registers.end())
    return found->second;
  // What is no constant is an operation in a block that is not reachable.
  Attribute attribute;
  RegisterType type = *registerType(value.getType());
  if (!matchPattern(value, m_Constant(&attribute)) || !isa<IntegerAttr, FloatAttr>(attribute))
    return constant(type, 0);
  uint64_t bits = constantBits(attribute);
  return constant(type, type == RegisterType::I32 ? static_cast<uint32_t>(bits) : bits);
}

uint32_t RegisterSelector::define(Value value) {
  uint32_t number = function.newRegister(*registerType(value.getType()));
  registers[value] = number;
  return number;
}

LogicalResult RegisterSelector::selectMemory(program::PlaceAttr place, Value index, Value value,
                                             bool isStore) {
  std::optional<MemoryType> type = memoryType(value.getType());
  if (!type)
    return failure();
  auto [base, offset] = baseOf(place);
  Opcode first = isStore ? Opcode::STORE_I1 : Opcode::LOAD_I1;
  auto opcode = static_cast<Opcode>(static_cast<uint32_t>(first) + static_cast<uint32_t>(*type));
  RegisterInstruction instruction;
  instruction.words = {word(opcode, 0, base), offset};
  uint32_t element = index ? registerOf(index) : constant(RegisterType::I32, 0);
  // Integers that do not fill their bytes are stored with zeros above.
  bool fills = fillsMemory(value.getType());
  uint32_t number = isStore ? (fills ? registerOf(value) : unsignedValue(value))
                            : function.newRegister(*registerType(value.getType()));
  instruction.operands = {{number, 0, 8, !isStore}, {element, 0, 24, false}};
  append(std::move(instruction));
  if (!isStore)
    define(value, fills ? number : normalize(number, value.getType()));
  return success();
}

LogicalResult RegisterSelector::selectProgram(Operation &op) {
  if (auto load = dyn_cast<program::LoadOp>(op))
    return selectMemory(load.getPlace(), load.getIndex(), load.getResult(), false);
  if (auto store = dyn_cast<program::StoreOp>(op))
    return selectMemory(store.getPlace(), store.getIndex(), store.getValue(), true);
  if (auto range = dyn_cast<program::RangeOp>(op)) {
    uint32_t begin = define(range.getBegin()), end = define(range.getEnd());
    append({{word(Opcode::RANGE)}, {{begin, 0, 8, true}, {end, 0, 16, true}}});
    return success();
  }
  if (auto param = dyn_cast<program::ParamOp>(op)) {
    uint32_t number = define(param.getResult());
    append({{word(Opcode::PARAM, 0, param.getOrdinal())}, {{number, 0, 8, true}}});
    return success();
  }
  return hook(op, *this);
}

LogicalResult RegisterSelector::select(Operation &op) {
  for (Type type : llvm::concat<const Type>(op.getOperandTypes(), op.getResultTypes()))
    if (!registerType(type))
      return hook(op, *this);
  if (op.hasTrait<OpTrait::IsTerminator>())
    return selectTerminator(op);
  StringRef dialect = op.getName().getDialectNamespace();
  if (dialect == "arith" || dialect == "ub")
    return selectArith(op);
  if (dialect == "math")
    return selectMath(op);
  return selectProgram(op);
}

RegisterEdge RegisterSelector::edge(Block *target, ValueRange arguments) {
  RegisterEdge result{ordinals.lookup(target), {}};
  for (Value argument : arguments)
    result.arguments.push_back(registerOf(argument));
  return result;
}

LogicalResult RegisterSelector::selectNext(program::NextOp next) {
  Block *body = next.getBody();
  if (body->getNumArguments() == 0 || next.getVariable() != body->getArgument(0))
    return failure();
  uint32_t variable = registerOf(next.getVariable());
  auto edgeTo = [&](Block *target, ValueRange arguments) {
    RegisterEdge result{ordinals.lookup(target), {}};
    for (Value argument : arguments) {
      uint32_t number = registerOf(argument);
      if (number == variable) { // its value before the addition
        number = function.newRegister(RegisterType::I32);
        append({{word(Opcode::MOV)}, {{number, 0, 8, true}, {variable, 0, 16, false}}});
      }
      result.arguments.push_back(number);
    }
    return result;
  };
  RegisterEdge again = edgeTo(body, next.getBodyArguments());
  again.arguments.insert(again.arguments.begin(), variable);
  RegisterEdge exit = edgeTo(next.getExit(), next.getExitArguments());
  block->kind = BlockEnd::Next;
  block->end = {variable, registerOf(next.getBound()), registerOf(next.getStep())};
  block->edges = {std::move(again), std::move(exit)};
  return success();
}

LogicalResult RegisterSelector::selectTerminator(Operation &op) {
  if (auto branch = dyn_cast<cf::BranchOp>(op)) {
    block->edges = {edge(branch.getDest(), branch.getDestOperands())};
    block->kind = BlockEnd::Branch;
  } else if (auto choice = dyn_cast<cf::CondBranchOp>(op)) {
    block->end = {registerOf(choice.getCondition())};
    block->edges = {edge(choice.getTrueDest(), choice.getTrueDestOperands()),
                    edge(choice.getFalseDest(), choice.getFalseDestOperands())};
    block->kind = BlockEnd::Conditional;
  } else if (auto next = dyn_cast<program::NextOp>(op)) {
    return selectNext(next);
  } else if (auto fail = dyn_cast<program::FailOp>(op)) {
    StringRef text = fail.getMessage().take_front(kMaxMessageBytes);
    RegisterInstruction instruction;
    auto wordCount = static_cast<uint32_t>((text.size() + 3) / 4);
    instruction.words = {word(Opcode::FAIL, fail.getCode(), wordCount)};
    instruction.words.resize(1 + wordCount);
    for (auto [index, letter] : llvm::enumerate(text))
      instruction.words[1 + index / 4] |= static_cast<uint32_t>(static_cast<uint8_t>(letter))
                                          << (8 * (index % 4));
    append(std::move(instruction));
  } else if (isa<func::ReturnOp, program::ReturnOp>(op) && op.getNumOperands() == 0) {
    append({{word(Opcode::RETURN)}, {}});
  } else {
    return hook(op, *this);
  }
  return success();
}

FailureOr<RegisterFunction> RegisterSelector::run() {
  for (auto [index, each] : llvm::enumerate(region))
    ordinals[&each] = static_cast<uint32_t>(index);
  function.blocks.resize(region.getBlocks().size());
  for (Block &each : region)
    for (BlockArgument argument : each.getArguments()) {
      if (!registerType(argument.getType()))
        return emitError(argument.getLoc())
               << "values of type " << argument.getType() << " have no register";
      function.blocks[ordinals[&each]].parameters.push_back(define(argument));
    }
  // A block whose values are used comes before its users in dominance order;
  // the order of blocks in the region need not be that.
  llvm::ReversePostOrderTraversal<Region *> order(&region);
  for (Block *each : order) {
    block = &function.blocks[ordinals[each]];
    for (Operation &op : *each)
      if (failed(select(op)))
        return op.emitError() << "'" << op.getName() << "' has no bytecode for these types";
  }
  auto &entry = function.blocks[0].instructions;
  entry.insert(entry.begin(), constants.begin(), constants.end());
  return std::move(function);
}

FailureOr<RegisterCode> iree_compiler::encodeRegisterCode(Region &region,
                                                          RegisterSelector::Hook hook,
                                                          RegisterSelector::BaseOf baseOf) {
  std::string error;
  for (bool repeatConstants : {false, true}) {
    FailureOr<RegisterFunction> function =
        RegisterSelector(region, hook, baseOf, repeatConstants).run();
    if (failed(function))
      return failure();
    RegisterCode code;
    error = assignRegisters(*function, code);
    if (!error.empty())
      continue;
    error = verifyRegisterCode(*function, code);
    if (!error.empty())
      return region.getParentOp()->emitError() << "internal: wrong register code: " << error;
    return code;
  }
  Operation *owner = region.getParentOp();
  InFlightDiagnostic diagnostic = owner->emitError();
  if (auto symbol = dyn_cast<SymbolOpInterface>(owner))
    diagnostic << "the bytecode of '" << symbol.getName() << "' ";
  return diagnostic << error << "; compute less in one operation";
}
