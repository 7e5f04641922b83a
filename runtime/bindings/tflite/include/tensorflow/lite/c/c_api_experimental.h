// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of TFLite's experimental C API that have a meaning for compiled
// modules. Operators cannot be registered: kernels are compiled in.
#ifndef IREE_BINDINGS_TFLITE_C_API_EXPERIMENTAL_H_
#define IREE_BINDINGS_TFLITE_C_API_EXPERIMENTAL_H_

#include "tensorflow/lite/c/c_api.h"
#include "tensorflow/lite/c/common.h"

#ifdef __cplusplus
extern "C" {
#endif

// Gives the variables of the module their initial values.
TFL_CAPI_EXPORT extern TfLiteStatus
TfLiteInterpreterResetVariableTensors(TfLiteInterpreter *interpreter);
// NNAPI is not used: like a delegate.
TFL_CAPI_EXPORT extern void TfLiteInterpreterOptionsSetUseNNAPI(TfLiteInterpreterOptions *options,
                                                                bool enable);
// There are no delegates to fall back from.
TFL_CAPI_EXPORT extern void
TfLiteInterpreterOptionsSetEnableDelegateFallback(TfLiteInterpreterOptions *options, bool enable);
// Outputs always are in memory.
TFL_CAPI_EXPORT extern void TfLiteSetAllowBufferHandleOutput(const TfLiteInterpreter *interpreter,
                                                             bool allow_buffer_handle_output);
// Always kTfLiteDelegateError; the interpreter stays as it is.
TFL_CAPI_EXPORT extern TfLiteStatus
TfLiteInterpreterModifyGraphWithDelegate(const TfLiteInterpreter *interpreter,
                                         TfLiteDelegate *delegate);
// Indices for TfLiteInterpreterGetTensor; -1 for one that is out of range.
TFL_CAPI_EXPORT extern int32_t
TfLiteInterpreterGetInputTensorIndex(const TfLiteInterpreter *interpreter, int32_t input_index);
TFL_CAPI_EXPORT extern int32_t
TfLiteInterpreterGetOutputTensorIndex(const TfLiteInterpreter *interpreter, int32_t output_index);

#ifdef __cplusplus
}
#endif

#endif // IREE_BINDINGS_TFLITE_C_API_EXPERIMENTAL_H_
