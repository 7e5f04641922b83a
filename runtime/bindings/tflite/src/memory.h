// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_BINDINGS_TFLITE_SRC_MEMORY_H_
#define IREE_BINDINGS_TFLITE_SRC_MEMORY_H_

#include "base/internal.h"

namespace iree::tflite {

// `count` zeroed objects from the heap, to be freed with iree_allocator_free of
// the system's allocator. Also for a count of 0, which malloc refuses.
template <typename T> iree_status_t allocateArray(size_t count, T **out) {
  void *memory = nullptr;
  size_t bytes = 0;
  *out = nullptr;
  if (!checkedMul(count, sizeof(T), &bytes))
    return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED, "%zu objects of %zu bytes", count,
                            sizeof(T));
  IREE_RETURN_IF_ERROR(
      iree_allocator_malloc(iree_allocator_system(), bytes > 0 ? bytes : 1, &memory));
  *out = static_cast<T *>(memory);
  return iree_ok_status();
}

} // namespace iree::tflite

#endif // IREE_BINDINGS_TFLITE_SRC_MEMORY_H_
