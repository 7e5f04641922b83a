// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A device from what the build has enabled. Apart from instance.cpp, so that
// programs that make their own device link none of it.
#include "base/internal.h"
#include "iree/hal/drivers/local_sync/sync_device.h"
#if defined(IREE_HAVE_HAL_LOCAL_TASK_DRIVER_MODULE)
#include "iree/hal/drivers/local_task/task_device.h"
#endif
#include "iree/hal/local/loaders/embedded_elf_loader.h"
#include "iree/hal/local/loaders/system_library_loader.h"
#include "iree/hal/local/loaders/vmvx_module_loader.h"
#include "iree/runtime/instance.h"

bool iree_runtime_instance_uses_drivers(const iree_runtime_instance_t *instance);
uint32_t iree_runtime_instance_group_count(const iree_runtime_instance_t *instance);

#if defined(IREE_HAVE_HAL_LOCAL_SYNC_DRIVER_MODULE) ||                                             \
    defined(IREE_HAVE_HAL_LOCAL_TASK_DRIVER_MODULE)

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
#if defined(IREE_HAVE_HAL_VMVX_MODULE_LOADER)
  IREE_RETURN_IF_ERROR(iree_hal_vmvx_module_loader_create(allocator, &loaders[*count]));
  ++*count;
#endif
  return iree_ok_status();
}

// What devices are made of, besides their parameters.
struct Parts {
  iree_runtime_instance_t *instance;
  iree_allocator_t allocator;
  iree_hal_allocator_t *deviceAllocator;
  size_t loaderCount;
  iree_hal_executable_loader_t *loaders[maxLoaders];
};

#if defined(IREE_HAVE_HAL_LOCAL_SYNC_DRIVER_MODULE)
iree_status_t createSyncDevice(Parts *parts, iree_hal_device_t **out_device) {
  iree_hal_sync_device_params_t params;
  iree_hal_sync_device_params_initialize(&params);
  return iree_hal_sync_device_create(IREE_SV("local-sync"), &params, parts->loaderCount,
                                     parts->loaders, parts->deviceAllocator, parts->allocator,
                                     out_device);
}
#endif

#if defined(IREE_HAVE_HAL_LOCAL_TASK_DRIVER_MODULE)
iree_status_t createTaskDevice(Parts *parts, iree_hal_device_t **out_device) {
  iree_task_topology_t topology;
  iree_task_topology_initialize_from_group_count(iree_runtime_instance_group_count(parts->instance),
                                                 &topology);
  iree_task_executor_options_t options;
  iree_task_executor_options_initialize(&options);
  iree_task_executor_t *executor = nullptr;
  IREE_RETURN_IF_ERROR(iree_task_executor_create(options, &topology, parts->allocator, &executor));
  iree_hal_task_device_params_t params;
  iree_hal_task_device_params_initialize(&params);
  iree_status_t status = iree_hal_task_device_create(
      IREE_SV("local-task"), &params, 1, &executor, parts->loaderCount, parts->loaders,
      parts->deviceAllocator, parts->allocator, out_device);
  iree_task_executor_release(executor);
  return status;
}
#endif

iree_status_t createDevice(iree_runtime_instance_t *instance,
                           iree_status_t (*create)(Parts *parts, iree_hal_device_t **out_device),
                           iree_hal_device_t **out_device) {
  iree_allocator_t allocator = iree_runtime_instance_host_allocator(instance);
  Parts parts = {instance, allocator, nullptr, 0, {}};
  iree_status_t status = createLoaders(allocator, parts.loaders, &parts.loaderCount);
  if (iree_status_is_ok(status))
    status = iree_hal_allocator_create_heap(IREE_SV("local"), allocator, allocator,
                                            &parts.deviceAllocator);
  if (iree_status_is_ok(status))
    status = create(&parts, out_device);
  iree_hal_allocator_release(parts.deviceAllocator);
  for (size_t i = 0; i < parts.loaderCount; ++i)
    iree_hal_executable_loader_release(parts.loaders[i]);
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
    return createDevice(instance, createSyncDevice, out_device);
#endif
#if defined(IREE_HAVE_HAL_LOCAL_TASK_DRIVER_MODULE)
  if (iree_string_view_equal(driver_name, IREE_SV("local-task")))
    return createDevice(instance, createTaskDevice, out_device);
#endif
  return iree_make_status(IREE_STATUS_NOT_FOUND, "no driver '%.*s' in this build",
                          IREE_SV_ARGS(driver_name));
}
