// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_HAL_DRIVERS_LOCAL_SYNC_SYNC_DEVICE_H_
#define IREE_HAL_DRIVERS_LOCAL_SYNC_SYNC_DEVICE_H_

#include "iree/hal/api.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct iree_hal_sync_device_params_t {
  uint32_t reserved;
} iree_hal_sync_device_params_t;

void iree_hal_sync_device_params_initialize(iree_hal_sync_device_params_t *out_params);

// A device that runs every kernel on the calling thread, once over its whole
// range. Retains the loaders (in order of preference) and the allocator;
// `identifier` must outlive the device.
iree_status_t iree_hal_sync_device_create(iree_string_view_t identifier,
                                          const iree_hal_sync_device_params_t *params,
                                          iree_host_size_t loader_count,
                                          iree_hal_executable_loader_t **loaders,
                                          iree_hal_allocator_t *device_allocator,
                                          iree_allocator_t host_allocator,
                                          iree_hal_device_t **out_device);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_DRIVERS_LOCAL_SYNC_SYNC_DEVICE_H_
