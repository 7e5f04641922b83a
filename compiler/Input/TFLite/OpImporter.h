// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an operator's handler sees: its operands, options, a builder at its
// location, and a place for its results.
#ifndef IREE_COMPILER_INPUT_TFLITE_OPIMPORTER_H_
#define IREE_COMPILER_INPUT_TFLITE_OPIMPORTER_H_

#include "compiler/Dialect/Util/Util.h"
#include "compiler/Input/TFLite/Model.h"

#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/StringRef.h"

namespace iree_compiler::tflite {

/// The values of one subgraph's tensors while it is imported.
class TensorValues {
public:
  TensorValues(const Subgraph &source) : subgraph(source), values(source.tensors.size()) {}

  /// Unsigned bytes are kept as signed ones, less 128: `builder` emits constants.
  mlir::Value get(mlir::ImplicitLocOpBuilder &builder, int32_t tensor);
  void set(int32_t tensor, mlir::Value value) { values[static_cast<size_t>(tensor)] = value; }

private:
  const Subgraph &subgraph;
  std::vector<mlir::Value> values;
};

class GraphImporter;

class OpImporter {
public:
  OpImporter(GraphImporter &graphImporter, const Subgraph &source, const Operator &op,
             mlir::ImplicitLocOpBuilder &builder, mlir::tosa::RoundingMode roundingMode,
             TensorValues &tensorValues)
      : b(builder), rounding(roundingMode), graph(graphImporter), subgraph(source), op(op),
        values(tensorValues) {}

  mlir::ImplicitLocOpBuilder &b;
  /// How a product with a scale is rounded.
  const mlir::tosa::RoundingMode rounding;

  unsigned numInputs() const { return static_cast<unsigned>(op.inputs.size()); }
  unsigned numOutputs() const { return static_cast<unsigned>(op.outputs.size()); }
  bool hasInput(unsigned i) const { return i < op.inputs.size() && op.inputs[i] >= 0; }
  const Tensor &input(unsigned i) const { return tensor(op.inputs[i]); }
  const Tensor &output(unsigned i = 0) const { return tensor(op.outputs[i]); }
  BuiltinOperator code() const { return op.code; }

  /// An operand, with the signless element type of its tensor; u8 is i8, with a
  /// zero point less by 128 (see zeroPoint).
  mlir::Value value(unsigned i) { return values.get(b, op.inputs[i]); }
  mlir::RankedTensorType inputType(unsigned i) const;
  mlir::RankedTensorType outputType(unsigned i = 0) const;

  /// An operand that is known now, also through operators that were folded;
  /// null otherwise.
  mlir::DenseElementsAttr constant(unsigned i);
  /// The integers of an operand that has to be known now.
  mlir::FailureOr<llvm::SmallVector<int64_t>> integers(unsigned i, llvm::StringRef what);

  /// An error unless the file declares this shape for output 0. To be called
  /// before IR of that shape is built: shapes that the file declares are not too
  /// large to count with.
  mlir::LogicalResult expectShape(llvm::ArrayRef<int64_t> shape) const;
  /// An error if an intermediate value has more elements than a file's tensor may.
  mlir::LogicalResult checkSize(llvm::ArrayRef<int64_t> shape) const;

  /// Sets a result; its type has to be the one that the file says.
  mlir::LogicalResult setResult(mlir::Value value, unsigned i = 0);

  /// Sets what an operand, which has to be a variable, holds from now on.
  mlir::LogicalResult setVariable(unsigned i, mlir::Value value);

  /// The module's variable of an operand's handle, which has values of this type.
  mlir::FailureOr<util::GlobalOp> variable(unsigned i, mlir::RankedTensorType type);
  /// The operator is part of a subgraph that runs once, before everything else.
  bool isInitializing() const;
  /// Imports a subgraph that runs once. It has neither inputs nor outputs.
  mlir::LogicalResult initialize(unsigned i);

  /// The subgraphs that the operator calls.
  unsigned numCalled() const { return static_cast<unsigned>(op.called.size()); }
  const Subgraph &called(unsigned i) const;
  /// Imports one of them where `b` inserts; its inputs have these values.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> call(unsigned i, mlir::ValueRange inputs);

  /// The operator's options; an error if the file has none of this kind.
  template <typename T> mlir::FailureOr<const T *> options() const {
    if (op.source->options_type() != schema::BuiltinOptionsTraits<T>::enum_value ||
        !op.source->options())
      return error() << "the operator's options are missing";
    return static_cast<const T *>(op.source->options());
  }

  /// An error at this operator.
  mlir::InFlightDiagnostic error() const { return mlir::emitError(b.getLoc()); }

private:
  const Tensor &tensor(int32_t index) const { return subgraph.tensors[static_cast<size_t>(index)]; }

  GraphImporter &graph;
  const Subgraph &subgraph;
  const Operator &op;
  TensorValues &values;
};

/// The IR type of a tensor's values.
mlir::RankedTensorType irType(mlir::MLIRContext *context, const Tensor &tensor);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_OPIMPORTER_H_
