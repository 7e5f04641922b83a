// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// AVERAGE_POOL_2D, MAX_POOL_2D.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"
#include "compiler/Input/TFLite/Window.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cfloat>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// Checks operands and options; fills in the window.
LogicalResult readWindow(OpImporter &op, const schema::Pool2DOptions &options, Window &window) {
  RankedTensorType input = op.inputType(0);
  if (input.getRank() != 4)
    return op.error() << "the input has rank " << input.getRank() << "; supported: 4";
  window.height = {input.getDimSize(1), options.filter_h(), options.stride_h()};
  window.width = {input.getDimSize(2), options.filter_w(), options.stride_w()};
  return placeWindow(op, options.padding(), window);
}

/// Combines the elements of each window, beginning with the scalar `initial`.
template <typename Pooling>
Value combine(OpImporter &op, const Window &window, Value padding, Value initial) {
  RankedTensorType input = op.inputType(0);
  Value padded = padForWindow(op, op.value(0), window, padding);
  Value filter = tensor::EmptyOp::create(op.b, {window.height.filter, window.width.filter},
                                         input.getElementType());
  Value accumulators = splat(
      op.b, {input.getDimSize(0), window.height.output, window.width.output, input.getDimSize(3)},
      initial);
  return Pooling::create(op.b, TypeRange{accumulators.getType()}, ValueRange{padded, filter},
                         ValueRange{accumulators}, windowAttributes(op.b, window))
      .getResult(0);
}

/// How many elements of a window at `position` lie within the input.
int64_t insideCount(const WindowDimension &dimension, int64_t position) {
  int64_t begin = position * dimension.stride - dimension.padLow;
  return std::min(begin + dimension.filter, dimension.input) - std::max<int64_t>(begin, 0);
}

/// The number of elements in each window as i32: padding does not count.
Value windowCounts(OpImporter &op, const Window &window) {
  SmallVector<int64_t> counts;
  for (int64_t y = 0; y < window.height.output; ++y)
    for (int64_t x = 0; x < window.width.output; ++x)
      counts.push_back(insideCount(window.height, y) * insideCount(window.width, x));
  Type type = op.b.getI32Type();
  if (llvm::all_equal(counts))
    return constantTensor(op.b, {}, type, counts.front());
  return constantTensor(op.b, {window.height.output, window.width.output, 1}, type, counts);
}

/// sum / count, rounded as the kernels do: halves away from zero, and for
/// unsigned tensors, whose values here are less by 128, upwards.
Value divideRounding(ImplicitLocOpBuilder &b, Value sum, Value count, bool isUnsigned) {
  Type type = sum.getType();
  Value one = constantScalar(b, type, 1), zero = constantScalar(b, type, 0);
  Value half = arith::ShRSIOp::create(b, count, one);
  if (isUnsigned) {
    Value offset = constantScalar(b, type, 128);
    sum = arith::AddIOp::create(b, sum, arith::MulIOp::create(b, count, offset));
    Value rounded = arith::DivSIOp::create(b, arith::AddIOp::create(b, sum, half), count);
    return arith::SubIOp::create(b, rounded, offset);
  }
  Value negative = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, sum, zero);
  Value up = arith::AddIOp::create(b, sum, half), down = arith::SubIOp::create(b, sum, half);
  return arith::DivSIOp::create(b, arith::SelectOp::create(b, negative, down, up), count);
}

LogicalResult importAveragePool2D(OpImporter &op) {
  auto options = op.options<schema::Pool2DOptions>();
  Window window;
  if (failed(options) || failed(readWindow(op, **options, window)))
    return failure();
  ImplicitLocOpBuilder &b = op.b;
  Type element = op.inputType(0).getElementType();
  Value counts = windowCounts(op, window);
  if (isFloat(op.input(0))) {
    Value zero = constantFloat(b, element, 0);
    Value sums = combine<linalg::PoolingNhwcSumOp>(op, window, zero, zero);
    Value means = elementwise(b, {sums, counts}, cast<RankedTensorType>(sums.getType()),
                              [&](ImplicitLocOpBuilder &body, ValueRange v) -> Value {
                                Value count = arith::SIToFPOp::create(body, element, v[1]);
                                return arith::DivFOp::create(body, v[0], count);
                              });
    FailureOr<Value> result = activateFloat(op, means, (*options)->activation());
    return failed(result) ? failure() : op.setResult(*result);
  }
  FailureOr<StoredRange> range = activationRange(op, (*options)->activation());
  if (failed(range))
    return failure();
  Value sums = combine<linalg::PoolingNhwcSumOp>(op, window, constantScalar(b, element, 0),
                                                 constantScalar(b, b.getI32Type(), 0));
  bool isUnsigned = op.input(0).type == TensorType::UINT8;
  auto type = RankedTensorType::get(cast<RankedTensorType>(sums.getType()).getShape(), element);
  return op.setResult(
      elementwise(b, {sums, counts}, type, [&](ImplicitLocOpBuilder &body, ValueRange v) -> Value {
        Value mean = clampInteger(body, divideRounding(body, v[0], v[1], isUnsigned), range->low,
                                  range->high);
        return arith::TruncIOp::create(body, element, mean);
      }));
}

LogicalResult importMaxPool2D(OpImporter &op) {
  auto options = op.options<schema::Pool2DOptions>();
  Window window;
  if (failed(options) || failed(readWindow(op, **options, window)))
    return failure();
  Type element = op.inputType(0).getElementType();
  if (isFloat(op.input(0))) {
    Value lowest = constantFloat(op.b, element, -FLT_MAX);
    Value maxima = combine<linalg::PoolingNhwcMaxOp>(op, window, lowest, lowest);
    FailureOr<Value> result = activateFloat(op, maxima, (*options)->activation());
    return failed(result) ? failure() : op.setResult(*result);
  }
  StoredRange all = typeRange(op.output());
  FailureOr<StoredRange> range = activationRange(op, (*options)->activation());
  if (failed(range))
    return failure();
  Value lowest = constantScalar(op.b, element, all.low);
  Value maxima = combine<linalg::PoolingNhwcMaxOp>(op, window, lowest, lowest);
  if (range->low != all.low || range->high != all.high)
    maxima = elementwise(op.b, maxima, cast<RankedTensorType>(maxima.getType()),
                         [&](ImplicitLocOpBuilder &b, ValueRange v) {
                           return clampInteger(b, v[0], range->low, range->high);
                         });
  return op.setResult(maxima);
}

constexpr StringLiteral kTypes = "f32 -> f32 | i8 -> i8 | u8 -> u8 | i16 -> i16";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::AVERAGE_POOL_2D, 3, kTypes, importAveragePool2D},
    {BuiltinOperator::MAX_POOL_2D, 3, kTypes, importMaxPool2D},
};

} // namespace

ArrayRef<OperatorInfo> poolingOperators() { return kOperators; }

} // namespace iree_compiler::tflite
