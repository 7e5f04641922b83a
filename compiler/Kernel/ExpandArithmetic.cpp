// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Leaves operations on scalars that register code has an instruction for, or a
// few: index operations become those of arith, division that rounds up or down
// a truncating one, and the upper half of a product in 64 bits one operation.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Index/IR/IndexOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

template <typename From, typename To> struct Rename : OpRewritePattern<From> {
  using OpRewritePattern<From>::OpRewritePattern;
  LogicalResult matchAndRewrite(From op, PatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<To>(op, op->getResultTypes(), op->getOperands());
    return success();
  }
};

struct ConvertIndexConstants : RewritePattern {
  explicit ConvertIndexConstants(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    TypedAttr value;
    if (auto constant = dyn_cast<index::ConstantOp>(op))
      value = constant.getValueAttr();
    else if (auto boolean = dyn_cast<index::BoolConstantOp>(op))
      value = boolean.getValueAttr();
    else if (isa<index::SizeOfOp>(op))
      value = rewriter.getIndexAttr(32);
    else
      return failure();
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, value);
    return success();
  }
};

struct ConvertIndexComparison : OpRewritePattern<index::CmpOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(index::CmpOp op, PatternRewriter &rewriter) const override {
    auto predicate = arith::symbolizeCmpIPredicate(index::stringifyIndexCmpPredicate(op.getPred()));
    if (!predicate)
      return rewriter.notifyMatchFailure(op, "unknown predicate");
    rewriter.replaceOpWithNewOp<arith::CmpIOp>(op, *predicate, op.getLhs(), op.getRhs());
    return success();
  }
};

/// Bits [32, 64) of the product of two extended 32-bit numbers.
struct UseUpperHalf : OpRewritePattern<arith::TruncIOp> {
  using OpRewritePattern::OpRewritePattern;

  /// What `value` extends has 32 bits; clears how it is not extended.
  static bool extends32Bits(Value value, bool &isSigned, bool &isUnsigned) {
    Operation *op = value.getDefiningOp();
    APInt constant;
    if (matchPattern(value, m_ConstantInt(&constant))) {
      isSigned &= constant.isSignedIntN(32);
      isUnsigned &= constant.isIntN(32);
      return true;
    }
    isSigned &= isa_and_nonnull<arith::ExtSIOp>(op);
    isUnsigned &= isa_and_nonnull<arith::ExtUIOp>(op);
    return (isSigned || isUnsigned) && op->getOperand(0).getType().isInteger(32);
  }

  static Value number(PatternRewriter &rewriter, Value value) {
    APInt constant;
    if (!matchPattern(value, m_ConstantInt(&constant)))
      return value.getDefiningOp()->getOperand(0);
    return arith::ConstantOp::create(
        rewriter, value.getLoc(),
        rewriter.getIntegerAttr(rewriter.getI32Type(), constant.trunc(32)));
  }

  LogicalResult matchAndRewrite(arith::TruncIOp op, PatternRewriter &rewriter) const override {
    Operation *shift = op.getIn().getDefiningOp();
    APInt count;
    if (!op.getType().isInteger(32) || !op.getIn().getType().isInteger(64) ||
        !isa_and_nonnull<arith::ShRSIOp, arith::ShRUIOp>(shift) ||
        !matchPattern(shift->getOperand(1), m_ConstantInt(&count)) || count != 32)
      return rewriter.notifyMatchFailure(op, "not the upper half of 64 bits");
    auto product = shift->getOperand(0).getDefiningOp<arith::MulIOp>();
    if (!product)
      return rewriter.notifyMatchFailure(op, "not of a product");
    bool isSigned = true, isUnsigned = true;
    if (!extends32Bits(product.getLhs(), isSigned, isUnsigned) ||
        !extends32Bits(product.getRhs(), isSigned, isUnsigned) || (!isSigned && !isUnsigned))
      return rewriter.notifyMatchFailure(op, "the factors are no 32-bit numbers");
    Value left = number(rewriter, product.getLhs()), right = number(rewriter, product.getRhs());
    Operation *both =
        isSigned
            ? arith::MulSIExtendedOp::create(rewriter, op.getLoc(), left, right)
            : arith::MulUIExtendedOp::create(rewriter, op.getLoc(), left, right).getOperation();
    rewriter.replaceOp(op, both->getResult(1));
    return success();
  }
};

struct ExpandArithmetic : PassWrapper<ExpandArithmetic, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ExpandArithmetic)
  StringRef getArgument() const override { return "iree-expand-arithmetic"; }
  StringRef getDescription() const override {
    return "Express scalar operations by those that register code has";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, math::MathDialect>();
  }

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet patterns(context);
    arith::populateCeilFloorDivExpandOpsPatterns(patterns);
    math::populateExpansionPatterns(patterns, {"fpowi", "clampf"});
    patterns
        .add<Rename<index::AddOp, arith::AddIOp>, Rename<index::SubOp, arith::SubIOp>,
             Rename<index::MulOp, arith::MulIOp>, Rename<index::DivSOp, arith::DivSIOp>,
             Rename<index::DivUOp, arith::DivUIOp>, Rename<index::CeilDivSOp, arith::CeilDivSIOp>,
             Rename<index::CeilDivUOp, arith::CeilDivUIOp>,
             Rename<index::FloorDivSOp, arith::FloorDivSIOp>, Rename<index::RemSOp, arith::RemSIOp>,
             Rename<index::RemUOp, arith::RemUIOp>, Rename<index::MaxSOp, arith::MaxSIOp>,
             Rename<index::MaxUOp, arith::MaxUIOp>, Rename<index::MinSOp, arith::MinSIOp>,
             Rename<index::MinUOp, arith::MinUIOp>, Rename<index::ShlOp, arith::ShLIOp>,
             Rename<index::ShrSOp, arith::ShRSIOp>, Rename<index::ShrUOp, arith::ShRUIOp>,
             Rename<index::AndOp, arith::AndIOp>, Rename<index::OrOp, arith::OrIOp>,
             Rename<index::XOrOp, arith::XOrIOp>, Rename<index::CastSOp, arith::IndexCastOp>,
             Rename<index::CastUOp, arith::IndexCastUIOp>, ConvertIndexConstants,
             ConvertIndexComparison, UseUpperHalf>(context);
    GreedyRewriteConfig config;
    config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createExpandArithmeticPass() {
  return std::make_unique<ExpandArithmetic>();
}
