// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators that move elements: RESHAPE, SQUEEZE, EXPAND_DIMS, PAD, PADV2,
// CONCATENATION.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// The declared shape of the output, which these operators only spell in
/// different ways.
LogicalResult importReshape(OpImporter &op) {
  if (op.inputType(0).getNumElements() != op.outputType().getNumElements())
    return op.error() << "the input, " << op.inputType(0) << ", and the output, " << op.outputType()
                      << ", differ in the number of elements";
  return op.setResult(reshape(op.b, op.value(0), op.outputType().getShape()));
}

LogicalResult importPad(OpImporter &op) {
  RankedTensorType input = op.inputType(0);
  int64_t rank = input.getRank();
  auto amounts = op.integers(1, "the padding");
  if (failed(amounts))
    return failure();
  if (op.inputType(1).getShape() != ArrayRef<int64_t>{rank, 2})
    return op.error() << "the padding has the shape " << op.inputType(1)
                      << "; supported: two numbers for each of " << rank << " dimensions";
  SmallVector<int64_t> low, high;
  for (auto [i, amount] : llvm::enumerate(*amounts)) {
    if (amount < 0 || amount > INT32_MAX)
      return op.error() << "the padding is " << amount << "; supported: 0 to " << INT32_MAX;
    (i % 2 ? high : low).push_back(amount);
  }
  Value padding;
  if (op.hasInput(2)) {
    if (op.inputType(2).getNumElements() != 1)
      return op.error() << "the padding's value has " << op.inputType(2).getNumElements()
                        << " elements; supported: 1";
    Value scalar = reshape(op.b, op.value(2), {});
    padding = tensor::ExtractOp::create(op.b, scalar, ValueRange{});
  } else if (input.getElementType().isInteger()) {
    padding = constantScalar(op.b, input.getElementType(), zeroPointOf(op.output()));
  } else {
    padding = constantFloat(op.b, input.getElementType(), 0);
  }
  return op.setResult(pad(op.b, op.value(0), low, high, padding));
}

LogicalResult importConcatenation(OpImporter &op) {
  auto options = op.options<schema::ConcatenationOptions>();
  if (failed(options))
    return failure();
  if ((*options)->activation() != schema::Activation::NONE)
    return op.error() << "a fused activation is not supported";
  RankedTensorType output = op.outputType();
  int64_t axis = (*options)->axis() + ((*options)->axis() < 0 ? output.getRank() : 0);
  if (axis < 0 || axis >= output.getRank())
    return op.error() << "the axis is " << (*options)->axis() << "; the output has "
                      << output.getRank() << " dimensions";
  SmallVector<Value> values;
  int64_t extent = 0;
  for (unsigned i = 0; i < op.numInputs(); ++i) {
    RankedTensorType input = op.inputType(i);
    bool fits = input.getRank() == output.getRank();
    for (int64_t j = 0; fits && j < output.getRank(); ++j)
      fits = j == axis || input.getDimSize(j) == output.getDimSize(j);
    if (!fits)
      return op.error() << "operand " << i << ", " << input << ", does not fit the output, "
                        << output;
    const Quantization &from = op.input(i).quantization, &to = op.output().quantization;
    if (from.scales != to.scales || from.zeroPoints != to.zeroPoints)
      return op.error() << "operand " << i
                        << " has another scale or zero point than the output; supported: the same";
    extent += input.getDimSize(axis);
    values.push_back(op.value(i));
  }
  if (extent != output.getDimSize(axis))
    return op.error() << "the operands have " << extent << " elements along axis " << axis
                      << ", the output " << output.getDimSize(axis);
  return op.setResult(
      values.size() == 1 ? values[0] : tensor::ConcatOp::create(op.b, axis, values).getResult());
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::CONCATENATION, 4,
     "f32... -> f32 | i8... -> i8 | u8... -> u8 | i16... -> i16 | i32... -> i32 | i64... -> i64 | "
     "bool... -> bool",
     importConcatenation},
    {BuiltinOperator::EXPAND_DIMS, 1,
     "f32 i32 -> f32 | i8 i32 -> i8 | u8 i32 -> u8 | i16 i32 -> i16 | i32 i32 -> i32 | "
     "i64 i32 -> i64 | bool i32 -> bool",
     importReshape},
    {BuiltinOperator::PAD, 4,
     "f32 i32 -> f32 | i8 i32 -> i8 | u8 i32 -> u8 | i16 i32 -> i16 | i32 i32 -> i32 | "
     "i64 i32 -> i64 | f32 i64 -> f32 | i8 i64 -> i8",
     importPad},
    {BuiltinOperator::PADV2, 4,
     "f32 i32 f32 -> f32 | i8 i32 i8 -> i8 | u8 i32 u8 -> u8 | i16 i32 i16 -> i16 | "
     "i32 i32 i32 -> i32 | i64 i32 i64 -> i64",
     importPad},
    {BuiltinOperator::RESHAPE, 1,
     "f32 i32? -> f32 | i8 i32? -> i8 | u8 i32? -> u8 | i16 i32? -> i16 | i32 i32? -> i32 | "
     "i64 i32? -> i64 | bool i32? -> bool",
     importReshape},
    {BuiltinOperator::SQUEEZE, 2,
     "f32 -> f32 | i8 -> i8 | u8 -> u8 | i16 -> i16 | i32 -> i32 | i64 -> i64 | bool -> bool",
     importReshape},
};

} // namespace

ArrayRef<OperatorInfo> shapeOperators() { return kOperators; }

} // namespace iree_compiler::tflite
