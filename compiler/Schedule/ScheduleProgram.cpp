// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Entry functions (calls of kernels on tensors) become programs: the calls in
// an order, every tensor in a place. What decides is apart from IR: the order
// is a permutation of call indices, the places come from MemoryPlanner.
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
#include "compiler/Schedule/CallOrder.h"
#include "compiler/Schedule/EntryValues.h"
#include "compiler/Schedule/MemoryPlanner.h"
#include "compiler/Schedule/Passes.h"
#include "compiler/Schedule/ScheduleControl.h"
#include "compiler/Schedule/Sizes.h"
#include "compiler/Schedule/SymbolicPlanner.h"

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

using namespace mlir;
using namespace iree_compiler;

namespace {

/// One entry function while it is being scheduled.
class EntryScheduler {
public:
  EntryScheduler(func::FuncOp entry, PartitioningFavor favor, ProgramConstants &constants,
                 const ProgramVariables &variables)
      : entry(entry), favor(favor), constants(constants), variables(variables),
        builder(entry.getContext()) {
    for (auto call : entry.front().getOps<func::CallOp>()) {
      callIndex[call] = static_cast<uint32_t>(calls.size());
      calls.push_back(call);
    }
    stores = llvm::to_vector(entry.front().getOps<util::GlobalStoreOp>());
    for (Operation &op : entry.front())
      if (isa<check::CheckDialect>(op.getDialect()))
        checks.push_back(&op);
    returnOp = cast<func::ReturnOp>(entry.front().getTerminator());
    if (hasDynamicShapes(entry) || !entry.front().getOps<cf::AssertOp>().empty() ||
        llvm::any_of(calls, [](func::CallOp call) {
          return llvm::any_of(call.getOperandTypes(), [](Type type) { return type.isIndex(); });
        }))
      sizes.emplace(entry);
  }

  LogicalResult run() {
    if (sizes && failed(sizes->run()))
      return failure();
    chooseOrder();
    collectBuffers();
    plan = favor == PartitioningFavor::Debug ? planSeparately(buffers, kArenaAlignment)
                                             : planMemory(buffers, kArenaAlignment);
    std::string violation = verifyPlan(buffers, plan, kArenaAlignment);
    if (!violation.empty())
      return entry.emitError() << "internal: invalid memory plan: " << violation;
    if (plan.bytes > UINT32_MAX)
      return entry.emitError() << "'@" << entry.getName() << "' needs an arena of " << plan.bytes
                               << " bytes; supported: up to 4 GiB";
    if (sizes && failed(planDynamic()))
      return failure();
    return emit();
  }

private:
  /// The calls as CallOrder knows them; an operand stands once.
  std::vector<CallNode> callNodes() {
    std::vector<CallNode> nodes(calls.size());
    for (auto [node, call] : llvm::zip_equal(nodes, calls)) {
      llvm::SmallSetVector<uint32_t, 4> operands;
      for (Value operand : call.getOperands())
        if (auto producer = baseOf(operand).getDefiningOp<func::CallOp>())
          operands.insert(callIndex[producer]);
      node.operands.assign(operands.begin(), operands.end());
      for (Type type : call.getResultTypes())
        node.resultBytes += llvm::alignTo(denseBytes(type), kArenaAlignment);
    }
    auto keep = [&](Value value) {
      if (auto producer = baseOf(value).getDefiningOp<func::CallOp>())
        nodes[callIndex[producer]].keptToEnd = true;
    };
    llvm::for_each(returnOp.getOperands(), keep);
    for (util::GlobalStoreOp store : stores)
      keep(store.getValue());
    return nodes;
  }

  /// Fills `order` (execution order) and `step` (lifetime unit of each call).
  void chooseOrder() {
    std::vector<uint32_t> programOrder(calls.size());
    std::iota(programOrder.begin(), programOrder.end(), 0u);
    runInOrder(programOrder);
    if (favor == PartitioningFavor::MaxConcurrency) {
      step = waves(callNodes());
      llvm::sort(order, [&](uint32_t a, uint32_t b) {
        return std::pair(step[a], a) < std::pair(step[b], b);
      });
    }
    if (favor == PartitioningFavor::MinPeakMemory) {
      // The plan decides: packing may undo what an order gains.
      uint64_t bytes = plannedBytes();
      runInOrder(orderForSmallestPeak(callNodes()));
      if (plannedBytes() >= bytes)
        runInOrder(programOrder);
    }
  }

  void runInOrder(const std::vector<uint32_t> &chosen) {
    order = chosen;
    step.resize(order.size());
    for (uint32_t position = 0; position < order.size(); ++position)
      step[order[position]] = position;
  }

  uint64_t plannedBytes() {
    collectBuffers();
    return planMemory(buffers, kArenaAlignment).bytes;
  }

  /// A check comes right behind the last call that computes one of its operands;
  /// this is the call's step, or -1 without such a call.
  int64_t stepOf(Operation *check) {
    int64_t last = -1;
    for (Value operand : check->getOperands())
      if (auto producer = baseOf(operand).getDefiningOp<func::CallOp>())
        last = std::max(last, static_cast<int64_t>(step[callIndex[producer]]));
    return last;
  }

  /// Every call result is a buffer; results that need a copy are one as well.
  void collectBuffers() {
    buffers.clear();
    bufferOf.clear();
    resultBuffer.clear();
    directStore.clear();
    savedOf.clear();
    uint32_t end = calls.empty() ? 0 : *llvm::max_element(step) + 1;
    for (auto [index, call] : llvm::enumerate(calls))
      for (Value result : call.getResults()) {
        bufferOf[result] = buffers.size();
        buffers.push_back({denseBytes(result.getType()), step[index], step[index]});
      }
    for (auto [index, call] : llvm::enumerate(calls))
      for (Value operand : call.getOperands())
        extend(baseOf(operand), step[index]);
    for (Operation *check : checks)
      for (Value operand : check->getOperands())
        extend(baseOf(operand), static_cast<uint32_t>(std::max<int64_t>(stepOf(check), 0)));
    DenseSet<Value> takenAsResult;
    for (Value operand : returnOp.getOperands()) {
      Value base = baseOf(operand);
      extend(base, end);
      bool direct = bufferOf.contains(base) && takenAsResult.insert(base).second;
      if (!direct)
        buffers.push_back({denseBytes(operand.getType()), end, end});
      resultBuffer.push_back(direct ? bufferOf[base] : buffers.size() - 1);
    }
    collectStores(takenAsResult, end);
  }

  /// Finds out which values can be computed in the variables that they are
  /// stored to, and which old values must be saved before others replace them.
  void collectStores(DenseSet<Value> &taken, uint32_t end) {
    llvm::StringMap<uint32_t> lastRead; // one more than the step
    auto noteRead = [&](Value value, uint32_t atStep) {
      if (auto load = baseOf(value).getDefiningOp<util::GlobalLoadOp>())
        lastRead[load.getGlobal()] = std::max(lastRead[load.getGlobal()], atStep + 1);
    };
    for (auto [index, call] : llvm::enumerate(calls))
      for (Value operand : call.getOperands())
        noteRead(operand, step[index]);
    for (Operation *check : checks)
      for (Value operand : check->getOperands())
        noteRead(operand, static_cast<uint32_t>(std::max<int64_t>(stepOf(check), 0)));
    for (Value operand : returnOp.getOperands())
      noteRead(operand, end);
    for (util::GlobalStoreOp store : stores)
      noteRead(store.getValue(), end);
    for (util::GlobalStoreOp store : stores) {
      Value base = baseOf(store.getValue());
      extend(base, end);
      auto call = base.getDefiningOp<func::CallOp>();
      if (call && cast<ShapedType>(base.getType()).hasStaticShape() &&
          lastRead[store.getGlobal()] <= step[callIndex[call]] && taken.insert(base).second) {
        directStore[bufferOf[base]] = store;
        buffers[bufferOf[base]].bytes = 0;
      }
      auto load = base.getDefiningOp<util::GlobalLoadOp>();
      bool isReplaced = load && llvm::any_of(stores, [&](util::GlobalStoreOp other) {
                          return other.getGlobalAttr() == load.getGlobalAttr();
                        });
      if (isReplaced) {
        savedOf[store] = buffers.size();
        buffers.push_back({denseBytes(load.getType()), end, end});
      }
    }
  }

  void extend(Value base, uint32_t untilStep) {
    auto found = bufferOf.find(base);
    if (found != bufferOf.end())
      buffers[found->second].last = std::max(buffers[found->second].last, untilStep);
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
    Value base = baseOf(value);
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
      dynamic.push_back({symbolicSize(tensor), buffers[buffer].first, buffers[buffer].last});
    };
    for (func::CallOp call : calls)
      for (Value result : call.getResults())
        add(result, bufferOf[result]);
    for (auto [operand, buffer] : llvm::zip_equal(returnOp.getOperands(), resultBuffer))
      add(operand, buffer);
    SymbolicPlan symbolic = planSymbolic(dynamic);
    if (favor == PartitioningFavor::Debug) {
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
      func::CallOp call = calls[index];
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
  PartitioningFavor favor;
  ProgramConstants &constants;
  const ProgramVariables &variables;
  OpBuilder builder;
  SmallVector<func::CallOp> calls;
  SmallVector<Operation *> checks;         ///< in the model's order
  SmallVector<util::GlobalStoreOp> stores; ///< at the end, one for a variable
  DenseMap<Operation *, uint32_t> callIndex;
  func::ReturnOp returnOp;
  std::vector<uint32_t> order; ///< call indices in execution order
  std::vector<uint32_t> step;  ///< by call index
  std::vector<PlannedBuffer> buffers;
  DenseMap<Value, uint64_t> bufferOf;
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
  ScheduleProgram(const ScheduleProgram &other) : PassWrapper(other) { favor = other.favor; }
  explicit ScheduleProgram(PartitioningFavor favor) { this->favor = favor; }
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

  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<func::FuncOp> entries, kernels;
    for (auto func : module.getOps<func::FuncOp>())
      (func->hasAttr(program::kKernelAttrName) ? kernels : entries).push_back(func);
    ProgramConstants constants;
    ProgramVariables variables = placeVariables(module);
    for (func::FuncOp entry : entries)
      if (failed(hasControl(entry) ? scheduleControl(entry, favor, constants, variables)
                                   : EntryScheduler(entry, favor, constants, variables).run()))
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

std::unique_ptr<Pass> iree_compiler::createScheduleProgramPass(PartitioningFavor favor) {
  return std::make_unique<ScheduleProgram>(favor);
}
