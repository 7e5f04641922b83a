// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tensor/ScalarFunction.h"

#include <algorithm>

using namespace iree_compiler;

namespace {

/// Holds every sum, difference and product of two 64-bit integers.
__extension__ using Wide = __int128;

Fact unknown(unsigned bits) { return {rangeOfWidth(bits), false, false}; }

/// The interval from low to high, if no value of it wraps.
Fact ifFits(Wide low, Wide high, bool rising, bool falling, unsigned bits) {
  Interval all = rangeOfWidth(bits);
  if (low < all.low || high > all.high)
    return unknown(bits);
  return {{static_cast<int64_t>(low), static_cast<int64_t>(high)}, rising, falling};
}

Fact negated(const Fact &a) { return {{-a.range.high, -a.range.low}, a.falling, a.rising}; }

Fact sum(const Fact &a, const Fact &b, unsigned bits) {
  return ifFits(Wide(a.range.low) + b.range.low, Wide(a.range.high) + b.range.high,
                a.rising && b.rising, a.falling && b.falling, bits);
}

Fact difference(const Fact &a, const Fact &b, unsigned bits) {
  return ifFits(Wide(a.range.low) - b.range.high, Wide(a.range.high) - b.range.low,
                a.rising && b.falling, a.falling && b.rising, bits);
}

/// Its direction is known if one factor is constant.
Fact product(const Fact &a, const Fact &b, unsigned bits) {
  Wide corners[4] = {Wide(a.range.low) * b.range.low, Wide(a.range.low) * b.range.high,
                     Wide(a.range.high) * b.range.low, Wide(a.range.high) * b.range.high};
  auto [low, high] = std::minmax_element(corners, corners + 4);
  const Fact &factor = a.range.isPoint() ? a : b;
  const Fact &other = a.range.isPoint() ? b : a;
  bool known = factor.range.isPoint(), positive = factor.range.low >= 0;
  return ifFits(*low, *high, known && (positive ? other.rising : other.falling),
                known && (positive ? other.falling : other.rising), bits);
}

Fact shiftedLeft(const Fact &a, const Fact &amount, unsigned bits) {
  if (!amount.range.isPoint() || amount.range.low < 0 || amount.range.low >= bits)
    return unknown(bits);
  Wide factor = Wide(1) << amount.range.low;
  return ifFits(a.range.low * factor, a.range.high * factor, a.rising, a.falling, bits);
}

Fact shiftedRight(const Fact &a, const Fact &amount, unsigned bits) {
  if (!amount.range.isPoint() || amount.range.low < 0 || amount.range.low >= bits)
    return unknown(bits);
  return {{a.range.low >> amount.range.low, a.range.high >> amount.range.low}, a.rising, a.falling};
}

/// `a`, as its bits read as unsigned; nothing if the sign is not known.
bool isNonNegative(const Fact &a) { return a.range.low >= 0; }

Fact truncated(const Fact &a, unsigned bits) {
  if (bits == 1) // keeps the lowest bit
    return a.range.isPoint() ? Fact::constant(a.range.low & 1) : unknown(1);
  return ifFits(a.range.low, a.range.high, a.rising, a.falling, bits);
}

Fact zeroExtended(const Fact &a, unsigned fromBits, unsigned bits) {
  if (isNonNegative(a))
    return a;
  Wide modulus = Wide(1) << fromBits;
  if (a.range.high < 0)
    return ifFits(a.range.low + modulus, a.range.high + modulus, a.rising, a.falling, bits);
  return ifFits(0, modulus - 1, false, false, bits);
}

/// a < b, or a <= b.
Fact compared(const Fact &a, const Fact &b, bool orEqual) {
  bool always = orEqual ? a.range.high <= b.range.low : a.range.high < b.range.low;
  bool never = orEqual ? a.range.low > b.range.high : a.range.low >= b.range.high;
  if (always || never)
    return Fact::constant(always ? 1 : 0);
  return {{0, 1}, a.falling && b.rising, a.rising && b.falling};
}

Fact equal(const Fact &a, const Fact &b, bool wanted) {
  if (a.range.isPoint() && a.range == b.range)
    return Fact::constant(wanted ? 1 : 0);
  if (a.range.high < b.range.low || b.range.high < a.range.low)
    return Fact::constant(wanted ? 0 : 1);
  return unknown(1);
}

/// The step from `ifFalse` to `ifTrue` goes up if all values of the latter are
/// at least those of the former.
Fact selected(const Fact &condition, const Fact &ifTrue, const Fact &ifFalse) {
  if (condition.range.isPoint())
    return condition.range.low != 0 ? ifTrue : ifFalse;
  bool up = ifTrue.range.low >= ifFalse.range.high, down = ifTrue.range.high <= ifFalse.range.low;
  bool stepRises = (condition.rising && up) || (condition.falling && down);
  bool stepFalls = (condition.rising && down) || (condition.falling && up);
  return {hull(ifTrue.range, ifFalse.range), stepRises && ifTrue.rising && ifFalse.rising,
          stepFalls && ifTrue.falling && ifFalse.falling};
}

Fact extremum(const Fact &a, const Fact &b, bool greatest) {
  auto pick = [&](int64_t x, int64_t y) { return greatest ? std::max(x, y) : std::min(x, y); };
  return {{pick(a.range.low, b.range.low), pick(a.range.high, b.range.high)},
          a.rising && b.rising,
          a.falling && b.falling};
}

Fact bitwise(const Fact &a, const Fact &b, bool isAnd, unsigned bits) {
  if (a.range.isPoint() && b.range.isPoint())
    return Fact::constant(isAnd ? a.range.low & b.range.low : a.range.low | b.range.low);
  return bits == 1 ? extremum(a, b, !isAnd) : unknown(bits);
}

Fact divided(const Fact &a, const Fact &b, unsigned bits) {
  if (!isNonNegative(a) || !b.range.isPoint() || b.range.low <= 0)
    return unknown(bits);
  return {{a.range.low / b.range.low, a.range.high / b.range.low}, a.rising, a.falling};
}

Fact leadingZeros(const Fact &a, unsigned bits) {
  if (!a.range.isPoint())
    return {{0, bits}, false, false};
  auto value = static_cast<uint64_t>(a.range.low);
  int64_t count = 0;
  while (count < bits && !(value >> (bits - 1 - count) & 1))
    ++count;
  return Fact::constant(count);
}

} // namespace

Interval iree_compiler::hull(Interval a, Interval b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

Interval iree_compiler::rangeOfWidth(unsigned bits) {
  if (bits == 1)
    return {0, 1};
  auto high = static_cast<int64_t>((uint64_t(1) << (bits - 1)) - 1);
  return {-high - 1, high};
}

unsigned ScalarFunction::add(ScalarInstruction instruction) {
  instructions.push_back(std::move(instruction));
  return size() - 1;
}

void ScalarFunction::evaluate(std::vector<Fact> &facts) const {
  for (unsigned index = 0; index < size(); ++index)
    if (instructions[index].op != ScalarOp::Argument)
      evaluateAt(index, facts);
}

/// With every argument at its lowest or highest value.
Interval ScalarFunction::rangeAtEnds(unsigned index, std::vector<Fact> facts, bool high) const {
  for (unsigned i = 0; i < size(); ++i)
    if (instructions[i].op == ScalarOp::Argument)
      facts[i] = Fact::constant(high ? facts[i].range.high : facts[i].range.low);
  evaluate(facts);
  return facts[index].range;
}

Interval ScalarFunction::rangeOf(unsigned index, std::vector<Fact> &facts) const {
  evaluate(facts);
  const Fact &fact = facts[index];
  if (fact.range.isPoint() || (!fact.rising && !fact.falling))
    return fact.range;
  return hull(rangeAtEnds(index, facts, false), rangeAtEnds(index, facts, true));
}

void ScalarFunction::evaluateAt(unsigned index, std::vector<Fact> &facts) const {
  const ScalarInstruction &at = instructions[index];
  auto operand = [&](unsigned position) -> const Fact & { return facts[at.operands[position]]; };
  auto operandBits = [&] { return instructions[at.operands[0]].bits; };
  auto evaluated = [&]() -> Fact {
    switch (at.op) {
    case ScalarOp::Argument:
      return facts[index];
    case ScalarOp::Constant:
      return Fact::constant(at.value);
    case ScalarOp::Add:
      return sum(operand(0), operand(1), at.bits);
    case ScalarOp::Sub:
      return difference(operand(0), operand(1), at.bits);
    case ScalarOp::Mul:
      return product(operand(0), operand(1), at.bits);
    case ScalarOp::ShiftLeft:
      return shiftedLeft(operand(0), operand(1), at.bits);
    case ScalarOp::ShiftRight:
      return shiftedRight(operand(0), operand(1), at.bits);
    case ScalarOp::ShiftRightUnsigned:
      return isNonNegative(operand(0)) ? shiftedRight(operand(0), operand(1), at.bits)
                                       : unknown(at.bits);
    case ScalarOp::Min:
    case ScalarOp::Max:
      return extremum(operand(0), operand(1), at.op == ScalarOp::Max);
    case ScalarOp::And:
    case ScalarOp::Or:
      return bitwise(operand(0), operand(1), at.op == ScalarOp::And, at.bits);
    case ScalarOp::DivideUnsigned:
      return divided(operand(0), operand(1), at.bits);
    case ScalarOp::CountLeadingZeros:
      return leadingZeros(operand(0), at.bits);
    case ScalarOp::Extend: // one bit is all ones when extended with its sign
      return operandBits() == 1 ? negated(operand(0)) : operand(0);
    case ScalarOp::ExtendUnsigned:
      return zeroExtended(operand(0), operandBits(), at.bits);
    case ScalarOp::Truncate:
      return truncated(operand(0), at.bits);
    case ScalarOp::Equal:
    case ScalarOp::NotEqual:
      return equal(operand(0), operand(1), at.op == ScalarOp::Equal);
    case ScalarOp::Less:
    case ScalarOp::LessEqual:
      return compared(operand(0), operand(1), at.op == ScalarOp::LessEqual);
    case ScalarOp::Select:
      return selected(operand(0), operand(1), operand(2));
    case ScalarOp::Unknown:
      break;
    }
    return unknown(at.bits);
  };
  facts[index] = evaluated();
}
