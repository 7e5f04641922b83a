// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Program/ArenaRanges.h"
#include "compiler/Schedule/Passes.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include <array>

using namespace mlir;
using namespace iree_compiler;

namespace {

/// What an operation reads and writes.
struct Accesses {
  /// Without those that are computed.
  SmallVector<program::PlaceAttr> reads, writes;

  Accesses(Operation &op, ModuleOp module) {
    if (auto dispatch = dyn_cast<program::DispatchOp>(op)) {
      llvm::append_range(reads, dispatch.getReads().getAsRange<program::PlaceAttr>());
      llvm::append_range(writes, dispatch.getWrites().getAsRange<program::PlaceAttr>());
      if (auto scratch = scratchRange(dispatch, module.lookupSymbol(dispatch.getKernel())))
        writes.push_back(program::PlaceAttr::get(op.getContext(), program::Space::Arena, 0,
                                                 scratch->begin, scratch->end - scratch->begin));
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

/// Bytes [begin, end) of a space, which hold what was written there at once, or
/// what is left of that.
struct Held {
  program::Space space;
  uint32_t index;
  uint64_t begin, end;
  bool isCutBelow = false, isCutAbove = false; ///< something else lies there

  bool operator==(const Held &other) const {
    return space == other.space && index == other.index && begin == other.begin &&
           end == other.end && isCutBelow == other.isCutBelow && isCutAbove == other.isCutAbove;
  }
};

using Live = SmallVector<Held>;

/// Replays a program and keeps what holds a value, in a block that which does on
/// every way to it. A result may lie in a caller's buffer or at its default place
/// in the arena: it takes up both; so does an argument with a place there.
class Replay {
public:
  Replay(program::FuncOp func, ModuleOp module, ArrayRef<uint64_t> constantBytes,
         ArrayRef<uint64_t> variableBytes)
      : func(func), module(module), constantBytes(constantBytes), variableBytes(variableBytes) {
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
    Accesses accesses(op, module);
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
    for (auto [index, input] : llvm::enumerate(type.getInputs()))
      if (std::optional<uint64_t> offset = argumentOffset(static_cast<uint32_t>(index)))
        atEntry[changed.front()].push_back(
            {program::Space::Argument, static_cast<uint32_t>(index), 0, denseBytes(input)});
    atEntry.try_emplace(changed.front());
    while (!changed.empty()) {
      Block *block = changed.pop_back_val();
      Live after = atEntry[block];
      for (Operation &op : *block)
        for (program::PlaceAttr place : Accesses(op, module).writes)
          replace(after, place);
      for (Block *next : block->getSuccessors()) {
        auto [entry, isNew] = atEntry.try_emplace(next, after);
        size_t before = entry->second.size();
        if (!isNew)
          llvm::erase_if(entry->second,
                         [&](const Held &each) { return !llvm::is_contained(after, each); });
        if (isNew || entry->second.size() != before)
          changed.push_back(next);
      }
    }
  }

  static Held held(program::PlaceAttr place) {
    return {place.getSpace(), place.getIndex(), place.getOffset(),
            place.getOffset() + place.getLength()};
  }

  /// What lies in the same bytes is gone; what is left of it stays.
  void replace(Live &places, program::PlaceAttr written) {
    Held whole = held(written);
    Live rest;
    llvm::erase_if(places, [&](const Held &other) {
      if (!overlap(whole, other))
        return false;
      // In bytes of the other's space.
      int64_t shift = address(whole) - address(other);
      auto begin = shift + static_cast<int64_t>(other.begin);
      int64_t end = begin + static_cast<int64_t>(whole.end - whole.begin);
      if (static_cast<int64_t>(other.begin) < begin) {
        rest.push_back(other);
        rest.back().end = static_cast<uint64_t>(begin);
        rest.back().isCutAbove = true;
      }
      if (end < static_cast<int64_t>(other.end)) {
        rest.push_back(other);
        rest.back().begin = static_cast<uint64_t>(end);
        rest.back().isCutBelow = true;
      }
      return true;
    });
    llvm::append_range(places, rest);
    if (whole.begin != whole.end)
      places.push_back(whole);
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
    std::optional<ArrayRef<int64_t>> offsets = func.getArgumentOffsets();
    if (offsets &&
        failed(check("argument offsets", offsets->size(), "arguments", type.getNumInputs())))
      return failure();
    for (auto [index, input] : llvm::enumerate(type.getInputs()))
      if (std::optional<uint64_t> offset = argumentOffset(static_cast<uint32_t>(index));
          offset && *offset + denseBytes(input) > static_cast<uint64_t>(func.getArenaBytes()))
        return func.emitError() << "argument " << index << " lies outside the arena of "
                                << func.getArenaBytes() << " bytes";
    return success();
  }

  /// Where a caller may put the argument.
  std::optional<uint64_t> argumentOffset(uint32_t index) {
    std::optional<ArrayRef<int64_t>> offsets = func.getArgumentOffsets();
    if (!offsets || index >= offsets->size() || (*offsets)[index] < 0)
      return std::nullopt;
    return static_cast<uint64_t>((*offsets)[index]);
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

  bool isInArena(const Held &bytes) {
    return bytes.space == program::Space::Arena || bytes.space == program::Space::Result ||
           (bytes.space == program::Space::Argument && argumentOffset(bytes.index));
  }

  bool isInArena(program::PlaceAttr place) { return isInArena(held(place)); }

  /// Of the first byte, in the arena or in the variable.
  int64_t address(const Held &bytes) {
    uint64_t base = 0;
    if (bytes.space == program::Space::Result)
      base = static_cast<uint64_t>(func.getResultOffsets()[bytes.index]);
    else if (bytes.space == program::Space::Argument)
      base = argumentOffset(bytes.index).value_or(0);
    return static_cast<int64_t>(base + bytes.begin);
  }

  /// Both take up bytes of the arena, or of a variable, that are the same.
  bool overlap(const Held &a, const Held &b) {
    bool bothState =
        a.space == program::Space::State && b.space == program::Space::State && a.index == b.index;
    if (!bothState && !(isInArena(a) && isInArena(b)))
      return false;
    int64_t begin = address(a), other = address(b);
    return begin < other + static_cast<int64_t>(b.end - b.begin) &&
           other < begin + static_cast<int64_t>(a.end - a.begin);
  }

  bool overlap(program::PlaceAttr a, program::PlaceAttr b) { return overlap(held(a), held(b)); }

  /// All bytes of the place hold a value, and none that was cut off within it.
  bool isHeld(program::PlaceAttr place) {
    Held wanted = held(place);
    SmallVector<const Held *> parts;
    for (const Held &each : live)
      if (each.space == wanted.space && each.index == wanted.index && each.begin < wanted.end &&
          wanted.begin < each.end)
        parts.push_back(&each);
    llvm::sort(parts, [](const Held *a, const Held *b) { return a->begin < b->begin; });
    uint64_t end = wanted.begin;
    for (const Held *each : parts) {
      if (each->begin > end || (each->isCutBelow && each->begin > wanted.begin) ||
          (each->isCutAbove && each->end < wanted.end))
        return false;
      end = each->end;
    }
    return end >= wanted.end;
  }

  /// A variable holds a value from the beginning.
  LogicalResult read(Operation &op, program::PlaceAttr place) {
    bool isCut = llvm::any_of(live, [&](const Held &other) {
      return !(other == held(place)) && overlap(held(place), other);
    });
    if ((isInArena(place) && !isHeld(place)) || (isState(place) && isCut && !isHeld(place)))
      return op.emitError() << "reads " << place
                            << ", which was overwritten or never written before";
    return success();
  }

  /// The kernel of a dispatch is made for this result over this argument.
  bool isAllowed(Operation &op, size_t argument, program::PlaceAttr source, size_t result,
                 program::PlaceAttr target) {
    auto dispatch = dyn_cast<program::DispatchOp>(op);
    Operation *kernel = dispatch ? module.lookupSymbol(dispatch.getKernel()) : nullptr;
    auto overlaps =
        kernel ? kernel->getAttrOfType<ArrayAttr>(program::kOverlapsAttrName) : ArrayAttr();
    bool isScratch = dispatch && result >= dispatch.getWrites().size();
    if (kernel && !isa<func::FuncOp>(kernel))
      return !isScratch; // the Kernel stage has checked it
    if (!overlaps)
      return false;
    std::array<int64_t, 3> wanted = {static_cast<int64_t>(argument), static_cast<int64_t>(result),
                                     address(held(source)) - address(held(target))};
    return llvm::any_of(overlaps, [&](Attribute each) {
      auto numbers = dyn_cast<DenseI64ArrayAttr>(each);
      return numbers && numbers.asArrayRef() == ArrayRef<int64_t>(wanted);
    });
  }

  LogicalResult write(Operation &op, const Accesses &accesses) {
    for (auto [index, place] : llvm::enumerate(accesses.writes)) {
      bool isArgument = place.getSpace() == program::Space::Argument;
      if (isArgument || (!isInArena(place) && !isState(place)))
        return op.emitError() << "writes " << place << ", which is read-only";
      for (auto [argument, source] : llvm::enumerate(accesses.reads))
        if (overlap(place, source) && !isAllowed(op, argument, source, index, place))
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
      if (!isHeld(whole))
        return func.emitError() << "result " << index << " is never written";
    }
    return success();
  }

  program::FuncOp func;
  ModuleOp module;
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
      if (failed(Replay(func, module, constantBytes, variableBytes).run()))
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
