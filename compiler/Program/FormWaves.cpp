// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Marks dispatches that are independent of those right before them, so that a
// device may run them at once. What decides are the places that the schedule
// chose: a wave is a run of dispatches none of which writes what another one
// reads or writes.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Program/ArenaRanges.h"
#include "compiler/Program/Passes.h"
#include "schemas/kernel_abi.h"

#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// The dispatches of a wave so far.
class Wave {
public:
  Wave(program::FuncOp func, ModuleOp kernels) : func(func), kernels(kernels) {}

  void clear() {
    reads.clear();
    writes.clear();
    scratch.clear();
    count = bindings = 0;
  }

  bool accepts(program::DispatchOp op) {
    return count != 0 && count < IREE_KERNEL_MAX_WAVE &&
           bindings + bindingCount(op) <= IREE_KERNEL_MAX_BINDINGS &&
           !conflict(op.getWrites(), reads) && !conflict(op.getWrites(), writes) &&
           !conflict(op.getReads(), writes) && !meetsScratch(op.getReads()) &&
           !meetsScratch(op.getWrites()) && !scratchConflicts(op);
  }

  void add(program::DispatchOp op) {
    llvm::append_range(reads, op.getReads().getAsRange<program::PlaceAttr>());
    llvm::append_range(writes, op.getWrites().getAsRange<program::PlaceAttr>());
    ++count;
    bindings += bindingCount(op);
    if (std::optional<ByteRange> own = scratchRange(op, kernelOf(op)))
      scratch.push_back(*own);
  }

private:
  Operation *kernelOf(program::DispatchOp op) {
    return kernels.lookupSymbol(op.getKernel().getLeafReference());
  }

  bool usesScratch(program::DispatchOp op) {
    Operation *kernel = kernelOf(op);
    return kernel && kernel->hasAttr(program::kScratchAttrName);
  }

  bool meets(ByteRange range, ArrayRef<program::PlaceAttr> places) {
    return llvm::any_of(places, [&](program::PlaceAttr place) {
      std::optional<ByteRange> other = arenaRange(func, place);
      return other && other->meets(range);
    });
  }

  /// Places in the scratch of the wave's dispatches.
  bool meetsScratch(ArrayAttr places) {
    auto list = llvm::to_vector(places.getAsRange<program::PlaceAttr>());
    return llvm::any_of(scratch, [&](ByteRange range) { return meets(range, list); });
  }

  bool scratchConflicts(program::DispatchOp op) {
    std::optional<ByteRange> own = scratchRange(op, kernelOf(op));
    return own && (meets(*own, reads) || meets(*own, writes) ||
                   llvm::any_of(scratch, [&](ByteRange each) { return each.meets(*own); }));
  }

  size_t bindingCount(program::DispatchOp op) {
    return op.getReads().size() + op.getWrites().size() + (usesScratch(op) ? 1 : 0);
  }

  /// Results lie in the arena unless the caller binds buffers to them, and so do
  /// arguments that have a place there.
  bool overlap(program::PlaceAttr a, program::PlaceAttr b) {
    std::optional<ByteRange> inArena = arenaRange(func, a), other = arenaRange(func, b);
    if (inArena || other)
      return inArena && other && inArena->meets(*other);
    return a.getSpace() == b.getSpace() && a.getIndex() == b.getIndex() &&
           a.getOffset() < b.getOffset() + b.getLength() &&
           b.getOffset() < a.getOffset() + a.getLength();
  }

  bool conflict(ArrayAttr places, ArrayRef<program::PlaceAttr> others) {
    return llvm::any_of(places.getAsRange<program::PlaceAttr>(), [&](program::PlaceAttr place) {
      return llvm::any_of(others, [&](program::PlaceAttr other) { return overlap(place, other); });
    });
  }

  program::FuncOp func;
  ModuleOp kernels;
  SmallVector<program::PlaceAttr> reads, writes;
  SmallVector<ByteRange> scratch;
  size_t count = 0, bindings = 0;
};

struct FormWaves : PassWrapper<FormWaves, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FormWaves)
  StringRef getArgument() const override { return "iree-form-waves"; }
  StringRef getDescription() const override { return "Mark dispatches that may run at once"; }

  void runOnOperation() override {
    auto kernels = getOperation().lookupSymbol<ModuleOp>(program::kKernelsModuleName);
    if (!kernels)
      return; // the encoder reports it
    for (auto func : getOperation().getOps<program::FuncOp>()) {
      Wave wave(func, kernels);
      for (Block &block : func.getBody()) {
        wave.clear();
        for (Operation &op : block)
          visit(op, wave);
      }
    }
  }

  static void visit(Operation &op, Wave &wave) {
    auto dispatch = dyn_cast<program::DispatchOp>(op);
    if (!dispatch)
      return wave.clear();
    if (wave.accepts(dispatch))
      op.setAttr(program::kIndependentAttrName, UnitAttr::get(op.getContext()));
    else
      wave.clear();
    wave.add(dispatch);
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createFormWavesPass() { return std::make_unique<FormWaves>(); }
