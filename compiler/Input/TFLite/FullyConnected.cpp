// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FULLY_CONNECTED.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Contraction.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Window.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

constexpr unsigned kInput = 0, kFilter = 1, kBias = 2;

/// rows x depth times channels x depth, transposed.
Value multiply(const Contraction &contraction, Value input, int64_t rows, int64_t depth) {
  OpImporter &op = contraction.op;
  int64_t channels = contraction.channels;
  Value filter = op.value(kFilter);
  if (contraction.isFloat() && !contraction.isHybrid()) {
    Value initial = contraction.initial({rows, channels}, {channels});
    return linalg::MatmulOp::create(op.b, TypeRange{initial.getType()},
                                    ValueRange{input, transpose(op.b, filter, {1, 0})},
                                    ValueRange{initial})
        .getResult(0);
  }
  // A convolution with a window of one element keeps the depth contiguous.
  Window window;
  window.height = window.width = {1, 1};
  window.height.output = window.width.output = 1;
  return convolvePlain(contraction, reshape(op.b, input, {rows, 1, 1, depth}),
                       reshape(op.b, filter, {channels, 1, 1, depth}), window);
}

LogicalResult importFullyConnected(OpImporter &op) {
  auto options = op.options<schema::FullyConnectedOptions>();
  if (failed(options))
    return failure();
  if ((*options)->weights_format() != schema::WeightsFormat::DEFAULT)
    return op.error() << "the weights are shuffled; supported: the default format";
  RankedTensorType input = op.inputType(kInput), filter = op.inputType(kFilter);
  if (filter.getRank() != 2)
    return op.error() << "the filter has rank " << filter.getRank() << "; supported: 2";
  int64_t channels = filter.getDimSize(0), depth = filter.getDimSize(1);
  if (input.getNumElements() % depth != 0)
    return op.error() << "the input has " << input.getNumElements()
                      << " elements, no multiple of the filter's depth, " << depth;
  int64_t rows = input.getNumElements() / depth;
  if (rows * channels != op.outputType().getNumElements())
    return op.error() << "the output has " << op.outputType().getNumElements()
                      << " elements; the operator computes " << rows << " x " << channels;
  Contraction contraction{op, kInput, kFilter, kBias, channels, 0};
  if (failed(contraction.check()))
    return failure();
  Value flat = reshape(op.b, op.value(kInput), {rows, depth});
  FailureOr<Value> result =
      contraction.finish(multiply(contraction, flat, rows, depth), (*options)->activation());
  if (failed(result))
    return failure();
  return op.setResult(reshape(op.b, *result, op.outputType().getShape()));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::FULLY_CONNECTED, 12,
     "f32 f32 f32? -> f32 | f32 i8 f32? -> f32 | i8 i8 i32? -> i8 | i8 i4 i32? -> i8 | "
     "u8 u8 i32? -> u8 | i16 i8 i64? -> i16 | i16 i8 i32? -> i16",
     importFullyConnected},
};

} // namespace

ArrayRef<OperatorInfo> fullyConnectedOperators() { return kOperators; }

} // namespace iree_compiler::tflite
