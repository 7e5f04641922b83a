// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/runtime/instance.h"

#include "base/internal.h"

struct iree_runtime_instance_t {
  int32_t ref_count;
  iree_allocator_t host_allocator;
  bool uses_drivers;
  uint32_t group_count;
};
IREE_ASSERT_MEMORY_SIZE(iree_runtime_instance_t, IREE_MEMORY_INSTANCE);

bool iree_runtime_instance_uses_drivers(const iree_runtime_instance_t *instance);
uint32_t iree_runtime_instance_group_count(const iree_runtime_instance_t *instance);

void iree_runtime_instance_options_initialize(iree_runtime_instance_options_t *out_options) {
  *out_options = {};
}

void iree_runtime_instance_options_use_all_available_drivers(
    iree_runtime_instance_options_t *options) {
  options->use_all_available_drivers = true;
}

iree_status_t iree_runtime_instance_create(const iree_runtime_instance_options_t *options,
                                           iree_allocator_t host_allocator,
                                           iree_runtime_instance_t **out_instance) {
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, out_instance));
  **out_instance = {1, host_allocator, options && options->use_all_available_drivers,
                    options ? options->task_topology_group_count : 0};
  return iree_ok_status();
}

void iree_runtime_instance_retain(iree_runtime_instance_t *instance) {
  if (instance)
    iree::retainRef(&instance->ref_count);
}

void iree_runtime_instance_release(iree_runtime_instance_t *instance) {
  if (instance && iree::releaseRef(&instance->ref_count))
    iree_allocator_free(instance->host_allocator, instance);
}

iree_allocator_t iree_runtime_instance_host_allocator(const iree_runtime_instance_t *instance) {
  return instance->host_allocator;
}

bool iree_runtime_instance_uses_drivers(const iree_runtime_instance_t *instance) {
  return instance->uses_drivers;
}

uint32_t iree_runtime_instance_group_count(const iree_runtime_instance_t *instance) {
  return instance->group_count;
}
