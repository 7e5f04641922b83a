// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tensor/ChannelRanges.h"

#include "compiler/Tensor/ChannelOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

__extension__ using Wide = __int128;

/// More channels than a layer has; longer dimensions are no channels.
constexpr int64_t kMaxChannels = 1 << 16;

bool isIntegerTensor(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getElementType().isSignlessInteger() &&
         tensor.getElementType().getIntOrFloatBitWidth() <= 64 && tensor.getNumElements() > 0 &&
         iree_compiler::channelCount(type) <= kMaxChannels;
}

unsigned bitsOf(Type type) { return getElementTypeOrSelf(type).getIntOrFloatBitWidth(); }

int64_t valueOf(const APInt &value) {
  return value.getBitWidth() == 1 ? static_cast<int64_t>(value.getZExtValue())
                                  : value.getSExtValue();
}

Channels anything(Type type) {
  return Channels(static_cast<size_t>(channelCount(type)), rangeOfWidth(bitsOf(type)));
}

Interval hullOf(ArrayRef<Interval> ranges) {
  Interval all = ranges.front();
  for (Interval range : ranges.drop_front())
    all = hull(all, range);
  return all;
}

Interval ifFits(Wide low, Wide high, unsigned bits) {
  Interval all = rangeOfWidth(bits);
  if (low < all.low || high > all.high)
    return all;
  return {static_cast<int64_t>(low), static_cast<int64_t>(high)};
}

Channels computeWeightedSum(const WeightedSum &sum, const Channels &input, const Channels &init,
                            unsigned bits) {
  SmallVector<Wide> low, high;
  for (Interval initial : init) {
    low.push_back(initial.low);
    high.push_back(initial.high);
  }
  sum.forEachWeight([&](int64_t out, int64_t in, int64_t weight) {
    Interval range = input[static_cast<size_t>(in)];
    low[static_cast<size_t>(out)] += Wide(weight) * (weight >= 0 ? range.low : range.high);
    high[static_cast<size_t>(out)] += Wide(weight) * (weight >= 0 ? range.high : range.low);
  });
  Channels result;
  for (size_t channel = 0; channel < init.size(); ++channel)
    result.push_back(ifFits(low[channel], high[channel], bits));
  return result;
}

Channels computePooling(const Pooling &pooling, const Channels &input, const Channels &init,
                        unsigned bits) {
  Channels result;
  for (auto [range, initial] : llvm::zip_equal(input, init)) {
    Wide n = pooling.windowElements;
    result.push_back(
        pooling.isMaximum
            ? Interval{std::max(range.low, initial.low), std::max(range.high, initial.high)}
            : ifFits(initial.low + n * range.low, initial.high + n * range.high, bits));
  }
  return result;
}

Channels computePad(tensor::PadOp pad, const Channels &source) {
  APInt constant;
  Value padding = pad.getConstantPaddingValue();
  if (!padding || !matchPattern(padding, m_ConstantInt(&constant)) ||
      pad.getSourceType().getRank() == 0)
    return anything(pad.getType());
  Interval added = {valueOf(constant), valueOf(constant)};
  ArrayRef<int64_t> before = pad.getStaticLow(), after = pad.getStaticHigh();
  bool inOtherDims = llvm::any_of(before.drop_back(), [](int64_t n) { return n != 0; }) ||
                     llvm::any_of(after.drop_back(), [](int64_t n) { return n != 0; });
  if (ShapedType::isDynamic(before.back()))
    return anything(pad.getType());
  Channels result(static_cast<size_t>(channelCount(pad.getType())), added);
  for (auto [channel, range] : llvm::enumerate(source))
    result[channel + static_cast<size_t>(before.back())] = inOtherDims ? hull(range, added) : range;
  return result;
}

/// Reshapes keep the order of elements: channel i of the wider last dimension
/// is channel i modulo the extent of the narrower one.
Channels computeReshape(const Channels &source, Type resultType) {
  auto count = static_cast<size_t>(channelCount(resultType));
  Channels result;
  if (count % source.size() != 0 && source.size() % count != 0)
    return Channels(count, hullOf(source));
  for (size_t channel = 0; channel < count; ++channel) {
    Interval range = source[channel % source.size()];
    for (size_t other = channel; other < source.size(); other += count)
      range = hull(range, source[other]);
    result.push_back(range);
  }
  return result;
}

Channels computeExtractSlice(tensor::ExtractSliceOp op, const Channels &source) {
  if (op.getType().getRank() != op.getSourceType().getRank() || op.getType().getRank() == 0 ||
      ShapedType::isDynamic(op.getStaticOffsets().back()) ||
      ShapedType::isDynamic(op.getStaticStrides().back()))
    return Channels(static_cast<size_t>(channelCount(op.getType())), hullOf(source));
  Channels result;
  for (int64_t channel = 0; channel < channelCount(op.getType()); ++channel)
    result.push_back(source[static_cast<size_t>(op.getStaticOffsets().back() +
                                                channel * op.getStaticStrides().back())]);
  return result;
}

Channels computeInsertSlice(tensor::InsertSliceOp op, const Channels &source,
                            const Channels &into) {
  Channels result;
  auto type = op.getType();
  bool sameRank = type.getRank() == op.getSourceType().getRank() && type.getRank() > 0;
  if (!sameRank || ShapedType::isDynamic(op.getStaticOffsets().back()) ||
      op.getStaticStrides().back() != 1) {
    for (Interval range : into)
      result.push_back(hull(range, hullOf(source)));
    return result;
  }
  bool replaces = type.getShape().drop_back() == op.getSourceType().getShape().drop_back();
  result = into;
  for (auto [channel, range] : llvm::enumerate(source)) {
    Interval &at = result[channel + static_cast<size_t>(op.getStaticOffsets().back())];
    at = replaces ? range : hull(at, range);
  }
  return result;
}

} // namespace

Channels iree_compiler::constantRanges(DenseElementsAttr values) {
  auto count = static_cast<size_t>(channelCount(values.getType()));
  if (values.isSplat())
    return Channels(
        count, {valueOf(values.getSplatValue<APInt>()), valueOf(values.getSplatValue<APInt>())});
  Channels result;
  for (auto [index, element] : llvm::enumerate(values.getValues<APInt>())) {
    Interval point = {valueOf(element), valueOf(element)};
    if (index < count)
      result.push_back(point);
    else
      result[index % count] = hull(result[index % count], point);
  }
  return result;
}

ChannelRanges::ChannelRanges(func::FuncOp function) {
  for (BlockArgument argument : function.getArguments())
    if (isIntegerTensor(argument.getType()))
      ranges[argument] = anything(argument.getType());
  // Values inside loops are not followed; those that leave them can be anything.
  for (Operation &op : function.front())
    for (Value result : op.getResults())
      if (isIntegerTensor(result.getType()))
        ranges[result] = compute(result);
}

const Channels &ChannelRanges::of(Value value) const {
  auto found = ranges.find(value);
  return found == ranges.end() ? none : found->second;
}

Channels ChannelRanges::compute(Value value) const {
  Operation *op = value.getDefiningOp();
  auto known = [&](Value operand) { return !of(operand).empty(); };
  DenseElementsAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return constantRanges(constant);
  if (auto fill = dyn_cast<linalg::FillOp>(op)) {
    APInt filled;
    if (matchPattern(fill.getInputs()[0], m_ConstantInt(&filled)))
      return Channels(static_cast<size_t>(channelCount(value.getType())),
                      {valueOf(filled), valueOf(filled)});
    return anything(value.getType());
  }
  // Values of other types than integers are not followed, nor what is computed
  // from them, but for bodies that may know better.
  if (!llvm::all_of(op->getOperands(), [&](Value operand) {
        return !isa<TensorType>(operand.getType()) || known(operand) || isa<linalg::GenericOp>(op);
      }))
    return anything(value.getType());
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    unsigned bits = bitsOf(value.getType());
    if (auto sum = matchWeightedSum(linalgOp);
        sum && known(sum->input->get()) && known(sum->init->get()))
      return computeWeightedSum(*sum, of(sum->input->get()), of(sum->init->get()), bits);
    // The window is a tensor whose elements nobody reads.
    if (auto pooling = matchPooling(linalgOp))
      return computePooling(*pooling, of(pooling->input->get()), of(pooling->init->get()), bits);
    auto generic = dyn_cast<linalg::GenericOp>(op);
    if (!generic || generic.hasDynamicShape())
      return anything(value.getType());
    if (generic.getNumReductionLoops() == 0)
      return computeElementwise(generic, cast<OpResult>(value).getResultNumber());
    return computeReduction(generic).value_or(anything(value.getType()));
  }
  return TypeSwitch<Operation *, Channels>(op)
      .Case<tensor::PadOp>([&](auto pad) { return computePad(pad, of(pad.getSource())); })
      .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(
          [&](auto reshape) { return computeReshape(of(reshape.getSrc()), value.getType()); })
      .Case<tensor::ExtractSliceOp>(
          [&](auto slice) { return computeExtractSlice(slice, of(slice.getSource())); })
      .Case<tensor::InsertSliceOp>([&](auto slice) {
        return computeInsertSlice(slice, of(slice.getSource()), of(slice.getDest()));
      })
      .Default([&](Operation *) { return anything(value.getType()); });
}

SmallVector<Interval> ChannelRanges::operandRanges(linalg::GenericOp op, int64_t channel) const {
  std::optional<unsigned> loop = channelLoop(op, op.getDpsInitOperand(0));
  SmallVector<Interval> result;
  for (OpOperand &operand : op->getOpOperands()) {
    const Channels &channels = of(operand.get());
    if (channels.empty()) // floats, of which a body of integers makes nothing known
      result.push_back(rangeOfWidth(64));
    else if (loop && channelLoop(op, &operand) == loop)
      result.push_back(channels[static_cast<size_t>(channel)]);
    else
      result.push_back(hullOf(channels));
  }
  return result;
}

Channels ChannelRanges::computeElementwise(linalg::GenericOp op, unsigned resultNumber) const {
  Type type = op->getResult(resultNumber).getType();
  // Channels of one result are loops of the operation only if all results are
  // numbered alike.
  if (!llvm::all_of(op.getDpsInitsMutable(), [&](OpOperand &init) {
        return op.getMatchingIndexingMap(&init).isIdentity() ||
               op.getMatchingIndexingMap(&init) ==
                   op.getMatchingIndexingMap(op.getDpsInitOperand(0));
      }))
    return anything(type);
  ScalarBody body(op);
  Value yielded = op.getBody()->getTerminator()->getOperand(resultNumber);
  std::optional<unsigned> index = body.indexOf(yielded);
  APInt constant;
  if (!index && matchPattern(yielded, m_ConstantInt(&constant)))
    return Channels(static_cast<size_t>(channelCount(type)),
                    {valueOf(constant), valueOf(constant)});
  if (!index)
    return anything(type);
  Channels result;
  for (int64_t channel = 0; channel < channelCount(type); ++channel) {
    std::vector<Fact> facts = body.arguments(operandRanges(op, channel));
    result.push_back(body.function().rangeOf(*index, facts));
  }
  return result;
}

/// Sums and extrema of terms that the body computes from its inputs.
std::optional<Channels> ChannelRanges::computeReduction(linalg::GenericOp op) const {
  if (op->getNumResults() != 1)
    return std::nullopt;
  Operation *last = op.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  BlockArgument accumulator = op.getBody()->getArguments().back();
  if (!last || bitsOf(op->getResult(0).getType()) == 1 ||
      !isa<arith::AddIOp, arith::MaxSIOp, arith::MinSIOp>(last) || !accumulator.hasOneUse())
    return std::nullopt;
  bool first = last->getOperand(0) == accumulator;
  if (!first && last->getOperand(1) != accumulator)
    return std::nullopt;
  ScalarBody body(op);
  std::optional<unsigned> term = body.indexOf(last->getOperand(first ? 1 : 0));
  if (!term)
    return std::nullopt;
  Wide count = 1;
  for (auto [extent, kind] : llvm::zip_equal(op.getStaticLoopRanges(), op.getIteratorTypesArray()))
    count *= kind == utils::IteratorType::reduction ? extent : 1;
  Type type = op->getResult(0).getType();
  Channels result;
  for (int64_t channel = 0; channel < channelCount(type); ++channel) {
    SmallVector<Interval> operands = operandRanges(op, channel);
    std::vector<Fact> facts = body.arguments(operands);
    Interval range = body.function().rangeOf(*term, facts), initial = operands.back();
    if (isa<arith::AddIOp>(last))
      result.push_back(
          ifFits(initial.low + count * range.low, initial.high + count * range.high, bitsOf(type)));
    else if (isa<arith::MaxSIOp>(last))
      result.push_back({std::max(initial.low, range.low), std::max(initial.high, range.high)});
    else
      result.push_back({std::min(initial.low, range.low), std::min(initial.high, range.high)});
  }
  return result;
}
