// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "reporter.h"

#include <stdio.h>

#include "base/internal.h"

namespace iree::tflite {

void writeToStandardError(void *, const char *format, va_list args) {
  fputs("ERROR: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
}

Reporter makeReporter(ReporterFn fn, void *userData) {
  return fn ? Reporter{fn, userData} : standardError;
}

void report(const Reporter &reporter, const char *format, ...) {
  va_list args;
  va_start(args, format);
  reporter.fn(reporter.userData, format, args);
  va_end(args);
}

TfLiteStatus finish(const Reporter &reporter, const char *function, iree_status_t status) {
  if (iree_status_is_ok(status))
    return kTfLiteOk;
  iree_status_code_t code = iree_status_code(status);
  iree_string_view_t message = iree_status_message(status);
  if (iree_string_view_is_empty(message))
    message = iree_make_cstring_view(iree_status_code_string(code));
  report(reporter, "%s: %.*s", function, IREE_SV_ARGS(message));
  return code == IREE_STATUS_CANCELLED ? kTfLiteCancelled : kTfLiteError;
}

bool isPresent(const Reporter &reporter, const char *function, const char *name,
               const void *argument) {
  if (!argument)
    report(reporter, "%s: argument '%s' is NULL", function, name);
  return argument != nullptr;
}

} // namespace iree::tflite
