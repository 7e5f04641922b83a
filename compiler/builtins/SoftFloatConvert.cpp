// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conversions under their GNU names.
#include "FloatConvert.h"

using namespace iree_builtins;

#define IREE_SOFT_CONVERT(Type, F, f)                                                              \
  IREE_BUILTIN(Word, __fix##f##si)(Type a) {                                                       \
    return toWord(toSigned<F, uint32_t>(bitCast<F::Bits>(a)));                                     \
  }                                                                                                \
  IREE_BUILTIN(Word, __fixuns##f##si)(Type a) {                                                    \
    return toWord(toUnsigned<F, uint32_t>(bitCast<F::Bits>(a)));                                   \
  }                                                                                                \
  IREE_BUILTIN(uint64_t, __fix##f##di)(Type a) {                                                   \
    return toSigned<F, uint64_t>(bitCast<F::Bits>(a));                                             \
  }                                                                                                \
  IREE_BUILTIN(uint64_t, __fixuns##f##di)(Type a) {                                                \
    return toUnsigned<F, uint64_t>(bitCast<F::Bits>(a));                                           \
  }                                                                                                \
  IREE_BUILTIN(Type, __floatsi##f)(uint32_t a) {                                                   \
    return bitCast<Type>(fromSigned<F, uint32_t>(a));                                              \
  }                                                                                                \
  IREE_BUILTIN(Type, __floatunsi##f)(uint32_t a) {                                                 \
    return bitCast<Type>(fromUnsigned<F, uint32_t>(a));                                            \
  }                                                                                                \
  IREE_BUILTIN(Type, __floatdi##f)(uint64_t a) {                                                   \
    return bitCast<Type>(fromSigned<F, uint64_t>(a));                                              \
  }                                                                                                \
  IREE_BUILTIN(Type, __floatundi##f)(uint64_t a) {                                                 \
    return bitCast<Type>(fromUnsigned<F, uint64_t>(a));                                            \
  }

IREE_SOFT_CONVERT(float, F32, sf)
IREE_SOFT_CONVERT(double, F64, df)

IREE_BUILTIN(double, __extendsfdf2)(float a) {
  return bitCast<double>(widen<F32, F64>(bitCast<uint32_t>(a)));
}
IREE_BUILTIN(float, __truncdfsf2)(double a) {
  return bitCast<float>(narrow<F64, F32>(bitCast<uint64_t>(a)));
}
IREE_BUILTIN(float, __extendhfsf2)(Half a) {
  return bitCast<float>(widen<F16, F32>(bitCast<uint16_t>(a)));
}
IREE_BUILTIN(Half, __truncsfhf2)(float a) {
  return bitCast<Half>(narrow<F32, F16>(bitCast<uint32_t>(a)));
}
IREE_BUILTIN(Half, __truncdfhf2)(double a) {
  return bitCast<Half>(narrow<F64, F16>(bitCast<uint64_t>(a)));
}
IREE_BUILTIN(Brain, __truncsfbf2)(float a) {
  return bitCast<Brain>(narrow<F32, BF16>(bitCast<uint32_t>(a)));
}
IREE_BUILTIN(Brain, __truncdfbf2)(double a) {
  return bitCast<Brain>(narrow<F64, BF16>(bitCast<uint64_t>(a)));
}
// The older names pass the half as an integer.
IREE_BUILTIN(float, __gnu_h2f_ieee)(uint32_t a) {
  return bitCast<float>(widen<F16, F32>(static_cast<uint16_t>(a)));
}
IREE_BUILTIN(Word, __gnu_f2h_ieee)(float a) { return narrow<F32, F16>(bitCast<uint32_t>(a)); }
