// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Creating and deleting interpreters.
#include "interpreter.h"
#include "memory.h"
#include "model.h"
#include "options.h"

namespace iree::tflite {

namespace {

// What the options ask for and a compiled module has no use for.
iree_status_t checkOptions(const TfLiteInterpreterOptions &options, const char *function) {
  if (options.threadCount < -1)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "%d threads; -1 lets the library choose, other numbers are not "
                            "negative",
                            options.threadCount);
  if (options.delegateCount != 0 || options.usesNnapi)
    report(options.reporter,
           "%s: delegates are not used: the module's kernels are compiled and run on the CPU",
           function);
  return iree_ok_status();
}

// What the library chooses, for -1, is one thread; it may have no others.
bool usesThreads(const TfLiteInterpreterOptions &options) {
#if defined(IREE_HAVE_HAL_LOCAL_TASK_DRIVER_MODULE)
  return options.threadCount > 1;
#else
  (void)options;
  return false;
#endif
}

iree_status_t createDevice(iree_runtime_instance_t *instance, bool withThreads,
                           const Cancellation *cancellation, iree_hal_device_t **out) {
  IREE_RETURN_IF_ERROR(iree_runtime_instance_try_create_default_device(
      instance, withThreads ? IREE_SV("local-task") : IREE_SV("local-sync"), out));
  if (!cancellation->isAllowed)
    return iree_ok_status();
  iree_hal_device_t *inner = *out;
  iree_status_t status = createCancellableDevice(inner, cancellation, out);
  iree_hal_device_release(inner);
  return status;
}

iree_status_t createSession(TfLiteInterpreter *interpreter,
                            const TfLiteInterpreterOptions &options) {
  iree_allocator_t allocator = iree_allocator_system();
  iree_runtime_instance_options_t instanceOptions;
  iree_runtime_instance_options_initialize(&instanceOptions);
  iree_runtime_instance_options_use_all_available_drivers(&instanceOptions);
  if (options.threadCount > 0)
    instanceOptions.task_topology_group_count = static_cast<uint32_t>(options.threadCount);
  iree_runtime_session_options_t sessionOptions;
  iree_runtime_session_options_initialize(&sessionOptions);
  iree_runtime_instance_t *instance = nullptr;
  iree_hal_device_t *device = nullptr;
  IREE_RETURN_IF_ERROR(iree_runtime_instance_create(&instanceOptions, allocator, &instance));
  iree_status_t status =
      createDevice(instance, usesThreads(options), &interpreter->cancellation, &device);
  if (iree_status_is_ok(status))
    status = iree_runtime_session_create_with_device(instance, &sessionOptions, device, allocator,
                                                     &interpreter->session);
  // The session holds references of its own.
  iree_hal_device_release(device);
  iree_runtime_instance_release(instance);
  return status;
}

iree_status_t createSubgraphs(TfLiteInterpreter *interpreter) {
  uint32_t count = iree_runtime_session_module(interpreter->session, 0)->function_count;
  IREE_RETURN_IF_ERROR(allocateArray(count, &interpreter->subgraphs));
  interpreter->subgraphCount = count;
  for (uint32_t i = 0; i < count; ++i)
    IREE_RETURN_IF_ERROR(initializeSubgraph(interpreter->session, i, &interpreter->reporter,
                                            &interpreter->subgraphs[i]));
  auto tensorCount = static_cast<size_t>(interpreter->subgraphs[0].tensorCount());
  IREE_RETURN_IF_ERROR(allocateArray(tensorCount, &interpreter->tensorIndices));
  for (size_t i = 0; i < tensorCount; ++i)
    interpreter->tensorIndices[i] = static_cast<int>(i);
  return iree_ok_status();
}

iree_status_t initializeInterpreter(TfLiteInterpreter *interpreter, const TfLiteModel *model,
                                    const TfLiteInterpreterOptions &options) {
  interpreter->reporter = options.reporter;
  interpreter->cancellation.isAllowed = options.allowsCancellation;
  // Const to the application; interpreters share ownership.
  interpreter->model = const_cast<TfLiteModel *>(model);
  retainModel(interpreter->model);
  IREE_RETURN_IF_ERROR(createSession(interpreter, options));
  IREE_RETURN_IF_ERROR(iree_runtime_session_append_bytecode_module_from_memory(
      interpreter->session, iree_make_const_byte_span(model->file.data, model->file.data_length),
      iree_allocator_null()));
  return createSubgraphs(interpreter);
}

} // namespace

} // namespace iree::tflite

using namespace iree::tflite;

TfLiteInterpreter *TfLiteInterpreterCreate(const TfLiteModel *model,
                                           const TfLiteInterpreterOptions *optional_options) {
  TfLiteInterpreterOptions options =
      optional_options ? *optional_options : defaultOptions(standardError);
  if (!isPresent(options.reporter, __func__, "model", model))
    return nullptr;
  TfLiteInterpreter *interpreter = nullptr;
  iree_status_t status = checkOptions(options, __func__);
  if (iree_status_is_ok(status))
    status = iree::allocateObject(iree_allocator_system(), 0, &interpreter);
  if (iree_status_is_ok(status))
    status = initializeInterpreter(interpreter, model, options);
  if (finish(options.reporter, __func__, status) == kTfLiteOk)
    return interpreter;
  TfLiteInterpreterDelete(interpreter);
  return nullptr;
}

void TfLiteInterpreterDelete(TfLiteInterpreter *interpreter) {
  if (!interpreter)
    return;
  iree_allocator_t allocator = iree_allocator_system();
  for (uint32_t i = 0; i < interpreter->subgraphCount; ++i)
    deinitializeSubgraph(&interpreter->subgraphs[i]);
  iree_allocator_free(allocator, interpreter->subgraphs);
  iree_allocator_free(allocator, interpreter->tensorIndices);
  iree_runtime_session_release(interpreter->session);
  releaseModel(interpreter->model);
  iree_allocator_free(allocator, interpreter);
}
