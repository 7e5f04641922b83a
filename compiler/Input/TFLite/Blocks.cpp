// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators that exchange dimensions: BATCH_TO_SPACE_ND, DEPTH_TO_SPACE,
// SPACE_TO_BATCH_ND, SPACE_TO_DEPTH, TRANSPOSE.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Input/TFLite/Quantization.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

LogicalResult importTranspose(OpImporter &op) {
  auto permutation = op.integers(1, "the permutation");
  if (failed(permutation))
    return failure();
  RankedTensorType input = op.inputType(0);
  for (int64_t &axis : *permutation) {
    FailureOr<int64_t> dimension = checkAxis(op, axis, input.getRank());
    if (failed(dimension))
      return failure();
    axis = *dimension;
  }
  SmallVector<int64_t> sorted = *permutation;
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<int64_t>(0, input.getRank())))
    return op.error() << "the permutation of " << input.getRank()
                      << " dimensions does not name each of them once";
  auto shape = llvm::map_to_vector(
      *permutation, [&](int64_t i) { return input.getDimSize(static_cast<unsigned>(i)); });
  if (failed(op.expectShape(shape)))
    return failure();
  return op.setResult(transpose(op.b, op.value(0), *permutation));
}

/// An image of n x h x w cells, each block x block x c large, between its two
/// forms: cells side by side, and one pixel of many channels for each cell.
LogicalResult exchangeCells(OpImporter &op, int64_t block, bool toDepth) {
  RankedTensorType cells = toDepth ? op.outputType() : op.inputType(0);
  if (cells.getRank() != 4)
    return op.error() << "the tensor " << cells << " has rank " << cells.getRank()
                      << "; supported: 4";
  int64_t channels = cells.getDimSize(3);
  if (block < 1 || block > channels || channels % (block * block) != 0)
    return op.error() << "blocks of " << block << " do not divide the " << channels << " channels";
  int64_t n = cells.getDimSize(0), h = cells.getDimSize(1), w = cells.getDimSize(2),
          c = channels / (block * block);
  SmallVector<int64_t> image = {n, h * block, w * block, c};
  RankedTensorType other = toDepth ? op.inputType(0) : op.outputType();
  if (other.getShape() != ArrayRef(image))
    return op.error() << "the input, " << op.inputType(0) << ", and the output, " << op.outputType()
                      << ", do not fit blocks of " << block;
  constexpr int64_t kExchange[] = {0, 1, 3, 2, 4, 5};
  SmallVector<int64_t> from = {n, h, block, w, block, c};
  if (!toDepth)
    std::swap(from[2], from[3]);
  Value moved = transpose(op.b, reshape(op.b, op.value(0), from), kExchange);
  return op.setResult(reshape(op.b, moved, op.outputType().getShape()));
}

LogicalResult importSpaceToDepth(OpImporter &op) {
  auto options = op.options<schema::SpaceToDepthOptions>();
  return failed(options) ? failure()
                         : exchangeCells(op, (*options)->block_size(), /*toDepth=*/true);
}

LogicalResult importDepthToSpace(OpImporter &op) {
  auto options = op.options<schema::DepthToSpaceOptions>();
  return failed(options) ? failure()
                         : exchangeCells(op, (*options)->block_size(), /*toDepth=*/false);
}

/// Of each blocked dimension, those after the batch.
struct Blocks {
  SmallVector<int64_t> sizes;
  SmallVector<int64_t> low, high; ///< padding, or what is cropped
  int64_t product = 1;
};

FailureOr<Blocks> readBlocks(OpImporter &op) {
  auto sizes = op.integers(1, "the block's shape");
  if (failed(sizes))
    return failure();
  auto amounts = op.integers(2, "the list of paddings or crops");
  if (failed(amounts))
    return failure();
  int64_t rank = op.inputType(0).getRank();
  if (static_cast<int64_t>(sizes->size()) >= rank || rank > 4 ||
      amounts->size() != 2 * sizes->size() || op.outputType().getRank() != rank)
    return op.error() << "the input, " << op.inputType(0) << ", the output, " << op.outputType()
                      << ", " << sizes->size() << " block sizes and " << amounts->size()
                      << " paddings or crops do not fit; supported: ranks 2 to 4, a size and two "
                         "amounts for each dimension but the first and the last";
  Blocks blocks;
  for (size_t i = 0; i < sizes->size(); ++i) {
    int64_t size = (*sizes)[i], low = (*amounts)[2 * i], high = (*amounts)[2 * i + 1];
    if (size < 1 || size > INT16_MAX || low < 0 || high < 0 || low > INT32_MAX || high > INT32_MAX)
      return op.error() << "blocked dimension " << i << " has the size " << size
                        << " with the amounts " << low << " and " << high
                        << "; supported: sizes from 1, amounts from 0 on";
    blocks.sizes.push_back(size);
    blocks.low.push_back(low);
    blocks.high.push_back(high);
    blocks.product *= size;
  }
  return blocks;
}

/// Batch (place within the block) * n + n of cells that blocks are cut into.
LogicalResult importSpaceToBatch(OpImporter &op) {
  FailureOr<Blocks> blocks = readBlocks(op);
  if (failed(blocks))
    return failure();
  RankedTensorType input = op.inputType(0);
  size_t count = blocks->sizes.size(), rank = static_cast<size_t>(input.getRank());
  SmallVector<int64_t> low(rank, 0), high(rank, 0), split = {input.getDimSize(0)};
  SmallVector<int64_t> result = {input.getDimSize(0) * blocks->product};
  SmallVector<int64_t> permutation;
  for (size_t i = 0; i < count; ++i) {
    low[i + 1] = blocks->low[i];
    high[i + 1] = blocks->high[i];
    int64_t extent = input.getDimSize(static_cast<unsigned>(i + 1)) + low[i + 1] + high[i + 1];
    if (extent % blocks->sizes[i] != 0)
      return op.error() << "dimension " << i + 1 << " has " << extent
                        << " elements with its padding, no multiple of its block's "
                        << blocks->sizes[i];
    split.append({extent / blocks->sizes[i], blocks->sizes[i]});
    result.push_back(extent / blocks->sizes[i]);
    permutation.push_back(static_cast<int64_t>(2 * i + 2));
  }
  permutation.push_back(0);
  for (size_t i = 0; i < count; ++i)
    permutation.push_back(static_cast<int64_t>(2 * i + 1));
  for (size_t i = count + 1; i < rank; ++i) {
    permutation.push_back(static_cast<int64_t>(split.size()));
    split.push_back(input.getDimSize(static_cast<unsigned>(i)));
    result.push_back(split.back());
  }
  if (failed(op.expectShape(result)))
    return failure();
  Type element = input.getElementType();
  Value zero = element.isInteger() ? constantScalar(op.b, element, zeroPointOf(op.output()))
                                   : constantFloat(op.b, element, 0);
  Value padded = pad(op.b, op.value(0), low, high, zero);
  return op.setResult(
      reshape(op.b, transpose(op.b, reshape(op.b, padded, split), permutation), result));
}

LogicalResult importBatchToSpace(OpImporter &op) {
  FailureOr<Blocks> blocks = readBlocks(op);
  if (failed(blocks))
    return failure();
  RankedTensorType input = op.inputType(0);
  auto count = static_cast<int64_t>(blocks->sizes.size()), rank = input.getRank();
  if (input.getDimSize(0) % blocks->product != 0)
    return op.error() << "the batch, " << input.getDimSize(0) << ", is no multiple of the block's "
                      << blocks->product << " elements";
  int64_t batch = input.getDimSize(0) / blocks->product;
  SmallVector<int64_t> split = blocks->sizes, whole = {batch}, result = {batch};
  SmallVector<int64_t> permutation = {count};
  SmallVector<OpFoldResult> offsets(static_cast<size_t>(rank), op.b.getIndexAttr(0));
  split.push_back(batch);
  llvm::append_range(split, input.getShape().drop_front());
  for (int64_t i = 1; i < rank; ++i) {
    int64_t extent = input.getDimSize(static_cast<unsigned>(i)), cropped = 0;
    permutation.push_back(count + i);
    if (i <= count) {
      auto block = static_cast<size_t>(i - 1);
      permutation.push_back(i - 1);
      extent *= blocks->sizes[block];
      cropped = blocks->low[block] + blocks->high[block];
      offsets[static_cast<size_t>(i)] = op.b.getIndexAttr(blocks->low[block]);
    }
    whole.push_back(extent);
    result.push_back(extent - cropped);
  }
  if (failed(op.expectShape(result)))
    return failure();
  Value image =
      reshape(op.b, transpose(op.b, reshape(op.b, op.value(0), split), permutation), whole);
  if (whole != result) {
    SmallVector<OpFoldResult> strides(static_cast<size_t>(rank), op.b.getIndexAttr(1));
    image =
        tensor::ExtractSliceOp::create(op.b, op.outputType(), image, offsets,
                                       getAsIndexOpFoldResult(op.b.getContext(), result), strides);
  }
  return op.setResult(image);
}

constexpr StringLiteral kBlockTypes = "T i32 i32 -> T";

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::BATCH_TO_SPACE_ND, 4, kBlockTypes, importBatchToSpace},
    {BuiltinOperator::DEPTH_TO_SPACE, 2, "T -> T", importDepthToSpace},
    {BuiltinOperator::SPACE_TO_BATCH_ND, 4, kBlockTypes, importSpaceToBatch},
    {BuiltinOperator::SPACE_TO_DEPTH, 2, "T -> T", importSpaceToDepth},
    {BuiltinOperator::TRANSPOSE, 6, "T i32 -> T", importTranspose},
};

} // namespace

ArrayRef<OperatorInfo> blockOperators() { return kOperators; }

} // namespace iree_compiler::tflite
