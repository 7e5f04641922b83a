// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A channel that has one value only, whatever the input, need not be computed:
// who sums it up gets its share as a constant. Nor need one that nobody reads.
//
// Channels that must stay or go together form classes: those of an elementwise
// operation's operands and results, of a padded tensor and its source, of a
// depthwise convolution's input and output. A class stays if one of its
// channels is read by something that cannot do without it.
#include "compiler/Target/Target.h"
#include "compiler/Tensor/ChannelOps.h"
#include "compiler/Tensor/ChannelRanges.h"
#include "compiler/Tensor/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

using Indices = SmallVector<int64_t>;

/// Values that are made anew for each user, in the shape that it needs.
bool isMadeToMeasure(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast_or_null<arith::ConstantOp>(op))
    return isa<DenseElementsAttr>(constant.getValue());
  return op && isa<tensor::EmptyOp, linalg::FillOp>(op);
}

/// The channels of a function's tensors in classes, each of which is kept or not.
class Classes {
public:
  /// Counts of channels that were multiples of `granularity` remain so.
  Classes(func::FuncOp function, const ChannelRanges &allRanges, int64_t granularity)
      : ranges(allRanges) {
    for (BlockArgument argument : function.getArguments())
      number(argument);
    for (Operation &op : function.front())
      for (Value result : op.getResults())
        if (!isMadeToMeasure(result))
          number(result);
    classes.grow(count);
    for (BlockArgument argument : function.getArguments())
      keepAll(argument);
    for (Operation &op : function.front())
      visit(op);
    decide(granularity);
  }

  /// The channels that stay, in order.
  Indices kept(Value value) const {
    Indices result;
    for (int64_t channel = 0; channel < channelCount(value.getType()); ++channel)
      if (!first.contains(value) || isKept(first.lookup(value) + unsigned(channel)))
        result.push_back(channel);
    return result;
  }

  bool isShrunk(Value value) const {
    return first.contains(value) &&
           static_cast<int64_t>(kept(value).size()) != channelCount(value.getType());
  }

private:
  void number(Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || !type.hasStaticShape() || type.getNumElements() == 0)
      return;
    first[value] = count;
    count += static_cast<unsigned>(channelCount(value.getType()));
  }

  void keep(Value value, int64_t channel) {
    if (first.contains(value))
      seeds.push_back(first[value] + static_cast<unsigned>(channel));
  }
  void keepAll(Value value) {
    if (isa<RankedTensorType>(value.getType()))
      for (int64_t channel = 0; channel < channelCount(value.getType()); ++channel)
        keep(value, channel);
  }
  void keepAll(Operation &op) {
    for (Value operand : op.getOperands())
      keepAll(operand);
    for (Value result : op.getResults())
      keepAll(result);
  }

  /// Channel i of the wider is channel i modulo the extent of the narrower.
  void join(Value a, Value b) {
    if (isMadeToMeasure(a) || isMadeToMeasure(b))
      return;
    if (!first.contains(a) || !first.contains(b)) {
      keepAll(a);
      return keepAll(b);
    }
    auto inA = static_cast<unsigned>(channelCount(a.getType()));
    auto inB = static_cast<unsigned>(channelCount(b.getType()));
    for (unsigned channel = 0; channel < std::max(inA, inB); ++channel)
      classes.join(first[a] + channel % inA, first[b] + channel % inB);
  }

  void visit(Operation &op) {
    // Tensors that a body reads as a whole.
    SetVector<Value> captured;
    for (Region &region : op.getRegions())
      getUsedValuesDefinedAbove(region, captured);
    for (Value value : captured)
      keepAll(value);
    if (llvm::any_of(op.getResults(), isMadeToMeasure))
      return;
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (auto sum = linalgOp ? matchWeightedSum(linalgOp) : std::nullopt)
      return visitSum(op, *sum);
    if (auto pooling = linalgOp ? matchPooling(linalgOp) : std::nullopt) {
      join(pooling->input->get(), op.getResult(0));
      return join(pooling->init->get(), op.getResult(0));
    }
    if (auto generic = dyn_cast<linalg::GenericOp>(op); generic && isChannelwise(generic)) {
      for (OpOperand &operand : generic->getOpOperands())
        if (channelLoop(generic, &operand) == channelLoop(generic, generic.getDpsInitOperand(0)))
          join(operand.get(), op.getResult(0));
        else
          keepAll(operand.get());
      for (Value result : op.getResults())
        join(result, op.getResult(0));
      return;
    }
    bool handled = TypeSwitch<Operation *, bool>(&op)
                       .Case<tensor::PadOp>([&](tensor::PadOp pad) {
                         join(pad.getSource(), pad.getResult());
                         return pad.getType().getRank() > 0 && pad.getStaticLow().back() == 0 &&
                                pad.getStaticHigh().back() == 0;
                       })
                       .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp>([&](auto reshape) {
                         join(reshape.getSrc(), reshape.getResult());
                         return keepsTrailingOrder(reshape);
                       })
                       .Default([](Operation *) { return false; });
    if (!handled)
      keepAll(op);
  }

  /// A sum goes without an input channel that is constant, or has no weight.
  void visitSum(Operation &op, const WeightedSum &sum) {
    Value input = sum.input->get(), init = sum.init->get(), result = op.getResult(0);
    if (ranges.of(input).empty() || ranges.of(init).empty() || ranges.of(result).empty())
      return keepAll(op);
    join(init, result);
    if (sum.isDepthwise())
      return join(input, result);
    const Channels &initial = ranges.of(init), &values = ranges.of(input);
    bool knowsInit = llvm::all_of(initial, [](Interval range) { return range.isPoint(); });
    llvm::BitVector isRead(static_cast<unsigned>(values.size()), !knowsInit);
    sum.forEachWeight([&](int64_t, int64_t in, int64_t weight) {
      if (weight != 0 && !values[static_cast<size_t>(in)].isPoint())
        isRead.set(static_cast<unsigned>(in));
    });
    for (unsigned channel : isRead.set_bits())
      keep(input, channel);
  }

  /// Every operand that knows the channels' loop has it last, and the body
  /// computes all channels alike.
  static bool isChannelwise(linalg::GenericOp op) {
    std::optional<unsigned> loop = channelLoop(op, op.getDpsInitOperand(0));
    if (!loop || op.hasDynamicShape() ||
        op.getIteratorTypesArray()[*loop] != utils::IteratorType::parallel)
      return false;
    for (OpOperand &operand : op->getOpOperands()) {
      AffineMap map = op.getMatchingIndexingMap(&operand);
      for (auto [position, expr] : llvm::enumerate(map.getResults()))
        if (expr.isFunctionOfDim(*loop) &&
            (position + 1 != map.getNumResults() || !isa<AffineDimExpr>(expr)))
          return false;
      if (op.isDpsInit(&operand) && channelLoop(op, &operand) != loop)
        return false;
      if (!isa<RankedTensorType>(operand.get().getType()) &&
          !operand.get().getType().isIntOrFloat())
        return false;
    }
    return llvm::none_of(op.getBody()->getOps<linalg::IndexOp>(),
                         [&](linalg::IndexOp index) { return index.getDim() == *loop; });
  }

  /// The last dimensions are merged or split; with those before them untouched
  /// by their channels, channels repeat in the wider one.
  template <typename Reshape> static bool keepsTrailingOrder(Reshape reshape) {
    return reshape.getSrcType().getRank() > 0 && reshape.getResultType().getRank() > 0 &&
           reshape.getSrcType().hasStaticShape();
  }

  void decide(int64_t granularity) {
    classes.compress();
    isClassKept.resize(classes.getNumClasses());
    for (unsigned seed : seeds)
      isClassKept.set(classes[seed]);
    for (bool changed = true; changed;) {
      changed = false;
      for (auto [value, start] : first)
        changed |= keepEnough(value, start, granularity);
    }
  }

  /// Tensors without a channel would be no tensors, and odd numbers of channels
  /// would make small tiles.
  bool keepEnough(Value value, unsigned start, int64_t granularity) {
    int64_t total = channelCount(value.getType());
    auto keptCount = static_cast<int64_t>(kept(value).size());
    if (keptCount == total ||
        (keptCount > 0 && (total % granularity != 0 || keptCount % granularity == 0)))
      return false;
    for (unsigned channel = start;; ++channel)
      if (!isKept(channel)) {
        isClassKept.set(classes[channel]);
        return true;
      }
  }

  bool isKept(unsigned channel) const { return isClassKept.test(classes[channel]); }

  const ChannelRanges &ranges;
  llvm::MapVector<Value, unsigned> first; ///< number of a tensor's channel 0
  unsigned count = 0;
  llvm::IntEqClasses classes;
  SmallVector<unsigned> seeds; ///< channels that are needed
  llvm::BitVector isClassKept;
};

/// Rebuilds the operations that read or write shrunk tensors.
class Shrinker {
public:
  Shrinker(func::FuncOp func, const Classes &allClasses, const ChannelRanges &allRanges)
      : function(func), classes(allClasses), ranges(allRanges), builder(func.getContext()) {}

  void run() {
    SmallVector<Operation *> replaced;
    for (Operation &op : llvm::make_early_inc_range(function.front())) {
      if (llvm::any_of(op.getResults(), isMadeToMeasure))
        continue;
      auto isShrunk = [&](Value value) { return classes.isShrunk(value); };
      if (llvm::none_of(op.getOperands(), isShrunk) && llvm::none_of(op.getResults(), isShrunk))
        continue;
      builder.setInsertionPoint(&op);
      Operation *shrunk = rebuild(op);
      for (auto [oldResult, newResult] : llvm::zip_equal(op.getResults(), shrunk->getResults()))
        newValues.map(oldResult, newResult);
      replaced.push_back(&op);
    }
    for (Operation *op : llvm::reverse(replaced)) {
      for (Value result : op->getResults())
        if (!classes.isShrunk(result))
          result.replaceAllUsesWith(newValues.lookup(result));
      op->erase();
    }
  }

private:
  Operation *rebuild(Operation &op) {
    Value result = op.getResult(0);
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    if (auto sum = linalgOp ? matchWeightedSum(linalgOp) : std::nullopt)
      return rebuildSum(op, *sum);
    if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
      return tensor::CollapseShapeOp::create(builder, op.getLoc(), shrunkType(result),
                                             shrunk(collapse.getSrc(), result),
                                             collapse.getReassociationIndices());
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
      return tensor::ExpandShapeOp::create(builder, op.getLoc(), shrunkType(result),
                                           shrunk(expand.getSrc(), result),
                                           expand.getReassociationIndices());
    SmallVector<Value> operands;
    for (OpOperand &operand : op.getOpOperands()) {
      bool isScalar = !isa<RankedTensorType>(operand.get().getType());
      bool follows =
          !isScalar && (!linalgOp || channelLoop(linalgOp, &operand) ==
                                         channelLoop(linalgOp, linalgOp.getDpsInitOperand(0)));
      operands.push_back(follows ? shrunk(operand.get(), result) : operand.get());
    }
    auto types = llvm::map_to_vector(op.getResultTypes(), [&](Type type) -> Type {
      return withChannels(cast<RankedTensorType>(type), classes.kept(result).size());
    });
    return clone(builder, &op, types, operands);
  }

  /// The shares of input channels that are left out go into the initial values.
  Operation *rebuildSum(Operation &op, const WeightedSum &sum) {
    Value result = op.getResult(0), input = sum.input->get(), init = sum.init->get();
    Indices outputs = classes.kept(result), inputs = classes.kept(input);
    DenseElementsAttr weights = slice(sum.weights, sum.outputDim, outputs);
    if (!sum.isDepthwise())
      weights = slice(weights, sum.inputDim, inputs);
    Value newInit = shrunk(init, result);
    if (!sum.isDepthwise() && classes.isShrunk(input))
      newInit = broadcastChannels(builder, op.getLoc(), foldedInit(sum, outputs),
                                  cast<RankedTensorType>(shrunkType(result)));
    Value newInput = sum.isDepthwise() ? shrunk(input, result) : newValues.lookupOrDefault(input);
    Value newWeights = arith::ConstantOp::create(builder, op.getLoc(), weights);
    return clone(builder, &op, TypeRange{shrunkType(result)},
                 ValueRange{newInput, newWeights, newInit});
  }

  SmallVector<int64_t> foldedInit(const WeightedSum &sum, ArrayRef<int64_t> outputs) const {
    const Channels &initial = ranges.of(sum.init->get()), &values = ranges.of(sum.input->get());
    llvm::BitVector stays(static_cast<unsigned>(values.size()));
    for (int64_t channel : classes.kept(sum.input->get()))
      stays.set(static_cast<unsigned>(channel));
    SmallVector<uint64_t> folded; // wraps, as the sum itself does
    for (Interval range : initial)
      folded.push_back(static_cast<uint64_t>(range.low));
    sum.forEachWeight([&](int64_t out, int64_t in, int64_t weight) {
      if (!stays.test(static_cast<unsigned>(in)))
        folded[static_cast<size_t>(out)] +=
            static_cast<uint64_t>(weight) *
            static_cast<uint64_t>(values[static_cast<size_t>(in)].low);
    });
    return llvm::map_to_vector(outputs, [&](int64_t out) {
      return static_cast<int64_t>(folded[static_cast<size_t>(out)]);
    });
  }

  static RankedTensorType withChannels(RankedTensorType type, size_t channels) {
    SmallVector<int64_t> shape(type.getShape());
    shape.back() = static_cast<int64_t>(channels);
    return type.clone(shape);
  }

  Type shrunkType(Value value) const {
    return withChannels(cast<RankedTensorType>(value.getType()), classes.kept(value).size());
  }

  /// `value` with the channels that `like` keeps.
  Value shrunk(Value value, Value like) {
    if (!isMadeToMeasure(value))
      return newValues.lookupOrDefault(value);
    Indices channels = classes.kept(like);
    Operation *op = value.getDefiningOp();
    auto type = withChannels(cast<RankedTensorType>(value.getType()), channels.size());
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      auto elements = cast<DenseElementsAttr>(constant.getValue());
      auto lastDim = static_cast<unsigned>(type.getRank() - 1);
      return arith::ConstantOp::create(builder, op->getLoc(), slice(elements, lastDim, channels));
    }
    Value empty =
        tensor::EmptyOp::create(builder, op->getLoc(), type.getShape(), type.getElementType());
    if (auto fill = dyn_cast<linalg::FillOp>(op))
      return linalg::FillOp::create(builder, op->getLoc(), fill.getInputs(), ValueRange{empty})
          .getResult(0);
    return empty;
  }

  func::FuncOp function;
  const Classes &classes;
  const ChannelRanges &ranges;
  OpBuilder builder;
  IRMapping newValues;
};

struct RemoveConstantChannels : PassWrapper<RemoveConstantChannels, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RemoveConstantChannels)
  StringRef getArgument() const override { return "iree-remove-constant-channels"; }
  StringRef getDescription() const override {
    return "Remove channels that are constant or not read";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    // Shares of constant channels are points in every sum of intervals, so a
    // second run would find the same ranges, and nothing more to remove.
    ChannelRanges ranges(getOperation());
    Classes classes(getOperation(), ranges, Target::of(getOperation()).shapes.channels);
    Shrinker(getOperation(), classes, ranges).run();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createRemoveConstantChannelsPass() {
  return std::make_unique<RemoveConstantChannels>();
}
