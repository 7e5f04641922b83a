// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_TENSOR_PASSES_H_
#define IREE_COMPILER_TENSOR_PASSES_H_

#include "compiler/Options.h"
#include "mlir/Pass/Pass.h"
#include <memory>

namespace iree_compiler {

/// Turns quantised convolutions and matmuls with constant weights into plain ones
/// with the zero point folded into the initial accumulator.
std::unique_ptr<mlir::Pass> createFoldZeroPointsPass();

/// Makes all linalg operations but contractions and convolutions linalg.generic.
std::unique_ptr<mlir::Pass> createGeneralizeElementwisePass();

/// Fuses chains of elementwise operations.
std::unique_ptr<mlir::Pass> createFuseElementwisePass();

/// Replaces 64-bit rescaling by equal functions in 32 bits.
std::unique_ptr<mlir::Pass> createNarrowRescalesPass();

/// Replaces functions of one or two bytes in 64 bits by equal ones in 32 bits, or
/// by tables.
std::unique_ptr<mlir::Pass> createNarrowSumsPass();

/// Computes what is padded inside the padded tensor.
std::unique_ptr<mlir::Pass> createPadInPlacePass(bool windows = false);

/// Removes channels that have one value only, or are not read.
std::unique_ptr<mlir::Pass> createRemoveConstantChannelsPass();

/// Computes layers in stripes of rows, so that the arena of a function fits the
/// attribute kMemoryGoalAttrName, if StripePlan's account of it is right. Says in
/// the module's attribute kSplitsAttrName, by function: `bytes` (that account),
/// `fits`, `peak` (what sets it), `stripes` (what was split; empty: nothing),
/// `calls` and `whole_calls` (of kernels, with and without stripes).
std::unique_ptr<mlir::Pass> createSplitRowsPass(const Options &options);
inline constexpr llvm::StringLiteral kMemoryGoalAttrName = "program.memory_goal";
inline constexpr llvm::StringLiteral kSplitsAttrName = "program.splits";

/// Prints each function's multiply-adds and bytes of weights, now and, where
/// createCountSourceWorkPass ran, then.
std::unique_ptr<mlir::Pass> createPrintStatisticsPass();
std::unique_ptr<mlir::Pass> createCountSourceWorkPass();

/// Exit invariant: named linalg operations are contractions or convolutions.
std::unique_ptr<mlir::Pass> createVerifyTensorPass();

/// Registers this stage's passes by their flags.
void registerTensorPasses();

} // namespace iree_compiler

#endif // IREE_COMPILER_TENSOR_PASSES_H_
