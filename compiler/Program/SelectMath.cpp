// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instructions for math operations.
#include "compiler/Program/RegisterSelection.h"
#include "compiler/Program/ScalarOperations.h"

using namespace mlir;
using namespace iree_compiler;

/// math.ctlz, cttz and ctpop.
void RegisterSelector::selectBitCount(Operation &op) {
  Value operand = op.getOperand(0);
  Type type = operand.getType();
  unsigned width = integerWidth(type);
  RegisterType holder = *registerType(type);
  bool wide = holder == RegisterType::I64;
  unsigned held = wide ? 64 : 32;
  uint32_t number = unsignedValue(operand);
  StringRef name = op.getName().stripDialect();
  if (name == "ctlz") {
    number = emit(wide ? Opcode::CLZ_I64 : Opcode::CLZ_I32, holder, {number});
    if (width != held)
      number = emit(wide ? Opcode::SUB_I64 : Opcode::SUB_I32, holder,
                    {number, constant(holder, held - width)});
  } else if (name == "cttz") {
    if (width != held)
      number = emit(wide ? Opcode::OR_I64 : Opcode::OR_I32, holder,
                    {number, constant(holder, uint64_t(1) << width)});
    number = emit(wide ? Opcode::CTZ_I64 : Opcode::CTZ_I32, holder, {number});
  } else {
    number = emit(wide ? Opcode::POPCNT_I64 : Opcode::POPCNT_I32, holder, {number});
  }
  define(op.getResult(0), normalize(number, type));
}

uint32_t RegisterSelector::emitMath(MathFunction mathFunction, Type type,
                                    ArrayRef<uint32_t> sources) {
  bool wide = type.isF64();
  RegisterType holder = *registerType(type);
  auto number = static_cast<uint32_t>(mathFunction);
  if (number >= kFirstOptionalMathFunction)
    require(kNeedsMath);
  if (sources.size() == 2)
    return normalize(emit(wide ? Opcode::MATH2_F64 : Opcode::MATH2_F32, holder, sources, number),
                     type);
  RegisterInstruction instruction;
  uint32_t result = function.newRegister(holder);
  instruction.words = {word(wide ? Opcode::MATH_F64 : Opcode::MATH_F32, 0, 0, number)};
  instruction.operands = {{result, 0, 8, true}, {sources[0], 0, 16, false}};
  append(std::move(instruction));
  return normalize(result, type);
}

/// isnan, isinf, isfinite and isnormal, as comparisons of the magnitude.
LogicalResult RegisterSelector::selectClassification(Operation &op) {
  Value operand = op.getOperand(0);
  Type type = operand.getType();
  bool wide = type.isF64();
  RegisterType holder = *registerType(type);
  uint32_t magnitude =
      emit(wide ? Opcode::ABS_F64 : Opcode::ABS_F32, holder, {registerOf(operand)});
  auto compare = [&](const APFloat &value, uint32_t mask) {
    uint32_t limit = constant(holder, constantBits(FloatAttr::get(type, value)));
    return emit(wide ? Opcode::CMP_F64 : Opcode::CMP_F32, RegisterType::I32, {magnitude, limit},
                mask);
  };
  const auto &semantics = cast<FloatType>(type).getFloatSemantics();
  StringRef name = op.getName().stripDialect();
  APFloat infinity = APFloat::getInf(semantics);
  if (name == "isnan")
    define(op.getResult(0), compare(infinity, 8));
  else if (name == "isinf")
    define(op.getResult(0), compare(infinity, 1));
  else if (name == "isfinite")
    define(op.getResult(0), compare(infinity, 4));
  else if (name == "isnormal")
    define(op.getResult(0),
           emit(Opcode::AND_I32, RegisterType::I32,
                {compare(infinity, 4), compare(APFloat::getSmallestNormalized(semantics), 3)}));
  else
    return failure();
  return success();
}

LogicalResult RegisterSelector::selectMath(Operation &op) {
  if (op.getNumResults() == 1 && selectBinary(op))
    return success();
  StringRef name = op.getName().getStringRef();
  for (const auto &[mathName, mathFunction] : kMathFunctions)
    if (mathName == name) {
      llvm::SmallVector<uint32_t, 2> sources;
      for (Value operand : op.getOperands())
        sources.push_back(registerOf(operand));
      define(op.getResult(0), emitMath(mathFunction, op.getResult(0).getType(), sources));
      return success();
    }
  StringRef plain = op.getName().stripDialect();
  if (plain == "ctlz" || plain == "cttz" || plain == "ctpop") {
    selectBitCount(op);
    return success();
  }
  if (plain == "sincos") {
    uint32_t source = registerOf(op.getOperand(0));
    Type type = op.getOperand(0).getType();
    define(op.getResult(0), emitMath(MathFunction::SIN, type, {source}));
    define(op.getResult(1), emitMath(MathFunction::COS, type, {source}));
    return success();
  }
  if (plain == "absi") {
    Type type = op.getResult(0).getType();
    RegisterType holder = *registerType(type);
    bool wide = holder == RegisterType::I64;
    uint32_t source = signedValue(op.getOperand(0));
    uint32_t negative =
        emit(wide ? Opcode::SUB_I64 : Opcode::SUB_I32, holder, {constant(holder, 0), source});
    define(op.getResult(0),
           normalize(emit(wide ? Opcode::MAXS_I64 : Opcode::MAXS_I32, holder, {source, negative}),
                     type));
    return success();
  }
  return selectClassification(op);
}
