// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/element_type.h"

#include "base/format.h"

namespace {

struct TypeName {
  uint32_t type;
  char name[8];
};

const TypeName typeNames[] = {
    {IREE_HAL_ELEMENT_TYPE_BOOL_8, "i1"},      {IREE_HAL_ELEMENT_TYPE_INT_8, "i8"},
    {IREE_HAL_ELEMENT_TYPE_INT_16, "i16"},     {IREE_HAL_ELEMENT_TYPE_INT_32, "i32"},
    {IREE_HAL_ELEMENT_TYPE_INT_64, "i64"},     {IREE_HAL_ELEMENT_TYPE_SINT_8, "si8"},
    {IREE_HAL_ELEMENT_TYPE_SINT_16, "si16"},   {IREE_HAL_ELEMENT_TYPE_SINT_32, "si32"},
    {IREE_HAL_ELEMENT_TYPE_SINT_64, "si64"},   {IREE_HAL_ELEMENT_TYPE_UINT_8, "ui8"},
    {IREE_HAL_ELEMENT_TYPE_UINT_16, "ui16"},   {IREE_HAL_ELEMENT_TYPE_UINT_32, "ui32"},
    {IREE_HAL_ELEMENT_TYPE_UINT_64, "ui64"},   {IREE_HAL_ELEMENT_TYPE_FLOAT_16, "f16"},
    {IREE_HAL_ELEMENT_TYPE_FLOAT_32, "f32"},   {IREE_HAL_ELEMENT_TYPE_FLOAT_64, "f64"},
    {IREE_HAL_ELEMENT_TYPE_BFLOAT_16, "bf16"},
};

const char *findName(iree_hal_element_type_t type) {
  for (const TypeName &entry : typeNames) {
    if (entry.type == type)
      return entry.name;
  }
  return nullptr;
}

template <typename Dim>
iree_host_size_t formatShape(iree_host_size_t rank, const Dim *shape,
                             iree_hal_element_type_t element_type, iree_host_size_t capacity,
                             char *buffer) {
  iree::TextBuffer text(buffer, capacity);
  for (iree_host_size_t i = 0; i < rank; ++i) {
    text.appendUnsigned(static_cast<unsigned long>(shape[i]), 10);
    text.append('x');
  }
  text.appendFormat("%s", iree_hal_element_type_string(element_type));
  return text.fullLength();
}

} // namespace

bool iree_hal_element_type_is_known(iree_hal_element_type_t type) {
  return findName(type) != nullptr;
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
  const char *name = findName(type);
  return name ? name : "?";
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
