// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Borrowed ranges: bytes and text. Passed by value, never owning.
#ifndef IREE_BASE_SPAN_H_
#define IREE_BASE_SPAN_H_

#include "iree/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct iree_byte_span_t {
  uint8_t *data;
  iree_host_size_t data_length;
} iree_byte_span_t;

typedef struct iree_const_byte_span_t {
  const uint8_t *data;
  iree_host_size_t data_length;
} iree_const_byte_span_t;

// Text of `size` bytes, not necessarily NUL-terminated.
typedef struct iree_string_view_t {
  const char *data;
  iree_host_size_t size;
} iree_string_view_t;

static inline iree_byte_span_t iree_make_byte_span(void *data, iree_host_size_t data_length) {
  iree_byte_span_t span;
  span.data = (uint8_t *)data;
  span.data_length = data_length;
  return span;
}

static inline iree_const_byte_span_t iree_make_const_byte_span(const void *data,
                                                               iree_host_size_t data_length) {
  iree_const_byte_span_t span;
  span.data = (const uint8_t *)data;
  span.data_length = data_length;
  return span;
}

static inline iree_byte_span_t iree_byte_span_empty(void) { return iree_make_byte_span(NULL, 0); }

static inline iree_const_byte_span_t iree_const_byte_span_empty(void) {
  return iree_make_const_byte_span(NULL, 0);
}

static inline iree_string_view_t iree_make_string_view(const char *data, iree_host_size_t size) {
  iree_string_view_t view;
  view.data = data;
  view.size = size;
  return view;
}

static inline iree_string_view_t iree_make_cstring_view(const char *text) {
  iree_host_size_t size = 0;
  while (text && text[size])
    ++size;
  return iree_make_string_view(text, size);
}

static inline iree_string_view_t iree_string_view_empty(void) {
  return iree_make_string_view("", 0);
}

static inline bool iree_string_view_is_empty(iree_string_view_t view) { return view.size == 0; }

static inline bool iree_string_view_equal(iree_string_view_t lhs, iree_string_view_t rhs) {
  iree_host_size_t i = 0;
  if (lhs.size != rhs.size)
    return false;
  for (i = 0; i < lhs.size; ++i) {
    if (lhs.data[i] != rhs.data[i])
      return false;
  }
  return true;
}

static inline bool iree_string_view_starts_with(iree_string_view_t view,
                                                iree_string_view_t prefix) {
  if (view.size < prefix.size)
    return false;
  return iree_string_view_equal(iree_make_string_view(view.data, prefix.size), prefix);
}

// View of a string literal.
#define IREE_SV(literal) iree_make_string_view((literal), sizeof(literal) - 1)
#define IREE_SVL(literal) IREE_SV(literal)

#ifdef __cplusplus
}
#endif

#endif // IREE_BASE_SPAN_H_
