// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vector contractions of i8 into i32: dot products into a scalar become the
// target's instructions. On MVE, those of matrices are sign-extended, multiplied
// and reduced along K, the form that LLVM selects to vmlava.s8. Other contractions
// are lowered to outer products later.
#include "compiler/Kernel/DualMultiply.h"
#include "compiler/Kernel/NarrowingShifts.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Target/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// The rows of an operand: vectors along K, whichever dimensions it has.
SmallVector<Value> rowsOf(OpBuilder &builder, Location loc, Value operand) {
  auto type = cast<VectorType>(operand.getType());
  if (type.getRank() == 1)
    return {operand};
  SmallVector<Value> rows;
  for (int64_t i = 0; i < type.getDimSize(0); ++i)
    rows.push_back(vector::ExtractOp::create(builder, loc, operand, ArrayRef<int64_t>{i}));
  return rows;
}

struct ContractionToDots : OpRewritePattern<vector::ContractionOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vector::ContractionOp op,
                                PatternRewriter &rewriter) const override {
    VectorType lhs = op.getLhsType(), rhs = op.getRhsType();
    auto accumulator = dyn_cast<VectorType>(op.getAccType());
    if (!lhs.getElementType().isInteger(8) || !rhs.getElementType().isInteger(8) || !accumulator ||
        !accumulator.getElementType().isInteger(32))
      return rewriter.notifyMatchFailure(op, "not i8 x i8 -> i32");
    if (op.getKind() != vector::CombiningKind::ADD || lhs.getRank() > 2 || rhs.getRank() > 2)
      return rewriter.notifyMatchFailure(op, "not a sum over matrices");
    // Both operands have K last; the accumulator has the other dimensions in
    // operand order.
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    AffineExpr k = maps[0].getResults().back();
    SmallVector<AffineExpr> outer;
    for (AffineMap map : {maps[0], maps[1]})
      if (map.getNumResults() == 2)
        outer.push_back(map.getResult(0));
    if (maps[1].getResults().back() != k || llvm::is_contained(outer, k) ||
        SmallVector<AffineExpr>(maps[2].getResults()) != outer || outer.empty())
      return rewriter.notifyMatchFailure(op, "K is not innermost in both operands");

    Location loc = op.getLoc();
    auto wide = VectorType::get({lhs.getShape().back()}, rewriter.getI32Type());
    auto extend = [&](Value row) -> Value {
      return arith::ExtSIOp::create(rewriter, loc, wide, row);
    };
    SmallVector<Value> left = rowsOf(rewriter, loc, op.getLhs());
    SmallVector<Value> right = rowsOf(rewriter, loc, op.getRhs());
    Value result = op.getAcc();
    for (auto [i, a] : llvm::enumerate(left))
      for (auto [j, b] : llvm::enumerate(right)) {
        SmallVector<int64_t> position;
        if (lhs.getRank() == 2)
          position.push_back(static_cast<int64_t>(i));
        if (rhs.getRank() == 2)
          position.push_back(static_cast<int64_t>(j));
        Value product = arith::MulIOp::create(rewriter, loc, extend(a), extend(b));
        Value dot = vector::ReductionOp::create(rewriter, loc, vector::CombiningKind::ADD, product);
        Value old = vector::ExtractOp::create(rewriter, loc, op.getAcc(), position);
        Value sum = arith::AddIOp::create(rewriter, loc, old, dot);
        result = vector::InsertOp::create(rewriter, loc, sum, result, position);
      }
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// A contraction of two vectors to a scalar of a wider type, which MLIR does
/// not lower: extend, multiply, reduce.
struct ScalarContraction : OpRewritePattern<vector::ContractionOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vector::ContractionOp op,
                                PatternRewriter &rewriter) const override {
    Type result = op.getAccType();
    if (isa<VectorType>(result) || op.getKind() != vector::CombiningKind::ADD ||
        op.getLhsType().getRank() != 1 || op.getRhsType().getRank() != 1 ||
        !isa<IntegerType>(result) || op.getLhsType().getElementType() == result)
      return rewriter.notifyMatchFailure(op, "not a widening integer dot product");
    Location loc = op.getLoc();
    auto wide = VectorType::get(op.getLhsType().getShape(), result);
    Value lhs = arith::ExtSIOp::create(rewriter, loc, wide, op.getLhs());
    Value rhs = arith::ExtSIOp::create(rewriter, loc, wide, op.getRhs());
    Value product = arith::MulIOp::create(rewriter, loc, lhs, rhs);
    Value dot = vector::ReductionOp::create(rewriter, loc, vector::CombiningKind::ADD, product);
    rewriter.replaceOpWithNewOp<arith::AddIOp>(op, op.getAcc(), dot);
    return success();
  }
};

/// A dot product of i8 into a scalar i32 in instructions of the target. Sums of
/// vectors would be rearranged by LLVM; these stay as they are.
class TargetDot : public OpRewritePattern<vector::ContractionOp> {
public:
  TargetDot(MLIRContext *context, ContractionStyle style)
      : OpRewritePattern(context, /*benefit=*/2), style(style) {}

  LogicalResult matchAndRewrite(vector::ContractionOp op,
                                PatternRewriter &rewriter) const override {
    VectorType type = op.getLhsType();
    if (!op.getAccType().isInteger(32) || op.getKind() != vector::CombiningKind::ADD ||
        type.getRank() != 1 || op.getRhsType() != type || !type.getElementType().isInteger(8))
      return rewriter.notifyMatchFailure(op, "not a dot product of i8");
    int64_t length = type.getDimSize(0);
    if (length == 1)
      return replaceByProduct(op, rewriter);
    if (style == ContractionStyle::DotReduction && (length == 4 || length == 8 || length == 16))
      return replaceByReduction(op, rewriter);
    if (style == ContractionStyle::DualMultiply && length == 4)
      return replaceByPairs(op, rewriter);
    return rewriter.notifyMatchFailure(op, "no instructions for this length");
  }

private:
  static LogicalResult replaceByProduct(vector::ContractionOp op, PatternRewriter &rewriter) {
    auto factor = [&](Value vector) -> Value {
      Value element =
          vector::ExtractOp::create(rewriter, op.getLoc(), vector, ArrayRef<int64_t>{0});
      return arith::ExtSIOp::create(rewriter, op.getLoc(), rewriter.getI32Type(), element);
    };
    Value product =
        arith::MulIOp::create(rewriter, op.getLoc(), factor(op.getLhs()), factor(op.getRhs()));
    rewriter.replaceOpWithNewOp<arith::AddIOp>(op, op.getAcc(), product);
    return success();
  }

  /// vmladava, of elements that are widened when they are loaded if there are
  /// fewer than 16.
  static LogicalResult replaceByReduction(vector::ContractionOp op, PatternRewriter &rewriter) {
    Location loc = op.getLoc();
    int64_t lanes = op.getLhsType().getDimSize(0);
    auto wide = VectorType::get({lanes}, rewriter.getIntegerType(unsigned(128 / lanes)));
    auto factor = [&](Value vector) -> Value {
      if (lanes == 16)
        return vector;
      return arith::ExtSIOp::create(rewriter, loc, wide, vector);
    };
    Value no = arith::ConstantIntOp::create(rewriter, loc, 0, 32); // unsigned, subtract, exchange
    rewriter.replaceOpWithNewOp<LLVM::CallIntrinsicOp>(
        op, rewriter.getI32Type(), rewriter.getStringAttr("llvm.arm.mve.vmldava"),
        ValueRange{no, no, no, op.getAcc(), factor(op.getLhs()), factor(op.getRhs())});
    return success();
  }

  /// Elements 0 and 2, then 1 and 3, as pairs of i16 in a word: sxtb16, smlad.
  static LogicalResult replaceByPairs(vector::ContractionOp op, PatternRewriter &rewriter) {
    Location loc = op.getLoc();
    HalfWords a = splitWord(rewriter, loc, op.getLhs()), b = splitWord(rewriter, loc, op.getRhs());
    Value sum = multiplyPairs(rewriter, loc, a.even, b.even, op.getAcc());
    rewriter.replaceOp(op, multiplyPairs(rewriter, loc, a.odd, b.odd, sum));
    return success();
  }

  ContractionStyle style;
};

struct LowerContractions : PassWrapper<LowerContractions, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerContractions)
  StringRef getArgument() const override { return "iree-lower-contractions"; }
  StringRef getDescription() const override {
    return "Lower vector contractions in the form that suits the target";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, LLVM::LLVMDialect, vector::VectorDialect>();
  }

  void runOnOperation() override {
    Target target = Target::of(getOperation());
    RewritePatternSet patterns(&getContext());
    patterns.add<ScalarContraction>(&getContext());
    if (target.shapes.style != ContractionStyle::OuterProduct &&
        target.shapes.style != ContractionStyle::VectorScalar)
      patterns.add<TargetDot>(&getContext(), target.shapes.style);
    if (target.shapes.style == ContractionStyle::DotReduction) {
      patterns.add<ContractionToDots>(&getContext());
      populateNarrowingShifts(patterns);
    }
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createLowerContractionsPass() {
  return std::make_unique<LowerContractions>();
}
