// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stopping an invocation from another thread: a device that looks at a flag
// before every kernel.
#ifndef IREE_BINDINGS_TFLITE_SRC_CANCELLATION_H_
#define IREE_BINDINGS_TFLITE_SRC_CANCELLATION_H_

#include "iree/hal/api.h"

namespace iree::tflite {

struct Cancellation {
  bool isAllowed;
  int32_t isRequested; // atomic
};

// Any thread.
void requestCancellation(Cancellation *cancellation);
// What was requested before no longer counts.
void clearCancellation(Cancellation *cancellation);

// A device that does what `inner` does, which it retains, and refuses kernels
// with CANCELLED while cancellation is requested. `cancellation` must outlive it.
iree_status_t createCancellableDevice(iree_hal_device_t *inner, const Cancellation *cancellation,
                                      iree_hal_device_t **out);

} // namespace iree::tflite

#endif // IREE_BINDINGS_TFLITE_SRC_CANCELLATION_H_
