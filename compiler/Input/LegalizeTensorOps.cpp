// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operations that no later stage lowers, expressed by ones that are lowered.
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

SmallVector<ReassociationIndices> allDimensions(int64_t rank) {
  if (rank == 0)
    return {};
  return {llvm::to_vector(llvm::seq<int64_t>(0, rank))};
}

/// The sizes that the shape operand of a tensor.reshape holds; none if it is not
/// put together from scalars.
std::optional<SmallVector<OpFoldResult>> shapeElements(tensor::ReshapeOp op,
                                                       PatternRewriter &rewriter) {
  SmallVector<OpFoldResult> sizes;
  auto type = cast<RankedTensorType>(op.getResult().getType());
  DenseIntElementsAttr constant;
  auto elements = op.getShape().getDefiningOp<tensor::FromElementsOp>();
  if (!elements && !matchPattern(op.getShape(), m_Constant(&constant)))
    return std::nullopt;
  for (auto [index, extent] : llvm::enumerate(type.getShape())) {
    if (!ShapedType::isDynamic(extent))
      sizes.push_back(rewriter.getIndexAttr(extent));
    else if (constant)
      sizes.push_back(rewriter.getIndexAttr(
          (*(constant.value_begin<APInt>() + static_cast<ptrdiff_t>(index))).getSExtValue()));
    else {
      Value size = elements.getElements()[static_cast<unsigned>(index)];
      if (!size.getType().isIndex())
        size = arith::IndexCastOp::create(rewriter, op.getLoc(), rewriter.getIndexType(), size);
      sizes.push_back(size);
    }
  }
  return sizes;
}

/// tensor.reshape: through one dimension.
struct ReshapeToCollapseExpand : OpRewritePattern<tensor::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::ReshapeOp op, PatternRewriter &rewriter) const override {
    auto source = dyn_cast<RankedTensorType>(op.getSource().getType());
    auto result = dyn_cast<RankedTensorType>(op.getResult().getType());
    if (!source || !result)
      return rewriter.notifyMatchFailure(op, "type is not ranked");
    bool isStatic = source.hasStaticShape() && result.hasStaticShape();
    std::optional<SmallVector<OpFoldResult>> sizes;
    if (!isStatic && !(sizes = shapeElements(op, rewriter)))
      return rewriter.notifyMatchFailure(op, "the shape is computed as a tensor");
    auto flat = RankedTensorType::get(
        {source.hasStaticShape() ? source.getNumElements() : ShapedType::kDynamic},
        source.getElementType());
    Value value = op.getSource();
    if (!isStatic && (source.getRank() == 0 || result.getRank() == 0))
      return rewriter.notifyMatchFailure(op, "a dynamic shape of or from rank 0");
    if (source.getRank() == 0)
      value = tensor::ExpandShapeOp::create(rewriter, op.getLoc(), flat, value,
                                            ArrayRef<ReassociationIndices>{});
    else if (source.getRank() > 1)
      value = tensor::CollapseShapeOp::create(rewriter, op.getLoc(), flat, value,
                                              allDimensions(source.getRank()));
    if (result.getRank() == 0)
      value = tensor::CollapseShapeOp::create(rewriter, op.getLoc(), result, value,
                                              ArrayRef<ReassociationIndices>{});
    else if (!isStatic && (result.getRank() > 1 || value.getType() != result)) {
      // A flat tensor of unknown length, so that the product is compared.
      auto any = RankedTensorType::get({ShapedType::kDynamic}, source.getElementType());
      if (value.getType() != any)
        value = tensor::CastOp::create(rewriter, op.getLoc(), any, value);
      if (result.getRank() > 1)
        value = tensor::ExpandShapeOp::create(rewriter, op.getLoc(), result, value,
                                              allDimensions(result.getRank()), *sizes);
      else if (result != any)
        value = tensor::CastOp::create(rewriter, op.getLoc(), result, value);
    } else if (result.getRank() > 1)
      value = tensor::ExpandShapeOp::create(rewriter, op.getLoc(), result, value,
                                            allDimensions(result.getRank()));
    rewriter.replaceOp(op, value);
    return success();
  }
};

Value index(OpBuilder &b, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

/// One element of a tensor of positions, as index.
Value position(OpBuilder &b, Location loc, Value positions, SmallVector<Value> at, int64_t last) {
  at.push_back(index(b, loc, last));
  Value element = tensor::ExtractOp::create(b, loc, positions, at);
  if (element.getType().isIndex())
    return element;
  return arith::IndexCastOp::create(b, loc, b.getIndexType(), element);
}

/// Where an element of a gathered or scattered tensor of positions `at` lies in
/// the whole one: the leading entries of `at` choose the positions, the others
/// count within the slice, whose dimensions `dims` have the size 1 or are left
/// out.
SmallVector<Value> positionInWhole(OpBuilder &b, Location loc, Value positions, ArrayRef<Value> at,
                                   ArrayRef<int64_t> dims, int64_t wholeRank) {
  int64_t leading = cast<RankedTensorType>(positions.getType()).getRank() - 1;
  SmallVector<Value> first(at.take_front(leading)), whole;
  ArrayRef<Value> slice = at.drop_front(leading);
  bool hasUnitDims = static_cast<int64_t>(slice.size()) == wholeRank;
  for (int64_t dim = 0; dim < wholeRank; ++dim) {
    auto found = llvm::find(dims, dim);
    if (found == dims.end()) {
      whole.push_back(slice.front());
      slice = slice.drop_front();
      continue;
    }
    whole.push_back(position(b, loc, positions, first, found - dims.begin()));
    slice = slice.drop_front(hasUnitDims ? 1 : 0);
  }
  return whole;
}

struct GatherToGeneric : OpRewritePattern<tensor::GatherOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::GatherOp op, PatternRewriter &rewriter) const override {
    RankedTensorType type = op.getResultType();
    if (!type.hasStaticShape())
      return rewriter.notifyMatchFailure(op, "shape is not static");
    Value empty =
        tensor::EmptyOp::create(rewriter, op.getLoc(), type.getShape(), type.getElementType());
    SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, ValueRange(), empty, ArrayRef{rewriter.getMultiDimIdentityMap(type.getRank())},
        iterators, [&](OpBuilder &b, Location loc, ValueRange) {
          SmallVector<Value> at;
          for (int64_t dim = 0; dim < type.getRank(); ++dim)
            at.push_back(linalg::IndexOp::create(b, loc, dim));
          SmallVector<Value> whole = positionInWhole(
              b, loc, op.getIndices(), at, op.getGatherDims(), op.getSourceType().getRank());
          Value element = tensor::ExtractOp::create(b, loc, op.getSource(), whole);
          linalg::YieldOp::create(b, loc, element);
        });
    return success();
  }
};

/// One element after the other.
struct ScatterToLoops : OpRewritePattern<tensor::ScatterOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::ScatterOp op, PatternRewriter &rewriter) const override {
    RankedTensorType source = op.getSourceType();
    if (!source.hasStaticShape())
      return rewriter.notifyMatchFailure(op, "shape is not static");
    Location loc = op.getLoc();
    SmallVector<Value> lower, upper, step;
    for (int64_t size : source.getShape()) {
      lower.push_back(index(rewriter, loc, 0));
      upper.push_back(index(rewriter, loc, size));
      step.push_back(index(rewriter, loc, 1));
    }
    scf::LoopNest nest = scf::buildLoopNest(
        rewriter, loc, lower, upper, step, op.getDest(),
        [&](OpBuilder &b, Location, ValueRange at, ValueRange carried) -> scf::ValueVector {
          SmallVector<Value> indices(at);
          SmallVector<Value> whole = positionInWhole(
              b, loc, op.getIndices(), indices, op.getScatterDims(), op.getDestType().getRank());
          Value element = tensor::ExtractOp::create(b, loc, op.getSource(), indices);
          return {tensor::InsertOp::create(b, loc, element, carried[0], whole)};
        });
    rewriter.replaceOp(op, nest.results);
    return success();
  }
};

struct BitcastToGeneric : OpRewritePattern<tensor::BitcastOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::BitcastOp op, PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    if (!type.hasStaticShape())
      return rewriter.notifyMatchFailure(op, "shape is not static");
    Value empty =
        tensor::EmptyOp::create(rewriter, op.getLoc(), type.getShape(), type.getElementType());
    rewriter.replaceOpWithNewOp<linalg::MapOp>(
        op, op.getSource(), empty, [&](OpBuilder &b, Location loc, ValueRange element) {
          Value bits = arith::BitcastOp::create(b, loc, type.getElementType(), element[0]);
          linalg::YieldOp::create(b, loc, bits);
        });
    return success();
  }
};

struct LowerPack : OpRewritePattern<linalg::PackOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::PackOp op, PatternRewriter &rewriter) const override {
    return linalg::lowerPack(rewriter, op);
  }
};

struct LowerUnPack : OpRewritePattern<linalg::UnPackOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::UnPackOp op, PatternRewriter &rewriter) const override {
    return linalg::lowerUnPack(rewriter, op);
  }
};

/// linalg.softmax and friends: their own decomposition.
struct DecomposeAggregated : OpInterfaceRewritePattern<linalg::AggregatedOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::AggregatedOpInterface op,
                                PatternRewriter &rewriter) const override {
    FailureOr<SmallVector<Value>> results = op.decomposeOperation(rewriter);
    if (failed(results))
      return rewriter.notifyMatchFailure(op, "has no decomposition");
    rewriter.replaceOp(op, *results);
    return success();
  }
};

/// A splat constant as initial value: a fill, which fuses and takes no flash.
struct SplatInitToFill : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::LinalgOp op, PatternRewriter &rewriter) const override {
    bool changed = false;
    for (OpOperand &init : op.getDpsInitsMutable()) {
      auto constant = init.get().getDefiningOp<arith::ConstantOp>();
      auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : nullptr;
      if (!splat)
        continue;
      auto type = cast<RankedTensorType>(splat.getType());
      Location loc = constant.getLoc();
      Value scalar = arith::ConstantOp::create(rewriter, loc,
                                               cast<TypedAttr>(splat.getSplatValue<Attribute>()));
      Value empty = tensor::EmptyOp::create(rewriter, loc, type.getShape(), type.getElementType());
      Value fill =
          linalg::FillOp::create(rewriter, loc, ValueRange{scalar}, ValueRange{empty}).getResult(0);
      rewriter.modifyOpInPlace(op, [&] { init.set(fill); });
      changed = true;
    }
    return success(changed);
  }
};

/// TOSA's elementwise operations come with a branch for each dynamic dimension:
/// if its size is 1, the operand is repeated, else taken as it is. Sizes have to
/// be equal here, 1 or not; whether they are is checked later.
struct DropDynamicBroadcast : OpRewritePattern<scf::IfOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::IfOp op, PatternRewriter &rewriter) const override {
    if (op.getNumResults() != 1 || !isa<RankedTensorType>(op.getResult(0).getType()) ||
        !llvm::hasSingleElement(*op.elseBlock()))
      return rewriter.notifyMatchFailure(op, "not a choice of an operand");
    Value operand = op.elseYield().getOperand(0);
    auto compare = op.getCondition().getDefiningOp<arith::CmpIOp>();
    auto dim = compare ? compare.getLhs().getDefiningOp<tensor::DimOp>() : nullptr;
    if (!dim || dim.getSource() != operand || compare.getPredicate() != arith::CmpIPredicate::eq ||
        !matchPattern(compare.getRhs(), m_One()))
      return rewriter.notifyMatchFailure(op, "not a question for a size of 1");
    rewriter.replaceOp(op, operand);
    return success();
  }
};

/// A value that nothing depends on, where branches meet.
struct PoisonToZero : OpRewritePattern<ub::PoisonOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ub::PoisonOp op, PatternRewriter &rewriter) const override {
    TypedAttr zero = rewriter.getZeroAttr(op.getType());
    if (!zero)
      return rewriter.notifyMatchFailure(op, "the type has no zero");
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, zero);
    return success();
  }
};

struct LegalizeTensorOps : PassWrapper<LegalizeTensorOps, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LegalizeTensorOps)
  StringRef getArgument() const override { return "iree-legalize-tensor-ops"; }
  StringRef getDescription() const override {
    return "Express operations without a lowering by ones that have one";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, scf::SCFDialect,
                    tensor::TensorDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    tensor::populateDecomposeTensorConcatPatterns(patterns);
    patterns
        .add<ReshapeToCollapseExpand, GatherToGeneric, ScatterToLoops, BitcastToGeneric, LowerPack,
             LowerUnPack, DecomposeAggregated, SplatInitToFill, DropDynamicBroadcast, PoisonToZero>(
            &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createLegalizeTensorOpsPass() {
  return std::make_unique<LegalizeTensorOps>();
}
