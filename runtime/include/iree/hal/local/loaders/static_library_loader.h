// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_HAL_LOCAL_LOADERS_STATIC_LIBRARY_LOADER_H_
#define IREE_HAL_LOCAL_LOADERS_STATIC_LIBRARY_LOADER_H_

#include "iree/hal/executable.h"

#ifdef __cplusplus
extern "C" {
#endif

// Loads executables of format "static-library": finds the linked library of
// that name among `query_fns`, which is copied.
iree_status_t iree_hal_static_library_loader_create(iree_host_size_t library_count,
                                                    const iree_kernel_library_query_fn_t *query_fns,
                                                    iree_allocator_t host_allocator,
                                                    iree_hal_executable_loader_t **out_loader);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_LOCAL_LOADERS_STATIC_LIBRARY_LOADER_H_
