// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The util dialect: variables of a module, and what no optimisation looks
// through.
#ifndef IREE_COMPILER_DIALECT_UTIL_UTIL_H_
#define IREE_COMPILER_DIALECT_UTIL_UTIL_H_

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "compiler/Dialect/Util/UtilDialect.h.inc"
#include "compiler/Dialect/Util/UtilEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/Dialect/Util/UtilAttributes.h.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Util/UtilOps.h.inc"

#endif // IREE_COMPILER_DIALECT_UTIL_UTIL_H_
