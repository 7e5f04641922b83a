// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "SoftFloat.h"

namespace iree_builtins {

template <typename F> IREE_INLINE bool isUnordered(typename F::Bits a, typename F::Bits b) {
  return isNaN<F>(a) || isNaN<F>(b);
}

// -1, 0, 1, or `unordered` if one is a NaN.
template <typename F>
IREE_INLINE Word compareFloat(typename F::Bits a, typename F::Bits b, Word unordered) {
  using Signed = typename F::Signed;
  if (isUnordered<F>(a, b))
    return unordered;
  if (((a | b) & F::absMask) == 0)
    return 0; // -0 equals +0
  auto x = static_cast<Signed>(a), y = static_cast<Signed>(b);
  if (x == y)
    return 0;
  // Sign-magnitude order is integer order, reversed if both are negative.
  bool less = (a & b & F::signBit) ? x > y : x < y;
  return less ? -1 : 1;
}

} // namespace iree_builtins
