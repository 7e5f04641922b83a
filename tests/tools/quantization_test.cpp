// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Expected values are derived by hand from q = clamp(round(x / scale) + zero point).
#include "tools/quantization.h"

#include "test_values.h"
#include "tools/value_parser.h"
#include "tools/value_printer.h"

#include <limits>

namespace iree::tools {
namespace {

/// `reals` ("4xf32=...") as elements of `type`, printed.
std::string quantized(const std::string &reals, const std::string &type,
                      const Quantization &quantization) {
  TensorType realType = typeOf(reals.substr(0, reals.find('=')));
  return formatTensor(quantize(parseValue(reals, {realType}), typeOf(type), quantization), 1000);
}

std::string dequantized(const std::string &integers, const Quantization &quantization) {
  TensorType type = typeOf(integers.substr(0, integers.find('=')));
  return formatTensor(dequantize(parseValue(integers, {type}), quantization), 1000);
}

TEST(Quantize, RoundsHalvesAwayFromZero) {
  EXPECT_EQ(quantized("8xf32=0.25 0.75 -0.25 -0.75 0.2 -0.2 0.3 -0.3", "8xi8", {-1, {0.5f}, {}}),
            "8xi8=1 2 -1 -2 0 0 1 -1");
  // Before the zero point is added: -1.5 becomes -2, not -1.
  EXPECT_EQ(quantized("2xf32=-0.75 -1.25", "2xi8", {-1, {0.5f}, {10}}), "2xi8=8 7");
}

TEST(Quantize, Clamps) {
  EXPECT_EQ(quantized("4xf32=127.4 127.6 -128.6 1e30", "4xi8", {-1, {1.0f}, {0}}),
            "4xi8=127 127 -128 127");
  EXPECT_EQ(quantized("4xf32=-1 0 255 256", "4xui8", {-1, {1.0f}, {0}}), "4xui8=0 0 255 255");
  EXPECT_EQ(quantized("2xf32=inf -inf", "2xi16", {-1, {1.0f}, {5}}), "2xi16=32767 -32768");
  EXPECT_EQ(quantized("2xf32=3e9 -3e9", "2xi32", {-1, {1.0f}, {0}}),
            "2xi32=2147483647 -2147483648");
  EXPECT_EQ(quantized("2xf32=1e38 -1e38", "2xui32", {-1, {1e-6f}, {7}}), "2xui32=4294967295 0");
}

TEST(Quantize, ZeroPointOfUnsigned) {
  EXPECT_EQ(quantized("3xf32=-1 0 0.9921875", "3xui8", {-1, {0.0078125f}, {128}}),
            "3xui8=0 128 255");
}

TEST(Quantize, PerAxis) {
  Quantization rows{0, {1.0f, 0.5f}, {0, 1}}, columns{1, {1.0f, 0.5f, 0.25f}, {}};
  EXPECT_EQ(quantized("2x3xf32=1 2 3 4 5 6", "2x3xi8", rows), "2x3xi8=[1 2 3][9 11 13]");
  EXPECT_EQ(quantized("2x3xf32=1 2 3 4 5 6", "2x3xi8", columns), "2x3xi8=[1 4 12][4 10 24]");
}

TEST(Quantize, AllFloatingPointTypes) {
  for (const char *type : {"f16", "bf16", "f32", "f64"})
    EXPECT_EQ(quantized(std::string("2x") + type + "=1.5 -2", "2xi8", {-1, {0.5f}, {1}}),
              "2xi8=4 -3");
}

TEST(Dequantize, Reals) {
  EXPECT_EQ(dequantized("3xi8=-128 0 127", {-1, {0.5f}, {-128}}), "3xf32=0 64 127.5");
  EXPECT_EQ(dequantized("2xui8=0 255", {-1, {0.5f}, {128}}), "2xf32=-64 63.5");
  EXPECT_EQ(dequantized("2xi16=-32768 32767", {-1, {0.25f}, {}}), "2xf32=-8192 8191.75");
  EXPECT_EQ(dequantized("2x2xi8=1 2 3 4", {1, {1.0f, 0.5f}, {1, 0}}), "2x2xf32=[0 1][2 2]");
}

TEST(Quantization, Errors) {
  auto quantizeError = [](const std::string &reals, const std::string &type,
                          const Quantization &quantization) {
    return errorOf([&] { quantized(reals, type, quantization); });
  };
  EXPECT_EQ(quantizeError("2xf32=0 nan", "2xi8", {-1, {1.0f}, {}}),
            "element 1 is not a number and cannot be quantised");
  EXPECT_EQ(quantizeError("2xf32", "2xi64", {-1, {1.0f}, {}}),
            "2xi64 is no quantised type; i8, i16, i32 and their signed and unsigned kinds are");
  EXPECT_EQ(quantizeError("2xf32", "2xi8", {-1, {}, {}}),
            "the module gives 0 scales and 0 zero points where 1 are needed");
  EXPECT_EQ(quantizeError("2x3xf32", "2x3xi8", {1, {1.0f, 1.0f}, {0, 0}}),
            "the module gives 2 scales and 2 zero points where 3 are needed");
  EXPECT_EQ(quantizeError("2x2xf32", "2x2xi8", {1, {1.0f, 1.0f}, {0}}),
            "the module gives 2 scales and 1 zero points where 2 are needed");
  for (float scale : {0.0f, -1.0f, std::numeric_limits<float>::infinity(),
                      std::numeric_limits<float>::quiet_NaN()})
    EXPECT_NE(quantizeError("2xf32", "2xi8", {-1, {scale}, {}}).find("scales are positive"),
              std::string::npos);
  EXPECT_EQ(errorOf([] { dequantized("2xf32=1 2", {-1, {1.0f}, {}}); }),
            "2xf32 is no quantised type; i8, i16, i32 and their signed and unsigned kinds are");
}

} // namespace
} // namespace iree::tools
