// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Affine quantisation: real = (integer - zero point) * scale, as TFLite's
// QUANTIZE and DEQUANTIZE operators define it.
#ifndef IREE_TOOLS_QUANTIZATION_H_
#define IREE_TOOLS_QUANTIZATION_H_

#include "tools/tensor.h"

#include "iree/vm/api.h"

namespace iree::tools {

struct Quantization {
  int32_t axis = -1; ///< -1: per tensor
  std::vector<float> scales;
  std::vector<int32_t> zeroPoints; ///< empty: all are 0
};

/// What the module says of a value, if anything.
std::optional<Quantization> quantizationOf(const iree_vm_value_info_t &info);

/// Whether values of this type can be quantised: integers of up to 32 bits.
bool isQuantizable(iree_hal_element_type_t type);

/// The integers of type `type` for real numbers of the same shape:
/// clamp(round(x / scale) + zero point), in single precision, halves rounded
/// away from zero. Throws ToolError on NaN, and when `quantization` does not
/// fit the type.
Tensor quantize(const Tensor &reals, const TensorType &type, const Quantization &quantization);

/// The real numbers, of type f32. Throws as above.
Tensor dequantize(const Tensor &integers, const Quantization &quantization);

} // namespace iree::tools

#endif // IREE_TOOLS_QUANTIZATION_H_
