// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/DotProducts.h"

#include "compiler/Kernel/DualMultiply.h"
#include "compiler/Kernel/RowSums.h"

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// How a target takes rows: the lengths of dot products, longest first, down to
/// one; and bytes of each row in one iteration of a loop.
struct DotShape {
  SmallVector<int64_t, 4> lengths;
  int64_t step;
  int64_t maxUnrolled;       ///< a row of up to this many bytes needs no loop
  bool loadsInOrder = false; ///< the loads of one dot product after another
};

std::optional<DotShape> dotShape(const Target &target) {
  int64_t step = target.shapes.dotStep, unrolled = target.shapes.dotUnrolled;
  switch (target.shapes.style) {
  case ContractionStyle::DotReduction:
    return DotShape{{16, 8, 4, 1}, step, unrolled};
  case ContractionStyle::DualMultiply:
    return DotShape{{4, 1}, step, unrolled, true};
  case ContractionStyle::Scalar:
    return DotShape{{1}, step, unrolled};
  case ContractionStyle::OuterProduct:
    return std::nullopt;
  }
  return std::nullopt;
}

class DotLowering : RowSums {
public:
  DotLowering(RewriterBase &rewriter, linalg::GenericOp op, DotShape shape)
      : RowSums(rewriter, op), shape(std::move(shape)) {}

  LogicalResult run() {
    if (points.empty())
      return failure();
    rewriter.setInsertionPoint(op);
    keepRows();
    while (joinInnermost())
      ;
    Values sums = readAccumulators(), at(loopCount);
    variable.set(innermost);
    for (unsigned loop : outer)
      variable.set(loop);
    writeAccumulators(emitOuter(0, at, sums));
    return success();
  }

private:
  /// A loop for each outer reduction loop, then the rows. Short rows are taken
  /// several at a time.
  Values emitOuter(size_t depth, Values &at, ArrayRef<Value> sums) {
    if (depth == outer.size())
      return emitRow(at, SmallVector<int64_t>(loopCount, 0), sums);
    unsigned loop = outer[depth];
    if (depth + 1 < outer.size())
      return emitLoop(extents[loop], 1, sums, [&](Value index, ArrayRef<Value> carried) {
        at[loop] = index;
        return emitOuter(depth + 1, at, carried);
      });
    int64_t together = 1;
    while (extents[innermost] * (together + 1) <= shape.maxUnrolled && together < extents[loop])
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

  /// The sums along the innermost loop: whole steps in a loop, then the rest.
  Values emitRow(Values &at, SmallVector<int64_t> offsets, ArrayRef<Value> sums) {
    int64_t length = extents[innermost];
    int64_t looped = length <= shape.maxUnrolled ? 0 : length - length % shape.step;
    Values carried(sums);
    if (looped > 0) {
      carried = emitLoop(looped, shape.step, carried, [&](Value index, ArrayRef<Value> inner) {
        at[innermost] = index;
        return emitDots(at, offsets, shape.step, inner);
      });
      at[innermost] = Value();
    }
    offsets[innermost] = looped;
    return emitDots(at, offsets, length - looped, carried);
  }

  /// `bytes` of each row from `offsets`, in as few dot products as possible.
  Values emitDots(ArrayRef<Value> at, SmallVector<int64_t> offsets, int64_t bytes,
                  ArrayRef<Value> sums) {
    Values result(sums);
    while (bytes > 0) {
      int64_t length = *llvm::find_if(shape.lengths, [&](int64_t each) { return each <= bytes; });
      if (shape.loadsInOrder)
        orderLoads(rewriter, loc);
      emitDot(at, offsets, length, result);
      offsets[innermost] += length;
      bytes -= length;
    }
    return result;
  }

  void emitDot(ArrayRef<Value> at, ArrayRef<int64_t> offsets, int64_t length,
               MutableArrayRef<Value> sums) {
    MLIRContext *context = rewriter.getContext();
    auto along = AffineMap::getMultiDimIdentityMap(1, context);
    auto scalar = AffineMap::get(1, 0, context);
    llvm::SmallDenseMap<std::pair<unsigned, AffineMap>, Value> rows;
    for (auto [point, sum] : llvm::zip(points, sums)) {
      SmallVector<int64_t> position(point);
      for (auto [value, offset] : llvm::zip(position, offsets))
        value += offset;
      Value factors[2];
      for (unsigned i = 0; i < 2; ++i) {
        AffineMap map = indicesAt(operands[i], position, variable);
        Value &row = rows[{i, map}];
        if (!row)
          row = readRow(operands[i].tensor, map, at, length);
        factors[i] = row;
      }
      sum = vector::ContractionOp::create(rewriter, loc, factors[0], factors[1], sum,
                                          rewriter.getAffineMapArrayAttr({along, along, scalar}),
                                          rewriter.getArrayAttr({vector::IteratorTypeAttr::get(
                                              context, vector::IteratorType::reduction)}));
    }
  }

  DotShape shape;
};

} // namespace

bool iree_compiler::isSumOfDots(linalg::LinalgOp op, const Target &target) {
  return dotShape(target) && isByteMultiplyAdd(op) && innermostLoop(op);
}

LogicalResult iree_compiler::lowerToDots(RewriterBase &rewriter, linalg::GenericOp op,
                                         const Target &target) {
  if (!isSumOfDots(op, target) || op.hasDynamicShape())
    return failure();
  return DotLowering(rewriter, op, *dotShape(target)).run();
}
