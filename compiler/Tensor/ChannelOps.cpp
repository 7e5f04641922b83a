// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tensor/ChannelOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// The dimension of an operand that a loop numbers, if one does.
std::optional<unsigned> dimOfLoop(linalg::LinalgOp op, OpOperand *operand, unsigned loop) {
  return op.getMatchingIndexingMap(operand).getResultPosition(
      getAffineDimExpr(loop, op.getContext()));
}

bool isReduction(linalg::LinalgOp op, unsigned loop) {
  return op.getIteratorTypesArray()[loop] == utils::IteratorType::reduction;
}

bool hasIntegers(linalg::LinalgOp op) {
  return llvm::all_of(op->getOperandTypes(), [](Type type) {
    Type element = getElementTypeOrSelf(type);
    return isa<RankedTensorType>(type) && element.isSignlessInteger() && !element.isInteger(1) &&
           element.getIntOrFloatBitWidth() <= 64;
  });
}

/// acc + input * weight, each sign-extended where it is narrower.
bool multipliesAndAdds(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  unsigned products = 0, sums = 0;
  for (Operation &inner : body->without_terminator()) {
    if (isa<arith::MulIOp>(inner))
      ++products;
    else if (isa<arith::AddIOp>(inner))
      ++sums;
    else if (!isa<arith::ExtSIOp>(inner))
      return false;
  }
  return products == 1 && sums == 1;
}

} // namespace

int64_t iree_compiler::channelCount(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getRank() > 0 ? tensor.getShape().back() : 1;
}

std::optional<unsigned> iree_compiler::channelLoop(linalg::LinalgOp op, OpOperand *operand) {
  AffineMap map = op.getMatchingIndexingMap(operand);
  if (map.getNumResults() == 0)
    return std::nullopt;
  auto loop = dyn_cast<AffineDimExpr>(map.getResults().back());
  if (!loop)
    return std::nullopt;
  return loop.getPosition();
}

void WeightedSum::forEachWeight(llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) const {
  auto type = cast<RankedTensorType>(weights.getType());
  auto stride = [&](unsigned dim) {
    int64_t inner = 1;
    for (int64_t i = dim + 1; i < type.getRank(); ++i)
      inner *= type.getDimSize(i);
    return inner;
  };
  int64_t outputStride = stride(outputDim), inputStride = stride(inputDim);
  int64_t outputs = type.getDimSize(outputDim), inputs = type.getDimSize(inputDim);
  for (auto [index, weight] : llvm::enumerate(weights.getValues<APInt>())) {
    auto position = static_cast<int64_t>(index);
    visit(position / outputStride % outputs, position / inputStride % inputs,
          weight.getSExtValue());
  }
}

std::optional<WeightedSum> iree_compiler::matchWeightedSum(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 || op->getNumResults() != 1 ||
      op.hasDynamicShape() || !hasIntegers(op) || !multipliesAndAdds(op))
    return std::nullopt;
  WeightedSum sum;
  sum.input = op.getDpsInputOperand(0);
  sum.weightsOperand = op.getDpsInputOperand(1);
  sum.init = op.getDpsInitOperand(0);
  if (!matchPattern(sum.weightsOperand->get(), m_Constant(&sum.weights)))
    return std::nullopt;
  auto inputLoop = channelLoop(op, sum.input), outputLoop = channelLoop(op, sum.init);
  if (!inputLoop || !outputLoop || (inputLoop != outputLoop && !isReduction(op, *inputLoop)))
    return std::nullopt;
  auto inputDim = dimOfLoop(op, sum.weightsOperand, *inputLoop);
  auto outputDim = dimOfLoop(op, sum.weightsOperand, *outputLoop);
  if (!inputDim || !outputDim)
    return std::nullopt;
  // Every term of the sum has a weight of its own.
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (isReduction(op, loop) && !dimOfLoop(op, sum.weightsOperand, loop))
      return std::nullopt;
  sum.inputDim = *inputDim;
  sum.outputDim = *outputDim;
  return sum;
}

std::optional<Pooling> iree_compiler::matchPooling(linalg::LinalgOp op) {
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 || op->getNumResults() != 1 ||
      op.hasDynamicShape() || !hasIntegers(op) ||
      !isa<linalg::PoolingNhwcSumOp, linalg::PoolingNhwcMaxOp>(op.getOperation()))
    return std::nullopt;
  Pooling pooling;
  pooling.input = op.getDpsInputOperand(0);
  pooling.init = op.getDpsInitOperand(0);
  pooling.windowElements =
      cast<RankedTensorType>(op.getDpsInputOperand(1)->get().getType()).getNumElements();
  pooling.isMaximum = isa<linalg::PoolingNhwcMaxOp>(op.getOperation());
  return pooling;
}

DenseElementsAttr iree_compiler::slice(DenseElementsAttr values, unsigned dim,
                                       ArrayRef<int64_t> indices) {
  auto type = cast<RankedTensorType>(values.getType());
  SmallVector<int64_t> shape(type.getShape());
  int64_t extent = shape[dim], inner = 1, outer = 1;
  for (int64_t i = 0; i < type.getRank(); ++i)
    (i < dim ? outer : inner) *= i == dim ? 1 : shape[static_cast<size_t>(i)];
  shape[dim] = static_cast<int64_t>(indices.size());
  auto sliced = type.clone(shape);
  if (values.isSplat())
    return values.resizeSplat(sliced);
  auto elements = values.getValues<Attribute>();
  SmallVector<Attribute> chosen;
  for (int64_t before = 0; before < outer; ++before)
    for (int64_t index : indices)
      for (int64_t after = 0; after < inner; ++after)
        chosen.push_back(elements[static_cast<size_t>((before * extent + index) * inner + after)]);
  return DenseElementsAttr::get(sliced, chosen);
}

Value iree_compiler::broadcastChannels(OpBuilder &builder, Location loc, ArrayRef<int64_t> values,
                                       RankedTensorType type) {
  auto vectorType =
      RankedTensorType::get({static_cast<int64_t>(values.size())}, type.getElementType());
  SmallVector<APInt> elements;
  for (int64_t value : values)
    elements.push_back(
        APInt(64, static_cast<uint64_t>(value)).sextOrTrunc(type.getElementTypeBitWidth()));
  Value constant =
      arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(vectorType, elements));
  Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(), type.getElementType());
  auto map = AffineMap::get(type.getRank(), 0, builder.getAffineDimExpr(type.getRank() - 1));
  SmallVector<AffineMap> maps = {map, builder.getMultiDimIdentityMap(type.getRank())};
  SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
  return linalg::GenericOp::create(builder, loc, type, constant, empty, maps, iterators,
                                   [](OpBuilder &b, Location l, ValueRange args) {
                                     linalg::YieldOp::create(b, l, args[0]);
                                   })
      .getResult(0);
}
