// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Marks dispatches that are independent of those right before them, so that a
// device may run them at once. What decides are the places that the schedule
// chose: a wave is a run of dispatches none of which writes what another one
// reads or writes.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Program/Passes.h"
#include "schemas/kernel_abi.h"

#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// The dispatches of a wave so far.
class Wave {
public:
  Wave(program::FuncOp func, ModuleOp kernels)
      : offsets(func.getResultOffsets()), kernels(kernels) {}

  void clear() {
    reads.clear();
    writes.clear();
    count = bindings = 0;
    hasScratch = false;
  }

  bool accepts(program::DispatchOp op) {
    return count != 0 && count < IREE_KERNEL_MAX_WAVE &&
           bindings + bindingCount(op) <= IREE_KERNEL_MAX_BINDINGS &&
           !(hasScratch && usesScratch(op)) && !conflict(op.getWrites(), reads) &&
           !conflict(op.getWrites(), writes) && !conflict(op.getReads(), writes);
  }

  void add(program::DispatchOp op) {
    llvm::append_range(reads, op.getReads().getAsRange<program::PlaceAttr>());
    llvm::append_range(writes, op.getWrites().getAsRange<program::PlaceAttr>());
    ++count;
    bindings += bindingCount(op);
    hasScratch |= usesScratch(op);
  }

private:
  bool usesScratch(program::DispatchOp op) {
    Operation *kernel = kernels.lookupSymbol(op.getKernel().getLeafReference());
    return kernel && kernel->hasAttr(program::kScratchAttrName);
  }

  size_t bindingCount(program::DispatchOp op) {
    return op.getReads().size() + op.getWrites().size() + (usesScratch(op) ? 1 : 0);
  }

  /// Results lie in the arena unless the caller binds buffers to them.
  bool overlap(program::PlaceAttr a, program::PlaceAttr b) {
    auto inArena = [](program::PlaceAttr place) {
      return place.getSpace() == program::Space::Arena ||
             place.getSpace() == program::Space::Result;
    };
    auto begin = [&](program::PlaceAttr place) {
      bool isResult = place.getSpace() == program::Space::Result;
      return place.getOffset() + (isResult ? static_cast<uint64_t>(offsets[place.getIndex()]) : 0);
    };
    bool sameSpace =
        inArena(a) ? inArena(b) : a.getSpace() == b.getSpace() && a.getIndex() == b.getIndex();
    return sameSpace && begin(a) < begin(b) + b.getLength() && begin(b) < begin(a) + a.getLength();
  }

  bool conflict(ArrayAttr places, ArrayRef<program::PlaceAttr> others) {
    return llvm::any_of(places.getAsRange<program::PlaceAttr>(), [&](program::PlaceAttr place) {
      return llvm::any_of(others, [&](program::PlaceAttr other) { return overlap(place, other); });
    });
  }

  ArrayRef<int64_t> offsets; ///< of results in the arena
  ModuleOp kernels;
  SmallVector<program::PlaceAttr> reads, writes;
  size_t count = 0, bindings = 0;
  bool hasScratch = false; ///< all scratch is one place
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
