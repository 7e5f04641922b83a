// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/value_compare.h"

#include "tools/element.h"

#include <cmath>
#include <cstring>

namespace iree::tools {

namespace {

double thresholdFor(iree_hal_element_type_t type, const Thresholds &thresholds) {
  switch (type) {
  case IREE_HAL_ELEMENT_TYPE_FLOAT_16:
    return thresholds.f16;
  case IREE_HAL_ELEMENT_TYPE_BFLOAT_16:
    return thresholds.bf16;
  case IREE_HAL_ELEMENT_TYPE_FLOAT_32:
    return thresholds.f32;
  default:
    return thresholds.f64;
  }
}

bool isClose(double expected, double actual, double threshold, double relative) {
  if (std::isnan(expected) || std::isnan(actual))
    return std::isnan(expected) && std::isnan(actual);
  if (std::isinf(expected) || std::isinf(actual))
    return expected == actual;
  return std::fabs(actual - expected) <= threshold + relative * std::fabs(expected);
}

/// " [1, 2]", or nothing below rank 2, where the index says it all.
std::string formatPosition(size_t index, const std::vector<uint32_t> &shape) {
  if (shape.size() < 2)
    return "";
  std::string text;
  for (size_t i = shape.size(); i-- > 0; index /= shape[i])
    text = (i ? ", " : " [") + std::to_string(index % shape[i]) + text;
  return text + "]";
}

} // namespace

std::optional<std::string> findMismatch(const Tensor &expected, const Tensor &actual,
                                        const Thresholds &thresholds) {
  iree_hal_element_type_t type = expected.type.elementType;
  size_t elementBytes = iree_hal_element_dense_byte_count(type);
  double threshold = thresholdFor(type, thresholds);
  for (size_t i = 0, count = elementCount(expected.type); i < count; ++i) {
    const uint8_t *wanted = expected.data.data() + i * elementBytes;
    const uint8_t *got = actual.data.data() + i * elementBytes;
    bool isEqual = isFloat(type) ? isClose(decodeFloat(type, wanted), decodeFloat(type, got),
                                           threshold, thresholds.relative)
                                 : std::memcmp(wanted, got, elementBytes) == 0;
    if (!isEqual)
      return "element at index " + std::to_string(i) + formatPosition(i, expected.type.shape) +
             ": expected " + formatElement(type, wanted, Precision::Exact) + ", actual " +
             formatElement(type, got, Precision::Exact);
  }
  return std::nullopt;
}

} // namespace iree::tools
