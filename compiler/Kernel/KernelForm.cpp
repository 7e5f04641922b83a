// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/KernelForm.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace iree_compiler;

linalg::LinalgOp iree_compiler::rootOf(func::FuncOp kernel) {
  auto returnOp = cast<func::ReturnOp>(kernel.front().getTerminator());
  if (returnOp.getNumOperands() == 0)
    return nullptr;
  Value returned = returnOp.getOperand(0);
  if (auto insert = returned.getDefiningOp<tensor::InsertSliceOp>())
    if (returnOp.getNumOperands() == 1 && insert.getDest().getDefiningOp<linalg::LinalgOp>())
      return dyn_cast_or_null<linalg::LinalgOp>(insert.getSource().getDefiningOp());
  auto root = dyn_cast_or_null<linalg::LinalgOp>(returned.getDefiningOp());
  if (!root || root->getNumResults() != returnOp.getNumOperands())
    return nullptr;
  for (Value operand : returnOp.getOperands())
    if (operand.getDefiningOp() != root.getOperation())
      return nullptr;
  return root;
}

linalg::LinalgOp iree_compiler::reducerOf(func::FuncOp kernel) {
  for (auto op : kernel.front().getOps<linalg::LinalgOp>())
    if (op.getNumReductionLoops() != 0)
      return op;
  return nullptr;
}

bool iree_compiler::isTileable(linalg::LinalgOp root, linalg::LinalgOp reducer) {
  return root &&
         llvm::all_of(root->getResults(),
                      [&](OpResult result) {
                        return root.getIndexingMapMatchingResult(result).isProjectedPermutation();
                      }) &&
         (!reducer || reducer == root ||
          llvm::is_contained(reducer->getUsers(), root.getOperation()));
}
