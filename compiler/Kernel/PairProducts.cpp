// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/PairProducts.h"

#include "compiler/Kernel/DotProducts.h"
#include "compiler/Kernel/DualMultiply.h"
#include "compiler/Kernel/KernelForm.h"
#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

constexpr int64_t kWord = 4;             ///< bytes
constexpr int64_t kWidenedBytes = 8;     ///< of a word's two pairs
constexpr int64_t kMaxRows = 4;          ///< of a tile
constexpr int64_t kMinColumns = 8;       ///< of the result; fewer do not pay for widening
constexpr int64_t kMaxFilter = 4080;     ///< bytes: two filters within reach of an offset
constexpr int64_t kMaxPairOffset = 1020; ///< bytes that reach a pair
constexpr int64_t kMaxGathered = 64;     ///< bytes of a filter that are widened one by one
constexpr int64_t kMaxBuffer = 4096;     ///< bytes
constexpr auto kStackBytes = static_cast<int64_t>(kStackBufferBytes);
constexpr int64_t kFilledWords = 4;                   ///< at most at a time
constexpr int64_t kMinUnrolled = 5, kMaxUnrolled = 8; ///< words of an iteration

/// Where a tile's filters are: each has all its bytes in the order of the reduction.
struct Filters {
  BlockArgument argument;
  OpFoldResult first; ///< number of the first one
  int64_t bytes;      ///< of one
  int64_t count;      ///< of all, not of the tile
};

/// Filters of this length. Where it is no multiple of a word, words of the second one
/// lie at any address.
bool mayBeWidened(int64_t length, bool mayBeUnaligned) {
  return length >= kWord && length <= kMaxFilter && (length % kWord == 0 || mayBeUnaligned);
}

std::optional<Filters> filtersOf(Value tensor) {
  tensor::ExtractSliceOp slice;
  while (!isa<BlockArgument>(tensor)) {
    Operation *op = tensor.getDefiningOp();
    if (slice || !isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::ExtractSliceOp>(op))
      return std::nullopt;
    slice = dyn_cast<tensor::ExtractSliceOp>(op);
    tensor = op->getOperand(0);
  }
  auto argument = cast<BlockArgument>(tensor);
  auto type = cast<RankedTensorType>(argument.getType());
  if (!slice || !isa<func::FuncOp>(argument.getOwner()->getParentOp()) || !type.hasStaticShape() ||
      type.getRank() < 2 || !slice.hasUnitStride())
    return std::nullopt;
  for (int64_t i = 1; i < type.getRank(); ++i)
    if (getConstantIntValue(slice.getMixedOffsets()[static_cast<size_t>(i)]) != 0 ||
        slice.getStaticSizes()[static_cast<size_t>(i)] != type.getDimSize(i))
      return std::nullopt;
  int64_t count = type.getDimSize(0);
  return Filters{argument, slice.getMixedOffsets()[0], type.getNumElements() / count, count};
}

/// The reduction loops, outer ones first, if the filters have them in this order
/// behind the loop of the columns, if any.
std::optional<SmallVector<unsigned>> reductionOrder(linalg::LinalgOp op) {
  SmallVector<unsigned> loops;
  op.getReductionDims(loops);
  ArrayRef<AffineExpr> indices = op.getIndexingMapsArray()[1].getResults();
  if (indices.size() > loops.size())
    indices = indices.drop_front(indices.size() - loops.size());
  if (indices.size() != loops.size() || loops.empty())
    return std::nullopt;
  for (auto [loop, index] : llvm::zip(loops, indices))
    if (index != getAffineDimExpr(loop, op.getContext()))
      return std::nullopt;
  return loops;
}

/// The loop of the columns, with which the image stays where it is; nothing where there is
/// one column.
std::optional<unsigned> columnLoopOf(linalg::LinalgOp op) {
  AffineMap filter = op.getIndexingMapsArray()[1];
  if (filter.getNumResults() == op.getNumReductionLoops())
    return std::nullopt;
  auto column = dyn_cast<AffineDimExpr>(filter.getResult(0));
  return column ? std::optional(column.getPosition()) : std::nullopt;
}

bool isImageFixed(linalg::LinalgOp op) {
  std::optional<unsigned> column = columnLoopOf(op);
  return !column || !op.getIndexingMapsArray()[0].isFunctionOfDim(*column);
}

/// How the widened words of a tile's rows lie in the buffer: two words of it each.
/// Distances are in widened words. The rows of a tile have lines, each of which
/// follows the image; either rows are interleaved word by word, or those that overlap
/// in the image share what they read.
struct Layout {
  int64_t lines;        ///< of the tile
  int64_t lineWords;    ///< of one row in a line
  int64_t lineDistance; ///< from one line to the next
  int64_t rowDistance;  ///< from one row to the next
  int64_t wordDistance; ///< from one word of a row to the next
  bool isShared;        ///< by rows that overlap
  bool byHalves;        ///< of a word the even pairs of all rows, then the odd ones

  int64_t bytes() const { return lines * lineDistance * kWidenedBytes; }

  static Layout interleaved(int64_t rows, int64_t words, bool byHalves) {
    return {1, words, rows * words, 1, rows, false, byHalves};
  }
};

class PairLowering : TileEmitter {
public:
  PairLowering(RewriterBase &rewriter, linalg::GenericOp op, bool mayBeUnaligned)
      : TileEmitter(rewriter, op), mayBeUnaligned(mayBeUnaligned) {}

  LogicalResult run(Value &buffer) {
    if (!match())
      return failure();
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(columnLoop);
    widenRows(buffer);
    rewriter.setInsertionPoint(op);
    Values sums = readAccumulators();
    multiply(sums);
    writeAccumulators(sums);
    return success();
  }

private:
  bool match() {
    std::optional<SmallVector<unsigned>> reducing = reductionOrder(op);
    filters = filtersOf(operands[1].tensor);
    columnLoop = op->getParentOfType<scf::ForOp>();
    if (points.empty() || !reducing || !filters || !columnLoop || !isImageFixed(op))
      return false;
    reductions = *reducing;
    int64_t length = 1;
    for (unsigned loop : reductions)
      length *= extents[loop];
    auto first = dyn_cast<Value>(filters->first);
    if (length != filters->bytes || first != columnLoop.getInductionVar())
      return false;
    // Points by row, then by column.
    std::optional<unsigned> column = columnLoopOf(op);
    columns = column ? extents[*column] : 1;
    rows = static_cast<int64_t>(points.size()) / columns;
    for (auto [i, point] : llvm::enumerate(points))
      if (column && point[*column] != static_cast<int64_t>(i) % columns)
        return false;
    words = llvm::divideCeil(length, kWord);
    bool fits = rows <= kMaxRows && columns <= 2 && words * rows * kWidenedBytes <= kMaxBuffer;
    return fits && filters->count >= kMinColumns && mayBeWidened(length, mayBeUnaligned) &&
           ((extents[reductions.back()] % kWord == 0 && hasWordsAlong(reductions.back())) ||
            length <= kMaxGathered) &&
           hoistImage();
  }

  /// Elements along the loop follow each other in the image.
  bool hasWordsAlong(unsigned loop) const {
    ArrayRef<AffineExpr> indices = operands[0].indices;
    return coefficient(indices.back(), loop, loopCount) == 1 &&
           llvm::none_of(indices.drop_back(),
                         [&](AffineExpr expr) { return expr.isFunctionOfDim(loop); });
  }

  /// Moves the image's slice out of the loop over columns.
  bool hoistImage() {
    moveLoopInvariantCode(
        columnLoop.getLoopRegions(),
        [&](Value value, Region *) { return columnLoop.isDefinedOutsideOfLoop(value); },
        [&](Operation *each, Region *) {
          return isa<tensor::ExtractSliceOp, tensor::CollapseShapeOp, affine::AffineApplyOp,
                     arith::ConstantOp>(each);
        },
        [&](Operation *each, Region *) { each->moveBefore(columnLoop); });
    return columnLoop.isDefinedOutsideOfLoop(operands[0].tensor);
  }

  /// Fills the buffer, before the loop, with what the tile's rows read.
  void widenRows(Value &buffer) {
    TileOperand &image = operands[0];
    keepRows(image);
    innermost = reductions.back();
    SmallVector<unsigned> outer(ArrayRef(reductions).drop_back());
    while (!outer.empty() && goesOn(image, innermost, outer.back(), extents[innermost])) {
      join(image, innermost, outer.back(), extents[innermost]);
      extents[innermost] *= extents[outer.back()];
      outer.pop_back();
    }
    bool hasWords = extents[innermost] % kWord == 0 && hasWordsAlong(innermost);
    layout = Layout::interleaved(rows, words, rows == kMaxRows && columns == 2);
    if (layout.bytes() > kStackBytes && hasWords)
      if (std::optional<int64_t> distance = overlapDistance()) {
        int64_t lineWords = extents[innermost] / kWord;
        layout = {words / lineWords,
                  lineWords,
                  lineWords + (rows - 1) * *distance,
                  *distance,
                  1,
                  true,
                  false};
      }
    takeBuffer(buffer);
    if (!hasWords)
      return gather(outer);
    Values at(loopCount);
    emitLines(outer, at, constant(0));
  }

  /// The words from one row to the next in the image, if all rows are parts of the
  /// same lines.
  std::optional<int64_t> overlapDistance() {
    if (rows < 2 || rows == kMaxRows)
      return std::nullopt;
    auto place = [&](int64_t row) {
      AffineMap map = indicesAt(operands[0], points[static_cast<size_t>(row * columns)],
                                llvm::SmallBitVector(loopCount));
      return SmallVector<int64_t>(map.compose(SmallVector<int64_t>(loopCount, 0)));
    };
    SmallVector<int64_t> first = place(0), last = place(rows - 1);
    int64_t distance = (last.back() - first.back()) / (rows - 1);
    first.pop_back();
    last.pop_back();
    if (first != last || distance <= 0 || distance % kWord != 0 ||
        distance / kWord * (rows - 1) * kWidenedBytes > kMaxPairOffset)
      return std::nullopt;
    return distance / kWord;
  }

  /// `buffer`, if it is there and large enough, or a new one.
  void takeBuffer(Value &buffer) {
    int64_t count = layout.bytes() / kWord;
    if (!buffer || cast<MemRefType>(buffer.getType()).getNumElements() < count) {
      OpBuilder::InsertionGuard guard(rewriter);
      auto kernel = op->getParentOfType<func::FuncOp>();
      rewriter.setInsertionPointToStart(&kernel.front());
      buffer =
          memref::AllocOp::create(rewriter, loc, MemRefType::get({count}, rewriter.getI32Type()));
    }
    widened = buffer;
  }

  /// Whole words: a loop for each loop in `outer`, then along the line. `line`: its
  /// number.
  void emitLines(ArrayRef<unsigned> outer, Values &at, Value line) {
    if (!outer.empty()) {
      unsigned loop = outer.front();
      emitLoop(extents[loop], 1, {}, [&](Value index, ArrayRef<Value>) {
        at[loop] = index;
        emitLines(outer.drop_front(), at, add(multiplyIndex(line, extents[loop]), index));
        return Values();
      });
      return;
    }
    int64_t length = layout.isShared ? layout.lineDistance : extents[innermost] / kWord;
    int64_t start = layout.isShared ? layout.lineDistance : length * rows;
    int64_t step = std::min<int64_t>(length, kFilledWords);
    while (length % step != 0)
      --step;
    emitLoop(length, step, {}, [&](Value index, ArrayRef<Value>) {
      at[innermost] = multiplyIndex(index, kWord);
      Value first = add(multiplyIndex(line, start), multiplyIndex(index, layout.wordDistance));
      first = multiplyIndex(first, 2);
      for (int64_t word = 0; word < step; ++word)
        for (int64_t row = 0; row < (layout.isShared ? 1 : rows); ++row) {
          SmallVector<int64_t> position(points[static_cast<size_t>(row * columns)]);
          position[innermost] = word * kWord;
          orderLoads(rewriter, loc);
          HalfWords pairs = splitWord(rewriter, loc, read(position, at, kWord));
          store(pairs.even, first, word, row, 0);
          store(pairs.odd, first, word, row, 1);
        }
      return Values();
    });
  }

  /// All elements one by one. What is left over at the end of a filter is one more
  /// word, whose first elements are those of the word before: 0 here.
  void gather(ArrayRef<unsigned> outer) {
    int64_t length = filters->bytes;
    SmallVector<unsigned> all(outer);
    all.push_back(innermost);
    Values at(loopCount);
    Value zero = arith::ConstantIntOp::create(rewriter, loc, 0, 32);
    auto element = [&](int64_t row, int64_t number) {
      SmallVector<int64_t> position(points[static_cast<size_t>(row * columns)]);
      for (unsigned loop : llvm::reverse(all)) {
        position[loop] = number % extents[loop];
        number /= extents[loop];
      }
      Value vector = read(position, at, 1);
      Value byte = vector::ExtractOp::create(rewriter, loc, vector, ArrayRef<int64_t>{0});
      return arith::ExtSIOp::create(rewriter, loc, rewriter.getI32Type(), byte).getResult();
    };
    Value low = arith::ConstantIntOp::create(rewriter, loc, 0xffff, 32),
          half = arith::ConstantIntOp::create(rewriter, loc, 16, 32);
    for (int64_t word = 0; word < words; ++word)
      for (int64_t row = 0; row < rows; ++row) {
        orderLoads(rewriter, loc);
        int64_t begin = std::min(word * kWord, length - kWord);
        Value elements[kWord];
        for (int64_t i = 0; i < kWord; ++i)
          elements[i] = begin + i < word * kWord ? zero : element(row, begin + i);
        for (int64_t i = 0; i < 2; ++i) {
          Value first = arith::AndIOp::create(rewriter, loc, elements[i], low),
                second = arith::ShLIOp::create(rewriter, loc, elements[i + 2], half);
          store(arith::OrIOp::create(rewriter, loc, first, second), constant(0), word, row, i);
        }
      }
  }

  Value read(ArrayRef<int64_t> position, ArrayRef<Value> at, int64_t length) {
    llvm::SmallBitVector variable(loopCount);
    for (unsigned loop = 0; loop < loopCount; ++loop)
      if (at[loop])
        variable.set(loop);
    return readRow(operands[0].tensor, indicesAt(operands[0], position, variable), at, length);
  }

  /// `first`: index of the first word that is stored.
  void store(Value value, Value first, int64_t word, int64_t row, int64_t half) {
    int64_t position = (word * layout.wordDistance + row * layout.rowDistance) * 2 + half;
    if (layout.byHalves)
      position = (word * 2 + half) * rows + row;
    memref::StoreOp::create(rewriter, loc, value, widened, add(first, constant(position)));
  }

  /// Adds all products of the tile to the sums.
  void multiply(Values &sums) {
    auto address = [&](Value memory) -> Value {
      Value index = memref::ExtractAlignedPointerAsIndexOp::create(rewriter, loc, memory);
      return arith::IndexCastOp::create(rewriter, loc, rewriter.getI32Type(), index);
    };
    auto type = cast<RankedTensorType>(filters->argument.getType());
    Value memory = bufferization::ToBufferOp::create(
        rewriter, loc, MemRefType::get(type.getShape(), type.getElementType()), filters->argument,
        /*read_only=*/true);
    Value offset =
        arith::IndexCastOp::create(rewriter, loc, rewriter.getI32Type(),
                                   multiplyIndex(columnLoop.getInductionVar(), filters->bytes));
    products = {rows,
                columns,
                filters->bytes,
                layout.rowDistance * kWidenedBytes,
                layout.wordDistance * kWidenedBytes,
                layout.byHalves};
    // The sums, then both addresses.
    sums.push_back(address(widened));
    sums.push_back(arith::AddIOp::create(rewriter, loc, address(memory), offset));
    int64_t rest = filters->bytes % kWord;
    int64_t lineWords = layout.lineWords - (rest ? 1 : 0);
    sums = emitLoop(layout.lines, 1, sums, [&](Value, ArrayRef<Value> carried) {
      Values inner(carried);
      multiplyLine(lineWords, inner);
      int64_t gap = layout.lineDistance - layout.lineWords * layout.wordDistance;
      if (layout.lines > 1 && gap != 0) {
        Value &row = inner[inner.size() - 2];
        row = arith::AddIOp::create(rewriter, loc, row, number(gap * kWidenedBytes));
      }
      return inner;
    });
    if (rest)
      multiplyWords(rewriter, loc, products, 1, rest - kWord, sums);
    sums.truncate(sums.size() - 2);
  }

  /// Words that follow each other in all rows: whole steps in a loop, then the rest.
  void multiplyLine(int64_t count, Values &sums) {
    int64_t step = kMaxUnrolled;
    while (step > kMinUnrolled && count % step != 0)
      --step;
    if (count % step != 0)
      step = kMaxUnrolled;
    int64_t looped = count <= kMaxUnrolled ? 0 : count - count % step;
    if (looped > step) {
      Value end = arith::AddIOp::create(rewriter, loc, sums[sums.size() - 2],
                                        number(looped * layout.wordDistance * kWidenedBytes));
      auto loop = scf::WhileOp::create(
          rewriter, loc, TypeRange(ValueRange(sums)), sums,
          [&](OpBuilder &builder, Location, ValueRange arguments) {
            Values inner(arguments);
            multiplyWords(builder, loc, products, step, 0, inner);
            Value goesOn = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                                 inner[inner.size() - 2], end);
            scf::ConditionOp::create(builder, loc, goesOn, inner);
          },
          [&](OpBuilder &builder, Location, ValueRange arguments) {
            scf::YieldOp::create(builder, loc, arguments);
          });
      sums = Values(loop.getResults());
      count -= looped;
    }
    if (count > 0)
      multiplyWords(rewriter, loc, products, count, 0, sums);
  }

  Value number(int64_t value) { return arith::ConstantIntOp::create(rewriter, loc, value, 32); }
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(rewriter, loc, value); }
  Value add(Value a, Value b) { return arith::AddIOp::create(rewriter, loc, a, b); }
  Value multiplyIndex(Value a, int64_t b) {
    return arith::MulIOp::create(rewriter, loc, a, constant(b));
  }

  bool mayBeUnaligned;
  scf::ForOp columnLoop;
  std::optional<Filters> filters;
  SmallVector<unsigned> reductions; ///< loops, outer ones first
  unsigned innermost = 0;           ///< of these; as long as a line of the image
  int64_t rows = 0, columns = 0, words = 0;
  Layout layout = {};
  Value widened; ///< the buffer
  WordProducts products = {};
};

/// Rows of the tile for so many of the result: the fewest instructions for all, in
/// hundredths of those for a product, with what is left over.
int64_t chooseRows(int64_t extent, int64_t limit) {
  constexpr int64_t kCosts[] = {0, 140, 103, 91, 90};
  int64_t best = 1, bestCost = std::numeric_limits<int64_t>::max();
  for (int64_t rows = 1; rows <= std::min(extent, limit); ++rows) {
    int64_t rest = extent % rows;
    int64_t cost = (extent - rest) * kCosts[rows] + rest * kCosts[rest];
    if (cost <= bestCost) {
      best = rows;
      bestCost = cost;
    }
  }
  return best;
}

bool mayBeUnaligned(const Target &target) {
  return !StringRef(target.features).contains("+strict-align");
}

bool hasPairs(const Target &target) {
  return hasAssemblyTiles(target) && target.shapes.widened.rows != 0;
}

} // namespace

std::optional<RegisterTile> iree_compiler::choosePairTile(linalg::LinalgOp op, int64_t rows,
                                                          int64_t columns, const Target &target) {
  const RegisterTile &most = target.shapes.widened;
  if (!hasPairs(target) || !isSumOfDots(op, target) || op.hasDynamicShape() ||
      ShapedType::isDynamic(rows) || ShapedType::isDynamic(columns) || rows < 2 ||
      columns < kMinColumns)
    return std::nullopt;
  auto argument = dyn_cast<BlockArgument>(op.getDpsInputs()[1]);
  std::optional<SmallVector<unsigned>> loops = reductionOrder(op);
  if (!argument || !loops || !isImageFixed(op))
    return std::nullopt;
  auto type = cast<RankedTensorType>(argument.getType());
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  int64_t length = 1;
  for (unsigned loop : *loops)
    length *= extents[loop];
  if (type.getRank() < 2 || length * columns != type.getNumElements() ||
      !mayBeWidened(length, mayBeUnaligned(target)))
    return std::nullopt;
  // Along which the image's bytes follow each other at least.
  if (extents[loops->back()] % kWord != 0 && length > kMaxGathered)
    return std::nullopt;
  int64_t rowBytes = static_cast<int64_t>(llvm::divideCeil(length, kWord)) * kWidenedBytes;
  int64_t limit = std::min(most.rows, kMaxBuffer / rowBytes);
  if (length == extents[loops->back()]) // such an image may have to be copied tile by tile
    limit = std::min(limit, std::max<int64_t>(kStackBytes / length, 2));
  else if (extents[loops->back()] % kWord == 0 && kMaxRows * rowBytes > kStackBytes)
    limit = std::min(limit, kMaxRows - 1); // rows share what they read
  if (limit < 2)
    return std::nullopt;
  return RegisterTile{chooseRows(rows, limit), columns % most.columns == 0 ? most.columns : 1};
}

LogicalResult iree_compiler::lowerToPairs(RewriterBase &rewriter, linalg::GenericOp op,
                                          const Target &target, Value &buffer) {
  if (!hasPairs(target) || !isByteMultiplyAdd(op) || op.hasDynamicShape())
    return failure();
  return PairLowering(rewriter, op, mayBeUnaligned(target)).run(buffer);
}
