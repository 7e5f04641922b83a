// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the tests of a module that the emulator puts into memory, as
// iree-check-module does on the workstation. tests/e2e/boards.py is its user.
#include "iree/check/api.h"
#include "iree/hal/drivers/local_sync/sync_device.h"
#include "iree/hal/local/loaders/embedded_elf_loader.h"

#include "board.h"
#include "text.h"

// Filled from outside, and not cleared at start.
enum { MODULE_CAPACITY_BYTES = 1536 * 1024, ARENA_BYTES = 512 * 1024 };
#define NOT_CLEARED __attribute__((aligned(64), section(".noinit")))
extern uint8_t check_module_data[MODULE_CAPACITY_BYTES];
extern volatile uint32_t check_module_length;
NOT_CLEARED uint8_t check_module_data[MODULE_CAPACITY_BYTES];
NOT_CLEARED volatile uint32_t check_module_length;

static uint8_t memory[ARENA_BYTES] __attribute__((aligned(64)));

static void print(void *self, iree_string_view_t text) {
  (void)self;
  board_write(text.data, text.size);
}

static iree_status_t create_device(iree_allocator_t allocator, iree_hal_device_t **out_device) {
  iree_hal_sync_device_params_t params;
  iree_hal_sync_device_params_initialize(&params);
  const iree_string_view_t identifier = IREE_SV("local-sync");
  iree_hal_executable_loader_t *loader = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_embedded_elf_loader_create(allocator, &loader));
  iree_hal_allocator_t *device_allocator = NULL;
  iree_status_t status =
      iree_hal_allocator_create_heap(identifier, allocator, allocator, &device_allocator);
  if (iree_status_is_ok(status)) {
    status = iree_hal_sync_device_create(identifier, &params, 1, &loader, device_allocator,
                                         allocator, out_device);
    iree_hal_allocator_release(device_allocator);
  }
  iree_hal_executable_loader_release(loader);
  return status;
}

static iree_status_t run_tests(iree_allocator_t allocator, iree_check_result_t *out_result) {
  iree_runtime_instance_options_t instance_options;
  iree_runtime_instance_options_initialize(&instance_options);
  iree_runtime_instance_t *instance = NULL;
  iree_hal_device_t *device = NULL;
  iree_runtime_session_options_t session_options;
  iree_runtime_session_options_initialize(&session_options);
  iree_runtime_session_t *session = NULL;
  // Nothing is released: the program ends afterwards.
  IREE_RETURN_IF_ERROR(iree_runtime_instance_create(&instance_options, allocator, &instance));
  IREE_RETURN_IF_ERROR(create_device(allocator, &device));
  IREE_RETURN_IF_ERROR(iree_runtime_session_create_with_device(instance, &session_options, device,
                                                               allocator, &session));
  IREE_RETURN_IF_ERROR(iree_runtime_session_append_bytecode_module_from_memory(
      session, iree_make_const_byte_span(check_module_data, check_module_length),
      iree_allocator_null()));
  const iree_check_options_t options = {.filter = iree_make_string_view("", 0), .print = print};
  return iree_check_run(session, &options, out_result);
}

int main(void) {
  static iree_arena_allocator_t arena;
  iree_arena_initialize(memory, sizeof(memory), &arena);
  iree_check_result_t result = {0, 0};
  iree_status_t status = run_tests(iree_arena_allocator(&arena), &result);
  if (!iree_status_is_ok(status)) {
    char text[256];
    iree_status_format(status, sizeof(text), text, NULL);
    text_string(text);
    text_string("\n");
    return 2;
  }
  return result.failed_count == 0 ? 0 : 1;
}
