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

iree_status_t dispatch(iree_hal_device_t *device, iree_hal_executable_t *executable,
                       uint32_t ordinal, uint32_t rangeCount, void *const *bindings,
                       const uint32_t *constants) {
  auto *self = static_cast<TimingDevice *>(device);
  iree_time_t begin = iree_time_now();
  iree_status_t status = self->inner->vtable->dispatch(self->inner, executable, ordinal, rangeCount,
                                                       bindings, constants);
  self->observer(iree_time_now() - begin);
  return status;
}

const iree_hal_device_vtable_t kVtable = {destroy, dispatch};

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
