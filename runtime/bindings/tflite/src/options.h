// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_BINDINGS_TFLITE_SRC_OPTIONS_H_
#define IREE_BINDINGS_TFLITE_SRC_OPTIONS_H_

#include "reporter.h"
#include "tensorflow/lite/c/c_api.h"

struct TfLiteInterpreterOptions {
  iree::tflite::Reporter reporter;
  int32_t threadCount;
  uint32_t delegateCount;
  bool usesNnapi;
  bool allowsCancellation;
};

namespace iree::tflite {

constexpr TfLiteInterpreterOptions defaultOptions(const Reporter &reporter) {
  return {reporter, /*threadCount=*/-1, 0, false, false};
}

} // namespace iree::tflite

#endif // IREE_BINDINGS_TFLITE_SRC_OPTIONS_H_
