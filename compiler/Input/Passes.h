// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_INPUT_PASSES_H_
#define IREE_COMPILER_INPUT_PASSES_H_

#include "mlir/IR/PatternMatch.h"
#include "mlir/Pass/Pass.h"
#include <memory>

namespace iree_compiler {

/// Makes the variables of all dialects util.global of tensors, and constants of
/// those that nobody stores to.
std::unique_ptr<mlir::Pass> createPrepareGlobalsPass();

/// Gives public functions rank-0 tensors in place of scalars; records the source
/// signature as `program.function_type`.
std::unique_ptr<mlir::Pass> createScalarsToTensorsPass();

/// Lets constants hold the data of their resources.
std::unique_ptr<mlir::Pass> createInlineResourcesPass();

/// Brings checks into one form (expect_all_true, expect_all_false, expect_eq,
/// expect_almost_eq of tensors) and replaces flow operations of test programs.
std::unique_ptr<mlir::Pass> createPrepareChecksPass();

/// Reports TOSA operations that have no lowering; decomposes transposed
/// convolutions and lowers integer resizing.
std::unique_ptr<mlir::Pass> createPrepareTosaPass();

/// Lowers integer tosa.resize to linalg.generic.
void populateIntegerResizePatterns(mlir::RewritePatternSet &patterns);

/// Passes the values of variables through a function, which then loads them once
/// at its beginning and stores them once at its end.
std::unique_ptr<mlir::Pass> createForwardGlobalsPass();

/// Expresses scf.forall, parallel, index_switch and execute_region by for and if.
std::unique_ptr<mlir::Pass> createLegalizeLoopsPass();

/// Expresses concat, softmax, reshape, gather, scatter, bitcast, pack and unpack
/// by operations that have a lowering.
std::unique_ptr<mlir::Pass> createLegalizeTensorOpsPass();

/// Computes the sizes of tensors of dynamic shape from those of the function's arguments, and
/// asserts what must hold between them.
std::unique_ptr<mlir::Pass> createResolveSizesPass();

/// Stores integers of odd widths and indices in types that memory has.
std::unique_ptr<mlir::Pass> createWidenElementsPass();

/// Exit invariant: only supported dialects, storable element types, no calls.
std::unique_ptr<mlir::Pass> createVerifyInputPass();

/// Registers this stage's passes by their flags.
void registerInputPasses();

} // namespace iree_compiler

#endif // IREE_COMPILER_INPUT_PASSES_H_
