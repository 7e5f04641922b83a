// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Entry functions (calls of kernels on tensors) become programs: the calls in
// an order, every tensor in a place. What decides is apart from IR: the order
// is a permutation of call indices, the places come from MemoryPlanner.
//
// Variables are read where they lie. What is stored is computed there too if
// nothing reads the old value by then; else it is copied there at the end.
#include "compiler/Dialect/Check/Check.h"
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Schedule/CallOrder.h"
#include "compiler/Schedule/MemoryPlanner.h"
#include "compiler/Schedule/Passes.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace iree_compiler;

namespace {

/// The tensor that a chain of reshapes and barriers starts from.
Value baseOf(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (isa<util::OptimizationBarrierOp>(op))
      value = op->getOperand(cast<OpResult>(value).getResultNumber());
    else if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
      value = op->getOperand(0);
    else
      break;
  }
  return value;
}

/// The elements of a constant; null for other values.
ElementsAttr constantValue(Value base) {
  if (auto constant = base.getDefiningOp<arith::ConstantOp>())
    return cast<ElementsAttr>(constant.getValue());
  if (auto constant = base.getDefiningOp<util::UnfoldableConstantOp>())
    return cast<ElementsAttr>(constant.getValue());
  return nullptr;
}

/// The module's variables and their ordinals.
using Variables = llvm::StringMap<uint64_t>;

int64_t bitPattern(SplatElementsAttr splat) {
  if (isa<ComplexType>(splat.getElementType())) {
    auto value = splat.getSplatValue<std::complex<APFloat>>();
    APInt bits = value.imag().bitcastToAPInt().concat(value.real().bitcastToAPInt());
    return static_cast<int64_t>(bits.getZExtValue());
  }
  if (isa<FloatType>(splat.getElementType()))
    return static_cast<int64_t>(splat.getSplatValue<APFloat>().bitcastToAPInt().getZExtValue());
  return static_cast<int64_t>(splat.getSplatValue<APInt>().getZExtValue());
}

/// One entry function while it is being scheduled.
class EntryScheduler {
public:
  EntryScheduler(func::FuncOp entry, PartitioningFavor favor,
                 llvm::MapVector<Attribute, program::ConstantOp> &constants,
                 const Variables &variables)
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
  }

  LogicalResult run() {
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
    emit();
    return success();
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
      if (call && lastRead[store.getGlobal()] <= step[callIndex[call]] &&
          taken.insert(base).second) {
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

  program::PlaceAttr place(program::Space space, uint64_t index, uint64_t offset, Type type) {
    return program::PlaceAttr::get(entry.getContext(), space, static_cast<uint32_t>(index), offset,
                                   denseBytes(type));
  }

  program::PlaceAttr placeOf(Value value) {
    Value base = baseOf(value);
    if (auto argument = dyn_cast<BlockArgument>(base))
      return place(program::Space::Argument, argument.getArgNumber(), 0, base.getType());
    if (ElementsAttr constant = constantValue(base))
      return place(program::Space::Constant, constantOrdinal(constant, base.getLoc()), 0,
                   base.getType());
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

  program::PlaceAttr variablePlace(StringRef name, Type type) {
    return place(program::Space::State, variables.lookup(name), 0, type);
  }

  uint64_t constantOrdinal(ElementsAttr value, Location loc) {
    auto [entryIt, isNew] = constants.try_emplace(value);
    if (isNew)
      entryIt->second = program::ConstantOp::create(
          builder, loc, ("constant_" + Twine(constants.size() - 1)).str(), value);
    return entryIt - constants.begin();
  }

  /// The names that the model gives its arguments or results, else numbers.
  ArrayAttr names(StringRef stem, unsigned count, ArrayAttr attributes) {
    return builder.getArrayAttr(llvm::map_to_vector(llvm::seq(count), [&](unsigned i) -> Attribute {
      Attribute name;
      if (attributes)
        name = cast<DictionaryAttr>(attributes[i]).get(program::kNameAttrName);
      return name ? name : builder.getStringAttr(stem + Twine(i));
    }));
  }

  /// Null if nothing is quantised.
  ArrayAttr quantization(ArrayAttr attributes) {
    bool isQuantized = false;
    SmallVector<Attribute> list;
    for (Attribute each : attributes ? attributes.getValue() : ArrayRef<Attribute>()) {
      Attribute found = cast<DictionaryAttr>(each).get(program::kQuantizationAttrName);
      isQuantized |= found != nullptr;
      list.push_back(found ? found : builder.getUnitAttr());
    }
    return isQuantized ? builder.getArrayAttr(list) : ArrayAttr();
  }

  void emit() {
    builder.setInsertionPoint(entry);
    auto typeAttr = entry->getAttrOfType<TypeAttr>(program::kFunctionTypeAttrName);
    SmallVector<int64_t> offsets;
    for (uint64_t buffer : resultBuffer)
      offsets.push_back(static_cast<int64_t>(plan.offsets[buffer]));
    auto func = program::FuncOp::create(
        builder, entry.getLoc(), entry.getName(),
        typeAttr ? typeAttr.getValue() : Type(entry.getFunctionType()),
        names("arg", entry.getNumArguments(), entry.getArgAttrsAttr()),
        names("result", entry.getNumResults(), entry.getResAttrsAttr()), offsets, plan.bytes,
        quantization(entry.getArgAttrsAttr()), quantization(entry.getResAttrsAttr()));
    func.getBody().emplaceBlock();
    OpBuilder body = OpBuilder::atBlockEnd(&func.getBody().front());
    auto kernels = FlatSymbolRefAttr::get(builder.getContext(), program::kKernelsModuleName);
    emitChecks(body, -1);
    for (auto [position, index] : llvm::enumerate(order)) {
      func::CallOp call = calls[index];
      auto places = [&](ValueRange values) {
        return builder.getArrayAttr(
            llvm::map_to_vector(values, [&](Value v) -> Attribute { return placeOf(v); }));
      };
      auto reads = places(call.getOperands());
      auto writes = places(call.getResults());
      program::DispatchOp::create(
          body, call.getLoc(),
          SymbolRefAttr::get(kernels.getAttr(),
                             FlatSymbolRefAttr::get(call.getCalleeAttr().getAttr())),
          reads, writes);
      if (position + 1 == order.size() || step[order[position + 1]] != step[index])
        emitChecks(body, step[index]);
    }
    for (auto [index, operand] : llvm::enumerate(returnOp.getOperands()))
      emitCopy(body, returnOp.getLoc(), operand,
               place(program::Space::Result, index, 0, operand.getType()));
    emitStores(body);
    program::ReturnOp::create(body, returnOp.getLoc());
  }

  /// Those that are due after this step, in the model's order.
  void emitChecks(OpBuilder &body, int64_t afterStep) {
    for (Operation *check : checks) {
      if (stepOf(check) != afterStep)
        continue;
      program::PlaceAttr actual = placeOf(check->getOperand(0));
      program::PlaceAttr expected =
          check->getNumOperands() == 2 ? placeOf(check->getOperand(1)) : actual;
      auto kind = isa<check::ExpectEqOp>(check)         ? program::CheckKind::Equal
                  : isa<check::ExpectAlmostEqOp>(check) ? program::CheckKind::AlmostEqual
                  : isa<check::ExpectAllTrueOp>(check)  ? program::CheckKind::AllTrue
                                                        : program::CheckKind::AllFalse;
      FloatAttr atol = body.getF32FloatAttr(0), rtol = atol;
      if (auto almost = dyn_cast<check::ExpectAlmostEqOp>(check)) {
        atol = almost.getAtolAttr();
        rtol = almost.getRtolAttr();
      }
      program::CheckOp::create(body, check->getLoc(),
                               program::CheckKindAttr::get(body.getContext(), kind), actual,
                               expected, TypeAttr::get(check->getOperand(0).getType()), atol, rtol);
    }
  }

  /// Nothing if the value lies there.
  void emitCopy(OpBuilder &body, Location loc, Value value, program::PlaceAttr target) {
    auto splat = dyn_cast_or_null<SplatElementsAttr>(constantValue(baseOf(value)));
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

  void emitStores(OpBuilder &body) {
    auto savedPlace = [&](util::GlobalStoreOp store) {
      return place(program::Space::Arena, 0, plan.offsets[savedOf.lookup(store)],
                   store.getValue().getType());
    };
    for (util::GlobalStoreOp store : stores)
      if (savedOf.contains(store))
        program::CopyOp::create(body, store.getLoc(), placeOf(store.getValue()), savedPlace(store));
    for (util::GlobalStoreOp store : stores) {
      program::PlaceAttr target = variablePlace(store.getGlobal(), store.getValue().getType());
      if (savedOf.contains(store))
        program::CopyOp::create(body, store.getLoc(), savedPlace(store), target);
      else
        emitCopy(body, store.getLoc(), store.getValue(), target);
    }
  }

  func::FuncOp entry;
  PartitioningFavor favor;
  llvm::MapVector<Attribute, program::ConstantOp> &constants;
  const Variables &variables;
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
};

struct ScheduleProgram : PassWrapper<ScheduleProgram, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ScheduleProgram)
  ScheduleProgram() = default;
  ScheduleProgram(const ScheduleProgram &other) : PassWrapper(other) { favor = other.favor; }
  explicit ScheduleProgram(PartitioningFavor favor) { this->favor = favor; }
  StringRef getArgument() const override { return "iree-schedule-program"; }
  StringRef getDescription() const override { return "Order calls and place buffers"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<program::ProgramDialect>();
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
    llvm::MapVector<Attribute, program::ConstantOp> constants;
    Variables variables = placeVariables(module);
    for (func::FuncOp entry : entries)
      if (failed(EntryScheduler(entry, favor, constants, variables).run()))
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
  static Variables placeVariables(ModuleOp module) {
    Variables variables;
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
