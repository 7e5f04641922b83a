// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compile.h"

namespace iree::tflite {

iree_status_t compileModel(iree_const_byte_span_t source, const char *name, const Reporter &,
                           iree_byte_span_t *out_module) {
  *out_module = iree_byte_span_empty();
  if (isTfLiteFile(source))
    return iree_make_status(IREE_STATUS_UNIMPLEMENTED,
                            "%s: a .tflite file, and this library is without the compiler; give "
                            "it to iree-compile and open the .vmfb, or build the library with "
                            "IREE_BINDINGS_TFLITE_COMPILE=ON",
                            name);
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                          "%s: not a module file (.vmfb): %zu bytes without the identifier IRBM at "
                          "byte 4",
                          name, source.data_length);
}

} // namespace iree::tflite
