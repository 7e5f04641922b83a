// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gives the scratch of each dispatch a place in the arena. It is needed while the
// kernel runs, so that in straight-line code it takes bytes that hold nothing
// then; the arena grows only if there are too few of them. In other code all
// scratch is one place behind the rest.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Program/ArenaRanges.h"
#include "compiler/Program/Encoding.h"
#include "compiler/Program/Passes.h"
#include "compiler/Schedule/Sizes.h"
#include "compiler/Target/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Ranges of bytes that hold something, in any order; they may overlap.
using Occupied = SmallVector<ByteRange>;

/// Removes the bytes of `range`.
void release(Occupied &occupied, ByteRange range) {
  Occupied rest;
  for (ByteRange each : occupied) {
    if (!each.meets(range)) {
      rest.push_back(each);
      continue;
    }
    if (each.begin < range.begin)
      rest.push_back({each.begin, range.begin});
    if (range.end < each.end)
      rest.push_back({range.end, each.end});
  }
  occupied = std::move(rest);
}

/// The lowest aligned place of `bytes` bytes that meets nothing.
uint64_t lowestGap(Occupied occupied, uint64_t bytes, uint64_t alignment) {
  llvm::sort(occupied, [](ByteRange a, ByteRange b) { return a.begin < b.begin; });
  uint64_t offset = 0;
  for (ByteRange each : occupied) {
    if (offset + bytes <= each.begin)
      break;
    offset = std::max(offset, llvm::alignTo(each.end, alignment));
  }
  return offset;
}

class ScratchPlacer {
public:
  ScratchPlacer(program::FuncOp func, ModuleOp kernels, uint64_t alignment)
      : func(func), kernels(kernels), alignment(alignment),
        arenaBytes(static_cast<uint64_t>(func.getArenaBytes())) {}

  void run() {
    if (isStraightLine(func))
      fitEach();
    else
      placeTogether();
    func.setArenaBytes(static_cast<int64_t>(llvm::alignTo(arenaBytes, alignment)));
  }

private:
  uint64_t scratchOf(program::DispatchOp op) {
    Operation *kernel = kernels.lookupSymbol(op.getKernel().getLeafReference());
    auto bytes =
        kernel ? kernel->getAttrOfType<IntegerAttr>(program::kScratchAttrName) : IntegerAttr();
    return bytes ? static_cast<uint64_t>(bytes.getInt()) : 0;
  }

  void put(program::DispatchOp op, uint64_t offset, uint64_t bytes) {
    op->setAttr(program::kScratchOffsetAttrName,
                Builder(op.getContext()).getI64IntegerAttr(static_cast<int64_t>(offset)));
    arenaBytes = std::max(arenaBytes, offset + bytes);
  }

  void placeTogether() {
    uint64_t offset = llvm::alignTo(arenaBytes, alignment);
    func.walk([&](program::DispatchOp op) {
      if (uint64_t bytes = scratchOf(op))
        put(op, offset, bytes);
    });
  }

  /// What an operation accesses in the arena.
  void accesses(Operation &op, Occupied &reads, Occupied &writes) {
    auto add = [&](Occupied &list, program::PlaceAttr place) {
      if (std::optional<ByteRange> range = arenaRange(func, place))
        list.push_back(*range);
    };
    if (auto dispatch = dyn_cast<program::DispatchOp>(op)) {
      for (auto place : dispatch.getReads().getAsRange<program::PlaceAttr>())
        add(reads, place);
      for (auto place : dispatch.getWrites().getAsRange<program::PlaceAttr>())
        add(writes, place);
    } else if (auto copy = dyn_cast<program::CopyOp>(op)) {
      add(reads, copy.getSource());
      add(writes, copy.getTarget());
    } else if (auto fill = dyn_cast<program::FillOp>(op)) {
      add(writes, fill.getTarget());
    } else if (auto check = dyn_cast<program::CheckOp>(op)) {
      add(reads, check.getActual());
      add(reads, check.getExpected());
    }
  }

  /// From the end to the beginning: `live` is what is read later.
  void fitEach() {
    Occupied live;
    auto type = cast<FunctionType>(func.getFunctionType());
    for (auto [index, result] : llvm::enumerate(type.getResults()))
      live.push_back(*arenaRange(
          func, program::PlaceAttr::get(func.getContext(), program::Space::Result,
                                        static_cast<uint32_t>(index), 0, denseBytes(result))));
    for (Operation &op : llvm::reverse(func.getBody().front())) {
      Occupied reads, writes;
      accesses(op, reads, writes);
      Occupied during = live;
      during.append(reads);
      during.append(writes);
      if (auto dispatch = dyn_cast<program::DispatchOp>(op))
        if (uint64_t bytes = scratchOf(dispatch))
          put(dispatch, placeBeside(op, during, bytes), bytes);
      for (ByteRange range : writes)
        release(live, range);
      live.append(reads);
    }
  }

  /// Apart from what the dispatches around it access, too, if there is room:
  /// they may be of one wave.
  uint64_t placeBeside(Operation &op, const Occupied &during, uint64_t bytes) {
    constexpr int kNeighbours = 4;
    Occupied wide = during;
    auto addNeighbours = [&](auto next) {
      Operation *other = next(&op);
      for (int i = 0; i < kNeighbours && other && isa<program::DispatchOp>(other); ++i) {
        accesses(*other, wide, wide);
        if (auto range = scratchRange(cast<program::DispatchOp>(other), kernelOf(other)))
          wide.push_back(*range);
        other = next(other);
      }
    };
    addNeighbours([](Operation *each) { return each->getPrevNode(); });
    addNeighbours([](Operation *each) { return each->getNextNode(); });
    uint64_t offset = lowestGap(wide, bytes, alignment);
    return offset + bytes <= arenaBytes ? offset : lowestGap(during, bytes, alignment);
  }

  Operation *kernelOf(Operation *dispatch) {
    return kernels.lookupSymbol(cast<program::DispatchOp>(dispatch).getKernel().getLeafReference());
  }

  program::FuncOp func;
  ModuleOp kernels;
  uint64_t alignment;
  uint64_t arenaBytes;
};

struct FitScratch : PassWrapper<FitScratch, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FitScratch)
  StringRef getArgument() const override { return "iree-fit-scratch"; }
  StringRef getDescription() const override { return "Place kernels' scratch in the arena"; }

  void runOnOperation() override {
    auto kernels = getOperation().lookupSymbol<ModuleOp>(program::kKernelsModuleName);
    if (!kernels)
      return; // the encoder reports it
    uint64_t alignment = Target::of(getOperation()).bufferAlignment();
    for (auto func : getOperation().getOps<program::FuncOp>())
      ScratchPlacer(func, kernels, alignment).run();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createFitScratchPass() {
  return std::make_unique<FitScratch>();
}
