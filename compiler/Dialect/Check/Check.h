// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The check dialect: what test programs expect of their results.
#ifndef IREE_COMPILER_DIALECT_CHECK_CHECK_H_
#define IREE_COMPILER_DIALECT_CHECK_CHECK_H_

#include "compiler/Dialect/Hal/Hal.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

#include "compiler/Dialect/Check/CheckDialect.h.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Check/CheckOps.h.inc"

#endif // IREE_COMPILER_DIALECT_CHECK_CHECK_H_
