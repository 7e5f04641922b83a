// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A device from what the build has enabled. Apart from instance.cpp, so that
// programs that make their own device link none of it.
#include "base/internal.h"
#include "iree/hal/drivers/local_sync/sync_device.h"
#include "iree/hal/local/loaders/embedded_elf_loader.h"
#include "iree/hal/local/loaders/system_library_loader.h"
#include "iree/runtime/instance.h"

bool iree_runtime_instance_uses_drivers(const iree_runtime_instance_t *instance);

#if defined(IREE_HAVE_HAL_LOCAL_SYNC_DRIVER_MODULE)

namespace {

constexpr size_t maxLoaders = 4;

// Creates every enabled loader; on failure those made so far are in `loaders`.
iree_status_t createLoaders(iree_allocator_t allocator, iree_hal_executable_loader_t **loaders,
                            size_t *count) {
  *count = 0;
  (void)allocator, (void)loaders;
#if defined(IREE_HAVE_HAL_EMBEDDED_ELF_LOADER)
  IREE_RETURN_IF_ERROR(iree_hal_embedded_elf_loader_create(allocator, &loaders[*count]));
  ++*count;
#endif
#if defined(IREE_HAVE_HAL_SYSTEM_LIBRARY_LOADER)
  IREE_RETURN_IF_ERROR(iree_hal_system_library_loader_create(allocator, &loaders[*count]));
  ++*count;
#endif
  return iree_ok_status();
}

iree_status_t createSyncDevice(iree_allocator_t allocator, iree_hal_device_t **out_device) {
  iree_hal_executable_loader_t *loaders[maxLoaders] = {};
  size_t loaderCount = 0;
  iree_hal_allocator_t *deviceAllocator = nullptr;
  iree_hal_sync_device_params_t params;
  iree_hal_sync_device_params_initialize(&params);
  iree_status_t status = createLoaders(allocator, loaders, &loaderCount);
  if (iree_status_is_ok(status))
    status =
        iree_hal_allocator_create_heap(IREE_SV("local"), allocator, allocator, &deviceAllocator);
  if (iree_status_is_ok(status))
    status = iree_hal_sync_device_create(IREE_SV("local-sync"), &params, loaderCount, loaders,
                                         deviceAllocator, allocator, out_device);
  iree_hal_allocator_release(deviceAllocator);
  for (size_t i = 0; i < loaderCount; ++i)
    iree_hal_executable_loader_release(loaders[i]);
  return status;
}

} // namespace

#endif

iree_status_t iree_runtime_instance_try_create_default_device(iree_runtime_instance_t *instance,
                                                              iree_string_view_t driver_name,
                                                              iree_hal_device_t **out_device) {
  *out_device = nullptr;
  if (!iree_runtime_instance_uses_drivers(instance))
    return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                            "the instance was not told to use all available drivers");
#if defined(IREE_HAVE_HAL_LOCAL_SYNC_DRIVER_MODULE)
  if (iree_string_view_equal(driver_name, IREE_SV("local-sync")))
    return createSyncDevice(iree_runtime_instance_host_allocator(instance), out_device);
#endif
  return iree_make_status(IREE_STATUS_NOT_FOUND, "no driver '%.*s' in this build",
                          IREE_SV_ARGS(driver_name));
}
