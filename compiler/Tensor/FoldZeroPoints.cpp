// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// sum (x - zx) * w = sum x * w - zx * sum w: with constant weights and a
// weight zero point of 0 the second term is a constant per output channel and
// moves into the initial accumulator. Exact in wrapping i32 arithmetic, also
// at padded borders, where the padding value is zx itself. A bias that is added
// afterwards moves there too.
#include "compiler/Tensor/ChannelOps.h"
#include "compiler/Tensor/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

/// Sums the constant weights over all dimensions but `channelDim`.
SmallVector<int32_t> sumPerChannel(DenseElementsAttr weights, int64_t channelDim) {
  auto type = cast<RankedTensorType>(weights.getType());
  int64_t channels = type.getDimSize(channelDim);
  int64_t inner = 1;
  for (int64_t dim = channelDim + 1; dim < type.getRank(); ++dim)
    inner *= type.getDimSize(dim);
  SmallVector<uint32_t> sums(channels, 0);
  for (auto [index, value] : llvm::enumerate(weights.getValues<APInt>()))
    sums[(index / inner) % channels] += static_cast<uint32_t>(value.getSExtValue());
  return SmallVector<int32_t>(sums.begin(), sums.end());
}

/// The per-channel constant that `init` holds along its last dimension, if it
/// is a fill or a broadcast of a constant.
std::optional<SmallVector<int32_t>> channelConstant(Value init, int64_t channels) {
  if (auto fill = init.getDefiningOp<linalg::FillOp>()) {
    APInt value;
    if (matchPattern(fill.getInputs()[0], m_ConstantInt(&value)))
      return SmallVector<int32_t>(channels, static_cast<int32_t>(value.getSExtValue()));
    return std::nullopt;
  }
  auto generic = init.getDefiningOp<linalg::GenericOp>();
  if (!generic || generic.getNumDpsInputs() != 1 || generic.getNumLoops() == 0)
    return std::nullopt;
  AffineMap map = generic.getIndexingMapsArray()[0];
  auto yield = cast<linalg::YieldOp>(generic.getBody()->getTerminator());
  DenseElementsAttr values;
  AffineExpr lastLoop = getAffineDimExpr(generic.getNumLoops() - 1, init.getContext());
  bool perChannel = map.getNumResults() == 1 && map.getResult(0) == lastLoop;
  bool broadcasts = yield.getOperand(0) == generic.getBody()->getArgument(0) &&
                    (perChannel || map.isConstant()) &&
                    generic.getIndexingMapsArray()[1].isIdentity();
  if (!broadcasts || !matchPattern(generic.getInputs()[0], m_Constant(&values)))
    return std::nullopt;
  SmallVector<int32_t> result;
  for (const APInt &value : values.getValues<APInt>())
    result.push_back(static_cast<int32_t>(value.getSExtValue()));
  if (result.size() == 1)
    result.resize(channels, result.front());
  if (static_cast<int64_t>(result.size()) != channels)
    return std::nullopt;
  return result;
}

template <typename Quantised, typename Plain> struct FoldZeroPoint : OpRewritePattern<Quantised> {
  FoldZeroPoint(MLIRContext *context, int64_t dim)
      : OpRewritePattern<Quantised>(context), channelDim(dim) {}

  LogicalResult matchAndRewrite(Quantised op, PatternRewriter &rewriter) const override {
    APInt inputZeroPoint, weightZeroPoint;
    DenseElementsAttr weights;
    if (!matchPattern(op.getInputs()[3], m_ConstantInt(&weightZeroPoint)) ||
        !weightZeroPoint.isZero())
      return rewriter.notifyMatchFailure(op, "weight zero point is not the constant 0");
    if (!matchPattern(op.getInputs()[2], m_ConstantInt(&inputZeroPoint)))
      return rewriter.notifyMatchFailure(op, "input zero point is not constant");
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    if (!type.getElementType().isInteger(32))
      return rewriter.notifyMatchFailure(op, "accumulator is not i32");
    // One correction per channel serves one matrix only.
    if (std::is_same_v<Quantised, linalg::QuantizedBatchMatmulOp> && type.getDimSize(0) != 1)
      return rewriter.notifyMatchFailure(op, "more than one matrix");
    Value init = op.getOutputs()[0];
    if (!inputZeroPoint.isZero()) {
      if (!matchPattern(op.getInputs()[1], m_Constant(&weights)))
        return rewriter.notifyMatchFailure(op, "weights are not constant");
      FailureOr<Value> folded = foldIntoInit(op, weights, inputZeroPoint, rewriter);
      if (failed(folded))
        return rewriter.notifyMatchFailure(op, "initial value is not constant per channel");
      init = *folded;
    }
    SmallVector<Value> inputs = {op.getInputs()[0], op.getInputs()[1]};
    SmallVector<NamedAttribute> attributes;
    for (StringRef name : {"strides", "dilations"})
      if (Attribute attribute = op->getAttr(name))
        attributes.push_back(rewriter.getNamedAttr(name, attribute));
    auto plain =
        Plain::create(rewriter, op.getLoc(), TypeRange{type}, inputs, ValueRange{init}, attributes);
    rewriter.replaceOp(op, plain);
    return success();
  }

private:
  FailureOr<Value> foldIntoInit(Quantised op, DenseElementsAttr weights, const APInt &zeroPoint,
                                PatternRewriter &rewriter) const {
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<int32_t> sums = sumPerChannel(weights, channelDim);
    auto initial = channelConstant(op.getOutputs()[0], type.getDimSize(type.getRank() - 1));
    if (!initial || initial->size() != sums.size())
      return failure();
    auto scale = static_cast<uint32_t>(zeroPoint.getSExtValue());
    for (auto [value, sum] : llvm::zip_equal(*initial, sums))
      value =
          static_cast<int32_t>(static_cast<uint32_t>(value) - scale * static_cast<uint32_t>(sum));
    return iree_compiler::broadcastChannels(
        rewriter, op.getLoc(), SmallVector<int64_t>(initial->begin(), initial->end()), type);
  }

  int64_t channelDim; ///< of the weights
};

/// Adding a constant to each channel of a sum starts the sum with it. TOSA's
/// depthwise convolutions add their bias so.
struct FoldBias : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    Block *body = op.getBody();
    auto add = dyn_cast<arith::AddIOp>(body->front());
    if (op.getNumDpsInputs() != 2 || op->getNumResults() != 1 || op.getNumReductionLoops() != 0 ||
        !add || add->getNextNode() != body->getTerminator() ||
        body->getTerminator()->getOperand(0) != add.getResult() || add.getLhs() == add.getRhs() ||
        !isInput(op, add.getLhs()) || !isInput(op, add.getRhs()) ||
        !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
      return rewriter.notifyMatchFailure(op, "not the sum of two inputs");
    for (unsigned i : {0u, 1u})
      if (succeeded(fold(op, op.getDpsInputOperand(i), op.getDpsInputOperand(1 - i), rewriter)))
        return success();
    return rewriter.notifyMatchFailure(op, "not a sum of products and a constant per channel");
  }

private:
  static bool isInput(linalg::GenericOp op, Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument && argument.getOwner() == op.getBody() &&
           argument.getArgNumber() < op.getNumDpsInputs();
  }

  static LogicalResult fold(linalg::GenericOp op, OpOperand *sumOperand, OpOperand *biasOperand,
                            PatternRewriter &rewriter) {
    auto sum = sumOperand->get().getDefiningOp<linalg::LinalgOp>();
    DenseIntElementsAttr bias;
    if (!sum || !sum->hasOneUse() || !iree_compiler::matchWeightedSum(sum) ||
        !op.getMatchingIndexingMap(sumOperand).isIdentity() ||
        iree_compiler::channelLoop(op, biasOperand) != op.getNumLoops() - 1 ||
        op.getMatchingIndexingMap(biasOperand).getNumResults() != 1 ||
        !matchPattern(biasOperand->get(), m_Constant(&bias)))
      return failure();
    auto type = cast<RankedTensorType>(sum->getResult(0).getType());
    auto initial = channelConstant(sum.getDpsInits()[0], type.getShape().back());
    if (!initial)
      return failure();
    SmallVector<int64_t> sums; // wraps when it becomes the element type again
    for (auto [value, added] : llvm::zip_equal(*initial, bias.getValues<APInt>()))
      sums.push_back(int64_t(value) + added.getSExtValue());
    rewriter.setInsertionPoint(sum);
    Value init = iree_compiler::broadcastChannels(rewriter, op.getLoc(), sums, type);
    rewriter.modifyOpInPlace(sum, [&] { sum.setDpsInitOperand(0, init); });
    rewriter.replaceOp(op, sum);
    return success();
  }
};

struct FoldZeroPoints : PassWrapper<FoldZeroPoints, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FoldZeroPoints)
  StringRef getArgument() const override { return "iree-fold-zero-points"; }
  StringRef getDescription() const override {
    return "Fold zero points and biases of constant-weight contractions into their initial values";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    linalg::populateSimplifyDepthwiseConvPatterns(patterns);
    tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
    tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
    linalg::FillOp::getCanonicalizationPatterns(patterns, context);
    tensor::populateFoldTensorEmptyPatterns(patterns);
    patterns.add<FoldZeroPoint<linalg::Conv2DNhwcFhwcQOp, linalg::Conv2DNhwcFhwcOp>>(context, 0);
    patterns.add<FoldZeroPoint<linalg::Conv2DNhwcHwcfQOp, linalg::Conv2DNhwcHwcfOp>>(context, 3);
    patterns
        .add<FoldZeroPoint<linalg::DepthwiseConv2DNhwcHwcQOp, linalg::DepthwiseConv2DNhwcHwcOp>>(
            context, 2);
    patterns.add<FoldZeroPoint<linalg::QuantizedMatmulOp, linalg::MatmulOp>>(context, 1);
    patterns.add<FoldZeroPoint<linalg::QuantizedBatchMatmulOp, linalg::BatchMatmulOp>>(context, 2);
    patterns.add<FoldBias>(context);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createFoldZeroPointsPass() {
  return std::make_unique<FoldZeroPoints>();
}
