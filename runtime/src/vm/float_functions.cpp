// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "vm/float_functions.h"

#define IREE_BUILTIN_NO_NARROW_TYPES // 32-bit x86 may lack them
#if defined(__OPTIMIZE_SIZE__)
#define IREE_INLINE static inline
#endif
#include "compiler/builtins/FloatConvert.h"
#include "compiler/builtins/FloatFma.h"
#include "compiler/builtins/FloatRound.h"

using iree_builtins::BF16;
using iree_builtins::bitCast;
using iree_builtins::F16;
using iree_builtins::F32;
using iree_builtins::F64;
using iree_builtins::NaNs;

namespace iree {

float floatFromHalf(uint16_t bits) { return bitCast<float>(iree_builtins::widen<F16, F32>(bits)); }
uint16_t halfFromFloat(float value) {
  return iree_builtins::narrow<F32, F16>(bitCast<uint32_t>(value));
}
uint16_t brainFromFloat(float value) {
  return iree_builtins::narrow<F32, BF16>(bitCast<uint32_t>(value));
}
uint16_t halfFromDouble(double value) {
  return iree_builtins::narrow<F64, F16>(bitCast<uint64_t>(value));
}
uint16_t brainFromDouble(double value) {
  return iree_builtins::narrow<F64, BF16>(bitCast<uint64_t>(value));
}

float fusedMultiplyAdd(float x, float y, float z) {
#if defined(__FP_FAST_FMAF)
  return __builtin_fmaf(x, y, z);
#else
  return bitCast<float>(iree_builtins::fusedMultiplyAdd<F32>(
      bitCast<uint32_t>(x), bitCast<uint32_t>(y), bitCast<uint32_t>(z)));
#endif
}
double fusedMultiplyAdd(double x, double y, double z) {
#if defined(__FP_FAST_FMA)
  return __builtin_fma(x, y, z);
#else
  return bitCast<double>(iree_builtins::fusedMultiplyAdd<F64>(
      bitCast<uint64_t>(x), bitCast<uint64_t>(y), bitCast<uint64_t>(z)));
#endif
}

#define IREE_FLOAT_BINARY(name, call)                                                              \
  float name(float x, float y) {                                                                   \
    using F = F32;                                                                                 \
    F::Bits a = bitCast<F::Bits>(x), b = bitCast<F::Bits>(y);                                      \
    return bitCast<float>(static_cast<F::Bits>(call));                                             \
  }                                                                                                \
  double name(double x, double y) {                                                                \
    using F = F64;                                                                                 \
    F::Bits a = bitCast<F::Bits>(x), b = bitCast<F::Bits>(y);                                      \
    return bitCast<double>(static_cast<F::Bits>(call));                                            \
  }
IREE_FLOAT_BINARY(remainderOf, (iree_builtins::floatRemainder<F>(a, b)))
IREE_FLOAT_BINARY(minimum, (iree_builtins::minimum<F, NaNs::Propagated>(a, b)))
IREE_FLOAT_BINARY(maximum, (iree_builtins::maximum<F, NaNs::Propagated>(a, b)))
IREE_FLOAT_BINARY(minimumNumber, (iree_builtins::minimum<F, NaNs::Ignored>(a, b)))
IREE_FLOAT_BINARY(maximumNumber, (iree_builtins::maximum<F, NaNs::Ignored>(a, b)))
IREE_FLOAT_BINARY(copySign, ((a & F::absMask) | (b & F::signBit)))
#undef IREE_FLOAT_BINARY

} // namespace iree
