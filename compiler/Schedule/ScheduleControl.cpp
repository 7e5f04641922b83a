// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Branches and loops of an entry function become blocks of its program. What a
// branch returns and what a loop carries has a slot: one buffer for all values
// that are handed on there. A value is computed in its slot if nothing reads
// the slot's old value by then; else it is copied there where it is handed on.
//
// Time is counted in steps of the function's text. A loop reads what comes from
// outside again and again, so that this lives to the loop's last step.
#include "compiler/Schedule/ScheduleControl.h"

#include "compiler/Dialect/Check/Check.h"
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Input/TensorSizes.h"
#include "compiler/Schedule/MemoryPlanner.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

bool isControl(Operation *op) { return isa<scf::IfOp, scf::ForOp, scf::WhileOp>(op); }
bool isLoop(Operation *op) { return isa<scf::ForOp, scf::WhileOp>(op); }

/// Steps of the function's text that an operation takes, both included.
struct Span {
  uint32_t begin = 0, end = 0;
};

/// A value that is handed to a slot at a step.
struct HandOver {
  Value value;
  Value slot; ///< any value of the slot
};

class ControlScheduler {
public:
  ControlScheduler(func::FuncOp entry, PartitioningFavor favor, ProgramConstants &constants,
                   const ProgramVariables &variables)
      : entry(entry), favor(favor), constants(constants), variables(variables),
        builder(entry.getContext()) {}

  LogicalResult run() {
    countSteps(entry.front());
    end = now;
    collect(entry.front());
    computeInSlots(entry.front());
    collectResults();
    collectStores();
    saveReplaced(entry.front());
    plan = favor == PartitioningFavor::Debug ? planSeparately(buffers, kArenaAlignment)
                                             : planMemory(buffers, kArenaAlignment);
    std::string violation = verifyPlan(buffers, plan, kArenaAlignment);
    if (!violation.empty())
      return entry.emitError() << "internal: invalid memory plan: " << violation;
    if (plan.bytes > UINT32_MAX)
      return entry.emitError() << "'@" << entry.getName() << "' needs an arena of " << plan.bytes
                               << " bytes; supported: up to 4 GiB";
    emit();
    return success();
  }

private:
  //===- Steps ----------------------------------------------------------------===//

  void countSteps(Block &block) {
    for (Operation &op : block) {
      spans[&op].begin = now++;
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          countSteps(inner);
      spans[&op].end = isControl(&op) ? now++ : spans[&op].begin;
    }
  }

  static bool contains(Operation *op, Value value) {
    return llvm::any_of(op->getRegions(),
                        [&](Region &region) { return region.isAncestor(value.getParentRegion()); });
  }

  /// The last step that reads the value, behind reshapes too; 0 for none.
  uint32_t lastRead(Value value) {
    uint32_t last = 0;
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp>(user))
        last = std::max(last, lastRead(user->getResult(0)));
      else if (isa<util::OptimizationBarrierOp>(user))
        last = std::max(last, lastRead(user->getResult(use.getOperandNumber())));
      else
        last = std::max(last, spans[user].begin);
      for (Operation *parent = user->getParentOp(); parent != entry.getOperation();
           parent = parent->getParentOp())
        if (isLoop(parent) && !contains(parent, value))
          last = std::max(last, spans[parent].end);
    }
    return last;
  }

  //===- Buffers ----------------------------------------------------------------===//

  uint64_t addBuffer(Value value, uint32_t first, uint32_t last) {
    buffers.push_back({denseBytes(value.getType()), first, std::max(first, last)});
    sameAs.push_back(buffers.size() - 1);
    bufferOf[value] = buffers.size() - 1;
    return buffers.size() - 1;
  }

  bool hasBuffer(Value value) { return bufferOf.contains(baseOf(value)); }

  uint64_t rootOf(Value value) {
    uint64_t buffer = bufferOf.lookup(baseOf(value));
    while (sameAs[buffer] != buffer)
      buffer = sameAs[buffer];
    return buffer;
  }

  void collect(Block &block) {
    for (Operation &op : block) {
      Span span = spans[&op];
      if (isa<func::CallOp, tensor::FromElementsOp>(op)) {
        for (Value result : op.getResults())
          addBuffer(result, span.begin, lastRead(result));
        continue;
      }
      if (!isControl(&op))
        continue;
      for (Value result : op.getResults())
        addBuffer(result, span.begin, std::max(span.end, lastRead(result)));
      if (auto loop = dyn_cast<scf::ForOp>(op))
        for (auto [argument, result] : llvm::zip_equal(loop.getRegionIterArgs(), loop.getResults()))
          bufferOf[argument] = bufferOf[result];
      if (auto loop = dyn_cast<scf::WhileOp>(op))
        collectWhile(loop);
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          collect(inner);
    }
  }

  /// What the condition hands on as it is stays in one slot all the time.
  void collectWhile(scf::WhileOp loop) {
    for (auto [argument, result] : llvm::zip_equal(loop.getAfterArguments(), loop.getResults()))
      bufferOf[argument] = bufferOf[result];
    for (auto [operand, result] :
         llvm::zip_equal(loop.getConditionOp().getArgs(), loop.getResults())) {
      auto argument = dyn_cast<BlockArgument>(baseOf(operand));
      uint64_t slot = bufferOf[result];
      if (argument && argument.getOwner() == loop.getBeforeBody() &&
          bufferOf.try_emplace(argument, slot).second)
        handedOn[argument] = loop.getAfterArguments()[cast<OpResult>(result).getResultNumber()];
    }
    Span span = spans[loop];
    for (BlockArgument argument : loop.getBeforeArguments())
      if (!bufferOf.contains(argument))
        addBuffer(argument, span.begin, span.end);
  }

  /// What a control operation is given at its beginning.
  SmallVector<HandOver> initialValues(Operation *op) {
    SmallVector<HandOver> list;
    if (auto loop = dyn_cast<scf::ForOp>(op))
      for (auto [value, slot] : llvm::zip_equal(loop.getInitArgs(), loop.getRegionIterArgs()))
        list.push_back({value, slot});
    if (auto loop = dyn_cast<scf::WhileOp>(op))
      for (auto [value, slot] : llvm::zip_equal(loop.getInits(), loop.getBeforeArguments()))
        list.push_back({value, slot});
    return list;
  }

  /// What the end of a branch or of a loop's body hands on.
  SmallVector<HandOver> handedOver(Operation *terminator) {
    SmallVector<HandOver> list;
    auto add = [&](ValueRange values, ValueRange slots) {
      for (auto [value, slot] : llvm::zip_equal(values, slots))
        list.push_back({value, slot});
    };
    Operation *parent = terminator->getParentOp();
    if (auto condition = dyn_cast<scf::ConditionOp>(terminator))
      add(condition.getArgs(), parent->getResults());
    else if (auto loop = dyn_cast<scf::WhileOp>(parent))
      add(terminator->getOperands(), loop.getBeforeArguments());
    else if (auto counted = dyn_cast<scf::ForOp>(parent))
      add(terminator->getOperands(), counted.getRegionIterArgs());
    else if (isControl(parent))
      add(terminator->getOperands(), parent->getResults());
    return list;
  }

  //===- Values that are computed where they are handed on -------------------------===//

  void computeInSlots(Block &block) {
    for (Operation &op : block) {
      if (!isControl(&op))
        continue;
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          computeInSlots(inner);
      DenseSet<uint64_t> merged;
      for (HandOver initial : initialValues(&op))
        mergeInitial(&op, initial, merged);
    }
    DenseSet<uint64_t> merged;
    for (HandOver edge : handedOver(block.getTerminator()))
      mergeHandedOver(block, edge, merged);
  }

  void merge(uint64_t into, uint64_t from) {
    if (into == from)
      return;
    buffers[into].first = std::min(buffers[into].first, buffers[from].first);
    buffers[into].last = std::max(buffers[into].last, buffers[from].last);
    buffers[from].bytes = 0;
    sameAs[from] = into;
  }

  /// A loop begins where its initial value lies, if this is not needed later.
  /// `merged` has the slots that have got one.
  void mergeInitial(Operation *op, HandOver initial, DenseSet<uint64_t> &merged) {
    Value base = baseOf(initial.value);
    Operation *producer = base.getDefiningOp();
    if (!producer || !hasBuffer(base) || producer->getBlock() != op->getBlock() ||
        lastRead(base) > spans[op].begin || merged.contains(rootOf(base)))
      return;
    merge(rootOf(initial.slot), rootOf(base));
    merged.insert(rootOf(initial.slot));
  }

  /// The value is computed in the slot if nothing reads the slot's old value
  /// from the producer's first step on.
  void mergeHandedOver(Block &block, HandOver edge, DenseSet<uint64_t> &merged) {
    Value base = baseOf(edge.value);
    Operation *producer = base.getDefiningOp();
    if (!producer || !hasBuffer(base) || producer->getBlock() != &block ||
        merged.contains(rootOf(base)))
      return;
    Value old = oldValue(block.getTerminator(), edge.slot);
    uint32_t first = buffers[rootOf(base)].first;
    if (first < spans[block.getParentOp()].begin ||
        (old && lastRead(old) >= first && !beginsAs(base, old)))
      return;
    merge(rootOf(edge.slot), rootOf(base));
    merged.insert(rootOf(edge.slot));
  }

  /// What is in the slot while the block runs and may be read there: nothing in
  /// a branch; in a loop's condition what only the body reads; in a body what
  /// only the condition reads, unless that hands it on as it is.
  Value oldValue(Operation *terminator, Value slot) {
    Operation *parent = terminator->getParentOp();
    if (isa<scf::ForOp>(parent))
      return slot;
    if (isa<scf::WhileOp>(parent) && !isa<scf::ConditionOp>(terminator))
      return handedOn.lookup(slot);
    return Value();
  }

  /// `result` is a loop's, which begins with `old` in the place of it, and nothing
  /// reads `old` later.
  bool beginsAs(Value result, Value old) {
    Operation *op = result.getDefiningOp();
    if (!op || lastRead(old) > spans[op].begin || buffers[rootOf(result)].first != spans[op].begin)
      return false;
    return llvm::any_of(initialValues(op), [&](HandOver initial) {
      return rootOf(initial.slot) == rootOf(result) && baseOf(initial.value) == old;
    });
  }

  //===- Results, variables, copies ------------------------------------------------===//

  void extend(Value value, uint32_t step) {
    if (hasBuffer(value))
      buffers[rootOf(value)].last = std::max(buffers[rootOf(value)].last, step);
  }

  void collectResults() {
    returnOp = cast<func::ReturnOp>(entry.front().getTerminator());
    DenseSet<uint64_t> asResult;
    for (Value operand : returnOp.getOperands()) {
      extend(operand, end);
      bool direct = hasBuffer(operand) && asResult.insert(rootOf(operand)).second;
      if (!direct) {
        buffers.push_back({denseBytes(operand.getType()), end, end});
        sameAs.push_back(buffers.size() - 1);
      }
      resultBuffer.push_back(direct ? rootOf(operand) : buffers.size() - 1);
    }
  }

  void collectStores() {
    stores = llvm::to_vector(entry.front().getOps<util::GlobalStoreOp>());
    llvm::StringMap<Value> loads;
    for (auto load : entry.front().getOps<util::GlobalLoadOp>())
      loads[load.getGlobal()] = load.getResult();
    for (util::GlobalStoreOp store : stores) {
      extend(store.getValue(), end);
      Value base = baseOf(store.getValue());
      if (auto load = base.getDefiningOp<util::GlobalLoadOp>()) {
        if (llvm::any_of(stores, [&](util::GlobalStoreOp other) {
              return other.getGlobalAttr() == load.getGlobalAttr();
            }))
          saveOf[store] = addSaved(base, end);
        continue;
      }
      if (!hasBuffer(base) || llvm::is_contained(resultBuffer, rootOf(base)))
        continue;
      Value old = loads.lookup(store.getGlobal());
      uint32_t first = buffers[rootOf(base)].first;
      bool isFree = !old || lastRead(old) < first || beginsAs(base, old);
      if (isFree && directStore.try_emplace(rootOf(base), store).second)
        buffers[rootOf(base)].bytes = 0;
    }
  }

  uint64_t addSaved(Value value, uint32_t step) {
    buffers.push_back({denseBytes(value.getType()), step, step});
    sameAs.push_back(buffers.size() - 1);
    return buffers.size() - 1;
  }

  /// Copies that are needed; those whose value lies in the slot are not.
  SmallVector<HandOver> copies(ArrayRef<HandOver> edges) {
    SmallVector<HandOver> needed;
    for (HandOver edge : edges)
      if (placeKey(edge.value) != placeKey(edge.slot))
        needed.push_back(edge);
    return needed;
  }

  /// Equal for values in the same place.
  std::pair<uint64_t, const void *> placeKey(Value value) {
    Value base = baseOf(value);
    if (hasBuffer(base)) {
      auto direct = directStore.find(rootOf(base));
      if (direct != directStore.end())
        return {1, direct->second.getGlobalAttr().getAsOpaquePointer()};
      return {2, reinterpret_cast<const void *>(rootOf(base) + 1)};
    }
    if (auto load = base.getDefiningOp<util::GlobalLoadOp>())
      return {1, load.getGlobalAttr().getAsOpaquePointer()};
    return {3, base.getAsOpaquePointer()};
  }

  /// Values that change places are saved before the first is written over.
  void saveReplaced(Block &block) {
    for (Operation &op : block)
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          saveReplaced(inner);
    Operation *terminator = block.getTerminator();
    SmallVector<HandOver> needed = copies(handedOver(terminator));
    for (auto [index, edge] : llvm::enumerate(needed))
      for (HandOver earlier : ArrayRef(needed).take_front(index))
        if (placeKey(edge.value) == placeKey(earlier.slot) &&
            !savedAt.contains({terminator, index}))
          savedAt[{terminator, index}] = addSaved(edge.value, spans[terminator].begin);
  }

  //===- Places -------------------------------------------------------------------===//

  program::PlaceAttr place(program::Space space, uint64_t index, uint64_t offset, Type type) {
    return program::PlaceAttr::get(entry.getContext(), space, static_cast<uint32_t>(index), offset,
                                   denseBytes(type));
  }

  program::PlaceAttr variablePlace(StringRef name, Type type) {
    return place(program::Space::State, variables.lookup(name), 0, type);
  }

  program::PlaceAttr placeOf(Value value) {
    Value base = baseOf(value);
    if (hasBuffer(base)) {
      uint64_t buffer = rootOf(base);
      if (auto direct = directStore.find(buffer); direct != directStore.end())
        return variablePlace(direct->second.getGlobal(), base.getType());
      auto asResult = llvm::find(resultBuffer, buffer);
      if (asResult != resultBuffer.end())
        return place(program::Space::Result, asResult - resultBuffer.begin(), 0, base.getType());
      return place(program::Space::Arena, 0, plan.offsets[buffer], base.getType());
    }
    if (auto argument = dyn_cast<BlockArgument>(base))
      return place(program::Space::Argument, argument.getArgNumber(), 0, base.getType());
    if (ElementsAttr constant = constantValue(base))
      return place(program::Space::Constant,
                   constantOrdinal(constants, builder, constant, base.getLoc()), 0, base.getType());
    auto load = base.getDefiningOp<util::GlobalLoadOp>();
    return variablePlace(load.getGlobal(), base.getType());
  }

  //===- Program --------------------------------------------------------------------===//

  void emit() {
    builder.setInsertionPoint(entry);
    SmallVector<int64_t> offsets;
    for (uint64_t buffer : resultBuffer)
      offsets.push_back(static_cast<int64_t>(plan.offsets[buffer]));
    output = createProgram(builder, entry, offsets, plan.bytes);
    body = OpBuilder::atBlockEnd(&output.getBody().emplaceBlock());
    emitBlock(entry.front());
    for (auto [index, operand] : llvm::enumerate(returnOp.getOperands()))
      emitCopy(returnOp.getLoc(), operand,
               place(program::Space::Result, index, 0, operand.getType()));
    emitStores();
    program::ReturnOp::create(body, returnOp.getLoc());
  }

  void emitBlock(Block &block) {
    for (Operation &op : block) {
      if (auto call = dyn_cast<func::CallOp>(op))
        emitCall(call);
      else if (auto branch = dyn_cast<scf::IfOp>(op))
        emitIf(branch);
      else if (auto counted = dyn_cast<scf::ForOp>(op))
        emitFor(counted);
      else if (auto loop = dyn_cast<scf::WhileOp>(op))
        emitWhile(loop);
      else if (auto assertion = dyn_cast<cf::AssertOp>(op))
        program::AssertOp::create(body, op.getLoc(), scalars.lookup(assertion.getArg()),
                                  assertion.getMsg());
      else if (isa<check::CheckDialect>(op.getDialect()))
        emitCheck(op);
      else
        emitScalar(&op);
    }
  }

  void emitCall(func::CallOp call) {
    auto places = [&](ValueRange values) {
      return builder.getArrayAttr(
          llvm::map_to_vector(values, [&](Value v) -> Attribute { return placeOf(v); }));
    };
    auto kernel = SymbolRefAttr::get(builder.getStringAttr(program::kKernelsModuleName),
                                     FlatSymbolRefAttr::get(call.getCalleeAttr().getAttr()));
    program::DispatchOp::create(body, call.getLoc(), kernel, places(call.getOperands()),
                                places(call.getResults()));
  }

  void emitCheck(Operation &check) {
    program::PlaceAttr actual = placeOf(check.getOperand(0));
    program::PlaceAttr expected =
        check.getNumOperands() == 2 ? placeOf(check.getOperand(1)) : actual;
    createCheck(body, &check, actual, expected);
  }

  /// Conditions, bounds and counters.
  void emitScalar(Operation *op) {
    if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
      Value loaded = program::LoadOp::create(body, op->getLoc(), extract.getType(),
                                             placeOf(extract.getTensor()), /*index=*/Value());
      scalars.map(extract.getResult(), loaded);
    } else if (auto store = dyn_cast<tensor::FromElementsOp>(op)) {
      program::StoreOp::create(body, op->getLoc(), scalars.lookup(store.getElements().front()),
                               placeOf(store.getResult()), /*index=*/Value());
    } else if (op->getNumResults() == 1 && !isa<TensorType>(op->getResult(0).getType())) {
      Operation *clone = body.clone(*op, scalars);
      clone->removeAttr(program::kControlAttrName);
    }
  }

  Block *addBlock() {
    auto *block = new Block();
    output.getBody().push_back(block);
    return block;
  }

  void emitIf(scf::IfOp op) {
    Block *then = addBlock(), *otherwise = op.elseBlock() ? addBlock() : nullptr;
    Block *behind = addBlock();
    cf::CondBranchOp::create(body, op.getLoc(), scalars.lookup(op.getCondition()), then,
                             ValueRange(), otherwise ? otherwise : behind, ValueRange());
    auto emitBranch = [&](Block *block, Block *source) {
      body.setInsertionPointToEnd(block);
      emitBlock(*source);
      emitHandOver(source->getTerminator());
      cf::BranchOp::create(body, op.getLoc(), behind);
    };
    emitBranch(then, op.thenBlock());
    if (otherwise)
      emitBranch(otherwise, op.elseBlock());
    continueIn(behind);
  }

  void emitFor(scf::ForOp op) {
    emitCopies(op, initialValues(op));
    Location loc = op.getLoc();
    auto number = [&](Value value) -> Value {
      value = scalars.lookup(value);
      if (value.getType().isIndex())
        return value;
      return arith::IndexCastOp::create(body, loc, builder.getIndexType(), value);
    };
    Value lower = number(op.getLowerBound()), upper = number(op.getUpperBound());
    Value step = number(op.getStep());
    Block *loop = addBlock(), *behind = addBlock();
    loop->addArgument(builder.getIndexType(), loc);
    APInt first, last;
    if (matchPattern(op.getLowerBound(), m_ConstantInt(&first)) &&
        matchPattern(op.getUpperBound(), m_ConstantInt(&last)) && first.slt(last)) {
      cf::BranchOp::create(body, loc, loop, lower);
    } else {
      Value enters = arith::CmpIOp::create(body, loc, arith::CmpIPredicate::slt, lower, upper);
      cf::CondBranchOp::create(body, loc, enters, loop, lower, behind, ValueRange());
    }
    body.setInsertionPointToEnd(loop);
    Value counter = loop->getArgument(0);
    if (Type type = op.getInductionVar().getType(); !type.isIndex())
      counter = arith::IndexCastOp::create(body, loc, type, counter);
    scalars.map(op.getInductionVar(), counter);
    emitBlock(*op.getBody());
    emitHandOver(op.getBody()->getTerminator());
    program::NextOp::create(body, loc, loop->getArgument(0), upper, step, ValueRange(),
                            ValueRange(), loop, behind);
    continueIn(behind);
  }

  void emitWhile(scf::WhileOp op) {
    emitCopies(op, initialValues(op));
    Location loc = op.getLoc();
    Block *before = addBlock(), *after = addBlock(), *behind = addBlock();
    cf::BranchOp::create(body, loc, before);
    body.setInsertionPointToEnd(before);
    emitBlock(*op.getBeforeBody());
    emitHandOver(op.getConditionOp());
    cf::CondBranchOp::create(body, loc, scalars.lookup(op.getConditionOp().getCondition()), after,
                             ValueRange(), behind, ValueRange());
    body.setInsertionPointToEnd(after);
    emitBlock(*op.getAfterBody());
    emitHandOver(op.getYieldOp());
    cf::BranchOp::create(body, loc, before);
    continueIn(behind);
  }

  /// Blocks stand in the order of the text.
  void continueIn(Block *block) {
    block->moveBefore(&output.getBody(), output.getBody().end());
    body.setInsertionPointToEnd(block);
  }

  void emitHandOver(Operation *terminator) { emitCopies(terminator, handedOver(terminator)); }

  void emitCopies(Operation *at, ArrayRef<HandOver> edges) {
    SmallVector<HandOver> needed = copies(edges);
    auto saved = [&](size_t index, Value value) {
      auto found = savedAt.find({at, index});
      return found == savedAt.end()
                 ? program::PlaceAttr()
                 : place(program::Space::Arena, 0, plan.offsets[found->second], value.getType());
    };
    for (auto [index, edge] : llvm::enumerate(needed))
      if (program::PlaceAttr target = saved(index, edge.value))
        program::CopyOp::create(body, at->getLoc(), placeOf(edge.value), target);
    for (auto [index, edge] : llvm::enumerate(needed)) {
      program::PlaceAttr target = placeOf(edge.slot);
      if (program::PlaceAttr source = saved(index, edge.value))
        program::CopyOp::create(body, at->getLoc(), source, target);
      else
        emitCopy(at->getLoc(), edge.value, target);
    }
  }

  /// Nothing if the value lies there.
  void emitCopy(Location loc, Value value, program::PlaceAttr target) {
    auto splat = dyn_cast_or_null<SplatElementsAttr>(constantValueOf(value));
    if (splat && elementBytes(splat.getElementType()) <= 8) {
      program::FillOp::create(
          body, loc, builder.getI64IntegerAttr(bitPattern(splat)),
          builder.getI32IntegerAttr(int32_t(elementBytes(splat.getElementType()))), target);
      return;
    }
    program::PlaceAttr source = placeOf(value);
    if (source != target)
      program::CopyOp::create(body, loc, source, target);
  }

  ElementsAttr constantValueOf(Value value) {
    Value base = baseOf(value);
    return hasBuffer(base) ? ElementsAttr() : constantValue(base);
  }

  void emitStores() {
    auto savedPlace = [&](util::GlobalStoreOp store) {
      return place(program::Space::Arena, 0, plan.offsets[saveOf.lookup(store)],
                   store.getValue().getType());
    };
    for (util::GlobalStoreOp store : stores)
      if (saveOf.contains(store))
        program::CopyOp::create(body, store.getLoc(), placeOf(store.getValue()), savedPlace(store));
    for (util::GlobalStoreOp store : stores) {
      program::PlaceAttr target = variablePlace(store.getGlobal(), store.getValue().getType());
      if (saveOf.contains(store))
        program::CopyOp::create(body, store.getLoc(), savedPlace(store), target);
      else
        emitCopy(store.getLoc(), store.getValue(), target);
    }
  }

  func::FuncOp entry;
  PartitioningFavor favor;
  ProgramConstants &constants;
  const ProgramVariables &variables;
  OpBuilder builder; ///< before the entry function
  uint32_t now = 0, end = 0;
  DenseMap<Operation *, Span> spans;
  std::vector<PlannedBuffer> buffers;
  std::vector<uint64_t> sameAs; ///< by buffer: the one that it is merged into
  DenseMap<Value, uint64_t> bufferOf;
  DenseMap<Value, Value> handedOn; ///< argument of a loop's condition to the body's in its slot
  func::ReturnOp returnOp;
  SmallVector<uint64_t> resultBuffer; ///< by result
  SmallVector<util::GlobalStoreOp> stores;
  DenseMap<uint64_t, util::GlobalStoreOp> directStore; ///< by buffer: it lies in the variable
  DenseMap<Operation *, uint64_t> saveOf;              ///< by store: buffer for the old value
  DenseMap<std::pair<Operation *, size_t>, uint64_t> savedAt; ///< by copy: likewise
  MemoryPlan plan;
  program::FuncOp output;
  OpBuilder body{static_cast<MLIRContext *>(nullptr)};
  IRMapping scalars; ///< of the entry function to the program's
};

} // namespace

bool iree_compiler::hasControl(func::FuncOp entry) {
  if (hasDynamicShapes(entry))
    return false;
  bool readsComputed = false, readsSizes = false;
  for (Operation &op : entry.front()) {
    if (isControl(&op))
      return true;
    if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
      readsComputed |= baseOf(extract.getTensor()).getDefiningOp<func::CallOp>() != nullptr;
      readsSizes |= !extract.getIndices().empty();
    }
    readsSizes |= isa<tensor::DimOp>(op) ||
                  (isa<func::CallOp>(op) &&
                   llvm::any_of(op.getOperandTypes(), [](Type type) { return type.isIndex(); }));
  }
  return readsComputed && !readsSizes;
}

LogicalResult iree_compiler::scheduleControl(func::FuncOp entry, PartitioningFavor favor,
                                             ProgramConstants &constants,
                                             const ProgramVariables &variables) {
  return ControlScheduler(entry, favor, constants, variables).run();
}
