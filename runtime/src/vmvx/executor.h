// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_SRC_VMVX_EXECUTOR_H_
#define IREE_SRC_VMVX_EXECUTOR_H_

#include "vmvx/image.h"

namespace iree::vmvx {

// Performs the units [begin, end) of a dispatch with a kernel of a verified
// image. INVALID_ARGUMENT when a binding is not aligned as the kernel wants,
// OUT_OF_RANGE for accesses outside bindings, else what the kernel reports.
iree_status_t callKernel(const Kernel &kernel, const iree_hal_dispatch_t *dispatch, uint32_t begin,
                         uint32_t end);

} // namespace iree::vmvx

#endif // IREE_SRC_VMVX_EXECUTOR_H_
