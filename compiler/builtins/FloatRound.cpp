// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C functions on bit patterns: rounding, remainder, scaling, minimum, maximum.
#include "FloatRound.h"
#include "FloatConvert.h"

using namespace iree_builtins;

// lround and friends: the double or float nearest the result, then truncated.
#define IREE_ROUND_TO_INTEGER(Type, F, name, mode, Result)                                         \
  IREE_BUILTIN(Result, name)(Type a) {                                                             \
    using Unsigned = decltype(sizeof(Result) == 8 ? uint64_t() : uint32_t());                      \
    return static_cast<Result>(                                                                    \
        toSigned<F, Unsigned>(roundToIntegral<F, mode>(bitCast<F::Bits>(a))));                     \
  }
#define IREE_UNARY(Type, F, name, body)                                                            \
  IREE_BUILTIN(Type, name)(Type a) {                                                               \
    F::Bits x = bitCast<F::Bits>(a);                                                               \
    return bitCast<Type>(static_cast<F::Bits>(body));                                              \
  }
#define IREE_BINARY(Type, F, name, body)                                                           \
  IREE_BUILTIN(Type, name)(Type a, Type b) {                                                       \
    F::Bits x = bitCast<F::Bits>(a), y = bitCast<F::Bits>(b);                                      \
    return bitCast<Type>(static_cast<F::Bits>(body));                                              \
  }

#define IREE_ROUNDING(Type, F, f)                                                                  \
  IREE_UNARY(Type, F, floor##f, (roundToIntegral<F, Rounding::Down>(x)))                           \
  IREE_UNARY(Type, F, ceil##f, (roundToIntegral<F, Rounding::Up>(x)))                              \
  IREE_UNARY(Type, F, trunc##f, (roundToIntegral<F, Rounding::TowardsZero>(x)))                    \
  IREE_UNARY(Type, F, round##f, (roundToIntegral<F, Rounding::HalfAwayFromZero>(x)))               \
  IREE_UNARY(Type, F, roundeven##f, (roundToIntegral<F, Rounding::HalfToEven>(x)))                 \
  IREE_UNARY(Type, F, rint##f, (roundToIntegral<F, Rounding::HalfToEven>(x)))                      \
  IREE_UNARY(Type, F, nearbyint##f, (roundToIntegral<F, Rounding::HalfToEven>(x)))                 \
  IREE_ROUND_TO_INTEGER(Type, F, lround##f, Rounding::HalfAwayFromZero, Word)                      \
  IREE_ROUND_TO_INTEGER(Type, F, llround##f, Rounding::HalfAwayFromZero, int64_t)                  \
  IREE_ROUND_TO_INTEGER(Type, F, lrint##f, Rounding::HalfToEven, Word)                             \
  IREE_ROUND_TO_INTEGER(Type, F, llrint##f, Rounding::HalfToEven, int64_t)

#define IREE_SELECTION(Type, F, f)                                                                 \
  IREE_UNARY(Type, F, fabs##f, x &F::absMask)                                                      \
  IREE_BINARY(Type, F, copysign##f, (x & F::absMask) | (y & F::signBit))                           \
  IREE_BINARY(Type, F, fmin##f, (minimum<F, NaNs::Ignored>(x, y)))                                 \
  IREE_BINARY(Type, F, fmax##f, (maximum<F, NaNs::Ignored>(x, y)))                                 \
  IREE_BINARY(Type, F, fminimum_num##f, (minimum<F, NaNs::Ignored>(x, y)))                         \
  IREE_BINARY(Type, F, fmaximum_num##f, (maximum<F, NaNs::Ignored>(x, y)))                         \
  IREE_BINARY(Type, F, fminimum##f, (minimum<F, NaNs::Propagated>(x, y)))                          \
  IREE_BINARY(Type, F, fmaximum##f, (maximum<F, NaNs::Propagated>(x, y)))

#define IREE_SCALING(Type, F, f)                                                                   \
  IREE_BINARY(Type, F, fmod##f, (floatRemainder<F>(x, y)))                                         \
  IREE_BUILTIN(Type, ldexp##f)(Type a, int n) {                                                    \
    return bitCast<Type>(scaleByPowerOf2<F>(bitCast<F::Bits>(a), n));                              \
  }                                                                                                \
  IREE_BUILTIN(Type, scalbn##f)(Type a, int n) {                                                   \
    return bitCast<Type>(scaleByPowerOf2<F>(bitCast<F::Bits>(a), n));                              \
  }                                                                                                \
  /* The fraction is in [0.5, 1). */                                                               \
  IREE_BUILTIN(Type, frexp##f)(Type a, int *exponent) {                                            \
    F::Bits x = bitCast<F::Bits>(a), absolute = x & F::absMask;                                    \
    *exponent = 0;                                                                                 \
    if (absolute == 0 || absolute >= F::infinity)                                                  \
      return a;                                                                                    \
    Unpacked<F> parts = unpack<F>(absolute);                                                       \
    *exponent = parts.exponent - F::bias + 1;                                                      \
    return bitCast<Type>((x & F::signBit) | (parts.mantissa & F::mantissaMask) |                   \
                         static_cast<F::Bits>(F::bias - 1) << F::mantissaBits);                    \
  }

IREE_ROUNDING(float, F32, f)
IREE_ROUNDING(double, F64, )
IREE_SELECTION(float, F32, f)
IREE_SELECTION(double, F64, )
IREE_SCALING(float, F32, f)
IREE_SCALING(double, F64, )
