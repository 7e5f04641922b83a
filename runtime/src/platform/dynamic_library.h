// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shared objects in memory, loaded by the system's dynamic linker. Linux.
#ifndef IREE_SRC_PLATFORM_DYNAMIC_LIBRARY_H_
#define IREE_SRC_PLATFORM_DYNAMIC_LIBRARY_H_

#include "iree/base/api.h"

namespace iree {

struct DynamicLibrary {
  void *handle; // of dlopen; null: not loaded
  int file;     // the anonymous file that it was loaded from
};

// Loads a copy of `image`. Leaves nothing in the file system, nor behind a
// failure. UNAVAILABLE if there is no file to put it into, INVALID_ARGUMENT
// with the dynamic linker's own words if it refuses the image.
iree_status_t openDynamicLibrary(iree_const_byte_span_t image, DynamicLibrary *out);
void closeDynamicLibrary(DynamicLibrary *library);

// The address of the exported symbol; null if there is none.
void *findSymbol(const DynamicLibrary *library, const char *name);

} // namespace iree

#endif // IREE_SRC_PLATFORM_DYNAMIC_LIBRARY_H_
