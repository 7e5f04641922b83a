// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/OpImporter.h"

#include "compiler/Input/TFLite/Graph.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

Type elementType(MLIRContext *context, TensorType type) {
  Builder builder(context);
  switch (type) {
  case TensorType::FLOAT16:
    return builder.getF16Type();
  case TensorType::FLOAT64:
    return builder.getF64Type();
  case TensorType::INT4:
  case TensorType::INT8:
  case TensorType::UINT8:
    return builder.getI8Type();
  case TensorType::INT16:
    return builder.getI16Type();
  case TensorType::INT32:
    return builder.getI32Type();
  case TensorType::INT64:
    return builder.getI64Type();
  case TensorType::BOOL:
    return builder.getI1Type();
  default: // f32; operators accept no type beyond these
    return builder.getF32Type();
  }
}

/// The elements of a constant in the form that values have.
DenseElementsAttr elements(MLIRContext *context, const Tensor &tensor) {
  RankedTensorType type = irType(context, tensor);
  auto count = static_cast<size_t>(tensor.elements());
  if (tensor.type == TensorType::BOOL) {
    SmallVector<bool> values;
    for (char byte : tensor.data)
      values.push_back(byte != 0);
    return DenseElementsAttr::get(type, values);
  }
  std::string bytes(tensor.data);
  if (tensor.type == TensorType::UINT8)
    for (char &byte : bytes)
      byte = static_cast<char>(byte ^ 0x80);
  if (tensor.type == TensorType::INT4) {
    // Two to a byte, the first one in the low bits.
    bytes.clear();
    for (size_t i = 0; i < count; ++i) {
      int nibble = (static_cast<unsigned char>(tensor.data[i / 2]) >> (i % 2 * 4)) & 0xF;
      bytes.push_back(static_cast<char>(nibble >= 8 ? nibble - 16 : nibble));
    }
  }
  return DenseElementsAttr::getFromRawBuffer(type, ArrayRef<char>(bytes.data(), bytes.size()));
}

} // namespace

RankedTensorType irType(MLIRContext *context, const Tensor &tensor) {
  return RankedTensorType::get(tensor.shape, elementType(context, tensor.type));
}

Value TensorValues::get(ImplicitLocOpBuilder &builder, int32_t tensor) {
  Value &value = values[static_cast<size_t>(tensor)];
  const Tensor &source = subgraph.tensors[static_cast<size_t>(tensor)];
  if (!value)
    value = arith::ConstantOp::create(builder, elements(builder.getContext(), source));
  return value;
}

RankedTensorType OpImporter::inputType(unsigned i) const {
  return irType(b.getContext(), input(i));
}

RankedTensorType OpImporter::outputType(unsigned i) const {
  return irType(b.getContext(), output(i));
}

DenseElementsAttr OpImporter::constant(unsigned i) {
  DenseElementsAttr attribute;
  return matchPattern(value(i), m_Constant(&attribute)) ? attribute : DenseElementsAttr();
}

FailureOr<SmallVector<int64_t>> OpImporter::integers(unsigned i, StringRef what) {
  DenseElementsAttr attribute = constant(i);
  if (!attribute || !attribute.getElementType().isInteger())
    return error() << what << " is computed by the model; supported: constant integers";
  return llvm::map_to_vector(attribute.getValues<APInt>(),
                             [](const APInt &value) { return value.getSExtValue(); });
}

LogicalResult OpImporter::expectShape(ArrayRef<int64_t> shape) const {
  if (outputType().getShape() == shape)
    return success();
  InFlightDiagnostic diagnostic = error() << "the operator computes a tensor of shape ";
  llvm::interleave(shape, diagnostic, "x");
  return diagnostic << ", but its output is declared as " << outputType();
}

LogicalResult OpImporter::checkSize(ArrayRef<int64_t> shape) const {
  int64_t product = 1;
  for (int64_t extent : shape)
    if (extent > kMaxElements || (product *= extent) > kMaxElements)
      return error() << "the operator needs a tensor of more than " << kMaxElements << " elements";
  return success();
}

LogicalResult OpImporter::setResult(Value value, unsigned i) {
  RankedTensorType expected = outputType(i);
  if (value.getType() != expected)
    return error() << "the operator computes " << value.getType()
                   << ", but its output is declared as " << expected;
  values.set(op.outputs[i], value);
  return success();
}

LogicalResult OpImporter::setVariable(unsigned i, Value value) {
  if (!input(i).isVariable)
    return error() << "operand " << i << ", '" << input(i).name
                   << "', has to be a variable, which keeps its value between invocations";
  values.set(op.inputs[i], value);
  return success();
}

FailureOr<util::GlobalOp> OpImporter::variable(unsigned i, RankedTensorType type) {
  for (const Operator &other : subgraph.operators)
    if (other.code == BuiltinOperator::VAR_HANDLE && other.outputs.front() == op.inputs[i])
      if (const auto *options = other.source->options_as_VarHandleOptions())
        return graph.variable(b.getLoc(), *options, type);
  return error() << "operand " << i << ", '" << input(i).name
                 << "', comes from elsewhere; supported: a VAR_HANDLE of the same subgraph";
}

bool OpImporter::isInitializing() const { return graph.isInitializing(); }

LogicalResult OpImporter::initialize(unsigned i) { return graph.initialize(b, op.called[i]); }

const Subgraph &OpImporter::called(unsigned i) const { return graph.subgraphAt(op.called[i]); }

FailureOr<SmallVector<Value>> OpImporter::call(unsigned i, ValueRange inputs) {
  return graph.call(b, op.called[i], inputs);
}

} // namespace iree_compiler::tflite
