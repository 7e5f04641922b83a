// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// digits_test MODULE IMAGES REFERENCE: a C program as for libtensorflowlite_c.
// Runs the model on every image and compares with the reference, byte by byte;
// both are .npy files with headers of 128 bytes. Counts allocations.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensorflow/lite/c/c_api.h"
#include "tensorflow/lite/c/common.h"

enum { kHeaderBytes = 128, kImageBytes = 64, kLogitBytes = 10, kImageCount = 360 };

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ALLOCATIONS_ARE_THE_SANITIZERS
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ALLOCATIONS_ARE_THE_SANITIZERS
#endif

static unsigned long allocation_count;

#if !defined(ALLOCATIONS_ARE_THE_SANITIZERS)
// In front of the C library's, for this program and its libraries.
extern void *__libc_malloc(size_t length);
extern void *__libc_calloc(size_t count, size_t length);
extern void *__libc_realloc(void *block, size_t length);
void *malloc(size_t length) {
  ++allocation_count;
  return __libc_malloc(length);
}
void *calloc(size_t count, size_t length) {
  ++allocation_count;
  return __libc_calloc(count, length);
}
void *realloc(void *block, size_t length) {
  ++allocation_count;
  return __libc_realloc(block, length);
}
#endif

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                      \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

// The data of an .npy file of `length` bytes behind its header.
static int8_t *read_array(const char *path, size_t length) {
  FILE *file = fopen(path, "rb");
  int8_t *data = (int8_t *)malloc(length);
  CHECK(file && data);
  CHECK(fseek(file, kHeaderBytes, SEEK_SET) == 0);
  CHECK(fread(data, 1, length, file) == length && fgetc(file) == EOF);
  fclose(file);
  return data;
}

static void check_tensors(const TfLiteTensor *input, const TfLiteTensor *output) {
  static const int shape[] = {1, 8, 8, 1};
  CHECK(TfLiteTensorType(input) == kTfLiteInt8);
  CHECK(TfLiteIntArrayEqualsArray(input->dims, 4, shape));
  CHECK(TfLiteTensorByteSize(input) == kImageBytes);
  CHECK(strcmp(TfLiteTensorName(input), "arg0") == 0);
  CHECK((uintptr_t)TfLiteTensorData(input) % 64 == 0);
  CHECK(TfLiteTensorType(output) == kTfLiteInt8);
  CHECK(TfLiteTensorNumDims(output) == 2);
  CHECK(TfLiteTensorDim(output, 0) == 1 && TfLiteTensorDim(output, 1) == 10);
  CHECK(output->bytes == kLogitBytes && output->data.int8 == TfLiteTensorData(output));
}

static void run_images(TfLiteInterpreter *interpreter, const int8_t *images,
                       const int8_t *reference) {
  TfLiteTensor *input = TfLiteInterpreterGetInputTensor(interpreter, 0);
  const TfLiteTensor *output = TfLiteInterpreterGetOutputTensor(interpreter, 0);
  check_tensors(input, output);
  unsigned long before = allocation_count;
  for (int i = 0; i < kImageCount; ++i) {
    int8_t logits[kLogitBytes];
    CHECK(TfLiteTensorCopyFromBuffer(input, images + i * kImageBytes, kImageBytes) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorCopyToBuffer(output, logits, sizeof(logits)) == kTfLiteOk);
    CHECK(memcmp(logits, reference + i * kLogitBytes, kLogitBytes) == 0);
  }
  CHECK(allocation_count == before);
}

int main(int argc, char **argv) {
  CHECK(argc == 4);
  TfLiteModel *model = TfLiteModelCreateFromFile(argv[1]);
  TfLiteInterpreterOptions *options = TfLiteInterpreterOptionsCreate();
  TfLiteInterpreterOptionsSetNumThreads(options, 2);
  TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, options);
  CHECK(interpreter);
  TfLiteInterpreterOptionsDelete(options);
  TfLiteModelDelete(model);
  CHECK(TfLiteInterpreterGetInputTensorCount(interpreter) == 1);
  CHECK(TfLiteInterpreterGetOutputTensorCount(interpreter) == 1);
  CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);

  int8_t *images = read_array(argv[2], (size_t)kImageCount * kImageBytes);
  int8_t *reference = read_array(argv[3], (size_t)kImageCount * kLogitBytes);
#if !defined(ALLOCATIONS_ARE_THE_SANITIZERS)
  CHECK(allocation_count != 0); // they are counted
#endif
  run_images(interpreter, images, reference);
  free(images);
  free(reference);
  TfLiteInterpreterDelete(interpreter);
  printf("%d images as the reference\n", kImageCount);
  return 0;
}
