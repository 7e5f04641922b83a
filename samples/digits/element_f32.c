// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The float model may sum in any order: 1e-4, relative to values above 1. The
// reference is computed in float64; upstream's float32 is within 7e-5.
#include "element.h"

#include "digits_images.h"
#include "iree/hal/api.h"
#include "text.h"

#define TOLERANCE 1e-4f

static float absolute(float value) { return value < 0.0f ? -value : value; }

static bool matches(const void *actual, const void *expected, size_t index) {
  float want = ((const float *)expected)[index];
  float scale = absolute(want) > 1.0f ? absolute(want) : 1.0f;
  // False for NaN.
  return absolute(((const float *)actual)[index] - want) <= TOLERANCE * scale;
}

static bool greater(const void *array, size_t lhs, size_t rhs) {
  return ((const float *)array)[lhs] > ((const float *)array)[rhs];
}

// Five decimals of values below 20000; the bits of others.
static void print(const void *array, size_t index) {
  float value = ((const float *)array)[index];
  if (!(absolute(value) < 20000.0f)) {
    union {
      float value;
      uint32_t bits;
    } word = {value};
    text_string("bits ");
    text_hex(word.bits);
    return;
  }
  uint32_t scaled = (uint32_t)(absolute(value) * 100000.0f + 0.5f);
  text_string(value < 0.0f ? "-" : "");
  text_unsigned(scaled / 100000u);
  text_string(".");
  for (uint32_t unit = 10000u; unit != 0; unit /= 10u)
    text_unsigned(scaled / unit % 10u);
}

const digits_element_t digits_element = {
    .model_name = "digits_f32",
    .hal_element_type = IREE_HAL_ELEMENT_TYPE_FLOAT_32,
    .size_bytes = sizeof(float),
    .image_count = DIGITS_COUNT,
    .images = digits_images,
    .expected = digits_expected,
    .labels = digits_labels[0],
    .matches = matches,
    .greater = greater,
    .print = print,
};
