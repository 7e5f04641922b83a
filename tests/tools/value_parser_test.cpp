// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/value_parser.h"

#include "test_values.h"
#include "tools/value_printer.h"

#include <limits>

namespace iree::tools {
namespace {

/// Parses `text` where `type` is expected, and prints it.
std::string echo(const std::string &type, const std::string &text) {
  return formatTensor(parseValue(text, {typeOf(type)}), std::numeric_limits<size_t>::max());
}

std::string parseError(const std::string &type, const std::string &text) {
  return errorOf([&] { parseValue(text, {typeOf(type)}); });
}

TEST(TensorType, RoundTrip) {
  for (const char *text : {"f32", "4xf32", "2x0x3xbf16", "4294967294xi1", "ui64", "1xsi8"})
    EXPECT_EQ(toString(typeOf(text)), text);
}

TEST(TensorType, Rejects) {
  for (const char *text : {"", "x", "4x", "4", "xf32", "?xf32", "-1xf32", "4294967295xf32",
                           "4294967296xf32", "4xf31", "4 xf32", "f32x4", "4xx4xf32", "+4xf32"})
    EXPECT_FALSE(parseTensorType(text)) << text;
}

TEST(TensorType, LengthsDoNotWrap) {
  TensorType type = typeOf("4294967294x4294967294x4294967294xf32");
  EXPECT_EQ(errorOf([&] { elementCount(type); }), "the shape is too large");
  type = typeOf("4294967294x4294967294xf64");
  EXPECT_EQ(errorOf([&] { byteLength(type); }), "the shape is too large");
}

TEST(ValueParser, Forms) {
  EXPECT_EQ(echo("3xi32", "3xi32=1,2, 3"), "3xi32=1 2 3");
  EXPECT_EQ(echo("3xi32", " 3xi32 = [1 2 3] "), "3xi32=1 2 3");
  EXPECT_EQ(echo("3xi32", "3xi32=7"), "3xi32=7 7 7");
  EXPECT_EQ(echo("3xi32", "3xi32"), "3xi32=0 0 0");
  EXPECT_EQ(echo("1xi32", "1xi32=7"), "1xi32=7");
  EXPECT_EQ(echo("i32", "-7"), "i32=-7");
  EXPECT_EQ(echo("f32", "nan"), "f32=NAN");
  EXPECT_EQ(echo("i1", "true"), "i1=1");
}

TEST(ValueParser, CompatibleIntegers) {
  EXPECT_EQ(echo("2xi8", "2xui8=255 0"), "2xi8=-1 0");
  EXPECT_EQ(echo("2xui8", "2xi8=-1 0"), "2xui8=255 0");
  EXPECT_EQ(parseError("2xui8", "2xsi8=0"), "expected 2xui8, got 2xsi8");
}

TEST(ValueParser, Brackets) {
  EXPECT_EQ(echo("2x2xi8", "2x2xi8=[[1 2] [3 4]]"), "2x2xi8=[1 2][3 4]");
  EXPECT_EQ(echo("2x2xi8", "2x2xi8=[1 2],[3 4]"), "2x2xi8=[1 2][3 4]");
  EXPECT_EQ(echo("2x2xi8", "2x2xi8=1 2 3 4"), "2x2xi8=[1 2][3 4]");
  EXPECT_EQ(echo("1x1xi8", "1x1xi8=[[5]]"), "1x1xi8=[5]");
  EXPECT_EQ(echo("0xi8", "0xi8=[]"), "0xi8=");
}

TEST(ValueParser, BracketsThatDoNotFit) {
  EXPECT_EQ(parseError("2x2xi8", "2x2xi8=[1 2 3][4]"),
            "brackets around 3 elements where 2x2xi8 has 2");
  EXPECT_EQ(parseError("2x2xi8", "2x2xi8=[[1 2]][[3 4]]"),
            "brackets around 2 elements where 2x2xi8 has 4");
  EXPECT_EQ(parseError("2xi8", "2xi8=1 2]"), "']' without '['");
  EXPECT_EQ(parseError("2xi8", "2xi8=[1 2"), "'[' without ']'");
  EXPECT_EQ(parseError("2xi8", "2xi8=[[1 2]]"), "more nested brackets than 2xi8 has dimensions");
  EXPECT_EQ(parseError("i8", "i8=[1]"), "more nested brackets than i8 has dimensions");
}

TEST(ValueParser, WrongCounts) {
  EXPECT_EQ(parseError("3xi8", "3xi8=1 2"), "3xi8 has 3 elements, got 2");
  EXPECT_EQ(parseError("3xi8", "3xi8="), "3xi8 has 3 elements, got 0");
  EXPECT_EQ(parseError("0xi8", "0xi8=1"), "more than the 0 elements of 0xi8");
  EXPECT_EQ(parseError("i8", "1 2"), "more than the 1 elements of i8");
}

TEST(ValueParser, Garbage) {
  for (const char *text : {"", "=", "==", "[", "]", "4xf32==1", "4xf32=1=2", "x=1", "@", "4xf32=@",
                           "4xf32=0x", "4xf32=1e", "4xf32=--1", "f32=\x01", "4xf32=1e999"})
    EXPECT_NE(parseError("4xf32", text), "") << text;
}

// Whatever the text, there is a value or a ToolError.
TEST(ValueParser, RandomText) {
  constexpr std::string_view kPieces[] = {"2", "x", "f32", "i8",  "=",   "[",  "]",       " ",
                                          ",", "-", "0x",  "nan", "1e9", ".5", "2x2xi8=", "\xff"};
  uint32_t state = 1;
  size_t valueCount = 0, errorCount = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = round % 2 ? "2x2xi8=" : "";
    for (int i = 0; i < round % 9; ++i) {
      state = state * 1664525 + 1013904223;
      text += kPieces[state >> 28];
    }
    try {
      EXPECT_EQ(parseValue(text, {typeOf("2x2xi8")}).data.size(), 4u) << text;
      ++valueCount;
    } catch (const ToolError &) {
      ++errorCount;
    }
  }
  EXPECT_GT(valueCount, 0u);
  EXPECT_GT(errorCount, 0u);
}

TEST(ValuePrinter, Limit) {
  Tensor tensor = parseValue("2x2xi8=1 2 3 4", {typeOf("2x2xi8")});
  EXPECT_EQ(formatTensor(tensor, 4), "2x2xi8=[1 2][3 4]");
  EXPECT_EQ(formatTensor(tensor, 3), "2x2xi8=[1 2][3...]");
  EXPECT_EQ(formatTensor(tensor, 2), "2x2xi8=[1 2]...");
  EXPECT_EQ(formatTensor(tensor, 0), "2x2xi8=...");
  EXPECT_EQ(formatTensor(parseValue("1", {typeOf("i8")}), 0), "i8=...");
}

} // namespace
} // namespace iree::tools
