// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/Contraction.h"

#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace iree_compiler::tflite {

bool Contraction::isFloat() const { return tflite::isFloat(op.input(input)); }

bool Contraction::isHybrid() const { return isFloat() && !tflite::isFloat(op.input(filter)); }

LogicalResult Contraction::check() const {
  if (op.hasInput(bias) && op.input(bias).elements() != channels)
    return op.error() << "the bias has " << op.input(bias).elements() << " elements for "
                      << channels << " channels";
  const Quantization &weights = op.input(filter).quantization;
  if (tflite::isFloat(op.input(filter)))
    return success();
  if (weights.scales.empty())
    return op.error() << "the filter has no scale";
  if (weights.axis >= 0 && weights.axis != static_cast<int32_t>(filterAxis))
    return op.error() << "the filter is quantized along dimension " << weights.axis
                      << "; supported: " << filterAxis << ", its channels";
  bool perChannel = weights.scales.size() > 1;
  bool isUnsigned = op.input(filter).type == TensorType::UINT8;
  if ((perChannel || !isUnsigned) && llvm::any_of(weights.zeroPoints, [](int64_t z) { return z; }))
    return op.error() << "the filter has a zero point other than 0; supported for u8 quantized as "
                         "a whole only";
  if (op.input(input).type == TensorType::INT16 && zeroPointOf(op.input(input)) != 0)
    return op.error() << "the i16 input has the zero point " << zeroPointOf(op.input(input))
                      << "; supported: 0";
  return success();
}

Type Contraction::accumulatorType() const {
  if (isFloat())
    return op.b.getF32Type();
  bool wide = op.input(input).type == TensorType::INT16 &&
              !(op.hasInput(bias) && op.input(bias).type == TensorType::INT32);
  return wide ? op.b.getI64Type() : op.b.getI32Type();
}

Value Contraction::initial(ArrayRef<int64_t> shape, ArrayRef<int64_t> biasShape) const {
  auto type = RankedTensorType::get(shape, accumulatorType());
  if (!op.hasInput(bias) || isHybrid()) {
    Value zero = isFloat() ? constantFloat(op.b, type.getElementType(), 0)
                           : constantScalar(op.b, type.getElementType(), 0);
    return splat(op.b, shape, zero);
  }
  Value value = reshape(op.b, op.value(bias), biasShape);
  return elementwise(op.b, value, type, [](ImplicitLocOpBuilder &, ValueRange v) { return v[0]; });
}

SmallVector<Value> Contraction::zeroPoints() const {
  return {constantScalar(op.b, op.b.getI32Type(), zeroPointOf(op.input(input))),
          constantScalar(op.b, op.b.getI32Type(), zeroPointOf(op.input(filter)))};
}

bool Contraction::hasZeroPoints() const {
  return !isFloat() && (zeroPointOf(op.input(input)) != 0 || zeroPointOf(op.input(filter)) != 0);
}

Value Contraction::padding() const {
  Type element = op.inputType(input).getElementType();
  return isFloat() ? constantFloat(op.b, element, 0)
                   : constantScalar(op.b, element, zeroPointOf(op.input(input)));
}

FailureOr<SmallVector<double>> Contraction::factors() const {
  FailureOr<double> inputScale = scaleOf(op, op.input(input), "input");
  if (failed(inputScale))
    return failure();
  FailureOr<double> outputScale = scaleOf(op, op.output(), "output");
  if (failed(outputScale))
    return failure();
  ArrayRef<float> scales = op.input(filter).quantization.scales;
  return llvm::map_to_vector(
      scales, [&](float scale) { return *inputScale * static_cast<double>(scale) / *outputScale; });
}

Value Contraction::applyScales(Value sums) const {
  ArrayRef<float> scales = op.input(filter).quantization.scales;
  SmallVector<Value> operands = {sums};
  if (op.hasInput(bias))
    operands.push_back(reshape(op.b, op.value(bias), {channels}));
  if (scales.size() > 1) {
    auto type = RankedTensorType::get({channels}, op.b.getF32Type());
    operands.push_back(arith::ConstantOp::create(op.b, DenseElementsAttr::get(type, scales)));
  }
  return elementwise(
      op.b, operands, cast<RankedTensorType>(sums.getType()),
      [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value scale = scales.size() > 1
                          ? v.back()
                          : constantFloat(b, b.getF32Type(), static_cast<double>(scales.front()));
        Value scaled = arith::MulFOp::create(b, v[0], scale);
        return op.hasInput(bias) ? arith::AddFOp::create(b, scaled, v[1]).getResult() : scaled;
      });
}

FailureOr<Value> Contraction::finish(Value accumulators, schema::Activation activation) const {
  if (!isFloat()) {
    FailureOr<SmallVector<double>> scales = factors();
    if (failed(scales))
      return failure();
    FailureOr<StoredRange> range = activationRange(op, activation);
    if (failed(range))
      return failure();
    return requantize(op, accumulators, *scales, *range);
  }
  if (isHybrid())
    accumulators = applyScales(accumulators);
  return activateFloat(op, accumulators, activation);
}

Value convolvePlain(const Contraction &contraction, Value input, Value filter,
                    const Window &window) {
  int64_t batch = cast<RankedTensorType>(input.getType()).getDimSize(0);
  Value initial =
      contraction.initial({batch, window.height.output, window.width.output, contraction.channels},
                          {contraction.channels});
  // Vectors run along channels if they are floats, along inputs otherwise.
  if (contraction.isFloat() && !contraction.isHybrid())
    return convolve<linalg::Conv2DNhwcHwcfQOp, linalg::Conv2DNhwcHwcfOp>(
        contraction, input, transpose(contraction.op.b, filter, {1, 2, 3, 0}), initial, window);
  return convolve<linalg::Conv2DNhwcFhwcQOp, linalg::Conv2DNhwcFhwcOp>(contraction, input, filter,
                                                                       initial, window);
}

} // namespace iree_compiler::tflite
