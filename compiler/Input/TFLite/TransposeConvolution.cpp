// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TRANSPOSE_CONV: a convolution of the input, spread out by the stride, with
// the filter turned around.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Contraction.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Window.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// Operand 0, the output's shape, says what the output's type says.
constexpr unsigned kFilter = 1, kInput = 2, kBias = 3;

/// Puts stride - 1 paddings behind each element along height and width.
Value spread(OpImporter &op, Value value, int64_t strideHeight, int64_t strideWidth,
             Value padding) {
  SmallVector<int64_t> s(cast<RankedTensorType>(value.getType()).getShape());
  value = reshape(op.b, value, {s[0], s[1], 1, s[2], 1, s[3]});
  value = pad(op.b, value, {0, 0, 0, 0, 0, 0}, {0, 0, strideHeight - 1, 0, strideWidth - 1, 0},
              padding);
  return reshape(op.b, value, {s[0], s[1] * strideHeight, s[2] * strideWidth, s[3]});
}

/// Margins of the spread input, so that an unstrided window gives the output.
/// `forward` is the convolution that this one is the transpose of.
void placeTransposed(const WindowDimension &forward, int64_t &low, int64_t &high) {
  low = forward.filter - 1 - forward.padLow;
  int64_t needed = forward.input + forward.filter - 1;
  high = std::max<int64_t>(needed - low - forward.output * forward.stride, 0);
}

LogicalResult checkShapes(OpImporter &op) {
  for (RankedTensorType type : {op.inputType(kInput), op.inputType(kFilter), op.outputType()})
    if (type.getRank() != 4)
      return op.error() << "input, filter or output has rank " << type.getRank()
                        << "; supported: 4";
  RankedTensorType input = op.inputType(kInput), filter = op.inputType(kFilter);
  if (filter.getDimSize(3) != input.getDimSize(3) ||
      filter.getDimSize(0) != op.outputType().getDimSize(3) ||
      input.getDimSize(0) != op.outputType().getDimSize(0))
    return op.error() << "input " << input << ", filter " << filter << " and output "
                      << op.outputType() << " do not fit";
  return success();
}

LogicalResult importTransposeConv(OpImporter &op) {
  auto options = op.options<schema::TransposeConvOptions>();
  if (failed(options) || failed(checkShapes(op)))
    return failure();
  RankedTensorType input = op.inputType(kInput), filter = op.inputType(kFilter);
  RankedTensorType output = op.outputType();
  Contraction contraction{op, kInput, kFilter, kBias, filter.getDimSize(0), 0};
  Window forward{{output.getDimSize(1), filter.getDimSize(1), (*options)->stride_h()},
                 {output.getDimSize(2), filter.getDimSize(2), (*options)->stride_w()}};
  if (failed(contraction.check()) || failed(placeWindow(op, (*options)->padding(), forward)))
    return failure();
  if (forward.height.output != input.getDimSize(1) || forward.width.output != input.getDimSize(2))
    return op.error() << "an output of " << forward.height.input << " x " << forward.width.input
                      << " needs an input of " << forward.height.output << " x "
                      << forward.width.output << ", not of " << input.getDimSize(1) << " x "
                      << input.getDimSize(2);
  DenseElementsAttr weights = op.constant(kFilter);
  if (!weights)
    return op.error() << "the filter is computed by the model; supported: constants";

  int64_t top, bottom, left, right;
  placeTransposed(forward.height, top, bottom);
  placeTransposed(forward.width, left, right);
  Value padding = contraction.padding();
  Value spreadOut =
      spread(op, op.value(kInput), forward.height.stride, forward.width.stride, padding);
  Value padded = pad(op.b, spreadOut, {0, top, left, 0}, {0, bottom, right, 0}, padding);
  Value turned = arith::ConstantOp::create(op.b, reverse(weights, {1, 2}));
  Window plain{{0, forward.height.filter}, {0, forward.width.filter}};
  plain.height.output = output.getDimSize(1);
  plain.width.output = output.getDimSize(2);
  FailureOr<Value> result = contraction.finish(convolvePlain(contraction, padded, turned, plain),
                                               (*options)->activation());
  return failed(result) ? failure() : op.setResult(*result);
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::TRANSPOSE_CONV, 5,
     "i32 f32 f32 f32? -> f32 | i32 i8 f32 f32? -> f32 | i32 i8 i8 i32? -> i8 | "
     "i32 i8 i16 i64? -> i16",
     importTransposeConv},
};

} // namespace

ArrayRef<OperatorInfo> transposeConvolutionOperators() { return kOperators; }

} // namespace iree_compiler::tflite
