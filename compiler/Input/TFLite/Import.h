// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// .tflite files -> func, tosa, linalg, tensor, arith on static tensors.
#ifndef IREE_COMPILER_INPUT_TFLITE_IMPORT_H_
#define IREE_COMPILER_INPUT_TFLITE_IMPORT_H_

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/raw_ostream.h"

namespace iree_compiler::tflite {

struct ImportOptions {
  /// One rounding of a product with a scale, as desktop TFLite does, instead of
  /// TFLite Micro's two.
  bool singleRounding = false;
  /// Every operator's outputs become additional results, in operator order.
  bool dumpTensors = false;
};

/// Imports the whole file: one public function for each signature, else `main`
/// for the first subgraph. On an error, which names the operator or tensor,
/// returns null. Locations name subgraph, operator and output; as positions in
/// a file, for debuggers, they are `path` and the operator's number from 1 on.
mlir::OwningOpRef<mlir::ModuleOp> importModel(llvm::StringRef file, llvm::StringRef path,
                                              mlir::MLIRContext &context,
                                              const ImportOptions &options);

/// True if `file` is a .tflite file, by its identifier or else by its name.
bool isModel(llvm::StringRef file, llvm::StringRef path);

/// Writes "path: main/3 CONV_2D conv1: error: text" and the notes.
void printDiagnostic(llvm::raw_ostream &stream, llvm::StringRef path,
                     const mlir::Diagnostic &diagnostic);

/// Writes the table of supported operators as a page of documentation.
void printSupportedOperators(llvm::raw_ostream &stream);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_IMPORT_H_
