// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Entry functions (calls of kernels on tensors) become programs: the calls in
// an order, every tensor in a place. What decides is apart from IR: the order
// is a permutation of call indices, the places come from MemoryPlanner.
#include "compiler/Dialect/Program/Program.h"
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

/// The tensor that a reshape chain starts from.
Value baseOf(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

int64_t bitPattern(SplatElementsAttr splat) {
  if (isa<FloatType>(splat.getElementType()))
    return static_cast<int64_t>(splat.getSplatValue<APFloat>().bitcastToAPInt().getZExtValue());
  return static_cast<int64_t>(splat.getSplatValue<APInt>().getZExtValue());
}

/// One entry function while it is being scheduled.
class EntryScheduler {
public:
  EntryScheduler(func::FuncOp entry, PartitioningFavor favor,
                 llvm::MapVector<Attribute, program::ConstantOp> &constants)
      : entry(entry), favor(favor), constants(constants), builder(entry.getContext()) {
    for (auto call : entry.front().getOps<func::CallOp>()) {
      callIndex[call] = static_cast<uint32_t>(calls.size());
      calls.push_back(call);
    }
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
    for (Value operand : returnOp.getOperands())
      if (auto producer = baseOf(operand).getDefiningOp<func::CallOp>())
        nodes[callIndex[producer]].keptToEnd = true;
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

  /// Every call result is a buffer; results that need a copy are one as well.
  void collectBuffers() {
    buffers.clear();
    bufferOf.clear();
    resultBuffer.clear();
    uint32_t end = calls.empty() ? 0 : *llvm::max_element(step) + 1;
    for (auto [index, call] : llvm::enumerate(calls))
      for (Value result : call.getResults()) {
        bufferOf[result] = buffers.size();
        buffers.push_back({denseBytes(result.getType()), step[index], step[index]});
      }
    for (auto [index, call] : llvm::enumerate(calls))
      for (Value operand : call.getOperands())
        extend(baseOf(operand), step[index]);
    DenseSet<Value> takenAsResult;
    for (Value operand : returnOp.getOperands()) {
      Value base = baseOf(operand);
      extend(base, end);
      bool direct = bufferOf.contains(base) && takenAsResult.insert(base).second;
      if (!direct)
        buffers.push_back({denseBytes(operand.getType()), end, end});
      resultBuffer.push_back(direct ? bufferOf[base] : buffers.size() - 1);
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
    if (auto constant = base.getDefiningOp<arith::ConstantOp>())
      return place(program::Space::Constant, constantOrdinal(constant), 0, base.getType());
    uint64_t buffer = bufferOf[base];
    auto asResult = llvm::find(resultBuffer, buffer);
    if (asResult != resultBuffer.end())
      return place(program::Space::Result, asResult - resultBuffer.begin(), 0, base.getType());
    return place(program::Space::Arena, 0, plan.offsets[buffer], base.getType());
  }

  uint64_t constantOrdinal(arith::ConstantOp op) {
    auto [entryIt, isNew] = constants.try_emplace(op.getValue());
    if (isNew)
      entryIt->second = program::ConstantOp::create(
          builder, op.getLoc(), ("constant_" + Twine(constants.size() - 1)).str(),
          cast<ElementsAttr>(op.getValue()));
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
    for (uint32_t index : order) {
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
    }
    for (auto [index, operand] : llvm::enumerate(returnOp.getOperands())) {
      auto target = place(program::Space::Result, index, 0, operand.getType());
      auto constant = baseOf(operand).getDefiningOp<arith::ConstantOp>();
      if (auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : nullptr) {
        Type element = splat.getElementType();
        program::FillOp::create(body, returnOp.getLoc(),
                                builder.getI64IntegerAttr(bitPattern(splat)),
                                builder.getI32IntegerAttr(int32_t(elementBytes(element))), target);
        continue;
      }
      program::PlaceAttr source = placeOf(operand);
      if (source != target)
        program::CopyOp::create(body, returnOp.getLoc(), source, target);
    }
    program::ReturnOp::create(body, returnOp.getLoc());
  }

  func::FuncOp entry;
  PartitioningFavor favor;
  llvm::MapVector<Attribute, program::ConstantOp> &constants;
  OpBuilder builder;
  SmallVector<func::CallOp> calls;
  DenseMap<Operation *, uint32_t> callIndex;
  func::ReturnOp returnOp;
  std::vector<uint32_t> order; ///< call indices in execution order
  std::vector<uint32_t> step;  ///< by call index
  std::vector<PlannedBuffer> buffers;
  DenseMap<Value, uint64_t> bufferOf;
  SmallVector<uint64_t> resultBuffer; ///< by result
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
    for (func::FuncOp entry : entries)
      if (failed(EntryScheduler(entry, favor, constants).run()))
        return signalPassFailure();
    for (func::FuncOp entry : entries)
      entry.erase();
    OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
    auto nested = ModuleOp::create(builder, module.getLoc(), program::kKernelsModuleName);
    for (func::FuncOp kernel : kernels) {
      kernel->moveBefore(nested.getBody(), nested.getBody()->end());
      kernel.setPublic();
    }
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createScheduleProgramPass(PartitioningFavor favor) {
  return std::make_unique<ScheduleProgram>(favor);
}
