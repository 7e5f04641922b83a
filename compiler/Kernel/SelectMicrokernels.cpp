// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linalg operations on buffers that microkernels compute become those;
// everything else is left for loops of scalar code.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Contraction.h"
#include "compiler/Kernel/LoopNest.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Program/MapOperation.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// A source of MAP that is a value.
constexpr int32_t kValueBinding = 255;

class Selector {
public:
  explicit Selector(linalg::LinalgOp op) : op(op), builder(op), loc(op.getLoc()) {}

  bool run() {
    if (op.hasDynamicShape() || op.getNumDpsInits() != 1)
      return false;
    if (std::optional<Contraction> contraction = Contraction::of(op))
      return contract(*contraction);
    if (op.getNumReductionLoops() == 0)
      return map();
    return reduce();
  }

private:
  Value index(int64_t value) { return arith::ConstantIndexOp::create(builder, loc, value); }

  bool contract(const Contraction &contraction) {
    std::optional<LoopNest> nest = LoopNest::of(builder, op, contraction.operands);
    if (!nest || nest->loops.size() > kMaxContractLoops)
      return false;
    SmallVector<Value> zeroPoints = llvm::to_vector(ArrayRef<Value>(contraction.zeroPoints));
    if (orderLoops(*nest, contraction.operands.size() == 3)) {
      std::swap(nest->operands[1], nest->operands[2]);
      if (!zeroPoints.empty())
        std::swap(zeroPoints[0], zeroPoints[1]);
    }
    if (nest->loops.empty())
      nest->loops.push_back({1, SmallVector<int64_t, 4>(nest->operands.size(), 0)});
    SmallVector<int32_t> bindings;
    SmallVector<Value> offsets, sizes, strides;
    for (const StridedOperand &operand : nest->operands) {
      bindings.push_back(static_cast<int32_t>(operand.binding));
      offsets.push_back(operand.offset);
    }
    for (const StridedLoop &loop : nest->loops) {
      sizes.push_back(index(loop.size));
      for (int64_t stride : loop.strides)
        strides.push_back(index(stride));
    }
    program::ContractOp::create(builder, loc, contraction.kind, bindings, offsets, sizes, strides,
                                zeroPoints);
    return true;
  }

  /// What the body does with an element: one instruction, or a copy.
  struct ElementOperation {
    MapOperation operation;
    SmallVector<std::optional<MemoryType>> sourceTypes; ///< instead of the elements' own
  };

  std::optional<ElementOperation> elementOperation() {
    Operation *yield = op.getBlock()->getTerminator();
    if (yield->getNumOperands() != 1)
      return std::nullopt;
    ElementOperation result;
    MapOperation &operation = result.operation;
    size_t covered = 0; // operations of the body
    Operation *producer = inBody(yield->getOperand(0));
    if (producer) {
      ++covered;
      // What stores do by themselves.
      Operation *stored = isa<arith::TruncIOp, arith::TruncFOp>(producer)
                              ? inBody(producer->getOperand(0))
                              : nullptr;
      if (stored && converts(*producer)) {
        ++covered;
        producer = stored;
      }
      std::optional<MapOperation> found = MapOperation::of(*producer);
      if (!found)
        return std::nullopt;
      operation = *found;
    } else {
      operation.sources.push_back(yield->getOperand(0));
    }
    // What loads do by themselves.
    result.sourceTypes.assign(operation.sources.size(), operation.sourceType);
    llvm::SmallPtrSet<Operation *, 4> conversions;
    for (auto [source, type] : llvm::zip_equal(operation.sources, result.sourceTypes)) {
      Operation *conversion = inBody(source);
      if (!conversion)
        continue;
      if (!isa<arith::ExtSIOp, arith::ExtUIOp, arith::ExtFOp>(conversion) ||
          !converts(*conversion) || type)
        return std::nullopt;
      type = MapOperation::of(*conversion)->sourceType;
      source = conversion->getOperand(0);
      covered += conversions.insert(conversion).second;
    }
    if (covered + 1 != op.getBlock()->getOperations().size())
      return std::nullopt;
    return result;
  }

  bool map() {
    std::optional<ElementOperation> found = elementOperation();
    if (!found)
      return false;
    MapOperation &operation = found->operation;
    ArrayRef<std::optional<MemoryType>> sourceTypes = found->sourceTypes;
    // A single element is cheaper in scalar code.
    int64_t elements = 1;
    for (int64_t size : op.getStaticLoopRanges())
      elements *= size;
    if (elements < kMinMapElements)
      return false;

    SmallVector<OpOperand *> uses = {op.getDpsInitOperand(0)};
    SmallVector<int> positions; // among `uses`, or -1: a value
    for (Value &source : operation.sources) {
      auto argument = dyn_cast<BlockArgument>(source);
      OpOperand *use = argument && argument.getOwner() == op.getBlock()
                           ? op.getMatchingOpOperand(argument)
                           : nullptr;
      if (use && isa<MemRefType>(use->get().getType())) {
        positions.push_back(static_cast<int>(uses.size()));
        uses.push_back(use);
        continue;
      }
      if (use)
        source = use->get(); // a scalar, as that of a fill
      positions.push_back(-1);
    }
    if (!isa<MemRefType>(uses.front()->get().getType()))
      return false;
    std::optional<LoopNest> nest = LoopNest::of(builder, op, uses);
    if (!nest)
      return false;
    SmallVector<Value> offsets;
    SmallVector<int32_t> bindings, types;
    for (int position : concatenated(0, positions)) {
      Value value = position < 0 ? operation.sources[bindings.size() - 1] : Value();
      Type element = value ? value.getType() : nest->operands[position].element;
      std::optional<MemoryType> type = memoryType(element);
      if (!type || (value && !fillsMemory(element)))
        return false;
      if (!bindings.empty() && sourceTypes[bindings.size() - 1]) {
        if (value)
          return false; // the value is sign-extended in its register
        type = sourceTypes[bindings.size() - 1];
      }
      types.push_back(static_cast<int32_t>(*type));
      bindings.push_back(value ? kValueBinding
                               : static_cast<int32_t>(nest->operands[position].binding));
      offsets.push_back(value ? value : nest->operands[position].offset);
    }
    emitMap(*nest, positions, operation, bindings, types, offsets);
    return true;
  }

  Operation *inBody(Value value) {
    Operation *producer = value.getDefiningOp();
    return producer && producer->getBlock() == op.getBlock() ? producer : nullptr;
  }

  /// A change of type between elements of one type of register.
  static bool converts(Operation &conversion) {
    std::optional<MapOperation> operation = MapOperation::of(conversion);
    return operation && operation->opcode == Opcode::MOV;
  }

  static SmallVector<int> concatenated(int first, ArrayRef<int> rest) {
    SmallVector<int> all = {first};
    all.append(rest.begin(), rest.end());
    return all;
  }

  /// Loops beyond two stand around the microkernel.
  void emitMap(LoopNest &nest, ArrayRef<int> positions, const MapOperation &operation,
               ArrayRef<int32_t> bindings, ArrayRef<int32_t> types, SmallVector<Value> offsets) {
    while (nest.loops.size() < 2)
      nest.loops.insert(nest.loops.begin(), {1, SmallVector<int64_t, 4>(nest.operands.size(), 0)});
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<int> operands = concatenated(0, positions);
    enterLoops(ArrayRef(nest.loops).drop_back(2), operands, offsets);
    const StridedLoop &outer = nest.loops[nest.loops.size() - 2], &inner = nest.loops.back();
    SmallVector<Value> strides;
    for (int operand : operands) {
      if (operand < 0)
        continue;
      strides.push_back(index(outer.strides[operand]));
      strides.push_back(index(inner.strides[operand]));
    }
    auto number = [&](uint32_t value) {
      return builder.getI32IntegerAttr(static_cast<int32_t>(value));
    };
    program::MapOp::create(builder, loc, number(static_cast<uint32_t>(operation.opcode)),
                           operation.extra ? number(*operation.extra) : IntegerAttr(),
                           builder.getDenseI32ArrayAttr(bindings),
                           builder.getDenseI32ArrayAttr(types), offsets, strides, index(outer.size),
                           index(inner.size));
  }

  /// Loops in which the offsets advance; the builder stands inside afterwards.
  void enterLoops(ArrayRef<StridedLoop> loops, ArrayRef<int> operands,
                  SmallVector<Value> &offsets) {
    for (const StridedLoop &loop : loops) {
      auto around = scf::ForOp::create(builder, loc, index(0), index(loop.size), index(1));
      builder.setInsertionPointToStart(around.getBody());
      for (auto [offset, operand] : llvm::zip_equal(offsets, operands)) {
        if (operand < 0 || loop.strides[operand] == 0)
          continue;
        Value step = arith::MulIOp::create(builder, loc, around.getInductionVar(),
                                           index(loop.strides[operand]));
        offset = arith::AddIOp::create(builder, loc, offset, step);
      }
    }
  }

  /// Reductions that are no contraction, over one loop or several that are one.
  bool reduce() {
    Operation *yield = op.getBlock()->getTerminator();
    Operation *combiner =
        yield->getNumOperands() == 1 ? yield->getOperand(0).getDefiningOp() : nullptr;
    if (!combiner || &op.getBlock()->front() != combiner || combiner->getNextNode() != yield ||
        combiner->getNumOperands() != 2)
      return false;
    std::optional<MapOperation> found = MapOperation::of(*combiner);
    BlockArgument carried = op.getRegionOutputArgs()[0];
    if (!found || !isReduction(found->opcode) ||
        (combiner->getOperand(0) == carried) == (combiner->getOperand(1) == carried))
      return false;
    Value other = combiner->getOperand(combiner->getOperand(0) == carried ? 1 : 0);
    auto argument = dyn_cast<BlockArgument>(other);
    if (!argument || argument.getOwner() != op.getBlock())
      return false;
    OpOperand *uses[] = {op.getDpsInitOperand(0), op.getMatchingOpOperand(argument)};
    if (!isa<MemRefType>(uses[1]->get().getType()))
      return false;
    std::optional<LoopNest> nest = LoopNest::of(builder, op, uses);
    std::optional<MemoryType> type = memoryType(other.getType());
    if (!nest || !type)
      return false;
    // The innermost loop reduces; of the others the last stands in the microkernel.
    auto reduces = [](const StridedLoop &loop) { return loop.strides[0] == 0; };
    auto reducing = llvm::find_if(nest->loops, reduces);
    if (reducing == nest->loops.end() || llvm::count_if(nest->loops, reduces) != 1)
      return false;
    StridedLoop inner = *reducing;
    nest->loops.erase(reducing);
    if (nest->loops.empty())
      nest->loops.push_back({1, {0, 0}});
    SmallVector<Value> offsets = {nest->operands[0].offset, nest->operands[1].offset};
    OpBuilder::InsertionGuard guard(builder);
    enterLoops(ArrayRef(nest->loops).drop_back(), {0, 1}, offsets);
    const StridedLoop &outer = nest->loops.back();
    int32_t bindings[] = {static_cast<int32_t>(nest->operands[0].binding),
                          static_cast<int32_t>(nest->operands[1].binding)};
    auto code = static_cast<int32_t>(*type);
    program::ReduceOp::create(
        builder, loc, static_cast<uint32_t>(found->opcode), bindings, ArrayRef<int32_t>{code, code},
        offsets,
        ValueRange{index(outer.strides[0]), index(outer.strides[1]), index(inner.strides[1])},
        index(outer.size), index(inner.size));
    return true;
  }

  static bool isReduction(Opcode opcode) {
    switch (opcode) {
    case Opcode::ADD_I32:
    case Opcode::MUL_I32:
    case Opcode::AND_I32:
    case Opcode::OR_I32:
    case Opcode::XOR_I32:
    case Opcode::MINS_I32:
    case Opcode::MAXS_I32:
    case Opcode::MINU_I32:
    case Opcode::MAXU_I32:
    case Opcode::ADD_I64:
    case Opcode::MUL_I64:
    case Opcode::AND_I64:
    case Opcode::OR_I64:
    case Opcode::XOR_I64:
    case Opcode::MINS_I64:
    case Opcode::MAXS_I64:
    case Opcode::MINU_I64:
    case Opcode::MAXU_I64:
    case Opcode::ADD_F32:
    case Opcode::MUL_F32:
    case Opcode::MIN_F32:
    case Opcode::MAX_F32:
    case Opcode::MINNUM_F32:
    case Opcode::MAXNUM_F32:
    case Opcode::ADD_F64:
    case Opcode::MUL_F64:
    case Opcode::MIN_F64:
    case Opcode::MAX_F64:
    case Opcode::MINNUM_F64:
    case Opcode::MAXNUM_F64:
      return true;
    default:
      return false;
    }
  }

  static constexpr int64_t kMinMapElements = 4;

  linalg::LinalgOp op;
  OpBuilder builder;
  Location loc;
};

struct SelectMicrokernels : PassWrapper<SelectMicrokernels, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SelectMicrokernels)
  StringRef getArgument() const override { return "iree-select-microkernels"; }
  StringRef getDescription() const override {
    return "Turn linalg operations on buffers into microkernels";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, program::ProgramDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    if (program::constantCount(getOperation()) != 0)
      return; // shapes are dynamic
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    for (linalg::LinalgOp op : ops)
      if (Selector(op).run())
        op.erase();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createSelectMicrokernelsPass() {
  return std::make_unique<SelectMicrokernels>();
}
