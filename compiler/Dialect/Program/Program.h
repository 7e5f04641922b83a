// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program dialect: scheduled programs, one operation per bytecode
// instruction.
#ifndef IREE_COMPILER_DIALECT_PROGRAM_PROGRAM_H_
#define IREE_COMPILER_DIALECT_PROGRAM_PROGRAM_H_

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "compiler/Dialect/Program/ProgramDialect.h.inc"
#include "compiler/Dialect/Program/ProgramEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/Dialect/Program/ProgramAttributes.h.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Program/ProgramOps.h.inc"

namespace iree_compiler::program {

/// Offset and length of places that the program computes: the operation's next
/// two size operands are these. Always both.
inline constexpr uint64_t kComputed = UINT32_MAX;
inline bool isComputed(PlaceAttr place) {
  return place.getOffset() == kComputed && place.getLength() == kComputed;
}

/// i64 attribute of program functions: no plan of this order has a smaller arena
/// (without kernels' scratch).
inline constexpr llvm::StringLiteral kArenaBoundAttrName = "program.arena_bound";
/// The nested module that holds a program's kernels after scheduling.
inline constexpr llvm::StringLiteral kKernelsModuleName = "kernels";
/// Unit attribute of kernel functions.
inline constexpr llvm::StringLiteral kKernelAttrName = "program.kernel";
/// i64 attribute of kernel functions after tiling: units of parallel work.
inline constexpr llvm::StringLiteral kRangeAttrName = "program.range";
/// i64 attribute of kernel functions: how many trailing bindings are written.
inline constexpr llvm::StringLiteral kWritesAttrName = "program.writes";
/// i64 attribute of kernel functions: bytes of a last binding for scratch.
inline constexpr llvm::StringLiteral kScratchAttrName = "program.scratch";
/// i64 attribute of dispatches: where the kernel's scratch lies in the arena.
inline constexpr llvm::StringLiteral kScratchOffsetAttrName = "program.scratch_offset";
/// String attribute of modules of kernels: the backend they are for.
inline constexpr llvm::StringLiteral kBackendAttrName = "program.backend";
/// i64 attribute of kernel functions when they are emitted: all bindings.
inline constexpr llvm::StringLiteral kBindingsAttrName = "program.bindings";
/// Unit attribute of dispatches: belongs to the wave of the operation before it.
inline constexpr llvm::StringLiteral kIndependentAttrName = "program.independent";
/// Attribute of kernels with constants: which of them are sizes. Behind its tensors
/// a kernel takes its constants as index arguments. One i64 array for each
/// argument tensor and each result, with an ordinal for each dynamic dimension.
inline constexpr llvm::StringLiteral kSizesAttrName = "program.sizes";
/// i64 attribute of kernel functions: how many constants they take; absent: none.
inline constexpr llvm::StringLiteral kConstantsAttrName = "program.constants";
/// i64 array attribute of kernel functions whose range is computed: {ordinal of
/// a constant, its units per unit of the range}. `program.range` is -1 then.
inline constexpr llvm::StringLiteral kRangeOfAttrName = "program.range_of";
/// Array attribute of kernels with results that lie over arguments: i64 arrays
/// {argument, result, offset of the argument less that of the result, in bytes},
/// by ordinals. Such a kernel performs its tiles in order, as one unit.
inline constexpr llvm::StringLiteral kOverlapsAttrName = "program.overlaps";
/// i64 array attribute of kernels with weights in panels (Kernel/Panels.h): the
/// argument, columns of a panel, bytes of a column, bytes of a row, flip.
inline constexpr llvm::StringLiteral kPanelAttrName = "program.panel";
/// Unit attribute of a loop in a kernel: the last, smaller unit of the range.
inline constexpr llvm::StringLiteral kRestAttrName = "program.rest";
/// Unit attribute of operations that the program performs itself, until kernels
/// are outlined: branches and loops around kernels, and their conditions.
inline constexpr llvm::StringLiteral kControlAttrName = "program.control";
/// Unit attribute of tensor.pad and tensor.concat until kernels are outlined: the
/// kernels that use them read them row by row.
inline constexpr llvm::StringLiteral kWindowAttrName = "program.window";
/// Type attribute of entry functions: the signature of the source.
inline constexpr llvm::StringLiteral kFunctionTypeAttrName = "program.function_type";
/// String attribute of arguments and results of entry functions.
inline constexpr llvm::StringLiteral kNameAttrName = "program.name";
/// QuantizationAttr of arguments and results of entry functions.
inline constexpr llvm::StringLiteral kQuantizationAttrName = "program.quantization";
/// i32 array attribute on the module: the encoded bytecode.
inline constexpr llvm::StringLiteral kBytecodeAttrName = "program.bytecode";

/// How many constants a kernel takes.
inline uint32_t constantCount(mlir::Operation *kernel) {
  auto count = kernel->getAttrOfType<mlir::IntegerAttr>(kConstantsAttrName);
  return count ? static_cast<uint32_t>(count.getInt()) : 0;
}

/// Index argument `ordinal` of a kernel on tensors or buffers.
mlir::Value kernelConstant(mlir::FunctionOpInterface kernel, unsigned ordinal);

} // namespace iree_compiler::program

#endif // IREE_COMPILER_DIALECT_PROGRAM_PROGRAM_H_
