// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What every builtin shares: naming, word types, bit casts.
//
// The sources of this folder become one LLVM bitcode per pointer width, which is
// code-generated for whatever the kernel's target is. They therefore contain no
// target intrinsics, no assembly, no globals but constants, and no ABI
// assumption beyond "scalars are passed like scalars":
//  - GNU-named helpers use float types, since their ABI follows the target
//    (RV32 with F passes the float of __fixsfdi in a floating point register);
//  - __aeabi_ helpers use integer bit patterns, since that ABI never uses
//    floating point registers;
//  - 32-bit integer results are returned as a sign-extended native word, which
//    is what RV64 expects and no other target minds.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Tests compile the same sources for the host under names with a prefix.
#if defined(IREE_BUILTIN_PREFIX)
#define IREE_BUILTIN_PASTE(prefix, name) prefix##name
#define IREE_BUILTIN_JOIN(prefix, name) IREE_BUILTIN_PASTE(prefix, name)
#define IREE_BUILTIN_NAME(name) IREE_BUILTIN_JOIN(IREE_BUILTIN_PREFIX, name)
#else
#define IREE_BUILTIN_NAME(name) name
#endif

#define IREE_BUILTIN(type, name) extern "C" type IREE_BUILTIN_NAME(name)
// Kernels link what they use, and call it in loops; where many functions are
// linked together, shared parts are smaller as functions.
#if !defined(IREE_INLINE)
#define IREE_INLINE static inline __attribute__((always_inline))
#endif

// Before a short loop over constants, which disappears if unrolled.
#if defined(__clang__)
#define IREE_UNROLL _Pragma("unroll")
#define IREE_NO_UNROLL _Pragma("nounroll")
#else
#define IREE_UNROLL
#define IREE_NO_UNROLL
#endif

namespace iree_builtins {

using Word = intptr_t;

#if defined(__clang__) && !defined(IREE_BUILTIN_NO_NARROW_TYPES)
using Half = _Float16;
using Brain = __bf16;
#else
// Without these types only bit patterns can be converted.
using Half = uint16_t;
using Brain = uint16_t;
#endif

template <typename To, typename From> IREE_INLINE To bitCast(From value) {
  static_assert(sizeof(To) == sizeof(From), "bit casts keep the size");
  To result;
  __builtin_memcpy(&result, &value, sizeof(To));
  return result;
}

// A native word from 32 result bits, see above.
IREE_INLINE Word toWord(uint32_t value) { return static_cast<Word>(static_cast<int32_t>(value)); }

} // namespace iree_builtins
