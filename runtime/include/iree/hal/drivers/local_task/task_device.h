// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_HAL_DRIVERS_LOCAL_TASK_TASK_DEVICE_H_
#define IREE_HAL_DRIVERS_LOCAL_TASK_TASK_DEVICE_H_

#include "iree/hal/api.h"
#include "iree/task/api.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct iree_hal_task_device_params_t {
  // Nanoseconds. A kernel, or several that are independent of each other, whose
  // units of work are expected to take less than this altogether stays on the
  // calling thread: sharing it would take as long. The first unit tells.
  // 0: everything that has two units is shared.
  iree_duration_t min_shared_ns;
} iree_hal_task_device_params_t;

void iree_hal_task_device_params_initialize(iree_hal_task_device_params_t *out_params);

// A device that runs the units of a kernel's range, and kernels that are
// independent of each other, on the calling thread and the executor's workers.
// Results are those of the synchronous device, to the bit. Any number of threads
// may run sessions on it at a time. Retains the executor (queue_count is 1), the
// loaders (in order of preference) and the allocator; `identifier` must outlive
// the device.
iree_status_t iree_hal_task_device_create(
    iree_string_view_t identifier, const iree_hal_task_device_params_t *params,
    iree_host_size_t queue_count, iree_task_executor_t *const *queue_executors,
    iree_host_size_t loader_count, iree_hal_executable_loader_t **loaders,
    iree_hal_allocator_t *device_allocator, iree_allocator_t host_allocator,
    iree_hal_device_t **out_device);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_DRIVERS_LOCAL_TASK_TASK_DEVICE_H_
