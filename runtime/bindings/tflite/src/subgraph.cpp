// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "subgraph.h"

#include "base/format.h"
#include "memory.h"
#include "tensor.h"

namespace iree::tflite {

namespace {

// Bytes; what TFLite aligns tensors to, and what vector kernels like best.
constexpr size_t tensorAlignment = 64;

uint64_t paddedBytes(const TfLiteTensor &tensor) {
  // A file's lengths have 32 bits: no overflow, also in a sum over all tensors.
  return (uint64_t{tensor.bytes} + tensorAlignment - 1) / tensorAlignment * tensorAlignment;
}

void valueInfo(const Subgraph *subgraph, int32_t tensor, iree_vm_value_info_t *out) {
  if (tensor < subgraph->inputCount())
    iree_vm_function_argument(&subgraph->function, static_cast<uint32_t>(tensor), out);
  else
    iree_vm_function_result(&subgraph->function,
                            static_cast<uint32_t>(tensor - subgraph->inputCount()), out);
}

iree_status_t placeTensors(Subgraph *subgraph) {
  uint64_t total = 0;
  for (int32_t i = 0; i < subgraph->tensorCount(); ++i)
    total += paddedBytes(subgraph->tensors[i]);
  if (total > SIZE_MAX)
    return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED,
                            "the tensors of '%.*s' do not fit into memory",
                            IREE_SV_ARGS(subgraph->function.name));
  // Without tensors, or with empty ones, there still is an address.
  size_t length = total > tensorAlignment ? static_cast<size_t>(total) : tensorAlignment;
  void *memory = nullptr;
  IREE_RETURN_IF_ERROR(
      iree_allocator_malloc_aligned(iree_allocator_system(), length, tensorAlignment, &memory));
  zeroBytes(memory, length);
  subgraph->memory = static_cast<uint8_t *>(memory);
  uint8_t *next = subgraph->memory;
  for (int32_t i = 0; i < subgraph->tensorCount(); ++i) {
    subgraph->tensors[i].data.uint8 = next;
    next += paddedBytes(subgraph->tensors[i]);
  }
  return iree_ok_status();
}

iree_byte_span_t spanOf(const TfLiteTensor *tensor) {
  return iree_make_byte_span(tensor->data.data, tensor->bytes);
}

iree_status_t bindInput(Subgraph *subgraph, int32_t index) {
  iree_vm_value_info_t value;
  valueInfo(subgraph, index, &value);
  iree_hal_dim_t shape[IREE_VM_MAX_RANK];
  for (uint32_t i = 0; i < value.shape_rank; ++i)
    shape[i] = value.shape[i];
  iree_hal_buffer_view_t *view = nullptr;
  IREE_RETURN_IF_ERROR(iree_hal_buffer_view_wrap(
      spanOf(subgraph->input(index)), value.shape_rank, shape, value.element_type,
      IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, iree_allocator_system(), &view));
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(&subgraph->call, view);
  iree_hal_buffer_view_release(view);
  return status;
}

iree_status_t bindOutput(Subgraph *subgraph, int32_t index) {
  iree_hal_buffer_t *buffer = nullptr;
  IREE_RETURN_IF_ERROR(iree_hal_buffer_wrap(spanOf(subgraph->output(index)),
                                            iree_hal_buffer_release_callback_null(),
                                            iree_allocator_system(), &buffer));
  iree_status_t status =
      iree_runtime_call_bind_output(&subgraph->call, static_cast<size_t>(index), buffer);
  iree_hal_buffer_release(buffer);
  return status;
}

iree_status_t placeAndBind(Subgraph *subgraph) {
  IREE_RETURN_IF_ERROR(placeTensors(subgraph));
  IREE_RETURN_IF_ERROR(
      iree_runtime_call_initialize(subgraph->session, subgraph->handle, &subgraph->call));
  for (int32_t i = 0; i < subgraph->inputCount(); ++i)
    IREE_RETURN_IF_ERROR(bindInput(subgraph, i));
  for (int32_t i = 0; i < subgraph->outputCount(); ++i)
    IREE_RETURN_IF_ERROR(bindOutput(subgraph, i));
  return iree_ok_status();
}

void freeTensors(Subgraph *subgraph) {
  iree_runtime_call_deinitialize(&subgraph->call);
  iree_allocator_free_aligned(iree_allocator_system(), subgraph->memory);
  subgraph->memory = nullptr;
  for (int32_t i = 0; i < subgraph->tensorCount(); ++i)
    subgraph->tensors[i].data.data = nullptr;
}

// Finds `name` among `count` tensors; `kind` is "input" or "output".
iree_status_t findTensor(const Subgraph *subgraph, const char *kind, const TfLiteTensor *tensors,
                         int32_t count, const char *name, int32_t *out_index) {
  iree_string_view_t wanted = iree_make_cstring_view(name);
  for (*out_index = 0; *out_index < count; ++*out_index)
    if (iree_string_view_equal(iree_make_cstring_view(tensors[*out_index].name), wanted))
      return iree_ok_status();
  char names[IREE_STATUS_MESSAGE_CAPACITY];
  TextBuffer text(names, sizeof(names));
  for (int32_t i = 0; i < count; ++i)
    text.appendFormat("%s'%s'", i == 0 ? "" : ", ", tensors[i].name);
  return iree_make_status(IREE_STATUS_NOT_FOUND, "'%.*s' has no %s '%s'; there are: %s",
                          IREE_SV_ARGS(subgraph->function.name), kind, name, names);
}

iree_status_t checkIndex(const Subgraph *subgraph, const char *kind, int32_t count, int32_t index) {
  if (index >= 0 && index < count)
    return iree_ok_status();
  return iree_make_status(IREE_STATUS_OUT_OF_RANGE, "'%.*s' has %d %ss, none with index %d",
                          IREE_SV_ARGS(subgraph->function.name), count, kind, index);
}

// Writes "2x3"; "a scalar" for rank 0.
void formatShape(TextBuffer &text, const int *dims, int32_t rank) {
  if (rank == 0)
    text.appendFormat("a scalar");
  for (int32_t i = 0; i < rank; ++i)
    text.appendFormat("%s%d", i == 0 ? "" : "x", dims[i]);
}

} // namespace

iree_status_t initializeSubgraph(iree_runtime_session_t *session, uint32_t ordinal,
                                 const Reporter *reporter, Subgraph *subgraph) {
  *subgraph = {};
  subgraph->session = session;
  subgraph->handle = {iree_runtime_session_module(session, 0), ordinal};
  iree_vm_bytecode_module_function(subgraph->handle.module, ordinal, &subgraph->function);
  iree_status_t status =
      allocateArray(static_cast<size_t>(subgraph->tensorCount()), &subgraph->tensors);
  for (int32_t i = 0; i < subgraph->tensorCount() && iree_status_is_ok(status); ++i) {
    iree_vm_value_info_t value;
    valueInfo(subgraph, i, &value);
    status = initializeTensor(value, reporter, &subgraph->tensors[i]);
  }
  return status;
}

void deinitializeSubgraph(Subgraph *subgraph) {
  if (!subgraph->tensors)
    return;
  freeTensors(subgraph);
  for (int32_t i = 0; i < subgraph->tensorCount(); ++i)
    deinitializeTensor(&subgraph->tensors[i]);
  iree_allocator_free(iree_allocator_system(), subgraph->tensors);
  *subgraph = {};
}

iree_status_t allocateTensors(Subgraph *subgraph) {
  if (subgraph->memory)
    return iree_ok_status();
  iree_status_t status = placeAndBind(subgraph);
  if (!iree_status_is_ok(status))
    freeTensors(subgraph);
  return status;
}

iree_status_t invoke(Subgraph *subgraph) {
  if (!subgraph->memory)
    return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                            "the tensors of '%.*s' have no memory yet; call AllocateTensors first",
                            IREE_SV_ARGS(subgraph->function.name));
  return iree_runtime_call_invoke(&subgraph->call, 0);
}

iree_status_t resizeInput(const Subgraph *subgraph, int32_t index, const int *dims, int32_t rank) {
  IREE_RETURN_IF_ERROR(checkInputIndex(subgraph, index));
  if (rank < 0 || (rank > 0 && !dims))
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "%d dimensions at %s", rank,
                            dims ? "an address" : "NULL");
  const TfLiteTensor *tensor = subgraph->input(index);
  if (TfLiteIntArrayEqualsArray(tensor->dims, rank, dims))
    return iree_ok_status();
  char has[64], wanted[64];
  TextBuffer hasText(has, sizeof(has)), wantedText(wanted, sizeof(wanted));
  formatShape(hasText, tensor->dims->data, tensor->dims->size);
  formatShape(wantedText, dims, rank);
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                          "input '%s' is %s and cannot become %s: shapes are fixed when the model "
                          "is compiled; compile it for that shape",
                          tensor->name, has, wanted);
}

iree_status_t findInput(const Subgraph *subgraph, const char *name, int32_t *out_index) {
  return findTensor(subgraph, "input", subgraph->input(0), subgraph->inputCount(), name, out_index);
}

iree_status_t findOutput(const Subgraph *subgraph, const char *name, int32_t *out_index) {
  return findTensor(subgraph, "output", subgraph->output(0), subgraph->outputCount(), name,
                    out_index);
}

iree_status_t checkInputIndex(const Subgraph *subgraph, int32_t index) {
  return checkIndex(subgraph, "input", subgraph->inputCount(), index);
}

iree_status_t checkOutputIndex(const Subgraph *subgraph, int32_t index) {
  return checkIndex(subgraph, "output", subgraph->outputCount(), index);
}

} // namespace iree::tflite
