// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The smallest complete application: opens a module that is part of the
// program, calls its function simple_mul on two vectors of four, and checks the
// product. What device runs it, and where the module lies, are two functions
// that device_*.c implement.
#include "iree/runtime/api.h"

#include "bench.h"
#include "board.h"
#include "sample_platform.h"
#include "text.h"

// Creates the device to run on; the caller releases it.
iree_status_t create_sample_device(iree_allocator_t host_allocator, iree_hal_device_t **out_device);

// The module, in memory that outlives the program's session.
iree_const_byte_span_t load_bytecode_module_data(void);

enum { ELEMENT_COUNT = 4 };

static const float lhs_values[ELEMENT_COUNT] = {4.0f, 4.0f, 4.0f, 4.0f};
static const float rhs_values[ELEMENT_COUNT] = {2.0f, -1.5f, 0.25f, 16.0f};
static const float expected_values[ELEMENT_COUNT] = {8.0f, -6.0f, 1.0f, 64.0f};

// Appends a copy of `values` to the inputs of `call`.
static iree_status_t push_input(iree_runtime_call_t *call, const float *values) {
  const iree_hal_dim_t shape[1] = {ELEMENT_COUNT};
  iree_hal_device_t *device = iree_runtime_session_device(call->session);
  const iree_hal_buffer_params_t params = {
      .type = IREE_HAL_MEMORY_TYPE_HOST_LOCAL | IREE_HAL_MEMORY_TYPE_DEVICE_VISIBLE,
      .usage = IREE_HAL_BUFFER_USAGE_DEFAULT,
  };
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_buffer_view_allocate_buffer_copy(
      device, iree_runtime_session_device_allocator(call->session), 1, shape,
      IREE_HAL_ELEMENT_TYPE_FLOAT_32, IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, params,
      iree_make_const_byte_span(values, ELEMENT_COUNT * sizeof(float)), &view));
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(call, view);
  iree_hal_buffer_view_release(view);
  return status;
}

// Takes the output of `call` and compares it.
static iree_status_t check_output(iree_runtime_call_t *call) {
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_call_outputs_pop_front_buffer_view(call, &view));
  float values[ELEMENT_COUNT] = {0};
  iree_status_t status = iree_hal_device_transfer_d2h(
      iree_runtime_session_device(call->session), iree_hal_buffer_view_buffer(view), 0, values,
      sizeof(values), IREE_HAL_TRANSFER_BUFFER_FLAG_DEFAULT, iree_infinite_timeout());
  iree_hal_buffer_view_release(view);
  for (int i = 0; iree_status_is_ok(status) && i < ELEMENT_COUNT; ++i) {
    // Small integers and powers of two: products are exact.
    if (values[i] < expected_values[i] || values[i] > expected_values[i] ||
        values[i] != values[i]) {
      status = iree_make_status(IREE_STATUS_UNKNOWN, "result %d is wrong", i);
    }
  }
  return status;
}

static iree_status_t call_simple_mul(iree_runtime_session_t *session) {
  iree_runtime_call_t call;
  IREE_RETURN_IF_ERROR(
      iree_runtime_call_initialize_by_name(session, IREE_SV("module.simple_mul"), &call));
  iree_status_t status = push_input(&call, lhs_values);
  if (iree_status_is_ok(status))
    status = push_input(&call, rhs_values);
  if (iree_status_is_ok(status)) {
    bench_begin(); // for counting instructions
    status = iree_runtime_call_invoke(&call, 0);
    bench_end();
  }
  if (iree_status_is_ok(status))
    status = check_output(&call);
  iree_runtime_call_deinitialize(&call);
  return status;
}

static iree_status_t run_on_device(iree_runtime_instance_t *instance, iree_hal_device_t *device) {
  iree_runtime_session_options_t options;
  iree_runtime_session_options_initialize(&options);
  iree_runtime_session_t *session = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_session_create_with_device(
      instance, &options, device, iree_runtime_instance_host_allocator(instance), &session));
  // The data is the program's own: nothing to free it with.
  iree_status_t status = iree_runtime_session_append_bytecode_module_from_memory(
      session, load_bytecode_module_data(), iree_allocator_null());
  if (iree_status_is_ok(status))
    status = call_simple_mul(session);
  iree_runtime_session_release(session);
  return status;
}

static iree_status_t run_sample(iree_allocator_t host_allocator) {
  iree_runtime_instance_options_t options;
  iree_runtime_instance_options_initialize(&options);
  iree_runtime_instance_t *instance = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_instance_create(&options, host_allocator, &instance));
  iree_hal_device_t *device = NULL;
  iree_status_t status = create_sample_device(host_allocator, &device);
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
  text_string(" B\nsimple_embedding done\n");
  return 0;
}
