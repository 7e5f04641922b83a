// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Entry functions (calls of kernels on tensors) become programs: the calls in
// an order, every tensor in a place. What decides is apart from IR: CallOrder
// and MemoryPlanner.
//
// A tensor has a buffer, or is a part of another one: slices that are contiguous,
// and what is computed in its place in a concatenation. Parts of a buffer that are
// read or written apart are pieces, which live on their own. A result may lie over
// an argument that nobody reads later, as far as the kernel allows (Overlap.h).
//
// Variables are read where they lie. What is stored is computed there too if
// nothing reads the old value by then; else it is copied there at the end.
//
// A function with dynamic shapes computes at its beginning, in this order: sizes
// and what is asserted of them, the places of buffers whose length depends on
// them, how long the arena must be, and the shapes of its results.
#include "compiler/Dialect/Check/Check.h"
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Input/TensorSizes.h"
#include "compiler/Kernel/Overlap.h"
#include "compiler/Schedule/CallOrder.h"
#include "compiler/Schedule/EntryValues.h"
#include "compiler/Schedule/MemoryPlanner.h"
#include "compiler/Schedule/Passes.h"
#include "compiler/Schedule/ScheduleControl.h"
#include "compiler/Schedule/Sizes.h"
#include "compiler/Schedule/SymbolicPlanner.h"
#include "compiler/Schedule/Views.h"
#include "compiler/Target/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>
#include <set>

using namespace mlir;
using namespace iree_compiler;

namespace {

struct ScheduleOptions {
  PartitioningFavor favor;
  bool inPlace;
  bool argumentsInArena;
  uint64_t alignment; ///< of buffers, bytes
};

/// A tensor as a part of another one.
struct Origin {
  Value base;
  uint64_t offset = 0; ///< bytes
};

/// One entry function while it is being scheduled.
class EntryScheduler {
public:
  EntryScheduler(func::FuncOp entry, const ScheduleOptions &options, ProgramConstants &constants,
                 const ProgramVariables &variables)
      : entry(entry), options(options), constants(constants), variables(variables),
        builder(entry.getContext()) {
    stores = llvm::to_vector(entry.front().getOps<util::GlobalStoreOp>());
    for (Operation &op : entry.front())
      if (isa<check::CheckDialect>(op.getDialect()))
        checks.push_back(&op);
    returnOp = cast<func::ReturnOp>(entry.front().getTerminator());
    for (Operation &op : entry.front()) {
      if (auto call = dyn_cast<func::CallOp>(op))
        addCall(call);
      else if (auto concat = dyn_cast<tensor::ConcatOp>(op))
        assemble(concat);
    }
    if (hasDynamicShapes(entry) || !entry.front().getOps<cf::AssertOp>().empty() ||
        llvm::any_of(entry.front().getOps<func::CallOp>(), [](func::CallOp call) {
          return llvm::any_of(call.getOperandTypes(), [](Type type) { return type.isIndex(); });
        }))
      sizes.emplace(entry);
    problem.alignment = options.alignment;
  }

  LogicalResult run() {
    if (sizes && failed(sizes->run()))
      return failure();
    describeBuffers();
    chooseOrder();
    std::string violation = verifyPlan(problem, plan);
    if (!violation.empty())
      return entry.emitError() << "internal: invalid memory plan: " << violation;
    if (plan.bytes > UINT32_MAX)
      return entry.emitError() << "'@" << entry.getName() << "' needs an arena of " << plan.bytes
                               << " bytes; supported: up to 4 GiB";
    if (sizes && failed(planDynamic()))
      return failure();
    requireOverlaps();
    return emit();
  }

private:
  /// What takes a step: a call, or the copy of a part of a concatenation that is
  /// not computed there.
  struct Item {
    func::CallOp call;
    tensor::ConcatOp concat;
    unsigned part = 0;

    OperandRange operands() {
      return call ? call.getOperands() : concat->getOperands().slice(part, 1);
    }
  };

  /// Bytes [begin, end) of a buffer, which consist of pieces.
  struct View {
    uint32_t buffer = 0;
    uint64_t begin = 0, end = 0;

    bool meets(const View &other) const {
      return buffer == other.buffer && begin < other.end && other.begin < end;
    }
    operator BufferView() const { return {buffer, begin, end}; }
  };

  //===- Values and buffers ---------------------------------------------------===//

  void addCall(func::CallOp call) {
    itemOf[call] = static_cast<uint32_t>(items.size());
    items.push_back({call, nullptr, 0});
  }

  /// Gives the parts of a concatenation their place in it: what a call computes
  /// for it alone, at an aligned offset, is computed there, and the rest copied.
  void assemble(tensor::ConcatOp concat) {
    uint64_t offset = 0;
    for (auto [part, operand] : llvm::enumerate(concat.getInputs())) {
      Origin origin = originOf(operand);
      uint64_t bytes = denseBytes(operand.getType());
      bool isComputed =
          isa_and_nonnull<func::CallOp, tensor::ConcatOp>(origin.base.getDefiningOp());
      bool isWhole = origin.offset == 0 && denseBytes(origin.base.getType()) == bytes;
      bool isKept = llvm::any_of(returnOp.getOperands(),
                                 [&](Value value) { return originOf(value).base == origin.base; });
      isKept |= llvm::any_of(stores, [&](util::GlobalStoreOp store) {
        return originOf(store.getValue()).base == origin.base;
      });
      if (isComputed && isWhole && !isKept && offset % options.alignment == 0 &&
          placedIn.try_emplace(origin.base, Origin{concat.getResult(), offset}).second) {
        offset += bytes;
        continue;
      }
      copiesOf[concat].push_back(static_cast<uint32_t>(items.size()));
      items.push_back({nullptr, concat, static_cast<unsigned>(part)});
      offset += bytes;
    }
  }

  /// The tensor that reshapes and slices start from.
  static Origin originOf(Value value) {
    uint64_t offset = 0;
    for (;;) {
      value = baseOf(value);
      auto slice = value.getDefiningOp<tensor::ExtractSliceOp>();
      if (!slice)
        return {value, offset};
      offset += contiguousOffset(slice).value_or(0); // verified behind the Dispatch stage
      value = slice.getSource();
    }
  }

  /// The tensor that has a buffer of its own.
  Origin rootOf(Value value) const {
    Origin origin = originOf(value);
    for (auto found = placedIn.find(origin.base); found != placedIn.end();
         found = placedIn.find(origin.base))
      origin = {found->second.base, origin.offset + found->second.offset};
    return origin;
  }

  std::optional<View> viewOf(Value value) const {
    if (value.getType().isIndex())
      return std::nullopt;
    Origin root = rootOf(value);
    auto found = bufferOf.find(root.base);
    if (found == bufferOf.end())
      return std::nullopt;
    return View{static_cast<uint32_t>(found->second), root.offset,
                root.offset + denseBytes(value.getType())};
  }

  static uint64_t partOffset(tensor::ConcatOp concat, unsigned part) {
    uint64_t offset = 0;
    for (Value operand : concat.getInputs().take_front(part))
      offset += denseBytes(operand.getType());
    return offset;
  }

  SmallVector<View> writesOf(Item item) const {
    SmallVector<View> views;
    if (item.concat) {
      View whole = *viewOf(item.concat.getResult());
      uint64_t begin = whole.begin + partOffset(item.concat, item.part);
      views.push_back(
          {whole.buffer, begin, begin + denseBytes(item.concat.getInputs()[item.part].getType())});
    } else {
      for (Value result : item.call.getResults())
        views.push_back(*viewOf(result));
    }
    return views;
  }

  /// What does not depend on the order: buffers, their pieces, and the graph of
  /// what reads and writes these.
  void describeBuffers() {
    auto add = [&](Value tensor) {
      if (placedIn.contains(tensor))
        return;
      bufferOf[tensor] = rootBytes.size();
      rootBytes.push_back(denseBytes(tensor.getType()));
    };
    if (options.argumentsInArena && !sizes)
      for (BlockArgument argument : entry.getArguments())
        add(argument);
    givenBuffers = rootBytes.size();
    for (Operation &op : entry.front())
      if (isa<func::CallOp, tensor::ConcatOp>(op))
        for (Value result : op.getResults())
          add(result);
    cutPieces();
    for (size_t buffer = 0; buffer < pieces.size(); ++buffer)
      for (Piece &piece : pieces[buffer]) {
        piece.value = static_cast<uint32_t>(graph.values.size());
        graph.values.push_back({llvm::alignTo(piece.end - piece.begin,
                                              pieces[buffer].size() == 1 ? options.alignment : 1),
                                buffer < givenBuffers, false});
      }
    for (Item item : items) {
      CallNode node;
      llvm::SmallSetVector<uint32_t, 4> reads;
      for (Value operand : item.operands())
        if (std::optional<View> view = viewOf(operand))
          forEachPiece(*view, [&](const Piece &piece) { reads.insert(piece.value); });
      node.reads.assign(reads.begin(), reads.end());
      for (View view : writesOf(item))
        forEachPiece(view, [&](const Piece &piece) { node.writes.push_back(piece.value); });
      if (isInPlace())
        for (const Use &use : usesOf(item))
          addShare(node, use);
      graph.calls.push_back(std::move(node));
    }
    auto keep = [&](Value value) {
      if (std::optional<View> view = viewOf(value))
        forEachPiece(*view,
                     [&](const Piece &piece) { graph.values[piece.value].keptToEnd = true; });
    };
    llvm::for_each(returnOp.getOperands(), keep);
    for (util::GlobalStoreOp store : stores)
      keep(store.getValue());
  }

  struct Piece {
    uint64_t begin = 0, end = 0;
    uint32_t value = 0; ///< of the graph
  };

  /// A piece is what is read or written together, always.
  void cutPieces() {
    SmallVector<std::set<uint64_t>> cuts(rootBytes.size());
    for (auto [own, bytes] : llvm::zip_equal(cuts, rootBytes))
      own = {0, bytes};
    auto cut = [&](const View &view) { cuts[view.buffer].insert({view.begin, view.end}); };
    auto cutRead = [&](Value value) {
      if (std::optional<View> view = viewOf(value))
        cut(*view);
    };
    for (Item item : items) {
      llvm::for_each(item.operands(), cutRead);
      llvm::for_each(writesOf(item), cut);
    }
    for (Operation *check : checks)
      llvm::for_each(check->getOperands(), cutRead);
    llvm::for_each(returnOp.getOperands(), cutRead);
    for (util::GlobalStoreOp store : stores)
      cutRead(store.getValue());
    for (const std::set<uint64_t> &own : cuts) {
      auto &list = pieces.emplace_back();
      for (auto each = own.begin(); std::next(each) != own.end(); ++each)
        list.push_back({*each, *std::next(each), 0});
      if (list.empty())
        list.push_back({0, 0, 0});
    }
  }

  template <typename Visit> void forEachPiece(const View &view, Visit visit) {
    for (Piece &piece : pieces[view.buffer])
      if (view.begin <= piece.begin && piece.end <= view.end)
        visit(piece);
  }

  //===- Results over arguments -------------------------------------------------===//

  /// An overlap that a call may use.
  struct Use {
    func::CallOp call;
    Overlap overlap;
    View argument, result;
  };

  bool isInPlace() const {
    return options.inPlace && options.favor == PartitioningFavor::MinPeakMemory && !sizes;
  }

  func::FuncOp kernelOf(func::CallOp call) {
    return SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
  }

  ArrayRef<Overlap> overlaps(func::CallOp call) {
    func::FuncOp kernel = kernelOf(call);
    auto [found, isNew] = knownOverlaps.try_emplace(kernel);
    if (isNew)
      found->second = overlapsOf(kernel);
    return found->second;
  }

  /// Those of which every operand that lies in the argument's bytes has one with
  /// the result.
  SmallVector<Use> usesOf(Item item) {
    SmallVector<Use> uses;
    if (!item.call)
      return uses;
    for (const Overlap &overlap : overlaps(item.call)) {
      std::optional<View> argument = viewOf(item.call.getOperand(overlap.argument));
      View result = *viewOf(item.call.getResult(overlap.result));
      if (!argument || argument->buffer == result.buffer)
        continue;
      bool isAllowed =
          llvm::all_of(llvm::enumerate(item.call.getOperands()), [&](const auto &operand) {
            std::optional<View> other = viewOf(operand.value());
            return !other || !other->meets(*argument) ||
                   llvm::any_of(overlaps(item.call), [&](const Overlap &each) {
                     return each.argument == operand.index() && each.result == overlap.result;
                   });
          });
      if (isAllowed)
        uses.push_back({item.call, overlap, *argument, result});
    }
    return uses;
  }

  /// For the order: between whole buffers.
  void addShare(CallNode &node, const Use &use) {
    uint64_t bytes = use.result.end - use.result.begin;
    if (!use.overlap.sameElements && use.overlap.distance > 0)
      bytes -= std::min(bytes, static_cast<uint64_t>(use.overlap.distance));
    SmallVector<uint32_t, 1> argument, result;
    forEachPiece(use.argument, [&](const Piece &piece) { argument.push_back(piece.value); });
    forEachPiece(use.result, [&](const Piece &piece) { result.push_back(piece.value); });
    if (argument.size() == 1 && result.size() == 1)
      node.shares.push_back({argument[0], result[0], bytes});
  }

  /// Checks read what their step leaves.
  void collectRelaxations() {
    problem.relaxations.clear();
    relaxedUses.clear();
    if (!isInPlace())
      return;
    for (size_t index = 0; index < items.size(); ++index)
      for (const Use &use : usesOf(items[index])) {
        bool isChecked = llvm::any_of(checks, [&](Operation *check) {
          return stepOf(check) == step[index] &&
                 llvm::any_of(check->getOperands(), [&](Value value) {
                   std::optional<View> view = viewOf(value);
                   return view && view->meets(use.argument);
                 });
        });
        if (isChecked)
          continue;
        problem.relaxations.push_back({use.argument, use.result, step[index], use.overlap.distance,
                                       use.overlap.sameElements});
        relaxedUses.push_back(use);
      }
  }

  /// Tells kernels which results the plan puts over arguments.
  void requireOverlaps() {
    for (auto [use, relaxation] : llvm::zip_equal(relaxedUses, problem.relaxations)) {
      if (!isUsed(relaxation, plan))
        continue;
      auto offset = [&](const View &view) {
        return static_cast<int64_t>(plan.offsets[view.buffer] + view.begin);
      };
      requireOverlap(kernelOf(use.call), use.overlap.argument, use.overlap.result,
                     offset(use.argument) - offset(use.result));
    }
  }

  //===- Order and places -------------------------------------------------------===//

  /// Fills `order` (execution order), `step` (lifetime unit of each item), the
  /// problem and its plan.
  void chooseOrder() {
    std::vector<uint32_t> programOrder(items.size());
    std::iota(programOrder.begin(), programOrder.end(), 0u);
    runInOrder(programOrder);
    if (options.favor == PartitioningFavor::MaxConcurrency) {
      step = waves(graph);
      for (uint32_t &each : step)
        each += firstStep();
      llvm::sort(order, [&](uint32_t a, uint32_t b) {
        return std::pair(step[a], a) < std::pair(step[b], b);
      });
    }
    collectBuffers();
    plan = options.favor == PartitioningFavor::Debug
               ? planSeparately(problem.buffers, problem.alignment)
               : planMemory(problem);
    if (options.favor != PartitioningFavor::MinPeakMemory)
      return;
    // The plan decides: packing may undo what an order gains.
    MemoryPlan asWritten = std::move(plan);
    runInOrder(orderForSmallestPeak(graph).order);
    collectBuffers();
    plan = planMemory(problem);
    if (plan.bytes < asWritten.bytes)
      return;
    runInOrder(programOrder);
    collectBuffers();
    plan = std::move(asWritten);
  }

  /// Arguments that lie in the arena are written before the first step.
  uint32_t firstStep() const { return givenBuffers != 0 ? 1 : 0; }

  void runInOrder(const std::vector<uint32_t> &chosen) {
    order = chosen;
    step.resize(order.size());
    for (uint32_t position = 0; position < order.size(); ++position)
      step[order[position]] = position + firstStep();
  }

  /// The items that compute a tensor which is not a slice.
  SmallVector<uint32_t> writersOf(Value base) const {
    SmallVector<uint32_t> writers;
    Operation *op = base.getDefiningOp();
    if (auto call = dyn_cast_or_null<func::CallOp>(op))
      writers.push_back(itemOf.lookup(call));
    if (auto concat = dyn_cast_or_null<tensor::ConcatOp>(op)) {
      for (Value operand : concat.getInputs())
        llvm::append_range(writers, writersOf(originOf(operand).base));
      llvm::append_range(writers, copiesOf.lookup(concat));
    }
    return writers;
  }

  /// A check comes right behind the last item that computes one of its operands;
  /// this is the item's step, or -1 without such an item.
  int64_t stepOf(Operation *check) {
    int64_t last = -1;
    for (Value operand : check->getOperands())
      for (uint32_t writer : writersOf(originOf(operand).base))
        last = std::max(last, static_cast<int64_t>(step[writer]));
    return last;
  }

  /// Every tensor that is computed is a buffer or a part of one; results that need
  /// a copy are buffers as well.
  void collectBuffers() {
    std::vector<PlannedBuffer> &buffers = problem.buffers;
    buffers.clear();
    resultBuffer.clear();
    directStore.clear();
    savedOf.clear();
    uint32_t end = items.empty() ? firstStep() : *llvm::max_element(step) + 1;
    for (auto [buffer, bytes] : llvm::enumerate(rootBytes)) {
      buffers.push_back({bytes, 0, 0});
      for (const Piece &piece : pieces[buffer])
        buffers.back().pieces.push_back({piece.begin, piece.end, 0, 0});
    }
    for (size_t index = 0; index < items.size(); ++index)
      for (const View &view : writesOf(items[index]))
        forEachPlanned(view, [&](PlannedPiece &piece) { piece.first = piece.last = step[index]; });
    for (auto [index, item] : llvm::enumerate(items))
      for (Value operand : item.operands())
        extend(operand, step[index]);
    for (Operation *check : checks)
      for (Value operand : check->getOperands())
        extend(operand, static_cast<uint32_t>(std::max<int64_t>(stepOf(check), 0)));
    DenseSet<Value> takenAsResult;
    for (Value operand : returnOp.getOperands()) {
      extend(operand, end);
      Origin root = rootOf(operand);
      auto found = bufferOf.find(root.base);
      bool direct = found != bufferOf.end() && found->second >= givenBuffers && root.offset == 0 &&
                    denseBytes(operand.getType()) == denseBytes(root.base.getType()) &&
                    takenAsResult.insert(root.base).second;
      if (!direct)
        buffers.push_back({denseBytes(operand.getType()), end, end});
      resultBuffer.push_back(direct ? found->second : buffers.size() - 1);
    }
    collectStores(takenAsResult, end);
    for (PlannedBuffer &buffer : buffers)
      closePieces(buffer);
    collectScratch();
    collectRelaxations();
  }

  /// Room for the windows of kernels. FitScratch.cpp finds the places: it knows all
  /// scratch.
  void collectScratch() {
    if (!isInPlace())
      return;
    for (auto [index, item] : llvm::enumerate(items))
      if (uint64_t bytes = item.call ? scratchOf(item.call) : 0)
        problem.buffers.push_back({bytes, step[index], step[index]});
  }

  uint64_t scratchOf(func::CallOp call) {
    func::FuncOp kernel = kernelOf(call);
    auto [found, isNew] = knownScratch.try_emplace(kernel);
    if (isNew)
      found->second = windowScratchBytes(kernel);
    return found->second;
  }

  template <typename Visit> void forEachPlanned(const View &view, Visit visit) {
    for (PlannedPiece &piece : problem.buffers[view.buffer].pieces)
      if (view.begin <= piece.begin && piece.end <= view.end)
        visit(piece);
  }

  /// The lifetime of all pieces together; a buffer of one is that piece.
  static void closePieces(PlannedBuffer &buffer) {
    if (buffer.pieces.empty())
      return;
    buffer.first = UINT32_MAX;
    for (const PlannedPiece &piece : buffer.pieces) {
      buffer.first = std::min(buffer.first, piece.first);
      buffer.last = std::max(buffer.last, piece.last);
    }
    if (buffer.pieces.size() == 1 || buffer.bytes == 0)
      buffer.pieces.clear();
  }

  /// Finds out which values can be computed in the variables that they are
  /// stored to, and which old values must be saved before others replace them.
  void collectStores(DenseSet<Value> &taken, uint32_t end) {
    llvm::StringMap<uint32_t> lastRead; // one more than the step
    auto noteRead = [&](Value value, uint32_t atStep) {
      if (auto load = originOf(value).base.getDefiningOp<util::GlobalLoadOp>())
        lastRead[load.getGlobal()] = std::max(lastRead[load.getGlobal()], atStep + 1);
    };
    for (auto [index, item] : llvm::enumerate(items))
      for (Value operand : item.operands())
        noteRead(operand, step[index]);
    for (Operation *check : checks)
      for (Value operand : check->getOperands())
        noteRead(operand, static_cast<uint32_t>(std::max<int64_t>(stepOf(check), 0)));
    for (Value operand : returnOp.getOperands())
      noteRead(operand, end);
    for (util::GlobalStoreOp store : stores)
      noteRead(store.getValue(), end);
    for (util::GlobalStoreOp store : stores) {
      extend(store.getValue(), end);
      Value base = baseOf(store.getValue());
      auto call = base.getDefiningOp<func::CallOp>();
      if (call && cast<ShapedType>(base.getType()).hasStaticShape() &&
          lastRead[store.getGlobal()] <= step[itemOf.lookup(call)] && taken.insert(base).second) {
        directStore[bufferOf[base]] = store;
        problem.buffers[bufferOf[base]].bytes = 0;
      }
      auto load = originOf(store.getValue()).base.getDefiningOp<util::GlobalLoadOp>();
      bool isReplaced = load && llvm::any_of(stores, [&](util::GlobalStoreOp other) {
                          return other.getGlobalAttr() == load.getGlobalAttr();
                        });
      if (isReplaced) {
        savedOf[store] = problem.buffers.size();
        problem.buffers.push_back({denseBytes(store.getValue().getType()), end, end});
      }
    }
  }

  void extend(Value value, uint32_t untilStep) {
    if (std::optional<View> view = viewOf(value))
      forEachPlanned(*view,
                     [&](PlannedPiece &piece) { piece.last = std::max(piece.last, untilStep); });
  }

  static bool isDynamic(Value tensor) {
    return !cast<ShapedType>(tensor.getType()).hasStaticShape();
  }

  /// A place, and offset and length if they are computed.
  struct Place {
    program::PlaceAttr attribute;
    SmallVector<Value, 2> sizes;
  };

  Place place(program::Space space, uint64_t index, uint64_t offset, Type type) {
    return {program::PlaceAttr::get(entry.getContext(), space, static_cast<uint32_t>(index), offset,
                                    denseBytes(type)),
            {}};
  }

  Place computedPlace(program::Space space, uint64_t index, Value offset, Value tensor) {
    return {program::PlaceAttr::get(entry.getContext(), space, static_cast<uint32_t>(index),
                                    program::kComputed, program::kComputed),
            {offset, lengthOf(tensor)}};
  }

  Place placeOf(Value value) {
    Origin root = rootOf(value);
    Value base = root.base;
    if (isDynamic(base)) {
      if (auto argument = dyn_cast<BlockArgument>(base))
        return computedPlace(program::Space::Argument, argument.getArgNumber(), number(0), base);
      uint64_t buffer = bufferOf[base];
      auto asResult = llvm::find(resultBuffer, buffer);
      if (asResult != resultBuffer.end())
        return computedPlace(program::Space::Result, asResult - resultBuffer.begin(), number(0),
                             base);
      return computedPlace(program::Space::Arena, 0, slotOffsets[slotOf.lookup(buffer)], base);
    }
    return part(placeOfRoot(base), root.offset, value.getType());
  }

  /// Of a static tensor that is no part of another one.
  Place placeOfRoot(Value base) {
    if (auto argument = dyn_cast<BlockArgument>(base))
      return place(program::Space::Argument, argument.getArgNumber(), 0, base.getType());
    if (ElementsAttr constant = constantValue(base))
      return place(program::Space::Constant,
                   constantOrdinal(constants, builder, constant, base.getLoc()), 0, base.getType());
    if (auto load = base.getDefiningOp<util::GlobalLoadOp>())
      return variablePlace(load.getGlobal(), base.getType());
    uint64_t buffer = bufferOf[base];
    if (auto direct = directStore.find(buffer); direct != directStore.end())
      return variablePlace(direct->second.getGlobal(), base.getType());
    auto asResult = llvm::find(resultBuffer, buffer);
    if (asResult != resultBuffer.end())
      return place(program::Space::Result, asResult - resultBuffer.begin(), 0, base.getType());
    return place(program::Space::Arena, 0, plan.offsets[buffer], base.getType());
  }

  /// A tensor of this type within a static place.
  Place part(const Place &whole, uint64_t offset, Type type) {
    return place(whole.attribute.getSpace(), whole.attribute.getIndex(),
                 whole.attribute.getOffset() + offset, type);
  }

  Place variablePlace(StringRef name, Type type) {
    return place(program::Space::State, variables.lookup(name), 0, type);
  }

  //===- Dynamic shapes -----------------------------------------------------===//

  /// The bytes of a tensor, and the values that stand for its symbols.
  SymbolicSize symbolicSize(Value tensor) {
    SymbolicSize size;
    size.bytes = elementBytes(cast<ShapedType>(tensor.getType()).getElementType());
    for (OpFoldResult extent : sizes->of(tensor)) {
      if (std::optional<int64_t> constant = getConstantIntValue(extent)) {
        size.bytes *= static_cast<uint64_t>(*constant);
        continue;
      }
      auto [symbol, isNew] = symbols.insert({cast<Value>(extent), symbols.size()});
      size.symbols.push_back(static_cast<uint32_t>(symbol->second));
    }
    llvm::sort(size.symbols);
    return size;
  }

  /// Buffers of dynamic shape share slots.
  LogicalResult planDynamic() {
    std::vector<SymbolicBuffer> dynamic;
    auto add = [&](Value tensor, uint64_t buffer) {
      if (!isDynamic(tensor) || !slotOf.try_emplace(buffer, dynamic.size()).second)
        return;
      dynamic.push_back(
          {symbolicSize(tensor), problem.buffers[buffer].first, problem.buffers[buffer].last});
    };
    for (Item item : items)
      if (item.call)
        for (Value result : item.call.getResults())
          add(result, bufferOf[result]);
    for (auto [operand, buffer] : llvm::zip_equal(returnOp.getOperands(), resultBuffer))
      add(operand, buffer);
    SymbolicPlan symbolic = planSymbolic(dynamic);
    if (options.favor == PartitioningFavor::Debug) {
      symbolic = {};
      for (auto [index, buffer] : llvm::enumerate(dynamic)) {
        symbolic.slotOf.push_back(static_cast<uint32_t>(index));
        symbolic.slots.push_back(buffer.size);
      }
    }
    std::string violation = verifySymbolicPlan(dynamic, symbolic);
    if (!violation.empty())
      return entry.emitError() << "internal: invalid memory plan: " << violation;
    for (auto &[buffer, slot] : slotOf)
      slot = symbolic.slotOf[slot];
    slots = std::move(symbolic.slots);
    return success();
  }

  Value number(uint64_t value) {
    Value &known = numbers[value];
    if (!known) {
      OpBuilder start = OpBuilder::atBlockBegin(body->getBlock());
      known = arith::ConstantIndexOp::create(start, entry.getLoc(), static_cast<int64_t>(value));
    }
    return known;
  }

  Value valueOf(OpFoldResult size) {
    if (std::optional<int64_t> constant = getConstantIntValue(size))
      return number(static_cast<uint64_t>(*constant));
    return mapping.lookup(cast<Value>(size));
  }

  Value emitSize(const SymbolicSize &size) {
    for (auto &[known, value] : emittedSizes)
      if (known == size)
        return value;
    Value product = number(size.bytes);
    for (uint32_t symbol : size.symbols)
      product = program::SizeOp::create(*body, entry.getLoc(), body->getIndexType(), product,
                                        mapping.lookup((symbols.begin() + symbol)->first));
    emittedSizes.push_back({size, product});
    return product;
  }

  Value lengthOf(Value tensor) { return emitSize(symbolicSize(tensor)); }

  /// Scalars of the entry function, in their order.
  LogicalResult emitScalars() {
    for (Operation &op : entry.front()) {
      if (auto assertion = dyn_cast<cf::AssertOp>(op)) {
        program::AssertOp::create(*body, op.getLoc(), mapping.lookup(assertion.getArg()),
                                  assertion.getMsg());
      } else if (auto dim = dyn_cast<tensor::DimOp>(op)) {
        auto argument = dyn_cast<BlockArgument>(dim.getSource());
        if (!argument || !dim.getConstantIndex())
          return op.emitError("'tensor.dim' of a tensor that is computed, or of a dimension that "
                              "is; supported: sizes that follow from those of arguments");
        mapping.map(dim.getResult(),
                    program::DimOp::create(*body, op.getLoc(), body->getIndexType(),
                                           argument.getArgNumber(),
                                           static_cast<uint32_t>(*dim.getConstantIndex()))
                        .getResult());
      } else if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
        Value base = baseOf(extract.getTensor());
        if (base.getDefiningOp<func::CallOp>() || isDynamic(base) ||
            extract.getIndices().size() > 1)
          return op.emitError("a size is read from a tensor that is computed, or of more than "
                              "one dimension; supported: from an argument of rank 0 or 1");
        Value index =
            extract.getIndices().empty() ? Value() : mapping.lookup(extract.getIndices()[0]);
        mapping.map(extract.getResult(),
                    program::LoadOp::create(*body, op.getLoc(), extract.getType(),
                                            placeOf(base).attribute, index)
                        .getResult());
      } else if (op.getNumResults() != 0 && !isa<TensorType>(op.getResult(0).getType()) &&
                 !isa<func::CallOp>(op)) {
        body->clone(op, mapping);
      }
    }
    return success();
  }

  void emitPlaces() {
    Location loc = entry.getLoc();
    Value end = program::FixedOp::create(*body, loc, body->getIndexType());
    for (const SymbolicSize &slot : slots) {
      slotOffsets.push_back(end);
      end = program::BehindOp::create(*body, loc, body->getIndexType(), end, emitSize(slot));
    }
    program::ReserveOp::create(*body, loc, end);
    for (auto [index, operand] : llvm::enumerate(returnOp.getOperands())) {
      uint64_t buffer = resultBuffer[index];
      SmallVector<Value> shape =
          llvm::map_to_vector(sizes->of(operand), [&](OpFoldResult size) { return valueOf(size); });
      auto slot = slotOf.find(buffer);
      Value offset =
          slot != slotOf.end() ? slotOffsets[slot->second] : number(plan.offsets[buffer]);
      program::ResultOp::create(*body, returnOp.getLoc(), static_cast<uint32_t>(index), offset,
                                shape);
    }
  }

  LogicalResult emit() {
    builder.setInsertionPoint(entry);
    SmallVector<int64_t> offsets;
    for (uint64_t buffer : resultBuffer)
      offsets.push_back(static_cast<int64_t>(plan.offsets[buffer]));
    auto func = createProgram(builder, entry, offsets, plan.bytes);
    func->setAttr(program::kArenaBoundAttrName,
                  builder.getI64IntegerAttr(static_cast<int64_t>(lowerBound(problem))));
    if (givenBuffers != 0)
      func.setArgumentOffsets(
          llvm::map_to_vector(llvm::seq<size_t>(givenBuffers), [&](size_t buffer) {
            return static_cast<int64_t>(plan.offsets[buffer]);
          }));
    func.getBody().emplaceBlock();
    OpBuilder atEnd = OpBuilder::atBlockEnd(&func.getBody().front());
    body = &atEnd;
    if (sizes) {
      if (failed(emitScalars()))
        return failure();
      emitPlaces();
    }
    auto kernels = FlatSymbolRefAttr::get(builder.getContext(), program::kKernelsModuleName);
    emitChecks(-1);
    for (auto [position, index] : llvm::enumerate(order)) {
      if (items[index].call)
        emitCall(items[index].call, kernels);
      else
        emitPart(items[index].concat, items[index].part);
      if (position + 1 == order.size() || step[order[position + 1]] != step[index])
        emitChecks(step[index]);
    }
    for (auto [index, operand] : llvm::enumerate(returnOp.getOperands()))
      emitCopy(returnOp.getLoc(), operand,
               isDynamic(operand) ? computedPlace(program::Space::Result, index, number(0), operand)
                                  : place(program::Space::Result, index, 0, operand.getType()));
    emitStores();
    program::ReturnOp::create(*body, returnOp.getLoc());
    return success();
  }

  void emitCall(func::CallOp call, FlatSymbolRefAttr kernels) {
    SmallVector<Value> kernelConstants, computed;
    auto places = [&](ValueRange values) {
      SmallVector<Attribute> list;
      for (Value value : values) {
        if (value.getType().isIndex()) {
          kernelConstants.push_back(valueOf(value));
          continue;
        }
        Place each = placeOf(value);
        list.push_back(each.attribute);
        llvm::append_range(computed, each.sizes);
      }
      return builder.getArrayAttr(list);
    };
    auto reads = places(call.getOperands());
    auto writes = places(call.getResults());
    program::DispatchOp::create(
        *body, call.getLoc(),
        SymbolRefAttr::get(kernels.getAttr(),
                           FlatSymbolRefAttr::get(call.getCalleeAttr().getAttr())),
        reads, writes, kernelConstants, computed);
  }

  /// Copies a part of a concatenation to its place.
  void emitPart(tensor::ConcatOp concat, unsigned number) {
    Value operand = concat.getInputs()[number];
    emitCopy(concat.getLoc(), operand,
             part(placeOf(concat.getResult()), partOffset(concat, number), operand.getType()));
  }

  /// Those that are due after this step, in the model's order.
  void emitChecks(int64_t afterStep) {
    for (Operation *check : checks) {
      if (stepOf(check) != afterStep)
        continue;
      program::PlaceAttr actual = placeOf(check->getOperand(0)).attribute;
      program::PlaceAttr expected =
          check->getNumOperands() == 2 ? placeOf(check->getOperand(1)).attribute : actual;
      createCheck(*body, check, actual, expected);
    }
  }

  /// Nothing if the value lies there.
  void emitCopy(Location loc, Value value, const Place &target) {
    auto splat = dyn_cast_or_null<SplatElementsAttr>(constantValue(baseOf(value)));
    if (splat && target.sizes.empty() && elementBytes(splat.getElementType()) <= 8) {
      program::FillOp::create(
          *body, loc, builder.getI64IntegerAttr(bitPattern(splat)),
          builder.getI32IntegerAttr(int32_t(elementBytes(splat.getElementType()))),
          target.attribute);
      return;
    }
    Place source = placeOf(value);
    bool isResult = source.attribute.getSpace() == program::Space::Result &&
                    target.attribute.getSpace() == program::Space::Result &&
                    source.attribute.getIndex() == target.attribute.getIndex();
    if (!isResult && source.attribute != target.attribute)
      emitCopy(loc, source, target);
    else if (!isResult && source.sizes != target.sizes)
      emitCopy(loc, source, target);
  }

  void emitCopy(Location loc, const Place &source, const Place &target) {
    SmallVector<Value> computed;
    llvm::append_range(computed, target.sizes);
    llvm::append_range(computed, source.sizes);
    program::CopyOp::create(*body, loc, source.attribute, target.attribute, computed);
  }

  void emitStores() {
    auto savedPlace = [&](util::GlobalStoreOp store) {
      return place(program::Space::Arena, 0, plan.offsets[savedOf.lookup(store)],
                   store.getValue().getType());
    };
    for (util::GlobalStoreOp store : stores)
      if (savedOf.contains(store))
        emitCopy(store.getLoc(), placeOf(store.getValue()), savedPlace(store));
    for (util::GlobalStoreOp store : stores) {
      Place target = variablePlace(store.getGlobal(), store.getValue().getType());
      if (savedOf.contains(store))
        emitCopy(store.getLoc(), savedPlace(store), target);
      else
        emitCopy(store.getLoc(), store.getValue(), target);
    }
  }

  func::FuncOp entry;
  const ScheduleOptions &options;
  ProgramConstants &constants;
  const ProgramVariables &variables;
  OpBuilder builder;
  std::vector<Item> items;                 ///< in the model's order
  SmallVector<Operation *> checks;         ///< in the model's order
  SmallVector<util::GlobalStoreOp> stores; ///< at the end, one for a variable
  DenseMap<Operation *, uint32_t> itemOf;  ///< by call
  DenseMap<Value, Origin> placedIn;        ///< parts of concatenations that are computed there
  DenseMap<Operation *, SmallVector<uint32_t>> copiesOf; ///< by concatenation: items
  func::ReturnOp returnOp;

  // By buffer; those of arguments come first.
  SmallVector<uint64_t> rootBytes;
  std::vector<std::vector<Piece>> pieces;
  size_t givenBuffers = 0;
  DenseMap<Value, uint64_t> bufferOf;
  CallGraph graph;
  DenseMap<Operation *, SmallVector<Overlap>> knownOverlaps; ///< by kernel
  DenseMap<Operation *, uint64_t> knownScratch;              ///< by kernel

  std::vector<uint32_t> order; ///< items in execution order
  std::vector<uint32_t> step;  ///< by item
  MemoryProblem problem;
  SmallVector<Use> relaxedUses;                        ///< those of the problem
  SmallVector<uint64_t> resultBuffer;                  ///< by result
  DenseMap<uint64_t, util::GlobalStoreOp> directStore; ///< by buffer: it lies in the variable
  DenseMap<Operation *, uint64_t> savedOf;             ///< by store: buffer for the old value
  MemoryPlan plan;

  // Functions with dynamic shapes only.
  std::optional<TensorSizes> sizes;
  llvm::MapVector<Value, size_t> symbols; ///< sizes, and their numbers in the plan
  DenseMap<uint64_t, size_t> slotOf;      ///< by buffer of dynamic shape
  std::vector<SymbolicSize> slots;
  SmallVector<Value> slotOffsets;
  OpBuilder *body = nullptr; ///< of the program
  IRMapping mapping;         ///< scalars of the entry function to the program's
  DenseMap<uint64_t, Value> numbers;
  SmallVector<std::pair<SymbolicSize, Value>> emittedSizes;
};

struct ScheduleProgram : PassWrapper<ScheduleProgram, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ScheduleProgram)
  ScheduleProgram() = default;
  ScheduleProgram(const ScheduleProgram &other) : PassWrapper(other) {
    favor = other.favor;
    inPlace = other.inPlace;
    argumentsInArena = other.argumentsInArena;
  }
  explicit ScheduleProgram(const Options &options) {
    favor = options.favor;
    // Bytecode kernels do not keep an order.
    bool isNative = llvm::all_of(options.backends, [](Backend b) { return b == Backend::LlvmCpu; });
    inPlace = isNative ? options.inPlace : InPlace::Never;
    argumentsInArena = options.argumentsInArena;
  }
  StringRef getArgument() const override { return "iree-schedule-program"; }
  StringRef getDescription() const override { return "Order calls and place buffers"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, cf::ControlFlowDialect, program::ProgramDialect>();
  }

  Option<PartitioningFavor> favor{
      *this, "favor", llvm::cl::desc("What the schedule optimises"),
      llvm::cl::init(PartitioningFavor::MinPeakMemory),
      llvm::cl::values(
          clEnumValN(PartitioningFavor::MinPeakMemory, "min-peak-memory", "smallest arena"),
          clEnumValN(PartitioningFavor::MaxConcurrency, "max-concurrency", "widest waves"),
          clEnumValN(PartitioningFavor::Debug, "debug", "program order, separate places"))};
  Option<InPlace> inPlace{
      *this, "in-place", llvm::cl::desc("Whether results may lie over arguments"),
      llvm::cl::init(InPlace::Auto),
      llvm::cl::values(clEnumValN(InPlace::Auto, "auto", "on machines without an operating system"),
                       clEnumValN(InPlace::Never, "never", ""),
                       clEnumValN(InPlace::Always, "always", ""))};
  Option<bool> argumentsInArena{*this, "arguments-in-arena",
                                llvm::cl::desc("Give arguments places in the arena"),
                                llvm::cl::init(false)};

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> entries, kernels;
    for (auto func : module.getOps<func::FuncOp>())
      (func->hasAttr(program::kKernelAttrName) ? kernels : entries).push_back(func);
    ProgramConstants constants;
    ProgramVariables variables = placeVariables(module);
    Target target = Target::of(module);
    ScheduleOptions options = {favor,
                               inPlace == InPlace::Always ||
                                   (inPlace == InPlace::Auto && !target.hasOperatingSystem),
                               argumentsInArena, target.bufferAlignment()};
    for (func::FuncOp entry : entries)
      if (failed(hasControl(entry) ? scheduleControl(entry, favor, constants, variables)
                                   : EntryScheduler(entry, options, constants, variables).run()))
        return signalPassFailure();
    for (func::FuncOp entry : entries)
      entry.erase();
    for (auto global : llvm::make_early_inc_range(module.getOps<util::GlobalOp>()))
      global.erase();
    OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
    auto nested = ModuleOp::create(builder, module.getLoc(), program::kKernelsModuleName);
    for (func::FuncOp kernel : kernels) {
      kernel->moveBefore(nested.getBody(), nested.getBody()->end());
      kernel.setPublic();
    }
  }

  static bool isZero(TypedAttr value) {
    auto splat = dyn_cast<SplatElementsAttr>(value);
    return splat && elementBytes(splat.getElementType()) <= 8 && bitPattern(splat) == 0;
  }

  /// Those that do not begin with zeros come first: the file holds their values.
  static ProgramVariables placeVariables(ModuleOp module) {
    ProgramVariables variables;
    OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
    for (bool wantsValue : {true, false})
      for (auto global : module.getOps<util::GlobalOp>()) {
        TypedAttr value = global.getInitialValueAttr();
        if (value && isZero(value))
          value = nullptr;
        if (wantsValue != (value != nullptr))
          continue;
        variables.try_emplace(global.getSymName(), variables.size());
        program::VariableOp::create(builder, global.getLoc(), global.getSymName(), global.getType(),
                                    cast_or_null<ElementsAttr>(value));
      }
    return variables;
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createScheduleProgramPass(const Options &options) {
  return std::make_unique<ScheduleProgram>(options);
}
