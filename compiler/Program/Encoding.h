// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where programs and constants lie in a module file; shared by the encoder and
// the module writer.
#ifndef IREE_COMPILER_PROGRAM_ENCODING_H_
#define IREE_COMPILER_PROGRAM_ENCODING_H_

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Program/Opcodes.h"
#include "mlir/IR/BuiltinOps.h"
#include <vector>

namespace iree_compiler {

/// Attributes of an encoded program.func: its words in `program.bytecode`.
inline constexpr llvm::StringLiteral kFirstWordAttrName = "program.first_word";
inline constexpr llvm::StringLiteral kWordCountAttrName = "program.word_count";
/// i32 arrays: types of its registers, and blocks; absent for straight-line code.
inline constexpr llvm::StringLiteral kRegisterTypesAttrName = "program.register_types";
inline constexpr llvm::StringLiteral kBlocksAttrName = "program.blocks";

/// Whether the program is a list of instructions without registers.
bool isStraightLine(program::FuncOp func);
/// Attributes of an encoded VMVX kernel: words, offsets of blocks, types of
/// registers, alignments of bindings, and what the runtime must have.
inline constexpr llvm::StringLiteral kKernelWordsAttrName = "program.words";
inline constexpr llvm::StringLiteral kKernelBlocksAttrName = "program.blocks";
inline constexpr llvm::StringLiteral kKernelRegistersAttrName = "program.registers";
inline constexpr llvm::StringLiteral kKernelAlignmentsAttrName = "program.alignments";
inline constexpr llvm::StringLiteral kKernelNeedsAttrName = "program.needs";

/// Offsets of the module's constants in its constant segment, by ordinal, and
/// the segment's length as last element.
std::vector<uint64_t> constantOffsets(mlir::ModuleOp module);

/// Where the module's variables lie in its state.
struct StateLayout {
  std::vector<uint64_t> offsets; ///< by ordinal
  uint64_t bytes = 0;            ///< of the state
  uint64_t initializedBytes = 0; ///< of those that begin with other than zeros
};
StateLayout stateLayout(mlir::ModuleOp module);

/// Bits of a place's first word, and of a dispatch's flags.
inline constexpr uint32_t kPlaceWritten = 1u << 31, kPlaceComputed = 1u << 30;
inline constexpr uint32_t kDispatchComputed = 1u << 1;

/// First words of places: the bases of schemas/bytecode.def.
inline constexpr uint32_t kBaseArena = 0, kBaseConstants = 1, kBaseState = 2, kBaseArguments = 3;

/// The words of a check before and after its places.
std::vector<uint32_t> checkHeader(program::CheckOp op);
std::vector<uint32_t> checkTrailer(program::CheckOp op);

/// Kernel names by ordinal: the order of functions in the module of kernels.
std::vector<llvm::StringRef> kernelNames(mlir::ModuleOp module);

} // namespace iree_compiler

#endif // IREE_COMPILER_PROGRAM_ENCODING_H_
