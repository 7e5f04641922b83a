// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "module_session.h"

#include "iree/hal/local/loaders/vmvx_module_loader.h"

#include <vector>

#include "harness.h"

namespace iree::fuzz {

namespace {

// Bytes; beyond it a program would take longer than it tells.
constexpr uint32_t maxBufferBytes = 1u << 16;
// Branches of one invocation.
constexpr uint64_t branchBudget = 20000;

void check(iree_status_t status) {
  require(iree_status_is_ok(status), "what does not depend on the input succeeds");
}

// --- A device whose kernels do nothing ----------------------------------------

struct IdleExecutable {
  iree_hal_executable_t base;
  iree_kernel_library_t library; // its exports follow, within reach of its references
};

struct IdleLoader {
  iree_hal_executable_loader_t base;
  const iree_vm_bytecode_module_t *module;
};

// Native code is not run; kernels as bytecode have their own loader.
bool supportsNative(iree_hal_executable_loader_t *, iree_string_view_t format) {
  return !iree_string_view_equal(format, IREE_SV("vmvx-bytecode"));
}

const iree_hal_executable_vtable_t idleVtable = {
    [](iree_hal_executable_t *self) { iree_allocator_free(self->host_allocator, self); },
    iree_hal_kernel_library_describe, nullptr};

// Exports what the module wants.
iree_status_t loadIdle(iree_hal_executable_loader_t *base,
                       const iree_hal_executable_params_t *params, iree_allocator_t allocator,
                       iree_hal_executable_t **out) {
  const iree_vm_bytecode_module_t *module = reinterpret_cast<IdleLoader *>(base)->module;
  void *memory = nullptr;
  check(iree_allocator_malloc(
      allocator, sizeof(IdleExecutable) + params->kernel_count * sizeof(iree_kernel_export_t),
      &memory));
  auto *executable = static_cast<IdleExecutable *>(memory);
  auto *exports = reinterpret_cast<iree_kernel_export_t *>(executable + 1);
  for (uint32_t i = 0; i < params->kernel_count; ++i) {
    iree_vm_kernel_info_t kernel;
    iree_vm_bytecode_module_kernel(module, i, &kernel);
    exports[i] = {0, 0, static_cast<uint16_t>(kernel.binding_count),
                  static_cast<uint16_t>(kernel.constant_count), 0};
  }
  executable->base = {1, 1, &idleVtable, allocator, &executable->library};
  auto *field = reinterpret_cast<uint8_t *>(&executable->library.exports);
  executable->library = {IREE_KERNEL_LIBRARY_MAGIC,
                         1,
                         0,
                         0,
                         params->identity,
                         1,
                         params->kernel_count,
                         static_cast<int32_t>(reinterpret_cast<uint8_t *>(exports) - field)};
  *out = &executable->base;
  return iree_ok_status();
}

iree_status_t dispatchIdle(iree_hal_device_t *, iree_hal_executable_t *executable, uint32_t count,
                           const iree_hal_dispatch_t *dispatches) {
  for (uint32_t i = 0; i < count; ++i) {
    if (executable->vtable->call) // bytecode
      IREE_RETURN_IF_ERROR(
          executable->vtable->call(executable, &dispatches[i], 0, dispatches[i].range_count));
    else
      require(dispatches[i].ordinal < executable->library->export_count, "the kernel exists");
  }
  return iree_ok_status();
}

// --- Calls --------------------------------------------------------------------

// Adds argument `ordinal` from `memory`. Returns whether it fits.
bool pushArgument(iree_runtime_call_t *call, const iree_vm_function_info_t &function,
                  uint32_t ordinal, std::vector<Block> *memory) {
  iree_vm_value_info_t value;
  iree_vm_function_argument(&function, ordinal, &value);
  std::vector<iree_hal_dim_t> shape(value.shape, value.shape + value.shape_rank);
  uint64_t length = value.byte_length;
  if (value.is_dynamic) {
    length = iree_hal_element_dense_byte_count(value.element_type);
    for (iree_hal_dim_t &size : shape) {
      if (size == IREE_VM_DYNAMIC_SIZE)
        size = 2 + ordinal % 2;
      length = length > maxBufferBytes ? length : length * size;
    }
  }
  if (length > maxBufferBytes)
    return false;
  memory->emplace_back(length);
  iree_hal_buffer_view_t *view = nullptr;
  iree_byte_span_t span = {memory->back().data(), static_cast<size_t>(length)};
  if (!iree_status_is_ok(iree_hal_buffer_view_wrap(
          span, shape.size(), shape.data(), value.element_type,
          IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, iree_allocator_system(), &view)))
    return false; // the shape overflows although it has a 0
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(call, view);
  iree_hal_buffer_view_release(view);
  check(status);
  return true;
}

// Whether code may find at run time that it cannot go on.
bool hasBytecodeKernels(const iree_runtime_session_t *session) {
  uint32_t ordinal = iree_runtime_session_module_executable(session, 0);
  if (ordinal == UINT32_MAX)
    return false;
  iree_vm_executable_info_t executable;
  iree_vm_bytecode_module_executable(iree_runtime_session_module(session, 0), ordinal, &executable);
  return iree_string_view_equal(executable.format, IREE_SV("vmvx-bytecode"));
}

void callFunction(iree_runtime_session_t *session, uint32_t ordinal) {
  iree_vm_function_t function = {iree_runtime_session_module(session, 0), ordinal};
  iree_vm_function_info_t info;
  iree_vm_bytecode_module_function(function.module, ordinal, &info);
  bool mayFail = iree_vm_function_has_registers(&info) || hasBytecodeKernels(session);
  iree_runtime_call_t call;
  // Fails for results whose shape overflows although it has a 0.
  if (!iree_status_is_ok(iree_runtime_call_initialize(session, function, &call)))
    return;
  std::vector<Block> memory;
  bool isComplete = true;
  for (uint32_t i = 0; i < info.argument_count && isComplete; ++i)
    isComplete = pushArgument(&call, info, i, &memory);
  if (isComplete) {
    iree_status_t status = iree_runtime_call_invoke(&call, 0);
    // There is no callback for checks.
    if (!mayFail && iree_status_code(status) != IREE_STATUS_UNIMPLEMENTED)
      check(status);
    require(iree_runtime_call_outputs_size(&call) ==
                (iree_status_is_ok(status) ? info.result_count : 0),
            "all results are there");
  }
  for (size_t left = iree_runtime_call_outputs_size(&call); left != 0; --left) {
    iree_hal_buffer_view_t *result = nullptr;
    check(iree_runtime_call_outputs_pop_front_buffer_view(&call, &result));
    iree_byte_span_t contents = iree_hal_buffer_contents(iree_hal_buffer_view_buffer(result));
    touch(contents.data, contents.data_length);
    iree_hal_buffer_view_release(result);
  }
  iree_runtime_call_deinitialize(&call);
}

} // namespace

void runInSession(iree_const_byte_span_t file, const iree_vm_bytecode_module_t &module) {
  if (module.arena_bytes > maxBufferBytes || module.state_bytes > maxBufferBytes)
    return;
  const iree_allocator_t allocator = iree_allocator_system();
  const iree_hal_executable_loader_vtable_t loaderVtable = {[](iree_hal_executable_loader_t *) {},
                                                            supportsNative, loadIdle};
  const iree_hal_device_vtable_t deviceVtable = {[](iree_hal_device_t *) {}, dispatchIdle};
  IdleLoader loader = {{1, &loaderVtable}, &module};
  iree_hal_executable_loader_t *bytecodeLoader = nullptr;
  check(iree_hal_vmvx_module_loader_create(allocator, &bytecodeLoader));
  iree_hal_executable_loader_t *loaders[] = {&loader.base, bytecodeLoader};
  iree_hal_allocator_t *deviceAllocator = nullptr;
  check(iree_hal_allocator_create_heap(IREE_SV("fuzz"), allocator, allocator, &deviceAllocator));
  iree_hal_device_t device = {1, &deviceVtable, IREE_SV("fuzz"), allocator, deviceAllocator,
                              2, loaders};
  iree_runtime_instance_options_t instanceOptions;
  iree_runtime_instance_options_initialize(&instanceOptions);
  iree_runtime_session_options_t sessionOptions;
  iree_runtime_session_options_initialize(&sessionOptions);
  sessionOptions.instruction_budget = branchBudget;
  iree_runtime_instance_t *instance = nullptr;
  iree_runtime_session_t *session = nullptr;
  check(iree_runtime_instance_create(&instanceOptions, allocator, &instance));
  check(iree_runtime_session_create_with_device(instance, &sessionOptions, &device, allocator,
                                                &session));
  // May be refused: ABI version, features, no executable.
  if (iree_status_is_ok(iree_runtime_session_append_bytecode_module_from_memory(
          session, file, iree_allocator_null())))
    for (uint32_t i = 0; i < module.function_count; ++i)
      callFunction(session, i);
  iree_runtime_session_release(session);
  iree_runtime_instance_release(instance);
  iree_hal_allocator_release(deviceAllocator);
  iree_hal_executable_loader_release(bytecodeLoader);
}

} // namespace iree::fuzz
