// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tensor/RowLayers.h"

#include "compiler/Dialect/Util/Util.h"
#include "compiler/Locations.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Analysis/FlatLinearValueConstraints.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Buffers of a kernel up to this size lie on its stack.
constexpr int64_t kStackBytes = 512;

bool hasRows(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getRank() > kRowDim + 1 &&
         tensor.getDimSize(0) == 1;
}

bool isElementwise(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && generic.getNumReductionLoops() == 0;
}

bool isReshape(Operation *op) {
  return isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp>(op);
}

bool isConstant(Value value) { return matchPattern(value, m_Constant()); }

/// Positions within the result that the body sees, or values that it captures,
/// would have to be those of the whole.
bool hasPlainBody(linalg::LinalgOp op) {
  bool plain = true;
  op->walk([&](linalg::IndexOp) { plain = false; });
  SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  return plain && llvm::all_of(captured, isConstant);
}

/// The loop over rows of one operand that adds to, or takes the extremum with,
/// one row of results: partial results of stripes give the same bits.
std::optional<unsigned> accumulatedLoop(linalg::LinalgOp op) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !type.getElementType().isInteger() || op.getNumDpsInits() != 1)
    return std::nullopt;
  Block *body = op.getBlock();
  Value yielded = body->getTerminator()->getOperand(0);
  Operation *combine = yielded.getDefiningOp();
  Value accumulator = body->getArguments().back();
  if (!combine || !accumulator.hasOneUse() || *accumulator.user_begin() != combine ||
      !isa<arith::AddIOp, arith::MaxSIOp, arith::MinSIOp, arith::MaxUIOp, arith::MinUIOp>(combine))
    return std::nullopt;
  for (auto [loop, kind] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (kind != utils::IteratorType::reduction)
      continue;
    bool fits = true, readsRows = false;
    for (OpOperand &operand : op->getOpOperands()) {
      auto access = loopAccess(op, operand, static_cast<unsigned>(loop));
      if (failed(access)) {
        fits = false;
      } else if (*access) {
        if ((*access)->dim == kRowDim && hasRows(operand.get().getType()))
          fits &= !std::exchange(readsRows, true);
        else // a window without values
          fits &= operand.get().getDefiningOp<tensor::EmptyOp>() != nullptr;
      }
    }
    if (fits && readsRows)
      return static_cast<unsigned>(loop);
  }
  return std::nullopt;
}

/// One call of collectRowLayers.
class Collector {
public:
  explicit Collector(func::FuncOp entry) : entry(entry) {}

  RowLayers run() {
    for (BlockArgument argument : entry.getArguments())
      addLayer(argument, {}).isArgument = true;
    findCores();
    for (Operation &op : entry.front())
      add(op);
    for (Operation &op : entry.front())
      if (isa<func::ReturnOp>(op) || (op.getNumResults() == 0 && !op.getNumRegions()))
        for (Value operand : op.getOperands())
          if (auto found = result.layerOf.find(operand); found != result.layerOf.end())
            result.network.layers[found->second].isKept = true;
    return std::move(result);
  }

private:
  /// A convolution or reduction that only one elementwise operation reads,
  /// element by element, is in a kernel with it.
  void findCores() {
    for (auto op : entry.front().getOps<linalg::GenericOp>()) {
      if (!isElementwise(op) || op->getNumResults() != 1)
        continue;
      for (OpOperand &operand : op->getOpOperands()) {
        auto producer = operand.get().getDefiningOp<linalg::LinalgOp>();
        if (!producer || producer->getNumResults() != 1 || !producer->hasOneUse() ||
            producer.getNumReductionLoops() == 0)
          continue;
        AffineMap map = cast<linalg::LinalgOp>(op.getOperation()).getMatchingIndexingMap(&operand);
        if (map != op.getIndexingMapsArray().back() || !map.isPermutation())
          continue;
        coreOf[op] = producer;
        isCore.insert(producer);
        break;
      }
    }
  }

  void add(Operation &op) {
    if (isReshape(&op)) {
      if (auto found = result.layerOf.find(op.getOperand(0)); found != result.layerOf.end())
        result.layerOf.insert({op.getResult(0), found->second});
      return;
    }
    if (isRepeatedInStripes(&op) || isCore.contains(&op) || op.hasTrait<OpTrait::IsTerminator>())
      return;
    for (Value value : op.getResults())
      if (isa<RankedTensorType>(value.getType()) && !isConstant(value))
        addOperation(value, op);
  }

  Layer &addLayer(Value value, LayerOps ops) {
    result.layerOf[value] = static_cast<uint32_t>(result.network.layers.size());
    result.ops.push_back(ops);
    Layer &layer = result.network.layers.emplace_back();
    layer.name = describeLocation(value.getLoc());
    auto bytes = static_cast<int64_t>(denseBytes(value.getType()));
    layer.rows =
        hasRows(value.getType()) ? cast<ShapedType>(value.getType()).getDimSize(kRowDim) : 1;
    layer.rowBytes = layer.rows ? bytes / layer.rows : 0;
    return layer;
  }

  void addOperation(Value value, Operation &op) {
    Layer layer;
    LayerOps ops{&op, coreOf.lookup(&op), {}};
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    linalg::LinalgOp core = ops.core ? ops.core : linalgOp;
    if (linalgOp && op.getNumResults() == 1 && !linalgOp.hasDynamicShape() &&
        hasPlainBody(linalgOp) && (!ops.core || hasPlainBody(ops.core))) {
      std::optional<unsigned> rows = resultLoop(linalgOp, kRowDim);
      if (cast<ShapedType>(value.getType()).getRank() > kRowDim && hasRows(value.getType()) &&
          cast<ShapedType>(value.getType()).getDimSize(kRowDim) > 1 && rows)
        layer.canSplit = succeeded(collectInputs(linalgOp, *rows, {}, layer));
      else if ((ops.accumulated = accumulatedLoop(core)))
        layer.canSplit = succeeded(collectInputs(core, *ops.accumulated, {}, layer)) &&
                         noteAccumulator(core, *ops.accumulated, layer);
    }
    if (!layer.canSplit) {
      layer = Layer();
      ops.accumulated.reset();
    }
    noteOtherInputs(op, layer);
    if (ops.core)
      noteOtherInputs(*ops.core.getOperation(), layer);
    Layer &added = addLayer(value, ops);
    layer.name = added.name;
    layer.rows = added.rows;
    layer.rowBytes =
        isa<util::UtilDialect>(op.getDialect()) ? 0 : added.rowBytes; // not in the arena
    if (core && !core.hasDynamicShape()) {
      layer.multiplyAdds = 1;
      for (int64_t extent : core.getStaticLoopRanges())
        layer.multiplyAdds *= core.getNumReductionLoops() ? extent : 0;
    }
    layer.scratchBytes = layer.scratchBytes > kStackBytes ? layer.scratchBytes : 0;
    added = layer;
  }

  bool noteAccumulator(linalg::LinalgOp core, unsigned loop, Layer &layer) {
    layer.accumulatedRows = core.getStaticLoopRanges()[loop];
    layer.accumulatorBytes = static_cast<int64_t>(denseBytes(core->getResult(0).getType()));
    return layer.accumulatedRows > 1;
  }

  /// What iterations of `loop`, which are rows of the layer as `outer` says, read
  /// of other layers.
  LogicalResult collectInputs(linalg::LinalgOp op, unsigned loop, RowAccess outer, Layer &layer) {
    for (OpOperand &operand : op->getOpOperands()) {
      FailureOr<std::optional<LoopAccess>> access = loopAccess(op, operand, loop);
      if (failed(access))
        return failure();
      if (!*access)
        continue;
      RowAccess rows{(*access)->stride * outer.stride,
                     (*access)->stride * (outer.window - 1) + (*access)->window,
                     (*access)->stride * outer.low};
      if (failed(collectInput(operand.get(), (*access)->dim, rows, layer)))
        return failure();
    }
    return success();
  }

  LogicalResult collectInput(Value value, unsigned dim, RowAccess rows, Layer &layer) {
    Operation *producer = value.getDefiningOp();
    if (producer && (isConstant(value) || isa<tensor::EmptyOp, linalg::FillOp>(producer)))
      return success();
    if (auto pad = dyn_cast_or_null<tensor::PadOp>(producer);
        pad && isRepeatedInStripes(producer)) {
      rows.low += pad.getStaticLow()[dim];
      if (hasRows(pad.getType()) && rows.window > 1)
        layer.scratchBytes += rows.window * static_cast<int64_t>(denseBytes(pad.getType())) /
                              pad.getType().getDimSize(kRowDim);
      return collectInput(pad.getSource(), dim, rows, layer);
    }
    if (producer && (isCore.contains(producer) || isRepeatedInStripes(producer))) {
      auto op = cast<linalg::LinalgOp>(producer);
      std::optional<unsigned> loop = resultLoop(op, dim);
      return loop ? collectInputs(op, *loop, rows, layer) : failure();
    }
    // A reshaped value has other rows.
    auto found = result.layerOf.find(value);
    if (dim != kRowDim || found == result.layerOf.end() || (producer && isReshape(producer)) ||
        !hasRows(value.getType()))
      return failure();
    layer.inputs.push_back({found->second, rows});
    return success();
  }

  /// Layers that are read by other ways.
  void noteOtherInputs(Operation &op, Layer &layer) {
    SetVector<Value> values(op.operand_begin(), op.operand_end());
    getUsedValuesDefinedAbove(op.getRegions(), values);
    for (Value value : values) {
      while (Operation *producer = value.getDefiningOp()) {
        if (!isa<tensor::PadOp>(producer))
          break;
        value = producer->getOperand(0);
      }
      auto found = result.layerOf.find(value);
      if (found != result.layerOf.end() &&
          llvm::none_of(layer.inputs,
                        [&](const LayerInput &input) { return input.producer == found->second; }))
        layer.inputs.push_back({found->second, std::nullopt});
    }
  }

  func::FuncOp entry;
  RowLayers result;
  llvm::DenseMap<Operation *, linalg::LinalgOp> coreOf;
  llvm::DenseSet<Operation *> isCore;
};

} // namespace

FailureOr<std::optional<LoopAccess>> iree_compiler::loopAccess(linalg::LinalgOp op,
                                                               OpOperand &operand, unsigned loop) {
  AffineMap map = op.getMatchingIndexingMap(&operand);
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  std::optional<LoopAccess> access;
  for (auto [position, expression] : llvm::enumerate(map.getResults())) {
    if (!expression.isFunctionOfDim(loop))
      continue;
    SmallVector<int64_t> terms; // coefficients of the loops, then a constant
    if (access || failed(getFlattenedAffineExpr(expression, map.getNumDims(), 0, &terms)) ||
        terms.size() != map.getNumDims() + 1 || terms.back() != 0)
      return failure();
    access = {static_cast<unsigned>(position), terms[loop], 1};
    for (auto [other, extent] : llvm::enumerate(extents)) {
      if (terms[other] < 0 || (other == loop && terms[other] == 0))
        return failure();
      if (other != loop)
        access->window += terms[other] * (extent - 1);
    }
  }
  return access;
}

std::optional<unsigned> iree_compiler::resultLoop(linalg::LinalgOp op, unsigned dim) {
  AffineMap map = op.getIndexingMapsArray().back();
  if (op.getNumDpsInits() != 1 || dim >= map.getNumResults())
    return std::nullopt;
  auto expression = dyn_cast<AffineDimExpr>(map.getResult(dim));
  if (!expression)
    return std::nullopt;
  for (auto [position, other] : llvm::enumerate(map.getResults()))
    if (position != dim && other.isFunctionOfDim(expression.getPosition()))
      return std::nullopt;
  return expression.getPosition();
}

bool iree_compiler::isRepeatedInStripes(Operation *op) {
  if (isa<tensor::EmptyOp, linalg::FillOp>(op))
    return true;
  if (auto pad = dyn_cast<tensor::PadOp>(op)) {
    Value padding = pad.getConstantPaddingValue();
    auto isNatural = [](int64_t amount) { return amount >= 0; };
    return padding && isConstant(padding) && pad.getType().hasStaticShape() &&
           pad.getSourceType().hasStaticShape() && llvm::all_of(pad.getStaticLow(), isNatural) &&
           llvm::all_of(pad.getStaticHigh(), isNatural);
  }
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && isElementwise(op) && generic->getNumResults() == 1 &&
         !generic.hasDynamicShape() &&
         hasPlainBody(cast<linalg::LinalgOp>(generic.getOperation())) &&
         llvm::all_of(generic.getInputs(), isConstant) &&
         generic.getOutputs()[0].getDefiningOp<tensor::EmptyOp>();
}

RowLayers iree_compiler::collectRowLayers(func::FuncOp entry) { return Collector(entry).run(); }
