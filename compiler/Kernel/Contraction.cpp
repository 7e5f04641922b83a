// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/Contraction.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Kinds by what is done, then by target's and operands' types.
enum : uint32_t { kMultiply = 0, kAdd = 4, kMaximum = 8, kMinimum = 12 };

/// A factor or summand: an input, possibly widened and less a zero point.
struct Term {
  BlockArgument input;
  Value zeroPoint; ///< an i32 from outside the body, or null
};

class Matcher {
public:
  explicit Matcher(linalg::LinalgOp op)
      : op(op), body(op.getBlock()), carried(op.getRegionOutputArgs()[0]) {}

  std::optional<Contraction> run() {
    Operation *yield = body->getTerminator();
    Operation *combiner =
        yield->getNumOperands() == 1 ? yield->getOperand(0).getDefiningOp() : nullptr;
    if (!combiner || combiner->getNumOperands() != 2 || op.getNumReductionLoops() == 0)
      return std::nullopt;
    bool first = combiner->getOperand(0) == carried;
    if (first == (combiner->getOperand(1) == carried))
      return std::nullopt;
    Value other = combiner->getOperand(first ? 1 : 0);
    if (isa<arith::AddIOp, arith::AddFOp>(combiner)) {
      Operation *product = other.getDefiningOp();
      if (product && isa<arith::MulIOp, arith::MulFOp>(product))
        return multiply(product);
      return single(kAdd, other);
    }
    if (isa<arith::MaxSIOp, arith::MaximumFOp>(combiner))
      return single(kMaximum, other);
    if (isa<arith::MinSIOp, arith::MinimumFOp>(combiner))
      return single(kMinimum, other);
    return std::nullopt;
  }

private:
  std::optional<Term> term(Value value, bool mayHaveZeroPoint) {
    Term result;
    if (auto difference = value.getDefiningOp<arith::SubIOp>(); difference && mayHaveZeroPoint) {
      if (difference.getRhs().getParentBlock() == body || !difference.getType().isInteger(32))
        return std::nullopt;
      result.zeroPoint = difference.getRhs();
      value = difference.getLhs();
    }
    if (auto extension = value.getDefiningOp<arith::ExtSIOp>())
      value = extension.getIn();
    result.input = dyn_cast<BlockArgument>(value);
    if (!result.input || result.input.getOwner() != body || result.input == carried)
      return std::nullopt;
    OpOperand *use = op.getMatchingOpOperand(result.input);
    if (!isa<MemRefType>(use->get().getType()))
      return std::nullopt;
    return result;
  }

  std::optional<Contraction> multiply(Operation *product) {
    std::optional<Term> a = term(product->getOperand(0), true),
                        b = term(product->getOperand(1), true);
    if (!a || !b)
      return std::nullopt;
    Type type = carried.getType(), left = a->input.getType(), right = b->input.getType();
    uint32_t form;
    if (type.isF32() && left.isF32() && right.isF32())
      form = 0;
    else if (type.isInteger(32) && left.isInteger(32) && right.isInteger(32))
      form = 1;
    else if (type.isInteger(32) && left.isInteger(8) && right.isInteger(8))
      form = 2;
    else
      return std::nullopt;
    if (form != 2 && (a->zeroPoint || b->zeroPoint))
      return std::nullopt;
    Contraction result{kMultiply + form,
                       {op.getDpsInitOperand(0), op.getMatchingOpOperand(a->input),
                        op.getMatchingOpOperand(b->input)},
                       {}};
    if (form == 2) {
      OpBuilder builder(op);
      for (const Term &each : {*a, *b})
        result.zeroPoints.push_back(
            each.zeroPoint ? each.zeroPoint
                           : arith::ConstantIntOp::create(builder, op.getLoc(), 0, 32).getResult());
    }
    return result;
  }

  std::optional<Contraction> single(uint32_t kind, Value value) {
    std::optional<Term> a = term(value, false);
    if (!a)
      return std::nullopt;
    Type type = carried.getType(), source = a->input.getType();
    uint32_t form;
    if (type.isF32() && source.isF32())
      form = 0;
    else if (type.isInteger(32) && source.isInteger(32))
      form = 1;
    else if (source.isInteger(8) && type.isInteger(kind == kAdd ? 32 : 8))
      form = 2;
    else
      return std::nullopt;
    return Contraction{
        kind + form, {op.getDpsInitOperand(0), op.getMatchingOpOperand(a->input)}, {}};
  }

  linalg::LinalgOp op;
  Block *body;
  BlockArgument carried;
};

bool hasStrides(const StridedLoop &loop, ArrayRef<int64_t> strides) {
  return ArrayRef(loop.strides) == strides;
}

} // namespace

std::optional<Contraction> Contraction::of(linalg::LinalgOp op) {
  if (op.getNumDpsInits() != 1 || !isa<MemRefType>(op.getDpsInitOperand(0)->get().getType()))
    return std::nullopt;
  return Matcher(op).run();
}

bool iree_compiler::orderLoops(LoopNest &nest, bool isProduct) {
  SmallVector<StridedLoop, 8> parallel, reducing;
  for (const StridedLoop &loop : nest.loops)
    (loop.strides[0] == 0 ? reducing : parallel).push_back(loop);
  auto takeLast = [](SmallVectorImpl<StridedLoop> &from, auto predicate) {
    std::optional<StridedLoop> taken;
    for (size_t i = from.size(); i-- > 0 && !taken;)
      if (predicate(from[i])) {
        taken = from[i];
        from.erase(from.begin() + static_cast<ptrdiff_t>(i));
      }
    return taken;
  };
  bool swapped = false;
  SmallVector<StridedLoop, 2> innermost;
  if (isProduct && !reducing.empty() && hasStrides(reducing.back(), {0, 1, 1})) {
    // A dot product, below a loop that leaves a in place.
    auto leaves = [](unsigned operand) {
      return [operand](const StridedLoop &loop) { return loop.strides[operand] == 0; };
    };
    std::optional<StridedLoop> above = takeLast(parallel, leaves(1));
    if (!above) {
      above = takeLast(parallel, leaves(2));
      swapped = above.has_value();
    }
    if (above)
      innermost.push_back(*above);
    innermost.push_back(reducing.pop_back_val());
  } else {
    std::optional<StridedLoop> inner = takeLast(parallel, [&](const StridedLoop &loop) {
      if (!isProduct)
        return hasStrides(loop, {1, 1});
      return hasStrides(loop, {1, 1, 1}) || hasStrides(loop, {1, 0, 1}) ||
             hasStrides(loop, {1, 1, 0});
    });
    if (inner)
      innermost.push_back(*inner);
  }
  nest.loops = std::move(parallel);
  nest.loops.append(reducing);
  nest.loops.append(innermost);
  if (swapped)
    for (StridedLoop &loop : nest.loops)
      std::swap(loop.strides[1], loop.strides[2]);
  return swapped;
}
