// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_SRC_CHECK_ELEMENT_H_
#define IREE_SRC_CHECK_ELEMENT_H_

#include "base/format.h"
#include "iree/hal/element_type.h"

namespace iree {

inline bool isComplex(iree_hal_element_type_t type) {
  return iree_hal_element_numerical_type(type) == IREE_HAL_NUMERICAL_TYPE_FLOAT_COMPLEX;
}

// f16, bf16, f32, f64.
inline bool isReal(iree_hal_element_type_t type) {
  iree_hal_numerical_type_t kind = iree_hal_element_numerical_type(type);
  return kind == IREE_HAL_NUMERICAL_TYPE_FLOAT_IEEE || kind == IREE_HAL_NUMERICAL_TYPE_FLOAT_BRAIN;
}

// Of the two parts of a complex number.
inline iree_hal_element_type_t partType(iree_hal_element_type_t type) {
  return type == IREE_HAL_ELEMENT_TYPE_COMPLEX_FLOAT_64 ? IREE_HAL_ELEMENT_TYPE_FLOAT_32
                                                        : IREE_HAL_ELEMENT_TYPE_FLOAT_64;
}

// The value of a real element.
double realElement(iree_hal_element_type_t type, const uint8_t *source);

// `digits` significant digits, at most 17; trailing zeros are left out. With an
// exponent below 1e-4 and from 1e16 on.
void appendReal(TextBuffer &text, double value, int digits);

// An element as text: integers in decimal, reals with as many digits as their
// type has.
void appendElement(TextBuffer &text, iree_hal_element_type_t type, const uint8_t *source);

} // namespace iree

#endif // IREE_SRC_CHECK_ELEMENT_H_
