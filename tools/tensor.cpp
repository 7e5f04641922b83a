// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/tensor.h"

#include "tools/element.h"
#include "tools/error.h"

#include <algorithm>
#include <charconv>

namespace iree::tools {

namespace {

constexpr iree_hal_element_type_t kElementTypes[] = {
    IREE_HAL_ELEMENT_TYPE_BOOL_8,   IREE_HAL_ELEMENT_TYPE_INT_8,     IREE_HAL_ELEMENT_TYPE_INT_16,
    IREE_HAL_ELEMENT_TYPE_INT_32,   IREE_HAL_ELEMENT_TYPE_INT_64,    IREE_HAL_ELEMENT_TYPE_SINT_8,
    IREE_HAL_ELEMENT_TYPE_SINT_16,  IREE_HAL_ELEMENT_TYPE_SINT_32,   IREE_HAL_ELEMENT_TYPE_SINT_64,
    IREE_HAL_ELEMENT_TYPE_UINT_8,   IREE_HAL_ELEMENT_TYPE_UINT_16,   IREE_HAL_ELEMENT_TYPE_UINT_32,
    IREE_HAL_ELEMENT_TYPE_UINT_64,  IREE_HAL_ELEMENT_TYPE_FLOAT_16,  IREE_HAL_ELEMENT_TYPE_FLOAT_32,
    IREE_HAL_ELEMENT_TYPE_FLOAT_64, IREE_HAL_ELEMENT_TYPE_BFLOAT_16,
};

std::optional<iree_hal_element_type_t> parseElementType(std::string_view text) {
  for (iree_hal_element_type_t type : kElementTypes)
    if (text == iree_hal_element_type_string(type))
      return type;
  return std::nullopt;
}

size_t multiply(size_t a, size_t b) {
  size_t product;
  if (__builtin_mul_overflow(a, b, &product))
    throw ToolError("the shape is too large");
  return product;
}

} // namespace

std::string toString(const TensorType &type) {
  std::string text;
  for (uint32_t dim : type.shape)
    text += (dim == kDynamicSize ? "?" : std::to_string(dim)) + "x";
  return text + iree_hal_element_type_string(type.elementType);
}

std::optional<TensorType> parseTensorType(std::string_view text) {
  TensorType type;
  for (size_t x = text.find('x'); x != std::string_view::npos; x = text.find('x')) {
    uint32_t dim = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + x, dim);
    if (error != std::errc() || end != text.data() + x || dim == kDynamicSize)
      return std::nullopt;
    type.shape.push_back(dim);
    text.remove_prefix(x + 1);
  }
  std::optional<iree_hal_element_type_t> elementType = parseElementType(text);
  if (!elementType)
    return std::nullopt;
  type.elementType = *elementType;
  return type;
}

size_t elementCount(const TensorType &type) {
  size_t count = 1;
  for (uint32_t dim : type.shape)
    count = multiply(count, dim);
  return count;
}

size_t byteLength(const TensorType &type) {
  return multiply(elementCount(type), iree_hal_element_dense_byte_count(type.elementType));
}

bool isDynamic(const TensorType &type) {
  return std::find(type.shape.begin(), type.shape.end(), kDynamicSize) != type.shape.end();
}

namespace {

/// Equal but for the sizes that may be any.
bool fitsShape(const std::vector<uint32_t> &wanted, const std::vector<uint32_t> &given) {
  return std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(),
                    [](uint32_t a, uint32_t b) { return a == kDynamicSize || a == b; });
}

} // namespace

TensorType acceptType(const Expectation &expected, const TensorType &given) {
  const TensorType &wanted = expected.type;
  if (fitsShape(wanted.shape, given.shape)) {
    if (isDynamic(wanted) && byteLength(given) > INT32_MAX)
      throw ToolError(toString(given) +
                      " is too large; values of dynamic shape have at most 2 GiB");
    if (iree_hal_element_type_is_compatible(wanted.elementType, given.elementType))
      return {wanted.elementType, given.shape};
    if (expected.acceptsReals && isFloat(given.elementType))
      return given;
  }
  std::string text = "expected " + toString(wanted) + ", got " + toString(given);
  if (isFloat(given.elementType) && !isFloat(wanted.elementType) && !expected.whyNoReals.empty())
    text += "; " + expected.whyNoReals;
  throw ToolError(text);
}

} // namespace iree::tools
