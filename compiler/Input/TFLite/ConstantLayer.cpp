// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/ConstantLayer.h"

#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

LogicalResult checkConstant(OpImporter &op, unsigned i, ArrayRef<int64_t> shape) {
  if (op.inputType(i).getShape() != shape)
    return op.error() << "operand " << i << " is " << op.inputType(i)
                      << "; the other operands need " << op.inputType(i).clone(shape);
  if (!op.constant(i))
    return op.error() << "operand " << i << ", '" << op.input(i).name
                      << "', is computed by the model; supported: constants";
  return success();
}

} // namespace

FailureOr<ConstantLayer> ConstantLayer::read(OpImporter &op, unsigned weightsOperand,
                                             std::optional<unsigned> biasOperand, int64_t channels,
                                             int64_t depth, int64_t inputZeroPoint) {
  if (failed(checkConstant(op, weightsOperand, {channels, depth})) ||
      (biasOperand && failed(checkConstant(op, *biasOperand, channels))))
    return failure();
  ConstantLayer layer;
  layer.weights = transpose(op.b, op.value(weightsOperand), {1, 0});
  if (isFloat(op.input(weightsOperand))) {
    layer.bias = biasOperand ? op.value(*biasOperand)
                             : splat(op.b, channels, constantFloat(op.b, op.b.getF32Type(), 0));
    return layer;
  }
  if (zeroPointOf(op.input(weightsOperand)) != 0)
    return op.error() << "operand " << weightsOperand << ", the weights '"
                      << op.input(weightsOperand).name
                      << "', has a zero point other than 0; supported: 0";
  SmallVector<int64_t> sums(static_cast<size_t>(channels), 0);
  for (auto [i, value] : llvm::enumerate(op.constant(weightsOperand).getValues<APInt>()))
    sums[i / static_cast<size_t>(depth)] -= inputZeroPoint * value.getSExtValue();
  if (biasOperand)
    for (auto [sum, value] : llvm::zip_equal(sums, op.constant(*biasOperand).getValues<APInt>()))
      sum += value.getSExtValue();
  layer.bias = constantTensor(op.b, channels, op.b.getI32Type(), sums);
  return layer;
}

Value ConstantLayer::apply(ImplicitLocOpBuilder &b, Value rows) const {
  auto biasType = cast<RankedTensorType>(bias.getType());
  auto type = RankedTensorType::get(
      {cast<RankedTensorType>(rows.getType()).getDimSize(0), biasType.getDimSize(0)},
      biasType.getElementType());
  Value initial =
      elementwise(b, bias, type, [](ImplicitLocOpBuilder &, ValueRange v) { return v[0]; });
  return linalg::MatmulOp::create(b, TypeRange{type}, ValueRange{rows, weights},
                                  ValueRange{initial})
      .getResult(0);
}

} // namespace iree_compiler::tflite
