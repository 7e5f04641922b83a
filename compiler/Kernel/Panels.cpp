// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/Panels.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/RowSums.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace iree_compiler;

static int64_t divideCeil(int64_t value, int64_t divisor) {
  return (value + divisor - 1) / divisor;
}

std::optional<PanelShape> PanelShape::of(const Target &target) {
  const KernelShapes &shapes = target.shapes;
  PanelShape shape;
  switch (shapes.panels) {
  case PanelStyle::None:
    return std::nullopt;
  case PanelStyle::UnsignedDots:
    shape = {target.vectorBits / 32, 4, 4, 8, 1, 128};
    break;
  case PanelStyle::WidenedPairs:
    shape = {target.vectorBits / 32, 2, 8, 8, 1, 0};
    break;
  case PanelStyle::SignedDots:
    shape = {4, 4, 16, 16, 1, 0};
    break;
  case PanelStyle::NarrowPairs:
    shape = {4, 2, 16, 16, 2, 0};
    break;
  case PanelStyle::VectorScalar:
    shape = {target.vectorBits / 32, 1, 1, 2, 1, 0, /*inGroups=*/true};
    break;
  }
  shape.maxColumns = shapes.panelColumns;
  shape.maxAccumulators = shapes.panelSums;
  return shape;
}

int64_t PanelShape::rowsOfTile(int64_t rows, int64_t columns) const {
  int64_t registers = divideCeil(columns, lanes);
  if (inGroups)
    registers = static_cast<int64_t>(llvm::PowerOf2Ceil(static_cast<uint64_t>(registers)));
  int64_t most = std::clamp<int64_t>(maxAccumulators / registers, 1, 12);
  return divideCeil(rows, divideCeil(rows, most));
}

std::optional<Panel> Panel::of(func::FuncOp kernel) {
  auto values = kernel->getAttrOfType<DenseI64ArrayAttr>(program::kPanelAttrName);
  if (!values || values.size() != 6)
    return std::nullopt;
  ArrayRef<int64_t> numbers = values.asArrayRef();
  bool isPossible = numbers[0] >= 0 && numbers[0] < kernel.getNumArguments() && numbers[1] > 0 &&
                    numbers[2] > 0 && numbers[3] > 0 && numbers[5] > 0;
  auto type = isPossible ? dyn_cast<RankedTensorType>(
                               kernel.getArgument(static_cast<unsigned>(numbers[0])).getType())
                         : nullptr;
  if (!type || !type.hasStaticShape() || type.getRank() < 2 || !type.getElementType().isInteger(8))
    return std::nullopt;
  return Panel{static_cast<unsigned>(numbers[0]),
               numbers[1],
               numbers[2],
               numbers[3],
               numbers[4],
               numbers[5]};
}

std::optional<Panel> Panel::around(Operation *op) {
  auto kernel = op->getParentOfType<func::FuncOp>();
  return kernel ? of(kernel) : std::nullopt;
}

void Panel::attachTo(func::FuncOp kernel) const {
  kernel->setAttr(program::kPanelAttrName,
                  DenseI64ArrayAttr::get(kernel.getContext(), {static_cast<int64_t>(argument),
                                                               columns, bytes, row, flip, steps}));
}

std::vector<char> Panel::pack(ArrayRef<char> weights, int64_t filters, int64_t length) const {
  std::vector<char> packed;
  packed.reserve(weights.size());
  for (int64_t first = 0; first < filters; first += columns) {
    int64_t last = std::min(first + columns, filters);
    for (int64_t begin = 0; begin < length; begin += row)
      for (int64_t at = 0; at < row; at += bytes)
        for (int64_t filter = first; filter < last; ++filter)
          for (int64_t byte = at; byte < std::min(at + bytes, row); ++byte)
            packed.push_back(weights[static_cast<size_t>(filter * length + begin + byte)]);
  }
  return packed;
}

std::optional<Filters> Filters::of(linalg::LinalgOp op) {
  if (!isByteMultiplyAdd(op) || op.hasDynamicShape())
    return std::nullopt;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  auto column =
      maps[2].getNumResults() == 0 ? nullptr : dyn_cast<AffineDimExpr>(maps[2].getResults().back());
  if (!column || !maps[2].isProjectedPermutation())
    return std::nullopt;
  auto kindOf = [&](unsigned loop) { return op.getIteratorTypesArray()[loop]; };
  for (unsigned i : {1, 0}) {
    auto argument = dyn_cast<BlockArgument>(op.getDpsInputs()[i]);
    bool isFilters =
        argument && argument.getOwner()->isEntryBlock() && argument.hasOneUse() &&
        isa<func::FuncOp>(argument.getOwner()->getParentOp()) && maps[i].isProjectedPermutation() &&
        maps[i].isFunctionOfDim(column.getPosition()) &&
        !maps[1 - i].isFunctionOfDim(column.getPosition()) &&
        llvm::all_of(maps[i].getResults(), [&](AffineExpr expr) {
          unsigned loop = cast<AffineDimExpr>(expr).getPosition();
          return loop == column.getPosition() || kindOf(loop) == utils::IteratorType::reduction;
        });
    // All reductions are theirs: a sum is one over a whole filter.
    if (isFilters && maps[i].getNumResults() == op.getNumReductionLoops() + 1)
      return Filters{op.getDpsInputOperand(i), op.getDpsInputOperand(1 - i), column.getPosition()};
  }
  return std::nullopt;
}

/// Bytes along which both operands run: of the innermost loop, and of the one around
/// it where both go on with that.
static std::optional<int64_t> rowOf(linalg::LinalgOp op, const Filters &filters) {
  std::optional<unsigned> inner = innermostLoop(op);
  if (!inner)
    return std::nullopt;
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  int64_t row = extents[*inner];
  AffineMap weights = op.getMatchingIndexingMap(filters.weights),
            image = op.getMatchingIndexingMap(filters.image);
  if (weights.getDimPosition(weights.getNumResults() - 1) != *inner)
    return std::nullopt;
  auto imageType = cast<RankedTensorType>(filters.image->get().getType());
  if (weights.getNumResults() < 3 || image.getNumResults() < 2 ||
      imageType.getShape().back() != row || !isa<AffineDimExpr>(image.getResults().back()))
    return row;
  unsigned next = weights.getDimPosition(weights.getNumResults() - 2);
  ArrayRef<AffineExpr> results = image.getResults();
  if (coefficient(results[results.size() - 2], next, op.getNumLoops()) != 1 ||
      llvm::any_of(results.drop_back(2),
                   [&](AffineExpr expr) { return expr.isFunctionOfDim(next); }))
    return row;
  return row * extents[next];
}

/// The root's last loop, which gets the columns, is that over the filters.
static bool endsWithColumns(linalg::LinalgOp root, linalg::LinalgOp op, unsigned column) {
  SmallVector<unsigned> loops;
  root.getParallelDims(loops);
  if (root == op)
    return loops.back() == column;
  for (OpOperand &use : root->getOpOperands()) {
    if (use.get().getDefiningOp() != op.getOperation())
      continue;
    AffineMap map = root.getMatchingIndexingMap(&use);
    auto last =
        map.getNumResults() == 0 ? nullptr : dyn_cast<AffineDimExpr>(map.getResults().back());
    if (!last || !map.isProjectedPermutation() || last.getPosition() != loops.back())
      return false;
  }
  return !loops.empty();
}

std::optional<Panel> iree_compiler::choosePanel(linalg::LinalgOp root, linalg::LinalgOp op,
                                                const Filters &filters, const Target &target) {
  std::optional<PanelShape> shape = PanelShape::of(target);
  std::optional<int64_t> row = shape ? rowOf(op, filters) : std::nullopt;
  AffineMap weights = op.getMatchingIndexingMap(filters.weights);
  // Rows of one byte are none once loops of one iteration are dropped.
  if (!row || *row == 1 || weights.getDimPosition(0) != filters.column ||
      !endsWithColumns(root, op, filters.column))
    return std::nullopt;
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  int64_t count = extents[filters.column], length = 1, others = 1, rows = 1;
  for (auto [loop, extent] : llvm::enumerate(extents)) {
    if (op.getIteratorTypesArray()[loop] == utils::IteratorType::reduction)
      length *= extent;
    else if (loop != filters.column)
      others *= extent;
  }
  AffineMap result = op.getIndexingMapsArray()[2];
  if (result.getNumResults() > 1)
    rows = extents[result.getDimPosition(result.getNumResults() - 2)];
  if (length < shape->bytes || count < 4)
    return std::nullopt;
  // Equal shares of whole vectors.
  int64_t most = shape->maxColumns;
  int64_t columns = divideCeil(count, divideCeil(count, most));
  if (columns < count)
    columns = divideCeil(columns, shape->lanes) * shape->lanes;
  // Where one tile has all rows, panels are the kernel's range: all of one size.
  if (others == rows && shape->rowsOfTile(rows, columns) == rows && count % columns != 0) {
    columns = most;
    while (count % columns != 0 || shape->rowsOfTile(rows, columns) < rows)
      --columns;
    if (columns < 4)
      return std::nullopt;
  }
  auto argument = cast<BlockArgument>(filters.weights->get());
  return Panel{argument.getArgNumber(), columns, shape->bytes, *row, shape->flip, shape->steps};
}
