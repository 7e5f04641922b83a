// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models: verified module files in memory, shared by interpreters.
#ifndef IREE_BINDINGS_TFLITE_SRC_MODEL_H_
#define IREE_BINDINGS_TFLITE_SRC_MODEL_H_

#include "iree/base/api.h"
#include "tensorflow/lite/c/c_api.h"

struct TfLiteModel {
  int32_t refCount;
  iree_byte_span_t file; // a module file, 64-byte aligned
  bool isOwned;          // else the application's
};

namespace iree::tflite {

void retainModel(TfLiteModel *model);
void releaseModel(TfLiteModel *model);

} // namespace iree::tflite

#endif // IREE_BINDINGS_TFLITE_SRC_MODEL_H_
