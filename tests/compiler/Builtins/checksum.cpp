// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ordinary arithmetic whose results are folded into one checksum per group. Run
// on an emulated board, where the compiler calls the builtins for it, and on the
// host, it must print the same: a builtin with the wrong signature, which tests
// on the host cannot see, shows here. See run_on_boards.py.
#include <stdint.h>

extern "C" {
void print(const char *text); // by the board's start-up code
float fmaf(float, float, float);
float sqrtf(float);
double fma(double, double, double);
double sqrt(double);
float ldexpf(float, int);
float frexpf(float, int *);
float powf(float, float);
double pow(double, double);
float atan2f(float, float);
float fmodf(float, float);
double fmod(double, double);
float fminimumf(float, float);
long lroundf(float);
uint32_t brainFromFloat(float); // brain.ll
uint32_t brainFromDouble(double);
void *memmove(void *, const void *, __SIZE_TYPE__);
void *memset(void *, int, __SIZE_TYPE__);
}
// clang-format off: it never settles on such a list.
#define UNARY(V) \
  V(exp) V(exp2) V(expm1) V(log) V(log2) V(log10) V(log1p) V(sin) V(cos) V(tan) V(asin) V(acos) \
  V(atan) V(sinh) V(cosh) V(tanh) V(asinh) V(acosh) V(atanh) V(erf) V(erfc) V(cbrt) V(rsqrt) \
  V(floor) V(round) V(rint)
// clang-format on
#define DECLARE(name)                                                                              \
  extern "C" float name##f(float);                                                                 \
  extern "C" double name(double);
UNARY(DECLARE)

namespace {

uint64_t state;
uint64_t random64() {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return state ^ state >> 29;
}
template <typename To, typename From> To as(From value) {
  To result;
  static_assert(sizeof(To) == sizeof(From), "");
  __builtin_memcpy(&result, &value, sizeof(To));
  return result;
}
// Exponents near the bias three times out of four.
float randomFloat() {
  auto bits = static_cast<uint32_t>(random64() >> 32);
  if (random64() >> 62)
    bits = (bits & 0x87FFFFFFu) | 0x38000000u;
  return as<float>(bits);
}
double randomDouble() {
  uint64_t bits = random64();
  if (random64() >> 62)
    bits = (bits & 0x807FFFFFFFFFFFFFu) | 0x3F80000000000000u;
  return as<double>(bits);
}

uint32_t sum;
void fold(uint32_t value) { sum = (sum << 5 | sum >> 27) * 0x9E3779B1u ^ value; }
void fold(uint64_t value) {
  fold(static_cast<uint32_t>(value));
  fold(static_cast<uint32_t>(value >> 32));
}
void fold(float value) {
  auto bits = as<uint32_t>(value);
  fold((bits & 0x7FFFFFFFu) > 0x7F800000u ? 0x7FC00000u : bits);
}
void fold(double value) {
  auto bits = as<uint64_t>(value);
  constexpr uint64_t sign = uint64_t(1) << 63;
  fold((bits & ~sign) > 0x7FF0000000000000u ? sign : bits);
}

void report(const char *name) {
  char line[] = " 00000000\n";
  for (int i = 0; i < 8; ++i)
    line[8 - i] = "0123456789abcdef"[sum >> (4 * i) & 15];
  print(name);
  print(line);
  sum = 0;
}

void integers() {
  for (int i = 0; i < 2000; ++i) {
    uint64_t a = random64() >> (random64() >> 58), b = random64() >> (random64() >> 58);
    auto c = static_cast<uint32_t>(a), d = static_cast<uint32_t>(b) | 1;
    b |= 1;
    auto sa = static_cast<int64_t>(a), sb = static_cast<int64_t>(b >> 1 | 1);
    auto sc = static_cast<int32_t>(c), sd = static_cast<int32_t>(d >> 1 | 1);
    fold(a * b), fold(a / b), fold(a % b);
    fold(static_cast<uint64_t>(sa / sb)), fold(static_cast<uint64_t>(sa % sb));
    fold(c * d), fold(c / d), fold(c % d);
    fold(static_cast<uint32_t>(sc / sd)), fold(static_cast<uint32_t>(sc % sd));
    fold(a << (c & 63)), fold(a >> (c & 63));
    fold(static_cast<uint64_t>(sa >> (c & 63)));
    fold(static_cast<uint32_t>(__builtin_clz(d) + __builtin_ctzll(b) + __builtin_popcountll(a) +
                               __builtin_clzll(b)));
  }
  report("integers");
}

template <typename T> T randomOf();
template <> float randomOf() { return randomFloat(); }
template <> double randomOf() { return randomDouble(); }

template <typename T> void arithmetic(const char *name) {
  for (int i = 0; i < 2000; ++i) {
    T a = randomOf<T>(), b = randomOf<T>();
    fold(a + b), fold(a - b), fold(a * b), fold(a / b), fold(-a);
    uint32_t compared = (a < b) | (a <= b) << 1 | (a > b) << 2 | (a >= b) << 3 | (a == b) << 4 |
                        (a != b) << 5 | !(a < b) << 6 | !(a >= b) << 7 | (a != a) << 8;
    fold(compared);
  }
  report(name);
}

uint32_t brainFrom(float value) { return brainFromFloat(value); }
uint32_t brainFrom(double value) { return brainFromDouble(value); }

template <typename T> void conversions(const char *name) {
  for (int i = 0; i < 2000; ++i) {
    uint64_t bits = random64();
    auto word = static_cast<uint32_t>(bits);
    fold(static_cast<T>(word)), fold(static_cast<T>(static_cast<int32_t>(word)));
    fold(static_cast<T>(bits)), fold(static_cast<T>(static_cast<int64_t>(bits)));
    T value = static_cast<T>(static_cast<int32_t>(word)) / 1024;
    fold(static_cast<uint32_t>(static_cast<int32_t>(value)));
    fold(static_cast<uint64_t>(static_cast<int64_t>(value * 4000)));
    value = value < 0 ? -value : value;
    fold(static_cast<uint32_t>(value)), fold(static_cast<uint64_t>(value * 4000));
    fold(static_cast<float>(randomOf<T>()));
    fold(static_cast<double>(randomOf<T>()));
    fold(static_cast<float>(static_cast<_Float16>(randomOf<T>())));
    fold(brainFrom(value));
  }
  report(name);
}

void functions() {
  for (int i = 0; i < 500; ++i) {
    float a = randomFloat(), b = randomFloat(), c = randomFloat();
    double d = randomDouble(), e = randomDouble();
    int exponent = 0;
    fold(fmaf(a, b, c)), fold(fma(d, e, static_cast<double>(c)));
    fold(sqrtf(a)), fold(sqrt(d)), fold(ldexpf(a, i - 250));
    fold(frexpf(b, &exponent)), fold(static_cast<uint32_t>(exponent));
    fold(fmodf(a, b)), fold(fmod(d, e)), fold(fminimumf(a, c));
    if (b > -1e9f && b < 1e9f)
      fold(static_cast<uint32_t>(lroundf(b)));
    uint8_t bytes[128];
    for (int j = 0; j < 128; ++j)
      bytes[j] = static_cast<uint8_t>(i * j);
    memmove(bytes + (i & 7), bytes + (i >> 3 & 7), static_cast<unsigned>(i % 121));
    memset(bytes + (i >> 2 & 7), i, static_cast<unsigned>(i % 79));
    for (uint8_t byte : bytes)
      fold(static_cast<uint32_t>(byte));
  }
  report("functions");
}

void math() {
  for (int i = 0; i < 100; ++i) {
    float a = randomFloat(), b = randomFloat();
    double d = randomDouble(), e = randomDouble();
#define FOLD(name) fold(name##f(a)), fold(name(d));
    UNARY(FOLD)
    fold(powf(a < 0 ? -a : a, b)), fold(pow(d < 0 ? -d : d, e)), fold(atan2f(a, b));
  }
  report("math");
}

} // namespace

extern "C" void run() {
  state = 1; // start-up code initialises no data
  sum = 0;
  integers();
  arithmetic<float>("float");
  arithmetic<double>("double");
  conversions<float>("from float");
  conversions<double>("from double");
  functions();
  math();
}
