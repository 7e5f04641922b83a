// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Schedule/Passes.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Replays a program and keeps the intervals of the arena that hold a value.
/// Results count as living at their default place in the arena.
class Replay {
public:
  Replay(program::FuncOp func, ArrayRef<uint64_t> constantBytes)
      : func(func), constantBytes(constantBytes) {
    type = cast<FunctionType>(func.getFunctionType());
  }

  LogicalResult run() {
    for (Operation &op : func.getBody().front()) {
      SmallVector<program::PlaceAttr> reads, writes;
      if (auto dispatch = dyn_cast<program::DispatchOp>(op)) {
        llvm::append_range(reads, dispatch.getReads().getAsRange<program::PlaceAttr>());
        llvm::append_range(writes, dispatch.getWrites().getAsRange<program::PlaceAttr>());
      } else if (auto copy = dyn_cast<program::CopyOp>(op)) {
        reads.push_back(copy.getSource());
        writes.push_back(copy.getTarget());
      } else if (auto fill = dyn_cast<program::FillOp>(op)) {
        writes.push_back(fill.getTarget());
      }
      for (program::PlaceAttr place : reads)
        if (failed(verifyBounds(op, place)) || failed(read(op, place)))
          return failure();
      for (program::PlaceAttr place : writes)
        if (failed(verifyBounds(op, place)) || failed(write(op, place, reads)))
          return failure();
    }
    return success();
  }

private:
  uint64_t spaceBytes(program::PlaceAttr place) {
    switch (place.getSpace()) {
    case program::Space::Arena:
      return static_cast<uint64_t>(func.getArenaBytes());
    case program::Space::Constant:
      return place.getIndex() < constantBytes.size() ? constantBytes[place.getIndex()] : 0;
    case program::Space::Argument:
      return place.getIndex() < type.getNumInputs() ? denseBytes(type.getInput(place.getIndex()))
                                                    : 0;
    case program::Space::Result:
      return place.getIndex() < type.getNumResults()
                 ? denseBytes(type.getResult(place.getIndex()))
                 : 0;
    }
    return 0;
  }

  LogicalResult verifyBounds(Operation &op, program::PlaceAttr place) {
    uint64_t bytes = spaceBytes(place);
    if (place.getOffset() > bytes || place.getLength() > bytes - place.getOffset())
      return op.emitError() << "place " << place << " lies outside its space of " << bytes
                            << " bytes";
    return success();
  }

  /// The place's interval of the arena, if it has one.
  std::optional<std::pair<uint64_t, uint64_t>> interval(program::PlaceAttr place) {
    uint64_t begin = place.getOffset();
    if (place.getSpace() == program::Space::Result)
      begin += static_cast<uint64_t>(func.getResultOffsets()[place.getIndex()]);
    else if (place.getSpace() != program::Space::Arena)
      return std::nullopt;
    return std::pair(begin, begin + place.getLength());
  }

  LogicalResult read(Operation &op, program::PlaceAttr place) {
    auto wanted = interval(place);
    if (wanted && !llvm::is_contained(live, *wanted))
      return op.emitError() << "reads " << place
                            << ", which was overwritten or never written before";
    return success();
  }

  LogicalResult write(Operation &op, program::PlaceAttr place,
                      ArrayRef<program::PlaceAttr> reads) {
    if (place.getSpace() == program::Space::Constant ||
        place.getSpace() == program::Space::Argument)
      return op.emitError() << "writes " << place << ", which is read-only";
    auto written = *interval(place);
    auto overlaps = [&](std::pair<uint64_t, uint64_t> other) {
      return other.first < written.second && written.first < other.second;
    };
    for (program::PlaceAttr source : reads)
      if (auto other = interval(source); other && overlaps(*other))
        return op.emitError() << "writes " << place << " while it reads " << source;
    llvm::erase_if(live, overlaps);
    live.push_back(written);
    return success();
  }

  program::FuncOp func;
  ArrayRef<uint64_t> constantBytes;
  FunctionType type;
  SmallVector<std::pair<uint64_t, uint64_t>> live;
};

struct VerifySchedule : PassWrapper<VerifySchedule, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VerifySchedule)
  StringRef getArgument() const override { return "iree-verify-schedule"; }
  StringRef getDescription() const override { return "Verify the Schedule stage's exit invariant"; }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (auto func : module.getOps<func::FuncOp>()) {
      func.emitError("entry function is left after scheduling");
      return signalPassFailure();
    }
    auto kernels = module.lookupSymbol<ModuleOp>(program::kKernelsModuleName);
    if (!kernels) {
      module.emitError("the module of kernels is missing");
      return signalPassFailure();
    }
    SmallVector<uint64_t> constantBytes;
    for (auto constant : module.getOps<program::ConstantOp>())
      constantBytes.push_back(denseBytes(constant.getValue().getType()));
    WalkResult result = module.walk([&](program::DispatchOp op) {
      if (module.lookupSymbol(op.getKernel()))
        return WalkResult::advance();
      op.emitError() << "kernel " << op.getKernel() << " does not exist";
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    for (auto func : module.getOps<program::FuncOp>())
      if (failed(Replay(func, constantBytes).run()))
        return signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createVerifySchedulePass() {
  return std::make_unique<VerifySchedule>();
}

void iree_compiler::registerSchedulePasses() {
  registerPass([] { return createScheduleProgramPass(); });
  registerPass(createVerifySchedulePass);
}
