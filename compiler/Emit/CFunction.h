// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An entry function as a C function: its signature, and its bytecode instruction
// by instruction.
#ifndef IREE_COMPILER_EMIT_CFUNCTION_H_
#define IREE_COMPILER_EMIT_CFUNCTION_H_

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Emit/CNames.h"

namespace iree_compiler {

/// What all functions of a module share.
struct CModule {
  CNames names;
  uint64_t constantBytes = 0, stateBytes = 0;
  llvm::ArrayRef<int32_t> words;           ///< bytecode of all functions
  std::vector<std::string> kernelComments; ///< by ordinal: where kernels come from
};

/// An argument or a result.
struct CValue {
  std::string name;               ///< of the parameter
  std::string given;              ///< in the model
  std::string cType;              ///< of an element
  mlir::Type type;                ///< in the model
  unsigned repeats = 1;           ///< C elements of an element: 2 for complex numbers
  std::vector<std::string> sizes; ///< parameters of an argument's dynamic dimensions, in order
  std::string capacity, shape;    ///< parameters of a result of dynamic shape
  uint64_t bytes = 0;             ///< 0 if the shape is dynamic
  uint64_t arenaOffset = 0;       ///< of what has a place in the arena
  std::string offsetMacro;        ///< of what has one that does not depend on shapes; or empty

  bool isDynamic() const;
};

/// A function's parameters: arguments, results, state, arena and its length.
struct CSignature {
  std::string name;
  std::vector<CValue> arguments, results;
  bool hasState = false;      ///< of the module
  bool hasArenaBytes = false; ///< shapes decide how long the arena must be

  /// "int name(...)", with lines broken behind parameters.
  std::string declaration(llvm::StringRef functionName) const;
  /// The names of all parameters, as a call passes them on.
  std::string parameterNames() const;
};

/// `macros` is the scope of macro names.
CSignature signatureForC(program::FuncOp func, const CModule &module, llvm::StringRef name,
                         CScope &macros);

/// The function's definition. Reports an error if it has an instruction that C
/// source cannot hold.
mlir::FailureOr<std::string> functionForC(program::FuncOp func, const CModule &module,
                                          const CSignature &signature);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_CFUNCTION_H_
