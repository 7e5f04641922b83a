// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/element.h"

#include "tools/error.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>

namespace iree::tools {

namespace {

/// A 16-bit format: sign, exponent, mantissa.
struct SmallFloat {
  int exponentBits, mantissaBits;
  int bias() const { return (1 << (exponentBits - 1)) - 1; }
  unsigned infinity() const { return ((1u << exponentBits) - 1) << mantissaBits; }
};
constexpr SmallFloat kHalf{5, 10}, kBrain{8, 7};

SmallFloat smallFloat(iree_hal_element_type_t type) {
  return type == IREE_HAL_ELEMENT_TYPE_BFLOAT_16 ? kBrain : kHalf;
}

double decodeSmall(SmallFloat format, uint16_t bits) {
  int exponent = (bits & 0x7FFF) >> format.mantissaBits;
  int mantissa = bits & ((1 << format.mantissaBits) - 1);
  double magnitude;
  if (exponent == (1 << format.exponentBits) - 1)
    magnitude = mantissa ? NAN : INFINITY;
  else if (exponent == 0)
    magnitude = std::ldexp(mantissa, 1 - format.bias() - format.mantissaBits);
  else
    magnitude = std::ldexp(mantissa + (1 << format.mantissaBits),
                           exponent - format.bias() - format.mantissaBits);
  return bits & 0x8000 ? -magnitude : magnitude;
}

/// Rounds to nearest even; too large magnitudes become infinite.
uint16_t encodeSmall(SmallFloat format, double value) {
  unsigned sign = std::signbit(value) ? 0x8000u : 0u;
  double magnitude = std::fabs(value);
  if (std::isnan(value))
    return static_cast<uint16_t>(sign | format.infinity() | 1u << (format.mantissaBits - 1));
  if (std::isinf(value) || magnitude == 0)
    return static_cast<uint16_t>(sign | (magnitude == 0 ? 0 : format.infinity()));
  int exponent = 0;
  std::frexp(magnitude, &exponent); // magnitude = [0.5, 1) * 2^exponent
  int smallestNormal = 1 - format.bias();
  int scale = std::max(exponent - 1, smallestNormal) - format.mantissaBits;
  // In units of the last place; a carry out of the mantissa moves into the
  // exponent, and from the largest exponent to infinity, by plain addition.
  unsigned units = static_cast<unsigned>(std::nearbyint(std::ldexp(magnitude, -scale)));
  unsigned lift = static_cast<unsigned>(scale + format.mantissaBits - smallestNormal);
  if (lift >= 1u << format.exponentBits)
    return static_cast<uint16_t>(sign | format.infinity());
  unsigned bits = units + (lift << format.mantissaBits);
  return static_cast<uint16_t>(sign | std::min(bits, format.infinity()));
}

[[noreturn]] void throwBadElement(iree_hal_element_type_t type, const std::string &text) {
  throw ToolError("'" + text + "' is no value of type " + iree_hal_element_type_string(type));
}

void parseFloat(iree_hal_element_type_t type, const std::string &text, uint8_t *target) {
  char *end = nullptr;
  double value = std::strtod(text.c_str(), &end);
  if (text.empty() || std::isspace(static_cast<unsigned char>(text[0])) || *end)
    throwBadElement(type, text);
  bool meansInfinity = text.find_first_of("iI") != std::string::npos;
  if (type == IREE_HAL_ELEMENT_TYPE_FLOAT_64) {
    std::memcpy(target, &value, sizeof value);
  } else if (type == IREE_HAL_ELEMENT_TYPE_FLOAT_32) {
    float narrow = std::strtof(text.c_str(), nullptr);
    std::memcpy(target, &narrow, sizeof narrow);
  } else {
    uint16_t bits = encodeSmall(smallFloat(type), value);
    std::memcpy(target, &bits, sizeof bits);
  }
  if (std::isinf(decodeFloat(type, target)) && !meansInfinity)
    throw ToolError("'" + text + "' is too large for " + iree_hal_element_type_string(type));
}

void parseBool(const std::string &text, uint8_t *target) {
  if (text == "1" || text == "true")
    *target = 1;
  else if (text == "0" || text == "false")
    *target = 0;
  else
    throwBadElement(IREE_HAL_ELEMENT_TYPE_BOOL_8, text);
}

/// Two's complement in the low bits; hostile text only makes it throw.
uint64_t parseIntegerBits(iree_hal_element_type_t type, const std::string &text) {
  iree_hal_numerical_type_t kind = iree_hal_element_numerical_type(type);
  size_t bitCount = iree_hal_element_bit_count(type);
  bool negative = text[0] == '-';
  size_t begin = negative || text[0] == '+' ? 1 : 0;
  bool isHex =
      text.size() > begin + 2 && text[begin] == '0' && std::tolower(text[begin + 1]) == 'x';
  if (isHex)
    begin += 2;
  unsigned char first = static_cast<unsigned char>(text[begin]);
  if (!(isHex ? std::isxdigit(first) : std::isdigit(first)))
    throwBadElement(type, text);
  char *end = nullptr;
  errno = 0;
  uint64_t magnitude = std::strtoull(text.c_str() + begin, &end, isHex ? 16 : 10);
  if (*end)
    throwBadElement(type, text);
  uint64_t signedLimit = uint64_t{1} << (bitCount - 1);
  uint64_t largest = kind == IREE_HAL_NUMERICAL_TYPE_INTEGER_SIGNED
                         ? signedLimit - 1
                         : signedLimit + (signedLimit - 1);
  if (negative)
    largest = kind == IREE_HAL_NUMERICAL_TYPE_INTEGER_UNSIGNED ? 0 : signedLimit;
  if (errno == ERANGE || magnitude > largest)
    throw ToolError("'" + text + "' is out of the range of " + iree_hal_element_type_string(type));
  return negative ? ~magnitude + 1 : magnitude;
}

} // namespace

bool isFloat(iree_hal_element_type_t type) {
  iree_hal_numerical_type_t kind = iree_hal_element_numerical_type(type);
  return kind == IREE_HAL_NUMERICAL_TYPE_FLOAT_IEEE || kind == IREE_HAL_NUMERICAL_TYPE_FLOAT_BRAIN;
}

void parseElement(iree_hal_element_type_t type, const std::string &text, uint8_t *target) {
  if (text.empty())
    throwBadElement(type, text);
  if (isFloat(type))
    return parseFloat(type, text, target);
  if (type == IREE_HAL_ELEMENT_TYPE_BOOL_8)
    return parseBool(text, target);
  uint64_t bits = parseIntegerBits(type, text);
  std::memcpy(target, &bits, iree_hal_element_dense_byte_count(type)); // little-endian
}

int64_t decodeInteger(iree_hal_element_type_t type, const uint8_t *source) {
  uint64_t bits = 0;
  size_t byteCount = iree_hal_element_dense_byte_count(type);
  std::memcpy(&bits, source, byteCount); // little-endian
  iree_hal_numerical_type_t kind = iree_hal_element_numerical_type(type);
  if (kind == IREE_HAL_NUMERICAL_TYPE_BOOLEAN || kind == IREE_HAL_NUMERICAL_TYPE_INTEGER_UNSIGNED)
    return static_cast<int64_t>(bits);
  auto unusedBits = static_cast<unsigned>(64 - 8 * byteCount);
  return static_cast<int64_t>(bits << unusedBits) >> unusedBits;
}

double decodeFloat(iree_hal_element_type_t type, const uint8_t *source) {
  if (type == IREE_HAL_ELEMENT_TYPE_FLOAT_64) {
    double value;
    std::memcpy(&value, source, sizeof value);
    return value;
  }
  if (type == IREE_HAL_ELEMENT_TYPE_FLOAT_32) {
    float value;
    std::memcpy(&value, source, sizeof value);
    return static_cast<double>(value);
  }
  uint16_t bits;
  std::memcpy(&bits, source, sizeof bits);
  return decodeSmall(smallFloat(type), bits);
}

std::string formatElement(iree_hal_element_type_t type, const uint8_t *source,
                          Precision precision) {
  if (isFloat(type)) {
    double value = decodeFloat(type, source);
    char text[32];
    bool isNarrow = iree_hal_element_bit_count(type) < 32; // six digits say it all
    if (precision == Precision::Short || isNarrow || !std::isfinite(value)) {
      std::snprintf(text, sizeof text, "%G", value);
      return text;
    }
    auto [end, error] = type == IREE_HAL_ELEMENT_TYPE_FLOAT_32
                            ? std::to_chars(text, std::end(text), static_cast<float>(value))
                            : std::to_chars(text, std::end(text), value);
    return std::string(text, end);
  }
  if (iree_hal_element_numerical_type(type) == IREE_HAL_NUMERICAL_TYPE_INTEGER_UNSIGNED)
    return std::to_string(static_cast<uint64_t>(decodeInteger(type, source)));
  return std::to_string(decodeInteger(type, source));
}

} // namespace iree::tools
