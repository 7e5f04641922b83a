// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A device that stands before another one and measures every kernel call, so
// that the runtime needs no hook for it.
#ifndef IREE_TOOLS_TIMING_DEVICE_H_
#define IREE_TOOLS_TIMING_DEVICE_H_

#include "iree/hal/api.h"

#include <cstdint>
#include <functional>

namespace iree::tools {

/// Called after every kernel call with the time that it took.
using DispatchObserver = std::function<void(int64_t nanoseconds)>;

/// Does what `inner`, which is retained, does, and tells `observer`.
iree_hal_device_t *createTimingDevice(iree_hal_device_t *inner, DispatchObserver observer);

} // namespace iree::tools

#endif // IREE_TOOLS_TIMING_DEVICE_H_
