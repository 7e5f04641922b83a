// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions of one or two bytes that rescale in 64 bits, as activations and
// residual additions of quantised networks do. All values, or all pairs, are
// tried: SumForm.h says which function in 32 bits is equal to them. A function of
// one byte that has no such form becomes a table.
#include "compiler/Tensor/ChannelOps.h"
#include "compiler/Tensor/ChannelRanges.h"
#include "compiler/Tensor/Passes.h"
#include "compiler/Tensor/SumForm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>
#include <map>

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Values that an input may have: those of a byte less its zero point, and some.
constexpr int64_t kMaxInputs = 512;

/// What replaces y: a form, or the results for all a from the lowest.
struct Plan {
  Value a, b, y; ///< no b: a function of one value
  std::optional<SumForm> form;
  Interval inputs;
  std::vector<int64_t> table;
};

/// Part of a body: y depends on a, b if there is one, and constants only, through
/// a 64-bit product. `cone`: instructions between them, in order.
struct Span {
  unsigned a = 0, y = 0;
  std::optional<unsigned> b;
  SmallVector<unsigned> cone;
};

/// Finds such functions in one elementwise operation.
class Analysis {
public:
  Analysis(linalg::GenericOp generic, const ChannelRanges &ranges)
      : op(generic), body(generic), function(body.function()) {
    if (!hasWideProduct())
      return;
    varies.assign(function.size(), false);
    hulls.assign(function.size(), Interval());
    int64_t count = channelCount(op->getResult(0).getType());
    for (int64_t channel = 0; channel < count; ++channel) {
      facts.push_back(body.arguments(ranges.operandRanges(op, channel)));
      function.evaluate(facts.back());
      for (unsigned i = 0; i < function.size(); ++i) {
        Interval range = facts.back()[i].range;
        varies[i] = varies[i] || !range.isPoint();
        hulls[i] = channel == 0 ? range : hull(hulls[i], range);
      }
    }
  }

  SmallVector<Plan> run() {
    SmallVector<Plan> plans;
    if (facts.empty())
      return plans;
    llvm::BitVector replaced(function.size());
    // Last ones first: what a sum is computed from is not looked at again.
    for (Operation &inner : llvm::reverse(op.getBody()->without_terminator())) {
      std::optional<unsigned> y;
      if (inner.getNumResults() == 1)
        y = body.indexOf(inner.getResult(0));
      if (!y || replaced.test(*y) || !varies[*y] || !isStored(function[*y].bits))
        continue;
      std::optional<Span> span = findSpan(*y);
      if (!span)
        continue;
      if (std::optional<Plan> plan = replace(*span, inner.getResult(0)))
        plans.push_back(std::move(*plan));
      for (unsigned i : span->cone)
        replaced.set(i);
    }
    return plans;
  }

private:
  std::optional<Plan> replace(const Span &span, Value y) {
    std::optional<double> slopeA = slope(span, span.a), slopeB = span.b ? slope(span, *span.b) : 0;
    bool isSum = slopeA && slopeB, mayBeTable = !span.b && function[span.y].bits == 8;
    if (!isSum && !mayBeTable)
      return std::nullopt;
    std::optional<ScaledSum> sum = describe(span);
    if (!sum)
      return std::nullopt;
    Plan plan;
    if (isSum) {
      sum->slopeA = *slopeA;
      sum->slopeB = *slopeB;
      plan.form = findSumForm(*sum);
    }
    if (!plan.form && !mayBeTable)
      return std::nullopt;
    plan.a = valueOf(span.a);
    if (span.b)
      plan.b = valueOf(*span.b);
    plan.y = y;
    plan.inputs = sum->a;
    plan.table = std::move(sum->values);
    return plan;
  }

  bool hasWideProduct() const {
    for (unsigned i = 0; i < function.size(); ++i)
      if (isWideProduct(i))
        return true;
    return false;
  }

  bool isWideProduct(unsigned i) const {
    return function[i].op == ScalarOp::Mul && function[i].bits == 64;
  }

  /// Widths that a rescaling ends with.
  static bool isStored(unsigned bits) { return bits == 8 || bits == 16; }

  bool isSmall(unsigned i) const {
    return function[i].bits > 1 && function[i].bits <= 32 &&
           hulls[i].high - hulls[i].low < kMaxInputs;
  }

  Value valueOf(unsigned index) {
    for (BlockArgument argument : op.getBody()->getArguments())
      if (body.indexOf(argument) == index)
        return argument;
    for (Operation &inner : *op.getBody())
      for (Value result : inner.getResults())
        if (body.indexOf(result) == index)
          return result;
    return {};
  }

  /// The operands that are not constant.
  SmallVector<unsigned> varyingOperands(unsigned i) const {
    SmallVector<unsigned> operands;
    for (unsigned operand : function[i].operands)
      if (varies[operand] && !llvm::is_contained(operands, operand))
        operands.push_back(operand);
    return operands;
  }

  /// As close to the arguments as small values go, but not into what ends with
  /// a truncation, which may be a sum itself.
  unsigned followSmall(unsigned leaf) const {
    while (true) {
      if (function[leaf].op == ScalarOp::Truncate)
        return leaf;
      SmallVector<unsigned> operands = varyingOperands(leaf);
      if (operands.size() != 1 || !isSmall(operands[0]))
        return leaf;
      leaf = operands[0];
    }
  }

  /// Walks from y towards the arguments, up to small values before a product.
  std::optional<Span> findSpan(unsigned y) const {
    Span span;
    span.y = y;
    std::map<unsigned, bool> frontier = {{y, false}}; // and whether a product came after it
    SmallVector<unsigned> leaves;
    while (!frontier.empty()) {
      auto [last, hasProduct] = *frontier.rbegin();
      frontier.erase(last);
      if (hasProduct && isSmall(last)) {
        if (unsigned leaf = followSmall(last); !llvm::is_contained(leaves, leaf))
          leaves.push_back(leaf);
        continue;
      }
      if (function[last].operands.empty() || leaves.size() > 2)
        return std::nullopt;
      for (unsigned operand : varyingOperands(last))
        frontier[operand] |= hasProduct || isWideProduct(last);
    }
    if (leaves.empty() || leaves.size() > 2)
      return std::nullopt;
    llvm::sort(leaves);
    span.a = leaves[0];
    if (leaves.size() == 2)
      span.b = leaves[1];
    span.cone = coneOf(span);
    return span;
  }

  SmallVector<unsigned> coneOf(const Span &span) const {
    llvm::BitVector needed(function.size());
    needed.set(span.y);
    SmallVector<unsigned> cone;
    for (unsigned i = span.y; i > span.a; --i)
      if (needed.test(i) && varies[i] && i != span.b) {
        cone.push_back(i);
        for (unsigned operand : function[i].operands)
          needed.set(operand);
      }
    std::reverse(cone.begin(), cone.end());
    return cone;
  }

  /// The function of all channels, without slopes; nothing if they differ, or if
  /// a value is not known.
  std::optional<ScaledSum> describe(const Span &span) const {
    for (unsigned i : span.cone)
      for (unsigned operand : function[i].operands)
        if (!varies[operand] && llvm::any_of(facts, [&](const std::vector<Fact> &channel) {
              return !(channel[operand].range == facts.front()[operand].range);
            }))
          return std::nullopt;
    ScaledSum sum;
    sum.a = hulls[span.a];
    if (span.b)
      sum.b = hulls[*span.b];
    if (!evaluate(span, sum))
      return std::nullopt;
    return sum;
  }

  /// All values of y. Fails if one is not known.
  bool evaluate(const Span &span, ScaledSum &sum) const {
    llvm::BitVector onA(function.size()), onB(function.size());
    onA.set(span.a);
    if (span.b)
      onB.set(*span.b);
    SmallVector<unsigned> partA, partB, rest;
    for (unsigned i : span.cone) {
      for (unsigned operand : function[i].operands) {
        if (onA.test(operand))
          onA.set(i);
        if (onB.test(operand))
          onB.set(i);
      }
      (!onB.test(i) ? partA : !onA.test(i) ? partB : rest).push_back(i);
    }
    std::vector<Fact> at = facts.front();
    std::vector<SmallVector<Fact>> ofB; // facts of partB for every b
    for (int64_t b = sum.b.low; b <= sum.b.high; ++b) {
      if (span.b)
        at[*span.b] = Fact::constant(b);
      SmallVector<Fact> part;
      for (unsigned i : partB) {
        function.evaluateAt(i, at);
        part.push_back(at[i]);
      }
      ofB.push_back(std::move(part));
    }
    for (int64_t a = sum.a.low; a <= sum.a.high; ++a) {
      at[span.a] = Fact::constant(a);
      for (unsigned i : partA)
        function.evaluateAt(i, at);
      for (int64_t b = sum.b.low; b <= sum.b.high; ++b) {
        if (span.b)
          at[*span.b] = Fact::constant(b);
        for (auto [i, fact] : llvm::zip_equal(partB, ofB[static_cast<size_t>(b - sum.b.low)]))
          at[i] = fact;
        for (unsigned i : rest)
          function.evaluateAt(i, at);
        if (!at[span.y].range.isPoint())
          return false;
        sum.values.push_back(at[span.y].range.low);
      }
    }
    return true;
  }

  /// How y follows one of the inputs, roundings and clamps aside; none if it
  /// does not follow it in a line.
  std::optional<double> slope(const Span &span, unsigned input) const {
    std::vector<double> slopes(function.size(), 0);
    slopes[input] = 1;
    for (unsigned i : span.cone) {
      const ScalarInstruction &at = function[i];
      auto of = [&](unsigned position) { return slopes[at.operands[position]]; };
      auto constant = [&](unsigned position) -> std::optional<int64_t> {
        if (varies[at.operands[position]])
          return std::nullopt;
        return facts.front()[at.operands[position]].range.low;
      };
      switch (at.op) {
      case ScalarOp::Add:
        slopes[i] = of(0) + of(1);
        break;
      case ScalarOp::Sub:
        slopes[i] = of(0) - of(1);
        break;
      case ScalarOp::Mul:
        if (!constant(0) && !constant(1))
          return std::nullopt;
        slopes[i] = constant(1) ? of(0) * double(*constant(1)) : of(1) * double(*constant(0));
        break;
      case ScalarOp::ShiftLeft:
      case ScalarOp::ShiftRight:
        if (!constant(1) || *constant(1) < 0 || *constant(1) > 63)
          return std::nullopt;
        slopes[i] = std::ldexp(of(0), at.op == ScalarOp::ShiftLeft ? int(*constant(1))
                                                                   : -int(*constant(1)));
        break;
      case ScalarOp::Min:
      case ScalarOp::Max: // with a bound
        slopes[i] = of(0) + of(1);
        break;
      case ScalarOp::Extend:
      case ScalarOp::Truncate:
        slopes[i] = of(0);
        break;
      case ScalarOp::Select: // of roundings
        if (of(1) != of(2))
          return std::nullopt;
        slopes[i] = of(1);
        break;
      case ScalarOp::Less:
      case ScalarOp::LessEqual:
      case ScalarOp::Equal:
      case ScalarOp::NotEqual:
        break;
      default:
        return std::nullopt;
      }
    }
    return slopes[span.y];
  }

  linalg::GenericOp op;
  ScalarBody body;
  const ScalarFunction &function;
  std::vector<std::vector<Fact>> facts; ///< of all values, for each channel
  std::vector<bool> varies;             ///< is no constant, in some channel
  std::vector<Interval> hulls;          ///< ranges over all channels
};

/// Writes a form, or a table's element, into the body, before y.
class Emitter {
public:
  explicit Emitter(const Plan &plan) : plan(plan), b(plan.y.getLoc(), plan.y.getDefiningOp()) {}

  void run() { Value(plan.y).replaceAllUsesWith(plan.form ? computed(*plan.form) : lookedUp()); }

private:
  template <typename Op> Value create(Value left, Value right) {
    return Op::create(b, left, right);
  }
  Value constant(int64_t value) {
    return arith::ConstantOp::create(b, b.getI32IntegerAttr(static_cast<int32_t>(value)));
  }
  Value widened(Value x) {
    Type i32 = b.getI32Type();
    return x.getType() == i32 ? x : arith::ExtSIOp::create(b, i32, x);
  }

  Value computed(const SumForm &form) {
    Value sum = constant(form.offset);
    if (plan.b)
      sum = create<arith::AddIOp>(
          create<arith::MulIOp>(widened(plan.b), constant(form.multiplierB)), sum);
    sum = create<arith::AddIOp>(create<arith::MulIOp>(widened(plan.a), constant(form.multiplierA)),
                                sum);
    Value y = create<arith::ShRSIOp>(sum, constant(form.rightShift));
    if (form.clampsLow)
      y = create<arith::MaxSIOp>(y, constant(form.clamp.low));
    if (form.clampsHigh)
      y = create<arith::MinSIOp>(y, constant(form.clamp.high));
    return arith::TruncIOp::create(b, plan.y.getType(), y);
  }

  /// A byte is an index by its bits, anything else by its distance from the
  /// lowest value.
  Value lookedUp() {
    bool isByte = plan.a.getType().isInteger(8);
    std::vector<int8_t> table(isByte ? 256 : plan.table.size());
    for (auto [position, value] : llvm::enumerate(plan.table)) {
      int64_t x = plan.inputs.low + static_cast<int64_t>(position);
      table[isByte ? static_cast<uint8_t>(x) : position] = static_cast<int8_t>(value);
    }
    auto type = RankedTensorType::get(static_cast<int64_t>(table.size()), b.getI8Type());
    Value values = outside(DenseElementsAttr::get(type, ArrayRef<int8_t>(table)));
    Value index = plan.a;
    if (isByte)
      index = arith::IndexCastUIOp::create(b, b.getIndexType(), index);
    else
      index = arith::IndexCastOp::create(
          b, b.getIndexType(), create<arith::SubIOp>(widened(index), constant(plan.inputs.low)));
    return tensor::ExtractOp::create(b, values, index);
  }

  /// A constant before the operation that the body belongs to.
  Value outside(DenseElementsAttr values) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(plan.y.getDefiningOp()->getParentOp());
    return arith::ConstantOp::create(b, values);
  }

  const Plan &plan;
  ImplicitLocOpBuilder b;
};

struct NarrowSums : PassWrapper<NarrowSums, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(NarrowSums)
  StringRef getArgument() const override { return "iree-narrow-sums"; }
  StringRef getDescription() const override {
    return "Compute functions of one or two bytes without 64-bit products";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    if (getOperation().isExternal())
      return;
    // All decisions before the first change: ranges are those of this IR.
    ChannelRanges ranges(getOperation());
    SmallVector<Plan> plans;
    for (auto op : getOperation().front().getOps<linalg::GenericOp>())
      if (op.getNumReductionLoops() == 0 && !op.hasDynamicShape() &&
          isa<RankedTensorType>(op->getResult(0).getType()))
        llvm::append_range(plans, Analysis(op, ranges).run());
    for (const Plan &plan : plans)
      Emitter(plan).run();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createNarrowSumsPass() {
  return std::make_unique<NarrowSums>();
}
