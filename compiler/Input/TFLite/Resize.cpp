// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR. Positions in the input are computed
// now, a table for each of the two dimensions.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"
#include "compiler/Input/TFLite/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

struct Placement {
  bool alignCorners = false, halfPixelCenters = false;
};

/// One dimension, from `input` to `output` elements.
struct Dimension {
  int64_t input = 0, output = 0;

  /// Input elements between output elements, as a fraction.
  int64_t numerator(Placement placement) const { return input - (corners(placement) ? 1 : 0); }
  int64_t denominator(Placement placement) const { return output - (corners(placement) ? 1 : 0); }
  bool corners(Placement placement) const { return placement.alignCorners && output > 1; }
};

/// For each output element the input elements around it, and how near the upper
/// one is, of 1 or, in fixed point, of 1024.
struct Neighbours {
  SmallVector<int64_t> lower, upper, fixedFractions;
  SmallVector<float> fractions;
};

constexpr int64_t kFractionBits = 10, kOne = 1 << kFractionBits;

Neighbours fixedNeighbours(Dimension dimension, Placement placement) {
  Neighbours result;
  int64_t denominator = dimension.denominator(placement);
  int64_t scale = (kOne * dimension.numerator(placement) + denominator / 2) / denominator;
  for (int64_t i = 0; i < dimension.output; ++i) {
    int64_t position = i * scale;
    if (placement.halfPixelCenters)
      position += scale / 2 - kOne / 2;
    int64_t lower = std::clamp<int64_t>(position / kOne, 0, dimension.input - 1);
    result.lower.push_back(lower);
    result.upper.push_back(std::min((position + kOne - 1) / kOne, dimension.input - 1));
    result.fixedFractions.push_back(position - lower * kOne);
  }
  return result;
}

/// In single precision, as the kernels compute it.
float scaleOf(Dimension dimension, Placement placement) {
  return static_cast<float>(dimension.numerator(placement)) /
         static_cast<float>(dimension.denominator(placement));
}

float centreOf(int64_t i, Placement placement) {
  return static_cast<float>(i) + (placement.halfPixelCenters ? 0.5f : 0.0f);
}

Neighbours floatNeighbours(Dimension dimension, Placement placement) {
  Neighbours result;
  float scale = scaleOf(dimension, placement);
  for (int64_t i = 0; i < dimension.output; ++i) {
    float position = centreOf(i, placement) * scale;
    if (placement.halfPixelCenters)
      position -= 0.5f;
    int64_t lower =
        std::clamp<int64_t>(static_cast<int64_t>(std::floor(position)), 0, dimension.input - 1);
    result.lower.push_back(lower);
    result.upper.push_back(
        std::min<int64_t>(static_cast<int64_t>(std::ceil(position)), dimension.input - 1));
    result.fractions.push_back(position - static_cast<float>(lower));
  }
  return result;
}

SmallVector<int64_t> nearest(Dimension dimension, Placement placement) {
  SmallVector<int64_t> result;
  float scale = scaleOf(dimension, placement);
  for (int64_t i = 0; i < dimension.output; ++i) {
    float position = centreOf(i, placement) * scale;
    position = placement.alignCorners ? std::round(position) : std::floor(position);
    result.push_back(std::clamp<int64_t>(static_cast<int64_t>(position), 0, dimension.input - 1));
  }
  return result;
}

/// Height and width of input and output, which have to be images.
struct Sizes {
  Dimension height, width;
  Placement placement;
};

template <typename Options> FailureOr<Sizes> readSizes(OpImporter &op) {
  auto options = op.options<Options>();
  if (failed(options))
    return failure();
  RankedTensorType input = op.inputType(0), output = op.outputType();
  if (input.getRank() != 4)
    return op.error() << "the input, " << input << ", has rank " << input.getRank()
                      << "; supported: 4";
  if (output.getRank() != 4 || output.getDimSize(0) != input.getDimSize(0) ||
      output.getDimSize(3) != input.getDimSize(3))
    return op.error() << "the output, " << output << ", differs from the input, " << input
                      << ", in more than height and width";
  return Sizes{{input.getDimSize(1), output.getDimSize(1)},
               {input.getDimSize(2), output.getDimSize(2)},
               {(*options)->align_corners(), (*options)->half_pixel_centers()}};
}

/// A table of one value for each row, or for each column, of the output.
Value byRow(OpImporter &op, ArrayRef<int64_t> values) {
  auto count = static_cast<int64_t>(values.size());
  return constantTensor(op.b, {count, 1, 1}, op.b.getI32Type(), values);
}
Value byColumn(OpImporter &op, ArrayRef<int64_t> values) {
  auto count = static_cast<int64_t>(values.size());
  return constantTensor(op.b, {count, 1}, op.b.getI32Type(), values);
}
Value floats(OpImporter &op, ArrayRef<int64_t> shape, ArrayRef<float> values) {
  auto type = RankedTensorType::get(shape, op.b.getF32Type());
  return arith::ConstantOp::create(op.b, DenseElementsAttr::get(type, values));
}

/// The input's element at row y and column x, in the image and channel of the
/// output's element.
Value elementAt(ImplicitLocOpBuilder &b, Value image, Value y, Value x) {
  Value n = linalg::IndexOp::create(b, 0), c = linalg::IndexOp::create(b, 3);
  return tensor::ExtractOp::create(b, image,
                                   ValueRange{n, Scalar(b, y).index(), Scalar(b, x).index(), c});
}

LogicalResult importNearest(OpImporter &op) {
  auto sizes = readSizes<schema::ResizeNearestNeighborOptions>(op);
  if (failed(sizes))
    return failure();
  Value image = op.value(0);
  SmallVector<Value> places = {byRow(op, nearest(sizes->height, sizes->placement)),
                               byColumn(op, nearest(sizes->width, sizes->placement))};
  return op.setResult(
      elementwise(op.b, places, op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange v) {
        return elementAt(b, image, v[0], v[1]);
      }));
}

/// The weighted sum of four bytes has 20 fractional bits: rounded with halves
/// away from zero, or upwards if there is to be one rounding.
Value interpolateFixed(OpImporter &op, ImplicitLocOpBuilder &b, Value image, ValueRange v) {
  constexpr int64_t kHalf = 1 << (2 * kFractionBits - 1);
  auto weighted = [&](Value y, Value x, Scalar weight) {
    return Scalar(b, elementAt(b, image, y, x)).to(32) * weight;
  };
  Scalar down(b, v[4]), right(b, v[5]);
  Scalar up = down.number(kOne) - down, left = right.number(kOne) - right;
  Scalar sum = weighted(v[0], v[2], up * left) + weighted(v[1], v[2], down * left) +
               weighted(v[0], v[3], up * right) + weighted(v[1], v[3], down * right);
  Scalar rounded = op.rounding == tosa::RoundingMode::SINGLE_ROUND
                       ? (sum + kHalf) >> (2 * kFractionBits)
                       : divideByPowerOfTwo(sum, 2 * kFractionBits);
  return rounded.to(8);
}

Value interpolateFloat(ImplicitLocOpBuilder &b, Value image, ValueRange v) {
  auto times = [&](Value x, Value y) -> Value { return arith::MulFOp::create(b, x, y); };
  auto plus = [&](Value x, Value y) -> Value { return arith::AddFOp::create(b, x, y); };
  Value one = constantFloat(b, b.getF32Type(), 1);
  Value up = arith::SubFOp::create(b, one, v[4]), left = arith::SubFOp::create(b, one, v[5]);
  auto row = [&](Value y) {
    return plus(times(elementAt(b, image, y, v[2]), left),
                times(elementAt(b, image, y, v[3]), v[5]));
  };
  return plus(times(row(v[0]), up), times(row(v[1]), v[4]));
}

LogicalResult importBilinear(OpImporter &op) {
  auto sizes = readSizes<schema::ResizeBilinearOptions>(op);
  if (failed(sizes))
    return failure();
  bool isFloatingPoint = isFloat(op.input(0));
  auto neighbours = isFloatingPoint ? floatNeighbours : fixedNeighbours;
  Neighbours rows = neighbours(sizes->height, sizes->placement);
  Neighbours columns = neighbours(sizes->width, sizes->placement);
  Value image = op.value(0);
  SmallVector<Value> tables = {byRow(op, rows.lower), byRow(op, rows.upper),
                               byColumn(op, columns.lower), byColumn(op, columns.upper)};
  if (isFloatingPoint)
    tables.append({floats(op, {sizes->height.output, 1, 1}, rows.fractions),
                   floats(op, {sizes->width.output, 1}, columns.fractions)});
  else
    tables.append({byRow(op, rows.fixedFractions), byColumn(op, columns.fixedFractions)});
  return op.setResult(
      elementwise(op.b, tables, op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange v) {
        return isFloatingPoint ? interpolateFloat(b, image, v) : interpolateFixed(op, b, image, v);
      }));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::RESIZE_BILINEAR, 4, "f32 i32 -> f32 | i8 i32 -> i8", importBilinear},
    {BuiltinOperator::RESIZE_NEAREST_NEIGHBOR, 4, "T i32 -> T", importNearest},
};

} // namespace

ArrayRef<OperatorInfo> resizeOperators() { return kOperators; }

} // namespace iree_compiler::tflite
