// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of common.h.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tensorflow/lite/c/common.h"

// Arrays are a size, then that many elements.
template <typename Array> static Array *createArray(int size) {
  if (size < 0)
    return nullptr;
  size_t elementBytes = sizeof(Array::data[0]);
  auto *array =
      static_cast<Array *>(malloc(sizeof(Array) + static_cast<size_t>(size) * elementBytes));
  if (array)
    array->size = size;
  return array;
}

template <typename Array> static Array *copyArray(const Array *source) {
  if (!source)
    return nullptr;
  auto *copy = createArray<Array>(source->size);
  if (copy)
    memcpy(copy->data, source->data, static_cast<size_t>(source->size) * sizeof(source->data[0]));
  return copy;
}

size_t TfLiteIntArrayGetSizeInBytes(int size) {
  return sizeof(TfLiteIntArray) + sizeof(int) * static_cast<size_t>(size < 0 ? 0 : size);
}

TfLiteIntArray *TfLiteIntArrayCreate(int size) { return createArray<TfLiteIntArray>(size); }

int TfLiteIntArrayEqual(const TfLiteIntArray *a, const TfLiteIntArray *b) {
  if (a == b)
    return 1;
  return a && b && TfLiteIntArrayEqualsArray(a, b->size, b->data);
}

int TfLiteIntArrayEqualsArray(const TfLiteIntArray *a, int b_size, const int b_data[]) {
  int size = a ? a->size : 0;
  if (size != b_size)
    return 0;
  return size <= 0 ||
         (b_data && memcmp(a->data, b_data, static_cast<size_t>(size) * sizeof(int)) == 0);
}

TfLiteIntArray *TfLiteIntArrayCopy(const TfLiteIntArray *src) { return copyArray(src); }

void TfLiteIntArrayFree(TfLiteIntArray *a) { free(a); }

int TfLiteFloatArrayGetSizeInBytes(int size) {
  constexpr int maxSize =
      (INT_MAX - static_cast<int>(sizeof(TfLiteFloatArray))) / static_cast<int>(sizeof(float));
  if (size > maxSize)
    return INT_MAX;
  return static_cast<int>(sizeof(TfLiteFloatArray)) +
         static_cast<int>(sizeof(float)) * (size < 0 ? 0 : size);
}

TfLiteFloatArray *TfLiteFloatArrayCreate(int size) { return createArray<TfLiteFloatArray>(size); }

TfLiteFloatArray *TfLiteFloatArrayCopy(const TfLiteFloatArray *src) { return copyArray(src); }

void TfLiteFloatArrayFree(TfLiteFloatArray *a) { free(a); }

const char *TfLiteTypeGetName(TfLiteType type) {
  static const char *const names[] = {"NOTYPE",  "FLOAT32", "INT32",      "UINT8",     "INT64",
                                      "STRING",  "BOOL",    "INT16",      "COMPLEX64", "INT8",
                                      "FLOAT16", "FLOAT64", "COMPLEX128", "UINT64",    "RESOURCE",
                                      "VARIANT", "UINT32",  "UINT16",     "INT4",      "BFLOAT16"};
  auto index = static_cast<size_t>(type);
  return index < sizeof(names) / sizeof(names[0]) ? names[index] : "Unknown type";
}
