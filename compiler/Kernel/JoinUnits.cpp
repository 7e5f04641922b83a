// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/JoinUnits.h"

#include "compiler/Dialect/Program/Program.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace iree_compiler;

void iree_compiler::joinUnits(func::FuncOp kernel) {
  auto range = kernel->getAttrOfType<IntegerAttr>(program::kRangeAttrName);
  if (!range || range.getInt() <= 1)
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(&kernel.front());
  unsigned arguments = kernel.getNumArguments();
  auto replace = [&](unsigned argument, int64_t value) {
    kernel.getArgument(argument).replaceAllUsesWith(
        arith::ConstantIndexOp::create(builder, kernel.getLoc(), value));
  };
  replace(arguments - 2, 0);
  replace(arguments - 1, range.getInt());
  kernel->setAttr(program::kRangeAttrName, builder.getI64IntegerAttr(1));
}
