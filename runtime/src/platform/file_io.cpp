// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/base/file_io.h"

#if IREE_FILE_IO_ENABLE

#include <stdio.h>

namespace {

// 64: what module files need (docs/module-format.md).
constexpr iree_host_size_t contentsAlignment = 64;

iree_status_t readAll(FILE *file, const char *path, iree_allocator_t allocator,
                      iree_byte_span_t *out_contents) {
  long length = -1;
  if (fseek(file, 0, SEEK_END) == 0)
    length = ftell(file);
  if (length < 0 || fseek(file, 0, SEEK_SET) != 0)
    return iree_make_status(IREE_STATUS_UNAVAILABLE, "%s: cannot be read as a file", path);
  if (length == 0)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "%s: empty file", path);
  void *data = nullptr;
  iree_host_size_t size = static_cast<iree_host_size_t>(length);
  IREE_RETURN_IF_ERROR(iree_allocator_malloc_aligned(allocator, size, contentsAlignment, &data));
  if (fread(data, 1, size, file) != size) {
    iree_allocator_free_aligned(allocator, data);
    return iree_make_status(IREE_STATUS_UNAVAILABLE, "%s: reading failed", path);
  }
  *out_contents = iree_make_byte_span(data, size);
  return iree_ok_status();
}

} // namespace

iree_status_t iree_file_read_contents(const char *path, iree_allocator_t allocator,
                                      iree_byte_span_t *out_contents) {
  *out_contents = iree_byte_span_empty();
  FILE *file = fopen(path, "rb");
  if (!file)
    return iree_make_status(IREE_STATUS_NOT_FOUND, "%s: cannot be opened", path);
  iree_status_t status = readAll(file, path, allocator, out_contents);
  fclose(file);
  return status;
}

#else

iree_status_t iree_file_read_contents(const char *path, iree_allocator_t,
                                      iree_byte_span_t *out_contents) {
  *out_contents = iree_byte_span_empty();
  return iree_make_status(IREE_STATUS_UNAVAILABLE, "%s: built without file I/O", path);
}

#endif // IREE_FILE_IO_ENABLE

void iree_file_contents_free(iree_allocator_t allocator, iree_byte_span_t contents) {
  iree_allocator_free_aligned(allocator, contents.data);
}
