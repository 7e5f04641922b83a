// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_HAL_LOCAL_LOADERS_VMVX_MODULE_LOADER_H_
#define IREE_HAL_LOCAL_LOADERS_VMVX_MODULE_LOADER_H_

#include "iree/hal/executable.h"

#ifdef __cplusplus
extern "C" {
#endif

// Loads executables of format "vmvx-bytecode": kernels as bytecode, which run
// on any processor. The image is verified when it is loaded and used in place;
// every access of a kernel to memory is checked when it happens.
iree_status_t iree_hal_vmvx_module_loader_create(iree_allocator_t host_allocator,
                                                 iree_hal_executable_loader_t **out_loader);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_LOCAL_LOADERS_VMVX_MODULE_LOADER_H_
