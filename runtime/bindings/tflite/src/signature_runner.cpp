// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signature runners: an interpreter and one of its subgraphs.
#include "base/internal.h"
#include "interpreter.h"

struct TfLiteSignatureRunner {
  TfLiteInterpreter *interpreter;
  iree::tflite::Subgraph *subgraph;
};

using namespace iree::tflite;

static bool isRunner(const TfLiteSignatureRunner *runner, const char *function) {
  return isPresent(standardError, function, "signature_runner", runner);
}

static const Reporter &reporterOf(const TfLiteSignatureRunner *runner) {
  return runner->interpreter->reporter;
}

// Index of an input (or output) by name; -1, reported, when there is none.
static int32_t indexOf(const TfLiteSignatureRunner *runner, const char *name, bool isInput,
                       const char *function) {
  int32_t index = -1;
  if (!isRunner(runner, function) ||
      !isPresent(reporterOf(runner), function, isInput ? "input_name" : "output_name", name))
    return -1;
  iree_status_t status = isInput ? findInput(runner->subgraph, name, &index)
                                 : findOutput(runner->subgraph, name, &index);
  return finish(reporterOf(runner), function, status) == kTfLiteOk ? index : -1;
}

// --- Signatures of an interpreter ---------------------------------------------

int32_t TfLiteInterpreterGetSignatureCount(const TfLiteInterpreter *interpreter) {
  return isPresent(standardError, __func__, "interpreter", interpreter)
             ? static_cast<int32_t>(interpreter->subgraphCount)
             : 0;
}

const char *TfLiteInterpreterGetSignatureKey(const TfLiteInterpreter *interpreter,
                                             int32_t signature_index) {
  if (!isPresent(standardError, __func__, "interpreter", interpreter))
    return nullptr;
  auto count = static_cast<int32_t>(interpreter->subgraphCount);
  // Strings of a module file end with NUL.
  if (signature_index >= 0 && signature_index < count)
    return interpreter->subgraphs[signature_index].function.name.data;
  report(interpreter->reporter, "%s: the module has %d signatures, none with index %d", __func__,
         count, signature_index);
  return nullptr;
}

static Subgraph *findSignature(const TfLiteInterpreter *interpreter, const char *key) {
  for (uint32_t i = 0; i < interpreter->subgraphCount; ++i) {
    Subgraph *subgraph = &interpreter->subgraphs[i];
    if (iree_string_view_equal(subgraph->function.name, iree_make_cstring_view(key)))
      return subgraph;
  }
  return nullptr;
}

TfLiteSignatureRunner *TfLiteInterpreterGetSignatureRunner(const TfLiteInterpreter *interpreter,
                                                           const char *signature_key) {
  if (!isPresent(standardError, __func__, "interpreter", interpreter) ||
      !isPresent(interpreter->reporter, __func__, "signature_key", signature_key))
    return nullptr;
  Subgraph *subgraph = findSignature(interpreter, signature_key);
  if (!subgraph) {
    report(interpreter->reporter,
           "%s: the module has no signature '%s'; TfLiteInterpreterGetSignatureKey lists them",
           __func__, signature_key);
    return nullptr;
  }
  TfLiteSignatureRunner *runner = nullptr;
  iree_status_t status = iree::allocateObject(iree_allocator_system(), 0, &runner);
  // The application's view of the interpreter is const, its tensors are not.
  if (finish(interpreter->reporter, __func__, status) == kTfLiteOk)
    *runner = {const_cast<TfLiteInterpreter *>(interpreter), subgraph};
  return runner;
}

void TfLiteSignatureRunnerDelete(TfLiteSignatureRunner *signature_runner) {
  iree_allocator_free(iree_allocator_system(), signature_runner);
}

// --- Running one --------------------------------------------------------------

size_t TfLiteSignatureRunnerGetInputCount(const TfLiteSignatureRunner *signature_runner) {
  return isRunner(signature_runner, __func__) ? signature_runner->subgraph->function.argument_count
                                              : 0;
}

const char *TfLiteSignatureRunnerGetInputName(const TfLiteSignatureRunner *signature_runner,
                                              int32_t input_index) {
  if (!isRunner(signature_runner, __func__) ||
      finish(reporterOf(signature_runner), __func__,
             checkInputIndex(signature_runner->subgraph, input_index)) != kTfLiteOk)
    return nullptr;
  return signature_runner->subgraph->input(input_index)->name;
}

TfLiteStatus TfLiteSignatureRunnerResizeInputTensor(TfLiteSignatureRunner *signature_runner,
                                                    const char *input_name, const int *input_dims,
                                                    int32_t input_dims_size) {
  int32_t index = indexOf(signature_runner, input_name, /*isInput=*/true, __func__);
  if (index < 0)
    return kTfLiteError;
  return finish(reporterOf(signature_runner), __func__,
                resizeInput(signature_runner->subgraph, index, input_dims, input_dims_size));
}

TfLiteStatus TfLiteSignatureRunnerAllocateTensors(TfLiteSignatureRunner *signature_runner) {
  if (!isRunner(signature_runner, __func__))
    return kTfLiteError;
  return finish(reporterOf(signature_runner), __func__,
                allocateTensors(signature_runner->subgraph));
}

TfLiteTensor *TfLiteSignatureRunnerGetInputTensor(TfLiteSignatureRunner *signature_runner,
                                                  const char *input_name) {
  int32_t index = indexOf(signature_runner, input_name, /*isInput=*/true, __func__);
  return index < 0 ? nullptr : signature_runner->subgraph->input(index);
}

TfLiteStatus TfLiteSignatureRunnerInvoke(TfLiteSignatureRunner *signature_runner) {
  if (!isRunner(signature_runner, __func__))
    return kTfLiteError;
  return runSubgraph(signature_runner->interpreter, signature_runner->subgraph, __func__);
}

size_t TfLiteSignatureRunnerGetOutputCount(const TfLiteSignatureRunner *signature_runner) {
  return isRunner(signature_runner, __func__) ? signature_runner->subgraph->function.result_count
                                              : 0;
}

const char *TfLiteSignatureRunnerGetOutputName(const TfLiteSignatureRunner *signature_runner,
                                               int32_t output_index) {
  if (!isRunner(signature_runner, __func__) ||
      finish(reporterOf(signature_runner), __func__,
             checkOutputIndex(signature_runner->subgraph, output_index)) != kTfLiteOk)
    return nullptr;
  return signature_runner->subgraph->output(output_index)->name;
}

const TfLiteTensor *
TfLiteSignatureRunnerGetOutputTensor(const TfLiteSignatureRunner *signature_runner,
                                     const char *output_name) {
  int32_t index = indexOf(signature_runner, output_name, /*isInput=*/false, __func__);
  return index < 0 ? nullptr : signature_runner->subgraph->output(index);
}

TfLiteStatus TfLiteSignatureRunnerCancel(TfLiteSignatureRunner *signature_runner) {
  return isRunner(signature_runner, __func__) ? cancel(signature_runner->interpreter, __func__)
                                              : kTfLiteError;
}
