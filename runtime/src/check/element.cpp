// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "check/element.h"

namespace iree {

namespace {

uint64_t loadBits(const uint8_t *source, size_t bytes) {
  uint64_t bits = 0;
  for (size_t i = 0; i < bytes; ++i)
    bits |= static_cast<uint64_t>(source[i]) << (8 * i);
  return bits;
}

template <typename To, typename From> To bitsAs(From bits) {
  static_assert(sizeof(To) == sizeof(From));
  To value;
  __builtin_memcpy(&value, &bits, sizeof(value));
  return value;
}

double halfElement(uint32_t bits) {
  uint32_t exponent = bits >> 10 & 31, fraction = bits & 1023;
  double magnitude;
  if (exponent == 31)
    magnitude = fraction != 0 ? __builtin_nan("") : __builtin_inf();
  else if (exponent == 0)
    magnitude = fraction * 0x1p-24;
  else
    magnitude = static_cast<double>(bitsAs<float>((exponent + 112) << 23 | fraction << 13));
  return bits >> 15 != 0 ? -magnitude : magnitude;
}

void appendInteger(TextBuffer &text, uint64_t magnitude, bool isNegative) {
  char digits[20];
  unsigned count = 0;
  do {
    digits[count++] = static_cast<char>('0' + magnitude % 10);
    magnitude /= 10;
  } while (magnitude != 0);
  if (isNegative)
    text.append('-');
  while (count != 0)
    text.append(digits[--count]);
}

int significantDigits(iree_hal_element_type_t type) {
  size_t bits = iree_hal_element_bit_count(type);
  return bits == 64 ? 16 : bits == 32 ? 8 : 5;
}

} // namespace

void appendReal(TextBuffer &text, double value, int digits) {
  if (value != value)
    return text.appendText("nan");
  if (bitsAs<uint64_t>(value) >> 63 != 0) {
    text.append('-');
    value = -value;
  }
  if (value == __builtin_inf())
    return text.appendText("inf");
  if (value == 0)
    return text.append('0');
  int exponent = 0; // value = mantissa * 10^exponent, 1 <= mantissa < 10
  double mantissa = value;
  for (; mantissa >= 10; ++exponent)
    mantissa /= 10;
  for (; mantissa < 1; --exponent)
    mantissa *= 10;
  double scale = 1;
  for (int i = 1; i < digits; ++i)
    scale *= 10;
  auto number = static_cast<uint64_t>(mantissa * scale + 0.5);
  if (number >= static_cast<uint64_t>(scale) * 10) {
    number /= 10;
    ++exponent;
  }
  char characters[20];
  for (int i = digits - 1; i >= 0; --i, number /= 10)
    characters[i] = static_cast<char>('0' + number % 10);
  while (digits > 1 && characters[digits - 1] == '0')
    --digits;
  bool isScientific = exponent < -4 || exponent > 15;
  int point = isScientific ? 1 : exponent + 1; // digits before the point
  if (point <= 0)
    text.append('0');
  for (int i = 0; i < point; ++i)
    text.append(i < digits ? characters[i] : '0');
  if (point < digits)
    text.append('.');
  for (int i = point; i < 0; ++i)
    text.append('0');
  for (int i = point < 0 ? 0 : point; i < digits; ++i)
    text.append(characters[i]);
  if (isScientific)
    text.appendFormat("e%d", exponent);
}

double realElement(iree_hal_element_type_t type, const uint8_t *source) {
  if (type == IREE_HAL_ELEMENT_TYPE_FLOAT_64)
    return bitsAs<double>(loadBits(source, 8));
  if (type == IREE_HAL_ELEMENT_TYPE_FLOAT_32)
    return static_cast<double>(bitsAs<float>(static_cast<uint32_t>(loadBits(source, 4))));
  auto bits = static_cast<uint32_t>(loadBits(source, 2));
  if (type == IREE_HAL_ELEMENT_TYPE_BFLOAT_16)
    return static_cast<double>(bitsAs<float>(bits << 16));
  return halfElement(bits);
}

void appendElement(TextBuffer &text, iree_hal_element_type_t type, const uint8_t *source) {
  size_t bytes = iree_hal_element_dense_byte_count(type);
  if (isComplex(type)) {
    text.append('(');
    appendElement(text, partType(type), source);
    text.appendText(", ");
    appendElement(text, partType(type), source + bytes / 2);
    return text.append(')');
  }
  if (isReal(type))
    return appendReal(text, realElement(type, source), significantDigits(type));
  uint64_t bits = loadBits(source, bytes);
  iree_hal_numerical_type_t kind = iree_hal_element_numerical_type(type);
  bool isUnsigned =
      kind == IREE_HAL_NUMERICAL_TYPE_INTEGER_UNSIGNED || kind == IREE_HAL_NUMERICAL_TYPE_BOOLEAN;
  bool isNegative = !isUnsigned && (bits >> (8 * bytes - 1) & 1) != 0;
  uint64_t mask = bytes == 8 ? UINT64_MAX : (static_cast<uint64_t>(1) << (8 * bytes)) - 1;
  appendInteger(text, isNegative ? (0 - bits) & mask : bits, isNegative);
}

} // namespace iree
