// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_HAL_LOCAL_LOADERS_SYSTEM_LIBRARY_LOADER_H_
#define IREE_HAL_LOCAL_LOADERS_SYSTEM_LIBRARY_LOADER_H_

#include "iree/hal/executable.h"

#ifdef __cplusplus
extern "C" {
#endif

// Loads executables of format "system-library": shared objects, which the
// system's dynamic linker loads from an anonymous file (docs/kernel-abi.md).
// The library is closed with its executable. Linux.
iree_status_t iree_hal_system_library_loader_create(iree_allocator_t host_allocator,
                                                    iree_hal_executable_loader_t **out_loader);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_LOCAL_LOADERS_SYSTEM_LIBRARY_LOADER_H_
