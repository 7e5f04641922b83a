// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The int8 model must agree with its reference bit for bit.
#include "element.h"

#include "digits_images.h"
#include "iree/hal/api.h"
#include "text.h"

static bool matches(const void *actual, const void *expected, size_t index) {
  return ((const int8_t *)actual)[index] == ((const int8_t *)expected)[index];
}

static bool greater(const void *array, size_t lhs, size_t rhs) {
  return ((const int8_t *)array)[lhs] > ((const int8_t *)array)[rhs];
}

static void print(const void *array, size_t index) { text_signed(((const int8_t *)array)[index]); }

const digits_element_t digits_element = {
    .model_name = "digits_i8",
    .hal_element_type = IREE_HAL_ELEMENT_TYPE_INT_8,
    .size_bytes = sizeof(int8_t),
    .image_count = DIGITS_COUNT,
    .images = digits_images,
    .expected = digits_expected,
    .labels = digits_labels[0],
    .matches = matches,
    .greater = greater,
    .print = print,
};
