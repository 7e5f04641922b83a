// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What programs compiled against TFLite 2.x rely on, checked at compile time in
// C99 and in C++: values, layouts, signatures. Derived by hand from TFLite's
// API documentation, for 64-bit hosts.
#ifndef IREE_TESTS_BINDINGS_ABI_FACTS_H_
#define IREE_TESTS_BINDINGS_ABI_FACTS_H_

#include <stddef.h>

#include "tensorflow/lite/c/c_api_experimental.h"

#if defined(__cplusplus)
#define FACT(name, condition) static_assert(condition, #name)
#else
#define FACT(name, condition) typedef char fact_##name[(condition) ? 1 : -1]
#endif
#define VALUE(name, number) FACT(name, (int)(name) == (number))
#define FIELD(type, field, offset) FACT(type##_##field, offsetof(type, field) == (offset))
#define BYTES(type, size) FACT(size_of_##type, sizeof(type) == (size))
// The function can be called through a pointer of exactly this type.
#define SIGNATURE(result, name, parameters)                                                        \
  extern result(*check_##name) parameters;                                                         \
  result(*check_##name) parameters = name

VALUE(kTfLiteOk, 0);
VALUE(kTfLiteError, 1);
VALUE(kTfLiteDelegateError, 2);
VALUE(kTfLiteApplicationError, 3);
VALUE(kTfLiteDelegateDataNotFound, 4);
VALUE(kTfLiteDelegateDataWriteError, 5);
VALUE(kTfLiteDelegateDataReadError, 6);
VALUE(kTfLiteUnresolvedOps, 7);
VALUE(kTfLiteCancelled, 8);

VALUE(kTfLiteNoType, 0);
VALUE(kTfLiteFloat32, 1);
VALUE(kTfLiteInt32, 2);
VALUE(kTfLiteUInt8, 3);
VALUE(kTfLiteInt64, 4);
VALUE(kTfLiteString, 5);
VALUE(kTfLiteBool, 6);
VALUE(kTfLiteInt16, 7);
VALUE(kTfLiteComplex64, 8);
VALUE(kTfLiteInt8, 9);
VALUE(kTfLiteFloat16, 10);
VALUE(kTfLiteFloat64, 11);
VALUE(kTfLiteComplex128, 12);
VALUE(kTfLiteUInt64, 13);
VALUE(kTfLiteResource, 14);
VALUE(kTfLiteVariant, 15);
VALUE(kTfLiteUInt32, 16);
VALUE(kTfLiteUInt16, 17);
VALUE(kTfLiteInt4, 18);
VALUE(kTfLiteBFloat16, 19);

VALUE(kTfLiteNoQuantization, 0);
VALUE(kTfLiteAffineQuantization, 1);
VALUE(kTfLiteDimDense, 0);
VALUE(kTfLiteDimSparseCSR, 1);
VALUE(kTfLiteMemNone, 0);
VALUE(kTfLiteMmapRo, 1);
VALUE(kTfLiteArenaRw, 2);
VALUE(kTfLiteArenaRwPersistent, 3);
VALUE(kTfLiteDynamic, 4);
VALUE(kTfLitePersistentRo, 5);
VALUE(kTfLiteCustom, 6);
VALUE(kTfLiteVariantObject, 7);
VALUE(kTfLiteNullBufferHandle, -1);

BYTES(TfLiteStatus, 4);
BYTES(TfLiteType, 4);
BYTES(TfLiteIntArray, 4);
FIELD(TfLiteIntArray, data, 4);
BYTES(TfLiteFloatArray, 4);
FIELD(TfLiteFloatArray, data, 4);
BYTES(TfLiteComplex64, 8);
BYTES(TfLiteComplex128, 16);
BYTES(TfLiteFloat16, 2);
BYTES(TfLiteBFloat16, 2);
BYTES(TfLitePtrUnion, 8);
BYTES(TfLiteQuantizationParams, 8);
FIELD(TfLiteQuantizationParams, zero_point, 4);
BYTES(TfLiteQuantization, 16);
FIELD(TfLiteQuantization, params, 8);
BYTES(TfLiteAffineQuantization, 24);
FIELD(TfLiteAffineQuantization, zero_point, 8);
FIELD(TfLiteAffineQuantization, quantized_dimension, 16);
BYTES(TfLiteDimensionMetadata, 24);
FIELD(TfLiteDimensionMetadata, array_indices, 16);
BYTES(TfLiteSparsity, 32);
FIELD(TfLiteSparsity, dim_metadata_size, 24);

BYTES(TfLiteTensor, 112);
FIELD(TfLiteTensor, type, 0);
FIELD(TfLiteTensor, data, 8);
FIELD(TfLiteTensor, dims, 16);
FIELD(TfLiteTensor, params, 24);
FIELD(TfLiteTensor, allocation_type, 32);
FIELD(TfLiteTensor, bytes, 40);
FIELD(TfLiteTensor, allocation, 48);
FIELD(TfLiteTensor, name, 56);
FIELD(TfLiteTensor, delegate, 64);
FIELD(TfLiteTensor, buffer_handle, 72);
FIELD(TfLiteTensor, data_is_stale, 76);
FIELD(TfLiteTensor, is_variable, 77);
FIELD(TfLiteTensor, quantization, 80);
FIELD(TfLiteTensor, sparsity, 96);
FIELD(TfLiteTensor, dims_signature, 104);

typedef void (*ErrorReporter)(void *, const char *, va_list);

SIGNATURE(const char *, TfLiteVersion, (void));
SIGNATURE(int, TfLiteSchemaVersion, (void));
SIGNATURE(TfLiteModel *, TfLiteModelCreate, (const void *, size_t));
SIGNATURE(TfLiteModel *, TfLiteModelCreateWithErrorReporter,
          (const void *, size_t, ErrorReporter, void *));
SIGNATURE(TfLiteModel *, TfLiteModelCreateFromFile, (const char *));
SIGNATURE(TfLiteModel *, TfLiteModelCreateFromFileWithErrorReporter,
          (const char *, ErrorReporter, void *));
SIGNATURE(void, TfLiteModelDelete, (TfLiteModel *));
SIGNATURE(TfLiteInterpreterOptions *, TfLiteInterpreterOptionsCreate, (void));
SIGNATURE(TfLiteInterpreterOptions *, TfLiteInterpreterOptionsCopy,
          (const TfLiteInterpreterOptions *));
SIGNATURE(void, TfLiteInterpreterOptionsDelete, (TfLiteInterpreterOptions *));
SIGNATURE(void, TfLiteInterpreterOptionsSetNumThreads, (TfLiteInterpreterOptions *, int32_t));
SIGNATURE(void, TfLiteInterpreterOptionsAddDelegate,
          (TfLiteInterpreterOptions *, TfLiteDelegate *));
SIGNATURE(void, TfLiteInterpreterOptionsSetErrorReporter,
          (TfLiteInterpreterOptions *, ErrorReporter, void *));
SIGNATURE(TfLiteStatus, TfLiteInterpreterOptionsEnableCancellation,
          (TfLiteInterpreterOptions *, bool));
SIGNATURE(TfLiteInterpreter *, TfLiteInterpreterCreate,
          (const TfLiteModel *, const TfLiteInterpreterOptions *));
SIGNATURE(void, TfLiteInterpreterDelete, (TfLiteInterpreter *));
SIGNATURE(int32_t, TfLiteInterpreterGetInputTensorCount, (const TfLiteInterpreter *));
SIGNATURE(const int *, TfLiteInterpreterInputTensorIndices, (const TfLiteInterpreter *));
SIGNATURE(TfLiteTensor *, TfLiteInterpreterGetInputTensor, (const TfLiteInterpreter *, int32_t));
SIGNATURE(TfLiteStatus, TfLiteInterpreterResizeInputTensor,
          (TfLiteInterpreter *, int32_t, const int *, int32_t));
SIGNATURE(TfLiteStatus, TfLiteInterpreterAllocateTensors, (TfLiteInterpreter *));
SIGNATURE(TfLiteStatus, TfLiteInterpreterInvoke, (TfLiteInterpreter *));
SIGNATURE(int32_t, TfLiteInterpreterGetOutputTensorCount, (const TfLiteInterpreter *));
SIGNATURE(const int *, TfLiteInterpreterOutputTensorIndices, (const TfLiteInterpreter *));
SIGNATURE(const TfLiteTensor *, TfLiteInterpreterGetOutputTensor,
          (const TfLiteInterpreter *, int32_t));
SIGNATURE(TfLiteTensor *, TfLiteInterpreterGetTensor, (const TfLiteInterpreter *, int));
SIGNATURE(TfLiteStatus, TfLiteInterpreterCancel, (const TfLiteInterpreter *));
SIGNATURE(TfLiteType, TfLiteTensorType, (const TfLiteTensor *));
SIGNATURE(int32_t, TfLiteTensorNumDims, (const TfLiteTensor *));
SIGNATURE(int32_t, TfLiteTensorDim, (const TfLiteTensor *, int32_t));
SIGNATURE(size_t, TfLiteTensorByteSize, (const TfLiteTensor *));
SIGNATURE(void *, TfLiteTensorData, (const TfLiteTensor *));
SIGNATURE(const char *, TfLiteTensorName, (const TfLiteTensor *));
SIGNATURE(TfLiteQuantizationParams, TfLiteTensorQuantizationParams, (const TfLiteTensor *));
SIGNATURE(TfLiteStatus, TfLiteTensorCopyFromBuffer, (TfLiteTensor *, const void *, size_t));
SIGNATURE(TfLiteStatus, TfLiteTensorCopyToBuffer, (const TfLiteTensor *, void *, size_t));
SIGNATURE(int32_t, TfLiteInterpreterGetSignatureCount, (const TfLiteInterpreter *));
SIGNATURE(const char *, TfLiteInterpreterGetSignatureKey, (const TfLiteInterpreter *, int32_t));
SIGNATURE(TfLiteSignatureRunner *, TfLiteInterpreterGetSignatureRunner,
          (const TfLiteInterpreter *, const char *));
SIGNATURE(void, TfLiteSignatureRunnerDelete, (TfLiteSignatureRunner *));
SIGNATURE(size_t, TfLiteSignatureRunnerGetInputCount, (const TfLiteSignatureRunner *));
SIGNATURE(const char *, TfLiteSignatureRunnerGetInputName,
          (const TfLiteSignatureRunner *, int32_t));
SIGNATURE(TfLiteStatus, TfLiteSignatureRunnerResizeInputTensor,
          (TfLiteSignatureRunner *, const char *, const int *, int32_t));
SIGNATURE(TfLiteStatus, TfLiteSignatureRunnerAllocateTensors, (TfLiteSignatureRunner *));
SIGNATURE(TfLiteTensor *, TfLiteSignatureRunnerGetInputTensor,
          (TfLiteSignatureRunner *, const char *));
SIGNATURE(TfLiteStatus, TfLiteSignatureRunnerInvoke, (TfLiteSignatureRunner *));
SIGNATURE(size_t, TfLiteSignatureRunnerGetOutputCount, (const TfLiteSignatureRunner *));
SIGNATURE(const char *, TfLiteSignatureRunnerGetOutputName,
          (const TfLiteSignatureRunner *, int32_t));
SIGNATURE(const TfLiteTensor *, TfLiteSignatureRunnerGetOutputTensor,
          (const TfLiteSignatureRunner *, const char *));
SIGNATURE(TfLiteStatus, TfLiteSignatureRunnerCancel, (TfLiteSignatureRunner *));
SIGNATURE(TfLiteStatus, TfLiteInterpreterResetVariableTensors, (TfLiteInterpreter *));
SIGNATURE(void, TfLiteInterpreterOptionsSetUseNNAPI, (TfLiteInterpreterOptions *, bool));
SIGNATURE(void, TfLiteInterpreterOptionsSetEnableDelegateFallback,
          (TfLiteInterpreterOptions *, bool));
SIGNATURE(void, TfLiteSetAllowBufferHandleOutput, (const TfLiteInterpreter *, bool));
SIGNATURE(TfLiteStatus, TfLiteInterpreterModifyGraphWithDelegate,
          (const TfLiteInterpreter *, TfLiteDelegate *));
SIGNATURE(int32_t, TfLiteInterpreterGetInputTensorIndex, (const TfLiteInterpreter *, int32_t));
SIGNATURE(int32_t, TfLiteInterpreterGetOutputTensorIndex, (const TfLiteInterpreter *, int32_t));
SIGNATURE(size_t, TfLiteIntArrayGetSizeInBytes, (int));
SIGNATURE(TfLiteIntArray *, TfLiteIntArrayCreate, (int));
SIGNATURE(int, TfLiteIntArrayEqual, (const TfLiteIntArray *, const TfLiteIntArray *));
SIGNATURE(int, TfLiteIntArrayEqualsArray, (const TfLiteIntArray *, int, const int[]));
SIGNATURE(TfLiteIntArray *, TfLiteIntArrayCopy, (const TfLiteIntArray *));
SIGNATURE(void, TfLiteIntArrayFree, (TfLiteIntArray *));
SIGNATURE(int, TfLiteFloatArrayGetSizeInBytes, (int));
SIGNATURE(TfLiteFloatArray *, TfLiteFloatArrayCreate, (int));
SIGNATURE(TfLiteFloatArray *, TfLiteFloatArrayCopy, (const TfLiteFloatArray *));
SIGNATURE(void, TfLiteFloatArrayFree, (TfLiteFloatArray *));
SIGNATURE(const char *, TfLiteTypeGetName, (TfLiteType));

#endif // IREE_TESTS_BINDINGS_ABI_FACTS_H_
