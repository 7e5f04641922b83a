// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/RowWindow.h"

#include "compiler/Kernel/ColumnStrips.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include <numeric>

using namespace mlir;
using namespace iree_compiler;

namespace {

enum Dim : unsigned { kBatch, kRow, kColumn, kChannel, kRank };

/// A tensor of one image.
RankedTensorType imageType(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape() || type.getRank() != kRank || type.getDimSize(kBatch) != 1 ||
      !type.getElementType().isIntOrFloat())
    return nullptr;
  return type;
}

/// The rows that a slice takes of a tensor, or all of them; nothing if it takes
/// parts of rows.
std::optional<AssembledImage::Rows> rowsOf(Value value) {
  auto slice = value.getDefiningOp<tensor::ExtractSliceOp>();
  if (!slice)
    return AssembledImage::Rows{value, 0, imageType(value).getDimSize(kRow)};
  RankedTensorType source = imageType(slice.getSource());
  if (!source || !slice.getOffsets().empty() || !slice.hasUnitStride() ||
      source.getDimSize(kColumn) != slice.getType().getDimSize(kColumn) ||
      source.getDimSize(kChannel) != slice.getType().getDimSize(kChannel))
    return std::nullopt;
  return AssembledImage::Rows{slice.getSource(), slice.getStaticOffsets()[kRow],
                              slice.getType().getDimSize(kRow)};
}

/// The factor of a loop in a sum; nothing if the expression is none, or has
/// constants.
std::optional<int64_t> factorOf(AffineExpr expr, unsigned loop) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dim.getPosition() == loop ? 1 : 0;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return std::nullopt;
  if (expr.getKind() == AffineExprKind::Add) {
    std::optional<int64_t> left = factorOf(binary.getLHS(), loop),
                           right = factorOf(binary.getRHS(), loop);
    return left && right ? std::optional(*left + *right) : std::nullopt;
  }
  auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
  std::optional<int64_t> inner = factorOf(binary.getLHS(), loop);
  if (expr.getKind() != AffineExprKind::Mul || !factor || !inner)
    return std::nullopt;
  return *inner * factor.getValue();
}

/// The operation's loop over rows of its result.
std::optional<unsigned> resultLoop(linalg::LinalgOp op, Dim dim) {
  if (op->getNumResults() != 1 || !imageType(op->getResult(0)))
    return std::nullopt;
  AffineMap map = op.getIndexingMapMatchingResult(op->getResult(0));
  if (!map.isProjectedPermutation())
    return std::nullopt;
  return map.getDimPosition(dim);
}

/// Rows of the image from one row of the result to the next.
std::optional<int64_t> rowStride(OpOperand &use) {
  auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
  if (!op || !imageType(use.get()) || op.isDpsInit(&use) || op.getNumReductionLoops() == 0)
    return std::nullopt;
  std::optional<unsigned> loop = resultLoop(op, kRow);
  AffineMap map = op.getMatchingIndexingMap(&use);
  if (!loop || map.getNumResults() != kRank)
    return std::nullopt;
  for (Dim other : {kBatch, kColumn, kChannel})
    if (factorOf(map.getResult(other), *loop) != 0)
      return std::nullopt;
  std::optional<int64_t> stride = factorOf(map.getResult(kRow), *loop);
  return stride && *stride > 0 ? stride : std::nullopt;
}

/// Rows of the image that one row of the result reaches over.
int64_t rowsReached(linalg::LinalgOp op, AffineExpr row) {
  int64_t rows = 1;
  for (auto [loop, extent] : llvm::enumerate(op.getStaticLoopRanges()))
    if (op.getIteratorTypesArray()[loop] == utils::IteratorType::reduction)
      rows += *factorOf(row, static_cast<unsigned>(loop)) * (extent - 1);
  return rows;
}

bool isLoop(AffineExpr expr, linalg::LinalgOp op, utils::IteratorType kind) {
  auto dim = dyn_cast<AffineDimExpr>(expr);
  return dim && op.getIteratorTypesArray()[dim.getPosition()] == kind;
}

} // namespace

std::optional<AssembledImage> AssembledImage::of(Value value) {
  AssembledImage image;
  image.type = imageType(value);
  auto pad = value.getDefiningOp<tensor::PadOp>();
  if (!image.type || (!pad && !value.getDefiningOp<tensor::ConcatOp>()))
    return std::nullopt;
  Value inner = value;
  if (pad) {
    Value padding = pad.getConstantPaddingValue();
    auto isStatic = [](ArrayRef<int64_t> amounts) {
      return llvm::all_of(amounts, [](int64_t amount) { return amount >= 0; }) &&
             amounts[kBatch] == 0 && amounts[kChannel] == 0;
    };
    if (!padding || !matchPattern(padding, m_Constant(&image.padding)) ||
        !isStatic(pad.getStaticLow()) || !isStatic(pad.getStaticHigh()))
      return std::nullopt;
    image.top = pad.getStaticLow()[kRow];
    image.left = pad.getStaticLow()[kColumn];
    inner = pad.getSource();
  }
  auto concat = inner.getDefiningOp<tensor::ConcatOp>();
  if (concat && concat.getDim() != kRow)
    return std::nullopt;
  SmallVector<Value> parts;
  if (concat)
    llvm::append_range(parts, concat.getInputs());
  else
    parts.push_back(inner);
  for (Value part : parts) {
    std::optional<Rows> rows = imageType(part) ? rowsOf(part) : std::nullopt;
    if (!rows)
      return std::nullopt;
    image.rows += rows->count;
    image.parts.push_back(*rows);
  }
  image.columns = imageType(parts.front()).getDimSize(kColumn);
  return image;
}

bool iree_compiler::readsByRows(OpOperand &use) { return rowStride(use).has_value(); }

bool iree_compiler::isReadByRows(Operation *op) {
  if (!isa<tensor::PadOp, tensor::ConcatOp>(op) || op->use_empty() ||
      !AssembledImage::of(op->getResult(0)))
    return false;
  return llvm::all_of(op->getUses(), [&](OpOperand &use) {
    Operation *user = use.getOwner();
    if (user->getBlock() != op->getBlock())
      return false;
    return isa<tensor::ConcatOp>(op) && isa<tensor::PadOp>(user) ? isReadByRows(user)
                                                                 : readsByRows(use);
  });
}

std::optional<RowWindow> RowWindow::choose(linalg::LinalgOp root, linalg::LinalgOp reducer,
                                           TileConfig &config, const Target &target) {
  if (!reducer || root->getNumResults() != 1 || config.parallel.empty())
    return std::nullopt;
  for (OpOperand *use : reducer.getDpsInputOperands()) {
    std::optional<AssembledImage> image = AssembledImage::of(use->get());
    std::optional<int64_t> stride = image ? rowStride(*use) : std::nullopt;
    std::optional<unsigned> rowLoop = resultLoop(root, kRow),
                            channelLoop = resultLoop(root, kChannel);
    if (!stride || !rowLoop || !channelLoop)
      continue; // is padded as a whole
    SmallVector<int64_t> extents = root.getStaticLoopRanges();
    AffineMap map = reducer.getMatchingIndexingMap(use);
    RowWindow window{*image,   use->get(),   0,  *stride, image->type.getDimSize(kChannel),
                     *rowLoop, *channelLoop, {}, false,   false};
    window.height = rowsReached(reducer, map.getResult(kRow));
    config.parallel[*rowLoop] = extents[*rowLoop] == 1 ? 0 : 1;
    window.order.resize(extents.size());
    std::iota(window.order.begin(), window.order.end(), 0);
    int64_t block = config.parallel[*channelLoop];
    bool byBlocks = config.vectorize && block != 0 &&
                    isLoop(map.getResult(kChannel), reducer, utils::IteratorType::parallel);
    bool sameRows = *stride == 1 && image->parts.size() == 1 && image->rows == extents[*rowLoop];
    window.keepsRows = *stride < window.height && (!byBlocks || sameRows);
    if (byBlocks) {
      window.channels = block;
      auto from = llvm::find(window.order, int64_t(*channelLoop));
      window.order.erase(from);
      auto rows = llvm::find(window.order, int64_t(*rowLoop));
      window.order.insert(sameRows ? rows : std::next(rows), int64_t(*channelLoop));
    }
    if (config.vectorize && window.channels == kStripChannels &&
        readsStrips(reducer, *use, target)) {
      window.inStrips = true;
      unsigned columnLoop = *resultLoop(root, kColumn);
      config.parallel[columnLoop] = extents[columnLoop] == 1 ? 0 : 1;
      llvm::fill(config.reduction, 0);
    }
    return window;
  }
  return std::nullopt;
}

uint64_t RowWindow::bytes() const {
  if (inStrips)
    return static_cast<uint64_t>(stripWindowBytes(*this));
  return static_cast<uint64_t>(height * image.type.getDimSize(kColumn) * channels) *
         elementBytes(image.type.getElementType());
}

namespace {

/// Writes the code that fills a window.
class WindowFiller {
public:
  WindowFiller(RewriterBase &rewriter, func::FuncOp kernel, const RowWindow &window,
               const RowWindow::Loops &loops)
      : rewriter(rewriter), window(window), image(window.image), loops(loops),
        loc(window.value.getLoc()) {
    rewriter.setInsertionPointToStart(&kernel.front());
    int64_t count = window.height * paddedColumns() * window.channels;
    Type element = image.type.getElementType();
    buffer = memref::AllocOp::create(rewriter, loc, MemRefType::get({count}, element));
    if (image.padding) {
      padding = arith::ConstantOp::create(rewriter, loc, image.padding);
      linalg::FillOp::create(rewriter, loc, ValueRange{padding}, ValueRange{buffer});
    }
    for (const AssembledImage::Rows &part : image.parts) {
      auto type = cast<RankedTensorType>(part.tensor.getType());
      Value memory = bufferization::ToBufferOp::create(
          rewriter, loc, MemRefType::get(type.getShape(), element), part.tensor,
          /*read_only=*/true);
      sources.push_back(memref::CollapseShapeOp::create(
          rewriter, loc, memory, SmallVector<ReassociationIndices>{{0, 1, 2, 3}}));
    }
  }

  /// The window as a tensor, filled for an iteration of the loops.
  Value fill() {
    scf::ForOp inner = loops.rows;
    if (window.hasBlocks() && (!inner || inner->isProperAncestor(loops.channels)))
      inner = loops.channels;
    if (inner)
      rewriter.setInsertionPointToStart(inner.getBody());
    Value row = loops.rows ? loops.rows.getInductionVar() : constant(0);
    Value first = multiply(row, window.stride), start = constant(0);
    if (window.keepsRows && loops.rows) {
      Value isFirst = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::eq, row,
                                            loops.rows.getLowerBound());
      Value kept = constant(window.height - window.stride);
      start = arith::SelectOp::create(rewriter, loc, isFirst, start, kept);
      auto ifOp = scf::IfOp::create(rewriter, loc, isFirst, /*withElseRegion=*/true);
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPointToStart(&ifOp.getElseRegion().front());
      int64_t bytes = paddedColumns() * window.channels;
      for (int64_t i = 0; i < window.height - window.stride; ++i)
        copy(buffer, constant((i + window.stride) * bytes), buffer, constant(i * bytes), bytes);
    }
    auto loop = scf::ForOp::create(rewriter, loc, start, constant(window.height), constant(1));
    {
      OpBuilder::InsertionGuard guard(rewriter);
      rewriter.setInsertionPointToStart(loop.getBody());
      Value target = loop.getInductionVar();
      Value from = add(add(first, target), -image.top);
      target =
          add(multiply(target, paddedColumns() * window.channels), image.left * window.channels);
      int64_t end = image.type.getDimSize(kRow) - image.top;
      choose(from, image.top > 0, end > image.rows, target);
    }
    SmallVector<int64_t> shape = {1, window.height, paddedColumns(), window.channels};
    auto shaped = memref::ExpandShapeOp::create(rewriter, loc, shape, buffer,
                                                SmallVector<ReassociationIndices>{{0, 1, 2, 3}});
    return bufferization::ToTensorOp::create(
        rewriter, loc, RankedTensorType::get(shape, image.type.getElementType()), shaped,
        /*restrict=*/true, /*writable=*/false);
  }

private:
  int64_t paddedColumns() const { return image.type.getDimSize(kColumn); }

  Value constant(int64_t value) { return arith::ConstantIndexOp::create(rewriter, loc, value); }
  Value add(Value a, Value b) { return arith::AddIOp::create(rewriter, loc, a, b); }
  Value add(Value a, int64_t b) { return b == 0 ? a : add(a, constant(b)); }
  Value multiply(Value a, int64_t b) {
    return b == 1 ? a : Value(arith::MulIOp::create(rewriter, loc, a, constant(b)));
  }

  void copy(Value source, Value from, Value target, Value to, int64_t count) {
    auto part = [&](Value memory, Value offset) -> Value {
      return memref::SubViewOp::create(rewriter, loc, memory, ArrayRef<OpFoldResult>{offset},
                                       ArrayRef<OpFoldResult>{rewriter.getIndexAttr(count)},
                                       ArrayRef<OpFoldResult>{rewriter.getIndexAttr(1)});
    };
    Value source1 = part(source, from), target1 = part(target, to);
    memref::CopyOp::create(rewriter, loc, source1, target1);
  }

  /// Puts the image's row `from`, counted without padding, at `target`.
  void choose(Value from, bool mayBeAbove, bool mayBeBelow, Value target) {
    if (!mayBeAbove && !mayBeBelow)
      return choosePart(from, 0, 0, target);
    // Unsigned: rows above are large.
    Value inside = arith::CmpIOp::create(
        rewriter, loc, mayBeAbove ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt, from,
        constant(image.rows));
    auto ifOp = scf::IfOp::create(rewriter, loc, inside, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(&ifOp.getThenRegion().front());
    choosePart(from, 0, 0, target);
    rewriter.setInsertionPointToStart(&ifOp.getElseRegion().front());
    Value row = memref::SubViewOp::create(
        rewriter, loc, buffer, ArrayRef<OpFoldResult>{target},
        ArrayRef<OpFoldResult>{rewriter.getIndexAttr(image.columns * window.channels)},
        ArrayRef<OpFoldResult>{rewriter.getIndexAttr(1)});
    linalg::FillOp::create(rewriter, loc, ValueRange{padding}, ValueRange{row});
  }

  /// The row is in part `number`, which begins with the image's row `begin`, or in
  /// a later one.
  void choosePart(Value from, size_t number, int64_t begin, Value target) {
    const AssembledImage::Rows &part = image.parts[number];
    if (number + 1 == image.parts.size())
      return copyRow(sources[number], add(from, part.first - begin), target);
    Value isHere = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::slt, from,
                                         constant(begin + part.count));
    auto ifOp = scf::IfOp::create(rewriter, loc, isHere, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(&ifOp.getThenRegion().front());
    copyRow(sources[number], add(from, part.first - begin), target);
    rewriter.setInsertionPointToStart(&ifOp.getElseRegion().front());
    choosePart(from, number + 1, begin + part.count, target);
  }

  void copyRow(Value source, Value row, Value target) {
    int64_t channels = image.type.getDimSize(kChannel);
    Value from = multiply(row, image.columns * channels);
    if (window.channels == channels)
      return copy(source, from, buffer, target, image.columns * channels);
    if (loops.channels)
      from = add(from, loops.channels.getInductionVar());
    auto loop =
        scf::ForOp::create(rewriter, loc, constant(0), constant(image.columns), constant(1));
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(loop.getBody());
    Value column = loop.getInductionVar();
    copy(source, add(from, multiply(column, channels)), buffer,
         add(target, multiply(column, window.channels)), window.channels);
  }

  RewriterBase &rewriter;
  const RowWindow &window;
  const AssembledImage &image;
  RowWindow::Loops loops;
  Location loc;
  Value buffer, padding;
  SmallVector<Value> sources; ///< by part, flat
};

} // namespace

void RowWindow::create(RewriterBase &rewriter, func::FuncOp kernel, const Loops &loops) const {
  OpBuilder::InsertionGuard guard(rewriter);
  if (inStrips)
    return createStrips(rewriter, kernel, *this, loops);
  Value filled = WindowFiller(rewriter, kernel, *this, loops).fill();
  for (OpOperand &use : llvm::make_early_inc_range(value.getUses())) {
    auto slice = dyn_cast<tensor::ExtractSliceOp>(use.getOwner());
    if (!slice) {
      use.set(filled); // nothing is tiled
      continue;
    }
    // The window begins with the tile's rows, and its channels if it has blocks.
    SmallVector<OpFoldResult> offsets = slice.getMixedOffsets();
    offsets[kRow] = rewriter.getIndexAttr(0);
    if (hasBlocks())
      offsets[kChannel] = rewriter.getIndexAttr(0);
    rewriter.setInsertionPoint(slice);
    rewriter.replaceOpWithNewOp<tensor::ExtractSliceOp>(
        slice, slice.getType(), filled, offsets, slice.getMixedSizes(), slice.getMixedStrides());
  }
}
