// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/NarrowingShifts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace {

constexpr int64_t kLanes = 4;

/// The same constant in all elements.
std::optional<int64_t> splatOf(Value value) {
  DenseElementsAttr elements;
  if (!matchPattern(value, m_Constant(&elements)) || !elements.isSplat())
    return std::nullopt;
  return elements.getSplatValue<APInt>().getSExtValue();
}

/// The operand of `Op` beside a constant, if this is `constant`.
template <typename Op> Value operandBeside(Value value, int64_t constant) {
  auto op = value.getDefiningOp<Op>();
  return op && splatOf(op.getRhs()) == constant ? op.getLhs() : Value();
}

/// x of clamp(x, -128, 127); null if the value is none.
Value unclamped(Value value) {
  if (Value low = operandBeside<arith::MinSIOp>(value, 127))
    return operandBeside<arith::MaxSIOp>(low, -128);
  if (Value high = operandBeside<arith::MaxSIOp>(value, -128))
    return operandBeside<arith::MinSIOp>(high, 127);
  return nullptr;
}

struct NarrowingShift : OpRewritePattern<arith::TruncIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncIOp op, PatternRewriter &rewriter) const override {
    auto type = dyn_cast<VectorType>(op.getIn().getType());
    if (!type || type.isScalable() || type.getShape().empty() || type.getShape().back() != kLanes ||
        !type.getElementType().isInteger(32) || !getElementTypeOrSelf(op.getType()).isInteger(8))
      return rewriter.notifyMatchFailure(op, "not four i32 to i8");
    Value clamped = unclamped(op.getIn());
    auto shift = clamped ? clamped.getDefiningOp<arith::ShRSIOp>() : arith::ShRSIOp();
    std::optional<int64_t> amount = shift ? splatOf(shift.getRhs()) : std::nullopt;
    if (!amount || *amount < 2 || *amount > 24)
      return rewriter.notifyMatchFailure(op, "not a clamped shift by 2 to 24");
    Value result = arith::ConstantOp::create(rewriter, op.getLoc(), op.getType(),
                                             rewriter.getZeroAttr(op.getType()));
    if (type.getRank() == 1)
      result = narrow(rewriter, op.getLoc(), shift.getLhs(), *amount);
    else
      for (SmallVector<int64_t> &row : rowsOf(type))
        result = vector::InsertOp::create(
            rewriter, op.getLoc(),
            narrow(rewriter, op.getLoc(),
                   vector::ExtractOp::create(rewriter, op.getLoc(), shift.getLhs(), row), *amount),
            result, row);
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  /// Indices of all vectors of four.
  static SmallVector<SmallVector<int64_t>> rowsOf(VectorType type) {
    SmallVector<SmallVector<int64_t>> rows = {{}};
    for (int64_t extent : type.getShape().drop_back()) {
      SmallVector<SmallVector<int64_t>> longer;
      for (const SmallVector<int64_t> &row : rows)
        for (int64_t i = 0; i < extent; ++i) {
          longer.push_back(row);
          longer.back().push_back(i);
        }
      rows = std::move(longer);
    }
    return rows;
  }

  static Value narrow(PatternRewriter &rewriter, Location loc, Value words, int64_t amount) {
    int64_t first = std::min<int64_t>(amount - 1, 16);
    auto halves = VectorType::get({2 * kLanes}, rewriter.getI16Type());
    auto bytes = VectorType::get({4 * kLanes}, rewriter.getI8Type());
    Value value = shiftAndNarrow(rewriter, loc, halves, words, first);
    value = shiftAndNarrow(rewriter, loc, bytes, value, amount - first);
    // The results are the low bytes of the words.
    value = vector::BitCastOp::create(rewriter, loc,
                                      VectorType::get({kLanes}, rewriter.getI32Type()), value);
    return arith::TruncIOp::create(rewriter, loc, VectorType::get({kLanes}, rewriter.getI8Type()),
                                   value);
  }

  /// VQSHRNB: the lower half of each element of `source`, as wide as two of `type`.
  static Value shiftAndNarrow(PatternRewriter &rewriter, Location loc, VectorType type,
                              Value source, int64_t amount) {
    auto flag = [&](int64_t value) {
      return arith::ConstantIntOp::create(rewriter, loc, value, 32).getResult();
    };
    Value others = LLVM::PoisonOp::create(rewriter, loc, type);
    Value no = flag(0); // rounding, unsigned result, unsigned operand, top
    return LLVM::CallIntrinsicOp::create(
               rewriter, loc, type, rewriter.getStringAttr("llvm.arm.mve.vshrn"),
               ValueRange{others, source, flag(amount), /*saturate=*/flag(1), no, no, no, no})
        .getResult(0);
  }
};

} // namespace

void iree_compiler::populateNarrowingShifts(RewritePatternSet &patterns) {
  patterns.add<NarrowingShift>(patterns.getContext());
}
