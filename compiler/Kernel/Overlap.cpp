// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/Overlap.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace iree_compiler;

/// The one operation of a kernel that computes element by element; or null.
static linalg::GenericOp onlyElementwise(func::FuncOp kernel) {
  linalg::GenericOp found;
  for (Operation &op : kernel.front().without_terminator()) {
    auto generic = dyn_cast<linalg::GenericOp>(op);
    if (generic && !found && generic.getNumReductionLoops() == 0 && !generic.hasDynamicShape())
      found = generic;
    else if (!isa<tensor::EmptyOp>(op))
      return nullptr;
  }
  return found;
}

SmallVector<Overlap> iree_compiler::overlapsOf(func::FuncOp kernel) {
  linalg::GenericOp root = onlyElementwise(kernel);
  SmallVector<Overlap> overlaps;
  if (!root || root->getNumResults() != kernel.getNumResults())
    return overlaps;
  for (auto [number, result] : llvm::enumerate(root->getResults())) {
    if (kernel.front().getTerminator()->getOperand(static_cast<unsigned>(number)) != result)
      return {};
    AffineMap map = root.getIndexingMapMatchingResult(result);
    for (BlockArgument argument : kernel.getArguments()) {
      auto type = dyn_cast<RankedTensorType>(argument.getType());
      auto own = cast<RankedTensorType>(result.getType());
      bool isSame = type && type.getShape() == own.getShape() &&
                    elementBytes(type.getElementType()) == elementBytes(own.getElementType()) &&
                    map.isPermutation() && llvm::all_of(argument.getUses(), [&](OpOperand &use) {
                      return use.getOwner() == root && root.isDpsInput(&use) &&
                             root.getMatchingIndexingMap(&use) == map;
                    });
      if (isSame)
        overlaps.push_back({argument.getArgNumber(), static_cast<unsigned>(number),
                            static_cast<int64_t>(denseBytes(type)), true});
    }
  }
  return overlaps;
}

void iree_compiler::requireOverlap(func::FuncOp kernel, unsigned argument, unsigned result,
                                   int64_t difference) {
  Builder builder(kernel.getContext());
  SmallVector<Attribute> used;
  if (auto known = kernel->getAttrOfType<ArrayAttr>(program::kOverlapsAttrName))
    llvm::append_range(used, known);
  Attribute overlap = builder.getDenseI64ArrayAttr({argument, result, difference});
  if (!llvm::is_contained(used, overlap))
    used.push_back(overlap);
  kernel->setAttr(program::kOverlapsAttrName, builder.getArrayAttr(used));
}

LogicalResult iree_compiler::checkOverlaps(func::FuncOp) { return success(); }
