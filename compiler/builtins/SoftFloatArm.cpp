// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Soft float of the Arm run-time ABI, which passes bit patterns in core
// registers whatever the rest of the program does.
#include "FloatAdd.h"
#include "FloatCompare.h"
#include "FloatConvert.h"
#include "FloatDivide.h"
#include "FloatMultiply.h"

using namespace iree_builtins;

// Sums are large bodies, so that subtraction is a jump to addition.
#define IREE_AEABI_FLOAT(F, f)                                                                     \
  IREE_BUILTIN(F::Bits, __aeabi_##f##add)(F::Bits a, F::Bits b) { return addFloat<F>(a, b); }      \
  IREE_BUILTIN(F::Bits, __aeabi_##f##sub)(F::Bits a, F::Bits b) {                                  \
    return IREE_BUILTIN_NAME(__aeabi_##f##add)(a, b ^ F::signBit);                                 \
  }                                                                                                \
  IREE_BUILTIN(F::Bits, __aeabi_##f##rsub)(F::Bits a, F::Bits b) {                                 \
    return IREE_BUILTIN_NAME(__aeabi_##f##add)(a ^ F::signBit, b);                                 \
  }                                                                                                \
  IREE_BUILTIN(F::Bits, __aeabi_##f##mul)(F::Bits a, F::Bits b) { return multiplyFloat<F>(a, b); } \
  IREE_BUILTIN(F::Bits, __aeabi_##f##div)(F::Bits a, F::Bits b) { return divideFloat<F>(a, b); }   \
  IREE_BUILTIN(F::Bits, __aeabi_##f##neg)(F::Bits a) { return a ^ F::signBit; }                    \
  IREE_BUILTIN(Word, __aeabi_##f##cmpeq)(F::Bits a, F::Bits b) {                                   \
    return compareFloat<F>(a, b, 1) == 0;                                                          \
  }                                                                                                \
  IREE_BUILTIN(Word, __aeabi_##f##cmplt)(F::Bits a, F::Bits b) {                                   \
    return compareFloat<F>(a, b, 1) < 0;                                                           \
  }                                                                                                \
  IREE_BUILTIN(Word, __aeabi_##f##cmple)(F::Bits a, F::Bits b) {                                   \
    return compareFloat<F>(a, b, 1) <= 0;                                                          \
  }                                                                                                \
  IREE_BUILTIN(Word, __aeabi_##f##cmpge)(F::Bits a, F::Bits b) {                                   \
    return compareFloat<F>(a, b, -1) >= 0;                                                         \
  }                                                                                                \
  IREE_BUILTIN(Word, __aeabi_##f##cmpgt)(F::Bits a, F::Bits b) {                                   \
    return compareFloat<F>(a, b, -1) > 0;                                                          \
  }                                                                                                \
  IREE_BUILTIN(Word, __aeabi_##f##cmpun)(F::Bits a, F::Bits b) { return isUnordered<F>(a, b); }    \
  IREE_BUILTIN(uint32_t, __aeabi_##f##2iz)(F::Bits a) { return toSigned<F, uint32_t>(a); }         \
  IREE_BUILTIN(uint32_t, __aeabi_##f##2uiz)(F::Bits a) { return toUnsigned<F, uint32_t>(a); }      \
  IREE_BUILTIN(uint64_t, __aeabi_##f##2lz)(F::Bits a) { return toSigned<F, uint64_t>(a); }         \
  IREE_BUILTIN(uint64_t, __aeabi_##f##2ulz)(F::Bits a) { return toUnsigned<F, uint64_t>(a); }      \
  IREE_BUILTIN(F::Bits, __aeabi_i2##f)(uint32_t a) { return fromSigned<F, uint32_t>(a); }          \
  IREE_BUILTIN(F::Bits, __aeabi_ui2##f)(uint32_t a) { return fromUnsigned<F, uint32_t>(a); }       \
  IREE_BUILTIN(F::Bits, __aeabi_l2##f)(uint64_t a) { return fromSigned<F, uint64_t>(a); }          \
  IREE_BUILTIN(F::Bits, __aeabi_ul2##f)(uint64_t a) { return fromUnsigned<F, uint64_t>(a); }

IREE_AEABI_FLOAT(F32, f)
IREE_AEABI_FLOAT(F64, d)

IREE_BUILTIN(uint64_t, __aeabi_f2d)(uint32_t a) { return widen<F32, F64>(a); }
IREE_BUILTIN(uint32_t, __aeabi_d2f)(uint64_t a) { return narrow<F64, F32>(a); }
IREE_BUILTIN(uint32_t, __aeabi_h2f)(uint32_t a) {
  return widen<F16, F32>(static_cast<uint16_t>(a));
}
IREE_BUILTIN(uint32_t, __aeabi_f2h)(uint32_t a) { return narrow<F32, F16>(a); }
IREE_BUILTIN(uint32_t, __aeabi_d2h)(uint64_t a) { return narrow<F64, F16>(a); }
