// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/BindingView.h"

#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

uint64_t bytesOf(MemRefType type) {
  Type element = type.getElementType();
  if (auto complex = dyn_cast<ComplexType>(element))
    return 2 * elementBytes(complex.getElementType());
  return element.isIndex() ? 4 : elementBytes(element);
}

/// Follows values to arguments.
class Resolver {
public:
  std::optional<BindingView> resolve(Value buffer) {
    if (auto argument = dyn_cast<BlockArgument>(buffer))
      return resolveArgument(argument);
    Operation *op = buffer.getDefiningOp();
    auto type = dyn_cast<MemRefType>(buffer.getType());
    if (!type)
      return std::nullopt;
    if (auto cast = dyn_cast<memref::CastOp>(op))
      return resolve(cast.getSource());
    if (auto view = dyn_cast<memref::ViewOp>(op))
      return resolveView(view);
    if (auto base = dyn_cast<memref::ExtractStridedMetadataOp>(op))
      return resolveBase(base);
    if (auto cast = dyn_cast<memref::ReinterpretCastOp>(op)) {
      std::optional<BindingView> source = resolve(cast.getSource());
      if (!source)
        return std::nullopt;
      source->offset = simplified(cast.getMixedOffsets().front());
      source->strides = llvm::map_to_vector(cast.getMixedStrides(), simplified);
      source->type = type;
      return source;
    }
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      auto result = cast<OpResult>(buffer);
      return resolveCarried(loop.getInits()[result.getResultNumber()],
                            loop.getBody()->getTerminator()->getOperand(result.getResultNumber()));
    }
    if (auto loop = dyn_cast<scf::WhileOp>(op))
      return resolve(loop.getConditionOp().getArgs()[cast<OpResult>(buffer).getResultNumber()]);
    return std::nullopt;
  }

private:
  static OpFoldResult simplified(OpFoldResult value) {
    if (std::optional<int64_t> constant = getConstantIntValue(value))
      return IntegerAttr::get(IndexType::get(value.getContext()), *constant);
    return value;
  }

  std::optional<BindingView> resolveArgument(BlockArgument argument) {
    Operation *parent = argument.getOwner()->getParentOp();
    unsigned number = argument.getArgNumber();
    if (isa<func::FuncOp>(parent))
      return whole(argument);
    if (auto loop = dyn_cast<scf::ForOp>(parent); loop && number > 0)
      return resolveCarried(loop.getInits()[number - 1],
                            loop.getBody()->getTerminator()->getOperand(number - 1));
    if (auto loop = dyn_cast<scf::WhileOp>(parent)) {
      if (argument.getOwner() == loop.getBeforeBody())
        return resolveCarried(loop.getInits()[number], loop.getYieldOp().getOperand(number));
      return resolve(loop.getConditionOp().getArgs()[number]);
    }
    return std::nullopt;
  }

  /// Both are the same part of the same binding.
  std::optional<BindingView> resolveCarried(Value init, Value next) {
    std::optional<BindingView> first = resolve(init);
    if (!first || !pending.insert(next).second)
      return first; // meets itself
    std::optional<BindingView> second = resolve(next);
    pending.erase(next);
    return second && *first == *second ? first : std::nullopt;
  }

  static std::optional<BindingView> whole(BlockArgument argument) {
    auto type = cast<MemRefType>(argument.getType());
    auto [strides, offset] = type.getStridesAndOffset();
    Builder builder(argument.getContext());
    if (ShapedType::isDynamic(offset) || llvm::any_of(strides, ShapedType::isDynamic))
      return std::nullopt;
    BindingView view;
    view.binding = argument.getArgNumber();
    view.offset = builder.getIndexAttr(offset);
    for (int64_t stride : strides)
      view.strides.push_back(builder.getIndexAttr(stride));
    view.type = type;
    return view;
  }

  /// A part of a binding for scratch, as another type.
  std::optional<BindingView> resolveView(memref::ViewOp view) {
    std::optional<BindingView> source = resolve(view.getSource());
    std::optional<int64_t> shift = getConstantIntValue(view.getByteShift());
    std::optional<int64_t> offset =
        source ? getConstantIntValue(source->offset) : std::optional<int64_t>();
    auto [strides, first] = view.getType().getStridesAndOffset();
    if (!source || !shift || !offset || llvm::any_of(strides, ShapedType::isDynamic))
      return std::nullopt;
    source->bytes += static_cast<uint64_t>(*shift + *offset);
    Builder builder(view.getContext());
    source->offset = builder.getIndexAttr(first);
    source->strides.clear();
    for (int64_t stride : strides)
      source->strides.push_back(builder.getIndexAttr(stride));
    source->type = view.getType();
    return source;
  }

  /// The buffer that offset and strides count from.
  std::optional<BindingView> resolveBase(memref::ExtractStridedMetadataOp op) {
    std::optional<BindingView> source = resolve(op.getSource());
    if (!source)
      return std::nullopt;
    source->offset = Builder(op.getContext()).getIndexAttr(0);
    source->strides.clear();
    source->type = cast<MemRefType>(op.getBaseBuffer().getType());
    return source;
  }

  llvm::SmallPtrSet<Value, 4> pending;
};

} // namespace

std::optional<BindingView> BindingView::of(Value buffer) {
  std::optional<BindingView> view = Resolver().resolve(buffer);
  if (view)
    view->type = cast<MemRefType>(buffer.getType());
  return view;
}

std::pair<program::PlaceAttr, Value> BindingView::element(OpBuilder &builder, Location loc,
                                                          ValueRange indices) const {
  uint64_t size = bytesOf(type);
  int64_t constant = 0;
  Value sum;
  auto add = [&](Value term) { sum = sum ? arith::AddIOp::create(builder, loc, sum, term) : term; };
  auto addProduct = [&](Value index, OpFoldResult stride) {
    std::optional<int64_t> factor = getConstantIntValue(stride);
    std::optional<int64_t> position = getConstantIntValue(index);
    if (factor && position) {
      constant += *factor * *position;
    } else if (factor == 1) {
      add(index);
    } else if (factor != 0 && position != 0) {
      Value by = getValueOrCreateConstantIndexOp(builder, loc, stride);
      add(arith::MulIOp::create(builder, loc, index, by));
    }
  };
  if (std::optional<int64_t> start = getConstantIntValue(offset))
    constant += *start;
  else
    add(cast<Value>(offset));
  for (auto [index, stride] : llvm::zip_equal(indices, strides))
    addProduct(index, stride);
  // The sum of both may not be negative, its parts may.
  uint64_t start = bytes + static_cast<uint64_t>(constant) * size;
  auto place = program::PlaceAttr::get(builder.getContext(), program::Space::Binding, binding,
                                       static_cast<uint32_t>(start), size);
  return {place, sum};
}
