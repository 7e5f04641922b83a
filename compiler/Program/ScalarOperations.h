// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which instructions arith and math operations on scalars are.
#ifndef IREE_COMPILER_PROGRAM_SCALAROPERATIONS_H_
#define IREE_COMPILER_PROGRAM_SCALAROPERATIONS_H_

#include "compiler/Program/RegisterSelection.h"

namespace iree_compiler {

/// The bits that a register holds for a constant.
uint64_t constantBits(mlir::Attribute attribute);

/// How an operation on integers maps to an instruction.
struct IntegerOperation {
  llvm::StringLiteral name;
  Opcode on32, on64;
  enum { AsHeld, Signed, Unsigned } operands; ///< values that the instruction needs
  bool normalize;                             ///< the result may leave the type's range
};

inline constexpr IntegerOperation kIntegerOperations[] = {
    {"arith.addi", Opcode::ADD_I32, Opcode::ADD_I64, IntegerOperation::AsHeld, true},
    {"arith.subi", Opcode::SUB_I32, Opcode::SUB_I64, IntegerOperation::AsHeld, true},
    {"arith.muli", Opcode::MUL_I32, Opcode::MUL_I64, IntegerOperation::AsHeld, true},
    {"arith.divsi", Opcode::DIVS_I32, Opcode::DIVS_I64, IntegerOperation::Signed, true},
    {"arith.divui", Opcode::DIVU_I32, Opcode::DIVU_I64, IntegerOperation::Unsigned, true},
    {"arith.remsi", Opcode::REMS_I32, Opcode::REMS_I64, IntegerOperation::Signed, true},
    {"arith.remui", Opcode::REMU_I32, Opcode::REMU_I64, IntegerOperation::Unsigned, true},
    {"arith.andi", Opcode::AND_I32, Opcode::AND_I64, IntegerOperation::AsHeld, false},
    {"arith.ori", Opcode::OR_I32, Opcode::OR_I64, IntegerOperation::AsHeld, false},
    {"arith.xori", Opcode::XOR_I32, Opcode::XOR_I64, IntegerOperation::AsHeld, false},
    {"arith.shli", Opcode::SHL_I32, Opcode::SHL_I64, IntegerOperation::AsHeld, true},
    {"arith.shrsi", Opcode::SHRS_I32, Opcode::SHRS_I64, IntegerOperation::AsHeld, false},
    {"arith.shrui", Opcode::SHRU_I32, Opcode::SHRU_I64, IntegerOperation::Unsigned, true},
    {"arith.minsi", Opcode::MINS_I32, Opcode::MINS_I64, IntegerOperation::Signed, false},
    {"arith.maxsi", Opcode::MAXS_I32, Opcode::MAXS_I64, IntegerOperation::Signed, false},
    // Sign extension keeps the order of unsigned numbers.
    {"arith.minui", Opcode::MINU_I32, Opcode::MINU_I64, IntegerOperation::AsHeld, false},
    {"arith.maxui", Opcode::MAXU_I32, Opcode::MAXU_I64, IntegerOperation::AsHeld, false},
};

struct FloatOperation {
  llvm::StringLiteral name;
  Opcode on32, on64;
  bool rounds; ///< the result of two f16 need not be one
};

inline constexpr FloatOperation kFloatOperations[] = {
    {"arith.addf", Opcode::ADD_F32, Opcode::ADD_F64, true},
    {"arith.subf", Opcode::SUB_F32, Opcode::SUB_F64, true},
    {"arith.mulf", Opcode::MUL_F32, Opcode::MUL_F64, true},
    {"arith.divf", Opcode::DIV_F32, Opcode::DIV_F64, true},
    {"arith.remf", Opcode::REM_F32, Opcode::REM_F64, true},
    {"arith.negf", Opcode::NEG_F32, Opcode::NEG_F64, false},
    {"arith.minimumf", Opcode::MIN_F32, Opcode::MIN_F64, false},
    {"arith.maximumf", Opcode::MAX_F32, Opcode::MAX_F64, false},
    {"arith.minnumf", Opcode::MINNUM_F32, Opcode::MINNUM_F64, false},
    {"arith.maxnumf", Opcode::MAXNUM_F32, Opcode::MAXNUM_F64, false},
    {"math.absf", Opcode::ABS_F32, Opcode::ABS_F64, false},
    {"math.copysign", Opcode::COPYSIGN_F32, Opcode::COPYSIGN_F64, false},
    {"math.fma", Opcode::FMA_F32, Opcode::FMA_F64, true},
};

inline constexpr std::pair<llvm::StringLiteral, MathFunction> kMathFunctions[] = {
    {"math.acos", MathFunction::ACOS},   {"math.acosh", MathFunction::ACOSH},
    {"math.asin", MathFunction::ASIN},   {"math.asinh", MathFunction::ASINH},
    {"math.atan", MathFunction::ATAN},   {"math.atan2", MathFunction::ATAN2},
    {"math.atanh", MathFunction::ATANH}, {"math.cbrt", MathFunction::CBRT},
    {"math.ceil", MathFunction::CEIL},   {"math.cos", MathFunction::COS},
    {"math.cosh", MathFunction::COSH},   {"math.erf", MathFunction::ERF},
    {"math.erfc", MathFunction::ERFC},   {"math.exp", MathFunction::EXP},
    {"math.exp2", MathFunction::EXP2},   {"math.expm1", MathFunction::EXPM1},
    {"math.floor", MathFunction::FLOOR}, {"math.log", MathFunction::LOG},
    {"math.log10", MathFunction::LOG10}, {"math.log1p", MathFunction::LOG1P},
    {"math.log2", MathFunction::LOG2},   {"math.powf", MathFunction::POW},
    {"math.round", MathFunction::ROUND}, {"math.roundeven", MathFunction::ROUNDEVEN},
    {"math.rsqrt", MathFunction::RSQRT}, {"math.sin", MathFunction::SIN},
    {"math.sinh", MathFunction::SINH},   {"math.sqrt", MathFunction::SQRT},
    {"math.tan", MathFunction::TAN},     {"math.tanh", MathFunction::TANH},
    {"math.trunc", MathFunction::TRUNC},
};

/// Relations for which a comparison of floating-point numbers holds, as CMP
/// has them: 1 equal, 2 greater, 4 less, 8 unordered.
uint32_t relations(mlir::arith::CmpFPredicate predicate);
/// Registers of 64 bits.
inline bool is64(RegisterType type) {
  return type == RegisterType::I64 || type == RegisterType::F64;
}

Opcode intToFloatOpcode(bool isUnsigned, RegisterType from, RegisterType to);
Opcode floatToIntOpcode(bool isUnsigned, RegisterType from, RegisterType to);

/// The instruction for a comparison. `swaps`: of b and a.
Opcode comparisonOpcode(mlir::arith::CmpIPredicate predicate, bool wide, bool &swaps);

} // namespace iree_compiler

#endif // IREE_COMPILER_PROGRAM_SCALAROPERATIONS_H_
