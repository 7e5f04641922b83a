// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program dialect: scheduled programs, one operation per bytecode
// instruction.
#ifndef IREE_COMPILER_DIALECT_PROGRAM_PROGRAM_H_
#define IREE_COMPILER_DIALECT_PROGRAM_PROGRAM_H_

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "compiler/Dialect/Program/ProgramDialect.h.inc"
#include "compiler/Dialect/Program/ProgramEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/Dialect/Program/ProgramAttributes.h.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Program/ProgramOps.h.inc"

namespace iree_compiler::program {

/// The nested module that holds a program's kernels after scheduling.
inline constexpr llvm::StringLiteral kKernelsModuleName = "kernels";
/// Unit attribute of kernel functions.
inline constexpr llvm::StringLiteral kKernelAttrName = "program.kernel";
/// i64 attribute of kernel functions after tiling: units of parallel work.
inline constexpr llvm::StringLiteral kRangeAttrName = "program.range";
/// i64 attribute of kernel functions: how many trailing bindings are written.
inline constexpr llvm::StringLiteral kWritesAttrName = "program.writes";
/// i64 attribute of kernel functions: bytes of a last binding for scratch.
inline constexpr llvm::StringLiteral kScratchAttrName = "program.scratch";
/// String attribute of modules of kernels: the backend they are for.
inline constexpr llvm::StringLiteral kBackendAttrName = "program.backend";
/// i64 attribute of kernel functions when they are emitted: all bindings.
inline constexpr llvm::StringLiteral kBindingsAttrName = "program.bindings";
/// Unit attribute of dispatches: belongs to the wave of the operation before it.
inline constexpr llvm::StringLiteral kIndependentAttrName = "program.independent";
/// Type attribute of entry functions: the signature of the source.
inline constexpr llvm::StringLiteral kFunctionTypeAttrName = "program.function_type";
/// String attribute of arguments and results of entry functions.
inline constexpr llvm::StringLiteral kNameAttrName = "program.name";
/// QuantizationAttr of arguments and results of entry functions.
inline constexpr llvm::StringLiteral kQuantizationAttrName = "program.quantization";
/// i32 array attribute on the module: the encoded bytecode.
inline constexpr llvm::StringLiteral kBytecodeAttrName = "program.bytecode";

} // namespace iree_compiler::program

#endif // IREE_COMPILER_DIALECT_PROGRAM_PROGRAM_H_
