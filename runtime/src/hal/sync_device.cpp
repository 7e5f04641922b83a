// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/drivers/local_sync/sync_device.h"

#include "base/internal.h"

IREE_ASSERT_MEMORY_SIZE(iree_hal_device_t, IREE_MEMORY_SYNC_DEVICE, +sizeof(void *));

namespace {

void destroyDevice(iree_hal_device_t *device) {
  for (size_t i = 0; i < device->loader_count; ++i)
    iree_hal_executable_loader_release(device->loaders[i]);
  iree_hal_allocator_release(device->device_allocator);
  iree_allocator_free(device->host_allocator, device);
}

iree_status_t dispatchKernels(iree_hal_device_t *, iree_hal_executable_t *executable,
                              uint32_t count, const iree_hal_dispatch_t *dispatches) {
  for (uint32_t i = 0; i < count; ++i)
    IREE_RETURN_IF_ERROR(
        executable->vtable->call(executable, &dispatches[i], 0, dispatches[i].range_count));
  return iree_ok_status();
}

const iree_hal_device_vtable_t deviceVtable = {destroyDevice, dispatchKernels};

} // namespace

void iree_hal_sync_device_params_initialize(iree_hal_sync_device_params_t *out_params) {
  *out_params = {};
}

iree_status_t
iree_hal_sync_device_create(iree_string_view_t identifier, const iree_hal_sync_device_params_t *,
                            iree_host_size_t loader_count, iree_hal_executable_loader_t **loaders,
                            iree_hal_allocator_t *device_allocator, iree_allocator_t host_allocator,
                            iree_hal_device_t **out_device) {
  size_t loaderBytes = 0;
  *out_device = nullptr;
  if (!iree::checkedMul(loader_count, sizeof(*loaders), &loaderBytes))
    return iree_make_status(IREE_STATUS_OUT_OF_RANGE, "%zu loaders", loader_count);
  iree_hal_device_t *device = nullptr;
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, loaderBytes, &device));
  *device = {1,
             &deviceVtable,
             identifier,
             host_allocator,
             device_allocator,
             loader_count,
             reinterpret_cast<iree_hal_executable_loader_t **>(device + 1)};
  iree_hal_allocator_retain(device_allocator);
  for (size_t i = 0; i < loader_count; ++i) {
    device->loaders[i] = loaders[i];
    iree_hal_executable_loader_retain(loaders[i]);
  }
  *out_device = device;
  return iree_ok_status();
}
