// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comparisons of test programs and their texts. Bit patterns are derived by
// hand from IEEE 754.
#include "iree/check/api.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace {

/// A check of elements given as they lie in memory.
template <typename T> struct Check {
  std::vector<T> actual, expected;
  std::vector<uint32_t> shape;
  iree_vm_check_t check = {};

  Check(iree_vm_check_kind_t kind, uint32_t type, std::vector<uint32_t> dims, std::vector<T> got,
        std::vector<T> wanted = {}, float atol = 0, float rtol = 0)
      : actual(std::move(got)), expected(std::move(wanted)), shape(std::move(dims)) {
    const std::vector<T> &other = expected.empty() ? actual : expected;
    check.kind = kind;
    check.element_type = type;
    check.shape_rank = static_cast<uint32_t>(shape.size());
    check.shape = shape.data();
    check.atol = atol;
    check.rtol = rtol;
    check.actual = iree_make_const_byte_span(actual.data(), actual.size() * sizeof(T));
    check.expected = iree_make_const_byte_span(other.data(), other.size() * sizeof(T));
  }

  size_t mismatches() const { return iree_check_compare(&check).count; }
  std::string text() const {
    iree_check_mismatch_t mismatch = iree_check_compare(&check);
    char buffer[256];
    iree_check_describe(&check, &mismatch, sizeof(buffer), buffer);
    return buffer;
  }
};

constexpr auto kEqual = IREE_VM_CHECK_KIND_EQUAL;
constexpr auto kAlmost = IREE_VM_CHECK_KIND_ALMOST_EQUAL;

TEST(CheckTest, EqualComparesBytes) {
  using C = Check<float>;
  uint32_t f32 = IREE_HAL_ELEMENT_TYPE_FLOAT_32;
  float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(C(kEqual, f32, {2}, {1, nan}, {1, nan}).mismatches(), 0u);
  EXPECT_EQ(C(kEqual, f32, {1}, {0.0f}, {-0.0f}).mismatches(), 1u);
  EXPECT_EQ(C(kEqual, f32, {0}, {}).mismatches(), 0u);
}

TEST(CheckTest, AlmostEqualIsNumpysCondition) {
  using C = Check<double>;
  uint32_t f64 = IREE_HAL_ELEMENT_TYPE_FLOAT_64;
  double inf = std::numeric_limits<double>::infinity(),
         nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(C(kAlmost, f64, {1}, {1.5}, {1}, 0.5f).mismatches(), 0u);
  EXPECT_EQ(C(kAlmost, f64, {1}, {1.5001}, {1}, 0.5f).mismatches(), 1u);
  // The relative part is of the expected value, not of the actual one.
  EXPECT_EQ(C(kAlmost, f64, {1}, {6}, {4}, 0, 0.5f).mismatches(), 0u);
  EXPECT_EQ(C(kAlmost, f64, {1}, {4}, {2.5}, 0, 0.5f).mismatches(), 1u);
  EXPECT_EQ(C(kAlmost, f64, {1}, {-4}, {-6}, 0, 0.5f).mismatches(), 0u);
  EXPECT_EQ(C(kAlmost, f64, {2}, {inf, -inf}, {inf, -inf}).mismatches(), 0u);
  EXPECT_EQ(C(kAlmost, f64, {4}, {inf, 1, inf, nan}, {-inf, inf, 1, 1}, 9, 9).mismatches(), 4u);
  EXPECT_EQ(C(kAlmost, f64, {2}, {nan, 1}, {nan, nan}, 9, 9).mismatches(), 2u);
  EXPECT_EQ(C(kAlmost, f64, {1}, {0.0}, {-0.0}).mismatches(), 0u);
}

TEST(CheckTest, SmallFloats) {
  using C = Check<uint16_t>;
  uint32_t f16 = IREE_HAL_ELEMENT_TYPE_FLOAT_16, bf16 = IREE_HAL_ELEMENT_TYPE_BFLOAT_16;
  // f16: 1 is 0x3C00, 1 + 2^-10 is 0x3C01, the smallest number is 2^-24.
  EXPECT_EQ(C(kAlmost, f16, {1}, {0x3C01}, {0x3C00}, 0x1p-10f).mismatches(), 0u);
  EXPECT_EQ(C(kAlmost, f16, {1}, {0x3C01}, {0x3C00}, 0x1p-11f).mismatches(), 1u);
  EXPECT_EQ(C(kAlmost, f16, {1}, {0x8001}, {0x0001}, 0x1p-23f).mismatches(), 0u);
  EXPECT_EQ(C(kAlmost, f16, {1}, {0x7C00}, {0x7BFF}, 1e30f).mismatches(), 1u); // inf, 65504
  EXPECT_EQ(C(kEqual, f16, {1}, {0x7BFF}, {0xC500}).text(), "element [0] of 1xf16: expected -5, "
                                                            "actual 65504");
  // bf16: 1 is 0x3F80, 1 + 2^-7 is 0x3F81.
  EXPECT_EQ(C(kAlmost, bf16, {1}, {0x3F81}, {0x3F80}, 0x1p-7f).mismatches(), 0u);
  EXPECT_EQ(C(kAlmost, bf16, {1}, {0x3F81}, {0x3F80}, 0x1p-8f).mismatches(), 1u);
}

TEST(CheckTest, ComplexNumbersAreComparedPartByPart) {
  using C = Check<float>;
  uint32_t type = IREE_HAL_ELEMENT_TYPE_COMPLEX_FLOAT_64;
  EXPECT_EQ(C(kAlmost, type, {2}, {1, 2, 3, 4}, {1.5f, 2, 3, 4.5f}, 0.5f).mismatches(), 0u);
  EXPECT_EQ(C(kAlmost, type, {2}, {1, 2, 3, 4}, {1.5f, 2, 3, 5}, 0.5f).text(),
            "element [1] of 2xcomplex<f32>: expected (3, 5), actual (3, 4), tolerance 0.5 + 0 * "
            "|expected|");
}

TEST(CheckTest, AllTrueAndAllFalse) {
  using C = Check<int32_t>;
  uint32_t i32 = IREE_HAL_ELEMENT_TYPE_INT_32;
  EXPECT_EQ(C(IREE_VM_CHECK_KIND_ALL_TRUE, i32, {3}, {1, -1, 256}).mismatches(), 0u);
  EXPECT_EQ(C(IREE_VM_CHECK_KIND_ALL_TRUE, i32, {3}, {1, 0, 0}).text(),
            "element [1] of 3xi32: expected other than 0, actual 0 (and 1 more)");
  EXPECT_EQ(C(IREE_VM_CHECK_KIND_ALL_FALSE, i32, {2}, {0, 0}).mismatches(), 0u);
  EXPECT_EQ(C(IREE_VM_CHECK_KIND_ALL_FALSE, i32, {2}, {0, 65536}).text(),
            "element [1] of 2xi32: expected 0, actual 65536");
}

TEST(CheckTest, TextNamesIndexAndValues) {
  EXPECT_EQ((Check<int8_t>(kEqual, IREE_HAL_ELEMENT_TYPE_INT_8, {2, 1, 3}, {1, 2, 3, 4, -128, 6},
                           {1, 2, 3, 4, 5, 7})
                 .text()),
            "element [1, 0, 1] of 2x1x3xi8: expected 5, actual -128 (and 1 more)");
  EXPECT_EQ((Check<uint8_t>(kEqual, IREE_HAL_ELEMENT_TYPE_UINT_8, {}, {200}, {7}).text()),
            "ui8: expected 7, actual 200");
  EXPECT_EQ(
      (Check<int64_t>(kEqual, IREE_HAL_ELEMENT_TYPE_INT_64, {}, {INT64_MIN}, {INT64_MAX}).text()),
      "i64: expected 9223372036854775807, actual -9223372036854775808");
}

TEST(CheckTest, TextOfFloats) {
  auto text = [](float value) {
    std::string whole =
        Check<float>(kEqual, IREE_HAL_ELEMENT_TYPE_FLOAT_32, {}, {value}, {0.0f}).text();
    return whole.substr(whole.rfind(' ') + 1);
  };
  EXPECT_EQ(text(1), "1");
  EXPECT_EQ(text(-0.5f), "-0.5");
  EXPECT_EQ(text(1234.5f), "1234.5");
  EXPECT_EQ(text(0.001f), "0.001");
  EXPECT_EQ(text(1e20f), "1e20");
  EXPECT_EQ(text(1.5e-9f), "1.5e-9");
  EXPECT_EQ(text(9999999.0f), "9999999");
  EXPECT_EQ(text(-std::numeric_limits<float>::infinity()), "-inf");
  EXPECT_EQ(text(std::numeric_limits<float>::quiet_NaN()), "nan");
}

TEST(CheckTest, TextIsCutAndTerminated) {
  Check<int8_t> check(kEqual, IREE_HAL_ELEMENT_TYPE_INT_8, {1}, {1}, {2});
  iree_check_mismatch_t mismatch = iree_check_compare(&check.check);
  char buffer[8];
  iree_host_size_t length = iree_check_describe(&check.check, &mismatch, sizeof(buffer), buffer);
  EXPECT_STREQ(buffer, "element");
  EXPECT_EQ(length, check.text().size());
}

} // namespace
