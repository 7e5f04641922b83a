// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/RowSums.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace iree_compiler;

bool iree_compiler::runsAlong(AffineMap map, unsigned loop) {
  ArrayRef<AffineExpr> results = map.getResults();
  return !results.empty() && coefficient(results.back(), loop, map.getNumDims()) == 1 &&
         llvm::none_of(results.drop_back(),
                       [&](AffineExpr expr) { return expr.isFunctionOfDim(loop); });
}

std::optional<unsigned> iree_compiler::innermostLoop(linalg::LinalgOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 || !maps[2].isProjectedPermutation())
    return std::nullopt;
  SmallVector<unsigned> reductions;
  op.getReductionDims(reductions);
  for (unsigned loop : llvm::reverse(reductions))
    if (runsAlong(maps[0], loop) && runsAlong(maps[1], loop))
      return loop;
  return std::nullopt;
}

RowSums::RowSums(RewriterBase &rewriter, linalg::GenericOp op)
    : TileEmitter(rewriter, op), innermost(*innermostLoop(op)), variable(loopCount) {
  op.getReductionDims(outer);
  llvm::erase(outer, innermost);
}

bool RowSums::joinInnermost() {
  if (outer.empty())
    return false;
  unsigned next = outer.back();
  int64_t length = extents[innermost];
  if (!llvm::all_of(operands,
                    [&](auto &operand) { return goesOn(operand, innermost, next, length); }))
    return false;
  for (TileOperand &operand : operands)
    join(operand, innermost, next, length);
  extents[innermost] *= extents[next];
  outer.pop_back();
  return true;
}
