// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_HAL_LOCAL_LOADERS_EMBEDDED_ELF_LOADER_H_
#define IREE_HAL_LOCAL_LOADERS_EMBEDDED_ELF_LOADER_H_

#include "iree/hal/executable.h"

#ifdef __cplusplus
extern "C" {
#endif

// Loads executables of format "embedded-elf": closed ELF images without
// relocations or writable segments (docs/kernel-abi.md). On a generic platform
// the image runs where it lies; elsewhere it is copied to memory that is first
// writable, then read-only and executable.
iree_status_t iree_hal_embedded_elf_loader_create(iree_allocator_t host_allocator,
                                                  iree_hal_executable_loader_t **out_loader);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_LOCAL_LOADERS_EMBEDDED_ELF_LOADER_H_
