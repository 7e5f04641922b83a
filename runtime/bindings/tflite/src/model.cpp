// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model.h"

#include "base/internal.h"
#include "compile.h"
#include "iree/vm/api.h"
#include "reporter.h"

namespace iree::tflite {

namespace {

bool isModuleFile(iree_const_byte_span_t file) {
  return file.data_length >= 8 && __builtin_memcmp(file.data + 4, "IRBM", 4) == 0;
}

bool isAligned(const void *data) {
  return reinterpret_cast<uintptr_t>(data) % IREE_VM_BYTECODE_MODULE_ALIGNMENT == 0;
}

// Places `source` in `model` as an aligned module file: in place, copied, or
// compiled.
iree_status_t place(TfLiteModel *model, iree_const_byte_span_t source, const char *name,
                    const Reporter &reporter) {
  if (!isModuleFile(source)) {
    model->isOwned = true;
    return compileModel(source, name, reporter, &model->file);
  }
  if (isAligned(source.data)) {
    // Never written: the cast is undone by every use.
    model->file = {const_cast<uint8_t *>(source.data), source.data_length};
    return iree_ok_status();
  }
  void *memory = nullptr;
  IREE_RETURN_IF_ERROR(iree_allocator_malloc_aligned(iree_allocator_system(), source.data_length,
                                                     IREE_VM_BYTECODE_MODULE_ALIGNMENT, &memory));
  copyBytes(memory, source.data, source.data_length);
  model->file = iree_make_byte_span(memory, source.data_length);
  model->isOwned = true;
  return iree_ok_status();
}

iree_status_t verify(const TfLiteModel *model, const char *name) {
  iree_vm_bytecode_module_t module;
  IREE_RETURN_IF_ERROR(iree_vm_bytecode_module_open(
      iree_make_const_byte_span(model->file.data, model->file.data_length), &module));
  if (module.function_count == 0)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "%s: the module has no function", name);
  return iree_ok_status();
}

iree_status_t createFromMemory(iree_const_byte_span_t source, const char *name,
                               const Reporter &reporter, TfLiteModel **out) {
  TfLiteModel *model = nullptr;
  IREE_RETURN_IF_ERROR(allocateObject(iree_allocator_system(), 0, &model));
  model->refCount = 1;
  iree_status_t status = place(model, source, name, reporter);
  if (iree_status_is_ok(status))
    status = verify(model, name);
  if (iree_status_is_ok(status))
    *out = model;
  else
    releaseModel(model);
  return status;
}

iree_status_t createFromFile(const char *path, const Reporter &reporter, TfLiteModel **out) {
  iree_byte_span_t contents;
  IREE_RETURN_IF_ERROR(iree_file_read_contents(path, iree_allocator_system(), &contents));
  iree_status_t status = createFromMemory(
      iree_make_const_byte_span(contents.data, contents.data_length), path, reporter, out);
  // What was read is aligned: a module file is used where it lies.
  if (*out && (*out)->file.data == contents.data)
    (*out)->isOwned = true;
  else
    iree_file_contents_free(iree_allocator_system(), contents);
  return status;
}

} // namespace

void retainModel(TfLiteModel *model) { retainRef(&model->refCount); }

void releaseModel(TfLiteModel *model) {
  if (!releaseRef(&model->refCount))
    return;
  if (model->isOwned)
    iree_allocator_free_aligned(iree_allocator_system(), model->file.data);
  iree_allocator_free(iree_allocator_system(), model);
}

} // namespace iree::tflite

using namespace iree::tflite;

static TfLiteModel *createModel(const void *data, size_t size, const Reporter &reporter,
                                const char *function) {
  TfLiteModel *model = nullptr;
  if (isPresent(reporter, function, "model_data", data))
    finish(reporter, function,
           createFromMemory(iree_make_const_byte_span(data, size), "model in memory", reporter,
                            &model));
  return model;
}

static TfLiteModel *createModelFromFile(const char *path, const Reporter &reporter,
                                        const char *function) {
  TfLiteModel *model = nullptr;
  if (isPresent(reporter, function, "model_path", path))
    finish(reporter, function, createFromFile(path, reporter, &model));
  return model;
}

const char *TfLiteVersion(void) { return "2.19.0+iree"; }

int TfLiteSchemaVersion(void) { return 3; }

TfLiteModel *TfLiteModelCreate(const void *model_data, size_t model_size) {
  return createModel(model_data, model_size, standardError, __func__);
}

TfLiteModel *TfLiteModelCreateWithErrorReporter(const void *model_data, size_t model_size,
                                                void (*reporter)(void *user_data,
                                                                 const char *format, va_list args),
                                                void *user_data) {
  return createModel(model_data, model_size, makeReporter(reporter, user_data), __func__);
}

TfLiteModel *TfLiteModelCreateFromFile(const char *model_path) {
  return createModelFromFile(model_path, standardError, __func__);
}

TfLiteModel *TfLiteModelCreateFromFileWithErrorReporter(
    const char *model_path, void (*reporter)(void *user_data, const char *format, va_list args),
    void *user_data) {
  return createModelFromFile(model_path, makeReporter(reporter, user_data), __func__);
}

void TfLiteModelDelete(TfLiteModel *model) {
  if (model)
    releaseModel(model);
}
