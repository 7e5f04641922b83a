// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two models differ in their element type: element_f32.c and element_i8.c
// hold the images and know how to compare and print one element.
#ifndef IREE_SAMPLES_DIGITS_ELEMENT_H_
#define IREE_SAMPLES_DIGITS_ELEMENT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGITS_HEIGHT = 8, DIGITS_WIDTH = 8, DIGITS_CLASS_COUNT = 10 };

typedef struct digits_element_t {
  const char *model_name;
  uint32_t hal_element_type;
  size_t size_bytes;
  uint32_t image_count;
  const void *images;   // image_count x 8 x 8
  const void *expected; // image_count x 10
  const uint8_t *labels;

  // Element `index` of an array: is it close enough; is it larger; print it.
  bool (*matches)(const void *actual, const void *expected, size_t index);
  bool (*greater)(const void *array, size_t lhs, size_t rhs);
  void (*print)(const void *array, size_t index);
} digits_element_t;

extern const digits_element_t digits_element;

#endif // IREE_SAMPLES_DIGITS_ELEMENT_H_
