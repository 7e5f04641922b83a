// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "platform/dynamic_library.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

namespace iree {

namespace {

// A file without a name; -1 and errno on failure. Where the kernel refuses
// memory files (memfd_create, vm.memfd_noexec), one on disk whose name is
// removed at once.
int createAnonymousFile() {
  int file = memfd_create("iree-kernels", MFD_CLOEXEC);
  if (file >= 0)
    return file;
  const char *directory = getenv("TMPDIR");
  if (!directory || directory[0] == 0)
    directory = "/tmp";
  char path[256];
  size_t length = iree_format_text(path, sizeof(path), "%s/iree-kernels-XXXXXX", directory);
  if (length >= sizeof(path)) {
    errno = ENAMETOOLONG;
    return -1;
  }
  file = mkostemp(path, O_CLOEXEC);
  if (file >= 0)
    unlink(path);
  return file;
}

// Returns false and sets errno on failure.
bool writeAll(int file, iree_const_byte_span_t image) {
  size_t written = 0;
  while (written < image.data_length) {
    ssize_t step = write(file, image.data + written, image.data_length - written);
    if (step < 0 && errno == EINTR)
      continue;
    if (step < 0)
      return false;
    written += static_cast<size_t>(step);
  }
  return true;
}

} // namespace

iree_status_t openDynamicLibrary(iree_const_byte_span_t image, DynamicLibrary *out) {
  *out = {nullptr, createAnonymousFile()};
  if (out->file < 0)
    return iree_make_status(IREE_STATUS_UNAVAILABLE, "system library: no file to load it from: %s",
                            strerror(errno));
  if (!writeAll(out->file, image)) {
    const char *reason = strerror(errno);
    closeDynamicLibrary(out);
    return iree_make_status(IREE_STATUS_UNAVAILABLE,
                            "system library: %zu bytes cannot be written to a file: %s",
                            image.data_length, reason);
  }
  // The dynamic linker knows libraries by their path, and returns a library
  // that it has under the same one. So the file stays open, which keeps its
  // number, as long as the library.
  char path[32];
  iree_format_text(path, sizeof(path), "/proc/self/fd/%d", out->file);
  out->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!out->handle) {
    const char *reason = dlerror();
    iree_status_t status = iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "system library: %s",
                                            reason ? reason : "cannot be loaded");
    closeDynamicLibrary(out);
    return status;
  }
  return iree_ok_status();
}

void closeDynamicLibrary(DynamicLibrary *library) {
  if (library->handle)
    dlclose(library->handle);
  if (library->file >= 0)
    close(library->file);
  *library = {nullptr, -1};
}

void *findSymbol(const DynamicLibrary *library, const char *name) {
  return dlsym(library->handle, name);
}

} // namespace iree
