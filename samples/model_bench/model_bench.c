// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the embedded module's only function on every embedded test vector and
// compares all results with the expected ones, byte for byte. The first
// inference lies between bench_begin() and bench_end(), for counting its
// instructions.
//
// A vector is the function's arguments one after the other, and what is
// expected of it the results one after the other.
#if defined(MODEL_BENCH_STATIC)
#include "iree/hal/local/loaders/static_library_loader.h"
#endif
#include "iree/runtime/api.h"

#include "bench.h"
#include "bench_expected.h"
#include "bench_inputs.h"
#include "bench_module.h"
#include "board.h"
#include "sample_platform.h"
#include "text.h"

typedef struct bench_result_t {
  uint32_t vector_count;
  uint32_t equal_count; // vectors whose every result is as expected
  uint32_t arena_bytes; // planned by the compiler
} bench_result_t;

static void print_mismatch(uint32_t vector, uint32_t result, size_t byte, unsigned actual,
                           unsigned expected) {
  text_string("vector ");
  text_unsigned(vector);
  text_string(", result ");
  text_unsigned(result);
  text_string(", byte ");
  text_unsigned((uint32_t)byte);
  text_string(": ");
  text_unsigned(actual);
  text_string(", expected ");
  text_unsigned(expected);
  text_string("\n");
}

// Bytes of all arguments, or of all results.
static size_t argument_bytes(const iree_vm_function_info_t *info) {
  size_t total = 0;
  iree_vm_value_info_t value;
  for (uint32_t i = 0; i < info->argument_count; ++i) {
    iree_vm_function_argument(info, i, &value);
    total += value.byte_length;
  }
  return total;
}

static size_t result_bytes(const iree_vm_function_info_t *info) {
  size_t total = 0;
  iree_vm_value_info_t value;
  for (uint32_t i = 0; i < info->result_count; ++i) {
    iree_vm_function_result(info, i, &value);
    total += value.byte_length;
  }
  return total;
}

// The argument is read where it lies: a view wraps it, nothing is copied. One that
// has a place in the arena is written there.
static iree_status_t push_argument(iree_runtime_call_t *call, const iree_vm_value_info_t *value,
                                   const uint8_t *data) {
  if (value->is_in_arena) {
    iree_byte_span_t place;
    IREE_RETURN_IF_ERROR(iree_runtime_call_inputs_push_back_in_arena(call, &place));
    for (size_t i = 0; i < place.data_length; ++i)
      place.data[i] = data[i];
    return iree_ok_status();
  }
  iree_hal_dim_t shape[IREE_VM_MAX_RANK];
  for (uint32_t i = 0; i < value->shape_rank; ++i)
    shape[i] = (iree_hal_dim_t)value->shape[i];
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_buffer_view_wrap(
      iree_make_byte_span((uint8_t *)(uintptr_t)data, value->byte_length), value->shape_rank, shape,
      value->element_type, IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR,
      iree_runtime_session_host_allocator(call->session), &view));
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(call, view);
  iree_hal_buffer_view_release(view);
  return status;
}

static iree_status_t push_arguments(iree_runtime_call_t *call, const iree_vm_function_info_t *info,
                                    const uint8_t *data) {
  iree_runtime_call_reset(call);
  for (uint32_t i = 0; i < info->argument_count; ++i) {
    iree_vm_value_info_t value;
    iree_vm_function_argument(info, i, &value);
    IREE_RETURN_IF_ERROR(push_argument(call, &value, data));
    data += value.byte_length;
  }
  return iree_ok_status();
}

// Prints the first byte of a result that differs; returns whether there is none.
static bool check_result(uint32_t vector, uint32_t ordinal, iree_byte_span_t actual,
                         const uint8_t *expected) {
  for (size_t i = 0; i < actual.data_length; ++i) {
    if (actual.data[i] == expected[i])
      continue;
    print_mismatch(vector, ordinal, i, actual.data[i], expected[i]);
    return false;
  }
  return true;
}

static iree_status_t check_results(iree_runtime_call_t *call, const iree_vm_function_info_t *info,
                                   uint32_t vector, const uint8_t *expected,
                                   bench_result_t *result) {
  bool equal = true;
  for (uint32_t i = 0; i < info->result_count; ++i) {
    iree_hal_buffer_view_t *view = NULL;
    IREE_RETURN_IF_ERROR(iree_runtime_call_outputs_pop_front_buffer_view(call, &view));
    const iree_byte_span_t actual = iree_hal_buffer_contents(iree_hal_buffer_view_buffer(view));
    equal = check_result(vector, i, actual, expected) && equal;
    expected += actual.data_length;
    iree_hal_buffer_view_release(view);
  }
  if (equal)
    ++result->equal_count;
  return iree_ok_status();
}

static iree_status_t run_vectors(iree_runtime_call_t *call, const iree_vm_function_info_t *info,
                                 bench_result_t *result) {
  const size_t input_bytes = argument_bytes(info), output_bytes = result_bytes(info);
  const uint32_t count = input_bytes ? (uint32_t)(bench_inputs_size / input_bytes) : 0;
  if (count == 0 || count * input_bytes != bench_inputs_size ||
      count * output_bytes != bench_expected_size)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "%zu bytes of inputs and %zu of expected results are no whole number "
                            "of vectors of %zu and %zu",
                            (size_t)bench_inputs_size, (size_t)bench_expected_size, input_bytes,
                            output_bytes);
  result->vector_count = count;
  for (uint32_t i = 0; i < count; ++i) {
    IREE_RETURN_IF_ERROR(push_arguments(call, info, bench_inputs + i * input_bytes));
    if (i == 0)
      bench_begin();
    iree_status_t status = iree_runtime_call_invoke(call, 0);
    if (i == 0)
      bench_end();
    IREE_RETURN_IF_ERROR(status);
    IREE_RETURN_IF_ERROR(check_results(call, info, i, bench_expected + i * output_bytes, result));
  }
  return iree_ok_status();
}

static iree_status_t run_module(iree_runtime_session_t *session, void *user_data) {
  bench_result_t *result = user_data;
  IREE_RETURN_IF_ERROR(iree_runtime_session_append_bytecode_module_from_memory(
      session, iree_make_const_byte_span(bench_module, bench_module_size), iree_allocator_null()));
  const iree_vm_bytecode_module_t *module = iree_runtime_session_module(session, 0);
  if (module->function_count != 1)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "the module has %u functions, not one",
                            (unsigned)module->function_count);
  result->arena_bytes = module->arena_bytes;
  iree_vm_function_info_t info;
  iree_vm_bytecode_module_function(module, 0, &info);
  const iree_vm_function_t function = {module, 0};
  iree_runtime_call_t call;
  IREE_RETURN_IF_ERROR(iree_runtime_call_initialize(session, function, &call));
  iree_status_t status = run_vectors(&call, &info, result);
  iree_runtime_call_deinitialize(&call);
  return status;
}

#if defined(MODEL_BENCH_STATIC)
// Of the static library's header, which is named after the model.
const iree_kernel_library_t *
bench_kernels_library_query(uint32_t max_version, const iree_kernel_environment_t *environment);

static iree_status_t run_on_device(iree_runtime_instance_t *instance, iree_hal_device_t *device,
                                   bench_result_t *result) {
  iree_runtime_session_t *session = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_session_create_with_device(instance, NULL, device,
                                                               sample_host_allocator(), &session));
  iree_status_t status = run_module(session, result);
  iree_runtime_session_release(session);
  return status;
}

static iree_status_t run_on_instance(iree_runtime_instance_t *instance, bench_result_t *result) {
  const iree_kernel_library_query_fn_t libraries[] = {bench_kernels_library_query};
  iree_hal_executable_loader_t *loader = NULL;
  iree_hal_device_t *device = NULL;
  IREE_RETURN_IF_ERROR(
      iree_hal_static_library_loader_create(1, libraries, sample_host_allocator(), &loader));
  iree_status_t status = sample_create_sync_device(loader, sample_host_allocator(), &device);
  iree_hal_executable_loader_release(loader);
  if (iree_status_is_ok(status))
    status = run_on_device(instance, device, result);
  iree_hal_device_release(device);
  return status;
}

static iree_status_t run(bench_result_t *result) {
  iree_runtime_instance_t *instance = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_instance_create(NULL, sample_host_allocator(), &instance));
  iree_status_t status = run_on_instance(instance, result);
  iree_runtime_instance_release(instance);
  return status;
}
#else
static iree_status_t run(bench_result_t *result) {
  return sample_run_on_default_device(run_module, result);
}
#endif

static void print_bytes(const char *name, size_t bytes) {
  text_string(name);
  text_unsigned((uint32_t)bytes);
  text_string(" B");
}

int main(void) {
  bench_result_t result = {0};
  iree_status_t status = run(&result);
  if (!iree_status_is_ok(status)) {
    sample_print_status(status);
    return 1;
  }
  text_unsigned(result.equal_count);
  text_string("/");
  text_unsigned(result.vector_count);
  text_string(" equal");
  print_bytes(", arena ", result.arena_bytes);
  print_bytes(", stack ", board_stack_used());
  print_bytes(", memory ", sample_host_memory_peak());
  text_string("\n");
  return result.equal_count == result.vector_count ? 0 : 1;
}
