// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/VectorCopies.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// More vectors than this are left to memcpy.
constexpr int64_t kMaxVectors = 8;

class CopyVectors : public OpRewritePattern<memref::CopyOp> {
public:
  /// `longest`: bytes of a vector.
  CopyVectors(MLIRContext *context, int64_t longest)
      : OpRewritePattern(context), longest(longest) {}

  LogicalResult matchAndRewrite(memref::CopyOp op, PatternRewriter &rewriter) const override {
    auto source = cast<MemRefType>(op.getSource().getType());
    auto target = cast<MemRefType>(op.getTarget().getType());
    auto isRow = [](MemRefType type) {
      return type.hasStaticShape() && type.getRank() == 1 && type.getElementType().isInteger(8) &&
             type.isLastDimUnitStride();
    };
    if (!isRow(source) || !isRow(target))
      return rewriter.notifyMatchFailure(op, "not a row of i8");
    int64_t length = source.getDimSize(0);
    if (length > kMaxVectors * longest)
      return rewriter.notifyMatchFailure(op, "too long");
    for (int64_t first = 0; first < length; first += longest) {
      auto type = VectorType::get({std::min(longest, length - first)}, rewriter.getI8Type());
      Value index = arith::ConstantIndexOp::create(rewriter, op.getLoc(), first);
      Value part = vector::LoadOp::create(rewriter, op.getLoc(), type, op.getSource(), index);
      vector::StoreOp::create(rewriter, op.getLoc(), part, op.getTarget(), index);
    }
    rewriter.eraseOp(op);
    return success();
  }

private:
  int64_t longest;
};

} // namespace

void iree_compiler::populateVectorCopyPatterns(RewritePatternSet &patterns, const Target &target) {
  // Eight registers at a time.
  if (target.shapes.style == ContractionStyle::VectorScalar)
    patterns.add<CopyVectors>(patterns.getContext(), static_cast<int64_t>(target.vectorBits));
}
