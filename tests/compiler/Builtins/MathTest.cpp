// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Math functions against the host's C library in the next wider type: every
// 1009th float for functions of one, random doubles and pairs for the rest. The
// error is in units of the last place of the exact result.
#include "BuiltinsUnderTest.h"

#include <algorithm>
#include <cmath>
#include <limits>

using builtins_test::bitsAs;
using builtins_test::Corners;

#define IREE_MATH_FUNCTIONS(V)                                                                     \
  V(exp, std::exp)                                                                                 \
  V(exp2, std::exp2)                                                                               \
  V(exp10, exponential10)                                                                          \
  V(expm1, std::expm1)                                                                             \
  V(log, std::log)                                                                                 \
  V(log2, std::log2)                                                                               \
  V(log10, std::log10)                                                                             \
  V(log1p, std::log1p)                                                                             \
  V(sin, std::sin)                                                                                 \
  V(cos, std::cos)                                                                                 \
  V(tan, std::tan)                                                                                 \
  V(asin, std::asin)                                                                               \
  V(acos, std::acos)                                                                               \
  V(atan, std::atan)                                                                               \
  V(sinh, std::sinh)                                                                               \
  V(cosh, std::cosh)                                                                               \
  V(tanh, std::tanh)                                                                               \
  V(asinh, std::asinh)                                                                             \
  V(acosh, std::acosh)                                                                             \
  V(atanh, std::atanh)                                                                             \
  V(erf, std::erf)                                                                                 \
  V(erfc, std::erfc)                                                                               \
  V(cbrt, std::cbrt)                                                                               \
  V(rsqrt, reciprocalRoot)

#define IREE_DECLARE_FUNCTION(name, reference)                                                     \
  IREE_DECLARE(float, name##f, float);                                                             \
  IREE_DECLARE(double, name, double);
IREE_MATH_FUNCTIONS(IREE_DECLARE_FUNCTION)
IREE_DECLARE(float, powf, float, float);
IREE_DECLARE(double, pow, double, double);
IREE_DECLARE(float, atan2f, float, float);
IREE_DECLARE(double, atan2, double, double);
IREE_DECLARE(float, __powisf2, float, int);
IREE_DECLARE(void, sincosf, float, float *, float *);

namespace {

template <typename T> T exponential10(T x) { return std::pow(static_cast<T>(10), x); }
template <typename T> T reciprocalRoot(T x) { return 1 / std::sqrt(x); }

// The limit for f32 and f64.
constexpr double kMaximumUlp = 2.0;

// Distance in units of the last place of T at `want`; huge if one is special
// and the other is not the same.
template <typename T, typename Wide> double errorInUlp(T got, Wide want) {
  if (std::isnan(got) || std::isnan(want))
    return std::isnan(got) && std::isnan(want) ? 0 : 1e30;
  auto rounded = static_cast<T>(want);
  if (got == rounded)
    return std::signbit(got) == std::signbit(rounded)
               ? (std::isinf(got) || got == 0
                      ? 0
                      : std::fabs(static_cast<double>(
                            (static_cast<Wide>(got) - want) /
                            std::ldexp(static_cast<Wide>(1),
                                       std::max(std::ilogb(rounded),
                                                std::numeric_limits<T>::min_exponent - 1) -
                                           std::numeric_limits<T>::digits + 1))))
               : 1e30;
  if (std::isinf(got) || std::isinf(rounded)) {
    // One rounding past the largest number.
    constexpr T largest = std::numeric_limits<T>::max();
    return std::fabs(got) >= largest && std::fabs(rounded) >= largest ? 1 : 1e30;
  }
  int exponent = std::max(std::ilogb(want), std::numeric_limits<T>::min_exponent - 1);
  Wide unit = std::ldexp(static_cast<Wide>(1), exponent - std::numeric_limits<T>::digits + 1);
  return std::fabs(static_cast<double>((static_cast<Wide>(got) - want) / unit));
}

// The worst case seen.
template <typename T> struct Worst {
  double ulp = 0;
  T at = 0, at2 = 0;
  void update(double error, T x, T y = 0) {
    if (error > ulp) {
      ulp = error;
      at = x;
      at2 = y;
    }
  }
  void check(const char *name) const {
    std::printf("%-8s %.3f ulp at %a %a\n", name, ulp, static_cast<double>(at),
                static_cast<double>(at2));
    EXPECT_LE(ulp, kMaximumUlp) << name;
  }
};

template <typename Function, typename Reference>
void sweepFloats(const char *name, Function function, Reference reference) {
  Worst<float> worst;
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 1009) {
    auto x = bitsAs<float>(static_cast<uint32_t>(bits));
    worst.update(errorInUlp(function(x), reference(static_cast<double>(x))), x);
  }
  for (float x : {1.0f, -1.0f, 0.5f, 2.0f, INFINITY, -INFINITY, -0.0f, 0x1p-149f, 0x1.fffffep127f,
                  0x1.921fb6p+0f, 16367173.0f * 0x1p72f, 0x1.62e42ep+6f, 0x1.62e43p+6f,
                  0x1.62e432p+6f, -103.97f})
    worst.update(errorInUlp(function(x), reference(static_cast<double>(x))), x);
  worst.check(name);
}

template <typename Function, typename Reference>
void sampleDoubles(const char *name, Function function, Reference reference) {
  Corners corners(30);
  Worst<double> worst;
  for (int i = 0; i < 120000; ++i) {
    double x = corners.float64();
    if (i & 1) // where most functions do something
      x = std::ldexp(static_cast<double>(static_cast<int64_t>(corners.bits())),
                     -63 + static_cast<int>(corners.bits() % 24) - 12);
    worst.update(errorInUlp(function(x), reference(static_cast<long double>(x))), x);
  }
  for (double x : {0.0, -0.0, 1.0, -1.0, 0.5, 0x1.921fb54442d18p+0, 1e22, 710.0, 709.9, -745.0,
                   5e-324, 0x1.62e42fefa39efp+9, 6381956970095103.0 * 0x1p797})
    worst.update(errorInUlp(function(x), reference(static_cast<long double>(x))), x);
  worst.check(name);
}

#define IREE_TEST_FUNCTION(name, reference)                                                        \
  TEST(MathFloat, name) {                                                                          \
    sweepFloats(#name "f", RT(name##f), [](double x) { return reference(x); });                    \
  }                                                                                                \
  TEST(MathDouble, name) {                                                                         \
    sampleDoubles(#name, RT(name), [](long double x) { return reference(x); });                    \
  }
IREE_MATH_FUNCTIONS(IREE_TEST_FUNCTION)

// Pairs whose power is mostly in range, and any others.
template <typename T, typename Wide, typename Function, typename Reference>
void samplePairs(const char *name, int cases, Function function, Reference reference) {
  Corners corners(31);
  Worst<T> worst;
  for (int i = 0; i < cases; ++i) {
    T x = sizeof(T) == 4 ? static_cast<T>(corners.float32()) : static_cast<T>(corners.float64());
    T y = sizeof(T) == 4 ? static_cast<T>(corners.float32()) : static_cast<T>(corners.float64());
    if (i & 1) { // an exponent that brings x^y anywhere in range
      x = std::fabs(x);
      T log = std::fabs(std::log2(x));
      auto target = static_cast<T>(static_cast<int>(corners.integer32() % 2200) - 1100) /
                    (sizeof(T) == 4 ? 8 : 1);
      if (log > 0 && std::isfinite(log))
        y = target / log;
    }
    if ((i & 15) == 2)
      y = std::nearbyint(std::fmod(y, static_cast<T>(64)));
    worst.update(errorInUlp(function(x, y), reference(static_cast<Wide>(x), static_cast<Wide>(y))),
                 x, y);
  }
  worst.check(name);
}

TEST(MathFloat, pow) {
  samplePairs<float, double>("powf", 2000000, RT(powf),
                             [](double x, double y) { return std::pow(x, y); });
}
TEST(MathDouble, pow) {
  samplePairs<double, long double>("pow", 200000, RT(pow),
                                   [](long double x, long double y) { return std::pow(x, y); });
}
TEST(MathFloat, atan2) {
  samplePairs<float, double>("atan2f", 2000000, RT(atan2f),
                             [](double y, double x) { return std::atan2(y, x); });
}
TEST(MathDouble, atan2) {
  samplePairs<double, long double>("atan2", 200000, RT(atan2),
                                   [](long double y, long double x) { return std::atan2(y, x); });
}

TEST(MathFloat, powSpecials) {
  const float values[] = {0.0f, -0.0f, 1.0f, -1.0f,    2.0f,      -2.0f, 0.5f,        -0.5f,
                          3.0f, -3.0f, 2.5f, INFINITY, -INFINITY, NAN,   16777217.0f, 1e30f};
  for (float x : values)
    for (float y : values) {
      EXPECT_EQ(errorInUlp(RT(powf)(x, y), static_cast<double>(std::pow(x, y))), 0.0)
          << x << " " << y;
      EXPECT_LE(
          errorInUlp(RT(atan2f)(x, y), std::atan2(static_cast<double>(x), static_cast<double>(y))),
          1.0)
          << x << " " << y;
    }
}

TEST(MathFloat, sincosIsSinAndCos) {
  Corners corners(32);
  for (int i = 0; i < 100000; ++i) {
    float x = corners.float32(), sine = 0, cosine = 0;
    RT(sincosf)(x, &sine, &cosine);
    float wantSine = RT(sinf)(x), wantCosine = RT(cosf)(x);
    if (std::isfinite(x)) {
      ASSERT_EQ(bitsAs<uint32_t>(sine), bitsAs<uint32_t>(wantSine)) << x;
      ASSERT_EQ(bitsAs<uint32_t>(cosine), bitsAs<uint32_t>(wantCosine)) << x;
    } else {
      ASSERT_TRUE(std::isnan(sine) && std::isnan(cosine)) << x;
    }
  }
}

TEST(MathFloat, powi) {
  EXPECT_EQ(RT(__powisf2)(3.0f, 5), 243.0f);
  EXPECT_EQ(RT(__powisf2)(2.0f, -3), 0.125f);
  EXPECT_EQ(RT(__powisf2)(7.0f, 0), 1.0f);
}

} // namespace
