// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The core of all exponentials: x = k ln 2 + r, e^r = 1 + r + r^2 P(r).
#pragma once

#include "HeadTail.h"

namespace iree_builtins {

// e^x = 2^exponent * (1 + head + tail), |head| <= ln(2)/2 and tail below 0.2 of
// it.
template <typename T> struct ReducedExponential {
  T head;
  T tail;
  int exponent;
};

// From x as |head| < exponentialMaximum + 1 and tail.
template <typename T> IREE_INLINE ReducedExponential<T> reduceExponential(T head, T tail) {
  using C = Constants<T>;
  int k = nearestInteger(head * C::log2E.head);
  auto multiple = static_cast<T>(k);
  // Both exact: the product by the short head, the difference by cancellation.
  T rest = head - multiple * C::ln2Short.head;
  HeadTail<T> r = twoSum(rest, tail - multiple * C::ln2Short.tail);
  T p = polynomial(Polynomials<T>::exponential, r.head);
  return {r.head, r.head * r.head * p + (r.tail + r.tail * r.head), k};
}

template <typename T> IREE_INLINE HeadTail<T> onePlus(ReducedExponential<T> e) {
  HeadTail<T> sum = fastTwoSum(static_cast<T>(1), e.head);
  return fastTwoSum(sum.head, sum.tail + e.tail);
}

// e^(head + tail), rounded.
template <typename T> IREE_INLINE T exponential(T head, T tail) {
  using C = Constants<T>;
  if (head != head)
    return head + head;
  // At the limit itself the tail decides, and scaling overflows if it must.
  if (head > C::exponentialMaximum)
    return infinity<T>();
  if (head <= C::exponentialMinimum)
    return 0;
  ReducedExponential<T> e = reduceExponential(head, tail);
  return scale(onePlus(e).head, e.exponent);
}

} // namespace iree_builtins
