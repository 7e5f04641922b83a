// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Schedule/Views.h"

#include "compiler/Schedule/Sizes.h"

using namespace mlir;
using namespace iree_compiler;

/// `whole` is the larger tensor, `part` the type of what lies in it.
static std::optional<uint64_t> contiguousOffset(OffsetSizeAndStrideOpInterface op,
                                                RankedTensorType whole, RankedTensorType part) {
  if (!whole.hasStaticShape() || !part.hasStaticShape() || part.getNumElements() == 0)
    return std::nullopt;
  uint64_t offset = 0;
  // Once a dimension has more than one index, those inside it are whole.
  bool isInside = false;
  for (auto [begin, size, stride, extent] : llvm::zip_equal(
           op.getStaticOffsets(), op.getStaticSizes(), op.getStaticStrides(), whole.getShape())) {
    if (ShapedType::isDynamic(begin) || ShapedType::isDynamic(size) ||
        ShapedType::isDynamic(stride) || (size != 1 && stride != 1) || (isInside && size != extent))
      return std::nullopt;
    isInside |= size != 1;
    offset = offset * static_cast<uint64_t>(extent) + static_cast<uint64_t>(begin);
  }
  return offset * elementBytes(whole.getElementType());
}

std::optional<uint64_t> iree_compiler::contiguousOffset(tensor::ExtractSliceOp slice) {
  return ::contiguousOffset(slice, slice.getSourceType(), slice.getType());
}

std::optional<uint64_t> iree_compiler::contiguousOffset(tensor::InsertSliceOp insert) {
  return ::contiguousOffset(insert, insert.getDestType(), insert.getSourceType());
}

SmallVector<tensor::InsertSliceOp> iree_compiler::assembledParts(tensor::InsertSliceOp last) {
  SmallVector<tensor::InsertSliceOp> parts;
  for (auto insert = last; insert;) {
    if (!contiguousOffset(insert) || (insert != last && !insert->hasOneUse()))
      return {};
    parts.push_back(insert);
    Operation *dest = insert.getDest().getDefiningOp();
    if (isa_and_nonnull<tensor::EmptyOp>(dest))
      break;
    insert = dyn_cast_or_null<tensor::InsertSliceOp>(dest);
    if (!insert)
      return {};
  }
  llvm::sort(parts, [](tensor::InsertSliceOp a, tensor::InsertSliceOp b) {
    return *contiguousOffset(a) < *contiguousOffset(b);
  });
  uint64_t end = 0;
  for (tensor::InsertSliceOp part : parts) {
    if (*contiguousOffset(part) != end)
      return {};
    end += denseBytes(part.getSourceType());
  }
  if (end != denseBytes(last.getType()))
    return {};
  return parts;
}
