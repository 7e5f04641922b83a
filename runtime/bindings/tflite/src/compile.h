// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The seam to the compiler: with IREE_BINDINGS_TFLITE_COMPILE it is
// compile_in_process.cpp, else compile_unavailable.cpp.
#ifndef IREE_BINDINGS_TFLITE_SRC_COMPILE_H_
#define IREE_BINDINGS_TFLITE_SRC_COMPILE_H_

#include "reporter.h"

namespace iree::tflite {

// Whether `file` is a TFLite model.
inline bool isTfLiteFile(iree_const_byte_span_t file) {
  return file.data_length >= 8 && __builtin_memcmp(file.data + 4, "TFL3", 4) == 0;
}

// Compiles what iree-compile reads to a module file for this machine. `name`
// stands for the source in messages. `out_module` is 64-byte aligned, to be
// freed with iree_allocator_free_aligned of the system's allocator.
iree_status_t compileModel(iree_const_byte_span_t source, const char *name,
                           const Reporter &reporter, iree_byte_span_t *out_module);

} // namespace iree::tflite

#endif // IREE_BINDINGS_TFLITE_SRC_COMPILE_H_
