// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is understood of the hal dialect: a device as operand of checks, which
// is ignored.
#ifndef IREE_COMPILER_DIALECT_HAL_HAL_H_
#define IREE_COMPILER_DIALECT_HAL_HAL_H_

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "compiler/Dialect/Hal/HalDialect.h.inc"
#define GET_TYPEDEF_CLASSES
#include "compiler/Dialect/Hal/HalTypes.h.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Hal/HalOps.h.inc"

#endif // IREE_COMPILER_DIALECT_HAL_HAL_H_
