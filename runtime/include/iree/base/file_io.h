// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_BASE_FILE_IO_H_
#define IREE_BASE_FILE_IO_H_

#include "iree/base/allocator.h"

#ifdef __cplusplus
extern "C" {
#endif

// Reads the whole file at `path` into 64-byte-aligned memory from `allocator`,
// to be freed with iree_file_contents_free. UNAVAILABLE without
// IREE_FILE_IO_ENABLE.
iree_status_t iree_file_read_contents(const char *path, iree_allocator_t allocator,
                                      iree_byte_span_t *out_contents);
void iree_file_contents_free(iree_allocator_t allocator, iree_byte_span_t contents);

#ifdef __cplusplus
}
#endif

#endif // IREE_BASE_FILE_IO_H_
