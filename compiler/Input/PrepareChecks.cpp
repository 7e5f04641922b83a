// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test programs: checks of scalars and against constants become checks of
// tensors, what they say of devices is dropped, flow operations become those
// of the tensor dialect.
#include "compiler/Dialect/Check/Check.h"
#include "compiler/Dialect/Flow/Flow.h"
#include "compiler/Dialect/Hal/Hal.h"
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// A scalar becomes a tensor of rank 0; an index becomes an i64.
template <typename ScalarOp, typename TensorOp>
struct ScalarCheckToTensor : OpRewritePattern<ScalarOp> {
  using OpRewritePattern<ScalarOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(ScalarOp op, PatternRewriter &rewriter) const override {
    Value scalar = op.getOperand();
    if (scalar.getType().isIndex())
      scalar = arith::IndexCastOp::create(rewriter, op.getLoc(), rewriter.getI64Type(), scalar);
    Value tensor = tensor::FromElementsOp::create(
        rewriter, op.getLoc(), RankedTensorType::get({}, scalar.getType()), scalar);
    if constexpr (std::is_same_v<TensorOp, check::ExpectAllTrueOp>)
      rewriter.replaceOpWithNewOp<TensorOp>(op, Value(), tensor);
    else
      rewriter.replaceOpWithNewOp<TensorOp>(op, tensor);
    return success();
  }
};

Value constant(PatternRewriter &rewriter, Location loc, ElementsAttr value) {
  return arith::ConstantOp::create(rewriter, loc, value);
}

struct EqConstToEq : OpRewritePattern<check::ExpectEqConstOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(check::ExpectEqConstOp op,
                                PatternRewriter &rewriter) const override {
    Value expected = constant(rewriter, op.getLoc(), op.getValue());
    rewriter.replaceOpWithNewOp<check::ExpectEqOp>(op, Value(), op.getLhs(), expected);
    return success();
  }
};

struct AlmostEqConstToAlmostEq : OpRewritePattern<check::ExpectAlmostEqConstOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(check::ExpectAlmostEqConstOp op,
                                PatternRewriter &rewriter) const override {
    Value expected = constant(rewriter, op.getLoc(), op.getValue());
    rewriter.replaceOpWithNewOp<check::ExpectAlmostEqOp>(op, Value(), op.getLhs(), expected,
                                                         op.getAtolAttr(), op.getRtolAttr());
    return success();
  }
};

template <typename CheckOp> struct DropDevice : OpRewritePattern<CheckOp> {
  using OpRewritePattern<CheckOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(CheckOp op, PatternRewriter &rewriter) const override {
    if (!op.getDevice())
      return rewriter.notifyMatchFailure(op, "names no device");
    rewriter.modifyOpInPlace(op, [&] { op.getDeviceMutable().clear(); });
    return success();
  }
};

struct FlowConstant : OpRewritePattern<flow::TensorConstantOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(flow::TensorConstantOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, constant(rewriter, op.getLoc(), op.getValue()));
    return success();
  }
};

/// What the compiler does not know is the shape, too; a cast gives it back where
/// the type has it.
struct FlowDynamicConstant : OpRewritePattern<flow::TensorDynamicConstantOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(flow::TensorDynamicConstantOp op,
                                PatternRewriter &rewriter) const override {
    auto value = cast<TypedAttr>(op.getValue());
    Value opaque =
        util::UnfoldableConstantOp::create(rewriter, op.getLoc(), value.getType(), value);
    if (opaque.getType() != op.getType())
      opaque = tensor::CastOp::create(rewriter, op.getLoc(), op.getType(), opaque);
    rewriter.replaceOp(op, opaque);
    return success();
  }
};

struct FlowTieShape : OpRewritePattern<flow::TensorTieShapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(flow::TensorTieShapeOp op,
                                PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, op.getOperand());
    return success();
  }
};

struct FlowReshape : OpRewritePattern<flow::TensorReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(flow::TensorReshapeOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    SmallVector<Value> sizes;
    OperandRange dynamic = op.getResultDims();
    for (int64_t size : type.getShape()) {
      if (ShapedType::isDynamic(size)) {
        sizes.push_back(dynamic.front());
        dynamic = dynamic.drop_front();
      } else {
        sizes.push_back(arith::ConstantIndexOp::create(rewriter, op.getLoc(), size));
      }
    }
    auto shapeType = RankedTensorType::get({type.getRank()}, rewriter.getIndexType());
    Value shape = tensor::FromElementsOp::create(rewriter, op.getLoc(), shapeType, sizes);
    rewriter.replaceOpWithNewOp<tensor::ReshapeOp>(op, type, op.getSource(), shape);
    return success();
  }
};

struct PrepareChecks : PassWrapper<PrepareChecks, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PrepareChecks)
  StringRef getArgument() const override { return "iree-prepare-checks"; }
  StringRef getDescription() const override {
    return "Bring checks into one form, and replace flow operations of test programs";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, check::CheckDialect, tensor::TensorDialect,
                    util::UtilDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ScalarCheckToTensor<check::ExpectTrueOp, check::ExpectAllTrueOp>,
                 ScalarCheckToTensor<check::ExpectFalseOp, check::ExpectAllFalseOp>, EqConstToEq,
                 AlmostEqConstToAlmostEq, DropDevice<check::ExpectAllTrueOp>,
                 DropDevice<check::ExpectEqOp>, DropDevice<check::ExpectAlmostEqOp>, FlowConstant,
                 FlowDynamicConstant, FlowTieShape, FlowReshape>(&getContext());
    GreedyRewriteConfig config;
    config.enableFolding(false).enableConstantCSE(false);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createPrepareChecksPass() {
  return std::make_unique<PrepareChecks>();
}
