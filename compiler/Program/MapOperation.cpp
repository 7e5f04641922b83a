// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Program/MapOperation.h"

#include "compiler/Program/ScalarOperations.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

bool isWord(Type type) { return integerWidth(type) == 32 || integerWidth(type) == 64; }

/// Loads of i8 and i16 that extend by zeros.
std::optional<MemoryType> unsignedType(Type type) {
  switch (integerWidth(type)) {
  case 1:
    return MemoryType::I1;
  case 8:
    return MemoryType::U8;
  case 16:
    return MemoryType::U16;
  case 32:
    return MemoryType::I32;
  case 64:
    return MemoryType::I64;
  default:
    return std::nullopt;
  }
}

bool setBinary(Operation &op, MapOperation &result) {
  StringRef name = op.getName().getStringRef();
  Type type = op.getResult(0).getType();
  bool wide = is64(*registerType(type));
  for (const IntegerOperation &each : kIntegerOperations)
    if (each.name == name) {
      result.opcode = wide ? each.on64 : each.on32;
      if (type.isInteger(1))
        return each.operands == IntegerOperation::AsHeld && !each.normalize;
      return each.operands != IntegerOperation::Unsigned || isWord(type);
    }
  for (const FloatOperation &each : kFloatOperations)
    if (each.name == name) {
      result.opcode = wide ? each.on64 : each.on32;
      return true;
    }
  for (const auto &[mathName, mathFunction] : kMathFunctions)
    if (mathName == name) {
      result.opcode = wide ? Opcode::MATH_F64 : Opcode::MATH_F32;
      result.extra = static_cast<uint32_t>(mathFunction);
      return op.getNumOperands() == 1;
    }
  return false;
}

bool setConversion(Operation &op, MapOperation &result) {
  if (op.getNumOperands() != 1)
    return false;
  Type from = op.getOperand(0).getType(), to = op.getResult(0).getType();
  RegisterType fromType = *registerType(from), toType = *registerType(to);
  bool isUnsigned = isa<arith::ExtUIOp, arith::IndexCastUIOp, arith::UIToFPOp>(op);
  if (isa<arith::ExtSIOp, arith::ExtUIOp, arith::TruncIOp, arith::IndexCastOp,
          arith::IndexCastUIOp>(op)) {
    if (from.isInteger(1) && isa<arith::ExtSIOp, arith::IndexCastOp>(op))
      return false; // -1 for 1
    if (fromType != toType)
      result.opcode = toType == RegisterType::I32 ? Opcode::TRUNC_I64
                      : isUnsigned                ? Opcode::EXTU_I64
                                                  : Opcode::EXTS_I64;
  } else if (isa<arith::ExtFOp, arith::TruncFOp>(op)) {
    if (fromType != toType)
      result.opcode = toType == RegisterType::F64 ? Opcode::CVT_F32_F64
                      : to.isF16()                ? Opcode::CVT_F64_F16
                      : to.isBF16()               ? Opcode::CVT_F64_BF16
                                                  : Opcode::CVT_F64_F32;
  } else if (isa<arith::SIToFPOp, arith::UIToFPOp>(op)) {
    if (from.isInteger(1) && !isUnsigned)
      return false;
    result.opcode = intToFloatOpcode(isUnsigned, fromType, toType);
  } else if (isa<arith::FPToSIOp, arith::FPToUIOp>(op)) {
    result.opcode = floatToIntOpcode(isa<arith::FPToUIOp>(op), fromType, toType);
    return !to.isInteger(1); // other values than 0 and 1 may be stored
  } else {
    return false;
  }
  if (isUnsigned) {
    result.sourceType = unsignedType(from);
    return result.sourceType.has_value();
  }
  return !to.isInteger(1);
}

} // namespace

std::optional<MapOperation> MapOperation::of(Operation &op) {
  if (op.getNumResults() == 0)
    return std::nullopt;
  for (Type type : llvm::concat<const Type>(op.getOperandTypes(), op.getResultTypes()))
    if (!registerType(type) || !memoryType(type) || !fillsMemory(type))
      return std::nullopt;
  MapOperation result;
  llvm::append_range(result.sources, op.getOperands());
  if (isa<arith::MulSIExtendedOp, arith::MulUIExtendedOp>(op)) {
    result.opcode = isa<arith::MulSIExtendedOp>(op) ? Opcode::MULHS_I32 : Opcode::MULHU_I32;
    result.result = op.getResult(1);
    if (!op.getResult(0).use_empty() || !result.result.getType().isInteger(32))
      return std::nullopt;
    return result;
  }
  if (op.getNumResults() != 1)
    return std::nullopt;
  result.result = op.getResult(0);
  if (setBinary(op, result))
    return result;
  if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
    bool swaps = false;
    Type type = compare.getLhs().getType();
    result.opcode = comparisonOpcode(compare.getPredicate(), is64(*registerType(type)), swaps);
    if (swaps)
      std::swap(result.sources[0], result.sources[1]);
    if (type.isInteger(1))
      return std::nullopt;
    return result;
  }
  if (auto compare = dyn_cast<arith::CmpFOp>(op)) {
    result.opcode = compare.getLhs().getType().isF64() ? Opcode::CMP_F64 : Opcode::CMP_F32;
    result.extra = relations(compare.getPredicate());
    return result;
  }
  if (isa<arith::SelectOp>(op)) {
    result.opcode = Opcode::SELECT;
    return result;
  }
  if (setConversion(op, result))
    return result;
  return std::nullopt;
}
