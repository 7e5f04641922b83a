// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Element types: numerical type in bits 24-31, bit count in bits 0-7. The
// compiler writes i1 as BOOL_8 (a byte, 0 or 1), iN as INT_N, siN as SINT_N,
// uiN as UINT_N.
#ifndef IREE_HAL_ELEMENT_TYPE_H_
#define IREE_HAL_ELEMENT_TYPE_H_

#include "iree/base/api.h"

#ifdef __cplusplus
extern "C" {
#endif

enum iree_hal_numerical_type_e {
  IREE_HAL_NUMERICAL_TYPE_UNKNOWN = 0x00,
  IREE_HAL_NUMERICAL_TYPE_INTEGER = 0x10,
  IREE_HAL_NUMERICAL_TYPE_INTEGER_SIGNED = 0x11,
  IREE_HAL_NUMERICAL_TYPE_INTEGER_UNSIGNED = 0x12,
  IREE_HAL_NUMERICAL_TYPE_BOOLEAN = 0x13,
  IREE_HAL_NUMERICAL_TYPE_FLOAT_IEEE = 0x21,
  IREE_HAL_NUMERICAL_TYPE_FLOAT_BRAIN = 0x22,
  IREE_HAL_NUMERICAL_TYPE_FLOAT_COMPLEX = 0x23 // real part, imaginary part
};
typedef uint8_t iree_hal_numerical_type_t;

enum iree_hal_element_types_t {
  IREE_HAL_ELEMENT_TYPE_NONE = 0x00000000,
  IREE_HAL_ELEMENT_TYPE_BOOL_8 = 0x13000008,
  IREE_HAL_ELEMENT_TYPE_INT_8 = 0x10000008,
  IREE_HAL_ELEMENT_TYPE_INT_16 = 0x10000010,
  IREE_HAL_ELEMENT_TYPE_INT_32 = 0x10000020,
  IREE_HAL_ELEMENT_TYPE_INT_64 = 0x10000040,
  IREE_HAL_ELEMENT_TYPE_SINT_8 = 0x11000008,
  IREE_HAL_ELEMENT_TYPE_SINT_16 = 0x11000010,
  IREE_HAL_ELEMENT_TYPE_SINT_32 = 0x11000020,
  IREE_HAL_ELEMENT_TYPE_SINT_64 = 0x11000040,
  IREE_HAL_ELEMENT_TYPE_UINT_8 = 0x12000008,
  IREE_HAL_ELEMENT_TYPE_UINT_16 = 0x12000010,
  IREE_HAL_ELEMENT_TYPE_UINT_32 = 0x12000020,
  IREE_HAL_ELEMENT_TYPE_UINT_64 = 0x12000040,
  IREE_HAL_ELEMENT_TYPE_FLOAT_16 = 0x21000010,
  IREE_HAL_ELEMENT_TYPE_FLOAT_32 = 0x21000020,
  IREE_HAL_ELEMENT_TYPE_FLOAT_64 = 0x21000040,
  IREE_HAL_ELEMENT_TYPE_BFLOAT_16 = 0x22000010,
  IREE_HAL_ELEMENT_TYPE_COMPLEX_FLOAT_64 = 0x23000040,
  IREE_HAL_ELEMENT_TYPE_COMPLEX_FLOAT_128 = 0x23000080
};
typedef uint32_t iree_hal_element_type_t;

static inline iree_hal_numerical_type_t
iree_hal_element_numerical_type(iree_hal_element_type_t type) {
  return (iree_hal_numerical_type_t)(type >> 24);
}
static inline iree_host_size_t iree_hal_element_bit_count(iree_hal_element_type_t type) {
  return (iree_host_size_t)(type & 0xFFu);
}
static inline iree_host_size_t iree_hal_element_dense_byte_count(iree_hal_element_type_t type) {
  return (iree_hal_element_bit_count(type) + 7u) / 8u;
}

// True for the types listed above except NONE.
bool iree_hal_element_type_is_known(iree_hal_element_type_t type);

// Whether a buffer of type `given` may stand where `expected` is wanted: equal
// types, or integers of equal width of which one is signless.
bool iree_hal_element_type_is_compatible(iree_hal_element_type_t expected,
                                         iree_hal_element_type_t given);

// "f32", "i8", "si16", "i1" (BOOL_8), ...; static text, "?" when unknown.
const char *iree_hal_element_type_string(iree_hal_element_type_t type);

enum iree_hal_encoding_types_e {
  IREE_HAL_ENCODING_TYPE_OPAQUE = 0,
  IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR = 1
};
typedef uint32_t iree_hal_encoding_type_t;

typedef iree_device_size_t iree_hal_dim_t;

// Writes "2x3xf32" like snprintf and returns the length of the whole text.
// Dimensions of 32 bits.
iree_host_size_t iree_hal_format_shape_u32(iree_host_size_t shape_rank, const uint32_t *shape,
                                           iree_hal_element_type_t element_type,
                                           iree_host_size_t buffer_capacity, char *buffer);
// The same for dimensions of a buffer view.
iree_host_size_t iree_hal_format_shape_and_type(iree_host_size_t shape_rank,
                                                const iree_hal_dim_t *shape,
                                                iree_hal_element_type_t element_type,
                                                iree_host_size_t buffer_capacity, char *buffer);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_ELEMENT_TYPE_H_
