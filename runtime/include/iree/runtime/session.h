// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Session: a device and the modules loaded on it. Not thread-safe.
#ifndef IREE_RUNTIME_SESSION_H_
#define IREE_RUNTIME_SESSION_H_

#include "iree/runtime/instance.h"
#include "iree/vm/api.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct iree_runtime_session_t iree_runtime_session_t;

typedef struct iree_runtime_session_options_t {
  // Branches that one invocation may execute, in programs and in kernels as
  // bytecode, before it ends with DEADLINE_EXCEEDED; 0, the default: any number.
  // A microkernel counts as a sixteenth of its innermost steps.
  uint64_t instruction_budget;
} iree_runtime_session_options_t;

void iree_runtime_session_options_initialize(iree_runtime_session_options_t *out_options);

iree_status_t iree_runtime_session_create_with_device(iree_runtime_instance_t *instance,
                                                      const iree_runtime_session_options_t *options,
                                                      iree_hal_device_t *device,
                                                      iree_allocator_t host_allocator,
                                                      iree_runtime_session_t **out_session);
void iree_runtime_session_retain(iree_runtime_session_t *session);
void iree_runtime_session_release(iree_runtime_session_t *session);
iree_runtime_instance_t *iree_runtime_session_instance(const iree_runtime_session_t *session);
iree_allocator_t iree_runtime_session_host_allocator(const iree_runtime_session_t *session);
iree_hal_device_t *iree_runtime_session_device(const iree_runtime_session_t *session);
iree_hal_allocator_t *iree_runtime_session_device_allocator(const iree_runtime_session_t *session);

// Verifies the module, loads its kernels and allocates its arena and its state
// with the device's allocator; invocations then need no memory. The data is used in
// place, must be 64-byte aligned and unchanged, and is freed with
// `flatbuffer_allocator` when the session ends (iree_allocator_null(): it
// stays the caller's). On failure it stays the caller's.
iree_status_t
iree_runtime_session_append_bytecode_module_from_memory(iree_runtime_session_t *session,
                                                        iree_const_byte_span_t flatbuffer_data,
                                                        iree_allocator_t flatbuffer_allocator);

// The same for a file (needs IREE_FILE_IO_ENABLE).
iree_status_t iree_runtime_session_append_bytecode_module_from_file(iree_runtime_session_t *session,
                                                                    const char *file_path);

// Finds "module.function" or "function"; later modules hide earlier ones.
iree_status_t iree_runtime_session_lookup_function(const iree_runtime_session_t *session,
                                                   iree_string_view_t full_name,
                                                   iree_vm_function_t *out_function);

// Gives the variables of all modules the values that they had when their module
// was appended. Not while a call is running.
void iree_runtime_session_reset_state(iree_runtime_session_t *session);

// Who is told of the comparisons of test programs. Without a callback they end
// their invocation with UNIMPLEMENTED.
void iree_runtime_session_set_check_callback(iree_runtime_session_t *session,
                                             iree_vm_check_callback_t callback);

// Modules in the order they were appended.
iree_host_size_t iree_runtime_session_module_count(const iree_runtime_session_t *session);
const iree_vm_bytecode_module_t *iree_runtime_session_module(const iree_runtime_session_t *session,
                                                             iree_host_size_t index);
// Ordinal of the executable in use; UINT32_MAX for a module without kernels.
uint32_t iree_runtime_session_module_executable(const iree_runtime_session_t *session,
                                                iree_host_size_t index);

#ifdef __cplusplus
}
#endif

#endif // IREE_RUNTIME_SESSION_H_
