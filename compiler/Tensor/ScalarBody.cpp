// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Tensor/ScalarBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Index values are small; they count as 64 bits.
unsigned widthOf(Type type) { return type.isIndex() ? 64 : type.getIntOrFloatBitWidth(); }

bool isScalarInteger(Type type) {
  return type.isIndex() || (type.isSignlessInteger() && widthOf(type) <= 64);
}

int64_t valueOf(const APInt &value) {
  return value.getBitWidth() == 1 ? static_cast<int64_t>(value.getZExtValue())
                                  : value.getSExtValue();
}

/// A shift that keeps only bits which a signed one would keep as well: canonical
/// form of the upper half of a product.
bool isSignedAsUsed(arith::ShRUIOp shift) {
  APInt amount;
  if (!matchPattern(shift.getRhs(), m_ConstantInt(&amount)) || amount.uge(widthOf(shift.getType())))
    return false;
  uint64_t kept = widthOf(shift.getType()) - amount.getZExtValue();
  return llvm::all_of(shift->getUsers(), [&](Operation *user) {
    auto truncation = dyn_cast<arith::TruncIOp>(user);
    return truncation && widthOf(truncation.getType()) <= kept;
  });
}

/// Unsigned operations count as Unknown here; on operands that are not
/// negative canonicalisation has made them signed where it can.
ScalarOp kindOf(Operation &op) {
  return TypeSwitch<Operation *, ScalarOp>(&op)
      .Case<arith::AddIOp>([](auto) { return ScalarOp::Add; })
      .Case<arith::SubIOp>([](auto) { return ScalarOp::Sub; })
      .Case<arith::MulIOp>([](auto) { return ScalarOp::Mul; })
      .Case<arith::ShLIOp>([](auto) { return ScalarOp::ShiftLeft; })
      .Case<arith::ShRSIOp>([](auto) { return ScalarOp::ShiftRight; })
      .Case<arith::ShRUIOp>([](arith::ShRUIOp shift) {
        return isSignedAsUsed(shift) ? ScalarOp::ShiftRight : ScalarOp::ShiftRightUnsigned;
      })
      .Case<arith::MinSIOp>([](auto) { return ScalarOp::Min; })
      .Case<arith::MaxSIOp>([](auto) { return ScalarOp::Max; })
      .Case<arith::AndIOp>([](auto) { return ScalarOp::And; })
      .Case<arith::OrIOp>([](auto) { return ScalarOp::Or; })
      .Case<arith::DivUIOp>([](auto) { return ScalarOp::DivideUnsigned; })
      .Case<math::CountLeadingZerosOp>([](auto) { return ScalarOp::CountLeadingZeros; })
      .Case<arith::ExtSIOp>([](auto) { return ScalarOp::Extend; })
      .Case<arith::ExtUIOp>([](auto) { return ScalarOp::ExtendUnsigned; })
      .Case<arith::TruncIOp>([](auto) { return ScalarOp::Truncate; })
      .Case<arith::IndexCastOp>([](arith::IndexCastOp cast) {
        return cast.getIn().getType().isIndex() ? ScalarOp::Truncate : ScalarOp::Extend;
      })
      .Case<arith::SelectOp>([](auto) { return ScalarOp::Select; })
      .Case<arith::CmpIOp>([](arith::CmpIOp compare) {
        switch (compare.getPredicate()) {
        case arith::CmpIPredicate::eq:
          return ScalarOp::Equal;
        case arith::CmpIPredicate::ne:
          return ScalarOp::NotEqual;
        case arith::CmpIPredicate::slt:
        case arith::CmpIPredicate::sgt:
          return ScalarOp::Less;
        case arith::CmpIPredicate::sle:
        case arith::CmpIPredicate::sge:
          return ScalarOp::LessEqual;
        default:
          return ScalarOp::Unknown;
        }
      })
      .Default([](Operation *) { return ScalarOp::Unknown; });
}

/// Operations whose meaning depends on the sign: one bit counts as 0 or 1 here,
/// but as 0 or -1 there.
bool isSigned(ScalarOp kind) {
  return kind == ScalarOp::Min || kind == ScalarOp::Max || kind == ScalarOp::Less ||
         kind == ScalarOp::LessEqual || kind == ScalarOp::ShiftRight;
}

/// The kind, if all operands are followed and mean what it takes them for.
ScalarOp kindOnOperands(Operation &op) {
  ScalarOp kind = kindOf(op);
  for (Type type : op.getOperandTypes())
    if (!isScalarInteger(type) || (type.isInteger(1) && isSigned(kind)))
      return ScalarOp::Unknown;
  return kind;
}

/// a > b is b < a.
bool swapsOperands(Operation &op) {
  auto compare = dyn_cast<arith::CmpIOp>(op);
  return compare && (compare.getPredicate() == arith::CmpIPredicate::sgt ||
                     compare.getPredicate() == arith::CmpIPredicate::sge);
}

} // namespace

ScalarBody::ScalarBody(linalg::GenericOp generic) : op(generic) {
  for (BlockArgument argument : generic.getBody()->getArguments())
    if (isScalarInteger(argument.getType()))
      addValue(argument, {ScalarOp::Argument, widthOf(argument.getType()), {}, 0});
  for (Operation &inner : generic.getBody()->without_terminator())
    translate(inner);
}

std::optional<unsigned> ScalarBody::indexOf(Value value) const {
  auto found = indices.find(value);
  if (found == indices.end())
    return std::nullopt;
  return found->second;
}

unsigned ScalarBody::addValue(Value value, ScalarInstruction instruction) {
  return indices[value] = scalars.add(std::move(instruction));
}

/// Values from outside the body are added where they are first used.
unsigned ScalarBody::operand(Value value) {
  if (auto index = indexOf(value))
    return *index;
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return addValue(value, {ScalarOp::Constant, widthOf(value.getType()), {}, valueOf(constant)});
  return addValue(value, {ScalarOp::Unknown, widthOf(value.getType()), {}, 0});
}

void ScalarBody::translate(Operation &inner) {
  if (auto index = dyn_cast<linalg::IndexOp>(inner)) {
    addValue(index, {ScalarOp::Argument, 64, {}, 0});
    return;
  }
  APInt constant;
  if (inner.getNumResults() == 1 && isScalarInteger(inner.getResult(0).getType()) &&
      matchPattern(inner.getResult(0), m_ConstantInt(&constant))) {
    Type type = inner.getResult(0).getType();
    addValue(inner.getResult(0), {ScalarOp::Constant, widthOf(type), {}, valueOf(constant)});
    return;
  }
  ScalarOp kind = kindOnOperands(inner);
  std::vector<unsigned> operands;
  if (kind != ScalarOp::Unknown) {
    for (Value value : inner.getOperands())
      operands.push_back(operand(value));
    if (swapsOperands(inner))
      std::swap(operands[0], operands[1]);
  }
  for (Value result : inner.getResults())
    if (isScalarInteger(result.getType()))
      addValue(result, {kind, widthOf(result.getType()), operands, 0});
}

std::vector<Fact> ScalarBody::arguments(ArrayRef<Interval> operands) const {
  std::vector<Fact> facts(scalars.size());
  for (auto [argument, range] : llvm::zip_equal(op.getBody()->getArguments(), operands))
    if (auto index = indexOf(argument))
      facts[*index] = Fact::argument(range);
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  for (auto index : op.getBody()->getOps<linalg::IndexOp>()) {
    int64_t extent = extents[static_cast<size_t>(index.getDim())];
    if (auto argument = indexOf(index))
      facts[*argument] = Fact::argument(ShapedType::isDynamic(extent) ? rangeOfWidth(64)
                                                                      : Interval{0, extent - 1});
  }
  return facts;
}
