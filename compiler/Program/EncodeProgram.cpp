// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Locations.h"
#include "compiler/Program/ArenaRanges.h"
#include "compiler/Program/Encoding.h"
#include "compiler/Program/Passes.h"
#include "compiler/Program/RegisterSelection.h"
#include "compiler/Schedule/Sizes.h"
#include "compiler/Target/Target.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace iree_compiler;

std::vector<uint64_t> iree_compiler::constantOffsets(ModuleOp module) {
  std::vector<uint64_t> offsets;
  uint64_t end = 0;
  for (auto constant : module.getOps<program::ConstantOp>()) {
    offsets.push_back(llvm::alignTo(end, kArenaAlignment));
    end = offsets.back() + denseBytes(constant.getValue().getType());
  }
  offsets.push_back(end);
  return offsets;
}

StateLayout iree_compiler::stateLayout(ModuleOp module) {
  StateLayout layout;
  for (auto variable : module.getOps<program::VariableOp>()) {
    layout.offsets.push_back(llvm::alignTo(layout.bytes, kArenaAlignment));
    layout.bytes = layout.offsets.back() + denseBytes(variable.getType());
    if (variable.getValue())
      layout.initializedBytes = layout.bytes;
  }
  layout.bytes = llvm::alignTo(layout.bytes, kArenaAlignment);
  return layout;
}

std::vector<uint32_t> iree_compiler::checkHeader(program::CheckOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  auto bits = [](APFloat value) {
    return static_cast<uint32_t>(value.bitcastToAPInt().getZExtValue());
  };
  uint32_t textWords = static_cast<uint32_t>(checkTrailer(op).size() - type.getRank());
  return {static_cast<uint32_t>(Opcode::CHECK) | static_cast<uint32_t>(op.getKind()) << 8 |
              static_cast<uint32_t>(type.getRank()) << 16 | textWords << 24,
          elementType(type), bits(op.getAtol()), bits(op.getRtol())};
}

std::vector<uint32_t> iree_compiler::checkTrailer(program::CheckOp op) {
  std::vector<uint32_t> words;
  for (int64_t size : cast<RankedTensorType>(op.getType()).getShape())
    words.push_back(static_cast<uint32_t>(size));
  constexpr size_t kMaxTextWords = 255;
  std::string text = describeLocation(op.getLoc()).substr(0, kMaxTextWords * 4);
  text.resize(llvm::alignTo(text.size(), 4));
  for (size_t i = 0; i < text.size(); i += 4)
    words.push_back(llvm::support::endian::read32le(text.data() + i));
  return words;
}

std::vector<StringRef> iree_compiler::kernelNames(ModuleOp module) {
  std::vector<StringRef> names;
  auto kernels = module.lookupSymbol<ModuleOp>(program::kKernelsModuleName);
  for (Operation &op : kernels.getOps())
    if (op.hasAttr(program::kKernelAttrName))
      names.push_back(SymbolTable::getSymbolName(&op).getValue());
  return names;
}

bool iree_compiler::isStraightLine(program::FuncOp func) {
  return func.getBody().hasOneBlock() && llvm::all_of(func.getBody().front(), [](Operation &op) {
           return op.getNumOperands() == 0 && op.getNumResults() == 0 && !isa<program::FailOp>(op);
         });
}

namespace {

/// Appends one function's instructions to the module's words.
class Encoder {
public:
  Encoder(ModuleOp module, std::vector<int32_t> &words)
      : module(module), words(words), offsets(constantOffsets(module)), state(stateLayout(module)),
        kernelModule(module.lookupSymbol<ModuleOp>(program::kKernelsModuleName)),
        alignment(Target::of(module).bufferAlignment()) {
    for (auto [ordinal, name] : llvm::enumerate(kernelNames(module)))
      kernelOrdinals[name] = static_cast<uint32_t>(ordinal);
  }

  LogicalResult encode(program::FuncOp func) {
    arguments = static_cast<uint32_t>(cast<FunctionType>(func.getFunctionType()).getNumInputs());
    arenaBytes = llvm::alignTo(static_cast<uint64_t>(func.getArenaBytes()), alignment);
    size_t first = words.size();
    if (!isStraightLine(func)) {
      if (failed(encodeRegisters(func)))
        return failure();
    } else {
      for (Operation &op : func.getBody().front())
        if (failed(encode(op)))
          return failure();
    }
    if (words.size() > INT32_MAX || arenaBytes > UINT32_MAX)
      return func.emitError() << "'@" << func.getSymName()
                              << "' is too large: a program has at most 2^31 words and an arena "
                                 "of at most 4 GiB";
    Builder builder(module.getContext());
    func.setArenaBytes(arenaBytes);
    func->setAttr(kFirstWordAttrName, builder.getI64IntegerAttr(int64_t(first)));
    func->setAttr(kWordCountAttrName, builder.getI64IntegerAttr(int64_t(words.size() - first)));
    return success();
  }

private:
  LogicalResult encode(Operation &op) {
    if (auto dispatch = dyn_cast<program::DispatchOp>(op))
      return encode(dispatch);
    if (auto copy = dyn_cast<program::CopyOp>(op)) {
      word(static_cast<uint32_t>(Opcode::COPY));
      place(copy.getTarget(), true);
      place(copy.getSource(), false);
      return success();
    }
    if (auto fill = dyn_cast<program::FillOp>(op)) {
      word(static_cast<uint32_t>(Opcode::FILL) | fill.getPatternBytes() << 8);
      place(fill.getTarget(), true);
      auto pattern = static_cast<uint64_t>(fill.getPattern());
      word(static_cast<uint32_t>(pattern));
      word(static_cast<uint32_t>(pattern >> 32));
      return success();
    }
    if (auto check = dyn_cast<program::CheckOp>(op)) {
      for (uint32_t value : checkHeader(check))
        word(value);
      place(check.getActual(), false);
      place(check.getExpected(), false);
      for (uint32_t value : checkTrailer(check))
        word(value);
      return success();
    }
    if (isa<program::ReturnOp>(op)) {
      word(static_cast<uint32_t>(Opcode::RETURN));
      return success();
    }
    return op.emitError() << "'" << op.getName() << "' has no bytecode";
  }

  LogicalResult encode(program::DispatchOp op) {
    StringRef name = op.getKernel().getLeafReference();
    Operation *kernel = kernelModule.lookupSymbol(name);
    if (!kernel || !kernel->hasAttr(program::kRangeAttrName))
      return op.emitError() << "kernel " << op.getKernel() << " has not passed the Kernel stage";
    auto range = kernel->getAttrOfType<IntegerAttr>(program::kRangeAttrName);
    auto scratch = kernel->getAttrOfType<IntegerAttr>(program::kScratchAttrName);
    uint64_t bindings = op.getReads().size() + op.getWrites().size() + (scratch ? 1 : 0);
    uint32_t flags = op->hasAttr(program::kIndependentAttrName) ? 1 : 0;
    word(static_cast<uint32_t>(Opcode::DISPATCH) | static_cast<uint32_t>(bindings) << 8 |
         flags << 24);
    word(kernelOrdinals.lookup(name));
    word(static_cast<uint32_t>(range.getInt()));
    for (auto read : op.getReads().getAsRange<program::PlaceAttr>())
      place(read, false);
    for (auto write : op.getWrites().getAsRange<program::PlaceAttr>())
      place(write, true);
    if (!scratch)
      return success();
    std::optional<ByteRange> bytes = scratchRange(op, kernel);
    if (!bytes)
      return op.emitError() << "has no place for its kernel's scratch: it has not passed "
                               "iree-fit-scratch";
    place(program::PlaceAttr::get(op.getContext(), program::Space::Arena, 0, bytes->begin,
                                  bytes->end - bytes->begin),
          true);
    return success();
  }

  //===- Code with registers -------------------------------------------------===//

  LogicalResult encodeRegisters(program::FuncOp func) {
    auto hook = [&](Operation &op, RegisterSelector &selector) { return select(op, selector); };
    auto baseOf = [&](program::PlaceAttr place) {
      auto [base, offset] = resolve(place);
      return std::pair(base, static_cast<uint32_t>(offset));
    };
    FailureOr<RegisterCode> code = encodeRegisterCode(func.getBody(), hook, baseOf);
    if (failed(code))
      return failure();
    words.insert(words.end(), code->words.begin(), code->words.end());
    SmallVector<int32_t> types;
    for (RegisterType type : code->registerTypes)
      types.push_back(static_cast<int32_t>(type));
    Builder builder(module.getContext());
    func->setAttr(kRegisterTypesAttrName, builder.getDenseI32ArrayAttr(types));
    func->setAttr(kBlocksAttrName, builder.getDenseI32ArrayAttr(SmallVector<int32_t>(
                                       code->blocks.begin(), code->blocks.end())));
    return success();
  }

  /// Adds a place to an instruction; `sizes` are what computed places take theirs from.
  void addPlace(RegisterInstruction &instruction, RegisterSelector &selector,
                program::PlaceAttr attribute, bool written, OperandRange &sizes) {
    auto [base, offset] = resolve(attribute);
    auto position = static_cast<uint8_t>(instruction.words.size());
    uint32_t flags = written ? kPlaceWritten : 0;
    if (!program::isComputed(attribute)) {
      instruction.words.append({base | flags, static_cast<uint32_t>(offset),
                                static_cast<uint32_t>(attribute.getLength())});
      return;
    }
    instruction.words.append({base | flags | kPlaceComputed, 0, 0});
    for (uint8_t i = 1; i <= 2; ++i)
      instruction.operands.push_back(
          {selector.registerOf(sizes[i - 1]), static_cast<uint8_t>(position + i), 0, false});
    sizes = sizes.drop_front(2);
  }

  LogicalResult select(Operation &op, RegisterSelector &selector) {
    if (auto dispatch = dyn_cast<program::DispatchOp>(op); dispatch && op.getNumOperands() != 0)
      return selectDispatch(dispatch, selector);
    RegisterInstruction code;
    if (isa<program::DispatchOp, program::CheckOp>(op)) {
      std::vector<int32_t> before = std::move(words);
      words.clear();
      LogicalResult result = encode(op);
      code.words.append(words.begin(), words.end());
      words = std::move(before);
      if (succeeded(result))
        selector.append(std::move(code));
      return result;
    }
    auto source = [&](Value value, uint8_t position, uint8_t shift) {
      code.operands.push_back({selector.registerOf(value), position, shift, false});
    };
    auto result = [&](Value value) {
      code.operands.push_back({selector.define(value), 0, 8, true});
    };
    if (auto copy = dyn_cast<program::CopyOp>(op)) {
      code.words = {iree_compiler::word(Opcode::COPY)};
      OperandRange sizes = copy.getSizes();
      addPlace(code, selector, copy.getTarget(), true, sizes);
      addPlace(code, selector, copy.getSource(), false, sizes);
    } else if (auto fill = dyn_cast<program::FillOp>(op)) {
      code.words = {iree_compiler::word(Opcode::FILL, fill.getPatternBytes())};
      OperandRange sizes(fill->operand_begin(), fill->operand_end());
      addPlace(code, selector, fill.getTarget(), true, sizes);
      auto pattern = static_cast<uint64_t>(fill.getPattern());
      code.words.append({static_cast<uint32_t>(pattern), static_cast<uint32_t>(pattern >> 32)});
    } else if (auto dim = dyn_cast<program::DimOp>(op)) {
      code.words = {iree_compiler::word(Opcode::DIM, 0, dim.getDimension()), dim.getArgument()};
      result(dim.getResult());
    } else if (auto size = dyn_cast<program::SizeOp>(op)) {
      code.words = {iree_compiler::word(Opcode::SIZE)};
      source(size.getA(), 0, 16);
      source(size.getB(), 0, 24);
      result(size.getResult());
    } else if (auto behind = dyn_cast<program::BehindOp>(op)) {
      code.words = {iree_compiler::word(Opcode::BEHIND)};
      source(behind.getOffset(), 0, 16);
      source(behind.getLength(), 0, 24);
      result(behind.getResult());
    } else if (isa<program::FixedOp>(op)) {
      code.words = {iree_compiler::word(Opcode::CONST_I32), static_cast<uint32_t>(arenaBytes)};
      result(op.getResult(0));
    } else if (auto reserve = dyn_cast<program::ReserveOp>(op)) {
      code.words = {iree_compiler::word(Opcode::RESERVE)};
      source(reserve.getBytes(), 0, 8);
    } else if (auto resultOp = dyn_cast<program::ResultOp>(op)) {
      code.words = {
          iree_compiler::word(Opcode::RESULT, static_cast<uint32_t>(resultOp.getShape().size())),
          resultOp.getOrdinal(), 0};
      source(resultOp.getOffset(), 2, 0);
      for (Value extent : resultOp.getShape()) {
        source(extent, static_cast<uint8_t>(code.words.size()), 0);
        code.words.push_back(0);
      }
    } else if (auto assertion = dyn_cast<program::AssertOp>(op)) {
      constexpr size_t kMaxTextBytes = 255 * 4;
      StringRef text = assertion.getMessage().take_front(kMaxTextBytes);
      constexpr uint32_t kInvalidArgument = 3;
      auto count = static_cast<uint32_t>((text.size() + 3) / 4);
      code.words = {iree_compiler::word(Opcode::ASSERT, 0, kInvalidArgument, count)};
      code.words.resize(1 + count);
      for (auto [index, letter] : llvm::enumerate(text))
        code.words[1 + index / 4] |= static_cast<uint32_t>(static_cast<uint8_t>(letter))
                                     << (8 * (index % 4));
      source(assertion.getCondition(), 0, 8);
    } else {
      return failure();
    }
    selector.append(std::move(code));
    return success();
  }

  /// How many units of work: of the kernel, or computed from a constant.
  uint32_t selectRange(program::DispatchOp op, Operation *kernel, RegisterSelector &selector) {
    auto rangeOf = kernel->getAttrOfType<DenseI64ArrayAttr>(program::kRangeOfAttrName);
    auto number = [&](int64_t value) {
      return selector.constant(RegisterType::I32, static_cast<uint64_t>(value));
    };
    if (!rangeOf)
      return number(kernel->getAttrOfType<IntegerAttr>(program::kRangeAttrName).getInt());
    uint32_t size = selector.registerOf(op.getConstants()[static_cast<size_t>(rangeOf[0])]);
    if (rangeOf[1] == 1)
      return size;
    uint32_t sum =
        selector.emit(Opcode::ADD_I32, RegisterType::I32, {size, number(rangeOf[1] - 1)});
    return selector.emit(Opcode::DIVU_I32, RegisterType::I32, {sum, number(rangeOf[1])});
  }

  LogicalResult selectDispatch(program::DispatchOp op, RegisterSelector &selector) {
    StringRef name = op.getKernel().getLeafReference();
    Operation *kernel = kernelModule.lookupSymbol(name);
    if (!kernel || !kernel->hasAttr(program::kRangeAttrName))
      return op.emitError() << "kernel " << op.getKernel() << " has not passed the Kernel stage";
    auto scratch = kernel->getAttrOfType<IntegerAttr>(program::kScratchAttrName);
    auto bindings =
        static_cast<uint32_t>(op.getReads().size() + op.getWrites().size() + (scratch ? 1 : 0));
    auto constants = static_cast<uint32_t>(op.getConstants().size());
    RegisterInstruction code;
    code.words = {iree_compiler::word(Opcode::DISPATCH, bindings, constants, kDispatchComputed),
                  kernelOrdinals.lookup(name), 0};
    code.operands.push_back({selectRange(op, kernel, selector), 2, 0, false});
    OperandRange sizes = op.getSizes();
    for (auto read : op.getReads().getAsRange<program::PlaceAttr>())
      addPlace(code, selector, read, false, sizes);
    for (auto write : op.getWrites().getAsRange<program::PlaceAttr>())
      addPlace(code, selector, write, true, sizes);
    std::optional<ByteRange> range = scratchRange(op, kernel);
    if (scratch && !range)
      return op.emitError() << "has no place for its kernel's scratch: it has not passed "
                               "iree-fit-scratch";
    if (range)
      code.words.append({kBaseArena | kPlaceWritten, static_cast<uint32_t>(range->begin),
                         static_cast<uint32_t>(range->end - range->begin)});
    for (Value constant : op.getConstants()) {
      code.operands.push_back(
          {selector.registerOf(constant), static_cast<uint8_t>(code.words.size()), 0, false});
      code.words.push_back(0);
    }
    if (code.words.size() > UINT8_MAX)
      return op.emitError() << "kernel " << op.getKernel() << " has too many operands for a "
                            << "function with dynamic shapes";
    selector.append(std::move(code));
    return success();
  }

  void word(uint32_t value) { words.push_back(static_cast<int32_t>(value)); }

  void place(program::PlaceAttr attribute, bool written) {
    auto [base, offset] = resolve(attribute);
    word(base | (written ? kPlaceWritten : 0));
    word(static_cast<uint32_t>(offset));
    word(static_cast<uint32_t>(attribute.getLength()));
  }

  /// Base and offset there.
  std::pair<uint32_t, uint64_t> resolve(program::PlaceAttr attribute) {
    uint32_t base = kBaseArena;
    uint64_t offset = attribute.getOffset();
    switch (attribute.getSpace()) {
    case program::Space::Arena:
      break;
    case program::Space::Constant:
      base = kBaseConstants;
      offset += offsets[attribute.getIndex()];
      break;
    case program::Space::Argument:
      base = kBaseArguments + attribute.getIndex();
      break;
    case program::Space::Result:
      base = kBaseArguments + arguments + attribute.getIndex();
      break;
    case program::Space::State:
      base = kBaseState;
      offset += state.offsets[attribute.getIndex()];
      break;
    case program::Space::Binding:
      llvm_unreachable("programs have no bindings");
    }
    return {base, offset};
  }

  ModuleOp module;
  std::vector<int32_t> &words;
  std::vector<uint64_t> offsets; ///< of constants
  StateLayout state;
  ModuleOp kernelModule;
  llvm::StringMap<uint32_t> kernelOrdinals;
  uint32_t arguments = 0;
  uint64_t alignment;
  uint64_t arenaBytes = 0; ///< of the current function
};

struct EncodeProgram : PassWrapper<EncodeProgram, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(EncodeProgram)
  StringRef getArgument() const override { return "iree-encode-program"; }
  StringRef getDescription() const override { return "Encode programs as bytecode"; }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (!module.lookupSymbol<ModuleOp>(program::kKernelsModuleName)) {
      module.emitError("has no module of kernels: it has not passed the Kernel stage");
      return signalPassFailure();
    }
    std::vector<int32_t> words;
    Encoder encoder(module, words);
    for (auto func : module.getOps<program::FuncOp>())
      if (failed(encoder.encode(func)))
        return signalPassFailure();
    if (constantOffsets(module).back() > UINT32_MAX) {
      module.emitError("the module's constants exceed 4 GiB");
      return signalPassFailure();
    }
    if (stateLayout(module).bytes > UINT32_MAX) {
      module.emitError("the module's variables exceed 4 GiB");
      return signalPassFailure();
    }
    module->setAttr(program::kBytecodeAttrName, DenseI32ArrayAttr::get(module.getContext(), words));
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createEncodeProgramPass() {
  return std::make_unique<EncodeProgram>();
}
