// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is padded is computed in the middle of the padded tensor at once: the
// pad becomes an insertion into a filled tensor, which the Dispatch stage makes
// the end of the kernel that computes the middle. Others that read the same
// value read that middle, so that it exists only once. With windows, pads that
// the kernels reading them can add row by row are left to these.
#include "compiler/Kernel/RowWindow.h"
#include "compiler/Tensor/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace {

/// A pad by static amounts with a constant, or nothing.
Attribute paddingOf(tensor::PadOp pad) {
  Value padding = pad.getConstantPaddingValue();
  Attribute constant;
  if (!padding || !pad.getType().hasStaticShape() || !pad.getSourceType().hasStaticShape() ||
      !matchPattern(padding, m_Constant(&constant)))
    return {};
  return constant;
}

bool allNonNegative(ArrayRef<int64_t> amounts) {
  return llvm::all_of(amounts, [](int64_t amount) { return amount >= 0; });
}

/// The pads of one value; `low` and `high` are the largest amounts.
struct PaddedValue {
  SmallVector<tensor::PadOp> pads;
  SmallVector<int64_t> low, high;
};

/// The pads of `value`, if one padded tensor can serve all its readers.
std::optional<PaddedValue> collectPads(Value value) {
  auto producer = value.getDefiningOp<linalg::GenericOp>();
  if (!producer || producer->getNumResults() != 1 ||
      !producer.getOutputs()[0].getDefiningOp<tensor::EmptyOp>())
    return std::nullopt;
  PaddedValue padded;
  Attribute padding;
  for (Operation *user : value.getUsers()) {
    // Others than these would need the value alone in memory.
    auto pad = dyn_cast<tensor::PadOp>(user);
    if (!pad && !isa<linalg::LinalgOp>(user))
      return std::nullopt;
    if (!pad)
      continue;
    Attribute constant = paddingOf(pad);
    if (!constant || (padding && constant != padding) || !allNonNegative(pad.getStaticLow()) ||
        !allNonNegative(pad.getStaticHigh()))
      return std::nullopt;
    padding = constant;
    padded.pads.push_back(pad);
    size_t rank = pad.getStaticLow().size();
    padded.low.resize(rank, 0);
    padded.high.resize(rank, 0);
    for (size_t dim = 0; dim < rank; ++dim) {
      padded.low[dim] = std::max(padded.low[dim], pad.getStaticLow()[dim]);
      padded.high[dim] = std::max(padded.high[dim], pad.getStaticHigh()[dim]);
    }
  }
  if (padded.pads.empty())
    return std::nullopt;
  return padded;
}

SmallVector<OpFoldResult> attributes(OpBuilder &builder, ArrayRef<int64_t> values) {
  return llvm::map_to_vector(
      values, [&](int64_t value) -> OpFoldResult { return builder.getIndexAttr(value); });
}

/// The part of `from` of the given shape that starts at `offsets`.
Value sliceAt(OpBuilder &builder, Location loc, Value from, ArrayRef<int64_t> offsets,
              ArrayRef<int64_t> shape) {
  if (cast<RankedTensorType>(from.getType()).getShape() == shape)
    return from;
  SmallVector<OpFoldResult> strides(shape.size(), builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(builder, loc, from, attributes(builder, offsets),
                                        attributes(builder, shape), strides);
}

struct PadInPlace : PassWrapper<PadInPlace, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PadInPlace)
  PadInPlace() = default;
  PadInPlace(const PadInPlace &other) : PassWrapper(other) { windows = other.windows; }
  explicit PadInPlace(bool windows) { this->windows = windows; }
  StringRef getArgument() const override { return "iree-pad-in-place"; }
  StringRef getDescription() const override {
    return "Compute what is padded inside the padded tensor";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, tensor::TensorDialect>();
  }

  Option<bool> windows{*this, "windows", llvm::cl::desc("Leave pads that kernels add row by row"),
                       llvm::cl::init(false)};

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    SmallVector<Value> values;
    for (auto op : getOperation().front().getOps<linalg::GenericOp>())
      llvm::append_range(values, op->getResults());
    for (Value value : values)
      if (std::optional<PaddedValue> padded = collectPads(value))
        if (!windows || !llvm::all_of(padded->pads, [](tensor::PadOp pad) {
              return iree_compiler::isReadByRows(pad);
            }))
          rewrite(value, *padded);
  }

private:
  static void rewrite(Value value, PaddedValue &padded) {
    auto producer = cast<linalg::LinalgOp>(value.getDefiningOp());
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> shape(type.getShape());
    for (size_t dim = 0; dim < shape.size(); ++dim)
      shape[dim] += padded.low[dim] + padded.high[dim];
    OpBuilder builder(producer);
    Location loc = padded.pads.front().getLoc();
    Value padding =
        arith::ConstantOp::create(builder, loc, cast<TypedAttr>(paddingOf(padded.pads.front())));
    Value empty = tensor::EmptyOp::create(builder, loc, shape, type.getElementType());
    Value filled =
        linalg::FillOp::create(builder, loc, ValueRange{padding}, ValueRange{empty}).getResult(0);
    producer.setDpsInitOperand(0, sliceAt(builder, loc, filled, padded.low, type.getShape()));

    builder.setInsertionPointAfter(producer);
    SmallVector<OpFoldResult> strides(shape.size(), builder.getIndexAttr(1));
    auto insert =
        tensor::InsertSliceOp::create(builder, loc, value, filled, attributes(builder, padded.low),
                                      attributes(builder, type.getShape()), strides);
    for (tensor::PadOp pad : padded.pads) {
      SmallVector<int64_t> offsets;
      for (auto [most, own] : llvm::zip_equal(padded.low, pad.getStaticLow()))
        offsets.push_back(most - own);
      builder.setInsertionPointAfter(insert);
      pad.replaceAllUsesWith(sliceAt(builder, loc, insert, offsets, pad.getType().getShape()));
      pad.erase();
    }
    if (value.hasOneUse())
      return;
    builder.setInsertionPointAfter(insert);
    Value middle = sliceAt(builder, loc, insert, padded.low, type.getShape());
    value.replaceUsesWithIf(
        middle, [&](OpOperand &use) -> bool { return use.getOwner() != insert.getOperation(); });
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createPadInPlacePass(bool windows) {
  return std::make_unique<PadInPlace>(windows);
}
