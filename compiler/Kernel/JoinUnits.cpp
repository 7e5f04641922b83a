// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/JoinUnits.h"

#include "compiler/Dialect/Program/Program.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace iree_compiler;

void iree_compiler::joinUnits(func::FuncOp kernel) {
  auto range = kernel->getAttrOfType<IntegerAttr>(program::kRangeAttrName);
  auto rangeOf = kernel->getAttrOfType<DenseI64ArrayAttr>(program::kRangeOfAttrName);
  if (!range || (!rangeOf && range.getInt() <= 1))
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(&kernel.front());
  Location loc = kernel.getLoc();
  unsigned arguments = kernel.getNumArguments();
  Value end;
  if (rangeOf) {
    Value size = program::kernelConstant(kernel, static_cast<unsigned>(rangeOf[0]));
    Value unit = arith::ConstantIndexOp::create(builder, loc, rangeOf[1]);
    end = arith::CeilDivUIOp::create(builder, loc, size, unit);
    kernel->removeAttr(program::kRangeOfAttrName);
  } else {
    end = arith::ConstantIndexOp::create(builder, loc, range.getInt());
  }
  kernel.getArgument(arguments - 2)
      .replaceAllUsesWith(arith::ConstantIndexOp::create(builder, loc, 0));
  kernel.getArgument(arguments - 1).replaceAllUsesWith(end);
  kernel->setAttr(program::kRangeAttrName, builder.getI64IntegerAttr(1));
}
