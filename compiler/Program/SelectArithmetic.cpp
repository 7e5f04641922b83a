// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instructions for arith operations.
#include "compiler/Program/RegisterSelection.h"
#include "compiler/Program/ScalarOperations.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace iree_compiler;

uint64_t iree_compiler::constantBits(Attribute attribute) {
  if (auto integer = dyn_cast<IntegerAttr>(attribute)) {
    const APInt &value = integer.getValue();
    return value.getBitWidth() == 1 ? value.getZExtValue()
                                    : static_cast<uint64_t>(value.getSExtValue());
  }
  APFloat value = cast<FloatAttr>(attribute).getValue();
  bool losesInfo = false;
  if (&value.getSemantics() != &APFloat::IEEEdouble())
    value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &losesInfo);
  return value.bitcastToAPInt().getZExtValue();
}

Opcode iree_compiler::intToFloatOpcode(bool isUnsigned, RegisterType from, RegisterType to) {
  static constexpr Opcode kOpcodes[2][2][2] = {
      {{Opcode::CVT_S32_F32, Opcode::CVT_S32_F64}, {Opcode::CVT_S64_F32, Opcode::CVT_S64_F64}},
      {{Opcode::CVT_U32_F32, Opcode::CVT_U32_F64}, {Opcode::CVT_U64_F32, Opcode::CVT_U64_F64}}};
  return kOpcodes[isUnsigned][is64(from)][is64(to)];
}

Opcode iree_compiler::floatToIntOpcode(bool isUnsigned, RegisterType from, RegisterType to) {
  static constexpr Opcode kOpcodes[2][2][2] = {
      {{Opcode::CVT_F32_S32, Opcode::CVT_F32_S64}, {Opcode::CVT_F64_S32, Opcode::CVT_F64_S64}},
      {{Opcode::CVT_F32_U32, Opcode::CVT_F32_U64}, {Opcode::CVT_F64_U32, Opcode::CVT_F64_U64}}};
  return kOpcodes[isUnsigned][is64(from)][is64(to)];
}

uint32_t iree_compiler::relations(arith::CmpFPredicate predicate) {
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::AlwaysFalse:
    return 0;
  case P::OEQ:
    return 1;
  case P::OGT:
    return 2;
  case P::OGE:
    return 3;
  case P::OLT:
    return 4;
  case P::OLE:
    return 5;
  case P::ONE:
    return 6;
  case P::ORD:
    return 7;
  case P::UEQ:
    return 9;
  case P::UGT:
    return 10;
  case P::UGE:
    return 11;
  case P::ULT:
    return 12;
  case P::ULE:
    return 13;
  case P::UNE:
    return 14;
  case P::UNO:
    return 8;
  case P::AlwaysTrue:
    return 15;
  }
  llvm_unreachable("unknown predicate");
}

uint32_t RegisterSelector::normalize(uint32_t number, Type type) {
  if (type.isF16())
    return emit(Opcode::ROUND_F16, RegisterType::F32, {number});
  if (type.isBF16())
    return emit(Opcode::ROUND_BF16, RegisterType::F32, {number});
  if (!type.isInteger())
    return number;
  unsigned width = type.getIntOrFloatBitWidth();
  RegisterType holder = *registerType(type);
  if (width == 1)
    return emit(Opcode::AND_I32, holder, {number, constant(holder, 1)});
  if (width == 8)
    return emit(Opcode::EXT8S_I32, holder, {number});
  if (width == 16)
    return emit(Opcode::EXT16S_I32, holder, {number});
  if (width == 32 || width == 64)
    return number;
  bool wide = holder == RegisterType::I64;
  uint32_t count = constant(holder, (wide ? 64 : 32) - width);
  uint32_t left = emit(wide ? Opcode::SHL_I64 : Opcode::SHL_I32, holder, {number, count});
  return emit(wide ? Opcode::SHRS_I64 : Opcode::SHRS_I32, holder, {left, count});
}

uint32_t RegisterSelector::signedValue(Value value) {
  if (!value.getType().isInteger(1))
    return registerOf(value);
  return emit(Opcode::SUB_I32, RegisterType::I32,
              {constant(RegisterType::I32, 0), registerOf(value)});
}

uint32_t RegisterSelector::unsignedValue(Value value) {
  unsigned width = integerWidth(value.getType());
  RegisterType type = *registerType(value.getType());
  if (width == 1 || width == 32 || width == 64)
    return registerOf(value);
  return emit(type == RegisterType::I64 ? Opcode::AND_I64 : Opcode::AND_I32, type,
              {registerOf(value), constant(type, llvm::maskTrailingOnes<uint64_t>(width))});
}

uint32_t RegisterSelector::widened(uint32_t number, bool isSigned, RegisterType type) {
  RegisterType from = function.types[number];
  if (from == type)
    return number;
  if (type == RegisterType::I32)
    return emit(Opcode::TRUNC_I64, type, {number});
  return emit(isSigned ? Opcode::EXTS_I64 : Opcode::EXTU_I64, type, {number});
}

bool RegisterSelector::selectBinary(Operation &op) {
  StringRef name = op.getName().getStringRef();
  Value result = op.getResult(0);
  RegisterType type = *registerType(result.getType());
  for (const IntegerOperation &each : kIntegerOperations) {
    if (each.name != name)
      continue;
    llvm::SmallVector<uint32_t, 2> sources;
    for (Value operand : op.getOperands())
      sources.push_back(each.operands == IntegerOperation::Signed     ? signedValue(operand)
                        : each.operands == IntegerOperation::Unsigned ? unsignedValue(operand)
                                                                      : registerOf(operand));
    uint32_t number = emit(is64(type) ? each.on64 : each.on32, type, sources);
    bool negative = each.operands == IntegerOperation::Signed && result.getType().isInteger(1);
    define(result, each.normalize || negative ? normalize(number, result.getType()) : number);
    return true;
  }
  for (const FloatOperation &each : kFloatOperations) {
    if (each.name != name)
      continue;
    llvm::SmallVector<uint32_t, 3> sources;
    for (Value operand : op.getOperands())
      sources.push_back(registerOf(operand));
    uint32_t number = emit(is64(type) ? each.on64 : each.on32, type, sources);
    define(result, each.rounds ? normalize(number, result.getType()) : number);
    return true;
  }
  return false;
}

bool RegisterSelector::selectConversion(Operation &op) {
  if (op.getNumOperands() != 1 || op.getNumResults() != 1)
    return false;
  Value source = op.getOperand(0), result = op.getResult(0);
  Type from = source.getType(), to = result.getType();
  RegisterType fromType = *registerType(from), toType = *registerType(to);
  auto narrowed = [&](uint32_t number) {
    number = widened(number, true, toType);
    define(result, integerWidth(to) < integerWidth(from) ? normalize(number, to) : number);
  };
  if (isa<arith::ExtSIOp, arith::IndexCastOp>(op)) {
    narrowed(signedValue(source));
  } else if (isa<arith::TruncIOp>(op)) {
    narrowed(registerOf(source));
  } else if (isa<arith::ExtUIOp, arith::IndexCastUIOp>(op)) {
    uint32_t number = widened(unsignedValue(source), false, toType);
    define(result, integerWidth(to) < integerWidth(from) ? normalize(number, to) : number);
  } else if (isa<arith::ExtFOp>(op)) {
    define(result, toType == fromType ? registerOf(source)
                                      : emit(Opcode::CVT_F32_F64, toType, {registerOf(source)}));
  } else if (isa<arith::TruncFOp>(op)) {
    if (fromType == RegisterType::F64)
      define(result, emit(to.isF16()    ? Opcode::CVT_F64_F16
                          : to.isBF16() ? Opcode::CVT_F64_BF16
                                        : Opcode::CVT_F64_F32,
                          toType, {registerOf(source)}));
    else
      define(result, normalize(registerOf(source), to));
  } else if (isa<arith::SIToFPOp, arith::UIToFPOp>(op)) {
    bool isUnsigned = isa<arith::UIToFPOp>(op);
    uint32_t number = isUnsigned ? unsignedValue(source) : signedValue(source);
    number = emit(intToFloatOpcode(isUnsigned, fromType, toType), toType, {number});
    define(result, normalize(number, to));
  } else if (isa<arith::FPToSIOp, arith::FPToUIOp>(op)) {
    Opcode opcode = floatToIntOpcode(isa<arith::FPToUIOp>(op), fromType, toType);
    define(result, normalize(emit(opcode, toType, {registerOf(source)}), to));
  } else {
    return false;
  }
  return true;
}

/// f16 and bf16 are held as f32: their bits are computed. All values are
/// multiples of 2^-24, and scaling by powers of two is exact.
uint32_t RegisterSelector::bitsOfHalf(uint32_t number, bool isF16) {
  auto i32 = [&](uint32_t value) { return constant(RegisterType::I32, value); };
  auto on = [&](Opcode opcode, uint32_t a, uint32_t b) {
    return emit(opcode, RegisterType::I32, {a, b});
  };
  uint32_t bits = emit(Opcode::BITCAST_F32_I32, RegisterType::I32, {number});
  if (!isF16)
    return on(Opcode::SHRS_I32, bits, i32(16));
  uint32_t scale = constant(RegisterType::F32, 0x07800000); // 2^-112
  uint32_t scaled = emit(Opcode::MUL_F32, RegisterType::F32, {number, scale});
  uint32_t scaledBits = emit(Opcode::BITCAST_F32_I32, RegisterType::I32, {scaled});
  uint32_t magnitude = on(Opcode::AND_I32, bits, i32(0x7FFFFFFF));
  uint32_t isFinite = on(Opcode::LTU_I32, magnitude, i32(0x7F800000));
  // Infinities and NaNs keep their upper bits of the fraction.
  uint32_t special =
      on(Opcode::OR_I32, on(Opcode::AND_I32, magnitude, i32(0x007FE000)), i32(0x1F << 23));
  uint32_t chosen = emit(Opcode::SELECT, RegisterType::I32,
                         {isFinite, on(Opcode::AND_I32, scaledBits, i32(0x7FFFFFFF)), special});
  uint32_t sign = on(Opcode::AND_I32, on(Opcode::SHRS_I32, bits, i32(16)), i32(0xFFFF8000));
  return on(Opcode::OR_I32, on(Opcode::SHRU_I32, chosen, i32(13)), sign);
}

uint32_t RegisterSelector::halfOfBits(uint32_t number, bool isF16) {
  auto i32 = [&](uint32_t value) { return constant(RegisterType::I32, value); };
  auto on = [&](Opcode opcode, uint32_t a, uint32_t b) {
    return emit(opcode, RegisterType::I32, {a, b});
  };
  if (!isF16)
    return emit(Opcode::BITCAST_I32_F32, RegisterType::F32, {on(Opcode::SHL_I32, number, i32(16))});
  uint32_t magnitude = on(Opcode::SHL_I32, on(Opcode::AND_I32, number, i32(0x7FFF)), i32(13));
  uint32_t scale = constant(RegisterType::F32, 0x77800000); // 2^112
  uint32_t scaled = emit(Opcode::MUL_F32, RegisterType::F32,
                         {emit(Opcode::BITCAST_I32_F32, RegisterType::F32, {magnitude}), scale});
  uint32_t isFinite = on(Opcode::LTU_I32, magnitude, i32(0x1F << 23));
  uint32_t chosen = emit(Opcode::SELECT, RegisterType::I32,
                         {isFinite, emit(Opcode::BITCAST_F32_I32, RegisterType::I32, {scaled}),
                          on(Opcode::OR_I32, magnitude, i32(0x7F800000))});
  uint32_t sign = on(Opcode::SHL_I32, on(Opcode::AND_I32, number, i32(0x8000)), i32(16));
  return emit(Opcode::BITCAST_I32_F32, RegisterType::F32, {on(Opcode::OR_I32, chosen, sign)});
}

void RegisterSelector::selectBitcast(Operation &op) {
  Value source = op.getOperand(0), result = op.getResult(0);
  Type from = source.getType(), to = result.getType();
  uint32_t number = registerOf(source);
  if (from.isInteger() && to.isInteger()) {
    define(result, number);
    return;
  }
  if (from.isF16() || from.isBF16())
    number = bitsOfHalf(number, from.isF16());
  else if (!from.isInteger())
    number = from.isF64() ? emit(Opcode::BITCAST_F64_I64, RegisterType::I64, {number})
                          : emit(Opcode::BITCAST_F32_I32, RegisterType::I32, {number});
  if (to.isF16() || to.isBF16())
    number = halfOfBits(number, to.isF16());
  else if (!to.isInteger())
    number = to.isF64() ? emit(Opcode::BITCAST_I64_F64, RegisterType::F64, {number})
                        : emit(Opcode::BITCAST_I32_F32, RegisterType::F32, {number});
  define(result, number);
}

/// Both halves of a product.
void RegisterSelector::selectExtendedProduct(Operation &op, bool isSigned) {
  Type type = op.getResult(0).getType();
  unsigned width = integerWidth(type);
  auto value = [&](Value operand) {
    return isSigned ? signedValue(operand) : unsignedValue(operand);
  };
  uint32_t a = value(op.getOperand(0)), b = value(op.getOperand(1));
  if (width == 32) {
    define(op.getResult(0), emit(Opcode::MUL_I32, RegisterType::I32, {a, b}));
    define(op.getResult(1),
           emit(isSigned ? Opcode::MULHS_I32 : Opcode::MULHU_I32, RegisterType::I32, {a, b}));
    return;
  }
  auto on = [&](Opcode opcode, uint32_t x, uint32_t y) {
    return emit(opcode, RegisterType::I64, {x, y});
  };
  auto i64 = [&](uint64_t bits) { return constant(RegisterType::I64, bits); };
  if (width < 32) {
    uint32_t product = on(Opcode::MUL_I64, widened(a, isSigned, RegisterType::I64),
                          widened(b, isSigned, RegisterType::I64));
    uint32_t high = on(Opcode::SHRS_I64, product, i64(width));
    define(op.getResult(0), normalize(widened(product, true, RegisterType::I32), type));
    define(op.getResult(1), normalize(widened(high, true, RegisterType::I32), type));
    return;
  }
  uint32_t mask = i64(0xFFFFFFFF), half = i64(32);
  uint32_t aLow = on(Opcode::AND_I64, a, mask), aHigh = on(Opcode::SHRU_I64, a, half);
  uint32_t bLow = on(Opcode::AND_I64, b, mask), bHigh = on(Opcode::SHRU_I64, b, half);
  uint32_t lowest = on(Opcode::MUL_I64, aLow, bLow);
  uint32_t middle =
      on(Opcode::ADD_I64, on(Opcode::MUL_I64, aHigh, bLow), on(Opcode::SHRU_I64, lowest, half));
  uint32_t other =
      on(Opcode::ADD_I64, on(Opcode::MUL_I64, aLow, bHigh), on(Opcode::AND_I64, middle, mask));
  uint32_t high = on(
      Opcode::ADD_I64, on(Opcode::MUL_I64, aHigh, bHigh),
      on(Opcode::ADD_I64, on(Opcode::SHRU_I64, middle, half), on(Opcode::SHRU_I64, other, half)));
  if (isSigned)
    for (auto [x, y] : {std::pair(a, b), std::pair(b, a)})
      high = on(Opcode::SUB_I64, high, on(Opcode::AND_I64, on(Opcode::SHRS_I64, x, i64(63)), y));
  define(op.getResult(0), on(Opcode::MUL_I64, a, b));
  define(op.getResult(1), high);
}

void RegisterSelector::selectSumWithCarry(Operation &op) {
  Type type = op.getResult(0).getType();
  bool wide = *registerType(type) == RegisterType::I64;
  uint32_t a = registerOf(op.getOperand(0)), b = registerOf(op.getOperand(1));
  uint32_t sum = emit(wide ? Opcode::ADD_I64 : Opcode::ADD_I32, *registerType(type), {a, b});
  sum = normalize(sum, type);
  define(op.getResult(0), sum);
  define(op.getResult(1),
         emit(wide ? Opcode::LTU_I64 : Opcode::LTU_I32, RegisterType::I32, {sum, a}));
}

Opcode iree_compiler::comparisonOpcode(arith::CmpIPredicate predicate, bool wide, bool &swaps) {
  using P = arith::CmpIPredicate;
  swaps = predicate == P::sgt || predicate == P::sge || predicate == P::ugt || predicate == P::uge;
  switch (predicate) {
  case P::eq:
    return wide ? Opcode::EQ_I64 : Opcode::EQ_I32;
  case P::ne:
    return wide ? Opcode::NE_I64 : Opcode::NE_I32;
  case P::slt:
  case P::sgt:
    return wide ? Opcode::LTS_I64 : Opcode::LTS_I32;
  case P::sle:
  case P::sge:
    return wide ? Opcode::LES_I64 : Opcode::LES_I32;
  case P::ult:
  case P::ugt:
    return wide ? Opcode::LTU_I64 : Opcode::LTU_I32;
  case P::ule:
  case P::uge:
    return wide ? Opcode::LEU_I64 : Opcode::LEU_I32;
  }
  llvm_unreachable("unknown predicate");
}

void RegisterSelector::selectComparison(arith::CmpIOp op) {
  bool wide = *registerType(op.getLhs().getType()) == RegisterType::I64, swaps = false;
  Opcode opcode = comparisonOpcode(op.getPredicate(), wide, swaps);
  bool isSigned = opcode == Opcode::LTS_I32 || opcode == Opcode::LES_I32;
  auto value = [&](Value operand) { return isSigned ? signedValue(operand) : registerOf(operand); };
  uint32_t a = value(swaps ? op.getRhs() : op.getLhs());
  uint32_t b = value(swaps ? op.getLhs() : op.getRhs());
  define(op.getResult(), emit(opcode, RegisterType::I32, {a, b}));
}

LogicalResult RegisterSelector::selectArith(Operation &op) {
  if (isa<arith::ConstantOp>(op) || isa<ub::PoisonOp>(op))
    return success(); // where they are used; poison as 0
  if (selectBinary(op) || selectConversion(op))
    return success();
  if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
    selectComparison(compare);
    return success();
  }
  if (auto compare = dyn_cast<arith::CmpFOp>(op)) {
    bool wide = compare.getLhs().getType().isF64();
    define(compare.getResult(), emit(wide ? Opcode::CMP_F64 : Opcode::CMP_F32, RegisterType::I32,
                                     {registerOf(compare.getLhs()), registerOf(compare.getRhs())},
                                     relations(compare.getPredicate())));
    return success();
  }
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    define(select.getResult(),
           emit(Opcode::SELECT, *registerType(select.getType()),
                {registerOf(select.getCondition()), registerOf(select.getTrueValue()),
                 registerOf(select.getFalseValue())}));
    return success();
  }
  if (isa<arith::BitcastOp>(op)) {
    selectBitcast(op);
    return success();
  }
  if (isa<arith::MulSIExtendedOp, arith::MulUIExtendedOp>(op)) {
    selectExtendedProduct(op, isa<arith::MulSIExtendedOp>(op));
    return success();
  }
  if (isa<arith::AddUIExtendedOp>(op)) {
    selectSumWithCarry(op);
    return success();
  }
  return failure();
}
