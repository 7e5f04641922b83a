// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Messages to the application. Every failure is reported by the API function
// that returns it.
#ifndef IREE_BINDINGS_TFLITE_SRC_REPORTER_H_
#define IREE_BINDINGS_TFLITE_SRC_REPORTER_H_

#include <stdarg.h>

#include "iree/base/api.h"
#include "tensorflow/lite/c/c_api_types.h"

namespace iree::tflite {

using ReporterFn = void (*)(void *userData, const char *format, va_list args);

struct Reporter {
  ReporterFn fn;
  void *userData;
};

// Writes an "ERROR: ..." line.
void writeToStandardError(void *userData, const char *format, va_list args);
inline constexpr Reporter standardError = {writeToStandardError, nullptr};

// Standard error when `fn` is NULL.
Reporter makeReporter(ReporterFn fn, void *userData);

[[gnu::format(printf, 2, 3)]] void report(const Reporter &reporter, const char *format, ...);

// Reports a failure of the API function `function` and returns what that is to
// return; kTfLiteOk, silently, for success.
TfLiteStatus finish(const Reporter &reporter, const char *function, iree_status_t status);

// Whether `argument` of the API function `function` is there; reports when not.
bool isPresent(const Reporter &reporter, const char *function, const char *name,
               const void *argument);

} // namespace iree::tflite

#endif // IREE_BINDINGS_TFLITE_SRC_REPORTER_H_
