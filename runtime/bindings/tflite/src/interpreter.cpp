// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an interpreter does with the module's first function.
#include "interpreter.h"

#include "tensorflow/lite/c/c_api_experimental.h"

namespace iree::tflite {

TfLiteStatus runSubgraph(TfLiteInterpreter *interpreter, Subgraph *subgraph, const char *function) {
  clearCancellation(&interpreter->cancellation);
  return finish(interpreter->reporter, function, invoke(subgraph));
}

TfLiteStatus cancel(const TfLiteInterpreter *interpreter, const char *function) {
  if (!interpreter->cancellation.isAllowed) {
    report(interpreter->reporter,
           "%s: not enabled; call TfLiteInterpreterOptionsEnableCancellation before the "
           "interpreter is created",
           function);
    return kTfLiteError;
  }
  requestCancellation(&interpreter->cancellation);
  return kTfLiteOk;
}

} // namespace iree::tflite

using namespace iree::tflite;

// The first function; NULL, reported, without an interpreter.
static Subgraph *mainSubgraph(const TfLiteInterpreter *interpreter, const char *function) {
  return isPresent(standardError, function, "interpreter", interpreter) ? interpreter->subgraphs
                                                                        : nullptr;
}

// Whether `status` is success; otherwise reports it.
static bool succeeds(const TfLiteInterpreter *interpreter, const char *function,
                     iree_status_t status) {
  return finish(interpreter->reporter, function, status) == kTfLiteOk;
}

int32_t TfLiteInterpreterGetInputTensorCount(const TfLiteInterpreter *interpreter) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  return subgraph ? subgraph->inputCount() : 0;
}

const int *TfLiteInterpreterInputTensorIndices(const TfLiteInterpreter *interpreter) {
  return mainSubgraph(interpreter, __func__) ? interpreter->tensorIndices : nullptr;
}

TfLiteTensor *TfLiteInterpreterGetInputTensor(const TfLiteInterpreter *interpreter,
                                              int32_t input_index) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  if (!subgraph || !succeeds(interpreter, __func__, checkInputIndex(subgraph, input_index)))
    return nullptr;
  return subgraph->input(input_index);
}

TfLiteStatus TfLiteInterpreterResizeInputTensor(TfLiteInterpreter *interpreter, int32_t input_index,
                                                const int *input_dims, int32_t input_dims_size) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  if (!subgraph)
    return kTfLiteError;
  return finish(interpreter->reporter, __func__,
                resizeInput(subgraph, input_index, input_dims, input_dims_size));
}

TfLiteStatus TfLiteInterpreterAllocateTensors(TfLiteInterpreter *interpreter) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  if (!subgraph)
    return kTfLiteError;
  return finish(interpreter->reporter, __func__, allocateTensors(subgraph));
}

TfLiteStatus TfLiteInterpreterInvoke(TfLiteInterpreter *interpreter) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  return subgraph ? runSubgraph(interpreter, subgraph, __func__) : kTfLiteError;
}

int32_t TfLiteInterpreterGetOutputTensorCount(const TfLiteInterpreter *interpreter) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  return subgraph ? subgraph->outputCount() : 0;
}

const int *TfLiteInterpreterOutputTensorIndices(const TfLiteInterpreter *interpreter) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  return subgraph ? interpreter->tensorIndices + subgraph->inputCount() : nullptr;
}

const TfLiteTensor *TfLiteInterpreterGetOutputTensor(const TfLiteInterpreter *interpreter,
                                                     int32_t output_index) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  if (!subgraph || !succeeds(interpreter, __func__, checkOutputIndex(subgraph, output_index)))
    return nullptr;
  return subgraph->output(output_index);
}

TfLiteTensor *TfLiteInterpreterGetTensor(const TfLiteInterpreter *interpreter, int index) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  if (!subgraph)
    return nullptr;
  if (index >= 0 && index < subgraph->tensorCount())
    return subgraph->tensors + index;
  report(interpreter->reporter, "%s: there are %d tensors, inputs and outputs, none with index %d",
         __func__, subgraph->tensorCount(), index);
  return nullptr;
}

TfLiteStatus TfLiteInterpreterCancel(const TfLiteInterpreter *interpreter) {
  return mainSubgraph(interpreter, __func__) ? cancel(interpreter, __func__) : kTfLiteError;
}

// --- c_api_experimental.h -----------------------------------------------------

TfLiteStatus TfLiteInterpreterResetVariableTensors(TfLiteInterpreter *interpreter) {
  if (!mainSubgraph(interpreter, __func__))
    return kTfLiteError;
  iree_runtime_session_reset_state(interpreter->session);
  return kTfLiteOk;
}

void TfLiteSetAllowBufferHandleOutput(const TfLiteInterpreter *interpreter, bool) {
  // Nothing to store: outputs are in memory either way.
  mainSubgraph(interpreter, __func__);
}

TfLiteStatus TfLiteInterpreterModifyGraphWithDelegate(const TfLiteInterpreter *interpreter,
                                                      TfLiteDelegate *) {
  if (!mainSubgraph(interpreter, __func__))
    return kTfLiteError;
  report(interpreter->reporter,
         "%s: a compiled module has no nodes for a delegate; the interpreter is unchanged",
         __func__);
  return kTfLiteDelegateError;
}

int32_t TfLiteInterpreterGetInputTensorIndex(const TfLiteInterpreter *interpreter,
                                             int32_t input_index) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  if (!subgraph || !succeeds(interpreter, __func__, checkInputIndex(subgraph, input_index)))
    return -1;
  return input_index;
}

int32_t TfLiteInterpreterGetOutputTensorIndex(const TfLiteInterpreter *interpreter,
                                              int32_t output_index) {
  Subgraph *subgraph = mainSubgraph(interpreter, __func__);
  if (!subgraph || !succeeds(interpreter, __func__, checkOutputIndex(subgraph, output_index)))
    return -1;
  return subgraph->inputCount() + output_index;
}
