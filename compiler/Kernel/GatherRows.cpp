// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/GatherRows.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

constexpr int64_t kVector = 16; ///< bytes
/// So many rows are read before they are written: one VPT block has four loads.
constexpr size_t kReadFirst = 4;

/// Moves a part of a tensor, with what says which part, out of the loops that it
/// does not depend on. What fills buffers stays where it is.
void leaveLoops(Value part) {
  while (Operation *op = part.getDefiningOp()) {
    auto loop = op->getParentOfType<scf::ForOp>();
    if (!loop)
      return;
    moveLoopInvariantCode(
        loop.getLoopRegions(),
        [&](Value value, Region *) { return loop.isDefinedOutsideOfLoop(value); },
        [&](Operation *each, Region *) {
          return isa<affine::AffineApplyOp, arith::ConstantOp, tensor::ExtractSliceOp,
                     tensor::CollapseShapeOp, tensor::ExpandShapeOp>(each);
        },
        [&](Operation *each, Region *) { each->moveBefore(loop); });
    if (loop->isAncestor(part.getDefiningOp()))
      return;
  }
}

class RowGatherer : TileEmitter {
public:
  RowGatherer(RewriterBase &rewriter, linalg::GenericOp op, const TileOperand &operand,
              ArrayRef<int64_t> loopExtents, ArrayRef<unsigned> outer, unsigned innermost)
      : TileEmitter(rewriter, op), operand(operand), outer(outer), innermost(innermost) {
    extents.assign(loopExtents.begin(), loopExtents.end());
  }

  std::optional<TileOperand> run() {
    for (unsigned loop = 0; loop < loopCount; ++loop) {
      bool isColumn = loop != innermost && !llvm::is_contained(outer, loop) && extents[loop] > 1 &&
                      llvm::any_of(operand.indices,
                                   [&](AffineExpr expr) { return expr.isFunctionOfDim(loop); });
      if (isColumn && columns)
        return std::nullopt;
      if (isColumn)
        columns = loop;
    }
    OpBuilder::InsertionGuard guard(rewriter);
    leaveLoops(operand.tensor);
    rewriter.setInsertionPointAfterValue(operand.tensor);
    int64_t count = columns ? extents[*columns] : 1, length = extents[innermost];
    for (unsigned loop : outer)
      length *= extents[loop];
    pitch = llvm::divideCeil(length, kVector) * kVector;
    // The last vector that is written may be longer than its row.
    int64_t size = count * pitch + kVector;
    Type element = getElementTypeOrSelf(operand.tensor.getType());
    buffer = tensor::EmptyOp::create(rewriter, loc, ArrayRef<int64_t>{size}, element);
    // Otherwise LLVM would put vectors together byte by byte.
    if (isWhole())
      start = opaqueZero();
    for (int64_t column = 0; column < count; ++column) {
      SmallVector<int64_t> position(loopCount, 0);
      if (columns)
        position[*columns] = column;
      written = column * pitch;
      copyRows(0, position);
      writeRows();
    }
    AffineExpr index = rewriter.getAffineDimExpr(innermost);
    if (columns)
      index = rewriter.getAffineDimExpr(*columns) * pitch + index;
    return TileOperand{buffer, {index}};
  }

private:
  /// There are vectors as long as a row.
  bool isWhole() const { return extents[innermost] == 4 || extents[innermost] == 8; }

  void copyRows(size_t depth, SmallVector<int64_t> &position) {
    if (depth == outer.size())
      return copyRow(position);
    for (int64_t i = 0; i < extents[outer[depth]]; ++i) {
      position[outer[depth]] = i;
      copyRows(depth + 1, position);
    }
  }

  /// Rows follow each other: a vector's elements that are none of its row are
  /// overwritten by the next one.
  void copyRow(ArrayRef<int64_t> position) {
    int64_t length = extents[innermost];
    Value mask, rest;
    if (!isWhole()) {
      mask = maskOf(0, length, kVector);
      rest = ub::PoisonOp::create(rewriter, loc, getElementTypeOrSelf(buffer.getType()));
    }
    AffineMap map = indicesAt(operand, position, llvm::SmallBitVector(loopCount));
    Value row =
        readRow(operand.tensor, map, Values(loopCount), isWhole() ? length : kVector, mask, rest);
    read.push_back(row);
    if (read.size() == kReadFirst)
      writeRows();
  }

  void writeRows() {
    for (Value row : read) {
      Value at = arith::ConstantIndexOp::create(rewriter, loc, written);
      if (start)
        at = arith::AddIOp::create(rewriter, loc, start, at);
      buffer = vector::TransferWriteOp::create(rewriter, loc, row, buffer, ValueRange{at},
                                               SmallVector<bool>{true})
                   .getResult();
      written += extents[innermost];
    }
    read.clear();
  }

  TileOperand operand;
  ArrayRef<unsigned> outer;
  unsigned innermost;
  std::optional<unsigned> columns; ///< their loop
  int64_t pitch = 0;               ///< bytes of the buffer for each column
  int64_t written = 0;             ///< where the next row goes
  Values read;                     ///< rows that are not written yet
  Value start;                     ///< of the buffer; null: 0
  Value buffer;
};

} // namespace

std::optional<TileOperand> iree_compiler::gatherRows(RewriterBase &rewriter, linalg::GenericOp op,
                                                     const TileOperand &operand,
                                                     ArrayRef<int64_t> extents,
                                                     ArrayRef<unsigned> outer, unsigned innermost) {
  return RowGatherer(rewriter, op, operand, extents, outer, innermost).run();
}
