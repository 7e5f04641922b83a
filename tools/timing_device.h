// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A device that stands before another one and measures every kernel call, so
// that the runtime needs no hook for it.
#ifndef IREE_TOOLS_TIMING_DEVICE_H_
#define IREE_TOOLS_TIMING_DEVICE_H_

#include "iree/hal/api.h"

#include <cstdint>
#include <vector>

namespace iree::tools {

/// Does what `inner`, which is retained, does. Every dispatch appends its
/// nanoseconds to `nanoseconds`, which must outlive the device.
iree_hal_device_t *createTimingDevice(iree_hal_device_t *inner, std::vector<int64_t> *nanoseconds);

} // namespace iree::tools

#endif // IREE_TOOLS_TIMING_DEVICE_H_
