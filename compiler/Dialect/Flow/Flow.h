// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is understood of the flow dialect.
#ifndef IREE_COMPILER_DIALECT_FLOW_FLOW_H_
#define IREE_COMPILER_DIALECT_FLOW_FLOW_H_

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "compiler/Dialect/Flow/FlowDialect.h.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Flow/FlowOps.h.inc"

#endif // IREE_COMPILER_DIALECT_FLOW_FLOW_H_
