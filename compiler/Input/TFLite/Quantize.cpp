// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// QUANTIZE (also from one quantization to another), DEQUANTIZE.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// value / scale, rounded with halves away from zero, plus the zero point.
LogicalResult quantizeFloat(OpImporter &op) {
  if (failed(scaleOf(op, op.output(), "output")))
    return failure();
  auto scale = static_cast<double>(op.output().quantization.scales.front());
  auto zeroPoint = static_cast<double>(zeroPointOf(op.output()));
  StoredRange range = typeRange(op.output());
  Type element = op.outputType().getElementType();
  return op.setResult(elementwise(
      op.b, op.value(0), op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Type real = b.getF32Type();
        Value steps = arith::DivFOp::create(b, v[0], constantFloat(b, real, scale));
        Value stored = arith::AddFOp::create(b, math::RoundOp::create(b, steps),
                                             constantFloat(b, real, zeroPoint));
        // Within the type's range, so that the conversion is defined.
        stored =
            clampFloat(b, stored, static_cast<double>(range.low), static_cast<double>(range.high));
        return arith::FPToSIOp::create(b, element, stored);
      }));
}

LogicalResult requantizeInteger(OpImporter &op) {
  FailureOr<SmallVector<double>> scales = scalesOf(op, 1);
  if (failed(scales))
    return failure();
  Value centred = centre(op, 0);
  FailureOr<Value> result =
      requantize(op, centred, (*scales)[0] / (*scales)[1], typeRange(op.output()));
  return failed(result) ? failure() : op.setResult(*result);
}

LogicalResult importQuantize(OpImporter &op) {
  if (failed(checkSameShape(op)))
    return failure();
  return isFloat(op.input(0)) ? quantizeFloat(op) : requantizeInteger(op);
}

/// The real values of a constant.
DenseElementsAttr dequantizeConstant(OpImporter &op, DenseElementsAttr stored) {
  RankedTensorType type = op.outputType();
  SmallVector<float> values;
  if (isa<FloatType>(stored.getElementType())) {
    for (APFloat value : stored.getValues<APFloat>()) {
      bool losesInfo = false;
      value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &losesInfo);
      values.push_back(value.convertToFloat());
    }
    return DenseElementsAttr::get(type, ArrayRef<float>(values));
  }
  const Quantization &quantization = op.input(0).quantization;
  int64_t inner = 1;
  if (quantization.axis >= 0)
    for (int64_t i = quantization.axis + 1; i < type.getRank(); ++i)
      inner *= type.getDimSize(i);
  size_t channels = quantization.scales.size();
  int64_t offset = op.input(0).type == TensorType::UINT8 ? -128 : 0;
  for (auto [index, value] : llvm::enumerate(stored.getValues<APInt>())) {
    size_t channel = (index / static_cast<size_t>(inner)) % channels;
    int64_t steps = value.getSExtValue() - (quantization.zeroPoints[channel] + offset);
    values.push_back(static_cast<float>(static_cast<double>(quantization.scales[channel]) *
                                        static_cast<double>(steps)));
  }
  return DenseElementsAttr::get(type, ArrayRef<float>(values));
}

LogicalResult importDequantize(OpImporter &op) {
  if (op.input(0).type != TensorType::FLOAT16 && op.input(0).quantization.scales.empty())
    return op.error() << "the input has no scale";
  if (failed(checkSameShape(op)))
    return failure();
  if (DenseElementsAttr stored = op.constant(0))
    return op.setResult(arith::ConstantOp::create(op.b, dequantizeConstant(op, stored)));
  if (op.input(0).type == TensorType::FLOAT16)
    return op.error() << "an f16 tensor is computed; supported: f16 constants";
  if (failed(scaleOf(op, op.input(0), "input")))
    return failure();
  auto scale = static_cast<double>(op.input(0).quantization.scales.front());
  return op.setResult(elementwise(
      op.b, centre(op, 0), op.outputType(), [&](ImplicitLocOpBuilder &b, ValueRange v) -> Value {
        Value steps = arith::SIToFPOp::create(b, b.getF32Type(), v[0]);
        return arith::MulFOp::create(b, steps, constantFloat(b, b.getF32Type(), scale));
      }));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::DEQUANTIZE, 6,
     "i8 -> f32 | u8 -> f32 | i16 -> f32 | i32 -> f32 | i4 -> f32 | f16 -> f32", importDequantize},
    {BuiltinOperator::QUANTIZE, 4,
     "f32 -> i8 | f32 -> u8 | f32 -> i16 | i8 -> i8 | i8 -> u8 | i8 -> i16 | i8 -> i32 | u8 -> i8 "
     "| "
     "u8 -> u8 | i16 -> i8 | i16 -> i16 | i16 -> i32 | i32 -> i8 | i32 -> i16",
     importQuantize},
};

} // namespace

ArrayRef<OperatorInfo> quantizeOperators() { return kOperators; }

} // namespace iree_compiler::tflite
