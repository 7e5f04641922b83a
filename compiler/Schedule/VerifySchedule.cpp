// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Schedule/Passes.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// What an operation reads and writes.
struct Accesses {
  /// Without those that are computed.
  SmallVector<program::PlaceAttr> reads, writes;

  explicit Accesses(Operation &op) {
    if (auto dispatch = dyn_cast<program::DispatchOp>(op)) {
      llvm::append_range(reads, dispatch.getReads().getAsRange<program::PlaceAttr>());
      llvm::append_range(writes, dispatch.getWrites().getAsRange<program::PlaceAttr>());
    } else if (auto copy = dyn_cast<program::CopyOp>(op)) {
      reads.push_back(copy.getSource());
      writes.push_back(copy.getTarget());
    } else if (auto check = dyn_cast<program::CheckOp>(op)) {
      reads.push_back(check.getActual());
      reads.push_back(check.getExpected());
    } else if (auto fill = dyn_cast<program::FillOp>(op)) {
      writes.push_back(fill.getTarget());
    } else if (auto load = dyn_cast<program::LoadOp>(op)) {
      reads.push_back(load.getPlace());
    } else if (auto store = dyn_cast<program::StoreOp>(op)) {
      writes.push_back(store.getPlace());
    }
    llvm::erase_if(reads, program::isComputed);
    llvm::erase_if(writes, program::isComputed);
  }
};

/// What schemas/bytecode.def asks of single operations.
LogicalResult verifyForm(Operation &op) {
  if (auto copy = dyn_cast<program::CopyOp>(op);
      copy && copy.getSizes().empty() &&
      copy.getSource().getLength() != copy.getTarget().getLength())
    return op.emitError() << "copies " << copy.getSource().getLength() << " bytes to "
                          << copy.getTarget().getLength();
  if (auto fill = dyn_cast<program::FillOp>(op)) {
    uint32_t bytes = fill.getPatternBytes();
    if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8)
      return op.emitError() << "has a pattern of " << bytes << " bytes; supported: 1, 2, 4, 8";
    if (fill.getTarget().getLength() % bytes != 0)
      return op.emitError() << "fills " << fill.getTarget().getLength()
                            << " bytes with a pattern of " << bytes;
  }
  if (auto check = dyn_cast<program::CheckOp>(op)) {
    uint64_t bytes = denseBytes(check.getType());
    if (check.getActual().getLength() != bytes || check.getExpected().getLength() != bytes)
      return op.emitError() << "compares places of " << check.getActual().getLength() << " and "
                            << check.getExpected().getLength() << " bytes as " << check.getType()
                            << " of " << bytes;
  }
  return success();
}

/// The places that hold a value.
using Live = SmallVector<program::PlaceAttr>;

/// Replays a program and keeps the places that hold a value, in a block those
/// that do on every way to it. A result may lie in a caller's buffer or at its
/// default place in the arena: it takes up both.
class Replay {
public:
  Replay(program::FuncOp func, ArrayRef<uint64_t> constantBytes, ArrayRef<uint64_t> variableBytes)
      : func(func), constantBytes(constantBytes), variableBytes(variableBytes) {
    type = cast<FunctionType>(func.getFunctionType());
  }

  LogicalResult run() {
    if (failed(verifySignature()))
      return failure();
    meetAtBlocks();
    for (Block &block : func.getBody()) {
      auto entry = atEntry.find(&block);
      if (entry == atEntry.end())
        continue; // not reachable
      live = entry->second;
      for (Operation &op : block)
        if (failed(verify(op)))
          return failure();
      if (block.empty() || !block.back().hasTrait<OpTrait::IsTerminator>())
        return func.emitError() << "'@" << func.getSymName()
                                << "' does not end with 'program.return'";
    }
    return success();
  }

private:
  LogicalResult verify(Operation &op) {
    if (failed(verifyForm(op)))
      return failure();
    Accesses accesses(op);
    for (program::PlaceAttr place : accesses.reads)
      if (failed(verifyBounds(op, place)) || failed(read(op, place)))
        return failure();
    for (program::PlaceAttr place : accesses.writes)
      if (failed(verifyBounds(op, place)))
        return failure();
    if (failed(write(op, accesses)))
      return failure();
    return isa<program::ReturnOp>(op) ? verifyResults() : success();
  }

  /// Fills `atEntry`: what every predecessor leaves, until nothing changes. The
  /// sets only shrink.
  void meetAtBlocks() {
    SmallVector<Block *> changed = {&func.getBody().front()};
    atEntry[changed.front()] = {};
    while (!changed.empty()) {
      Block *block = changed.pop_back_val();
      Live after = atEntry[block];
      for (Operation &op : *block)
        for (program::PlaceAttr place : Accesses(op).writes)
          replace(after, place);
      for (Block *next : block->getSuccessors()) {
        auto [entry, isNew] = atEntry.try_emplace(next, after);
        size_t before = entry->second.size();
        if (!isNew)
          llvm::erase_if(entry->second,
                         [&](program::PlaceAttr each) { return !llvm::is_contained(after, each); });
        if (isNew || entry->second.size() != before)
          changed.push_back(next);
      }
    }
  }

  void replace(Live &places, program::PlaceAttr written) {
    llvm::erase_if(places, [&](program::PlaceAttr other) { return overlap(written, other); });
    places.push_back(written);
  }

  LogicalResult verifySignature() {
    auto check = [&](StringRef what, size_t given, StringRef of, size_t wanted) -> LogicalResult {
      if (given == wanted)
        return success();
      return func.emitError() << "'@" << func.getSymName() << "' has " << given << " " << what
                              << " for " << wanted << " " << of;
    };
    if (failed(check("argument names", func.getArgumentNames().size(), "arguments",
                     type.getNumInputs())) ||
        failed(
            check("result names", func.getResultNames().size(), "results", type.getNumResults())) ||
        failed(check("result offsets", func.getResultOffsets().size(), "results",
                     type.getNumResults())))
      return failure();
    for (auto [index, offset] : llvm::enumerate(func.getResultOffsets()))
      if (offset < 0 || static_cast<uint64_t>(offset) + denseBytes(type.getResult(index)) >
                            static_cast<uint64_t>(func.getArenaBytes()))
        return func.emitError() << "result " << index << " lies outside the arena of "
                                << func.getArenaBytes() << " bytes";
    return success();
  }

  /// Bytes of the place's space; none when there is no such space.
  std::optional<uint64_t> spaceBytes(program::PlaceAttr place) {
    uint32_t index = place.getIndex();
    switch (place.getSpace()) {
    case program::Space::Arena:
      if (index == 0)
        return static_cast<uint64_t>(func.getArenaBytes());
      break;
    case program::Space::Constant:
      if (index < constantBytes.size())
        return constantBytes[index];
      break;
    case program::Space::Argument:
      if (index < type.getNumInputs())
        return denseBytes(type.getInput(index));
      break;
    case program::Space::Result:
      if (index < type.getNumResults())
        return denseBytes(type.getResult(index));
      break;
    case program::Space::State:
      if (index < variableBytes.size())
        return variableBytes[index];
      break;
    case program::Space::Binding: // of kernels
      break;
    }
    return std::nullopt;
  }

  LogicalResult verifyBounds(Operation &op, program::PlaceAttr place) {
    std::optional<uint64_t> bytes = spaceBytes(place);
    if (!bytes)
      return op.emitError() << "place " << place << " is in a space that does not exist";
    if (place.getOffset() > *bytes || place.getLength() > *bytes - place.getOffset())
      return op.emitError() << "place " << place << " lies outside its space of " << *bytes
                            << " bytes";
    return success();
  }

  static bool isState(program::PlaceAttr place) {
    return place.getSpace() == program::Space::State;
  }

  static bool isInArena(program::PlaceAttr place) {
    return place.getSpace() == program::Space::Arena || place.getSpace() == program::Space::Result;
  }

  /// Both take up bytes of the arena, or of a variable, that are the same.
  bool overlap(program::PlaceAttr a, program::PlaceAttr b) {
    bool bothState = isState(a) && isState(b) && a.getIndex() == b.getIndex();
    if (!bothState && !(isInArena(a) && isInArena(b)))
      return false;
    auto begin = [&](program::PlaceAttr place) {
      uint64_t base = place.getSpace() == program::Space::Result
                          ? static_cast<uint64_t>(func.getResultOffsets()[place.getIndex()])
                          : 0;
      return base + place.getOffset();
    };
    return begin(a) < begin(b) + b.getLength() && begin(b) < begin(a) + a.getLength();
  }

  /// A variable holds a value from the beginning.
  LogicalResult read(Operation &op, program::PlaceAttr place) {
    bool isWritten = llvm::is_contained(live, place);
    bool isCut = llvm::any_of(
        live, [&](program::PlaceAttr other) { return other != place && overlap(place, other); });
    if ((isInArena(place) && !isWritten) || (isState(place) && isCut))
      return op.emitError() << "reads " << place
                            << ", which was overwritten or never written before";
    return success();
  }

  LogicalResult write(Operation &op, const Accesses &accesses) {
    for (auto [index, place] : llvm::enumerate(accesses.writes)) {
      if (!isInArena(place) && !isState(place))
        return op.emitError() << "writes " << place << ", which is read-only";
      for (program::PlaceAttr source : accesses.reads)
        if (overlap(place, source))
          return op.emitError() << "writes " << place << " while it reads " << source;
      for (program::PlaceAttr other : ArrayRef(accesses.writes).take_front(index))
        if (overlap(place, other))
          return op.emitError() << "writes " << place << " and " << other << ", which overlap";
    }
    for (program::PlaceAttr place : accesses.writes)
      replace(live, place);
    return success();
  }

  LogicalResult verifyResults() {
    for (auto [index, result] : llvm::enumerate(type.getResults())) {
      auto shaped = dyn_cast<ShapedType>(result);
      if (shaped && !shaped.hasStaticShape())
        continue;
      auto whole = program::PlaceAttr::get(func.getContext(), program::Space::Result,
                                           static_cast<uint32_t>(index), 0, denseBytes(result));
      if (!llvm::is_contained(live, whole))
        return func.emitError() << "result " << index << " is never written";
    }
    return success();
  }

  program::FuncOp func;
  ArrayRef<uint64_t> constantBytes, variableBytes;
  FunctionType type;
  DenseMap<Block *, Live> atEntry;
  Live live;
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
    SmallVector<uint64_t> variableBytes;
    for (auto variable : module.getOps<program::VariableOp>())
      variableBytes.push_back(denseBytes(variable.getType()));
    WalkResult result = module.walk([&](program::DispatchOp op) {
      if (module.lookupSymbol(op.getKernel()))
        return WalkResult::advance();
      op.emitError() << "kernel " << op.getKernel() << " does not exist";
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    for (auto func : module.getOps<program::FuncOp>())
      if (failed(Replay(func, constantBytes, variableBytes).run()))
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
