// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/quantization.h"

#include "tools/element.h"
#include "tools/error.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace iree::tools {

namespace {

/// Finds the scale and the zero point of an element.
class Parameters {
public:
  Parameters(const TensorType &type, const Quantization &quantizationToUse)
      : quantization(quantizationToUse) {
    if (!isQuantizable(type.elementType))
      throw ToolError(toString(type) + " is no quantised type; i8, i16, i32 and their signed and "
                                       "unsigned kinds are");
    size_t channels = 1;
    if (quantization.axis >= 0) {
      auto axis = static_cast<size_t>(quantization.axis); // below the rank: rule V5
      channels = type.shape[axis];
      for (size_t i = axis + 1; i < type.shape.size(); ++i)
        stride *= type.shape[i];
    }
    checkCounts(channels);
  }

  float scale(size_t element) const { return quantization.scales[channel(element)]; }
  int32_t zeroPoint(size_t element) const {
    return quantization.zeroPoints.empty() ? 0 : quantization.zeroPoints[channel(element)];
  }

private:
  void checkCounts(size_t channels) const {
    size_t scales = quantization.scales.size(), zeroPoints = quantization.zeroPoints.size();
    if (scales != channels || (zeroPoints != channels && zeroPoints != 0))
      throw ToolError("the module gives " + std::to_string(scales) + " scales and " +
                      std::to_string(zeroPoints) + " zero points where " +
                      std::to_string(channels) + " are needed");
    for (float scale : quantization.scales)
      if (!std::isfinite(scale) || scale <= 0)
        throw ToolError("the module gives the scale " + std::to_string(scale) +
                        "; scales are positive and finite");
  }

  size_t channel(size_t element) const {
    return quantization.axis < 0 ? 0 : element / stride % quantization.scales.size();
  }

  const Quantization &quantization;
  size_t stride = 1; ///< elements from one channel to the next
};

bool isUnsigned(iree_hal_element_type_t type) {
  return iree_hal_element_numerical_type(type) == IREE_HAL_NUMERICAL_TYPE_INTEGER_UNSIGNED;
}

int64_t clampTo(iree_hal_element_type_t type, double value) {
  auto bitCount = static_cast<int>(iree_hal_element_bit_count(type));
  double low = isUnsigned(type) ? 0 : -std::ldexp(1.0, bitCount - 1);
  double high = std::ldexp(1.0, isUnsigned(type) ? bitCount : bitCount - 1) - 1;
  return static_cast<int64_t>(std::clamp(value, low, high));
}

} // namespace

std::optional<Quantization> quantizationOf(const iree_vm_value_info_t &info) {
  if (!info.is_quantized)
    return std::nullopt;
  Quantization quantization;
  quantization.axis = info.quantization_axis;
  quantization.scales.assign(info.scales, info.scales + info.scale_count);
  quantization.zeroPoints.assign(info.zero_points, info.zero_points + info.zero_point_count);
  return quantization;
}

bool isQuantizable(iree_hal_element_type_t type) {
  switch (iree_hal_element_numerical_type(type)) {
  case IREE_HAL_NUMERICAL_TYPE_INTEGER:
  case IREE_HAL_NUMERICAL_TYPE_INTEGER_SIGNED:
  case IREE_HAL_NUMERICAL_TYPE_INTEGER_UNSIGNED:
    return iree_hal_element_bit_count(type) <= 32;
  default:
    return false;
  }
}

Tensor quantize(const Tensor &reals, const TensorType &type, const Quantization &quantization) {
  Parameters parameters(type, quantization);
  Tensor integers{type, std::vector<uint8_t>(byteLength(type))};
  size_t realBytes = iree_hal_element_dense_byte_count(reals.type.elementType);
  size_t integerBytes = iree_hal_element_dense_byte_count(type.elementType);
  for (size_t i = 0, count = elementCount(type); i < count; ++i) {
    auto real =
        static_cast<float>(decodeFloat(reals.type.elementType, reals.data.data() + i * realBytes));
    if (std::isnan(real))
      throw ToolError("element " + std::to_string(i) + " is not a number and cannot be quantised");
    double rounded = static_cast<double>(std::round(real / parameters.scale(i)));
    int64_t integer = clampTo(type.elementType, rounded + parameters.zeroPoint(i));
    std::memcpy(integers.data.data() + i * integerBytes, &integer, integerBytes); // little-endian
  }
  return integers;
}

Tensor dequantize(const Tensor &integers, const Quantization &quantization) {
  Parameters parameters(integers.type, quantization);
  Tensor reals{{IREE_HAL_ELEMENT_TYPE_FLOAT_32, integers.type.shape}, {}};
  reals.data.resize(byteLength(reals.type));
  size_t integerBytes = iree_hal_element_dense_byte_count(integers.type.elementType);
  for (size_t i = 0, count = elementCount(integers.type); i < count; ++i) {
    auto integer = static_cast<double>(
        decodeInteger(integers.type.elementType, integers.data.data() + i * integerBytes));
    auto real = static_cast<float>((integer - parameters.zeroPoint(i)) *
                                   static_cast<double>(parameters.scale(i)));
    std::memcpy(reals.data.data() + i * sizeof real, &real, sizeof real);
  }
  return reals;
}

} // namespace iree::tools
