// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Program/ArenaRanges.h"
#include "compiler/Program/Encoding.h"
#include "compiler/Program/Passes.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Decodes words and compares them with the operations they came from.
class Decoder {
public:
  Decoder(ModuleOp module, ArrayRef<int32_t> words)
      : words(words), offsets(constantOffsets(module)), state(stateLayout(module)),
        names(kernelNames(module)),
        kernels(module.lookupSymbol<ModuleOp>(program::kKernelsModuleName)) {}

  LogicalResult compare(program::FuncOp func) {
    auto first = func->getAttrOfType<IntegerAttr>(kFirstWordAttrName);
    auto count = func->getAttrOfType<IntegerAttr>(kWordCountAttrName);
    if (!first || !count || first.getInt() < 0 || count.getInt() < 0 ||
        first.getInt() + count.getInt() > static_cast<int64_t>(words.size()))
      return func.emitError("has no valid range of words");
    position = static_cast<size_t>(first.getInt());
    end = position + static_cast<size_t>(count.getInt());
    arenaBytes = static_cast<uint64_t>(func.getArenaBytes());
    arguments = cast<FunctionType>(func.getFunctionType()).getNumInputs();
    if (!isStraightLine(func))
      return success(); // encodeRegisterCode has replayed it
    for (Operation &op : func.getBody().front())
      if (!matches(op))
        return op.emitError("the encoded words say something else");
    if (position != end)
      return func.emitError("has words after its last operation");
    return success();
  }

private:
  bool matches(Operation &op) {
    uint32_t head = next();
    auto opcode = static_cast<Opcode>(head & 0xFF);
    if (auto dispatch = dyn_cast<program::DispatchOp>(op)) {
      StringRef name = dispatch.getKernel().getLeafReference();
      Operation *kernel = kernels.lookupSymbol(name);
      auto attribute = [&](StringRef key) -> uint64_t {
        auto value = kernel->getAttrOfType<IntegerAttr>(key);
        return value ? static_cast<uint64_t>(value.getInt()) : 0;
      };
      uint64_t scratchBytes = attribute(program::kScratchAttrName);
      size_t bindings =
          dispatch.getReads().size() + dispatch.getWrites().size() + (scratchBytes ? 1 : 0);
      uint32_t ordinal = next(), range = next();
      bool same = opcode == Opcode::DISPATCH && ordinal < names.size() && names[ordinal] == name &&
                  range == attribute(program::kRangeAttrName) && (head >> 8 & 0xFF) == bindings &&
                  head >> 24 == (op.hasAttr(program::kIndependentAttrName) ? 1 : 0);
      for (auto read : dispatch.getReads().getAsRange<program::PlaceAttr>())
        same = matchesPlace(read, false) && same;
      for (auto write : dispatch.getWrites().getAsRange<program::PlaceAttr>())
        same = matchesPlace(write, true) && same;
      if (scratchBytes) {
        uint32_t base = next(), offset = next(), length = next();
        std::optional<ByteRange> scratch = scratchRange(dispatch, kernel);
        same = same && scratch && base == 1u << 31 && offset == scratch->begin &&
               length == scratchBytes && scratch->end <= arenaBytes;
      }
      return same;
    }
    if (auto copy = dyn_cast<program::CopyOp>(op))
      return opcode == Opcode::COPY && matchesPlace(copy.getTarget(), true) &&
             matchesPlace(copy.getSource(), false);
    if (auto fill = dyn_cast<program::FillOp>(op)) {
      bool same = opcode == Opcode::FILL && head >> 8 == fill.getPatternBytes() &&
                  matchesPlace(fill.getTarget(), true);
      uint64_t low = next();
      uint64_t pattern = low | static_cast<uint64_t>(next()) << 32;
      return same && pattern == static_cast<uint64_t>(fill.getPattern());
    }
    if (auto check = dyn_cast<program::CheckOp>(op)) {
      std::vector<uint32_t> header = checkHeader(check);
      bool same = head == header[0];
      for (uint32_t word : ArrayRef(header).drop_front())
        same = next() == word && same;
      same = matchesPlace(check.getActual(), false) && same;
      same = matchesPlace(check.getExpected(), false) && same;
      for (uint32_t word : checkTrailer(check))
        same = next() == word && same;
      return same;
    }
    return isa<program::ReturnOp>(op) && opcode == Opcode::RETURN;
  }

  bool matchesPlace(program::PlaceAttr place, bool written) {
    uint32_t base = next(), offset = next(), length = next();
    if (written != (base >> 31 != 0) || length != place.getLength())
      return false;
    base &= 0x7FFFFFFF;
    switch (place.getSpace()) {
    case program::Space::Arena:
      return base == kBaseArena && offset == place.getOffset();
    case program::Space::Constant:
      return base == kBaseConstants && offset == offsets[place.getIndex()] + place.getOffset();
    case program::Space::Argument:
      return base == kBaseArguments + place.getIndex() && offset == place.getOffset();
    case program::Space::Result:
      return base == kBaseArguments + arguments + place.getIndex() && offset == place.getOffset();
    case program::Space::State:
      return base == kBaseState && offset == state.offsets[place.getIndex()] + place.getOffset();
    case program::Space::Binding: // of kernels
      return false;
    }
    return false;
  }

  uint32_t next() { return position < end ? static_cast<uint32_t>(words[position++]) : ~0u; }

  ArrayRef<int32_t> words;
  std::vector<uint64_t> offsets; ///< of constants
  StateLayout state;
  std::vector<StringRef> names;
  ModuleOp kernels;
  uint64_t arenaBytes = 0; ///< of the current function
  size_t position = 0, end = 0;
  uint32_t arguments = 0;
};

struct VerifyProgram : PassWrapper<VerifyProgram, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VerifyProgram)
  StringRef getArgument() const override { return "iree-verify-program"; }
  StringRef getDescription() const override { return "Verify the Program stage's exit invariant"; }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto words = module->getAttrOfType<DenseI32ArrayAttr>(program::kBytecodeAttrName);
    if (!words) {
      module.emitError("the module has no bytecode");
      return signalPassFailure();
    }
    Decoder decoder(module, words.asArrayRef());
    for (auto func : module.getOps<program::FuncOp>())
      if (failed(decoder.compare(func)))
        return signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createVerifyProgramPass() {
  return std::make_unique<VerifyProgram>();
}

void iree_compiler::registerProgramPasses() {
  registerPass(createFitScratchPass);
  registerPass(createFormWavesPass);
  registerPass(createEncodeKernelsPass);
  registerPass(createEncodeProgramPass);
  registerPass(createVerifyProgramPass);
}
