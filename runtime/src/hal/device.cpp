// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/device.h"

#include "base/internal.h"

void iree_hal_device_retain(iree_hal_device_t *device) {
  if (device)
    iree::retainRef(&device->ref_count);
}

void iree_hal_device_release(iree_hal_device_t *device) {
  if (device && iree::releaseRef(&device->ref_count))
    device->vtable->destroy(device);
}

iree_string_view_t iree_hal_device_id(const iree_hal_device_t *device) {
  return device->identifier;
}

iree_allocator_t iree_hal_device_host_allocator(const iree_hal_device_t *device) {
  return device->host_allocator;
}

iree_hal_allocator_t *iree_hal_device_allocator(const iree_hal_device_t *device) {
  return device->device_allocator;
}

iree_status_t iree_hal_device_load_executable(iree_hal_device_t *device,
                                              const iree_hal_executable_params_t *params,
                                              iree_allocator_t host_allocator,
                                              iree_hal_executable_t **out_executable) {
  *out_executable = nullptr;
  for (size_t i = 0; i < device->loader_count; ++i) {
    iree_hal_executable_loader_t *loader = device->loaders[i];
    if (!loader->vtable->query_support(loader, params->format))
      continue;
    // Before any of the executable's code runs.
    IREE_RETURN_IF_ERROR(iree_hal_verify_processor_features(params->required_features,
                                                            iree_hal_processor_features()));
    return loader->vtable->try_load(loader, params, host_allocator, out_executable);
  }
  return iree_make_status(IREE_STATUS_UNAVAILABLE,
                          "device '%.*s' has no loader for executables of format '%.*s'",
                          IREE_SV_ARGS(device->identifier), IREE_SV_ARGS(params->format));
}

iree_status_t iree_hal_device_transfer_d2h(iree_hal_device_t *, iree_hal_buffer_t *source,
                                           iree_device_size_t source_offset, void *target,
                                           iree_device_size_t data_length, uint64_t,
                                           iree_timeout_t) {
  return iree_hal_buffer_map_read(source, source_offset, target, data_length);
}

iree_status_t iree_hal_device_transfer_h2d(iree_hal_device_t *, const void *source,
                                           iree_hal_buffer_t *target,
                                           iree_device_size_t target_offset,
                                           iree_device_size_t data_length, uint64_t,
                                           iree_timeout_t) {
  return iree_hal_buffer_map_write(target, target_offset, source, data_length);
}
