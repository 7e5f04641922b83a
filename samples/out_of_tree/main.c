// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the model once and checks its result. Nothing is released: the model
// stays open until the power goes.
#include "iree/hal/drivers/local_sync/sync_device.h"
#include "iree/hal/local/loaders/static_library_loader.h"
#include "iree/runtime/api.h"

#include "machine.h"
#include "model.h"
#include "model_data.h"

// For everything the runtime creates: exactly as much as this program asks for.
static uint8_t memory[IREE_MODULE_MEMORY_SIZE(MODEL)]
    __attribute__((aligned(IREE_MEMORY_BLOCK_ALIGNMENT(sizeof(void *)))));

static const int32_t input[4] = {4, 3, 2, 1};
static const int32_t expected[4] = {4, 30, 200, 1000};

// A device whose kernels are linked into the program.
static iree_status_t create_device(iree_allocator_t allocator, iree_hal_device_t **out_device) {
  const iree_kernel_library_query_fn_t libraries[] = {model_library_query};
  iree_hal_sync_device_params_t params;
  iree_hal_executable_loader_t *loader = NULL;
  iree_hal_allocator_t *heap = NULL;
  iree_hal_sync_device_params_initialize(&params);
  IREE_RETURN_IF_ERROR(iree_hal_static_library_loader_create(1, libraries, allocator, &loader));
  IREE_RETURN_IF_ERROR(
      iree_hal_allocator_create_heap(IREE_SV("local"), allocator, allocator, &heap));
  return iree_hal_sync_device_create(IREE_SV("local-sync"), &params, 1, &loader, heap, allocator,
                                     out_device);
}

static iree_status_t open_model(iree_allocator_t allocator, iree_runtime_call_t *out_call) {
  iree_runtime_instance_options_t instance_options;
  iree_runtime_session_options_t session_options;
  iree_runtime_instance_t *instance = NULL;
  iree_hal_device_t *device = NULL;
  iree_runtime_session_t *session = NULL;
  iree_runtime_instance_options_initialize(&instance_options);
  iree_runtime_session_options_initialize(&session_options);
  IREE_RETURN_IF_ERROR(iree_runtime_instance_create(&instance_options, allocator, &instance));
  IREE_RETURN_IF_ERROR(create_device(allocator, &device));
  IREE_RETURN_IF_ERROR(iree_runtime_session_create_with_device(instance, &session_options, device,
                                                               allocator, &session));
  IREE_RETURN_IF_ERROR(iree_runtime_session_append_bytecode_module_from_memory(
      session, iree_make_const_byte_span(model_data, model_data_size), iree_allocator_null()));
  return iree_runtime_call_initialize_by_name(session, IREE_SV("module.scale"), out_call);
}

static iree_status_t run_model(iree_allocator_t allocator) {
  const iree_hal_dim_t shape[1] = {4};
  iree_runtime_call_t call;
  iree_hal_buffer_view_t *view = NULL;
  int32_t result[4];
  IREE_RETURN_IF_ERROR(open_model(allocator, &call));
  // Arguments are only read.
  IREE_RETURN_IF_ERROR(iree_hal_buffer_view_wrap(
      iree_make_byte_span((void *)(uintptr_t)input, sizeof(input)), 1, shape,
      IREE_HAL_ELEMENT_TYPE_INT_32, IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, allocator, &view));
  IREE_RETURN_IF_ERROR(iree_runtime_call_inputs_push_back_buffer_view(&call, view));
  IREE_RETURN_IF_ERROR(iree_runtime_call_invoke(&call, 0));
  IREE_RETURN_IF_ERROR(iree_runtime_call_outputs_pop_front_buffer_view(&call, &view));
  IREE_RETURN_IF_ERROR(
      iree_hal_buffer_map_read(iree_hal_buffer_view_buffer(view), 0, result, sizeof(result)));
  for (int i = 0; i < 4; ++i) {
    if (result[i] != expected[i])
      return iree_make_status(IREE_STATUS_UNKNOWN, "result %d is %d", i, (int)result[i]);
  }
  return iree_ok_status();
}

int main(void) {
  iree_arena_allocator_t arena;
  iree_arena_initialize(memory, sizeof(memory), &arena);
  iree_status_t status = run_model(iree_arena_allocator(&arena));
  if (iree_status_is_ok(status)) {
    machine_print("application done\n");
    return 0;
  }
  char text[192];
  iree_status_format(status, sizeof(text), text, NULL);
  machine_print(text);
  machine_print("\n");
  return 1;
}
