// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The layout of a TfLiteTensor and of what it refers to: that of TFLite 2.x for
// hosts. What TFLite's header of this name has for authors of kernels and
// delegates (contexts, nodes, registrations) is not here.
#ifndef IREE_BINDINGS_TFLITE_COMMON_H_
#define IREE_BINDINGS_TFLITE_COMMON_H_

#include <stdbool.h>
#include <stddef.h>

#include "tensorflow/lite/c/c_api_types.h"

#ifdef __cplusplus
extern "C" {
#endif

// --- Arrays -----------------------------------------------------------------

// In C++, arrays of unknown length at the end of a struct are an extension.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"

// `size` integers: shapes, tensor indices.
typedef struct TfLiteIntArray {
  int size;
  int data[];
} TfLiteIntArray;

// `size` floats: scales.
typedef struct TfLiteFloatArray {
  int size;
  float data[];
} TfLiteFloatArray;
#pragma GCC diagnostic pop

// Bytes of an array of `size` integers, its size included.
TFL_CAPI_EXPORT size_t TfLiteIntArrayGetSizeInBytes(int size);
// An array with undefined contents, to be freed with TfLiteIntArrayFree. NULL
// when `size` is negative or there is no memory.
TFL_CAPI_EXPORT TfLiteIntArray *TfLiteIntArrayCreate(int size);
// 1 when both have the same contents or are the same array; else 0.
TFL_CAPI_EXPORT int TfLiteIntArrayEqual(const TfLiteIntArray *a, const TfLiteIntArray *b);
// The same for `b_size` integers at `b_data`; a NULL array has size 0.
TFL_CAPI_EXPORT int TfLiteIntArrayEqualsArray(const TfLiteIntArray *a, int b_size,
                                              const int b_data[]);
// A copy, to be freed; NULL of NULL.
TFL_CAPI_EXPORT TfLiteIntArray *TfLiteIntArrayCopy(const TfLiteIntArray *src);
TFL_CAPI_EXPORT void TfLiteIntArrayFree(TfLiteIntArray *a);

// As for integers.
TFL_CAPI_EXPORT int TfLiteFloatArrayGetSizeInBytes(int size);
TFL_CAPI_EXPORT TfLiteFloatArray *TfLiteFloatArrayCreate(int size);
TFL_CAPI_EXPORT TfLiteFloatArray *TfLiteFloatArrayCopy(const TfLiteFloatArray *src);
TFL_CAPI_EXPORT void TfLiteFloatArrayFree(TfLiteFloatArray *a);

// --- Elements ---------------------------------------------------------------

typedef struct TfLiteComplex64 {
  float re, im;
} TfLiteComplex64;
typedef struct TfLiteComplex128 {
  double re, im;
} TfLiteComplex128;
typedef struct TfLiteFloat16 {
  uint16_t data;
} TfLiteFloat16;
typedef struct TfLiteBFloat16 {
  uint16_t data;
} TfLiteBFloat16;

// "FLOAT32", "INT8", ...; static text.
TFL_CAPI_EXPORT const char *TfLiteTypeGetName(TfLiteType type);

// --- Quantisation -----------------------------------------------------------

typedef enum TfLiteQuantizationType {
  kTfLiteNoQuantization = 0,
  kTfLiteAffineQuantization = 1
} TfLiteQuantizationType;

// `params` is a TfLiteAffineQuantization, or NULL without quantisation.
typedef struct TfLiteQuantization {
  TfLiteQuantizationType type;
  void *params;
} TfLiteQuantization;

// One scale and zero point, or one for each index of a dimension.
typedef struct TfLiteAffineQuantization {
  TfLiteFloatArray *scale;
  TfLiteIntArray *zero_point; // as many as scales
  int32_t quantized_dimension;
} TfLiteAffineQuantization;

// --- Tensors ----------------------------------------------------------------

// A tensor's elements. All members are the same address.
typedef union TfLitePtrUnion {
  int32_t *i32;
  uint32_t *u32;
  int64_t *i64;
  uint64_t *u64;
  float *f;
  TfLiteFloat16 *f16;
  double *f64;
  char *raw;
  const char *raw_const;
  uint8_t *uint8;
  bool *b;
  int16_t *i16;
  uint16_t *ui16;
  TfLiteComplex64 *c64;
  TfLiteComplex128 *c128;
  int8_t *int8;
  void *data;
} TfLitePtrUnion;

// How a tensor's memory came about; here always kTfLiteArenaRw.
typedef enum TfLiteAllocationType {
  kTfLiteMemNone = 0,
  kTfLiteMmapRo,
  kTfLiteArenaRw,
  kTfLiteArenaRwPersistent,
  kTfLiteDynamic,
  kTfLitePersistentRo,
  kTfLiteCustom,
  kTfLiteVariantObject
} TfLiteAllocationType;

typedef int TfLiteBufferHandle;
enum { kTfLiteNullBufferHandle = -1 };

// The index of a tensor that is not there.
#define kTfLiteOptionalTensor (-1)

typedef struct TfLiteDimensionMetadata {
  TfLiteDimensionType format;
  int dense_size;
  TfLiteIntArray *array_segments;
  TfLiteIntArray *array_indices;
} TfLiteDimensionMetadata;

typedef struct TfLiteSparsity {
  TfLiteIntArray *traversal_order;
  TfLiteIntArray *block_map;
  TfLiteDimensionMetadata *dim_metadata;
  int dim_metadata_size;
} TfLiteSparsity;

// An argument or a result of a function of the module. Owned by the
// interpreter; only what `data` points to may be written.
struct TfLiteTensor {
  TfLiteType type;
  TfLitePtrUnion data; // NULL before AllocateTensors; 64-byte aligned
  TfLiteIntArray *dims;
  TfLiteQuantizationParams params; // when there is one scale; else zeros
  TfLiteAllocationType allocation_type;
  size_t bytes;
  const void *allocation; // the library's own
  const char *name;
  TfLiteDelegate *delegate; // NULL
  TfLiteBufferHandle buffer_handle;
  bool data_is_stale; // false
  bool is_variable;   // false
  TfLiteQuantization quantization;
  TfLiteSparsity *sparsity;             // NULL: dense
  const TfLiteIntArray *dims_signature; // NULL: no dimension is dynamic
};

#ifdef __cplusplus
}
#endif

#endif // IREE_BINDINGS_TFLITE_COMMON_H_
