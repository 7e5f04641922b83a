// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/ColumnStrips.h"

#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

enum Dim : unsigned { kBatch, kRow, kColumn, kChannel };

/// Bytes of a vector: taps of one sum, with zeros.
constexpr int64_t kVectorBytes = 16;

bool isLoop(AffineExpr expr, linalg::LinalgOp op, utils::IteratorType kind) {
  auto dim = dyn_cast<AffineDimExpr>(expr);
  return dim && op.getIteratorTypesArray()[dim.getPosition()] == kind;
}

/// By how much an expression grows with a loop; it is linear.
int64_t growth(AffineExpr expr, unsigned loop, unsigned loopCount) {
  AffineExpr dim = getAffineDimExpr(loop, expr.getContext());
  auto constant = dyn_cast<AffineConstantExpr>(
      simplifyAffineExpr(expr.replace(dim, dim + 1) - expr, loopCount, 0));
  return constant ? constant.getValue() : 0;
}

/// What a depthwise convolution does with its image.
struct Depthwise {
  static std::optional<Depthwise> of(linalg::LinalgOp op, OpOperand &image);

  Value weights; ///< filter rows x filter columns x channels
  int64_t filterRows = 0, filterColumns = 0;

  int64_t taps() const { return filterRows * filterColumns; }
};

std::optional<Depthwise> Depthwise::of(linalg::LinalgOp op, OpOperand &image) {
  if (!isByteMultiplyAdd(op) || op.getNumReductionLoops() != 2)
    return std::nullopt;
  OpOperand *weights = op.getDpsInputOperand(image.getOperandNumber() == 0 ? 1 : 0);
  AffineMap in = op.getMatchingIndexingMap(&image), taps = op.getMatchingIndexingMap(weights),
            out = op.getIndexingMapMatchingResult(op->getResult(0));
  constexpr auto parallel = utils::IteratorType::parallel;
  constexpr auto reduction = utils::IteratorType::reduction;
  if (in.getNumResults() != 4 || out.getNumResults() != 4 || taps.getNumResults() != 3 ||
      !out.isProjectedPermutation() || !isLoop(taps.getResult(0), op, reduction) ||
      !isLoop(taps.getResult(1), op, reduction) || !isLoop(taps.getResult(2), op, parallel) ||
      in.getResult(kChannel) != taps.getResult(2) || out.getResult(kChannel) != taps.getResult(2))
    return std::nullopt;
  unsigned loops = op.getNumLoops(), row = taps.getDimPosition(0), column = taps.getDimPosition(1);
  auto grows = [&](Dim dim, unsigned loop) { return growth(in.getResult(dim), loop, loops); };
  Depthwise result;
  if (grows(kRow, row) != 1 || grows(kRow, column) != 0 || grows(kColumn, row) != 0 ||
      grows(kColumn, column) != 1 || row == column)
    return std::nullopt;
  result.weights = weights->get();
  if (auto slice = result.weights.getDefiningOp<tensor::ExtractSliceOp>())
    result.weights = slice.getSource();
  result.filterRows = op.getStaticLoopRanges()[row];
  result.filterColumns = op.getStaticLoopRanges()[column];
  return result;
}

/// Writes the code of createStrips.
class StripEmitter {
public:
  StripEmitter(RewriterBase &rewriter, func::FuncOp kernel, const RowWindow &window,
               const RowWindow::Loops &loops, linalg::LinalgOp op, OpOperand &image)
      : rewriter(rewriter), kernel(kernel), window(window), image(window.image), loops(loops),
        stripBytes(window.height * window.image.type.getDimSize(kColumn)),
        depthwise(*Depthwise::of(op, image)), loc(op.getLoc()) {}

  void run() {
    rewriter.setInsertionPointToStart(&kernel.front());
    Type i8 = rewriter.getI8Type();
    buffer =
        memref::AllocOp::create(rewriter, loc, MemRefType::get({stripWindowBytes(window)}, i8));
    TypedAttr byte = image.padding ? image.padding : rewriter.getI8IntegerAttr(0);
    padding = arith::ConstantOp::create(rewriter, loc, byte);
    linalg::FillOp::create(rewriter, loc, ValueRange{padding}, ValueRange{buffer});
    for (const AssembledImage::Rows &part : image.parts)
      sources.push_back(flatArgument(part.tensor));
    offsets = stripOffsets(0);
    padding = arith::ExtUIOp::create(rewriter, loc, rewriter.getI32Type(), padding);
    padding = vector::BroadcastOp::create(rewriter, loc, lanes(), padding);
    arrangeWeights();
    fill();
  }

private:
  VectorType lanes() { return VectorType::get({kStripChannels}, rewriter.getI32Type()); }
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(rewriter, loc, value); }
  Value constant32(int32_t value) { return arith::ConstantIntOp::create(rewriter, loc, value, 32); }
  Value add(Value a, Value b) { return arith::AddIOp::create(rewriter, loc, a, b); }
  Value add(Value a, int64_t b) { return b == 0 ? a : add(a, constant(b)); }
  Value multiply(Value a, int64_t b) {
    return b == 1 ? a : Value(arith::MulIOp::create(rewriter, loc, a, constant(b)));
  }
  Value vectorOf(ArrayRef<int32_t> values) {
    return arith::ConstantOp::create(rewriter, loc, rewriter.getI32VectorAttr(values));
  }

  Value flatArgument(Value tensor) {
    auto type = cast<RankedTensorType>(tensor.getType());
    Value memory = bufferization::ToBufferOp::create(
        rewriter, loc, MemRefType::get(type.getShape(), type.getElementType()), tensor,
        /*read_only=*/true);
    ReassociationIndices all = llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
    return memref::CollapseShapeOp::create(rewriter, loc, memory,
                                           SmallVector<ReassociationIndices>{all});
  }

  Value channel() { return loops.channels ? loops.channels.getInductionVar() : constant(0); }

  /// Four bytes as words.
  Value readBytes(Value memory, Value at) {
    auto type = VectorType::get({kStripChannels}, rewriter.getI8Type());
    Value bytes = vector::LoadOp::create(rewriter, loc, type, memory, at);
    return arith::ExtUIOp::create(rewriter, loc, lanes(), bytes);
  }

  /// The low bytes of four words to `memory` at `at` + `offsets`.
  void scatter(Value memory, Value at, Value targets, Value words) {
    auto pointer = LLVM::LLVMPointerType::get(rewriter.getContext());
    Type i32 = rewriter.getI32Type();
    Value base = memref::ExtractAlignedPointerAsIndexOp::create(rewriter, loc, memory);
    base = arith::IndexCastOp::create(rewriter, loc, i32, base);
    base = LLVM::IntToPtrOp::create(rewriter, loc, pointer, base);
    Value offset = arith::IndexCastOp::create(rewriter, loc, i32, at);
    Value first = LLVM::GEPOp::create(rewriter, loc, pointer, rewriter.getI8Type(), base,
                                      ArrayRef<LLVM::GEPArg>{offset});
    LLVM::CallIntrinsicOp::create(
        rewriter, loc, rewriter.getStringAttr("llvm.arm.mve.vstr.scatter.offset"),
        ValueRange{first, targets, words, /*bits=*/constant32(8), /*shift=*/constant32(0)});
  }

  /// The weights of a block's channels, one vector each. The last one has its zeros in
  /// front: what it reads ends with the window.
  void arrangeWeights() {
    auto bytes = static_cast<int32_t>(kVectorBytes);
    Value arranged = memref::AllocOp::create(
        rewriter, loc, MemRefType::get({kStripChannels * bytes}, rewriter.getI8Type()));
    Value zero = arith::ConstantIntOp::create(rewriter, loc, 0, 8);
    linalg::FillOp::create(rewriter, loc, ValueRange{zero}, ValueRange{arranged});
    Value source = flatArgument(depthwise.weights);
    Value targets = vectorOf({0, bytes, 2 * bytes, 3 * bytes + static_cast<int32_t>(lead())});
    if (loops.channels)
      rewriter.setInsertionPointToStart(loops.channels.getBody());
    int64_t channels = image.type.getDimSize(kChannel);
    for (int64_t row = 0; row < depthwise.filterRows; ++row)
      for (int64_t column = 0; column < depthwise.filterColumns; ++column) {
        int64_t tap = row * depthwise.filterColumns + column;
        scatter(arranged, constant(column * window.height + row), targets,
                readBytes(source, add(channel(), tap * channels)));
      }
    auto type = VectorType::get({kVectorBytes}, rewriter.getI8Type());
    for (int64_t i = 0; i < kStripChannels; ++i)
      weights.push_back(vector::LoadOp::create(rewriter, loc, type, arranged, constant(i * bytes)));
  }

  /// Zeros before the last channel's weights.
  int64_t lead() const { return kVectorBytes - depthwise.taps(); }

  /// Fills the window for each iteration of the loops. Rows that the next row of the
  /// result needs too are read before the first one.
  void fill() {
    Value row = loops.rows ? loops.rows.getInductionVar() : constant(0);
    int64_t kept = window.keepsRows && loops.rows ? window.height - window.stride : 0;
    if (kept != 0) {
      OpBuilder::InsertionGuard guard(rewriter);
      Value begin = loops.rows.getLowerBound();
      rewriter.setInsertionPoint(loops.rows);
      if (!loops.channels) { // the rows are the range, which may be empty
        auto isAny = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::slt, begin,
                                           loops.rows.getUpperBound());
        auto ifOp = scf::IfOp::create(rewriter, loc, isAny, /*withElseRegion=*/false);
        rewriter.setInsertionPointToStart(ifOp.thenBlock());
      }
      fillRows(begin, 0, kept);
    }
    if (loops.rows && (!loops.channels || loops.channels->isProperAncestor(loops.rows)))
      rewriter.setInsertionPointToStart(loops.rows.getBody());
    position = window.keepsRows ? multiply(row, window.stride) : constant(0);
    fillRows(row, kept, window.height);
  }

  /// Rows `begin` to `end` of the window for a row of the result.
  void fillRows(Value row, int64_t begin, int64_t end) {
    OpBuilder::InsertionGuard guard(rewriter);
    Value first = multiply(row, window.stride);
    Value target = window.keepsRows ? first : constant(0);
    if (end - begin > 1 && image.parts.size() == 1 && image.rows >= end - begin) {
      // Most often, all of them are rows of the image.
      Value above = add(first, begin - image.top);
      Value last = constant(image.rows - (end - begin));
      Value inside = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::ule, above, last);
      auto ifOp = scf::IfOp::create(rewriter, loc, inside, /*withElseRegion=*/true);
      rewriter.setInsertionPointToStart(&ifOp.getThenRegion().front());
      padRows(target, begin, end);
      copyRows(sources[0], add(above, image.parts[0].first), add(target, begin), end - begin);
      rewriter.setInsertionPointToStart(&ifOp.getElseRegion().front());
    }
    Value number = constant(begin);
    if (end - begin > 1) {
      auto loop = scf::ForOp::create(rewriter, loc, number, constant(end), constant(1));
      keepRolled(loop);
      rewriter.setInsertionPointToStart(loop.getBody());
      number = loop.getInductionVar();
    }
    target = add(target, number);
    padRows(target, 0, 1);
    fillRow(add(add(first, number), -image.top), target);
  }

  /// The row `from` of the image, counted without padding, at `target`.
  void fillRow(Value from, Value target) {
    int64_t end = image.type.getDimSize(kRow) - image.top;
    if (image.top <= 0 && end <= image.rows)
      return choosePart(from, 0, 0, target);
    Value inside =
        arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::ult, from, constant(image.rows));
    auto ifOp = scf::IfOp::create(rewriter, loc, inside, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(&ifOp.getThenRegion().front());
    choosePart(from, 0, 0, target);
    rewriter.setInsertionPointToStart(&ifOp.getElseRegion().front());
    forEachColumn([&](Value column) { scatter(buffer, pixel(target, column), offsets, padding); });
  }

  /// Padding beside rows. In a window that does not move, it is there from the start.
  void padRows(Value target, int64_t begin, int64_t end) {
    int64_t right = image.left + image.columns;
    for (int64_t row = begin; row < end && window.keepsRows; ++row) {
      pad(add(target, row), 0, image.left);
      pad(add(target, row), right, image.type.getDimSize(kColumn) - right);
    }
  }

  void pad(Value target, int64_t from, int64_t count) {
    for (int64_t column = from; column < from + count; ++column)
      scatter(buffer, add(target, column * window.height), offsets, padding);
  }

  /// The row is in part `number`, which begins with the image's row `begin`, or in
  /// a later one.
  void choosePart(Value from, size_t number, int64_t begin, Value target) {
    const AssembledImage::Rows &part = image.parts[number];
    if (number + 1 == image.parts.size())
      return copyRows(sources[number], add(from, part.first - begin), target, 1);
    Value isHere = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::slt, from,
                                         constant(begin + part.count));
    auto ifOp = scf::IfOp::create(rewriter, loc, isHere, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(&ifOp.getThenRegion().front());
    copyRows(sources[number], add(from, part.first - begin), target, 1);
    rewriter.setInsertionPointToStart(&ifOp.getElseRegion().front());
    choosePart(from, number + 1, begin + part.count, target);
  }

  /// `count` rows, one below the other, of which `row` is the first.
  void copyRows(Value source, Value row, Value target, int64_t count) {
    int64_t channels = image.type.getDimSize(kChannel);
    Value from = add(multiply(row, image.columns * channels), channel());
    forEachColumn([&](Value column) {
      Value at = pixel(target, column);
      Value read = add(from, multiply(column, channels));
      for (int64_t i = 0; i < count; ++i)
        scatter(buffer, at, stripOffsets(i),
                readBytes(source, add(read, i * image.columns * channels)));
    });
  }

  /// Behind the padding to the left of a row.
  Value pixel(Value row, Value column) {
    return add(add(row, image.left * window.height), multiply(column, window.height));
  }

  /// Where the `row`-th byte of each strip lies.
  Value stripOffsets(int64_t row) {
    auto strip = static_cast<int32_t>(stripBytes), first = static_cast<int32_t>(row);
    return vectorOf({first, strip + first, 2 * strip + first, 3 * strip + first});
  }

  void forEachColumn(llvm::function_ref<void(Value)> body) {
    auto loop =
        scf::ForOp::create(rewriter, loc, constant(0), constant(image.columns), constant(1));
    keepRolled(loop);
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPointToStart(loop.getBody());
    body(loop.getInductionVar());
  }

public:
  /// Computes the tile of the convolution, from this column of the image on.
  void multiplyTile(linalg::LinalgOp tile, OpFoldResult column) {
    rewriter.setInsertionPoint(tile);
    Value first = getValueOrCreateConstantIndexOp(rewriter, loc, column);
    Value at = add(position, multiply(first, window.height));
    auto bytes = VectorType::get({kVectorBytes}, rewriter.getI8Type());
    Type i32 = rewriter.getI32Type();
    Value no = constant32(0); // unsigned, subtract, exchange, initial value
    SmallVector<Value> sums;
    for (int64_t i = 0; i < kStripChannels; ++i) {
      bool isLast = i + 1 == kStripChannels;
      Value from = add(at, i * stripBytes - (isLast ? lead() : 0));
      Value taps = vector::LoadOp::create(rewriter, loc, bytes, buffer, from);
      sums.push_back(LLVM::CallIntrinsicOp::create(
                         rewriter, loc, i32, rewriter.getStringAttr("llvm.arm.mve.vmldava"),
                         ValueRange{no, no, no, no, taps, weights[size_t(i)]})
                         .getResult(0));
    }
    Value whole = tile.getDpsInits()[0];
    SmallVector<Value> zeros(4, constant(0));
    SmallVector<bool> inBounds(1, true);
    Value initial = vector::TransferReadOp::create(rewriter, loc, lanes(), whole, zeros,
                                                   constant32(0), inBounds);
    Value result = vector::FromElementsOp::create(rewriter, loc, lanes(), sums);
    result = add(result, initial);
    rewriter.replaceOpWithNewOp<vector::TransferWriteOp>(tile, result, whole, zeros, inBounds);
  }

private:
  RewriterBase &rewriter;
  func::FuncOp kernel;
  const RowWindow &window;
  const AssembledImage &image;
  RowWindow::Loops loops;
  int64_t stripBytes; ///< of one channel
  Depthwise depthwise;
  Location loc;
  Value buffer;   ///< the window
  Value position; ///< of its first row, at each iteration
  Value padding, offsets;
  SmallVector<Value> sources; ///< by part, flat
  SmallVector<Value> weights; ///< by channel
};

} // namespace

bool iree_compiler::readsStrips(linalg::LinalgOp reducer, OpOperand &image, const Target &target) {
  if (target.shapes.style != ContractionStyle::DotReduction)
    return false;
  std::optional<Depthwise> depthwise = Depthwise::of(reducer, image);
  if (!depthwise || !isa<BlockArgument>(depthwise->weights) || depthwise->taps() > kVectorBytes)
    return false;
  // What a vector reads beside its taps lies in a neighbouring strip.
  int64_t columns = cast<RankedTensorType>(image.get().getType()).getDimSize(kColumn);
  return depthwise->filterRows * columns >= kVectorBytes - depthwise->taps();
}

int64_t iree_compiler::stripWindowBytes(const RowWindow &window) {
  int64_t rows = window.image.type.getDimSize(kRow),
          columns = window.image.type.getDimSize(kColumn);
  int64_t moves = window.keepsRows ? rows - window.height : 0;
  return kStripChannels * window.height * columns + moves;
}

void iree_compiler::createStrips(RewriterBase &rewriter, func::FuncOp kernel,
                                 const RowWindow &window, const RowWindow::Loops &loops) {
  for (OpOperand &use : llvm::make_early_inc_range(window.value.getUses())) {
    OpOperand *image = &use;
    OpFoldResult column = rewriter.getIndexAttr(0);
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(use.getOwner())) {
      image = &*slice->use_begin();
      column = slice.getMixedOffsets()[kColumn];
    }
    auto tile = cast<linalg::LinalgOp>(image->getOwner());
    StripEmitter emitter(rewriter, kernel, window, loops, tile, *image);
    emitter.run();
    emitter.multiplyTile(tile, column);
  }
}
