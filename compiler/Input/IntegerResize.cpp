// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// tosa.resize of integers, as the TOSA specification defines it. MLIR's lowering
// divides coordinates towards zero where the specification rounds down, which
// differs left of and above the first pixel.
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Utils/ConversionUtils.h"

using namespace mlir;

namespace {

/// One image axis: output position o lies at (o * down + offset) / up.
struct Axis {
  int64_t up, down, offset, extent;
};

/// The two neighbouring input positions, clamped, and the distance from the
/// first in units of 1 / up.
struct Position {
  Value first, second, distance;
};

class ResizeBody {
public:
  ResizeBody(OpBuilder &builder, Location loc, Value input) : b(builder), loc(loc), input(input) {}

  Position locate(int64_t dim, const Axis &axis) {
    Value out = linalg::IndexOp::create(b, loc, dim);
    Value scaled = arith::MulIOp::create(b, loc, out, index(axis.down));
    Value numerator = arith::AddIOp::create(b, loc, scaled, index(axis.offset));
    Value floor = arith::FloorDivSIOp::create(b, loc, numerator, index(axis.up));
    Value whole = arith::MulIOp::create(b, loc, floor, index(axis.up));
    Value next = arith::AddIOp::create(b, loc, floor, index(1));
    return {clamp(floor, axis), clamp(next, axis), arith::SubIOp::create(b, loc, numerator, whole)};
  }

  /// The second neighbour from half way on.
  Value nearest(const Position &position, const Axis &axis) {
    Value twice = arith::MulIOp::create(b, loc, position.distance, index(2));
    Value far = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, twice, index(axis.up));
    return arith::SelectOp::create(b, loc, far, position.second, position.first);
  }

  Value read(Value y, Value x) {
    Value batch = linalg::IndexOp::create(b, loc, 0);
    Value channel = linalg::IndexOp::create(b, loc, 3);
    return tensor::ExtractOp::create(b, loc, input, ValueRange{batch, y, x, channel});
  }

  /// Sum of the four neighbours, each times the product of its weights.
  Value bilinear(const Position &y, const Position &x, const Axis &yAxis, const Axis &xAxis,
                 Type result) {
    auto weight = [&](const Position &position, const Axis &axis, bool second) -> Value {
      Value units = position.distance;
      if (!second)
        units = arith::SubIOp::create(b, loc, index(axis.up), units);
      return arith::IndexCastOp::create(b, loc, result, units);
    };
    Value sum;
    for (bool lower : {false, true})
      for (bool right : {false, true}) {
        Value pixel = read(lower ? y.second : y.first, right ? x.second : x.first);
        Value wide = arith::ExtSIOp::create(b, loc, result, pixel);
        Value vertical = arith::MulIOp::create(b, loc, wide, weight(y, yAxis, lower));
        Value term = arith::MulIOp::create(b, loc, vertical, weight(x, xAxis, right));
        sum = sum ? Value(arith::AddIOp::create(b, loc, sum, term)) : term;
      }
    return sum;
  }

private:
  Value index(int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }

  Value clamp(Value value, const Axis &axis) {
    Value atLeast = arith::MaxSIOp::create(b, loc, value, index(0));
    return arith::MinSIOp::create(b, loc, atLeast, index(axis.extent - 1));
  }

  OpBuilder &b;
  Location loc;
  Value input;
};

struct LowerIntegerResize : OpRewritePattern<tosa::ResizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tosa::ResizeOp op, PatternRewriter &rewriter) const override {
    auto inputType = dyn_cast<RankedTensorType>(op.getInput().getType());
    auto type = dyn_cast<RankedTensorType>(op.getType());
    SmallVector<int64_t> scale, offset;
    if (!inputType || !type || !inputType.hasStaticShape() || !type.hasStaticShape() ||
        !isa<IntegerType>(type.getElementType()) ||
        !tosa::getConstShapeValues(op.getScale().getDefiningOp(), scale) ||
        !tosa::getConstShapeValues(op.getOffset().getDefiningOp(), offset))
      return rewriter.notifyMatchFailure(op, "not an integer resize by constants");
    Axis yAxis{scale[0], scale[1], offset[0], inputType.getDimSize(1)};
    Axis xAxis{scale[2], scale[3], offset[1], inputType.getDimSize(2)};
    bool isNearest = op.getMode() == tosa::ResizeMode::NEAREST_NEIGHBOR;
    Value empty =
        tensor::EmptyOp::create(rewriter, op.getLoc(), type.getShape(), type.getElementType());
    SmallVector<utils::IteratorType> iterators(4, utils::IteratorType::parallel);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, ValueRange(), empty, ArrayRef{rewriter.getMultiDimIdentityMap(4)}, iterators,
        [&](OpBuilder &b, Location loc, ValueRange) {
          ResizeBody body(b, loc, op.getInput());
          Position y = body.locate(1, yAxis), x = body.locate(2, xAxis);
          Value result = isNearest ? body.read(body.nearest(y, yAxis), body.nearest(x, xAxis))
                                   : body.bilinear(y, x, yAxis, xAxis, type.getElementType());
          linalg::YieldOp::create(b, loc, result);
        });
    return success();
  }
};

} // namespace

void iree_compiler::populateIntegerResizePatterns(RewritePatternSet &patterns) {
  patterns.add<LowerIntegerResize>(patterns.getContext());
}
