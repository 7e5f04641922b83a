// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cancellation.h"

#include "base/internal.h"

namespace iree::tflite {

namespace {

struct CancellableDevice {
  iree_hal_device_t base; // first: what the device is to the runtime
  iree_hal_device_t *inner;
  const Cancellation *cancellation;
};

void destroyDevice(iree_hal_device_t *base) {
  auto *device = reinterpret_cast<CancellableDevice *>(base);
  iree_hal_device_release(device->inner);
  iree_allocator_free(base->host_allocator, device);
}

iree_status_t dispatchUnlessCancelled(iree_hal_device_t *base, iree_hal_executable_t *executable,
                                      uint32_t count, const iree_hal_dispatch_t *dispatches) {
  auto *device = reinterpret_cast<CancellableDevice *>(base);
  if (__atomic_load_n(&device->cancellation->isRequested, __ATOMIC_RELAXED))
    return iree_make_status(IREE_STATUS_CANCELLED, "cancelled; the outputs are undefined");
  return device->inner->vtable->dispatch(device->inner, executable, count, dispatches);
}

const iree_hal_device_vtable_t deviceVtable = {destroyDevice, dispatchUnlessCancelled};

} // namespace

void requestCancellation(Cancellation *cancellation) {
  __atomic_store_n(&cancellation->isRequested, 1, __ATOMIC_RELAXED);
}

void clearCancellation(Cancellation *cancellation) {
  __atomic_store_n(&cancellation->isRequested, 0, __ATOMIC_RELAXED);
}

iree_status_t createCancellableDevice(iree_hal_device_t *inner, const Cancellation *cancellation,
                                      iree_hal_device_t **out) {
  CancellableDevice *device = nullptr;
  iree_allocator_t allocator = iree_hal_device_host_allocator(inner);
  *out = nullptr;
  IREE_RETURN_IF_ERROR(allocateObject(allocator, 0, &device));
  // Identifier, allocators and loaders are the inner device's own.
  device->base = *inner;
  device->base.ref_count = 1;
  device->base.vtable = &deviceVtable;
  device->inner = inner;
  device->cancellation = cancellation;
  iree_hal_device_retain(inner);
  *out = &device->base;
  return iree_ok_status();
}

} // namespace iree::tflite
