// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rescaling in 64 bits, as TOSA defines it, becomes an equal function in 32
// bits: RescaleForm.h says which, and why it is equal for all values that the
// accumulators can take. Where the sums of a convolution or contraction go nowhere
// else, they start at zero: their bias becomes part of the offset.
#include "compiler/Tensor/ChannelOps.h"
#include "compiler/Tensor/ChannelRanges.h"
#include "compiler/Tensor/Passes.h"
#include "compiler/Tensor/RescaleForm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Part of a body: y depends on x and constants only, through a 64-bit product.
struct Span {
  unsigned x = 0, y = 0;
};

/// A span and its replacement.
struct Plan {
  Value x, y;
  RescaleForm form;
  OpOperand *init = nullptr; ///< of the sums x; becomes zero. Null: x stays as it is
};

/// Everything that depends on x goes through y.
bool passesThrough(Value x, Value y) {
  SmallVector<Value> reached = {x};
  while (!reached.empty())
    for (Operation *user : reached.pop_back_val().getUsers()) {
      if (user->hasTrait<OpTrait::IsTerminator>())
        return false;
      for (Value result : user->getResults())
        if (result != y)
          reached.push_back(result);
    }
  return true;
}

/// Finds what can be replaced in one elementwise operation.
class Analysis {
public:
  Analysis(linalg::GenericOp generic, const ChannelRanges &ranges)
      : op(generic), ranges(ranges), body(generic), function(body.function()) {
    Type type = op->getResult(0).getType();
    if (!hasWideProduct())
      return;
    varies.assign(function.size(), false);
    for (int64_t channel = 0; channel < channelCount(type); ++channel) {
      facts.push_back(body.arguments(ranges.operandRanges(op, channel)));
      function.evaluate(facts.back());
      for (unsigned i = 0; i < function.size(); ++i)
        varies[i] = varies[i] || !facts.back()[i].range.isPoint();
    }
  }

  SmallVector<Plan> run() {
    if (facts.empty())
      return {};
    DenseMap<unsigned, Value> values;
    for (Operation &inner : *op.getBody())
      for (Value value : inner.getOperands())
        if (auto index = body.indexOf(value))
          values[*index] = value;
    SmallVector<Plan> plans;
    SmallVector<unsigned> roots;
    for (Value yielded : op.getBody()->getTerminator()->getOperands())
      if (auto index = body.indexOf(yielded))
        roots.push_back(*index);
    // Every value once, last ones first.
    llvm::BitVector seen(function.size());
    while (!roots.empty()) {
      unsigned y = roots.pop_back_val();
      if (seen.test(y) || !varies[y])
        continue;
      seen.set(y);
      unsigned next = y;
      if (std::optional<Span> span = findSpan(y))
        for (unsigned x : inputsOf(*span))
          if (std::optional<Plan> plan = planFor({x, y}, values[x], values[y])) {
            plans.push_back(*plan);
            next = x;
            break;
          }
      llvm::append_range(roots, function[next].operands);
    }
    return plans;
  }

private:
  bool hasWideProduct() const {
    for (unsigned i = 0; i < function.size(); ++i)
      if (function[i].op == ScalarOp::Mul && function[i].bits == 64)
        return true;
    return false;
  }

  /// Walks from y towards the arguments until everything passes through one
  /// value of at most 32 bits.
  std::optional<Span> findSpan(unsigned y) const {
    if (function[y].bits > 32 || function[y].bits == 1)
      return std::nullopt;
    std::set<unsigned> frontier = {y};
    bool hasProduct = false;
    while (true) {
      unsigned last = *frontier.rbegin();
      const ScalarInstruction &instruction = function[last];
      if (frontier.size() == 1 && hasProduct && instruction.bits <= 32 && instruction.bits > 1)
        return Span{last, y};
      if (instruction.operands.empty())
        return std::nullopt;
      hasProduct |= instruction.op == ScalarOp::Mul && instruction.bits == 64;
      frontier.erase(last);
      for (unsigned operand : instruction.operands)
        if (varies[operand])
          frontier.insert(operand);
    }
  }

  /// Prefers to have no bias over a left shift for each channel.
  std::optional<Plan> planFor(Span span, Value x, Value y) const {
    std::optional<RescaleForm> withoutBias;
    OpOperand *init = initOf(x, y);
    if (init)
      withoutBias = findRescaleForm(describe(span, biasesOf(*init)));
    if (withoutBias && withoutBias->signStep == 0 && withoutBias->hasUniformShift())
      return Plan{x, y, *withoutBias, init};
    std::optional<RescaleForm> form = findRescaleForm(describe(span, {}));
    if (form)
      return Plan{x, y, *form};
    if (withoutBias)
      return Plan{x, y, *withoutBias, init};
    return std::nullopt;
  }

  /// The initial value of the sums x, if it is a constant for each channel that
  /// only y depends on, and not zero.
  OpOperand *initOf(Value x, Value y) const {
    auto argument = dyn_cast<BlockArgument>(x);
    if (!argument || !passesThrough(x, y) || argument.getArgNumber() >= op.getNumDpsInputs())
      return nullptr;
    OpOperand *operand = op.getDpsInputOperand(argument.getArgNumber());
    auto producer = operand->get().getDefiningOp<linalg::LinalgOp>();
    if (!producer || !producer->hasOneUse() || !op.getMatchingIndexingMap(operand).isIdentity() ||
        !x.getType().isInteger(32))
      return nullptr;
    std::optional<WeightedSum> sum = matchWeightedSum(producer);
    if (!sum)
      return nullptr;
    const Channels &biases = ranges.of(sum->init->get());
    bool isConstant = biases.size() == facts.size() &&
                      llvm::all_of(biases, [](Interval bias) { return bias.isPoint(); });
    bool isZero = llvm::all_of(biases, [](Interval bias) { return bias == Interval{0, 0}; });
    return isConstant && !isZero ? sum->init : nullptr;
  }

  SmallVector<int64_t> biasesOf(OpOperand &init) const {
    return llvm::map_to_vector(ranges.of(init.get()), [](Interval bias) { return bias.low; });
  }

  /// Where the span can begin, nearest to the arguments first: what is computed
  /// from less than kMaxInputs values can be computed from these.
  SmallVector<unsigned> inputsOf(Span span) const {
    constexpr int64_t kMaxInputs = 512;
    SmallVector<unsigned> inputs = {span.x};
    auto isSmall = [&](unsigned i) {
      return function[i].bits > 1 && function[i].bits <= 32 &&
             llvm::all_of(facts, [&](const std::vector<Fact> &channel) {
               return channel[i].range.high - channel[i].range.low < kMaxInputs;
             });
    };
    // A truncation ends a span of its own.
    while (function[inputs.back()].op != ScalarOp::Truncate) {
      SmallVector<unsigned> operands;
      for (unsigned operand : function[inputs.back()].operands)
        if (varies[operand])
          operands.push_back(operand);
      if (operands.size() != 1 || !isSmall(operands[0]))
        break;
      inputs.push_back(operands[0]);
    }
    std::reverse(inputs.begin(), inputs.end());
    return inputs;
  }

  /// The span as a function for each channel, or as one function for all if
  /// the same constants serve all channels. Empty if it is not a rescaling. A
  /// bias is added to x first, if there are some.
  std::vector<Rescale> describe(Span span, ArrayRef<int64_t> biases) const {
    SmallVector<unsigned> cone = coneOf(span);
    std::vector<Rescale> channels;
    bool uniform =
        llvm::all_equal(biases) && llvm::all_of(cone, [&](unsigned i) {
          return llvm::all_of(function[i].operands, [&](unsigned operand) {
            return varies[operand] || llvm::all_of(facts, [&](const std::vector<Fact> &channel) {
                     return channel[operand].range == facts.front()[operand].range;
                   });
          });
        });
    for (auto [number, channel] : llvm::enumerate(facts)) {
      std::optional<Rescale> rescale = describe(span, cone, channel);
      if (!rescale)
        return {};
      if (!biases.empty())
        addBias(*rescale, biases[number]);
      if (uniform && !channels.empty())
        channels.front().input = hull(channels.front().input, rescale->input);
      else
        channels.push_back(std::move(*rescale));
    }
    return channels;
  }

  static void addBias(Rescale &rescale, int64_t bias) {
    rescale.input.low -= bias;
    rescale.input.high -= bias;
    rescale.value = [bias, value = std::move(rescale.value)](int64_t x) { return value(x + bias); };
  }

  /// The instructions between x and y.
  SmallVector<unsigned> coneOf(Span span) const {
    llvm::BitVector needed(function.size());
    needed.set(span.y);
    SmallVector<unsigned> cone;
    for (unsigned i = span.y; i > span.x; --i)
      if (needed.test(i) && varies[i]) {
        cone.push_back(i);
        for (unsigned operand : function[i].operands)
          needed.set(operand);
      }
    std::reverse(cone.begin(), cone.end());
    return cone;
  }

  std::optional<Rescale> describe(Span span, ArrayRef<unsigned> cone,
                                  const std::vector<Fact> &channel) const {
    Rescale rescale;
    rescale.input = channel[span.x].range;
    unsigned products = 0, shifts = 0;
    int64_t right = 0; // all shifts together
    for (unsigned i : cone) {
      const ScalarInstruction &instruction = function[i];
      if (instruction.op == ScalarOp::Mul) {
        ++products;
        unsigned factor = instruction.operands[varies[instruction.operands[0]] ? 1 : 0];
        rescale.multiplier = channel[factor].range.low;
      } else if (instruction.op == ScalarOp::ShiftRight) {
        ++shifts;
        right += channel[instruction.operands[1]].range.low;
      } else if (instruction.op == ScalarOp::ShiftLeft && varies[instruction.operands[0]]) {
        right -= channel[instruction.operands[1]].range.low;
      }
    }
    if (right < 0)
      return std::nullopt;
    rescale.shift = static_cast<unsigned>(right);
    std::vector<Fact> atX = channel;
    atX[span.x] = Fact::argument(rescale.input);
    for (unsigned i : cone)
      function.evaluateAt(i, atX);
    if (products != 1 || shifts != 1 || !atX[span.y].rising)
      return std::nullopt;
    rescale.value = [this, span, cone = SmallVector<unsigned>(cone), atX](int64_t x) mutable {
      atX[span.x] = Fact::constant(x);
      for (unsigned i : cone)
        function.evaluateAt(i, atX);
      return atX[span.y].range.low;
    };
    return rescale;
  }

  mutable linalg::GenericOp op; ///< a handle, whose accessors are not const
  const ChannelRanges &ranges;
  ScalarBody body;
  const ScalarFunction &function;
  std::vector<std::vector<Fact>> facts; ///< of all values, for each channel
  std::vector<bool> varies;             ///< is no constant, in some channel
};

/// Rebuilds one operation with further inputs and writes the forms into it.
class Rewriter {
public:
  Rewriter(IRRewriter &rewriter, linalg::GenericOp op) : rewriter(rewriter), op(op) {}

  void apply(ArrayRef<Plan> plans) {
    for (const Plan &plan : plans)
      emit(plan);
    SmallVector<Value> inputs = op.getInputs();
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    llvm::append_range(inputs, addedInputs);
    AffineExpr channel =
        rewriter.getAffineDimExpr(channelLoop(op, op.getDpsInitOperand(0)).value_or(0));
    maps.insert(maps.begin() + op.getNumDpsInputs(), addedInputs.size(),
                AffineMap::get(op.getNumLoops(), 0, channel));
    rewriter.setInsertionPoint(op);
    auto replacement =
        linalg::GenericOp::create(rewriter, op.getLoc(), op->getResultTypes(), inputs,
                                  op.getOutputs(), rewriter.getAffineMapArrayAttr(maps),
                                  op.getIteratorTypes(), op.getDocAttr(), op.getLibraryCallAttr());
    rewriter.inlineRegionBefore(op.getRegion(), replacement.getRegion(),
                                replacement.getRegion().begin());
    rewriter.replaceOp(op, replacement);
    for (const Plan &plan : plans)
      if (plan.init)
        startAtZero(*plan.init);
  }

private:
  void startAtZero(OpOperand &init) {
    Operation *sum = init.getOwner();
    rewriter.setInsertionPoint(sum);
    auto type = cast<RankedTensorType>(init.get().getType());
    Value zero = arith::ConstantOp::create(rewriter, sum->getLoc(), rewriter.getI32IntegerAttr(0));
    Value empty =
        tensor::EmptyOp::create(rewriter, sum->getLoc(), type.getShape(), type.getElementType());
    auto zeros =
        linalg::FillOp::create(rewriter, sum->getLoc(), ValueRange{zero}, ValueRange{empty});
    rewriter.modifyOpInPlace(sum, [&] { init.set(zeros.getResult(0)); });
  }

  /// One value for all channels, or a further input with one for each.
  Value perChannel(Location loc, ArrayRef<int64_t> values, Type type) {
    if (llvm::all_equal(values))
      return arith::ConstantOp::create(rewriter, loc, rewriter.getIntegerAttr(type, values[0]));
    auto tensorType = RankedTensorType::get({static_cast<int64_t>(values.size())}, type);
    SmallVector<APInt> elements;
    for (int64_t value : values)
      elements.push_back(APInt(type.getIntOrFloatBitWidth(), static_cast<uint64_t>(value),
                               /*isSigned=*/true));
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(op);
    addedInputs.push_back(
        arith::ConstantOp::create(rewriter, loc, DenseElementsAttr::get(tensorType, elements)));
    unsigned position = op.getNumDpsInputs() + static_cast<unsigned>(addedInputs.size()) - 1;
    return op.getBody()->insertArgument(position, type, loc);
  }

  Value constant(Location loc, int64_t value) {
    return arith::ConstantOp::create(rewriter, loc, rewriter.getI32IntegerAttr(int32_t(value)));
  }

  /// The upper 32 bits of a * b, in the form that LLVM selects to one
  /// instruction where there is one. (arith.mulsi_extended has no lowering for
  /// vectors of several dimensions.)
  Value highHalf(Location loc, Value a, Value b) {
    Type i64 = rewriter.getI64Type();
    Value product =
        arith::MulIOp::create(rewriter, loc, arith::ExtSIOp::create(rewriter, loc, i64, a),
                              arith::ExtSIOp::create(rewriter, loc, i64, b));
    Value shift = arith::ConstantOp::create(rewriter, loc, rewriter.getI64IntegerAttr(32));
    Value high = arith::ShRSIOp::create(rewriter, loc, product, shift);
    return arith::TruncIOp::create(rewriter, loc, rewriter.getI32Type(), high);
  }

  void emit(const Plan &plan) {
    const RescaleForm &form = plan.form;
    Location loc = plan.y.getLoc();
    Type i32 = rewriter.getI32Type();
    rewriter.setInsertionPoint(plan.y.getDefiningOp());
    SmallVector<int64_t> multipliers, offsets, shifts;
    for (const RescaleForm::Channel &channel : form.channels) {
      multipliers.push_back(channel.multiplier);
      offsets.push_back(channel.offset);
      shifts.push_back(channel.rightShift);
    }
    Value x = plan.x;
    if (x.getType() != i32)
      x = arith::ExtSIOp::create(rewriter, loc, i32, x);
    Value shifted = arith::ShLIOp::create(rewriter, loc, x, constant(loc, form.leftShift));
    Value y = highHalf(loc, shifted, perChannel(loc, multipliers, i32));
    y = arith::AddIOp::create(rewriter, loc, y, perChannel(loc, offsets, i32));
    if (form.signStep != 0) {
      Value sign = arith::ShRSIOp::create(rewriter, loc, x, constant(loc, 31));
      Value step = arith::AndIOp::create(rewriter, loc, sign, constant(loc, form.signStep));
      y = arith::SubIOp::create(rewriter, loc, y, step);
    }
    Value shift = perChannel(loc, shifts, form.hasUniformShift() ? i32 : rewriter.getI8Type());
    if (shift.getType() != i32)
      shift = arith::ExtUIOp::create(rewriter, loc, i32, shift);
    y = arith::ShRSIOp::create(rewriter, loc, y, shift);
    if (form.clampsLow)
      y = arith::MaxSIOp::create(rewriter, loc, y, constant(loc, form.clamp.low));
    if (form.clampsHigh)
      y = arith::MinSIOp::create(rewriter, loc, y, constant(loc, form.clamp.high));
    if (plan.y.getType() != i32)
      y = arith::TruncIOp::create(rewriter, loc, plan.y.getType(), y);
    rewriter.replaceAllUsesWith(plan.y, y);
  }

  IRRewriter &rewriter;
  linalg::GenericOp op;
  SmallVector<Value> addedInputs;
};

struct NarrowRescales : PassWrapper<NarrowRescales, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(NarrowRescales)
  StringRef getArgument() const override { return "iree-narrow-rescales"; }
  StringRef getDescription() const override {
    return "Rescale in 32 instead of 64 bits where the results are the same";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    // All decisions before the first change: ranges are those of this IR.
    ChannelRanges ranges(getOperation());
    SmallVector<std::pair<linalg::GenericOp, SmallVector<Plan>>> work;
    for (auto op : getOperation().front().getOps<linalg::GenericOp>())
      if (op.getNumReductionLoops() == 0 && !op.hasDynamicShape() &&
          isa<RankedTensorType>(op->getResult(0).getType()))
        if (SmallVector<Plan> plans = Analysis(op, ranges).run(); !plans.empty())
          work.push_back({op, std::move(plans)});
    IRRewriter rewriter(&getContext());
    for (auto &[op, plans] : work)
      Rewriter(rewriter, op).apply(plans);
    // The old multipliers and shifts.
    RewritePatternSet patterns(&getContext());
    linalg::populateEraseUnusedOperandsAndResultsPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createNarrowRescalesPass() {
  return std::make_unique<NarrowRescales>();
}
