// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/drivers/local_sync/sync_device.h"
#include "sample_platform.h"

iree_status_t sample_create_sync_device(iree_hal_executable_loader_t *loader,
                                        iree_allocator_t host_allocator,
                                        iree_hal_device_t **out_device) {
  const iree_string_view_t identifier = IREE_SV("local-sync");
  iree_hal_sync_device_params_t params;
  iree_hal_sync_device_params_initialize(&params);
  iree_hal_allocator_t *device_allocator = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_allocator_create_heap(identifier, host_allocator, host_allocator,
                                                      &device_allocator));
  // The device keeps references of its own.
  iree_status_t status = iree_hal_sync_device_create(identifier, &params, 1, &loader,
                                                     device_allocator, host_allocator, out_device);
  iree_hal_allocator_release(device_allocator);
  return status;
}
