// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From operations to register code. Blocks of arith, math, cf and program
// operations on scalars become a RegisterFunction; RegisterCode.h then assigns
// registers and writes words. encodeRegisterCode does both and verifies:
//
//   FailureOr<RegisterCode> code = encodeRegisterCode(region, [&](Operation &op,
//                                                                 RegisterSelector &selector) {
//     auto copy = dyn_cast<program::CopyOp>(op);
//     if (!copy)
//       return failure();               // reported at the operation
//     selector.append({wordsOf(copy), {}});
//     return success();
//   });
//
// `code->words`, `code->blocks` and `code->registerTypes` go into the module.
// The hook encodes what this file does not know; operands are in
// selector.registerOf(value), results get one with selector.define(value), and
// an operand's field in a word is one of RegisterInstruction::operands.
//
// Known: arith and math on i1 to i64, index, f16, bf16, f32 and f64, of which
// iree-expand-arithmetic leaves those with an instruction; cf.br, cf.cond_br;
// program.load, store, range, param, next, fail and return, func.return.
#ifndef IREE_COMPILER_PROGRAM_REGISTERSELECTION_H_
#define IREE_COMPILER_PROGRAM_REGISTERSELECTION_H_

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Program/Opcodes.h"
#include "compiler/Program/RegisterCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Region.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include <optional>

namespace iree_compiler {

/// How a load or store sees memory: opcode LOAD_I1 or STORE_I1 plus this.
enum class MemoryType : uint32_t { I1, I8, U8, I16, U16, I32, I64, F16, BF16, F32, F64 };

/// The register type of values of `type`, or nothing if registers hold none.
std::optional<RegisterType> registerType(mlir::Type type);
/// The type that values of `type` are loaded and stored as: for integers that of
/// their bytes. Nothing if there is none, such as for i24.
std::optional<MemoryType> memoryType(mlir::Type type);
/// Values of `type` and of its memory type are the same: not those of i4.
bool fillsMemory(mlir::Type type);

/// Bytes of a stored element.
uint32_t memoryBytes(MemoryType type);

/// Bits of an integer type; those of an index are a register's.
unsigned integerWidth(mlir::Type type);

/// What FAIL can hold.
inline constexpr size_t kMaxMessageBytes = 255 * 4;

/// Selects instructions for the blocks of one region.
class RegisterSelector {
public:
  /// Encodes an operation through the selector. Fails if it cannot, having
  /// reported nothing.
  using Hook = llvm::function_ref<mlir::LogicalResult(mlir::Operation &, RegisterSelector &)>;
  /// Ordinal of the base of a place, and its offset there.
  using BaseOf = llvm::function_ref<std::pair<uint32_t, uint32_t>(program::PlaceAttr)>;

  /// With `repeatConstants` each use of a constant gets a register of its own,
  /// for a moment; otherwise a constant has one for the whole function.
  RegisterSelector(mlir::Region &region, Hook hook, BaseOf baseOf, bool repeatConstants)
      : region(region), hook(hook), baseOf(baseOf), repeatConstants(repeatConstants) {}

  /// Errors are reported at the operation.
  mlir::FailureOr<RegisterFunction> run();

  /// The virtual register of a value that is defined or a constant.
  uint32_t registerOf(mlir::Value value);
  /// A new register for the value.
  uint32_t define(mlir::Value value);
  /// The value is what the register holds.
  void define(mlir::Value value, uint32_t number) { registers[value] = number; }
  /// Adds an instruction to the block.
  void append(RegisterInstruction instruction);
  /// The code needs more of the runtime than its registers say.
  void require(RegisterNeeds need) { function.needs |= need; }
  /// A register with the constant.
  uint32_t constant(RegisterType type, uint64_t bits);

  /// Adds `opcode` with up to three sources in b, c and the word after, and
  /// returns the register with its result.
  uint32_t emit(Opcode opcode, RegisterType result, llvm::ArrayRef<uint32_t> sources,
                std::optional<uint32_t> extraWord = std::nullopt);
  /// Makes a result that may have left the range of `type` one of its values.
  uint32_t normalize(uint32_t number, mlir::Type type);

private:
  mlir::LogicalResult select(mlir::Operation &op);
  mlir::LogicalResult selectArith(mlir::Operation &op);
  mlir::LogicalResult selectMath(mlir::Operation &op);
  mlir::LogicalResult selectProgram(mlir::Operation &op);
  mlir::LogicalResult selectTerminator(mlir::Operation &op);
  mlir::LogicalResult selectNext(program::NextOp next);
  void selectComparison(mlir::arith::CmpIOp op);
  void selectBitcast(mlir::Operation &op);
  mlir::LogicalResult selectClassification(mlir::Operation &op);
  mlir::LogicalResult selectMemory(program::PlaceAttr place, mlir::Value index, mlir::Value value,
                                   bool isStore);
  bool selectBinary(mlir::Operation &op);
  bool selectConversion(mlir::Operation &op);
  void selectExtendedProduct(mlir::Operation &op, bool isSigned);
  void selectSumWithCarry(mlir::Operation &op);
  void selectBitCount(mlir::Operation &op);
  RegisterEdge edge(mlir::Block *target, mlir::ValueRange arguments);

  uint32_t signedValue(mlir::Value value);   ///< an i1 as 0 or -1
  uint32_t unsignedValue(mlir::Value value); ///< zero-extended
  uint32_t widened(uint32_t number, bool isSigned, RegisterType type);
  uint32_t bitsOfHalf(uint32_t number, bool isF16);
  uint32_t halfOfBits(uint32_t number, bool isF16);
  uint32_t emitMath(MathFunction mathFunction, mlir::Type type, llvm::ArrayRef<uint32_t> sources);

  mlir::Region &region;
  Hook hook;
  BaseOf baseOf;
  bool repeatConstants;
  RegisterFunction function;
  RegisterBlock *block = nullptr; ///< that instructions go to
  std::vector<RegisterInstruction> constants;
  llvm::DenseMap<mlir::Value, uint32_t> registers;
  llvm::DenseMap<mlir::Block *, uint32_t> ordinals;
  llvm::MapVector<std::pair<uint32_t, uint64_t>, uint32_t> constantRegisters;
};

/// Selects, assigns registers and verifies. Errors are reported at the
/// operation, or at the region's parent.
mlir::FailureOr<RegisterCode> encodeRegisterCode(mlir::Region &region, RegisterSelector::Hook hook,
                                                 RegisterSelector::BaseOf baseOf);

} // namespace iree_compiler

#endif // IREE_COMPILER_PROGRAM_REGISTERSELECTION_H_
