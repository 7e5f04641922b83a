// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/PanelProducts.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/RowSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// The kernel's argument that a value is, or is a part or another shape of.
BlockArgument argumentOf(Value value) {
  while (Operation *producer = value.getDefiningOp()) {
    if (!isa<tensor::ExtractSliceOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp>(producer))
      return nullptr;
    value = producer->getOperand(0);
  }
  auto argument = cast<BlockArgument>(value);
  return isa<func::FuncOp>(argument.getOwner()->getParentOp()) ? argument : nullptr;
}

/// A slice of whole filters, with all dimensions; null if the value is none.
Value wholeFilters(OpBuilder &builder, Location loc, Value value) {
  while (isa_and_present<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  auto slice = value.getDefiningOp<tensor::ExtractSliceOp>();
  if (!slice)
    return value;
  ArrayRef<int64_t> shape = slice.getSourceType().getShape();
  for (size_t i = 0; i < shape.size(); ++i)
    if (slice.getStaticStrides()[i] != 1 ||
        (i > 0 && (slice.getStaticOffsets()[i] != 0 || slice.getStaticSizes()[i] != shape[i])))
      return nullptr;
  if (!isa<BlockArgument>(slice.getSource()))
    return nullptr;
  return tensor::ExtractSliceOp::create(builder, loc, slice.getSource(), slice.getMixedOffsets(),
                                        slice.getMixedSizes(), slice.getMixedStrides());
}

class PanelLowering : RowSums {
public:
  PanelLowering(RewriterBase &rewriter, linalg::GenericOp op, const PanelShape &shape,
                const Panel &panel, unsigned weights, const Target &target)
      : RowSums(rewriter, op), shape(shape), panel(panel), target(target), weights(weights),
        image(1 - weights) {}

  LogicalResult run() {
    AffineMap result = op.getIndexingMapsArray()[2];
    auto last =
        result.getNumResults() == 0 ? nullptr : dyn_cast<AffineDimExpr>(result.getResults().back());
    if (last && op.getIndexingMapsArray()[weights].isFunctionOfDim(last.getPosition()))
      column = last.getPosition();
    columns = column ? extents[*column] : 1;
    if (shape.inGroups)
      shape.lanes = columns;
    vectors = static_cast<int64_t>(llvm::divideCeil(columns, shape.lanes));
    if (columns > panel.columns)
      return failure();
    rewriter.setInsertionPoint(op);
    Value whole = wholeFilters(rewriter, loc, op.getDpsInputs()[weights]);
    if (!whole)
      return failure();
    keepRows();
    while (extents[innermost] < panel.row && joinInnermost())
      ;
    if (extents[innermost] != panel.row &&
        (extents[innermost] % panel.bytes != 0 || panel.row % panel.bytes != 0))
      return failure();
    setBlock(whole);
    chunkBytes = shape.chunk;
    if (target.arch == llvm::Triple::aarch64) // loads only what is aligned
      chunkBytes = std::max(shape.bytes, std::min(shape.chunk, imageAlignment()));
    Values sums = readSums(), at(loopCount);
    variable.set(innermost);
    for (unsigned loop : outer)
      variable.set(loop);
    writeSums(emitOuter(0, at, sums));
    return success();
  }

private:
  /// The block as one dimension, and where a filter's row lies in it.
  void setBlock(Value whole) {
    ReassociationIndices all;
    for (int64_t i = 0; i < cast<RankedTensorType>(whole.getType()).getRank(); ++i)
      all.push_back(i);
    AffineExpr position = rewriter.getAffineConstantExpr(0);
    ArrayRef<int64_t> filterShape =
        cast<RankedTensorType>(operands[weights].tensor.getType()).getShape();
    for (auto [index, extent] : llvm::zip_equal(operands[weights].indices, filterShape))
      position = position * extent + index;
    if (column)
      position =
          position.replace(rewriter.getAffineDimExpr(*column), rewriter.getAffineConstantExpr(0));
    block = {tensor::CollapseShapeOp::create(rewriter, loc, whole,
                                             SmallVector<ReassociationIndices>{all})
                 .getResult(),
             {simplifyAffineExpr(position * columns, loopCount, 0)}};
  }

  /// The power of two that divides the distance of pixels, in bytes: rows of the
  /// image begin at its multiples.
  int64_t imageAlignment() {
    Value source = operands[image].tensor;
    while (isa_and_present<tensor::ExtractSliceOp, tensor::CollapseShapeOp>(source.getDefiningOp()))
      source = source.getDefiningOp()->getOperand(0);
    int64_t pixel = cast<RankedTensorType>(source.getType()).getShape().back();
    return pixel > 0 ? pixel & -pixel : 1;
  }

  VectorType sumType() { return VectorType::get({shape.lanes}, rewriter.getI32Type()); }

  Value shuffle(Value a, Value b, ArrayRef<int64_t> mask) {
    return vector::ShuffleOp::create(rewriter, loc, a, b, mask);
  }

  /// `lanes` elements from `first`; those behind the end have no value.
  Value lanesFrom(Value vector, int64_t first, int64_t lanes) {
    int64_t length = cast<VectorType>(vector.getType()).getDimSize(0);
    if (first == 0 && length == lanes)
      return vector;
    SmallVector<int64_t> mask;
    for (int64_t i = first; i < first + lanes; ++i)
      mask.push_back(i < length ? i : -1);
    return shuffle(vector, vector, mask);
  }

  /// The values of the result's loops but the columns', in order.
  SmallVector<SmallVector<int64_t>> rowIndices() {
    auto type = cast<RankedTensorType>(op.getDpsInits()[0].getType());
    ArrayRef<int64_t> outerShape = type.getShape().drop_back(column ? 1 : 0);
    SmallVector<SmallVector<int64_t>> indices;
    forEachIndex(outerShape, [&](ArrayRef<int64_t> index) { indices.emplace_back(index); });
    return indices;
  }

  /// Vectors of sums by row, before the operation; notes the rows.
  Values readSums() {
    Values sums, whole = readTile();
    AffineMap result = op.getIndexingMapsArray()[2];
    for (auto [index, value] : llvm::zip_equal(rowIndices(), whole)) {
      SmallVector<int64_t> point(loopCount, 0);
      for (auto [i, each] : llvm::enumerate(index))
        point[result.getDimPosition(static_cast<unsigned>(i))] = each;
      rows.push_back(point);
      for (int64_t v = 0; v < vectors; ++v)
        sums.push_back(lanesFrom(value, v * shape.lanes, shape.lanes));
    }
    return sums;
  }

  void writeSums(ArrayRef<Value> sums) {
    Values whole;
    for (size_t row = 0; row < rows.size(); ++row) {
      ArrayRef<Value> parts =
          sums.slice(row * static_cast<size_t>(vectors), static_cast<size_t>(vectors));
      whole.push_back(joined(parts));
    }
    writeTile(whole);
  }

  /// One vector of all columns.
  Value joined(ArrayRef<Value> parts) {
    if (vectors == 1)
      return lanesFrom(parts[0], 0, columns);
    Value all = arith::ConstantOp::create(
        rewriter, loc, rewriter.getZeroAttr(VectorType::get({columns}, rewriter.getI32Type())));
    for (auto [v, part] : llvm::enumerate(parts)) {
      int64_t first = static_cast<int64_t>(v) * shape.lanes;
      Value piece = lanesFrom(part, 0, std::min(shape.lanes, columns - first));
      all = vector::InsertStridedSliceOp::create(rewriter, loc, piece, all,
                                                 ArrayRef<int64_t>{first}, ArrayRef<int64_t>{1});
    }
    return all;
  }

  /// A loop for each outer reduction loop, then the rows.
  Values emitOuter(size_t depth, Values &at, ArrayRef<Value> sums) {
    if (depth == outer.size())
      return emitRow(at, SmallVector<int64_t>(loopCount, 0), sums);
    unsigned loop = outer[depth];
    if (depth + 1 < outer.size())
      return emitLoop(extents[loop], 1, sums, [&](Value index, ArrayRef<Value> carried) {
        at[loop] = index;
        return emitOuter(depth + 1, at, carried);
      });
    int64_t together = 1; // short rows
    while (extents[innermost] * (together + 1) <= maxUnrolled() &&
           2 * (together + 1) <= extents[loop])
      ++together;
    while (extents[loop] % together != 0)
      --together;
    return emitLoop(extents[loop], together, sums, [&](Value index, ArrayRef<Value> carried) {
      at[loop] = index;
      Values inner(carried);
      SmallVector<int64_t> offsets(loopCount, 0);
      for (offsets[loop] = 0; offsets[loop] < together; ++offsets[loop])
        inner = emitRow(at, offsets, inner);
      return inner;
    });
  }

  int64_t maxUnrolled() const { return 2 * shape.step; }

  /// Whole steps in a loop, then the rest. Weights that are read in no loop at all
  /// would be read before the loops over rows, and spilled.
  Values emitRow(Values &at, SmallVector<int64_t> offsets, ArrayRef<Value> sums) {
    int64_t length = extents[innermost], step = shape.step;
    bool needsLoop = outer.empty() || length > maxUnrolled();
    while (needsLoop && length < 2 * step && step > shape.bytes * panel.steps)
      step /= 2;
    int64_t looped = needsLoop && length >= 2 * step ? length - length % step : 0;
    Values carried(sums);
    if (looped > 0) {
      carried = emitLoop(looped, step, carried, [&](Value index, ArrayRef<Value> inner) {
        at[innermost] = index;
        return emitChunks(at, offsets, step, inner);
      });
      at[innermost] = Value();
    }
    offsets[innermost] = looped;
    return emitChunks(at, offsets, length - looped, carried);
  }

  /// `count` bytes of each row from `offsets`.
  Values emitChunks(ArrayRef<Value> at, SmallVector<int64_t> offsets, int64_t count,
                    ArrayRef<Value> sums) {
    Values result(sums);
    while (count > 0) {
      int64_t length = chunkBytes;
      while (length > count && length > shape.bytes)
        length /= 2;
      length = std::min(length, count);
      emitChunk(at, offsets, length, result);
      offsets[innermost] += length;
      count -= length;
    }
    return result;
  }

  void emitChunk(ArrayRef<Value> at, SmallVector<int64_t> offsets, int64_t length,
                 MutableArrayRef<Value> sums) {
    llvm::SmallDenseMap<AffineMap, Value> loaded; // rows of the image
    for (int64_t done = 0; done < length;) {
      int64_t steps = std::max<int64_t>(std::min(panel.steps, (length - done) / shape.bytes), 1);
      SmallVector<Values> filters;
      for (int64_t i = 0; i < steps; ++i) {
        SmallVector<int64_t> position(offsets);
        position[innermost] += done + i * shape.bytes;
        filters.push_back(readPanel(at, position, std::min(length - done, shape.bytes)));
      }
      llvm::SmallDenseMap<AffineMap, Values> factors;
      for (auto [row, point] : llvm::enumerate(rows)) {
        SmallVector<int64_t> position(point);
        for (auto [value, offset] : llvm::zip_equal(position, offsets))
          value += offset;
        AffineMap map = indicesAt(operands[image], position, variable);
        Value &chunk = loaded[map];
        if (!chunk)
          chunk = readChunk(map, at, length);
        Values &inLanes = factors[map];
        for (int64_t i = static_cast<int64_t>(inLanes.size()); i < steps; ++i)
          inLanes.push_back(inAllLanes(chunk, done / shape.bytes + i));
        auto count = static_cast<size_t>(vectors);
        accumulate(inLanes, filters, sums.slice(row * count, count));
      }
      done += steps * shape.bytes;
    }
  }

  /// Bytes of the image; what is missing to a whole step is zero.
  Value readChunk(AffineMap map, ArrayRef<Value> at, int64_t length) {
    Value chunk = readRow(operands[image].tensor, map, at, length);
    if (length % shape.bytes != 0)
      chunk = spreadBytes(chunk, length, 1, 1);
    return target.shapes.panels == PanelStyle::WidenedPairs ? widenedChunk(chunk) : chunk;
  }

  /// The chunk as i16 in each 128 bits of a vector, within which x86 shuffles at will.
  Value widenedChunk(Value chunk) {
    int64_t length = cast<VectorType>(chunk.getType()).getDimSize(0);
    SmallVector<int64_t> mask;
    for (int64_t part = 0; part < shape.lanes / 4; ++part)
      for (int64_t i = 0; i < 8; ++i)
        mask.push_back(i < length ? i : -1);
    return widened(shuffle(chunk, chunk, mask));
  }

  /// Columns of `length` bytes each, `columns` of them, as `lanes` steps; the
  /// missing bytes of columns are zero, other lanes have no value.
  Value spreadBytes(Value packed, int64_t length, int64_t columnCount, int64_t lanes) {
    auto type = cast<VectorType>(packed.getType());
    Value zero = arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(type));
    SmallVector<int64_t> mask;
    for (int64_t lane = 0; lane < lanes; ++lane)
      for (int64_t byte = 0; byte < shape.bytes; ++byte)
        mask.push_back(lane >= columnCount ? -1
                       : byte < length     ? lane * length + byte
                                           : type.getDimSize(0));
    return shuffle(packed, zero, mask);
  }

  /// The block's bytes for one step: a vector for each vector of sums.
  Values readPanel(ArrayRef<Value> at, ArrayRef<int64_t> offsets, int64_t length) {
    Values result;
    for (int64_t v = 0; v < vectors; ++v) {
      int64_t first = v * shape.lanes, count = std::min(shape.lanes, columns - first);
      TileOperand part = {block.tensor, {block.indices[0] + first * length}};
      Value packed = readRow(part.tensor, indicesAt(part, offsets, variable), at, count * length);
      if (length != shape.bytes || count != shape.lanes)
        packed = spreadBytes(packed, length, count, shape.lanes);
      result.push_back(packed);
    }
    return widenedPanel(result);
  }

  Value call(StringRef name, Type type, ValueRange arguments) {
    return LLVM::CallIntrinsicOp::create(rewriter, loc, type, rewriter.getStringAttr(name),
                                         arguments)
        .getResult(0);
  }

  Value bitCast(Value value, int64_t count, unsigned bits) {
    return vector::BitCastOp::create(
        rewriter, loc, VectorType::get({count}, rewriter.getIntegerType(bits)), value);
  }

  /// Pairs of i16, where these are multiplied; RVV: i32, which LLVM narrows to i16.
  Values widenedPanel(ArrayRef<Value> bytes) {
    Values result(bytes);
    for (Value &value : result) {
      if (target.shapes.panels == PanelStyle::WidenedPairs)
        value = widened(value);
      else if (target.shapes.panels == PanelStyle::VectorScalar)
        value = arith::ExtSIOp::create(rewriter, loc, sumType(), value);
    }
    return result;
  }

  Value widened(Value bytes) {
    auto type = cast<VectorType>(bytes.getType()).clone(rewriter.getI16Type());
    return arith::ExtSIOp::create(rewriter, loc, type, bytes);
  }

  /// Step `number` of a chunk in all lanes, as it is multiplied.
  Value inAllLanes(Value chunk, int64_t number) {
    if (target.shapes.panels == PanelStyle::VectorScalar) {
      Value byte = vector::ExtractOp::create(rewriter, loc, chunk, ArrayRef<int64_t>{number});
      Value wide = arith::ExtSIOp::create(rewriter, loc, rewriter.getI32Type(), byte);
      return vector::BroadcastOp::create(rewriter, loc, sumType(), wide);
    }
    if (target.shapes.panels == PanelStyle::WidenedPairs) {
      SmallVector<int64_t> mask;
      for (int64_t i = 0; i < 2 * shape.lanes; ++i)
        mask.push_back(i / 8 * 8 + 2 * number + i % 2);
      return shuffle(chunk, chunk, mask);
    }
    auto bits = static_cast<unsigned>(8 * shape.bytes);
    int64_t length = cast<VectorType>(chunk.getType()).getDimSize(0);
    Value words = bitCast(chunk, length / shape.bytes, bits);
    Value word = vector::ExtractOp::create(rewriter, loc, words, ArrayRef<int64_t>{number});
    int64_t count = shape.lanes;
    auto type = VectorType::get({count}, rewriter.getIntegerType(bits));
    Value all = vector::BroadcastOp::create(rewriter, loc, type, word);
    if (shape.flip != 0) {
      Value flips = arith::ConstantOp::create(
          rewriter, loc, DenseElementsAttr::get(type, APInt::getSplat(bits, APInt(8, 0x80))));
      all = arith::XOrIOp::create(rewriter, loc, all, flips);
    }
    return bitCast(all, count * shape.bytes, 8);
  }

  /// Adds the products of one row to its sums, for one step or several.
  void accumulate(ArrayRef<Value> factors, ArrayRef<Values> filters, MutableArrayRef<Value> sums) {
    if (target.shapes.panels == PanelStyle::NarrowPairs)
      return accumulateNarrow(factors, filters, sums);
    for (auto [factor, columnFilters] : llvm::zip_equal(factors, filters))
      for (auto [filter, sum] : llvm::zip_equal(columnFilters, sums))
        sum = multiply(factor, filter, sum);
  }

  Value multiply(Value factor, Value filter, Value sum) {
    std::string width = std::to_string(32 * shape.lanes);
    switch (target.shapes.panels) {
    case PanelStyle::UnsignedDots:
      return call("llvm.x86.avx512.vpdpbusd." + width, sumType(), {sum, factor, filter});
    case PanelStyle::SignedDots:
      return call("llvm.aarch64.neon.sdot.v4i32.v16i8", sumType(), {sum, filter, factor});
    case PanelStyle::WidenedPairs: {
      StringRef name = shape.lanes == 16  ? "llvm.x86.avx512.pmaddw.d.512"
                       : shape.lanes == 8 ? "llvm.x86.avx2.pmadd.wd"
                                          : "llvm.x86.sse2.pmadd.wd";
      return arith::AddIOp::create(rewriter, loc, sum, call(name, sumType(), {factor, filter}));
    }
    case PanelStyle::VectorScalar:
      return arith::AddIOp::create(rewriter, loc, sum,
                                   arith::MulIOp::create(rewriter, loc, factor, filter));
    case PanelStyle::NarrowPairs:
    case PanelStyle::None:
      break;
    }
    return nullptr;
  }

  /// smull, smlal and sadalp: products of i8 are i16, pairs of which are added to
  /// the sums.
  void accumulateNarrow(ArrayRef<Value> factors, ArrayRef<Values> filters,
                        MutableArrayRef<Value> sums) {
    for (auto [vector, sum] : llvm::enumerate(sums)) {
      Value products;
      for (auto [factor, columnFilters] : llvm::zip_equal(factors, filters)) {
        Value product =
            arith::MulIOp::create(rewriter, loc, widened(columnFilters[vector]), widened(factor));
        products = products ? arith::AddIOp::create(rewriter, loc, products, product).getResult()
                            : product;
      }
      Value pairs = call("llvm.aarch64.neon.saddlp.v4i32.v8i16", sumType(), products);
      sum = arith::AddIOp::create(rewriter, loc, sum, pairs);
    }
  }

  /// One value by row, of all columns.
  Values readTile() {
    Value whole = op.getDpsInits()[0];
    auto type = cast<RankedTensorType>(whole.getType());
    Type i32 = rewriter.getI32Type();
    if (type.getRank() == 0) {
      Value scalar = tensor::ExtractOp::create(rewriter, loc, whole);
      return {vector::BroadcastOp::create(rewriter, loc, VectorType::get({1}, i32), scalar)};
    }
    Value vector = vector::TransferReadOp::create(
        rewriter, loc, VectorType::get(type.getShape(), i32), whole, zeros(type.getRank()),
        zeroOf(i32), SmallVector<bool>(static_cast<size_t>(type.getRank()), true));
    Values values;
    for (const SmallVector<int64_t> &index : rowIndices()) {
      Value row = index.empty()
                      ? vector
                      : vector::ExtractOp::create(rewriter, loc, vector, index).getResult();
      if (!isa<VectorType>(row.getType()))
        row = vector::BroadcastOp::create(rewriter, loc, VectorType::get({1}, i32), row);
      values.push_back(row);
    }
    return values;
  }

  void writeTile(ArrayRef<Value> values) {
    Value whole = op.getDpsInits()[0];
    auto type = cast<RankedTensorType>(whole.getType());
    auto scalar = [&](Value row) -> Value {
      return vector::ExtractOp::create(rewriter, loc, row, ArrayRef<int64_t>{0});
    };
    if (type.getRank() == 0) {
      rewriter.replaceOpWithNewOp<tensor::InsertOp>(op, scalar(values[0]), whole, ValueRange());
      return;
    }
    auto vectorType = VectorType::get(type.getShape(), rewriter.getI32Type());
    Value vector = arith::ConstantOp::create(rewriter, loc, rewriter.getZeroAttr(vectorType));
    for (auto [index, row] : llvm::zip_equal(rowIndices(), values)) {
      if (index.empty())
        vector = row;
      else
        vector = vector::InsertOp::create(rewriter, loc, column ? row : scalar(row), vector, index);
    }
    rewriter.replaceOpWithNewOp<vector::TransferWriteOp>(
        op, vector, whole, zeros(type.getRank()),
        SmallVector<bool>(static_cast<size_t>(type.getRank()), true));
  }

  PanelShape shape;
  Panel panel;
  const Target &target;
  unsigned weights, image;                ///< which input is which
  std::optional<unsigned> column;         ///< the loop over them; none: there is one
  int64_t columns, vectors;               ///< of the tile; the vectors that hold them
  int64_t chunkBytes;                     ///< of the image's rows that are loaded at once
  TileOperand block;                      ///< the columns' filters as one dimension
  SmallVector<SmallVector<int64_t>> rows; ///< loops' values by row of the tile
};

} // namespace

LogicalResult iree_compiler::lowerToPanels(RewriterBase &rewriter, linalg::GenericOp op,
                                           const Target &target) {
  std::optional<Panel> panel = Panel::around(op);
  std::optional<PanelShape> shape = PanelShape::of(target);
  if (!panel || !shape || panel->bytes != shape->bytes || panel->flip != shape->flip ||
      op.hasDynamicShape() || !isByteMultiplyAdd(op) || !innermostLoop(op))
    return failure();
  for (unsigned i = 0; i < 2; ++i) {
    BlockArgument argument = argumentOf(op.getDpsInputs()[i]);
    if (argument && argument.getArgNumber() == panel->argument)
      return PanelLowering(rewriter, op, *shape, *panel, i, target).run();
  }
  return failure();
}

LogicalResult iree_compiler::verifyPanelsLowered(func::FuncOp kernel) {
  std::optional<Panel> panel = Panel::of(kernel);
  if (!panel && kernel->hasAttr(program::kPanelAttrName))
    return kernel.emitError() << "attribute '" << program::kPanelAttrName
                              << "' is not of the form of compiler/Kernel/Panels.h";
  WalkResult result = kernel.walk([&](linalg::LinalgOp op) {
    for (Value input : op.getDpsInputs()) {
      if (!isa<TensorType>(input.getType()))
        continue;
      BlockArgument argument = argumentOf(input);
      if (panel && argument && argument.getArgNumber() == panel->argument) {
        op.emitError("weights in panels are read in another order; compile from the source for "
                     "this target");
        return WalkResult::interrupt();
      }
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}
