// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/PairProducts.h"

#include "compiler/Kernel/DotProducts.h"
#include "compiler/Kernel/DualMultiply.h"
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

constexpr int64_t kWord = 4;          ///< bytes
constexpr int64_t kMinColumns = 8;    ///< fewer do not pay for widening the rows
constexpr int64_t kMaxFilter = 4080;  ///< bytes: filters within reach of an offset
constexpr int64_t kMaxGathered = 64;  ///< bytes of a filter, if they are widened one by one
constexpr int64_t kMaxBuffer = 4096;  ///< bytes
constexpr int64_t kMaxUnrolled = 8;   ///< words without a loop
constexpr int64_t kLoopWords = 4;     ///< words of an iteration
constexpr int64_t kCopiedBytes = 512; ///< of a tile that has to be copied to overlap

/// Where a tile's filters are: each has all its bytes in the order of the reduction.
struct Filters {
  BlockArgument argument;
  OpFoldResult first; ///< number of the first one
  int64_t bytes;      ///< of one
};

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
  return Filters{argument, slice.getMixedOffsets()[0], type.getNumElements() / type.getDimSize(0)};
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

/// How the rows' words lie in the buffer: by word; then by row and half, or with
/// four rows and two columns by half and row, which takes fewer registers.
struct WordOrder {
  int64_t rows;
  bool byHalves;

  int64_t position(int64_t row, int64_t half) const {
    return byHalves ? half * rows + row : row * 2 + half;
  }
};

class PairLowering : TileEmitter {
public:
  PairLowering(RewriterBase &rewriter, linalg::GenericOp op) : TileEmitter(rewriter, op) {}

  LogicalResult run() {
    if (!match())
      return failure();
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(columnLoop);
    Value buffer = widenRows();
    rewriter.setInsertionPoint(op);
    Values sums = readAccumulators();
    multiply(buffer, sums);
    writeAccumulators(sums);
    return success();
  }

private:
  bool match() {
    std::optional<SmallVector<unsigned>> reducing = reductionOrder(op);
    filters = filtersOf(operands[1].tensor);
    columnLoop = op->getParentOfType<scf::ForOp>();
    if (points.empty() || !reducing || !filters || !columnLoop)
      return false;
    reductions = *reducing;
    int64_t length = 1;
    for (unsigned loop : reductions)
      length *= extents[loop];
    auto first = dyn_cast<Value>(filters->first);
    if (length != filters->bytes || first != columnLoop.getInductionVar())
      return false;
    // Points by row, then by column.
    unsigned lastLoop = loopCount;
    if (auto expr = dyn_cast<AffineDimExpr>(operands[1].indices.front());
        expr && operands[1].indices.size() > reductions.size())
      lastLoop = expr.getPosition();
    columns = lastLoop == loopCount ? 1 : extents[lastLoop];
    rows = static_cast<int64_t>(points.size()) / columns;
    for (auto [i, point] : llvm::enumerate(points)) {
      int64_t column = lastLoop == loopCount ? 0 : point[lastLoop];
      if (column != static_cast<int64_t>(i) % columns)
        return false;
    }
    order = {rows, rows == 4 && columns == 2};
    words = llvm::divideCeil(length, kWord);
    bool fits = rows <= 4 && columns <= 2 && filters->bytes >= kWord &&
                filters->bytes <= kMaxFilter && words * kWord * 2 * rows <= kMaxBuffer;
    return fits && hoistImage();
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

  /// The buffer with what the tile's rows read, widened; the code before the loop
  /// fills it.
  Value widenRows() {
    TileOperand &image = operands[0];
    keepRows(image);
    innermost = reductions.back();
    SmallVector<unsigned> outer(ArrayRef(reductions).drop_back());
    int64_t length = filters->bytes;
    while (!outer.empty() && goesOn(image, innermost, outer.back())) {
      join(image, innermost, outer.back());
      extents[innermost] *= extents[outer.back()];
      outer.pop_back();
    }
    {
      OpBuilder::InsertionGuard guard(rewriter);
      auto kernel = op->getParentOfType<func::FuncOp>();
      rewriter.setInsertionPointToStart(&kernel.front());
      widened = memref::AllocOp::create(
          rewriter, loc, MemRefType::get({words * rows * 2}, rewriter.getI32Type()));
    }
    bool followsRows = !image.indices.empty() &&
                       coefficient(image.indices.back(), innermost, loopCount) == 1 &&
                       llvm::none_of(ArrayRef(image.indices).drop_back(), [&](AffineExpr expr) {
                         return expr.isFunctionOfDim(innermost);
                       });
    if (followsRows && extents[innermost] % kWord == 0) {
      Values at(loopCount);
      for (unsigned loop : outer)
        loops.push_back(loop);
      emitRows(0, at, constant(0));
    } else {
      gather(outer, length);
    }
    return widened;
  }

  /// Rows of whole words: a loop for each loop in `loops`, then along the row.
  /// `line`: the number of the row of the filter.
  void emitRows(size_t depth, Values &at, Value line) {
    int64_t lineWords = extents[innermost] / kWord;
    if (depth < loops.size()) {
      unsigned loop = loops[depth];
      emitLoop(extents[loop], 1, {}, [&](Value index, ArrayRef<Value>) {
        at[loop] = index;
        emitRows(depth + 1, at, add(multiplyIndex(line, extents[loop]), index));
        return Values();
      });
      return;
    }
    int64_t step = lineWords;
    while (step > 4 || lineWords % step != 0)
      --step;
    emitLoop(lineWords, step, {}, [&](Value index, ArrayRef<Value>) {
      at[innermost] = multiplyIndex(index, kWord);
      Value first = add(multiplyIndex(line, lineWords), index);
      first = multiplyIndex(first, 2 * rows);
      for (int64_t word = 0; word < step; ++word)
        for (int64_t row = 0; row < rows; ++row) {
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
  void gather(ArrayRef<unsigned> outer, int64_t length) {
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

  void store(Value value, Value first, int64_t word, int64_t row, int64_t half) {
    int64_t position = word * 2 * rows + order.position(row, half);
    memref::StoreOp::create(rewriter, loc, value, widened, add(first, constant(position)));
  }

  void multiply(Value buffer, MutableArrayRef<Value> sums) {
    Type i32 = rewriter.getI32Type();
    auto address = [&](Value memory) -> Value {
      Value index = memref::ExtractAlignedPointerAsIndexOp::create(rewriter, loc, memory);
      return arith::IndexCastOp::create(rewriter, loc, i32, index);
    };
    auto number = [&](int64_t value) -> Value {
      return arith::ConstantIntOp::create(rewriter, loc, value, 32);
    };
    auto type = cast<RankedTensorType>(filters->argument.getType());
    Value memory = bufferization::ToBufferOp::create(
        rewriter, loc, MemRefType::get(type.getShape(), type.getElementType()), filters->argument,
        /*read_only=*/true);
    Value first = arith::IndexCastOp::create(rewriter, loc, i32, columnLoop.getInductionVar());
    Value offset = arith::MulIOp::create(rewriter, loc, first, number(filters->bytes));
    Value filter = arith::AddIOp::create(rewriter, loc, address(memory), offset);
    Value row = address(buffer);
    WordProducts products{rows, columns, filters->bytes, order.byHalves};
    int64_t whole = filters->bytes / kWord, looped = 0;
    if (whole > kMaxUnrolled) {
      looped = whole - whole % kLoopWords;
      Value end =
          arith::AddIOp::create(rewriter, loc, row, number(looped * 2 * kWord * rows));
      Values carried(sums.begin(), sums.end());
      carried.push_back(row);
      carried.push_back(filter);
      auto loop = scf::WhileOp::create(
          rewriter, loc, SmallVector<Type>(carried.size(), i32), carried,
          [&](OpBuilder &builder, Location, ValueRange arguments) {
            Values inner(arguments);
            Value innerFilter = inner.pop_back_val(), innerRow = inner.pop_back_val();
            multiplyWords(builder, loc, products, kLoopWords, 0, inner, innerRow, innerFilter);
            Value goesOn = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, innerRow,
                                                 end);
            inner.push_back(innerRow);
            inner.push_back(innerFilter);
            scf::ConditionOp::create(builder, loc, goesOn, inner);
          },
          [&](OpBuilder &builder, Location, ValueRange arguments) {
            scf::YieldOp::create(builder, loc, arguments);
          });
      Values results(loop.getResults());
      filter = results.pop_back_val();
      row = results.pop_back_val();
      llvm::copy(results, sums.begin());
    }
    if (whole > looped)
      multiplyWords(rewriter, loc, products, whole - looped, 0, sums, row, filter);
    if (int64_t rest = filters->bytes % kWord)
      multiplyWords(rewriter, loc, products, 1, rest - kWord, sums, row, filter);
  }

  Value constant(int64_t value) { return arith::ConstantIndexOp::create(rewriter, loc, value); }
  Value add(Value a, Value b) { return arith::AddIOp::create(rewriter, loc, a, b); }
  Value multiplyIndex(Value a, int64_t b) {
    return arith::MulIOp::create(rewriter, loc, a, constant(b));
  }

  scf::ForOp columnLoop;
  std::optional<Filters> filters;
  SmallVector<unsigned> reductions, loops;
  unsigned innermost = 0;
  int64_t rows = 0, columns = 0, words = 0;
  WordOrder order = {};
  Value widened; ///< the buffer
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

} // namespace

std::optional<PairTile> iree_compiler::choosePairTile(linalg::LinalgOp op, int64_t rows,
                                                      int64_t columns, const Target &target) {
  if (target.contraction != ContractionStyle::DualMultiply || !isSumOfDots(op, target) ||
      op.hasDynamicShape() || ShapedType::isDynamic(rows) || ShapedType::isDynamic(columns) ||
      rows < 2 || columns < kMinColumns)
    return std::nullopt;
  auto argument = dyn_cast<BlockArgument>(op.getDpsInputs()[1]);
  std::optional<SmallVector<unsigned>> loops = reductionOrder(op);
  if (!argument || !loops)
    return std::nullopt;
  auto type = cast<RankedTensorType>(argument.getType());
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  int64_t length = 1;
  for (unsigned loop : *loops)
    length *= extents[loop];
  if (type.getRank() < 2 || length * columns != type.getNumElements() || length < kWord ||
      length > kMaxFilter || (length % kWord != 0 && !mayBeUnaligned(target)))
    return std::nullopt;
  // Along which the image's bytes follow each other at least.
  if (extents[loops->back()] % kWord != 0 && length > kMaxGathered)
    return std::nullopt;
  int64_t bytes = llvm::alignTo(length, kWord);
  int64_t limit = std::min<int64_t>(4, kMaxBuffer / (2 * bytes));
  bool isOneByOne = length == extents[loops->back()];
  if (isOneByOne)
    limit = std::min(limit, std::max<int64_t>(kCopiedBytes / length, 2));
  if (limit < 2)
    return std::nullopt;
  return PairTile{chooseRows(rows, limit), columns % 2 == 0 ? 2 : 1};
}

LogicalResult iree_compiler::lowerToPairs(RewriterBase &rewriter, linalg::GenericOp op,
                                          const Target &target) {
  if (target.contraction != ContractionStyle::DualMultiply || !isByteMultiplyAdd(op) ||
      op.hasDynamicShape())
    return failure();
  return PairLowering(rewriter, op).run();
}
