// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One function of a module: its tensors, their memory, and the call on them.
#ifndef IREE_BINDINGS_TFLITE_SRC_SUBGRAPH_H_
#define IREE_BINDINGS_TFLITE_SRC_SUBGRAPH_H_

#include "iree/runtime/api.h"
#include "reporter.h"
#include "tensorflow/lite/c/common.h"

namespace iree::tflite {

struct Subgraph {
  iree_runtime_session_t *session; // not retained
  iree_vm_function_t handle;
  iree_vm_function_info_t function;
  TfLiteTensor *tensors; // arguments, then results
  uint8_t *memory;       // of the tensors; NULL before allocateTensors
  iree_runtime_call_t call;

  int32_t inputCount() const { return static_cast<int32_t>(function.argument_count); }
  int32_t outputCount() const { return static_cast<int32_t>(function.result_count); }
  int32_t tensorCount() const { return inputCount() + outputCount(); }
  TfLiteTensor *input(int32_t index) const { return tensors + index; }
  TfLiteTensor *output(int32_t index) const { return tensors + inputCount() + index; }
};

// Describes the tensors of function `ordinal`, without memory. To be
// deinitialised also on failure.
iree_status_t initializeSubgraph(iree_runtime_session_t *session, uint32_t ordinal,
                                 const Reporter *reporter, Subgraph *subgraph);
void deinitializeSubgraph(Subgraph *subgraph);

// Gives all tensors their memory and binds it; nothing when that is done. On
// failure everything is as before.
iree_status_t allocateTensors(Subgraph *subgraph);

// Allocates nothing. FAILED_PRECONDITION before allocateTensors.
iree_status_t invoke(Subgraph *subgraph);

// INVALID_ARGUMENT unless the shape is the input's.
iree_status_t resizeInput(const Subgraph *subgraph, int32_t index, const int *dims, int32_t rank);

// Of the first tensor of that name; NOT_FOUND, with the names there are.
iree_status_t findInput(const Subgraph *subgraph, const char *name, int32_t *out_index);
iree_status_t findOutput(const Subgraph *subgraph, const char *name, int32_t *out_index);

// OUT_OF_RANGE unless the index is that of an input or output.
iree_status_t checkInputIndex(const Subgraph *subgraph, int32_t index);
iree_status_t checkOutputIndex(const Subgraph *subgraph, int32_t index);

} // namespace iree::tflite

#endif // IREE_BINDINGS_TFLITE_SRC_SUBGRAPH_H_
