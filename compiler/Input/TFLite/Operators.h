// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of supported operators. A family of operators is one file with
// their handlers and a function that lists them, declared here.
#ifndef IREE_COMPILER_INPUT_TFLITE_OPERATORS_H_
#define IREE_COMPILER_INPUT_TFLITE_OPERATORS_H_

#include "compiler/Input/TFLite/OpImporter.h"

#include "llvm/ADT/ArrayRef.h"

namespace iree_compiler::tflite {

/// Emits one operator's IR and sets its results, or reports an error.
using Handler = mlir::LogicalResult (*)(OpImporter &);

struct OperatorInfo {
  BuiltinOperator code;
  int32_t maxVersion;
  /// What it takes and returns, as alternatives separated by '|':
  /// "i8 i8 i32? -> i8 | i8... -> i8". '?': may be left out; '-': has to be;
  /// '...' (of the last operand or result): one or more; 'T', 'U': any one of f32, i8, u8, i16,
  /// i32, i64 and bool; RESOURCE: the handle of a variable. Whatever the types are, operands and
  /// results have elements.
  llvm::StringLiteral types;
  Handler import;
};

llvm::ArrayRef<OperatorInfo> activationOperators();
llvm::ArrayRef<OperatorInfo> arithmeticOperators();
llvm::ArrayRef<OperatorInfo> axisOperators();
llvm::ArrayRef<OperatorInfo> batchMatMulOperators();
llvm::ArrayRef<OperatorInfo> binaryOperators();
llvm::ArrayRef<OperatorInfo> blockOperators();
llvm::ArrayRef<OperatorInfo> castOperators();
llvm::ArrayRef<OperatorInfo> comparisonOperators();
llvm::ArrayRef<OperatorInfo> controlOperators();
llvm::ArrayRef<OperatorInfo> convolutionOperators();
llvm::ArrayRef<OperatorInfo> divisionOperators();
llvm::ArrayRef<OperatorInfo> fullyConnectedOperators();
llvm::ArrayRef<OperatorInfo> gatherOperators();
llvm::ArrayRef<OperatorInfo> inverseRootOperators();
llvm::ArrayRef<OperatorInfo> logSoftmaxOperators();
llvm::ArrayRef<OperatorInfo> lstmOperators();
llvm::ArrayRef<OperatorInfo> poolingOperators();
llvm::ArrayRef<OperatorInfo> quantizeOperators();
llvm::ArrayRef<OperatorInfo> reductionOperators();
llvm::ArrayRef<OperatorInfo> repeatOperators();
llvm::ArrayRef<OperatorInfo> resizeOperators();
llvm::ArrayRef<OperatorInfo> shapeOperators();
llvm::ArrayRef<OperatorInfo> sliceOperators();
llvm::ArrayRef<OperatorInfo> slopeOperators();
llvm::ArrayRef<OperatorInfo> smoothUnitOperators();
llvm::ArrayRef<OperatorInfo> softmaxOperators();
llvm::ArrayRef<OperatorInfo> svdfOperators();
llvm::ArrayRef<OperatorInfo> transposeConvolutionOperators();
llvm::ArrayRef<OperatorInfo> unaryOperators();
llvm::ArrayRef<OperatorInfo> variableOperators();

/// All families, sorted by name.
llvm::ArrayRef<OperatorInfo> supportedOperators();

/// The operator's entry; null if there is none.
const OperatorInfo *findOperator(BuiltinOperator code);

/// True if `op`'s operands and results are one of the alternatives of `types`.
bool matchesTypes(const Subgraph &subgraph, const Operator &op, llvm::StringRef types);

/// "(i8, -, i32) -> i8": what an operator of the model takes and returns.
std::string describeTypes(const Subgraph &subgraph, const Operator &op);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_OPERATORS_H_
