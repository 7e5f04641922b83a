// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opening, binding and invoking samples/models/simple_mul.mlir: an elementwise
// product of four floats, here of numbers whose products are exact.
#include "check.h"
#include "iree/hal/drivers/local_sync/sync_device.h"
#include "iree/hal/local/loaders/static_library_loader.h"

#include "firmware_mul.h"
#include "firmware_mul_module.h"

static float lhs[4] = {4.0f, 4.0f, 4.0f, 4.0f};
static float rhs[4] = {2.0f, -1.5f, 0.25f, 16.0f};
static uint8_t copy[4096] __attribute__((aligned(64)));

// A session on a device that knows the model's kernels; releases what it
// created when a step fails.
static iree_status_t create_session(iree_allocator_t allocator,
                                    iree_runtime_session_t **out_session) {
  const iree_kernel_library_query_fn_t libraries[] = {firmware_mul_library_query};
  iree_hal_sync_device_params_t params;
  iree_runtime_instance_options_t options;
  iree_runtime_session_options_t session_options;
  iree_hal_executable_loader_t *loader = NULL;
  iree_hal_allocator_t *heap = NULL;
  iree_hal_device_t *device = NULL;
  iree_runtime_instance_t *instance = NULL;
  iree_hal_sync_device_params_initialize(&params);
  iree_runtime_instance_options_initialize(&options);
  iree_runtime_session_options_initialize(&session_options);
  iree_status_t status = iree_hal_static_library_loader_create(1, libraries, allocator, &loader);
  if (iree_status_is_ok(status))
    status = iree_hal_allocator_create_heap(IREE_SV("test"), allocator, allocator, &heap);
  if (iree_status_is_ok(status))
    status = iree_hal_sync_device_create(IREE_SV("local-sync"), &params, 1, &loader, heap,
                                         allocator, &device);
  if (iree_status_is_ok(status))
    status = iree_runtime_instance_create(&options, allocator, &instance);
  if (iree_status_is_ok(status))
    status = iree_runtime_session_create_with_device(instance, &session_options, device, allocator,
                                                     out_session);
  iree_runtime_instance_release(instance);
  iree_hal_device_release(device);
  iree_hal_allocator_release(heap);
  iree_hal_executable_loader_release(loader);
  return status;
}

static iree_status_t append(iree_runtime_session_t *session, const uint8_t *data, size_t length) {
  return iree_runtime_session_append_bytecode_module_from_memory(
      session, iree_make_const_byte_span(data, length), iree_allocator_null());
}

static iree_status_t push(iree_runtime_call_t *call, iree_allocator_t allocator, void *data,
                          iree_hal_dim_t count, iree_hal_element_type_t type) {
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_buffer_view_wrap(
      iree_make_byte_span(data, count * iree_hal_element_dense_byte_count(type)), 1, &count, type,
      IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, allocator, &view));
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(call, view);
  iree_hal_buffer_view_release(view);
  return status;
}

// Opens the module, and multiplies `lhs` by `rhs`.
static iree_status_t run_once(iree_allocator_t allocator, float *result) {
  iree_runtime_session_t *session = NULL;
  iree_runtime_call_t call = {0};
  iree_hal_buffer_view_t *view = NULL;
  iree_status_t status = create_session(allocator, &session);
  if (iree_status_is_ok(status))
    status = append(session, firmware_mul_module, firmware_mul_module_size);
  if (iree_status_is_ok(status))
    status = iree_runtime_call_initialize_by_name(session, IREE_SV("module.simple_mul"), &call);
  if (iree_status_is_ok(status))
    status = push(&call, allocator, lhs, 4, IREE_HAL_ELEMENT_TYPE_FLOAT_32);
  if (iree_status_is_ok(status))
    status = push(&call, allocator, rhs, 4, IREE_HAL_ELEMENT_TYPE_FLOAT_32);
  if (iree_status_is_ok(status))
    status = iree_runtime_call_invoke(&call, 0);
  if (iree_status_is_ok(status))
    status = iree_runtime_call_outputs_pop_front_buffer_view(&call, &view);
  if (iree_status_is_ok(status))
    status =
        iree_hal_buffer_map_read(iree_hal_buffer_view_buffer(view), 0, result, 4 * sizeof(float));
  iree_hal_buffer_view_release(view);
  iree_runtime_call_deinitialize(&call);
  iree_runtime_session_release(session);
  return status;
}

void test_module_runs(void) {
  float result[4] = {0};
  CHECK_OK(run_once(check_fresh_memory(), result));
  const float expected[4] = {8.0f, -6.0f, 1.0f, 64.0f};
  for (int i = 0; i < 4; ++i)
    CHECK(!(result[i] < expected[i]) && !(result[i] > expected[i]) && result[i] == result[i]);
}

void test_module_refuses_damage(void) {
  iree_runtime_session_t *session = NULL;
  size_t size = firmware_mul_module_size;
  CHECK(size < sizeof(copy));
  CHECK_OK(create_session(check_fresh_memory(), &session));
  for (size_t i = 0; i < size; ++i)
    copy[i] = firmware_mul_module[i];
  for (size_t length = 0; length < size; ++length)
    CHECK(!iree_status_is_ok(append(session, copy, length)));
  CHECK_STATUS(append(session, copy + 4, size - 4), IREE_STATUS_INVALID_ARGUMENT,
               "64-byte-aligned");
  // The checksum finds every changed byte; what is behind it has tests on the workstation.
  for (size_t i = 0; i < size; ++i) {
    copy[i] ^= 0x10;
    CHECK(!iree_status_is_ok(append(session, copy, size)));
    copy[i] ^= 0x10;
  }
  CHECK_OK(append(session, copy, size));
  iree_runtime_session_release(session);
}

void test_call_refuses_arguments(void) {
  iree_allocator_t allocator = check_fresh_memory();
  iree_runtime_session_t *session = NULL;
  iree_runtime_call_t call;
  CHECK_OK(create_session(allocator, &session));
  CHECK_OK(append(session, firmware_mul_module, firmware_mul_module_size));
  CHECK_STATUS(iree_runtime_call_initialize_by_name(session, IREE_SV("module.add"), &call),
               IREE_STATUS_NOT_FOUND, "no function 'module.add' in module 'module'");
  CHECK_OK(iree_runtime_call_initialize_by_name(session, IREE_SV("module.simple_mul"), &call));
  CHECK_STATUS(push(&call, allocator, lhs, 3, IREE_HAL_ELEMENT_TYPE_FLOAT_32),
               IREE_STATUS_INVALID_ARGUMENT, "expected 4xf32, given 3xf32");
  CHECK_STATUS(push(&call, allocator, lhs, 4, IREE_HAL_ELEMENT_TYPE_INT_32),
               IREE_STATUS_INVALID_ARGUMENT, "expected 4xf32, given 4xi32");
  CHECK_STATUS(push(&call, allocator, copy + 1, 4, IREE_HAL_ELEMENT_TYPE_FLOAT_32),
               IREE_STATUS_INVALID_ARGUMENT, "is not aligned to its 4-byte elements");
  CHECK_OK(push(&call, allocator, lhs, 4, IREE_HAL_ELEMENT_TYPE_FLOAT_32));
  CHECK_STATUS(iree_runtime_call_invoke(&call, 0), IREE_STATUS_INVALID_ARGUMENT,
               "takes 2 arguments, given 1");
  CHECK_OK(push(&call, allocator, rhs, 4, IREE_HAL_ELEMENT_TYPE_FLOAT_32));
  CHECK_STATUS(push(&call, allocator, rhs, 4, IREE_HAL_ELEMENT_TYPE_FLOAT_32),
               IREE_STATUS_INVALID_ARGUMENT, "takes 2 arguments, given one more");
  CHECK_OK(iree_runtime_call_invoke(&call, 0));
  iree_runtime_call_deinitialize(&call);
  iree_runtime_session_release(session);
}

// The block that the compiler says is enough, and not a byte too long.
void test_memory_size(void) {
  static uint8_t block[IREE_MODULE_MEMORY_SIZE(FIRMWARE_MUL)]
      __attribute__((aligned(IREE_MEMORY_BLOCK_ALIGNMENT(sizeof(void *)))));
  float result[4] = {0};
  iree_arena_allocator_t arena;
  iree_arena_initialize(block, sizeof(block), &arena);
  CHECK_OK(run_once(iree_arena_allocator(&arena), result));
  CHECK(arena.peak_bytes == sizeof(block));
  CHECK(!(result[3] < 64.0f) && !(result[3] > 64.0f));
  iree_arena_initialize(block, sizeof(block) - 1, &arena);
  CHECK_STATUS(run_once(iree_arena_allocator(&arena), result), IREE_STATUS_RESOURCE_EXHAUSTED,
               "more needed");
}

// With every smaller block there is an error and nothing else; a fresh block
// afterwards is as good as before.
void test_memory_runs_out(void) {
  float result[4];
  bool is_enough = false;
  for (iree_host_size_t bytes = 0; bytes <= 8192 && !is_enough; bytes += 16) {
    iree_allocator_t allocator = check_fresh_memory();
    check_limit_memory(bytes);
    iree_status_t status = run_once(allocator, result);
    is_enough = iree_status_is_ok(status);
    if (!is_enough)
      CHECK(iree_status_code(status) == IREE_STATUS_RESOURCE_EXHAUSTED);
  }
  CHECK(is_enough);
}
