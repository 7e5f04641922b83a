// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_TOOLS_VALUE_COMPARE_H_
#define IREE_TOOLS_VALUE_COMPARE_H_

#include "tools/tensor.h"

namespace iree::tools {

/// Floats are equal when |actual - expected| <= threshold + relative *
/// |expected|, or both are NaN, or the same infinity; all else bit by bit.
struct Thresholds {
  double f16 = 1e-3;
  double bf16 = 1e-2;
  double f32 = 1e-4;
  double f64 = 1e-4;
  double relative = 1e-5;
};

/// Describes the first element that differs ("element at index 5 [1, 2]:
/// expected 3, actual 4"); nothing when all are equal. Both have the same type.
std::optional<std::string> findMismatch(const Tensor &expected, const Tensor &actual,
                                        const Thresholds &thresholds);

} // namespace iree::tools

#endif // IREE_TOOLS_VALUE_COMPARE_H_
