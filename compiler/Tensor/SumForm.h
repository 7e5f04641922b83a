// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sums of two small integers, each on a scale of its own, y = clamp(round(a *
// scale of a + b * scale of b) + zero point), in 32-bit arithmetic.
#ifndef IREE_COMPILER_TENSOR_SUMFORM_H_
#define IREE_COMPILER_TENSOR_SUMFORM_H_

#include "compiler/Tensor/ScalarFunction.h"

#include <optional>
#include <vector>

namespace iree_compiler {

/// A function of two integers, by all of its values.
struct ScaledSum {
  Interval a, b;
  double slopeA = 0, slopeB = 0; ///< steps of the result for one of a, and of b
  std::vector<int64_t> values;   ///< for every a, lowest first, and for it every b
};

/// clamp((a * multiplierA + b * multiplierB + offset) >> rightShift), where nothing
/// overflows 32 bits, in whichever order it is added.
struct SumForm {
  int64_t multiplierA = 0, multiplierB = 0, offset = 0;
  unsigned rightShift = 0;
  Interval clamp;
  bool clampsLow = false, clampsHigh = false; ///< whether that end is ever reached

  int64_t apply(int64_t a, int64_t b) const;
};

/// A form with the function's value for every pair, or nothing.
std::optional<SumForm> findSumForm(const ScaledSum &function);

} // namespace iree_compiler

#endif // IREE_COMPILER_TENSOR_SUMFORM_H_
