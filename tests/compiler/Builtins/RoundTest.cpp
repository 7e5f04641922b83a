// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions with one right answer, against the host's C library.
#include "BuiltinsUnderTest.h"

#include <cmath>

using builtins_test::bitsAs;
using builtins_test::Corners;

#define IREE_DECLARE_TYPE(Type, f)                                                                 \
  IREE_DECLARE(Type, floor##f, Type);                                                              \
  IREE_DECLARE(Type, ceil##f, Type);                                                               \
  IREE_DECLARE(Type, trunc##f, Type);                                                              \
  IREE_DECLARE(Type, round##f, Type);                                                              \
  IREE_DECLARE(Type, roundeven##f, Type);                                                          \
  IREE_DECLARE(Type, rint##f, Type);                                                               \
  IREE_DECLARE(Type, nearbyint##f, Type);                                                          \
  IREE_DECLARE(intptr_t, lround##f, Type);                                                         \
  IREE_DECLARE(int64_t, llrint##f, Type);                                                          \
  IREE_DECLARE(Type, fabs##f, Type);                                                               \
  IREE_DECLARE(Type, copysign##f, Type, Type);                                                     \
  IREE_DECLARE(Type, fmin##f, Type, Type);                                                         \
  IREE_DECLARE(Type, fmax##f, Type, Type);                                                         \
  IREE_DECLARE(Type, fminimum##f, Type, Type);                                                     \
  IREE_DECLARE(Type, fmaximum##f, Type, Type);                                                     \
  IREE_DECLARE(Type, fminimum_num##f, Type, Type);                                                 \
  IREE_DECLARE(Type, fmod##f, Type, Type);                                                         \
  IREE_DECLARE(Type, ldexp##f, Type, int);                                                         \
  IREE_DECLARE(Type, frexp##f, Type, int *)
IREE_DECLARE_TYPE(float, f);
IREE_DECLARE_TYPE(double, );

namespace {

constexpr int kCases = 1000000;

template <typename T>::testing::AssertionResult same(T got, T want) {
  // Bits, for the sign of a zero counts.
  bool sameBits = std::memcmp(static_cast<const void *>(&got), static_cast<const void *>(&want),
                              sizeof(T)) == 0; // NOLINT(bugprone-suspicious-memory-comparison)
  if (sameBits || (got != got && want != want))
    return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "got " << got << ", want " << want;
}

// Values around integers and halves besides any bits.
template <typename T> T randomValue(Corners &corners) {
  if (corners.bits() & 1) {
    auto bits = corners.bits();
    auto value = static_cast<T>(static_cast<int64_t>(bits) >> (bits & 63));
    return value / 2;
  }
  return sizeof(T) == 4 ? static_cast<T>(corners.float32()) : static_cast<T>(corners.float64());
}

#define IREE_TEST_TYPE(Suite, Type, f)                                                             \
  TEST(Suite, Rounding) {                                                                          \
    Corners corners(20);                                                                           \
    for (int i = 0; i < kCases; ++i) {                                                             \
      Type x = randomValue<Type>(corners);                                                         \
      ASSERT_TRUE(same(RT(floor##f)(x), std::floor(x))) << x;                                      \
      ASSERT_TRUE(same(RT(ceil##f)(x), std::ceil(x))) << x;                                        \
      ASSERT_TRUE(same(RT(trunc##f)(x), std::trunc(x))) << x;                                      \
      ASSERT_TRUE(same(RT(round##f)(x), std::round(x))) << x;                                      \
      ASSERT_TRUE(same(RT(rint##f)(x), std::nearbyint(x))) << x;                                   \
      ASSERT_TRUE(same(RT(nearbyint##f)(x), std::nearbyint(x))) << x;                              \
      ASSERT_TRUE(same(RT(roundeven##f)(x), std::nearbyint(x))) << x;                              \
      ASSERT_TRUE(same(RT(fabs##f)(x), std::fabs(x))) << x;                                        \
      if (std::fabs(x) < static_cast<Type>(0x1p62)) {                                              \
        ASSERT_EQ(RT(lround##f)(x), std::lround(x)) << x;                                          \
        ASSERT_EQ(RT(llrint##f)(x), std::llrint(x)) << x;                                          \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
  TEST(Suite, Selection) {                                                                         \
    Corners corners(21);                                                                           \
    for (int i = 0; i < kCases; ++i) {                                                             \
      Type x = randomValue<Type>(corners), y = randomValue<Type>(corners);                         \
      if ((i & 7) == 0)                                                                            \
        y = (i & 8) ? x : -x;                                                                      \
      bool unordered = std::isunordered(x, y);                                                     \
      /* -0 is below 0; C lets fmin choose. */                                                     \
      bool less = x < y || (x == y && std::signbit(x) > std::signbit(y));                          \
      Type low = unordered ? (x != x ? y : x) : less ? x : y;                                      \
      Type high = unordered ? low : less ? y : x;                                                  \
      ASSERT_TRUE(same(RT(fmin##f)(x, y), low)) << x << " " << y;                                  \
      ASSERT_TRUE(same(RT(fminimum_num##f)(x, y), low)) << x << " " << y;                          \
      ASSERT_TRUE(same(RT(fmax##f)(x, y), high)) << x << " " << y;                                 \
      Type nan = std::numeric_limits<Type>::quiet_NaN();                                           \
      ASSERT_TRUE(same(RT(fminimum##f)(x, y), unordered ? nan : low));                             \
      ASSERT_TRUE(same(RT(fmaximum##f)(x, y), unordered ? nan : high));                            \
      ASSERT_TRUE(same(RT(copysign##f)(x, y), std::copysign(x, y)));                               \
    }                                                                                              \
  }                                                                                                \
  TEST(Suite, Scaling) {                                                                           \
    Corners corners(22);                                                                           \
    for (int i = 0; i < kCases / 4; ++i) {                                                         \
      Type x = randomValue<Type>(corners), y = randomValue<Type>(corners);                         \
      ASSERT_TRUE(same(RT(fmod##f)(x, y), std::fmod(x, y))) << x << " " << y;                      \
      auto n = static_cast<int>(corners.integer32());                                              \
      if (i & 3)                                                                                   \
        n %= sizeof(Type) == 4 ? 300 : 2200;                                                       \
      ASSERT_TRUE(same(RT(ldexp##f)(x, n), std::ldexp(x, n))) << x << " " << n;                    \
      int got = 0, want = 0;                                                                       \
      Type fraction = std::frexp(x, &want);                                                        \
      ASSERT_TRUE(same(RT(frexp##f)(x, &got), fraction)) << x;                                     \
      if (std::isfinite(x)) {                                                                      \
        ASSERT_EQ(got, want) << x;                                                                 \
      }                                                                                            \
    }                                                                                              \
  }

IREE_TEST_TYPE(ExactFloat, float, f)
IREE_TEST_TYPE(ExactDouble, double, )

} // namespace
