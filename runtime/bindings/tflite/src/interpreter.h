// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An interpreter: a session with one module, and a subgraph for each of the
// module's functions.
#ifndef IREE_BINDINGS_TFLITE_SRC_INTERPRETER_H_
#define IREE_BINDINGS_TFLITE_SRC_INTERPRETER_H_

#include "cancellation.h"
#include "subgraph.h"
#include "tensorflow/lite/c/c_api.h"

struct TfLiteInterpreter {
  iree::tflite::Reporter reporter;
  TfLiteModel *model;
  iree_runtime_session_t *session;
  uint32_t subgraphCount;
  iree::tflite::Subgraph *subgraphs;
  int *tensorIndices; // 0, 1, ...: of the first subgraph's tensors

  // Changed through const pointers, by any thread.
  mutable iree::tflite::Cancellation cancellation;
};

namespace iree::tflite {

TfLiteStatus runSubgraph(TfLiteInterpreter *interpreter, Subgraph *subgraph, const char *function);
TfLiteStatus cancel(const TfLiteInterpreter *interpreter, const char *function);

} // namespace iree::tflite

#endif // IREE_BINDINGS_TFLITE_SRC_INTERPRETER_H_
