// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Soft float under its GNU names.
#include "FloatAdd.h"
#include "FloatCompare.h"
#include "FloatDivide.h"
#include "FloatMultiply.h"

using namespace iree_builtins;

// Arithmetic and comparisons of one type. `Bits` is the type's bit pattern.
// Comparison results: __ltsf2 < 0 if less, __gesf2 >= 0 if not less, and so on;
// an unordered pair must fail whatever is asked.
#define IREE_SOFT_FLOAT(Type, F, f)                                                                \
  static_assert(sizeof(Type) == sizeof(F::Bits), "");                                              \
  IREE_BUILTIN(Type, __add##f##3)(Type a, Type b) {                                                \
    return bitCast<Type>(addFloat<F>(bitCast<F::Bits>(a), bitCast<F::Bits>(b)));                   \
  }                                                                                                \
  IREE_BUILTIN(Type, __sub##f##3)(Type a, Type b) {                                                \
    return bitCast<Type>(addFloat<F>(bitCast<F::Bits>(a), bitCast<F::Bits>(b) ^ F::signBit));      \
  }                                                                                                \
  IREE_BUILTIN(Type, __mul##f##3)(Type a, Type b) {                                                \
    return bitCast<Type>(multiplyFloat<F>(bitCast<F::Bits>(a), bitCast<F::Bits>(b)));              \
  }                                                                                                \
  IREE_BUILTIN(Type, __div##f##3)(Type a, Type b) {                                                \
    return bitCast<Type>(divideFloat<F>(bitCast<F::Bits>(a), bitCast<F::Bits>(b)));                \
  }                                                                                                \
  IREE_BUILTIN(Type, __neg##f##2)(Type a) {                                                        \
    return bitCast<Type>(bitCast<F::Bits>(a) ^ F::signBit);                                        \
  }                                                                                                \
  IREE_SOFT_COMPARE(Type, F, __eq##f##2, 1)                                                        \
  IREE_SOFT_COMPARE(Type, F, __ne##f##2, 1)                                                        \
  IREE_SOFT_COMPARE(Type, F, __lt##f##2, 1)                                                        \
  IREE_SOFT_COMPARE(Type, F, __le##f##2, 1)                                                        \
  IREE_SOFT_COMPARE(Type, F, __gt##f##2, -1)                                                       \
  IREE_SOFT_COMPARE(Type, F, __ge##f##2, -1)                                                       \
  IREE_BUILTIN(Word, __unord##f##2)(Type a, Type b) {                                              \
    return isUnordered<F>(bitCast<F::Bits>(a), bitCast<F::Bits>(b));                               \
  }
#define IREE_SOFT_COMPARE(Type, F, name, unordered)                                                \
  IREE_BUILTIN(Word, name)(Type a, Type b) {                                                       \
    return compareFloat<F>(bitCast<F::Bits>(a), bitCast<F::Bits>(b), unordered);                   \
  }

IREE_SOFT_FLOAT(float, F32, sf)
IREE_SOFT_FLOAT(double, F64, df)
