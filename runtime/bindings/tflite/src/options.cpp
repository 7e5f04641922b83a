// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "options.h"

#include "base/internal.h"
#include "tensorflow/lite/c/c_api_experimental.h"

using namespace iree::tflite;

static TfLiteInterpreterOptions *createOptions(const TfLiteInterpreterOptions &contents,
                                               const char *function) {
  TfLiteInterpreterOptions *options = nullptr;
  iree_status_t status = iree::allocateObject(iree_allocator_system(), 0, &options);
  if (finish(contents.reporter, function, status) == kTfLiteOk)
    *options = contents;
  return options;
}

TfLiteInterpreterOptions *TfLiteInterpreterOptionsCreate(void) {
  return createOptions(defaultOptions(standardError), __func__);
}

TfLiteInterpreterOptions *TfLiteInterpreterOptionsCopy(const TfLiteInterpreterOptions *from) {
  return isPresent(standardError, __func__, "from", from) ? createOptions(*from, __func__)
                                                          : nullptr;
}

void TfLiteInterpreterOptionsDelete(TfLiteInterpreterOptions *options) {
  iree_allocator_free(iree_allocator_system(), options);
}

void TfLiteInterpreterOptionsSetNumThreads(TfLiteInterpreterOptions *options, int32_t num_threads) {
  if (isPresent(standardError, __func__, "options", options))
    options->threadCount = num_threads;
}

void TfLiteInterpreterOptionsAddDelegate(TfLiteInterpreterOptions *options,
                                         TfLiteOpaqueDelegate *delegate) {
  if (isPresent(standardError, __func__, "options", options) &&
      isPresent(options->reporter, __func__, "delegate", delegate))
    ++options->delegateCount;
}

void TfLiteInterpreterOptionsSetErrorReporter(TfLiteInterpreterOptions *options,
                                              void (*reporter)(void *user_data, const char *format,
                                                               va_list args),
                                              void *user_data) {
  if (isPresent(standardError, __func__, "options", options))
    options->reporter = makeReporter(reporter, user_data);
}

TfLiteStatus TfLiteInterpreterOptionsEnableCancellation(TfLiteInterpreterOptions *options,
                                                        bool enable) {
  if (!isPresent(standardError, __func__, "options", options))
    return kTfLiteError;
  options->allowsCancellation = enable;
  return kTfLiteOk;
}

void TfLiteInterpreterOptionsSetUseNNAPI(TfLiteInterpreterOptions *options, bool enable) {
  if (isPresent(standardError, __func__, "options", options))
    options->usesNnapi = enable;
}

void TfLiteInterpreterOptionsSetEnableDelegateFallback(TfLiteInterpreterOptions *options, bool) {
  // Nothing to store: no delegate is ever in use.
  isPresent(standardError, __func__, "options", options);
}
