// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TFLite's C API over compiled modules: models, interpreters, tensors, and
// signature runners. runtime/bindings/tflite/README.md has a complete program
// and says what differs from TFLite.
//
// Failures are kTfLiteError, NULL or -1, and a message to the error reporter
// (standard error, unless the options have another), which names the function,
// what is wrong and what to do; before it come the compiler's, if it was asked.
// NULL and wrong order are failures, too.
//
// Objects belong to one thread at a time, except that any thread may cancel.
#ifndef IREE_BINDINGS_TFLITE_C_API_H_
#define IREE_BINDINGS_TFLITE_C_API_H_

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "tensorflow/lite/c/c_api_types.h"

#ifdef __cplusplus
extern "C" {
#endif

// The version of TFLite that this API is of, in semantic versioning; what is
// behind the + tells this library from TFLite itself.
TFL_CAPI_EXPORT extern const char *TfLiteVersion(void);
// The version of the .tflite files that the compiler reads.
TFL_CAPI_EXPORT extern int TfLiteSchemaVersion(void);

// --- Models -----------------------------------------------------------------

// A module file (.vmfb) in memory; with IREE_BINDINGS_TFLITE_COMPILE also what
// iree-compile reads, which is compiled for this machine. NULL on failure. The
// data must stay unchanged as long as the model and its interpreters live; it
// is used in place when it begins at a multiple of 64, else copied.
TFL_CAPI_EXPORT extern TfLiteModel *TfLiteModelCreate(const void *model_data, size_t model_size);
// The same; what goes wrong is reported to `reporter`, which gets `user_data`
// and the arguments of vprintf.
TFL_CAPI_EXPORT extern TfLiteModel *TfLiteModelCreateWithErrorReporter(
    const void *model_data, size_t model_size,
    void (*reporter)(void *user_data, const char *format, va_list args), void *user_data);
// The same for a file, which is read into memory.
TFL_CAPI_EXPORT extern TfLiteModel *TfLiteModelCreateFromFile(const char *model_path);
TFL_CAPI_EXPORT extern TfLiteModel *TfLiteModelCreateFromFileWithErrorReporter(
    const char *model_path, void (*reporter)(void *user_data, const char *format, va_list args),
    void *user_data);
// Interpreters of the model stay usable. NULL is ignored, as by all Delete
// functions.
TFL_CAPI_EXPORT extern void TfLiteModelDelete(TfLiteModel *model);

// --- Options ----------------------------------------------------------------

TFL_CAPI_EXPORT extern TfLiteInterpreterOptions *TfLiteInterpreterOptionsCreate(void);
TFL_CAPI_EXPORT extern TfLiteInterpreterOptions *
TfLiteInterpreterOptionsCopy(const TfLiteInterpreterOptions *from);
TFL_CAPI_EXPORT extern void TfLiteInterpreterOptionsDelete(TfLiteInterpreterOptions *options);
// Threads that run kernels, the calling one included. -1, the default, lets the
// library choose, which is 1; 0 is 1 too. A library built without threads has 1,
// whatever the number is.
TFL_CAPI_EXPORT extern void TfLiteInterpreterOptionsSetNumThreads(TfLiteInterpreterOptions *options,
                                                                  int32_t num_threads);
// A compiled module has no nodes that a delegate could take: creating the
// interpreter succeeds and reports that the delegate is not used.
TFL_CAPI_EXPORT extern void TfLiteInterpreterOptionsAddDelegate(TfLiteInterpreterOptions *options,
                                                                TfLiteOpaqueDelegate *delegate);
// Of interpreters and of what they own. NULL: standard error. `user_data` must
// outlive them.
TFL_CAPI_EXPORT extern void TfLiteInterpreterOptionsSetErrorReporter(
    TfLiteInterpreterOptions *options,
    void (*reporter)(void *user_data, const char *format, va_list args), void *user_data);
// Lets TfLiteInterpreterCancel work; off by default.
TFL_CAPI_EXPORT extern TfLiteStatus
TfLiteInterpreterOptionsEnableCancellation(TfLiteInterpreterOptions *options, bool enable);

// --- Interpreters -----------------------------------------------------------

// Loads the model's kernels and allocates what they work in. Model and options
// (NULL: defaults) may be deleted afterwards. The functions below are about the
// module's first function; signature runners reach all of them.
TFL_CAPI_EXPORT extern TfLiteInterpreter *
TfLiteInterpreterCreate(const TfLiteModel *model, const TfLiteInterpreterOptions *optional_options);
TFL_CAPI_EXPORT extern void TfLiteInterpreterDelete(TfLiteInterpreter *interpreter);

TFL_CAPI_EXPORT extern int32_t
TfLiteInterpreterGetInputTensorCount(const TfLiteInterpreter *interpreter);
// Indices for TfLiteInterpreterGetTensor, as many as there are inputs; the
// interpreter's.
TFL_CAPI_EXPORT extern const int *
TfLiteInterpreterInputTensorIndices(const TfLiteInterpreter *interpreter);
// Valid as long as the interpreter.
TFL_CAPI_EXPORT extern TfLiteTensor *
TfLiteInterpreterGetInputTensor(const TfLiteInterpreter *interpreter, int32_t input_index);
// Shapes are fixed when a module is compiled: only the shape that the tensor
// has is accepted.
TFL_CAPI_EXPORT extern TfLiteStatus
TfLiteInterpreterResizeInputTensor(TfLiteInterpreter *interpreter, int32_t input_index,
                                   const int *input_dims, int32_t input_dims_size);
// Gives inputs and outputs their memory, filled with zeros. Once is enough;
// further calls change nothing.
TFL_CAPI_EXPORT extern TfLiteStatus
TfLiteInterpreterAllocateTensors(TfLiteInterpreter *interpreter);
// Runs the function on the inputs where they lie; allocates nothing.
TFL_CAPI_EXPORT extern TfLiteStatus TfLiteInterpreterInvoke(TfLiteInterpreter *interpreter);
TFL_CAPI_EXPORT extern int32_t
TfLiteInterpreterGetOutputTensorCount(const TfLiteInterpreter *interpreter);
TFL_CAPI_EXPORT extern const int *
TfLiteInterpreterOutputTensorIndices(const TfLiteInterpreter *interpreter);
// Contents are valid until the next invocation of the same function.
TFL_CAPI_EXPORT extern const TfLiteTensor *
TfLiteInterpreterGetOutputTensor(const TfLiteInterpreter *interpreter, int32_t output_index);
// Inputs, then outputs. There are no tensors between them: where kernels leave
// intermediate values is the compiler's business.
TFL_CAPI_EXPORT extern TfLiteTensor *
TfLiteInterpreterGetTensor(const TfLiteInterpreter *interpreter, int index);
// Lets the invocation that runs now, if any, stop before its next kernel and
// return kTfLiteCancelled. May be called from any thread.
TFL_CAPI_EXPORT extern TfLiteStatus TfLiteInterpreterCancel(const TfLiteInterpreter *interpreter);

// --- Tensors ----------------------------------------------------------------

TFL_CAPI_EXPORT extern TfLiteType TfLiteTensorType(const TfLiteTensor *tensor);
TFL_CAPI_EXPORT extern int32_t TfLiteTensorNumDims(const TfLiteTensor *tensor);
TFL_CAPI_EXPORT extern int32_t TfLiteTensorDim(const TfLiteTensor *tensor, int32_t dim_index);
TFL_CAPI_EXPORT extern size_t TfLiteTensorByteSize(const TfLiteTensor *tensor);
// NULL before AllocateTensors; then the same address for the tensor's life.
TFL_CAPI_EXPORT extern void *TfLiteTensorData(const TfLiteTensor *tensor);
TFL_CAPI_EXPORT extern const char *TfLiteTensorName(const TfLiteTensor *tensor);
// Zeros unless there is exactly one scale.
TFL_CAPI_EXPORT extern TfLiteQuantizationParams
TfLiteTensorQuantizationParams(const TfLiteTensor *tensor);
// The size must be the tensor's.
TFL_CAPI_EXPORT extern TfLiteStatus
TfLiteTensorCopyFromBuffer(TfLiteTensor *tensor, const void *input_data, size_t input_data_size);
TFL_CAPI_EXPORT extern TfLiteStatus TfLiteTensorCopyToBuffer(const TfLiteTensor *output_tensor,
                                                             void *output_data,
                                                             size_t output_data_size);

// --- Signature runners ------------------------------------------------------

// Every function of the module is a signature; its key is the function's name.
TFL_CAPI_EXPORT extern int32_t
TfLiteInterpreterGetSignatureCount(const TfLiteInterpreter *interpreter);
TFL_CAPI_EXPORT extern const char *
TfLiteInterpreterGetSignatureKey(const TfLiteInterpreter *interpreter, int32_t signature_index);
// Runs one signature on the interpreter's tensors: runners of the same key
// share them, and the first function's are those of the functions above. Delete
// it before the interpreter.
TFL_CAPI_EXPORT extern TfLiteSignatureRunner *
TfLiteInterpreterGetSignatureRunner(const TfLiteInterpreter *interpreter,
                                    const char *signature_key);
TFL_CAPI_EXPORT extern void TfLiteSignatureRunnerDelete(TfLiteSignatureRunner *signature_runner);
TFL_CAPI_EXPORT extern size_t
TfLiteSignatureRunnerGetInputCount(const TfLiteSignatureRunner *signature_runner);
TFL_CAPI_EXPORT extern const char *
TfLiteSignatureRunnerGetInputName(const TfLiteSignatureRunner *signature_runner,
                                  int32_t input_index);
// As the functions of the interpreter. Of tensors with the same name the first
// is found.
TFL_CAPI_EXPORT extern TfLiteStatus
TfLiteSignatureRunnerResizeInputTensor(TfLiteSignatureRunner *signature_runner,
                                       const char *input_name, const int *input_dims,
                                       int32_t input_dims_size);
TFL_CAPI_EXPORT extern TfLiteStatus
TfLiteSignatureRunnerAllocateTensors(TfLiteSignatureRunner *signature_runner);
TFL_CAPI_EXPORT extern TfLiteTensor *
TfLiteSignatureRunnerGetInputTensor(TfLiteSignatureRunner *signature_runner,
                                    const char *input_name);
TFL_CAPI_EXPORT extern TfLiteStatus
TfLiteSignatureRunnerInvoke(TfLiteSignatureRunner *signature_runner);
TFL_CAPI_EXPORT extern size_t
TfLiteSignatureRunnerGetOutputCount(const TfLiteSignatureRunner *signature_runner);
TFL_CAPI_EXPORT extern const char *
TfLiteSignatureRunnerGetOutputName(const TfLiteSignatureRunner *signature_runner,
                                   int32_t output_index);
TFL_CAPI_EXPORT extern const TfLiteTensor *
TfLiteSignatureRunnerGetOutputTensor(const TfLiteSignatureRunner *signature_runner,
                                     const char *output_name);
TFL_CAPI_EXPORT extern TfLiteStatus
TfLiteSignatureRunnerCancel(TfLiteSignatureRunner *signature_runner);

#ifdef __cplusplus
}
#endif

#endif // IREE_BINDINGS_TFLITE_C_API_H_
