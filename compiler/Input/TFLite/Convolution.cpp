// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CONV_2D, DEPTHWISE_CONV_2D.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Contraction.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Window.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// Input, filter and bias have these numbers in both operators.
constexpr unsigned kInput = 0, kFilter = 1, kBias = 2;

LogicalResult checkRanks(OpImporter &op) {
  for (unsigned i : {kInput, kFilter})
    if (op.inputType(i).getRank() != 4)
      return op.error() << (i == kInput ? "the input" : "the filter") << " has rank "
                        << op.inputType(i).getRank() << "; supported: 4";
  return success();
}

/// What the filter sees at a time; checks operands and output. Filters have
/// height and width as dimensions 1 and 2 in both operators.
template <typename Options>
FailureOr<Window> placedWindow(Contraction &contraction, const Options &options) {
  OpImporter &op = contraction.op;
  RankedTensorType input = op.inputType(kInput), filter = op.inputType(kFilter);
  Window window{
      {input.getDimSize(1), filter.getDimSize(1), options.stride_h(), options.dilation_h()},
      {input.getDimSize(2), filter.getDimSize(2), options.stride_w(), options.dilation_w()}};
  if (failed(contraction.check()) || failed(placeWindow(op, input, options.padding(), window)) ||
      failed(op.expectShape(
          {input.getDimSize(0), window.height.output, window.width.output, contraction.channels})))
    return failure();
  return window;
}

/// Inputs and channels fall into groups that do not mix.
Value convolveGroups(const Contraction &contraction, Value input, Value filter, int64_t groups,
                     const Window &window) {
  ImplicitLocOpBuilder &b = contraction.op.b;
  SmallVector<int64_t> shape(cast<RankedTensorType>(input.getType()).getShape());
  ArrayRef<int64_t> filterShape = cast<RankedTensorType>(filter.getType()).getShape();
  int64_t inputs = filterShape[3], channels = contraction.channels / groups;
  SmallVector<int64_t> result = {shape[0], window.height.output, window.width.output, groups,
                                 channels};
  Value accumulators = convolve<linalg::Conv2DNhwgcGfhwcQOp, linalg::Conv2DNhwgcGfhwcOp>(
      contraction, reshape(b, input, {shape[0], shape[1], shape[2], groups, inputs}),
      reshape(b, filter, {groups, channels, filterShape[1], filterShape[2], inputs}),
      contraction.initial(result, {groups, channels}), window);
  return reshape(b, accumulators, {result[0], result[1], result[2], contraction.channels});
}

LogicalResult importConv2D(OpImporter &op) {
  auto options = op.options<schema::Conv2DOptions>();
  if (failed(options) || failed(checkRanks(op)))
    return failure();
  RankedTensorType input = op.inputType(kInput), filter = op.inputType(kFilter);
  Contraction contraction{op, kInput, kFilter, kBias, filter.getDimSize(0), 0};
  int64_t groups = input.getDimSize(3) / filter.getDimSize(3);
  if (groups == 0 || groups * filter.getDimSize(3) != input.getDimSize(3) ||
      filter.getDimSize(0) % groups != 0)
    return op.error() << "the input has " << input.getDimSize(3) << " channels, the filter "
                      << filter.getDimSize(3) << " of them and " << filter.getDimSize(0)
                      << " results, which do not form groups";
  FailureOr<Window> window = placedWindow(contraction, **options);
  if (failed(window))
    return failure();
  Value padded = padForWindow(op, op.value(kInput), *window, contraction.padding());
  Value accumulators =
      groups == 1 ? convolvePlain(contraction, padded, op.value(kFilter), *window)
                  : convolveGroups(contraction, padded, op.value(kFilter), groups, *window);
  FailureOr<Value> result = contraction.finish(accumulators, (*options)->activation());
  return failed(result) ? failure() : op.setResult(*result);
}

/// filter: 1, height, width, inputs x multiplier.
Value convolveDepthwise(const Contraction &contraction, Value input, Value filter,
                        const Window &window) {
  ImplicitLocOpBuilder &b = contraction.op.b;
  int64_t inputs = cast<RankedTensorType>(input.getType()).getDimSize(3);
  int64_t multiplier = contraction.channels / inputs;
  int64_t batch = cast<RankedTensorType>(input.getType()).getDimSize(0);
  int64_t height = window.height.filter, width = window.width.filter;
  // A single input: every channel sees all inputs there are.
  if (inputs == 1)
    return convolvePlain(contraction, input, transpose(b, filter, {3, 1, 2, 0}), window);
  SmallVector<int64_t> shape = {batch, window.height.output, window.width.output,
                                contraction.channels};
  if (multiplier == 1)
    return convolve<linalg::DepthwiseConv2DNhwcHwcQOp, linalg::DepthwiseConv2DNhwcHwcOp>(
        contraction, input, reshape(b, filter, {height, width, inputs}),
        contraction.initial(shape, {contraction.channels}), window);
  SmallVector<int64_t> result = {shape[0], shape[1], shape[2], inputs, multiplier};
  Value accumulators =
      convolve<linalg::DepthwiseConv2DNhwcHwcmQOp, linalg::DepthwiseConv2DNhwcHwcmOp>(
          contraction, input, reshape(b, filter, {height, width, inputs, multiplier}),
          contraction.initial(result, {inputs, multiplier}), window);
  return reshape(b, accumulators, shape);
}

LogicalResult importDepthwiseConv2D(OpImporter &op) {
  auto options = op.options<schema::DepthwiseConv2DOptions>();
  if (failed(options) || failed(checkRanks(op)))
    return failure();
  RankedTensorType input = op.inputType(kInput), filter = op.inputType(kFilter);
  Contraction contraction{op, kInput, kFilter, kBias, filter.getDimSize(3), 3};
  if (filter.getDimSize(0) != 1 || filter.getDimSize(3) % input.getDimSize(3) != 0)
    return op.error() << "the filter's shape is " << filter << "; supported: 1, height, width, a "
                      << "multiple of the input's " << input.getDimSize(3) << " channels";
  FailureOr<Window> window = placedWindow(contraction, **options);
  if (failed(window))
    return failure();
  Value padded = padForWindow(op, op.value(kInput), *window, contraction.padding());
  Value accumulators = convolveDepthwise(contraction, padded, op.value(kFilter), *window);
  FailureOr<Value> result = contraction.finish(accumulators, (*options)->activation());
  return failed(result) ? failure() : op.setResult(*result);
}

constexpr StringLiteral kTypes =
    "f32 f32 f32? -> f32 | f32 i8 f32? -> f32 | i8 i8 i32? -> i8 | i8 i4 i32? -> i8 | "
    "u8 u8 i32? -> u8 | i16 i8 i64? -> i16 | i16 i8 i32? -> i16";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::CONV_2D, 8, kTypes, importConv2D},
    {BuiltinOperator::DEPTHWISE_CONV_2D, 7, kTypes, importDepthwiseConv2D},
};

} // namespace

ArrayRef<OperatorInfo> convolutionOperators() { return kOperators; }

} // namespace iree_compiler::tflite
