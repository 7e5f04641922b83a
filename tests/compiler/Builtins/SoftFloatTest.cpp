// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Soft float against the host's FPU, bit for bit; any NaN equals any NaN.
#include "BuiltinsUnderTest.h"

#include <cmath>

using builtins_test::bitsAs;
using builtins_test::Corners;

#define IREE_DECLARE_TYPE(Type, f)                                                                 \
  IREE_DECLARE(Type, __add##f##3, Type, Type);                                                     \
  IREE_DECLARE(Type, __sub##f##3, Type, Type);                                                     \
  IREE_DECLARE(Type, __mul##f##3, Type, Type);                                                     \
  IREE_DECLARE(Type, __div##f##3, Type, Type);                                                     \
  IREE_DECLARE(Type, __neg##f##2, Type);                                                           \
  IREE_DECLARE(intptr_t, __eq##f##2, Type, Type);                                                  \
  IREE_DECLARE(intptr_t, __ne##f##2, Type, Type);                                                  \
  IREE_DECLARE(intptr_t, __lt##f##2, Type, Type);                                                  \
  IREE_DECLARE(intptr_t, __le##f##2, Type, Type);                                                  \
  IREE_DECLARE(intptr_t, __gt##f##2, Type, Type);                                                  \
  IREE_DECLARE(intptr_t, __ge##f##2, Type, Type);                                                  \
  IREE_DECLARE(intptr_t, __unord##f##2, Type, Type);                                               \
  IREE_DECLARE(intptr_t, __fix##f##si, Type);                                                      \
  IREE_DECLARE(intptr_t, __fixuns##f##si, Type);                                                   \
  IREE_DECLARE(uint64_t, __fix##f##di, Type);                                                      \
  IREE_DECLARE(uint64_t, __fixuns##f##di, Type);                                                   \
  IREE_DECLARE(Type, __floatsi##f, uint32_t);                                                      \
  IREE_DECLARE(Type, __floatunsi##f, uint32_t);                                                    \
  IREE_DECLARE(Type, __floatdi##f, uint64_t);                                                      \
  IREE_DECLARE(Type, __floatundi##f, uint64_t)
IREE_DECLARE_TYPE(float, sf);
IREE_DECLARE_TYPE(double, df);
IREE_DECLARE(uint32_t, __aeabi_fadd, uint32_t, uint32_t);
IREE_DECLARE(uint32_t, __aeabi_fsub, uint32_t, uint32_t);
IREE_DECLARE(uint64_t, __aeabi_dmul, uint64_t, uint64_t);
IREE_DECLARE(uint64_t, __aeabi_drsub, uint64_t, uint64_t);
IREE_DECLARE(intptr_t, __aeabi_dcmplt, uint64_t, uint64_t);
IREE_DECLARE(intptr_t, __aeabi_fcmpge, uint32_t, uint32_t);
IREE_DECLARE(double, __extendsfdf2, float);
IREE_DECLARE(float, __truncdfsf2, double);
IREE_DECLARE(float, fmaf, float, float, float);
IREE_DECLARE(double, fma, double, double, double);
IREE_DECLARE(float, sqrtf, float);
IREE_DECLARE(double, sqrt, double);
IREE_DECLARE(uint32_t, __aeabi_h2f, uint32_t);
IREE_DECLARE(uint32_t, __aeabi_f2h, uint32_t);
IREE_DECLARE(uint32_t, __aeabi_d2h, uint64_t);

namespace {

constexpr int kCases = 1000000;

template <typename T>::testing::AssertionResult same(T got, T want) {
  // Bits, for the sign of a zero counts.
  bool sameBits = std::memcmp(static_cast<const void *>(&got), static_cast<const void *>(&want),
                              sizeof(T)) == 0; // NOLINT(bugprone-suspicious-memory-comparison)
  if (sameBits || (got != got && want != want))
    return ::testing::AssertionSuccess();
  char text[128];
  std::snprintf(text, sizeof(text), "got %a, want %a", static_cast<double>(got),
                static_cast<double>(want));
  return ::testing::AssertionFailure() << text;
}

float randomFloat(Corners &corners, float) { return corners.float32(); }
double randomFloat(Corners &corners, double) { return corners.float64(); }

// Conversions out of range saturate and NaN gives 0.
template <typename Integer, typename T> Integer saturate(T value) {
  if (value != value)
    return 0;
  auto low = static_cast<long double>(std::numeric_limits<Integer>::min());
  auto high = static_cast<long double>(std::numeric_limits<Integer>::max());
  if (static_cast<long double>(value) <= low)
    return std::numeric_limits<Integer>::min();
  if (static_cast<long double>(value) >= high)
    return std::numeric_limits<Integer>::max();
  return static_cast<Integer>(value);
}

#define IREE_TEST_TYPE(Suite, Type, f, fusedName, rootName)                                        \
  TEST(Suite, Arithmetic) {                                                                        \
    Corners corners(5);                                                                            \
    for (int i = 0; i < kCases; ++i) {                                                             \
      Type a = randomFloat(corners, Type()), b = randomFloat(corners, Type());                     \
      ASSERT_TRUE(same(RT(__add##f##3)(a, b), a + b)) << a << " " << b;                            \
      ASSERT_TRUE(same(RT(__sub##f##3)(a, b), a - b)) << a << " " << b;                            \
      ASSERT_TRUE(same(RT(__mul##f##3)(a, b), a * b)) << a << " " << b;                            \
      ASSERT_TRUE(same(RT(__div##f##3)(a, b), a / b)) << a << " " << b;                            \
      ASSERT_TRUE(same(RT(__neg##f##2)(a), -a));                                                   \
      ASSERT_TRUE(same(RT(rootName)(a), std::sqrt(a))) << a;                                       \
    }                                                                                              \
  }                                                                                                \
  TEST(Suite, FusedMultiplyAdd) {                                                                  \
    Corners corners(6);                                                                            \
    for (int i = 0; i < kCases; ++i) {                                                             \
      Type a = randomFloat(corners, Type()), b = randomFloat(corners, Type());                     \
      Type c = randomFloat(corners, Type());                                                       \
      if (i & 1) { /* nearly cancelling */                                                         \
        c = -a * b;                                                                                \
        if (i & 2)                                                                                 \
          c = std::nextafter(c, static_cast<Type>(0));                                             \
      }                                                                                            \
      ASSERT_TRUE(same(RT(fusedName)(a, b, c), std::fma(a, b, c))) << a << " " << b << " " << c;   \
    }                                                                                              \
  }                                                                                                \
  TEST(Suite, Comparison) {                                                                        \
    Corners corners(7);                                                                            \
    for (int i = 0; i < kCases; ++i) {                                                             \
      Type a = randomFloat(corners, Type()), b = randomFloat(corners, Type());                     \
      if ((i & 3) == 0)                                                                            \
        b = (i & 4) ? a : -a;                                                                      \
      ASSERT_EQ(RT(__eq##f##2)(a, b) == 0, a == b);                                                \
      ASSERT_EQ(RT(__ne##f##2)(a, b) != 0, a != b);                                                \
      ASSERT_EQ(RT(__lt##f##2)(a, b) < 0, a < b);                                                  \
      ASSERT_EQ(RT(__le##f##2)(a, b) <= 0, a <= b);                                                \
      ASSERT_EQ(RT(__gt##f##2)(a, b) > 0, a > b);                                                  \
      ASSERT_EQ(RT(__ge##f##2)(a, b) >= 0, a >= b);                                                \
      ASSERT_EQ(RT(__unord##f##2)(a, b) != 0, std::isunordered(a, b));                             \
    }                                                                                              \
  }                                                                                                \
  TEST(Suite, Integers) {                                                                          \
    Corners corners(8);                                                                            \
    for (int i = 0; i < kCases; ++i) {                                                             \
      Type a = randomFloat(corners, Type());                                                       \
      ASSERT_EQ(RT(__fix##f##si)(a), saturate<int32_t>(a)) << a;                                   \
      ASSERT_EQ(static_cast<uint32_t>(RT(__fixuns##f##si)(a)), saturate<uint32_t>(a)) << a;        \
      ASSERT_EQ(static_cast<int64_t>(RT(__fix##f##di)(a)), saturate<int64_t>(a)) << a;             \
      ASSERT_EQ(RT(__fixuns##f##di)(a), saturate<uint64_t>(a)) << a;                               \
      uint32_t x = corners.integer32();                                                            \
      uint64_t y = corners.integer64();                                                            \
      ASSERT_TRUE(same(RT(__floatsi##f)(x), static_cast<Type>(static_cast<int32_t>(x)))) << x;     \
      ASSERT_TRUE(same(RT(__floatunsi##f)(x), static_cast<Type>(x))) << x;                         \
      ASSERT_TRUE(same(RT(__floatdi##f)(y), static_cast<Type>(static_cast<int64_t>(y)))) << y;     \
      ASSERT_TRUE(same(RT(__floatundi##f)(y), static_cast<Type>(y))) << y;                         \
    }                                                                                              \
  }

IREE_TEST_TYPE(SoftFloat, float, sf, fmaf, sqrtf)
IREE_TEST_TYPE(SoftDouble, double, df, fma, sqrt)

TEST(SoftFloatArm, PatternsAreThoseOfTheGnuNames) {
  Corners corners(9);
  for (int i = 0; i < kCases; ++i) {
    float a = corners.float32(), b = corners.float32();
    auto x = bitsAs<uint32_t>(a), y = bitsAs<uint32_t>(b);
    ASSERT_TRUE(same(bitsAs<float>(RT(__aeabi_fadd)(x, y)), a + b));
    ASSERT_TRUE(same(bitsAs<float>(RT(__aeabi_fsub)(x, y)), a - b));
    ASSERT_EQ(RT(__aeabi_fcmpge)(x, y), a >= b);
    double c = corners.float64(), d = corners.float64();
    auto z = bitsAs<uint64_t>(c), w = bitsAs<uint64_t>(d);
    ASSERT_TRUE(same(bitsAs<double>(RT(__aeabi_dmul)(z, w)), c * d));
    ASSERT_TRUE(same(bitsAs<double>(RT(__aeabi_drsub)(z, w)), d - c));
    ASSERT_EQ(RT(__aeabi_dcmplt)(z, w), c < d);
  }
}

TEST(Conversion, FloatAndDouble) {
  Corners corners(10);
  for (int i = 0; i < kCases; ++i) {
    float a = corners.float32();
    double b = corners.float64();
    if (i & 1) // in float's range
      b = static_cast<double>(a) * (1 + static_cast<double>(i) * 0x1p-44);
    ASSERT_TRUE(same(RT(__extendsfdf2)(a), static_cast<double>(a))) << a;
    ASSERT_TRUE(same(RT(__truncdfsf2)(b), static_cast<float>(b))) << b;
  }
}

// A half's value by its definition.
double halfValue(uint32_t bits) {
  int exponent = static_cast<int>(bits >> 10 & 31);
  double mantissa = bits & 1023;
  double magnitude = exponent == 31  ? (mantissa != 0 ? std::nan("") : INFINITY)
                     : exponent == 0 ? mantissa * 0x1p-24
                                     : std::ldexp(1024 + mantissa, exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

TEST(Conversion, HalfExhaustive) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    double value = halfValue(bits);
    auto wide = bitsAs<float>(RT(__aeabi_h2f)(bits));
    ASSERT_TRUE(same(wide, static_cast<float>(value))) << bits;
    if (value != value)
      continue;
    ASSERT_EQ(RT(__aeabi_f2h)(bitsAs<uint32_t>(wide)), bits);
    if ((bits & 0x7FFF) >= 0x7BFF)
      continue;
    // Half way to the next one up goes to the even one; its neighbours do not.
    double middle = (value + halfValue(bits + 1)) / 2;
    uint32_t even = bits & 1 ? bits + 1 : bits;
    auto f = static_cast<float>(middle); // exact
    ASSERT_EQ(RT(__aeabi_f2h)(bitsAs<uint32_t>(f)), even);
    ASSERT_EQ(RT(__aeabi_d2h)(bitsAs<uint64_t>(middle)), even);
    ASSERT_EQ(RT(__aeabi_f2h)(bitsAs<uint32_t>(f) - 1), bits);
    ASSERT_EQ(RT(__aeabi_f2h)(bitsAs<uint32_t>(f) + 1), bits + 1);
    ASSERT_EQ(RT(__aeabi_d2h)(bitsAs<uint64_t>(middle) + 1), bits + 1);
  }
  EXPECT_EQ(RT(__aeabi_f2h)(bitsAs<uint32_t>(65519.0f)), 0x7BFFu);
  EXPECT_EQ(RT(__aeabi_f2h)(bitsAs<uint32_t>(65520.0f)), 0x7C00u);
  EXPECT_EQ(RT(__aeabi_f2h)(bitsAs<uint32_t>(1e-30f)), 0u);
  EXPECT_EQ(RT(__aeabi_d2h)(bitsAs<uint64_t>(1e-300)), 0u);
}

} // namespace
