// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Locations.h"
#include "compiler/Program/Encoding.h"
#include "compiler/Program/Passes.h"
#include "compiler/Schedule/Sizes.h"

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

namespace {

/// Appends one function's instructions to the module's words.
class Encoder {
public:
  Encoder(ModuleOp module, std::vector<int32_t> &words)
      : module(module), words(words), offsets(constantOffsets(module)), state(stateLayout(module)),
        kernelModule(module.lookupSymbol<ModuleOp>(program::kKernelsModuleName)) {
    for (auto [ordinal, name] : llvm::enumerate(kernelNames(module)))
      kernelOrdinals[name] = static_cast<uint32_t>(ordinal);
  }

  LogicalResult encode(program::FuncOp func) {
    arguments = static_cast<uint32_t>(cast<FunctionType>(func.getFunctionType()).getNumInputs());
    scratchOffset = static_cast<uint64_t>(func.getArenaBytes());
    scratchBytes = 0;
    size_t first = words.size();
    for (Operation &op : func.getBody().front())
      if (failed(encode(op)))
        return failure();
    uint64_t arenaBytes = llvm::alignTo(scratchOffset + scratchBytes, kArenaAlignment);
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
    if (scratch) {
      auto bytes = static_cast<uint64_t>(scratch.getInt());
      scratchBytes = std::max(scratchBytes, bytes);
      place(
          program::PlaceAttr::get(op.getContext(), program::Space::Arena, 0, scratchOffset, bytes),
          true);
    }
    return success();
  }

  void word(uint32_t value) { words.push_back(static_cast<int32_t>(value)); }

  void place(program::PlaceAttr attribute, bool written) {
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
    word(base | (written ? 1u << 31 : 0));
    word(static_cast<uint32_t>(offset));
    word(static_cast<uint32_t>(attribute.getLength()));
  }

  ModuleOp module;
  std::vector<int32_t> &words;
  std::vector<uint64_t> offsets; ///< of constants
  StateLayout state;
  ModuleOp kernelModule;
  llvm::StringMap<uint32_t> kernelOrdinals;
  uint32_t arguments = 0;
  uint64_t scratchOffset = 0, scratchBytes = 0; ///< of the current function
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
