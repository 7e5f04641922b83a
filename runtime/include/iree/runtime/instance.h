// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instance: what sessions of an application share.
#ifndef IREE_RUNTIME_INSTANCE_H_
#define IREE_RUNTIME_INSTANCE_H_

#include "iree/hal/api.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct iree_runtime_instance_t iree_runtime_instance_t;

typedef struct iree_runtime_instance_options_t {
  bool use_all_available_drivers;
  // Threads of a "local-task" device, the calling one included; 0: as many as
  // there are processors that this process may run on.
  uint32_t task_topology_group_count;
} iree_runtime_instance_options_t;

void iree_runtime_instance_options_initialize(iree_runtime_instance_options_t *out_options);

// Lets iree_runtime_instance_try_create_default_device use what is linked in.
void iree_runtime_instance_options_use_all_available_drivers(
    iree_runtime_instance_options_t *options);

iree_status_t iree_runtime_instance_create(const iree_runtime_instance_options_t *options,
                                           iree_allocator_t host_allocator,
                                           iree_runtime_instance_t **out_instance);
void iree_runtime_instance_retain(iree_runtime_instance_t *instance);
void iree_runtime_instance_release(iree_runtime_instance_t *instance);
iree_allocator_t iree_runtime_instance_host_allocator(const iree_runtime_instance_t *instance);

// Creates the device of that name ("local-sync"; with IREE_ENABLE_THREADING also
// "local-task", with threads of its own) with every loader that was
// enabled when the runtime was built and that needs no parameters. Buffers
// come from the instance's allocator. NOT_FOUND for other names.
iree_status_t iree_runtime_instance_try_create_default_device(iree_runtime_instance_t *instance,
                                                              iree_string_view_t driver_name,
                                                              iree_hal_device_t **out_device);

#ifdef __cplusplus
}
#endif

#endif // IREE_RUNTIME_INSTANCE_H_
