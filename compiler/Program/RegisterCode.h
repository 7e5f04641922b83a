// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Register code: instructions of schemas/bytecode.def in basic blocks, first on
// any number of virtual registers, then as words on at most 256. Knows nothing
// of MLIR; RegisterSelection.h makes it from operations.
//
//   RegisterFunction function = ...;          // virtual registers, blocks
//   RegisterCode code;
//   std::string error = assignRegisters(function, code);   // words, block table, register types
//   error = verifyRegisterCode(function, code);            // replays the words, symbolically
#ifndef IREE_COMPILER_PROGRAM_REGISTERCODE_H_
#define IREE_COMPILER_PROGRAM_REGISTERCODE_H_

#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <string>
#include <vector>

namespace iree_compiler {

/// What a register holds; the values are those of `register_types` in module files.
enum class RegisterType : uint8_t { I32 = 0, I64 = 1, F32 = 2, F64 = 3 };

/// What a runtime must have for code, as the image of kernels says it.
enum RegisterNeeds : uint32_t { kNeedsF32 = 1, kNeedsF64 = 2, kNeedsMath = 4, kNeedsKernels = 8 };

/// A register's place in an instruction: bits [shift, shift + 8) of a word.
struct RegisterOperand {
  uint32_t number; ///< virtual register
  uint8_t word;
  uint8_t shift;
  bool isWritten; ///< else read; an instruction reads before it writes
};

/// One instruction; its register fields are 0 in `words`.
struct RegisterInstruction {
  llvm::SmallVector<uint32_t, 4> words;
  llvm::SmallVector<RegisterOperand, 4> operands;
};

/// Where a block goes on, and what it hands to the parameters there.
struct RegisterEdge {
  uint32_t block;
  llvm::SmallVector<uint32_t, 4> arguments; ///< one virtual register per parameter
};

/// How a block ends.
enum class BlockEnd {
  Leave,       ///< the last instruction leaves the function; no edges
  Branch,      ///< one edge
  Conditional, ///< edge 0 if the i32 register end[0] is not 0, else edge 1
  Next,        ///< adds end[2] to end[0]; edge 0 if that is less than end[1], else edge 1
};

/// Instructions and where the block goes on. Next changes end[0] where it lies:
/// this is the first parameter of edge 0's block, which hands itself on as the
/// first argument, and no other argument.
struct RegisterBlock {
  llvm::SmallVector<uint32_t, 4> parameters; ///< virtual registers, defined at the begin
  std::vector<RegisterInstruction> instructions;
  BlockEnd kind = BlockEnd::Leave;
  llvm::SmallVector<RegisterEdge, 2> edges;
  llvm::SmallVector<uint32_t, 3> end; ///< virtual registers that the branch reads
};

/// A function before register assignment. Each virtual register is written
/// once, by an instruction or as a parameter, and this dominates its uses.
/// Block 0 is the entry and has no parameters.
struct RegisterFunction {
  std::vector<RegisterType> types; ///< by virtual register
  std::vector<RegisterBlock> blocks;
  uint32_t needs = 0; ///< RegisterNeeds that types of registers do not say

  uint32_t newRegister(RegisterType type) {
    types.push_back(type);
    return static_cast<uint32_t>(types.size() - 1);
  }
};

/// A function as it lies in a module.
struct RegisterCode {
  std::vector<uint32_t> words;
  std::vector<uint32_t> blocks;            ///< offsets of branch targets in `words`, ascending
  std::vector<RegisterType> registerTypes; ///< by register
  uint32_t needs = 0;                      ///< RegisterNeeds
  std::vector<uint32_t> starts;            ///< offset of each block; not part of the module
};

/// Gives virtual registers to registers, by the intervals in which they are
/// live (linear scan), and lays the blocks out. Returns what is wrong, or "":
/// more than 256 registers or 65536 branch targets are needed.
std::string assignRegisters(const RegisterFunction &function, RegisterCode &code);

/// Replays `code` block by block, following which register holds which virtual
/// register. Returns the first difference to `function`, or "". Shares nothing
/// with assignRegisters.
std::string verifyRegisterCode(const RegisterFunction &function, const RegisterCode &code);

} // namespace iree_compiler

#endif // IREE_COMPILER_PROGRAM_REGISTERCODE_H_
