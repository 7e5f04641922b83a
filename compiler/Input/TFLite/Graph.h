// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Imports the operators of subgraphs: of an entry point's into its function, of
// others where an operator calls them.
#ifndef IREE_COMPILER_INPUT_TFLITE_GRAPH_H_
#define IREE_COMPILER_INPUT_TFLITE_GRAPH_H_

#include "compiler/Input/TFLite/OpImporter.h"

#include "mlir/IR/BuiltinOps.h"

namespace iree_compiler::tflite {

/// Locations of the parts of one file.
class Locations {
public:
  Locations(mlir::MLIRContext *mlirContext, llvm::StringRef filePath);

  mlir::Location named(llvm::StringRef name, size_t line = 0) const;
  mlir::Location of(const Subgraph &subgraph, size_t operatorIndex) const;

private:
  mlir::MLIRContext *context;
  mlir::StringAttr path;
};

/// Reports all operators of entry points, and of subgraphs that they call, that
/// cannot be imported as one error.
mlir::LogicalResult checkOperators(const Locations &locations, const Model &model);

class GraphImporter {
public:
  /// Variables are added to `target`.
  GraphImporter(const Model &source, const Locations &modelLocations,
                mlir::tosa::RoundingMode roundingMode, mlir::ModuleOp target)
      : model(source), locations(modelLocations), rounding(roundingMode), module(target) {}

  const Subgraph &subgraphAt(uint32_t index) const { return model.subgraphs[index]; }

  /// Emits all operators where `b` inserts; the subgraph's inputs and variables
  /// have values.
  mlir::LogicalResult import(mlir::ImplicitLocOpBuilder &b, const Subgraph &subgraph,
                             TensorValues &values);

  /// The same of a subgraph that an operator calls, whose inputs have the types
  /// of `inputs`. Returns its outputs.
  mlir::FailureOr<llvm::SmallVector<mlir::Value>> call(mlir::ImplicitLocOpBuilder &b,
                                                       uint32_t subgraph, mlir::ValueRange inputs);

  /// The variable of a handle. `loc` is where it has the type.
  mlir::FailureOr<util::GlobalOp>
  variable(mlir::Location loc, const schema::VarHandleOptions &handle, mlir::RankedTensorType type);

  /// Imports a subgraph that runs once: what it assigns are initial values.
  mlir::LogicalResult initialize(mlir::ImplicitLocOpBuilder &b, uint32_t subgraph);
  bool isInitializing() const { return initializing; }

private:
  const Model &model;
  const Locations &locations;
  mlir::tosa::RoundingMode rounding;
  mlir::ModuleOp module;
  bool initializing = false;
  size_t calls = 0; ///< so far
};

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_GRAPH_H_
