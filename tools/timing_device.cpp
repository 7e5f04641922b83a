// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/timing_device.h"

#include "iree/base/api.h"

#include <utility>

namespace iree::tools {

namespace {

struct TimingDevice : iree_hal_device_t {
  iree_hal_device_t *inner;
  DispatchObserver observer;
};

void destroy(iree_hal_device_t *device) {
  auto *self = static_cast<TimingDevice *>(device);
  iree_hal_device_release(self->inner);
  delete self;
}

/// One after the other, so that each has a time.
iree_status_t dispatchTimed(iree_hal_device_t *device, iree_hal_executable_t *executable,
                            uint32_t count, const iree_hal_dispatch_t *dispatches) {
  auto *self = static_cast<TimingDevice *>(device);
  iree_status_t status = iree_ok_status();
  for (uint32_t i = 0; i < count && iree_status_is_ok(status); ++i) {
    iree_time_t begin = iree_time_now();
    status = self->inner->vtable->dispatch(self->inner, executable, 1, &dispatches[i]);
    self->observer(iree_time_now() - begin);
  }
  return status;
}

const iree_hal_device_vtable_t kVtable = {destroy, dispatchTimed};

} // namespace

iree_hal_device_t *createTimingDevice(iree_hal_device_t *inner, DispatchObserver observer) {
  // Its allocator and loaders too.
  auto *device = new TimingDevice{*inner, inner, std::move(observer)};
  device->ref_count = 1;
  device->vtable = &kVtable;
  iree_hal_device_retain(inner);
  return device;
}

} // namespace iree::tools
