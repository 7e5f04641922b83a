// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Program/Program.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "compiler/Dialect/Program/ProgramDialect.cpp.inc"
#include "compiler/Dialect/Program/ProgramEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/Dialect/Program/ProgramAttributes.cpp.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Program/ProgramOps.cpp.inc"

void iree_compiler::program::ProgramDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "compiler/Dialect/Program/ProgramAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/Dialect/Program/ProgramOps.cpp.inc"
      >();
}

mlir::Value iree_compiler::program::kernelConstant(mlir::FunctionOpInterface kernel,
                                                   unsigned ordinal) {
  for (mlir::BlockArgument argument : kernel.getArguments())
    if (argument.getType().isIndex() && ordinal-- == 0)
      return argument;
  return nullptr;
}

mlir::SuccessorOperands iree_compiler::program::NextOp::getSuccessorOperands(unsigned index) {
  // The body's first argument is the sum.
  if (index == 0)
    return mlir::SuccessorOperands(1, getBodyArgumentsMutable());
  return mlir::SuccessorOperands(getExitArgumentsMutable());
}
