// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/Operands.h"

#include "compiler/Input/TFLite/Builders.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace iree_compiler::tflite {

LogicalResult checkBroadcast(OpImporter &op, ArrayRef<unsigned> operands) {
  ArrayRef<int64_t> shape = op.outputType().getShape();
  SmallVector<int64_t> extents(shape.size(), 1);
  bool fits = true;
  size_t rank = 0;
  for (unsigned i : operands) {
    ArrayRef<int64_t> from = op.inputType(i).getShape();
    rank = std::max(rank, from.size());
    fits = fits && broadcastsTo(from, shape);
    for (size_t j = 1; fits && j <= from.size(); ++j)
      if (from[from.size() - j] != 1)
        extents[shape.size() - j] = from[from.size() - j];
  }
  if (fits && rank == shape.size() && shape == ArrayRef(extents))
    return success();
  InFlightDiagnostic error = op.error() << "operands ";
  llvm::interleave(
      operands, [&](unsigned i) { error << op.inputType(i); }, [&] { error << " and "; });
  return error << " do not broadcast to the output, " << op.outputType();
}

LogicalResult checkSameShape(OpImporter &op, unsigned i) {
  if (op.inputType(i).getShape() == op.outputType().getShape())
    return success();
  return op.error() << "operand " << i << ", " << op.inputType(i) << ", and the output, "
                    << op.outputType() << ", have different shapes";
}

FailureOr<int64_t> checkAxis(OpImporter &op, int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return op.error() << "the axis is " << axis << "; supported: " << -rank << " to " << rank - 1;
  return axis < 0 ? axis + rank : axis;
}

FailureOr<int64_t> readInteger(OpImporter &op, unsigned i, StringRef what) {
  auto integers = op.integers(i, what);
  if (failed(integers))
    return failure();
  if (integers->size() != 1)
    return op.error() << what << " has " << integers->size() << " elements; supported: 1";
  return integers->front();
}

FailureOr<SmallVector<int64_t>> readAxes(OpImporter &op, unsigned i) {
  auto axes = op.integers(i, "the list of axes");
  if (failed(axes))
    return failure();
  for (int64_t &axis : *axes) {
    FailureOr<int64_t> dimension = checkAxis(op, axis, op.inputType(0).getRank());
    if (failed(dimension))
      return failure();
    axis = *dimension;
  }
  llvm::sort(*axes);
  axes->erase(llvm::unique(*axes), axes->end());
  return axes;
}

FailureOr<Value> readScalar(OpImporter &op, unsigned i, StringRef what) {
  if (op.inputType(i).getNumElements() != 1)
    return op.error() << what << " has " << op.inputType(i).getNumElements()
                      << " elements; supported: 1";
  return tensor::ExtractOp::create(op.b, reshape(op.b, op.value(i), {}), ValueRange{}).getResult();
}

} // namespace iree_compiler::tflite
