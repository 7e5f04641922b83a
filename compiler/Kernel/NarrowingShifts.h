// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How rescaling ends on MVE: shifted to the right, clamped and narrowed to i8.
#ifndef IREE_COMPILER_KERNEL_NARROWINGSHIFTS_H_
#define IREE_COMPILER_KERNEL_NARROWINGSHIFTS_H_

#include "mlir/IR/PatternMatch.h"

namespace iree_compiler {

/// Adds patterns that make trunci(clamp(x >> s, -128, 127)) of vectors of four i32 two
/// instructions that shift, saturate and narrow: VQSHRNB by s1 to i16, then by s2 to
/// i8. With s = s1 + s2, s1 <= 16 and s2 <= 8 that is the same for every x: where the
/// first one saturates, to 32767 or -32768, so does the second one, since these
/// shifted by s2 are not within i8, or at its end.
void populateNarrowingShifts(mlir::RewritePatternSet &patterns);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_NARROWINGSHIFTS_H_
