// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tensor.h"

#include <limits.h>

#include "base/internal.h"
#include "iree/hal/element_type.h"
#include "tensorflow/lite/c/c_api.h"

namespace iree::tflite {

namespace {

// Signless integers count as signed, as everywhere in TFLite.
TfLiteType tensorType(iree_hal_element_type_t type) {
  switch (type) {
  case IREE_HAL_ELEMENT_TYPE_BOOL_8:
    return kTfLiteBool;
  case IREE_HAL_ELEMENT_TYPE_INT_8:
  case IREE_HAL_ELEMENT_TYPE_SINT_8:
    return kTfLiteInt8;
  case IREE_HAL_ELEMENT_TYPE_INT_16:
  case IREE_HAL_ELEMENT_TYPE_SINT_16:
    return kTfLiteInt16;
  case IREE_HAL_ELEMENT_TYPE_INT_32:
  case IREE_HAL_ELEMENT_TYPE_SINT_32:
    return kTfLiteInt32;
  case IREE_HAL_ELEMENT_TYPE_INT_64:
  case IREE_HAL_ELEMENT_TYPE_SINT_64:
    return kTfLiteInt64;
  case IREE_HAL_ELEMENT_TYPE_UINT_8:
    return kTfLiteUInt8;
  case IREE_HAL_ELEMENT_TYPE_UINT_16:
    return kTfLiteUInt16;
  case IREE_HAL_ELEMENT_TYPE_UINT_32:
    return kTfLiteUInt32;
  case IREE_HAL_ELEMENT_TYPE_UINT_64:
    return kTfLiteUInt64;
  case IREE_HAL_ELEMENT_TYPE_FLOAT_16:
    return kTfLiteFloat16;
  case IREE_HAL_ELEMENT_TYPE_FLOAT_32:
    return kTfLiteFloat32;
  case IREE_HAL_ELEMENT_TYPE_FLOAT_64:
    return kTfLiteFloat64;
  case IREE_HAL_ELEMENT_TYPE_BFLOAT_16:
    return kTfLiteBFloat16;
  default:
    return kTfLiteNoType;
  }
}

iree_status_t outOfMemory(const iree_vm_value_info_t &value) {
  return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED, "no memory for tensor '%.*s'",
                          IREE_SV_ARGS(value.name));
}

iree_status_t fillDims(const iree_vm_value_info_t &value, TfLiteTensor *tensor) {
  tensor->dims = TfLiteIntArrayCreate(static_cast<int>(value.shape_rank));
  if (!tensor->dims)
    return outOfMemory(value);
  for (uint32_t i = 0; i < value.shape_rank; ++i) {
    if (value.shape[i] > INT_MAX)
      return iree_make_status(IREE_STATUS_OUT_OF_RANGE,
                              "tensor '%.*s': dimension %u has %u elements; TFLite's dimensions "
                              "have at most %d",
                              IREE_SV_ARGS(value.name), i, value.shape[i], INT_MAX);
    tensor->dims->data[i] = static_cast<int>(value.shape[i]);
  }
  return iree_ok_status();
}

// A zero point that the module leaves out is 0; a single one is every scale's.
int32_t zeroPoint(const iree_vm_value_info_t &value, uint32_t index) {
  if (value.zero_point_count == 1)
    return value.zero_points[0];
  return index < value.zero_point_count ? value.zero_points[index] : 0;
}

iree_status_t fillQuantization(const iree_vm_value_info_t &value, TfLiteTensor *tensor) {
  if (!value.is_quantized || value.scale_count == 0)
    return iree_ok_status();
  TfLiteAffineQuantization *affine = nullptr;
  IREE_RETURN_IF_ERROR(allocateObject(iree_allocator_system(), 0, &affine));
  tensor->quantization = {kTfLiteAffineQuantization, affine};
  int count = static_cast<int>(value.scale_count);
  affine->scale = TfLiteFloatArrayCreate(count);
  affine->zero_point = TfLiteIntArrayCreate(count);
  if (!affine->scale || !affine->zero_point)
    return outOfMemory(value);
  // TFLite has no axis -1; that of a single scale is not looked at.
  affine->quantized_dimension = value.quantization_axis < 0 ? 0 : value.quantization_axis;
  for (uint32_t i = 0; i < value.scale_count; ++i) {
    affine->scale->data[i] = value.scales[i];
    affine->zero_point->data[i] = zeroPoint(value, i);
  }
  if (count == 1)
    tensor->params = {affine->scale->data[0], affine->zero_point->data[0]};
  return iree_ok_status();
}

// That of the tensor's interpreter.
const Reporter &reporterOf(const TfLiteTensor *tensor) {
  return tensor && tensor->allocation ? *static_cast<const Reporter *>(tensor->allocation)
                                      : standardError;
}

// Whether `size` bytes at `buffer` may be copied from or to `tensor`.
bool canCopy(const TfLiteTensor *tensor, const void *buffer, size_t size, const char *bufferName,
             const char *function) {
  const Reporter &reporter = reporterOf(tensor);
  if (!isPresent(reporter, function, "tensor", tensor) ||
      !isPresent(reporter, function, bufferName, buffer))
    return false;
  if (!tensor->data.data)
    report(reporter, "%s: tensor '%s' has no memory yet; call AllocateTensors first", function,
           TfLiteTensorName(tensor));
  else if (size != tensor->bytes)
    report(reporter, "%s: tensor '%s' has %zu bytes, the buffer %zu", function,
           TfLiteTensorName(tensor), tensor->bytes, size);
  else
    return true;
  return false;
}

} // namespace

iree_status_t initializeTensor(const iree_vm_value_info_t &value, const Reporter *reporter,
                               TfLiteTensor *tensor) {
  tensor->type = tensorType(value.element_type);
  tensor->allocation_type = kTfLiteArenaRw;
  tensor->bytes = value.byte_length;
  tensor->allocation = reporter;
  tensor->name = value.name.data; // strings of a module file end with NUL
  tensor->buffer_handle = kTfLiteNullBufferHandle;
  IREE_RETURN_IF_ERROR(fillDims(value, tensor));
  return fillQuantization(value, tensor);
}

void deinitializeTensor(TfLiteTensor *tensor) {
  TfLiteIntArrayFree(tensor->dims);
  if (auto *affine = static_cast<TfLiteAffineQuantization *>(tensor->quantization.params)) {
    TfLiteFloatArrayFree(affine->scale);
    TfLiteIntArrayFree(affine->zero_point);
    iree_allocator_free(iree_allocator_system(), affine);
  }
  *tensor = {};
}

} // namespace iree::tflite

using namespace iree::tflite;

TfLiteType TfLiteTensorType(const TfLiteTensor *tensor) {
  return isPresent(standardError, __func__, "tensor", tensor) ? tensor->type : kTfLiteNoType;
}

int32_t TfLiteTensorNumDims(const TfLiteTensor *tensor) {
  if (!isPresent(standardError, __func__, "tensor", tensor) || !tensor->dims)
    return -1;
  return tensor->dims->size;
}

int32_t TfLiteTensorDim(const TfLiteTensor *tensor, int32_t dim_index) {
  if (!isPresent(standardError, __func__, "tensor", tensor))
    return -1;
  int32_t rank = tensor->dims ? tensor->dims->size : 0;
  if (dim_index >= 0 && dim_index < rank)
    return tensor->dims->data[dim_index];
  report(reporterOf(tensor), "%s: tensor '%s' has %d dimensions, none with index %d", __func__,
         TfLiteTensorName(tensor), rank, dim_index);
  return -1;
}

size_t TfLiteTensorByteSize(const TfLiteTensor *tensor) {
  return isPresent(standardError, __func__, "tensor", tensor) ? tensor->bytes : 0;
}

void *TfLiteTensorData(const TfLiteTensor *tensor) {
  return isPresent(standardError, __func__, "tensor", tensor) ? tensor->data.data : nullptr;
}

const char *TfLiteTensorName(const TfLiteTensor *tensor) {
  if (!isPresent(standardError, __func__, "tensor", tensor))
    return nullptr;
  return tensor->name ? tensor->name : "";
}

TfLiteQuantizationParams TfLiteTensorQuantizationParams(const TfLiteTensor *tensor) {
  return isPresent(standardError, __func__, "tensor", tensor) ? tensor->params
                                                              : TfLiteQuantizationParams{};
}

TfLiteStatus TfLiteTensorCopyFromBuffer(TfLiteTensor *tensor, const void *input_data,
                                        size_t input_data_size) {
  if (!canCopy(tensor, input_data, input_data_size, "input_data", __func__))
    return kTfLiteError;
  iree::copyBytes(tensor->data.data, input_data, input_data_size);
  return kTfLiteOk;
}

TfLiteStatus TfLiteTensorCopyToBuffer(const TfLiteTensor *output_tensor, void *output_data,
                                      size_t output_data_size) {
  if (!canCopy(output_tensor, output_data, output_data_size, "output_data", __func__))
    return kTfLiteError;
  iree::copyBytes(output_data, output_tensor->data.data, output_data_size);
  return kTfLiteOk;
}
