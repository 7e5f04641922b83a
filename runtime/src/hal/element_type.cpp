// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/element_type.h"

#include "base/format.h"

namespace {

constexpr iree_hal_element_type_t knownTypes[] = {
    IREE_HAL_ELEMENT_TYPE_BOOL_8,   IREE_HAL_ELEMENT_TYPE_INT_8,     IREE_HAL_ELEMENT_TYPE_INT_16,
    IREE_HAL_ELEMENT_TYPE_INT_32,   IREE_HAL_ELEMENT_TYPE_INT_64,    IREE_HAL_ELEMENT_TYPE_SINT_8,
    IREE_HAL_ELEMENT_TYPE_SINT_16,  IREE_HAL_ELEMENT_TYPE_SINT_32,   IREE_HAL_ELEMENT_TYPE_SINT_64,
    IREE_HAL_ELEMENT_TYPE_UINT_8,   IREE_HAL_ELEMENT_TYPE_UINT_16,   IREE_HAL_ELEMENT_TYPE_UINT_32,
    IREE_HAL_ELEMENT_TYPE_UINT_64,  IREE_HAL_ELEMENT_TYPE_FLOAT_16,  IREE_HAL_ELEMENT_TYPE_FLOAT_32,
    IREE_HAL_ELEMENT_TYPE_FLOAT_64, IREE_HAL_ELEMENT_TYPE_BFLOAT_16,
};
constexpr unsigned knownTypeCount = sizeof(knownTypes) / sizeof(knownTypes[0]);

// In the same order. Apart from the types, so that programs that print none
// link none of it.
const char typeNames[knownTypeCount][5] = {
    "i1",  "i8",   "i16",  "i32",  "i64", "si8", "si16", "si32", "si64",
    "ui8", "ui16", "ui32", "ui64", "f16", "f32", "f64",  "bf16",
};

// knownTypeCount for other types.
unsigned findType(iree_hal_element_type_t type) {
  unsigned index = 0;
  while (index < knownTypeCount && knownTypes[index] != type)
    ++index;
  return index;
}

template <typename Dim>
iree_host_size_t formatShape(iree_host_size_t rank, const Dim *shape,
                             iree_hal_element_type_t element_type, iree_host_size_t capacity,
                             char *buffer) {
  iree::TextBuffer text(buffer, capacity);
  for (iree_host_size_t i = 0; i < rank; ++i) {
    if (shape[i] == UINT32_MAX) // dynamic, in the shapes of arguments and results
      text.append('?');
    else
      text.appendUnsigned(static_cast<unsigned long>(shape[i]), 10);
    text.append('x');
  }
  text.appendText(iree_hal_element_type_string(element_type));
  return text.fullLength();
}

} // namespace

bool iree_hal_element_type_is_known(iree_hal_element_type_t type) {
  return findType(type) < knownTypeCount;
}

bool iree_hal_element_type_is_compatible(iree_hal_element_type_t expected,
                                         iree_hal_element_type_t given) {
  if (expected == given)
    return true;
  auto isInteger = [](iree_hal_element_type_t type) {
    iree_hal_numerical_type_t kind = iree_hal_element_numerical_type(type);
    return kind >= IREE_HAL_NUMERICAL_TYPE_INTEGER &&
           kind <= IREE_HAL_NUMERICAL_TYPE_INTEGER_UNSIGNED;
  };
  auto isSignless = [](iree_hal_element_type_t type) {
    return iree_hal_element_numerical_type(type) == IREE_HAL_NUMERICAL_TYPE_INTEGER;
  };
  return isInteger(expected) && isInteger(given) && (isSignless(expected) || isSignless(given)) &&
         (expected & 0xFFFFFFu) == (given & 0xFFFFFFu);
}

const char *iree_hal_element_type_string(iree_hal_element_type_t type) {
  unsigned index = findType(type);
  return index < knownTypeCount ? typeNames[index] : "?";
}

iree_host_size_t iree_hal_format_shape_u32(iree_host_size_t shape_rank, const uint32_t *shape,
                                           iree_hal_element_type_t element_type,
                                           iree_host_size_t buffer_capacity, char *buffer) {
  return formatShape(shape_rank, shape, element_type, buffer_capacity, buffer);
}

iree_host_size_t iree_hal_format_shape_and_type(iree_host_size_t shape_rank,
                                                const iree_hal_dim_t *shape,
                                                iree_hal_element_type_t element_type,
                                                iree_host_size_t buffer_capacity, char *buffer) {
  return formatShape(shape_rank, shape, element_type, buffer_capacity, buffer);
}
