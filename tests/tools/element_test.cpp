// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/element.h"

#include "test_values.h"

#include <cmath>
#include <cstring>

namespace iree::tools {
namespace {

uint64_t parseBits(const char *type, const std::string &text) {
  uint64_t bits = 0;
  parseElement(typeOf(type).elementType, text, reinterpret_cast<uint8_t *>(&bits));
  return bits;
}

std::string parseError(const char *type, const std::string &text) {
  return errorOf([&] { parseBits(type, text); });
}

TEST(Element, Integers) {
  EXPECT_EQ(parseBits("i8", "-128"), 0x80u);
  EXPECT_EQ(parseBits("i8", "255"), 0xFFu);
  EXPECT_EQ(parseBits("si16", "-0x8000"), 0x8000u);
  EXPECT_EQ(parseBits("ui32", "0xFFFFFFFF"), 0xFFFFFFFFu);
  EXPECT_EQ(parseBits("i64", "18446744073709551615"), ~uint64_t{0});
  EXPECT_EQ(parseBits("i64", "-9223372036854775808"), uint64_t{1} << 63);
  EXPECT_EQ(parseBits("i32", "+0017"), 17u); // no octal
}

TEST(Element, IntegersOutOfRange) {
  EXPECT_EQ(parseError("si8", "128"), "'128' is out of the range of si8");
  EXPECT_EQ(parseError("i8", "256"), "'256' is out of the range of i8");
  EXPECT_EQ(parseError("i8", "-129"), "'-129' is out of the range of i8");
  EXPECT_EQ(parseError("ui8", "-1"), "'-1' is out of the range of ui8");
  EXPECT_EQ(parseError("ui64", "18446744073709551616"),
            "'18446744073709551616' is out of the range of ui64");
}

TEST(Element, NoElements) {
  for (const char *text : {"", "-", "+", "0x", "-0x", "1.5", "1e3", "--1", "0xg", "ten", "1 "})
    EXPECT_NE(parseError("i32", text).find("is no value of type i32"), std::string::npos) << text;
  for (const char *text : {"", "-", "1.5.", "1e", "one", " 1", "0x"})
    EXPECT_NE(parseError("f32", text).find("is no value of type f32"), std::string::npos) << text;
  for (const char *text : {"2", "True", "-1", ""})
    EXPECT_NE(parseError("i1", text), "") << text;
}

TEST(Element, FloatsTooLarge) {
  EXPECT_EQ(parseError("f32", "1e39"), "'1e39' is too large for f32");
  EXPECT_EQ(parseError("f64", "1e309"), "'1e309' is too large for f64");
  EXPECT_EQ(parseError("f16", "65520"), "'65520' is too large for f16");
}

// Values: IEEE 754 binary16 and bfloat16, by hand.
TEST(Element, HalfValues) {
  EXPECT_EQ(parseBits("f16", "0"), 0u);
  EXPECT_EQ(parseBits("f16", "-0.0"), 0x8000u);
  EXPECT_EQ(parseBits("f16", "1"), 0x3C00u);
  EXPECT_EQ(parseBits("f16", "65504"), 0x7BFFu);
  EXPECT_EQ(parseBits("f16", "65519"), 0x7BFFu);
  EXPECT_EQ(parseBits("f16", "-inf"), 0xFC00u);
  EXPECT_EQ(parseBits("f16", "nan"), 0x7E00u);
  EXPECT_EQ(parseBits("f16", "0x1p-24"), 1u);         // smallest subnormal
  EXPECT_EQ(parseBits("f16", "0x1p-25"), 0u);         // tie to even
  EXPECT_EQ(parseBits("f16", "0x1.8p-24"), 2u);       // tie to even
  EXPECT_EQ(parseBits("f16", "0x1.FF8p-15"), 0x3FFu); // largest subnormal
  EXPECT_EQ(parseBits("f16", "0x1.FFCp-15"), 0x400u); // tie to even, the smallest normal
  EXPECT_EQ(parseBits("f16", "0x1.002p0"), 0x3C00u);  // tie to even
  EXPECT_EQ(parseBits("f16", "0x1.006p0"), 0x3C02u);  // tie to even
  EXPECT_EQ(parseBits("bf16", "1"), 0x3F80u);
  EXPECT_EQ(parseBits("bf16", "-2.5"), 0xC020u);
  EXPECT_EQ(parseBits("bf16", "0x1.01p0"), 0x3F80u); // tie to even
}

// Every 16-bit pattern is a fixed point of decode, format, parse.
TEST(Element, SmallFloatsRoundTrip) {
  for (const char *type : {"f16", "bf16"}) {
    iree_hal_element_type_t elementType = typeOf(type).elementType;
    for (uint32_t bits = 0; bits < 0x10000; ++bits) {
      uint16_t half = static_cast<uint16_t>(bits);
      const uint8_t *bytes = reinterpret_cast<const uint8_t *>(&half);
      if (std::isnan(decodeFloat(elementType, bytes)))
        continue;
      ASSERT_EQ(parseBits(type, formatElement(elementType, bytes)), bits) << type;
    }
  }
}

// A bfloat16 is the upper half of a float.
TEST(Element, BrainFloatsAreHalvesOfFloats) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    uint16_t half = static_cast<uint16_t>(bits);
    uint32_t word = bits << 16;
    float expected;
    std::memcpy(&expected, &word, sizeof word);
    double actual =
        decodeFloat(IREE_HAL_ELEMENT_TYPE_BFLOAT_16, reinterpret_cast<const uint8_t *>(&half));
    ASSERT_TRUE(static_cast<double>(expected) == actual || std::isnan(expected)) << bits;
  }
}

TEST(Element, Format) {
  float value = 0.1f;
  const uint8_t *bytes = reinterpret_cast<const uint8_t *>(&value);
  EXPECT_EQ(formatElement(IREE_HAL_ELEMENT_TYPE_FLOAT_32, bytes), "0.1");
  value = 1.0f / 3;
  EXPECT_EQ(formatElement(IREE_HAL_ELEMENT_TYPE_FLOAT_32, bytes), "0.333333");
  EXPECT_EQ(formatElement(IREE_HAL_ELEMENT_TYPE_FLOAT_32, bytes, Precision::Exact), "0.33333334");
  value = -INFINITY;
  EXPECT_EQ(formatElement(IREE_HAL_ELEMENT_TYPE_FLOAT_32, bytes, Precision::Exact), "-INF");
  uint64_t bits = 0x80;
  bytes = reinterpret_cast<const uint8_t *>(&bits);
  EXPECT_EQ(formatElement(IREE_HAL_ELEMENT_TYPE_INT_8, bytes), "-128");
  EXPECT_EQ(formatElement(IREE_HAL_ELEMENT_TYPE_UINT_8, bytes), "128");
  EXPECT_EQ(formatElement(IREE_HAL_ELEMENT_TYPE_SINT_64, bytes), "128");
}

} // namespace
} // namespace iree::tools
