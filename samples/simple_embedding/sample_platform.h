// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a sample needs of its platform. Memory comes from one static block on a
// machine without heap, from the system elsewhere.
#ifndef IREE_SAMPLES_SIMPLE_EMBEDDING_SAMPLE_PLATFORM_H_
#define IREE_SAMPLES_SIMPLE_EMBEDDING_SAMPLE_PLATFORM_H_

#include "iree/base/api.h"

// The same allocator at every call.
iree_allocator_t sample_host_allocator(void);

// Most bytes of the static block ever in use; 0 where the system allocates.
iree_host_size_t sample_host_memory_peak(void);

// Prints a failed status as a line of text.
void sample_print_status(iree_status_t status);

#endif // IREE_SAMPLES_SIMPLE_EMBEDDING_SAMPLE_PLATFORM_H_
