// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/value_compare.h"

#include "test_values.h"
#include "tools/value_parser.h"

namespace iree::tools {
namespace {

std::string mismatch(const std::string &type, const std::string &expected,
                     const std::string &actual) {
  return findMismatch(parseValue(type + "=" + expected, {typeOf(type)}),
                      parseValue(type + "=" + actual, {typeOf(type)}), Thresholds())
      .value_or("");
}

TEST(ValueCompare, Integers) {
  EXPECT_EQ(mismatch("3xi32", "1 2 3", "1 2 3"), "");
  EXPECT_EQ(mismatch("3xi32", "1 2 3", "1 0 0"), "element at index 1: expected 2, actual 0");
  EXPECT_EQ(mismatch("i1", "1", "0"), "element at index 0: expected 1, actual 0");
  EXPECT_EQ(mismatch("2x2x2xi8", "0", "[[0 0][0 0]][[0 9][0 0]]"),
            "element at index 5 [1, 0, 1]: expected 0, actual 9");
}

TEST(ValueCompare, Thresholds) {
  EXPECT_EQ(mismatch("f32", "1", "1.0001"), "");
  EXPECT_EQ(mismatch("f32", "1", "1.0002"), "element at index 0: expected 1, actual 1.0002");
  EXPECT_EQ(mismatch("f32", "1e6", "1000005"), ""); // relative
  EXPECT_NE(mismatch("f32", "1e6", "1000020"), "");
  EXPECT_EQ(mismatch("f16", "1", "1.001"), "");
  EXPECT_NE(mismatch("f16", "1", "1.003"), "");
  EXPECT_EQ(mismatch("bf16", "1", "1.0078125"), "");
  EXPECT_NE(mismatch("bf16", "1", "1.015625"), "");
  EXPECT_NE(mismatch("f64", "1", "1.0002"), "");
}

TEST(ValueCompare, SpecialFloats) {
  EXPECT_EQ(mismatch("2xf32", "nan -inf", "nan -inf"), "");
  EXPECT_EQ(mismatch("f32", "0", "-0"), "");
  EXPECT_EQ(mismatch("f32", "nan", "1"), "element at index 0: expected NAN, actual 1");
  EXPECT_EQ(mismatch("f32", "inf", "3e38"), "element at index 0: expected INF, actual 3e+38");
  EXPECT_EQ(mismatch("f32", "inf", "-inf"), "element at index 0: expected INF, actual -INF");
}

} // namespace
} // namespace iree::tools
