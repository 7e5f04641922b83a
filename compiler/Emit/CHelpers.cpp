// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/CHelpers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace iree_compiler;

namespace {

struct Helper {
  llvm::StringLiteral name, text;
};

/// A helper comes behind those that it calls. The texts are C99 and C++17.
constexpr Helper kHelpers[] = {
    // Compilers replace plain loops by calls of memcpy and memset, which there
    // need not be.
    {"copy_bytes", R"(
/* Like memmove. */
static void copy_bytes(uint8_t *target, const uint8_t *source, uint32_t length) {
  uint32_t i;
  if ((uintptr_t)target < (uintptr_t)source) {
    for (i = 0; i < length; ++i) {
      target[i] = source[i];
      KEEP_LOOP;
    }
  } else if (target != source) {
    for (i = length; i > 0; --i) {
      target[i - 1] = source[i - 1];
      KEEP_LOOP;
    }
  }
}
)"},
    {"fill_bytes", R"(
/* Repeats a little-endian pattern of `period` bytes. */
static void fill_bytes(uint8_t *target, uint32_t length, uint64_t pattern, uint32_t period) {
  uint32_t i;
  for (i = 0; i < length; ++i) {
    target[i] = (uint8_t)(pattern >> 8 * (i & (period - 1)));
    KEEP_LOOP;
  }
}
)"},
    {"lies_within", R"(
/* Whether [offset, offset + length) lies within [0, total), and offset at a
   multiple of `alignment`, a power of two. */
static int lies_within(uint32_t offset, uint32_t length, uint32_t alignment, uint32_t total) {
  return (offset & (alignment - 1)) == 0 && offset <= total && length <= total - offset;
}
)"},
    {"dense_bytes", R"(
/* The bytes of a tensor; 0 if its sizes are negative, or count 2^31 bytes or
   more even if those of 0 are counted as 1. */
static int dense_bytes(const int32_t *shape, uint32_t rank, uint32_t element_bytes, uint32_t *bytes) {
  uint64_t product = element_bytes;
  uint32_t i, is_empty = 0;
  for (i = 0; i < rank; ++i) {
    if (shape[i] < 0)
      return 0;
    is_empty |= shape[i] == 0;
    product *= shape[i] == 0 ? 1u : (uint32_t)shape[i];
    if (product > INT32_MAX)
      return 0;
  }
  *bytes = is_empty ? 0 : (uint32_t)product;
  return 1;
}
)"},
    {"checked_size", R"(
/* *result = a * b, or the status. */
static int checked_size(uint32_t a, uint32_t b, uint32_t *result) {
  uint64_t product = (uint64_t)a * b;
  if (a > INT32_MAX || b > INT32_MAX)
    return 3;
  if (product > INT32_MAX)
    return 8;
  *result = (uint32_t)product;
  return 0;
}
)"},
    {"checked_behind", R"(
/* *result = a + b, rounded up to a multiple of 16, or the status. */
static int checked_behind(uint32_t a, uint32_t b, uint32_t *result) {
  uint64_t sum = ((uint64_t)a + b + 15) & ~(uint64_t)15;
  if (a > INT32_MAX || b > INT32_MAX)
    return 3;
  if (sum > INT32_MAX)
    return 8;
  *result = (uint32_t)sum;
  return 0;
}
)"},
    {"load_16", R"(
static uint32_t load_16(const uint8_t *at) { return at[0] | (uint32_t)at[1] << 8; }
)"},
    {"load_32", R"(
static uint32_t load_32(const uint8_t *at) {
  return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}
)"},
    {"load_64", R"(
static uint64_t load_64(const uint8_t *at) { return load_32(at) | (uint64_t)load_32(at + 4) << 32; }
)"},
    {"store_16", R"(
static void store_16(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)value;
  at[1] = (uint8_t)(value >> 8);
}
)"},
    {"store_32", R"(
static void store_32(uint8_t *at, uint32_t value) {
  store_16(at, value);
  store_16(at + 2, value >> 16);
}
)"},
    {"store_64", R"(
static void store_64(uint8_t *at, uint64_t value) {
  store_32(at, (uint32_t)value);
  store_32(at + 4, (uint32_t)(value >> 32));
}
)"},
    {"float_of", R"(
static float float_of(uint32_t bits) {
  union {
    uint32_t bits;
    float value;
  } both;
  both.bits = bits;
  return both.value;
}
)"},
    {"bits_of_float", R"(
static uint32_t bits_of_float(float value) {
  union {
    uint32_t bits;
    float value;
  } both;
  both.value = value;
  return both.bits;
}
)"},
    {"double_of", R"(
static double double_of(uint64_t bits) {
  union {
    uint64_t bits;
    double value;
  } both;
  both.bits = bits;
  return both.value;
}
)"},
    {"bits_of_double", R"(
static uint64_t bits_of_double(double value) {
  union {
    uint64_t bits;
    double value;
  } both;
  both.value = value;
  return both.bits;
}
)"},
    {"divide_s32", R"(
static uint32_t divide_s32(uint32_t a, uint32_t b) {
  if (b == 0)
    return 0;
  return b == UINT32_MAX ? 0 - a : (uint32_t)((int32_t)a / (int32_t)b);
}
)"},
    {"remainder_s32", R"(
static uint32_t remainder_s32(uint32_t a, uint32_t b) {
  if (b == 0)
    return a;
  return b == UINT32_MAX ? 0 : (uint32_t)((int32_t)a % (int32_t)b);
}
)"},
    {"divide_s64", R"(
static uint64_t divide_s64(uint64_t a, uint64_t b) {
  if (b == 0)
    return 0;
  return b == UINT64_MAX ? 0 - a : (uint64_t)((int64_t)a / (int64_t)b);
}
)"},
    {"remainder_s64", R"(
static uint64_t remainder_s64(uint64_t a, uint64_t b) {
  if (b == 0)
    return a;
  return b == UINT64_MAX ? 0 : (uint64_t)((int64_t)a % (int64_t)b);
}
)"},
    {"leading_zeros", R"(
/* Of the lowest `width` bits. */
static uint32_t leading_zeros(uint64_t value, uint32_t width) {
  uint32_t count = 0;
  while (count < width && (value >> (width - 1 - count) & 1) == 0)
    ++count;
  return count;
}
)"},
    {"trailing_zeros", R"(
static uint32_t trailing_zeros(uint64_t value, uint32_t width) {
  uint32_t count = 0;
  while (count < width && (value >> count & 1) == 0)
    ++count;
  return count;
}
)"},
    {"count_ones", R"(
static uint32_t count_ones(uint64_t value) {
  uint32_t count = 0;
  for (; value != 0; value &= value - 1)
    ++count;
  return count;
}
)"},
    // The product is stored, so that no compiler fuses it with an addition.
    {"multiply_f32", R"(
static float multiply_f32(float a, float b) {
  volatile float product = a * b;
  return product;
}
)"},
    {"multiply_f64", R"(
static double multiply_f64(double a, double b) {
  volatile double product = a * b;
  return product;
}
)"},
    {"remainder_f64", R"(
/* C's fmod, exactly. */
static double remainder_f64(double a, double b) {
  const uint64_t one = (uint64_t)1 << 52;
  uint64_t sign = bits_of_double(a) & (uint64_t)1 << 63;
  uint64_t x = bits_of_double(a) & ~((uint64_t)1 << 63);
  uint64_t y = bits_of_double(b) & ~((uint64_t)1 << 63);
  int32_t x_exponent = (int32_t)(x >> 52), y_exponent = (int32_t)(y >> 52);
  if (a != a || b != b)
    return a + b;
  if (x_exponent == 0x7FF || y == 0)
    return double_of(UINT64_C(0x7FF8000000000000));
  if (x < y)
    return a;
  /* Significands with their highest bit set, times 2^exponent. */
  x = x_exponent == 0 ? x : (x & (one - 1)) | one;
  x_exponent += x_exponent == 0;
  for (; x < one; --x_exponent)
    x <<= 1;
  y = y_exponent == 0 ? y : (y & (one - 1)) | one;
  y_exponent += y_exponent == 0;
  for (; y < one; --y_exponent)
    y <<= 1;
  for (; x_exponent > y_exponent; --x_exponent) {
    if (x >= y)
      x -= y;
    x <<= 1;
  }
  if (x >= y)
    x -= y;
  for (; x != 0 && x < one && y_exponent > 1; --y_exponent)
    x <<= 1;
  for (; y_exponent < 1; ++y_exponent)
    x >>= 1;
  if (x >= one)
    x += (uint64_t)(y_exponent - 1) << 52;
  return double_of(sign | x);
}
)"},
    {"fma_f32", R"(
/* a * b + c, rounded once: the product of two floats is exact as a double; the
   sum is rounded to odd, which a second rounding does not see. */
static float fma_f32(float a, float b, float c) {
  volatile double product = (double)a * b;
  volatile double sum = product + c;
  volatile double part = sum - product;
  volatile double rest = sum - part;
  double error;
  rest = product - rest;
  part = c - part;
  error = rest + part;
  if (error != 0 && sum - sum == 0 && (bits_of_double(sum) & 1) == 0) {
    uint64_t bits = bits_of_double(sum);
    sum = double_of((error > 0) == (sum > 0) ? bits + 1 : bits - 1);
  }
  return (float)sum;
}
)"},
    {"significand_f64", R"(
/* Of a finite number other than 0, with bit 52 set, and its exponent. */
static uint64_t significand_f64(double value, int32_t *exponent) {
  const uint64_t one = (uint64_t)1 << 52;
  uint64_t bits = bits_of_double(value) & ~((uint64_t)1 << 63), significand = bits & (one - 1);
  int32_t biased = (int32_t)(bits >> 52);
  if (biased == 0)
    biased = 1;
  else
    significand |= one;
  for (; significand < one; --biased)
    significand <<= 1;
  *exponent = biased - 1075;
  return significand;
}
)"},
    {"fma_f64", R"(
/* a * b + c, rounded once: on 128 bits, the lowest of which stands for all that
   lie below. */
static double fma_f64(double a, double b, double c) {
  const uint64_t low_half = 0xFFFFFFFF;
  uint64_t sign = (bits_of_double(a) ^ bits_of_double(b)) >> 63, c_sign = bits_of_double(c) >> 63;
  uint64_t x, y, low, middle, other, high, c_low = 0, c_high, rest, half;
  int32_t exponent, b_exponent, c_exponent, distance, shift = 10;
  if (a - a != 0 || b - b != 0 || c - c != 0 || a == 0 || b == 0)
    return a * b + c;
  if (c == 0)
    return a * b;
  x = significand_f64(a, &exponent);
  y = significand_f64(b, &b_exponent);
  low = (x & low_half) * (y & low_half);
  middle = (x >> 32) * (y & low_half) + (low >> 32);
  other = (x & low_half) * (y >> 32) + (middle & low_half);
  high = (x >> 32) * (y >> 32) + (middle >> 32) + (other >> 32);
  low = other << 32 | (low & low_half);
  high = high << 20 | low >> 44;
  low <<= 20;
  exponent += b_exponent - 20;
  c_high = significand_f64(c, &c_exponent) << 9;
  c_exponent -= 73;
  if (c_exponent > exponent) { /* c is the one that is not shifted */
    x = high, high = c_high, c_high = x;
    x = low, low = c_low, c_low = x;
    x = sign, sign = c_sign, c_sign = x;
    distance = c_exponent - exponent;
    exponent = c_exponent;
  } else {
    distance = exponent - c_exponent;
  }
  for (; distance > 0 && (c_high != 0 || c_low > 1); --distance) {
    c_low = c_low >> 1 | c_high << 63 | (c_low & 1);
    c_high >>= 1;
  }
  if (sign == c_sign) {
    low += c_low;
    high += c_high + (low < c_low);
  } else {
    if (high < c_high || (high == c_high && low < c_low)) {
      x = high, high = c_high, c_high = x;
      x = low, low = c_low, c_low = x;
      sign = c_sign;
    }
    high -= c_high + (low < c_low);
    low -= c_low;
    if ((high | low) == 0)
      return 0;
  }
  for (; high >> 62 == 0; --exponent) {
    high = high << 1 | low >> 63;
    low <<= 1;
  }
  high |= low != 0;
  exponent += 74 + 1075;
  sign <<= 63;
  if (exponent > 2046)
    return double_of(sign | UINT64_C(0x7FF0000000000000));
  if (exponent < 1) {
    shift += 1 - exponent;
    exponent = 1;
  }
  if (shift > 63)
    return double_of(sign);
  rest = high & (((uint64_t)1 << shift) - 1);
  half = (uint64_t)1 << (shift - 1);
  high >>= shift;
  if (rest > half || (rest == half && (high & 1) != 0))
    ++high;
  return double_of(sign | (((uint64_t)(exponent - 1) << 52) + high));
}
)"},
    {"lesser_f32", R"(
/* Of numbers; -0 is less than 0. */
static float lesser_f32(float a, float b) {
  if (a == b)
    return float_of(bits_of_float(a) | bits_of_float(b));
  return a < b ? a : b;
}
)"},
    {"greater_f32", R"(
static float greater_f32(float a, float b) {
  if (a == b)
    return float_of(bits_of_float(a) & bits_of_float(b));
  return a > b ? a : b;
}
)"},
    {"minimum_f32", R"(
static float minimum_f32(float a, float b) { return a != a || b != b ? a + b : lesser_f32(a, b); }
)"},
    {"maximum_f32", R"(
static float maximum_f32(float a, float b) { return a != a || b != b ? a + b : greater_f32(a, b); }
)"},
    {"minimum_number_f32", R"(
static float minimum_number_f32(float a, float b) {
  return a != a ? b : b != b ? a : lesser_f32(a, b);
}
)"},
    {"maximum_number_f32", R"(
static float maximum_number_f32(float a, float b) {
  return a != a ? b : b != b ? a : greater_f32(a, b);
}
)"},
    {"lesser_f64", R"(
/* Of numbers; -0 is less than 0. */
static double lesser_f64(double a, double b) {
  if (a == b)
    return double_of(bits_of_double(a) | bits_of_double(b));
  return a < b ? a : b;
}
)"},
    {"greater_f64", R"(
static double greater_f64(double a, double b) {
  if (a == b)
    return double_of(bits_of_double(a) & bits_of_double(b));
  return a > b ? a : b;
}
)"},
    {"minimum_f64", R"(
static double minimum_f64(double a, double b) { return a != a || b != b ? a + b : lesser_f64(a, b); }
)"},
    {"maximum_f64", R"(
static double maximum_f64(double a, double b) { return a != a || b != b ? a + b : greater_f64(a, b); }
)"},
    {"minimum_number_f64", R"(
static double minimum_number_f64(double a, double b) {
  return a != a ? b : b != b ? a : lesser_f64(a, b);
}
)"},
    {"maximum_number_f64", R"(
static double maximum_number_f64(double a, double b) {
  return a != a ? b : b != b ? a : greater_f64(a, b);
}
)"},
    {"relation_f32", R"(
/* Bit 0 equal, 1 greater, 2 less, 3 unordered. */
static uint32_t relation_f32(float a, float b) { return a == b ? 1 : a > b ? 2 : a < b ? 4 : 8; }
)"},
    {"relation_f64", R"(
/* Bit 0 equal, 1 greater, 2 less, 3 unordered. */
static uint32_t relation_f64(double a, double b) { return a == b ? 1 : a > b ? 2 : a < b ? 4 : 8; }
)"},
    {"float_of_half", R"(
/* Exponents differ by 112, which multiplication corrects exactly. */
static float float_of_half(uint32_t bits) {
  uint32_t magnitude = (bits & 0x7FFF) << 13, sign = (bits & 0x8000) << 16;
  if (magnitude >= 0x1Fu << 23)
    magnitude |= 0x7F800000;
  else
    magnitude = bits_of_float(float_of(magnitude) * float_of(0x77800000));
  return float_of(sign | magnitude);
}
)"},
    {"narrow_bits", R"(
/* The bits of the nearest number with fewer bits of exponent and fraction; ties
   to even. */
static uint32_t narrow_bits(double value, int exponent_bits, int fraction_bits) {
  uint64_t bits = bits_of_double(value), magnitude = bits & ~((uint64_t)1 << 63);
  int bias = (1 << (exponent_bits - 1)) - 1;
  int exponent = (int)(magnitude >> 52) - 1023 + bias;
  int shift = 52 - fraction_bits;
  uint64_t significand, rounded, rest, half;
  uint32_t sign = (uint32_t)(bits >> 63) << (exponent_bits + fraction_bits);
  uint32_t infinity = (uint32_t)(2 * bias + 1) << fraction_bits;
  if (value != value)
    return sign | infinity | 1u << (fraction_bits - 1);
  if (exponent > 2 * bias)
    return sign | infinity;
  if (exponent < 1) {
    shift += 1 - exponent;
    exponent = 1;
  }
  if (shift > 54)
    return sign;
  significand = (magnitude & (((uint64_t)1 << 52) - 1)) | (uint64_t)1 << 52;
  rounded = significand >> shift;
  rest = significand & (((uint64_t)1 << shift) - 1);
  half = (uint64_t)1 << (shift - 1);
  if (rest > half || (rest == half && (rounded & 1) != 0))
    ++rounded;
  return sign | ((uint32_t)rounded + ((uint32_t)(exponent - 1) << fraction_bits));
}
)"},
    {"half_bits", R"(
static uint32_t half_bits(double value) { return narrow_bits(value, 5, 10); }
)"},
    {"brain_bits", R"(
static uint32_t brain_bits(double value) { return narrow_bits(value, 8, 7); }
)"},
    // Truncation; the nearest integer if out of range, 0 for NaN.
    {"s32_of_double", R"(
static uint32_t s32_of_double(double value) {
  if (value != value)
    return 0;
  if (value >= 2147483648.0)
    return 0x7FFFFFFF;
  return value <= -2147483648.0 ? 0x80000000 : (uint32_t)(int32_t)value;
}
)"},
    {"u32_of_double", R"(
static uint32_t u32_of_double(double value) {
  if (!(value > 0))
    return 0;
  return value >= 4294967296.0 ? UINT32_MAX : (uint32_t)value;
}
)"},
    {"s64_of_double", R"(
static uint64_t s64_of_double(double value) {
  if (value != value)
    return 0;
  if (value >= 9223372036854775808.0)
    return INT64_MAX;
  return value <= -9223372036854775808.0 ? (uint64_t)1 << 63 : (uint64_t)(int64_t)value;
}
)"},
    {"u64_of_double", R"(
static uint64_t u64_of_double(double value) {
  if (!(value > 0))
    return 0;
  return value >= 18446744073709551616.0 ? UINT64_MAX : (uint64_t)value;
}
)"},
    {"s32_of_float", R"(
static uint32_t s32_of_float(float value) {
  if (value != value)
    return 0;
  if (value >= 2147483648.0f)
    return 0x7FFFFFFF;
  return value <= -2147483648.0f ? 0x80000000 : (uint32_t)(int32_t)value;
}
)"},
    {"u32_of_float", R"(
static uint32_t u32_of_float(float value) {
  if (!(value > 0))
    return 0;
  return value >= 4294967296.0f ? UINT32_MAX : (uint32_t)value;
}
)"},
    {"s64_of_float", R"(
static uint64_t s64_of_float(float value) {
  if (value != value)
    return 0;
  if (value >= 9223372036854775808.0f)
    return INT64_MAX;
  return value <= -9223372036854775808.0f ? (uint64_t)1 << 63 : (uint64_t)(int64_t)value;
}
)"},
    {"u64_of_float", R"(
static uint64_t u64_of_float(float value) {
  if (!(value > 0))
    return 0;
  return value >= 18446744073709551616.0f ? UINT64_MAX : (uint64_t)value;
}
)"},
};

/// Whether `text` has a call of `name`.
bool calls(llvm::StringRef text, llvm::StringRef name) {
  for (size_t at = text.find(name); at != llvm::StringRef::npos; at = text.find(name, at + 1)) {
    bool begins = at == 0 || !(llvm::isAlnum(text[at - 1]) || text[at - 1] == '_');
    if (begins && text.substr(at + name.size()).starts_with("("))
      return true;
  }
  return false;
}

} // namespace

std::vector<llvm::StringRef> iree_compiler::cHelperNames() {
  std::vector<llvm::StringRef> names;
  for (const Helper &helper : kHelpers)
    names.push_back(helper.name);
  return names;
}

std::string iree_compiler::cHelpersFor(llvm::StringRef text) {
  std::string definitions;
  for (const Helper &helper : llvm::reverse(kHelpers))
    if (calls(text, helper.name) || calls(definitions, helper.name))
      definitions = helper.text.str() + definitions;
  return definitions;
}
