// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a sample needs of its platform. Memory comes from one static block on a
// machine without heap, from the system elsewhere.
#ifndef IREE_SAMPLES_SIMPLE_EMBEDDING_SAMPLE_PLATFORM_H_
#define IREE_SAMPLES_SIMPLE_EMBEDDING_SAMPLE_PLATFORM_H_

#include "iree/runtime/api.h"

// The same allocator at every call.
iree_allocator_t sample_host_allocator(void);

// Most bytes of the static block ever in use; 0 where the system allocates.
iree_host_size_t sample_host_memory_peak(void);

// Creates the device that needs no threads, with one loader and buffers from
// the host allocator. The loader stays the caller's, who may release it.
iree_status_t sample_create_sync_device(iree_hal_executable_loader_t *loader,
                                        iree_allocator_t host_allocator,
                                        iree_hal_device_t **out_device);

// Calls `run` with a session on the device that has every loader of the build.
iree_status_t sample_run_on_default_device(iree_status_t (*run)(iree_runtime_session_t *session,
                                                                void *user_data),
                                           void *user_data);

// Prints a failed status as a line of text.
void sample_print_status(iree_status_t status);

#endif // IREE_SAMPLES_SIMPLE_EMBEDDING_SAMPLE_PLATFORM_H_
