// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Devices: what runs kernels. A driver derives from iree_hal_device_t.
#ifndef IREE_HAL_DEVICE_H_
#define IREE_HAL_DEVICE_H_

#include "iree/hal/buffer_view.h"
#include "iree/hal/executable.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct iree_hal_device_t iree_hal_device_t;

typedef struct iree_hal_device_vtable_t {
  void (*destroy)(iree_hal_device_t *device);
  // Runs `count` dispatches, 1 to IREE_KERNEL_MAX_WAVE, each over its whole range,
  // and returns when all are done. They are independent of each other: any order
  // gives the same result, and so does running them at once. Allocates nothing.
  // Statuses are those of the executable's calls; the first one counts.
  iree_status_t (*dispatch)(iree_hal_device_t *device, iree_hal_executable_t *executable,
                            uint32_t count, const iree_hal_dispatch_t *dispatches);
} iree_hal_device_vtable_t;

// Base of every driver's devices; the loaders follow in the driver's object.
struct iree_hal_device_t {
  int32_t ref_count;
  const iree_hal_device_vtable_t *vtable;
  iree_string_view_t identifier;
  iree_allocator_t host_allocator;
  iree_hal_allocator_t *device_allocator;
  iree_host_size_t loader_count;
  iree_hal_executable_loader_t **loaders;
};

void iree_hal_device_retain(iree_hal_device_t *device);
void iree_hal_device_release(iree_hal_device_t *device);
iree_string_view_t iree_hal_device_id(const iree_hal_device_t *device);
iree_allocator_t iree_hal_device_host_allocator(const iree_hal_device_t *device);
iree_hal_allocator_t *iree_hal_device_allocator(const iree_hal_device_t *device);

// Loads with the first loader that supports the format. UNAVAILABLE when none
// of the device's loaders does.
iree_status_t iree_hal_device_load_executable(iree_hal_device_t *device,
                                              const iree_hal_executable_params_t *params,
                                              iree_allocator_t host_allocator,
                                              iree_hal_executable_t **out_executable);

// Copies between buffers and host memory; complete on return.
iree_status_t iree_hal_device_transfer_d2h(iree_hal_device_t *device, iree_hal_buffer_t *source,
                                           iree_device_size_t source_offset, void *target,
                                           iree_device_size_t data_length, uint64_t flags,
                                           iree_timeout_t timeout);
iree_status_t iree_hal_device_transfer_h2d(iree_hal_device_t *device, const void *source,
                                           iree_hal_buffer_t *target,
                                           iree_device_size_t target_offset,
                                           iree_device_size_t data_length, uint64_t flags,
                                           iree_timeout_t timeout);
#define IREE_HAL_TRANSFER_BUFFER_FLAG_DEFAULT ((uint64_t)0)

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_DEVICE_H_
