// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times a module's function on this machine:
//
//   time_module MODULE.vmfb FUNCTION [ARGUMENT.bin...]
//
// Each file holds the raw bytes of one argument. Prints one JSON object:
// nanoseconds per invocation, median and minimum over batches that each take
// about MIN_BATCH_NS, and the bytes of arena and kernel stack.
#include "iree/base/file_io.h"
#include "iree/runtime/api.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MIN_BATCH_NS 20000000
#define BATCH_COUNT 15
#define MAX_ITERATIONS (1u << 30)

typedef struct measurement_t {
  double median_ns;
  double minimum_ns;
  uint32_t iterations; // per batch
} measurement_t;

static iree_status_t push_argument(iree_runtime_call_t *call, const iree_vm_value_info_t *info,
                                   iree_byte_span_t contents) {
  iree_hal_dim_t shape[IREE_VM_MAX_RANK];
  for (uint32_t i = 0; i < info->shape_rank; ++i) {
    shape[i] = (iree_hal_dim_t)info->shape[i];
  }
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_buffer_view_wrap(
      contents, info->shape_rank, shape, (iree_hal_element_type_t)info->element_type,
      IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, iree_runtime_session_host_allocator(call->session),
      &view));
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(call, view);
  iree_hal_buffer_view_release(view);
  return status;
}

// Pushes the files' contents, to be freed by the caller after the call.
static iree_status_t push_arguments(iree_runtime_call_t *call, const iree_vm_function_info_t *info,
                                    char **paths, iree_byte_span_t *out_contents) {
  for (uint32_t i = 0; i < info->argument_count; ++i) {
    iree_vm_value_info_t argument;
    iree_vm_function_argument(info, i, &argument);
    IREE_RETURN_IF_ERROR(
        iree_file_read_contents(paths[i], iree_allocator_system(), &out_contents[i]));
    IREE_RETURN_IF_ERROR(push_argument(call, &argument, out_contents[i]));
  }
  return iree_ok_status();
}

static iree_status_t time_batch(iree_runtime_call_t *call, uint32_t iterations,
                                double *out_batch_ns) {
  const iree_time_t begin = iree_time_now();
  for (uint32_t i = 0; i < iterations; ++i) {
    IREE_RETURN_IF_ERROR(iree_runtime_call_invoke(call, 0));
  }
  *out_batch_ns = (double)(iree_time_now() - begin);
  return iree_ok_status();
}

static int compare_doubles(const void *lhs, const void *rhs) {
  const double a = *(const double *)lhs;
  const double b = *(const double *)rhs;
  return (a > b) - (a < b);
}

static iree_status_t measure(iree_runtime_call_t *call, measurement_t *out_measurement) {
  uint32_t iterations = 1;
  double batch_ns = 0;
  IREE_RETURN_IF_ERROR(time_batch(call, iterations, &batch_ns));
  while (batch_ns < MIN_BATCH_NS && iterations < MAX_ITERATIONS) {
    iterations *= 2;
    IREE_RETURN_IF_ERROR(time_batch(call, iterations, &batch_ns));
  }
  double batches[BATCH_COUNT];
  for (int i = 0; i < BATCH_COUNT; ++i) {
    IREE_RETURN_IF_ERROR(time_batch(call, iterations, &batches[i]));
  }
  qsort(batches, BATCH_COUNT, sizeof(batches[0]), compare_doubles);
  out_measurement->median_ns = batches[BATCH_COUNT / 2] / iterations;
  out_measurement->minimum_ns = batches[0] / iterations;
  out_measurement->iterations = iterations;
  return iree_ok_status();
}

static iree_status_t time_function(iree_runtime_session_t *session, const char *name,
                                   int argument_count, char **paths) {
  iree_vm_function_t function;
  IREE_RETURN_IF_ERROR(
      iree_runtime_session_lookup_function(session, iree_make_cstring_view(name), &function));
  iree_vm_function_info_t info;
  iree_vm_bytecode_module_function(function.module, function.ordinal, &info);
  if (info.argument_count != (uint32_t)argument_count) {
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "the function takes %u arguments",
                            (unsigned)info.argument_count);
  }
  iree_runtime_call_t call;
  IREE_RETURN_IF_ERROR(iree_runtime_call_initialize(session, function, &call));
  measurement_t measurement = {0};
  iree_byte_span_t contents[IREE_VM_MAX_VALUES] = {{0}};
  iree_status_t status = push_arguments(&call, &info, paths, contents);
  if (iree_status_is_ok(status)) {
    status = measure(&call, &measurement);
  }
  iree_runtime_call_deinitialize(&call);
  for (uint32_t i = 0; i < info.argument_count; ++i) {
    if (contents[i].data != NULL) {
      iree_file_contents_free(iree_allocator_system(), contents[i]);
    }
  }
  if (iree_status_is_ok(status)) {
    printf("{\"median_ns\": %.1f, \"minimum_ns\": %.1f, \"iterations\": %" PRIu32
           ", \"arena_bytes\": %" PRIu32 ", \"stack_bytes\": %" PRIu32 "}\n",
           measurement.median_ns, measurement.minimum_ns, measurement.iterations, info.arena_bytes,
           info.stack_bytes);
  }
  return status;
}

static iree_status_t run_in_session(iree_runtime_instance_t *instance, int argc, char **argv) {
  iree_hal_device_t *device = NULL;
  IREE_RETURN_IF_ERROR(
      iree_runtime_instance_try_create_default_device(instance, IREE_SV("local-sync"), &device));
  iree_runtime_session_options_t options;
  iree_runtime_session_options_initialize(&options);
  iree_runtime_session_t *session = NULL;
  iree_status_t status = iree_runtime_session_create_with_device(
      instance, &options, device, iree_runtime_instance_host_allocator(instance), &session);
  iree_hal_device_release(device);
  IREE_RETURN_IF_ERROR(status);
  status = iree_runtime_session_append_bytecode_module_from_file(session, argv[1]);
  if (iree_status_is_ok(status)) {
    status = time_function(session, argv[2], argc - 3, argv + 3);
  }
  iree_runtime_session_release(session);
  return status;
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: time_module MODULE.vmfb FUNCTION [ARGUMENT.bin...]\n");
    return 1;
  }
  iree_runtime_instance_options_t options;
  iree_runtime_instance_options_initialize(&options);
  iree_runtime_instance_options_use_all_available_drivers(&options);
  iree_runtime_instance_t *instance = NULL;
  iree_status_t status = iree_runtime_instance_create(&options, iree_allocator_system(), &instance);
  if (iree_status_is_ok(status)) {
    status = run_in_session(instance, argc, argv);
    iree_runtime_instance_release(instance);
  }
  if (iree_status_is_ok(status)) {
    return 0;
  }
  char text[256];
  iree_status_format(status, sizeof(text), text, NULL);
  fprintf(stderr, "time_module: %s\n", text);
  return 1;
}
