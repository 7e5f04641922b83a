// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/Quantization.h"

#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/FixedPoint.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// Exponents that shifts of an i32 by 2 to 62 and of an i64 by 1 to 46 express.
constexpr int32_t kMinExponent = -31, kMaxExponent = 29, kMaxNarrowExponent = 14;

/// A multiplier as operands of the scaling operations.
struct ScaleOperands {
  int64_t multiplier = 0, shift = 0;
};

/// For i32: value * multiplier >> shift.
ScaleOperands wideOperands(Multiplier multiplier) {
  return {multiplier.value, 31 - multiplier.exponent};
}

/// For i64: the upper 16 bits of the multiplier, rounded.
ScaleOperands narrowOperands(Multiplier multiplier) {
  constexpr int32_t kRoundsUpTo16Bits = 0x7FFF0000;
  int32_t upper =
      multiplier.value < kRoundsUpTo16Bits ? (multiplier.value + (1 << 15)) >> 16 : 0x7FFF;
  return {upper, 15 - multiplier.exponent};
}

Value scaleWide(OpImporter &op, ImplicitLocOpBuilder &b, Value value, Value multiplier,
                Value shift) {
  return tosa::ApplyScaleOp::create(b, b.getI32Type(), value, multiplier, shift, op.rounding);
}

Value scaleNarrow(ImplicitLocOpBuilder &b, Value value, Value multiplier, Value shift) {
  Value one = constantScalar(b, b.getI64Type(), 1);
  Value half = arith::ShLIOp::create(b, one, arith::SubIOp::create(b, shift, one));
  Value product = arith::MulIOp::create(b, value, multiplier);
  Value rounded = arith::AddIOp::create(b, product, half);
  return arith::TruncIOp::create(b, b.getI32Type(), arith::ShRSIOp::create(b, rounded, shift));
}

/// Adds the zero point, clamps and narrows a scaled i32.
Value toStored(ImplicitLocOpBuilder &b, Value value, int64_t zeroPoint, StoredRange range,
               Type element) {
  if (zeroPoint != 0)
    value = arith::AddIOp::create(b, value, constantScalar(b, b.getI32Type(), zeroPoint));
  value = clampInteger(b, value, range.low, range.high);
  return element.isInteger(32) ? value : arith::TruncIOp::create(b, element, value).getResult();
}

} // namespace

Multiplier quantizeMultiplier(double factor) {
  if (factor == 0)
    return {};
  if (!std::isfinite(factor)) // larger than any factor that callers accept
    return {INT32_MAX, INT16_MAX};
  Multiplier result;
  double fraction = std::frexp(factor, &result.exponent);
  auto value = static_cast<int64_t>(std::round(fraction * static_cast<double>(1LL << 31)));
  if (value == 1LL << 31) {
    value /= 2;
    ++result.exponent;
  }
  if (result.exponent < kMinExponent)
    return {};
  result.value = static_cast<int32_t>(value);
  return result;
}

bool isFloat(const Tensor &tensor) { return tensor.type == TensorType::FLOAT32; }

FailureOr<double> scaleOf(OpImporter &op, const Tensor &tensor, StringRef what) {
  if (tensor.quantization.scales.size() != 1)
    return op.error() << what << " '" << tensor.name << "' has "
                      << tensor.quantization.scales.size()
                      << " scales; supported: one for the whole tensor";
  double scale = static_cast<double>(tensor.quantization.scales.front());
  if (scale == 0)
    return op.error() << what << " '" << tensor.name << "' has the scale 0";
  return scale;
}

FailureOr<SmallVector<double>> scalesOf(OpImporter &op, unsigned operands) {
  SmallVector<double> scales;
  for (unsigned i = 0; i <= operands; ++i) {
    bool isOutput = i == operands;
    FailureOr<double> scale = scaleOf(op, isOutput ? op.output() : op.input(i),
                                      isOutput ? "output" : ("operand " + Twine(i)).str());
    if (failed(scale))
      return failure();
    scales.push_back(*scale);
  }
  return scales;
}

int64_t zeroPointOf(const Tensor &tensor) {
  int64_t zeroPoint =
      tensor.quantization.zeroPoints.empty() ? 0 : tensor.quantization.zeroPoints.front();
  return tensor.type == TensorType::UINT8 ? zeroPoint - 128 : zeroPoint;
}

Value centre(OpImporter &op, unsigned operand) {
  auto type = RankedTensorType::get(op.inputType(operand).getShape(), op.b.getI32Type());
  int64_t zeroPoint = zeroPointOf(op.input(operand));
  return elementwise(op.b, op.value(operand), type, [&](ImplicitLocOpBuilder &b, ValueRange v) {
    Value wide = v[0];
    if (!wide.getType().isInteger(32))
      wide = arith::ExtSIOp::create(b, b.getI32Type(), wide);
    if (zeroPoint != 0)
      wide = arith::SubIOp::create(b, wide, constantScalar(b, b.getI32Type(), zeroPoint));
    return wide;
  });
}

StoredRange typeRange(const Tensor &tensor) {
  switch (tensor.type) {
  case TensorType::INT16:
    return {INT16_MIN, INT16_MAX};
  case TensorType::INT32:
    return {INT32_MIN, INT32_MAX};
  default:
    return {INT8_MIN, INT8_MAX};
  }
}

FailureOr<StoredRange> activationRange(OpImporter &op, schema::Activation activation) {
  const Tensor &output = op.output();
  StoredRange range = typeRange(output);
  if (activation == schema::Activation::NONE)
    return range;
  if (failed(scaleOf(op, output, "output")))
    return failure();
  // In single precision, as the kernels compute it.
  float scale = output.quantization.scales.front();
  auto stored = [&](float real) {
    double steps = static_cast<double>(std::round(real / scale));
    double value = static_cast<double>(zeroPointOf(output)) + steps;
    return static_cast<int64_t>(
        std::clamp(value, static_cast<double>(range.low), static_cast<double>(range.high)));
  };
  switch (activation) {
  case schema::Activation::RELU:
    return StoredRange{stored(0), range.high};
  case schema::Activation::RELU6:
    return StoredRange{stored(0), stored(6)};
  case schema::Activation::RELU_N1_TO_1:
    return StoredRange{stored(-1), stored(1)};
  default:
    return op.error() << "the fused activation " << schema::EnumNameActivation(activation)
                      << " is not supported; supported: NONE, RELU, RELU6, RELU_N1_TO_1";
  }
}

FailureOr<Value> activateFloat(OpImporter &op, Value tensor, schema::Activation activation) {
  auto apply = [&](ElementFunction body) {
    return elementwise(op.b, tensor, cast<RankedTensorType>(tensor.getType()), body);
  };
  switch (activation) {
  case schema::Activation::NONE:
    return tensor;
  case schema::Activation::RELU:
    return apply([](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
      return arith::MaximumFOp::create(b, v[0], constantFloat(b, v[0].getType(), 0));
    });
  case schema::Activation::RELU6:
    return apply([](ImplicitLocOpBuilder &b, ValueRange v) { return clampFloat(b, v[0], 0, 6); });
  case schema::Activation::RELU_N1_TO_1:
    return apply([](ImplicitLocOpBuilder &b, ValueRange v) { return clampFloat(b, v[0], -1, 1); });
  default:
    return op.error() << "the fused activation " << schema::EnumNameActivation(activation)
                      << " is not supported; supported: NONE, RELU, RELU6, RELU_N1_TO_1";
  }
}

Value scaleBy(OpImporter &op, ImplicitLocOpBuilder &b, Value value, Multiplier multiplier) {
  if (value.getType().isInteger(64)) {
    ScaleOperands operands = narrowOperands(multiplier);
    return scaleNarrow(b, value, constantScalar(b, b.getI64Type(), operands.multiplier),
                       constantScalar(b, b.getI64Type(), operands.shift));
  }
  ScaleOperands operands = wideOperands(multiplier);
  return scaleWide(op, b, value, constantScalar(b, b.getI32Type(), operands.multiplier),
                   constantScalar(b, b.getI8Type(), operands.shift));
}

int32_t scaleNow(const OpImporter &op, int32_t value, Multiplier multiplier) {
  if (op.rounding == tosa::RoundingMode::SINGLE_ROUND) {
    int64_t product = static_cast<int64_t>(value) * multiplier.value;
    int shift = 31 - multiplier.exponent;
    return static_cast<int32_t>((product + ((1LL << shift) >> 1)) >> shift);
  }
  auto shifted = static_cast<uint32_t>(value) << std::max(multiplier.exponent, 0);
  return divideByPowerOfTwo(multiplyHigh(static_cast<int32_t>(shifted), multiplier.value),
                            std::max(-multiplier.exponent, 0));
}

FailureOr<Value> requantize(OpImporter &op, Value accumulators, ArrayRef<double> factors,
                            StoredRange range) {
  return requantize(op, accumulators, llvm::map_to_vector(factors, quantizeMultiplier), range);
}

FailureOr<Value> requantize(OpImporter &op, Value accumulators, ArrayRef<Multiplier> multipliers,
                            StoredRange range) {
  auto accumulatorType = cast<RankedTensorType>(accumulators.getType());
  bool narrow = accumulatorType.getElementType().isInteger(64);
  int32_t maxExponent = narrow ? kMaxNarrowExponent : kMaxExponent;
  for (Multiplier each : multipliers)
    if (each.exponent > maxExponent)
      return op.error() << "the operands' scales exceed the output's by a factor of 2^"
                        << each.exponent << "; supported: up to 2^" << maxExponent;
  Type element = op.outputType().getElementType();
  auto type = RankedTensorType::get(accumulatorType.getShape(), element);
  int64_t zeroPoint = zeroPointOf(op.output());
  bool uniform = llvm::all_of(multipliers, [&](Multiplier each) {
    return each.value == multipliers[0].value && each.exponent == multipliers[0].exponent;
  });
  if (uniform)
    return elementwise(op.b, accumulators, type, [&](ImplicitLocOpBuilder &b, ValueRange v) {
      return toStored(b, scaleBy(op, b, v[0], multipliers[0]), zeroPoint, range, element);
    });

  SmallVector<int64_t> values, shifts;
  for (Multiplier each : multipliers) {
    ScaleOperands operands = narrow ? narrowOperands(each) : wideOperands(each);
    values.push_back(operands.multiplier);
    shifts.push_back(operands.shift);
  }
  auto channels = static_cast<int64_t>(multipliers.size());
  Value multiplier = constantTensor(op.b, channels, op.b.getI32Type(), values);
  Value shift = constantTensor(op.b, channels, op.b.getI8Type(), shifts);
  return elementwise(
      op.b, {accumulators, multiplier, shift}, type, [&](ImplicitLocOpBuilder &b, ValueRange v) {
        Value scaled;
        if (narrow)
          scaled = scaleNarrow(b, v[0], arith::ExtSIOp::create(b, b.getI64Type(), v[1]),
                               arith::ExtSIOp::create(b, b.getI64Type(), v[2]));
        else
          scaled = scaleWide(op, b, v[0], v[1], v[2]);
        return toStored(b, scaled, zeroPoint, range, element);
      });
}

} // namespace iree_compiler::tflite
