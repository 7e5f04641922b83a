// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// BATCH_MATMUL.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// Swaps the last two dimensions.
Value transposeMatrices(OpImporter &op, Value value) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  auto permutation = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(permutation[static_cast<size_t>(rank) - 1], permutation[static_cast<size_t>(rank) - 2]);
  return transpose(op.b, value, permutation);
}

/// As `batch`, the output's leading dimensions, has it, in one dimension.
Value toBatch(OpImporter &op, Value value, ArrayRef<int64_t> batch) {
  auto type = cast<RankedTensorType>(value.getType());
  ArrayRef<int64_t> matrix = type.getShape().take_back(2);
  SmallVector<int64_t> shape(batch);
  llvm::append_range(shape, matrix);
  int64_t count = 1;
  for (int64_t extent : batch)
    count *= extent;
  if (type.getNumElements() != count * matrix[0] * matrix[1])
    value = elementwise(op.b, value, RankedTensorType::get(shape, type.getElementType()),
                        [](ImplicitLocOpBuilder &, ValueRange v) { return v[0]; });
  return reshape(op.b, value, {count, matrix[0], matrix[1]});
}

Value multiply(OpImporter &op, Value left, Value right, Type element) {
  ArrayRef<int64_t> leftShape = cast<RankedTensorType>(left.getType()).getShape();
  ArrayRef<int64_t> rightShape = cast<RankedTensorType>(right.getType()).getShape();
  Value zero =
      isa<FloatType>(element) ? constantFloat(op.b, element, 0) : constantScalar(op.b, element, 0);
  Value initial = splat(op.b, {leftShape[0], leftShape[1], rightShape[2]}, zero);
  int64_t leftZero = zeroPointOf(op.input(0)), rightZero = zeroPointOf(op.input(1));
  if (isa<FloatType>(element) || (leftZero == 0 && rightZero == 0))
    return linalg::BatchMatmulOp::create(op.b, TypeRange{initial.getType()},
                                         ValueRange{left, right}, ValueRange{initial})
        .getResult(0);
  Value zeros[] = {constantScalar(op.b, op.b.getI32Type(), leftZero),
                   constantScalar(op.b, op.b.getI32Type(), rightZero)};
  return linalg::QuantizedBatchMatmulOp::create(op.b, TypeRange{initial.getType()},
                                                ValueRange{left, right, zeros[0], zeros[1]},
                                                ValueRange{initial})
      .getResult(0);
}

/// Checks the matrices' shapes and that their leading dimensions broadcast.
LogicalResult checkShapes(OpImporter &op, bool transposeLeft, bool transposeRight) {
  ArrayRef<int64_t> left = op.inputType(0).getShape(), right = op.inputType(1).getShape();
  ArrayRef<int64_t> result = op.outputType().getShape();
  bool fits = left.size() >= 2 && right.size() >= 2 &&
              result.size() == std::max(left.size(), right.size()) &&
              broadcastsTo(left.drop_back(2), result.drop_back(2)) &&
              broadcastsTo(right.drop_back(2), result.drop_back(2));
  if (fits) {
    auto rows = left.take_back(2)[transposeLeft], depth = left.take_back(2)[!transposeLeft];
    auto columns = right.take_back(2)[!transposeRight];
    fits = right.take_back(2)[transposeRight] == depth && result.take_back(2)[0] == rows &&
           result.back() == columns;
  }
  if (!fits)
    return op.error() << "operands " << op.inputType(0) << " and " << op.inputType(1)
                      << " do not multiply to the output, " << op.outputType();
  return success();
}

LogicalResult importBatchMatMul(OpImporter &op) {
  auto options = op.options<schema::BatchMatMulOptions>();
  if (failed(options) || failed(checkShapes(op, (*options)->adj_x(), (*options)->adj_y())))
    return failure();
  ArrayRef<int64_t> batch = op.outputType().getShape().drop_back(2);
  Value left = op.value(0), right = op.value(1);
  left = toBatch(op, (*options)->adj_x() ? transposeMatrices(op, left) : left, batch);
  right = toBatch(op, (*options)->adj_y() ? transposeMatrices(op, right) : right, batch);
  ArrayRef<int64_t> shape = op.outputType().getShape();
  if (isFloat(op.input(0)))
    return op.setResult(reshape(op.b, multiply(op, left, right, op.b.getF32Type()), shape));

  FailureOr<SmallVector<double>> scales = scalesOf(op, 2);
  if (failed(scales))
    return failure();
  bool isWide = op.input(0).type == TensorType::INT16;
  if (isWide && (zeroPointOf(op.input(0)) != 0 || zeroPointOf(op.input(1)) != 0))
    return op.error() << "i16 operands have zero points other than 0; supported: 0";
  Value products = multiply(op, left, right, isWide ? op.b.getI64Type() : op.b.getI32Type());
  double factor = (*scales)[0] * (*scales)[1] / (*scales)[2];
  FailureOr<Value> result = requantize(op, products, factor, typeRange(op.output()));
  return failed(result) ? failure() : op.setResult(reshape(op.b, *result, shape));
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::BATCH_MATMUL, 4, "f32 f32 -> f32 | i8 i8 -> i8 | i16 i16 -> i16",
     importBatchMatMul},
};

} // namespace

ArrayRef<OperatorInfo> batchMatMulOperators() { return kOperators; }

} // namespace iree_compiler::tflite
