// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rescaling, y = clamp(round(x * scale) + zero point), in 32-bit arithmetic.
#ifndef IREE_COMPILER_TENSOR_RESCALEFORM_H_
#define IREE_COMPILER_TENSOR_RESCALEFORM_H_

#include "compiler/Tensor/ScalarFunction.h"

#include <functional>
#include <optional>

namespace iree_compiler {

/// A function that never falls and follows x * multiplier / 2^shift, whichever
/// way it rounds, and may be clamped.
struct Rescale {
  Interval input;
  int64_t multiplier = 0; ///< positive, below 2^31
  unsigned shift = 0;
  std::function<int64_t(int64_t)> value; ///< for every x in `input`
};

/// clamp((((x << leftShift) * multiplier >> 32) + offset - (x < 0 ? signStep : 0))
///       >> rightShift)
/// where nothing overflows 32 bits but the product, which takes 64, and shifted
/// inputs that are multiplied by 0.
struct RescaleForm {
  unsigned leftShift = 0;
  int64_t signStep = 0; ///< 0, or half the weight of the first bit left of x
  Interval clamp;
  bool clampsLow = false, clampsHigh = false; ///< whether that end is ever reached
  struct Channel {
    int64_t multiplier = 0, offset = 0;
    unsigned rightShift = 0;
  };
  std::vector<Channel> channels;

  int64_t apply(size_t channel, int64_t x) const;
  bool hasUniformShift() const;
};

/// A form equal to all of `channels` for every input in their intervals, or
/// nothing. Prefers one right shift for all and no step at the sign.
std::optional<RescaleForm> findRescaleForm(const std::vector<Rescale> &channels);

} // namespace iree_compiler

#endif // IREE_COMPILER_TENSOR_RESCALEFORM_H_
