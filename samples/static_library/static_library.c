// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two models whose kernels are linked into the program: their module files
// hold no code. The device finds the kernels through the query functions of
// the compiler's headers.
#include "iree/hal/local/loaders/static_library_loader.h"
#include "iree/runtime/api.h"

#include "bench.h"
#include "board.h"
#include "digits_images.h"
#include "digits_static.h"
#include "digits_static_module.h"
#include "mul_static.h"
#include "mul_static_module.h"
#include "sample_platform.h"
#include "text.h"

// Creates a device that knows the kernels of both models.
static iree_status_t create_device_with_static_loader(iree_allocator_t host_allocator,
                                                      iree_hal_device_t **out_device) {
  const iree_kernel_library_query_fn_t libraries[] = {mul_static_library_query,
                                                      digits_static_library_query};
  iree_hal_executable_loader_t *loader = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_static_library_loader_create(
      sizeof(libraries) / sizeof(libraries[0]), libraries, host_allocator, &loader));
  iree_status_t status = sample_create_sync_device(loader, host_allocator, out_device);
  iree_hal_executable_loader_release(loader);
  return status;
}

// Appends `data`, used where it lies, to the inputs of `call`.
static iree_status_t push_input(iree_runtime_call_t *call, const void *data, size_t data_bytes,
                                size_t rank, const iree_hal_dim_t *shape,
                                iree_hal_element_type_t element_type) {
  // Arguments are only read.
  uint8_t *bytes = (uint8_t *)(uintptr_t)data;
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(
      iree_hal_buffer_view_wrap(iree_make_byte_span(bytes, data_bytes), rank, shape, element_type,
                                IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR,
                                iree_runtime_session_host_allocator(call->session), &view));
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(call, view);
  iree_hal_buffer_view_release(view);
  return status;
}

// Takes the output of `call`, of `expected_bytes` bytes, and compares it with
// `expected`.
static iree_status_t check_output(iree_runtime_call_t *call, const void *expected,
                                  size_t expected_bytes) {
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_call_outputs_pop_front_buffer_view(call, &view));
  const iree_byte_span_t actual = iree_hal_buffer_contents(iree_hal_buffer_view_buffer(view));
  iree_status_t status = iree_ok_status();
  if (actual.data_length != expected_bytes)
    status = iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "result of unexpected length");
  for (size_t i = 0; iree_status_is_ok(status) && i < expected_bytes; ++i) {
    if (actual.data[i] != ((const uint8_t *)expected)[i])
      status = iree_make_status(IREE_STATUS_UNKNOWN, "byte %u of the result is wrong", (unsigned)i);
  }
  iree_hal_buffer_view_release(view);
  return status;
}

static iree_status_t multiply(iree_runtime_session_t *session) {
  static const iree_hal_dim_t shape[1] = {4};
  static const float lhs[4] = {4.0f, 4.0f, 4.0f, 4.0f};
  static const float rhs[4] = {2.0f, -1.5f, 0.25f, 16.0f};
  // Small integers and powers of two: products are exact.
  static const float expected[4] = {8.0f, -6.0f, 1.0f, 64.0f};
  iree_runtime_call_t call;
  IREE_RETURN_IF_ERROR(
      iree_runtime_call_initialize_by_name(session, IREE_SV("module.simple_mul"), &call));
  iree_status_t status =
      push_input(&call, lhs, sizeof(lhs), 1, shape, IREE_HAL_ELEMENT_TYPE_FLOAT_32);
  if (iree_status_is_ok(status))
    status = push_input(&call, rhs, sizeof(rhs), 1, shape, IREE_HAL_ELEMENT_TYPE_FLOAT_32);
  if (iree_status_is_ok(status))
    status = iree_runtime_call_invoke(&call, 0);
  if (iree_status_is_ok(status))
    status = check_output(&call, expected, sizeof(expected));
  iree_runtime_call_deinitialize(&call);
  return status;
}

static iree_status_t classify(iree_runtime_session_t *session) {
  static const iree_hal_dim_t shape[4] = {1, 8, 8, 1};
  iree_runtime_call_t call;
  IREE_RETURN_IF_ERROR(
      iree_runtime_call_initialize_by_name(session, IREE_SV("module.digits"), &call));
  iree_status_t status = iree_ok_status();
  for (size_t i = 0; iree_status_is_ok(status) && i < DIGITS_COUNT; ++i) {
    iree_runtime_call_reset(&call);
    status = push_input(&call, digits_images[i], sizeof(digits_images[i]), 4, shape,
                        IREE_HAL_ELEMENT_TYPE_INT_8);
    if (iree_status_is_ok(status)) {
      bench_begin(); // for counting instructions
      status = iree_runtime_call_invoke(&call, 0);
      bench_end();
    }
    if (iree_status_is_ok(status))
      status = check_output(&call, digits_expected[i], sizeof(digits_expected[i]));
  }
  iree_runtime_call_deinitialize(&call);
  return status;
}

static iree_status_t run_models(iree_runtime_session_t *session) {
  // The data is the program's own: nothing to free it with.
  IREE_RETURN_IF_ERROR(iree_runtime_session_append_bytecode_module_from_memory(
      session, iree_make_const_byte_span(mul_static_module, mul_static_module_size),
      iree_allocator_null()));
  IREE_RETURN_IF_ERROR(iree_runtime_session_append_bytecode_module_from_memory(
      session, iree_make_const_byte_span(digits_static_module, digits_static_module_size),
      iree_allocator_null()));
  IREE_RETURN_IF_ERROR(multiply(session));
  return classify(session);
}

static iree_status_t run_on_device(iree_runtime_instance_t *instance, iree_hal_device_t *device) {
  iree_runtime_session_options_t options;
  iree_runtime_session_options_initialize(&options);
  iree_runtime_session_t *session = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_session_create_with_device(
      instance, &options, device, iree_runtime_instance_host_allocator(instance), &session));
  iree_status_t status = run_models(session);
  iree_runtime_session_release(session);
  return status;
}

static iree_status_t run_sample(iree_allocator_t host_allocator) {
  iree_runtime_instance_options_t options;
  iree_runtime_instance_options_initialize(&options);
  iree_runtime_instance_t *instance = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_instance_create(&options, host_allocator, &instance));
  iree_hal_device_t *device = NULL;
  iree_status_t status = create_device_with_static_loader(host_allocator, &device);
  if (iree_status_is_ok(status)) {
    status = run_on_device(instance, device);
    iree_hal_device_release(device);
  }
  iree_runtime_instance_release(instance);
  return status;
}

int main(void) {
  iree_status_t status = run_sample(sample_host_allocator());
  if (!iree_status_is_ok(status)) {
    sample_print_status(status);
    return (int)iree_status_consume_code(status);
  }
  text_string("memory ");
  text_unsigned((uint32_t)sample_host_memory_peak());
  text_string(" B, stack ");
  text_unsigned((uint32_t)board_stack_used());
  text_string(" B\nstatic_library done: simple_mul and ");
  text_unsigned(DIGITS_COUNT);
  text_string(" digits\n");
  return 0;
}
