// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/loaded_module.h"

#include "vm/module_verifier.h"
#include "vm/schema.h"

namespace iree {

IREE_ASSERT_MEMORY_SIZE(LoadedModule, IREE_MEMORY_LOADED_MODULE);

namespace {

// Messages name kernels; where there are no messages, this is left out.
[[maybe_unused]] iree_string_view_t kernelName(const iree_vm_bytecode_module_t &module,
                                               uint32_t ordinal) {
  iree_vm_kernel_info_t kernel;
  iree_vm_bytecode_module_kernel(&module, ordinal, &kernel);
  return kernel.name;
}

// Whether the executable's kernels are what the module's code expects.
iree_status_t verifyKernels(const iree_vm_bytecode_module_t &module,
                            const iree_hal_executable_t *executable) {
  for (uint32_t i = 0; i < module.kernel_count; ++i) {
    flat::Table kernel = flat::tableElement(module.kernels, i);
    uint32_t bindingCount = kernel.half(schema::kernel::bindingCount);
    uint32_t constantCount = kernel.half(schema::kernel::constantCount);
    iree_hal_kernel_info_t entry;
    executable->vtable->describe(executable, i, &entry);
    if (entry.binding_count != bindingCount || entry.constant_count != constantCount)
      return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                              "kernel %u '%.*s': the library takes %u bindings and %u constants, "
                              "the module gives %u and %u",
                              i, IREE_SV_ARGS(kernelName(module, i)), entry.binding_count,
                              entry.constant_count, bindingCount, constantCount);
  }
  if (executable->binding_alignment > module.place_alignment)
    return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                            "kernels want bindings aligned to %u bytes, the module keeps %u",
                            executable->binding_alignment, module.place_alignment);
  return iree_ok_status();
}

iree_status_t loadExecutable(const iree_vm_bytecode_module_t &module, uint32_t ordinal,
                             iree_hal_device_t *device, iree_allocator_t hostAllocator,
                             iree_hal_executable_t **out) {
  namespace executable = schema::executable;
  flat::Table table = flat::tableElement(module.executables, ordinal);
  iree_hal_executable_params_t params;
  table.string(executable::format, &params.format);
  table.string(executable::libraryName, &params.library_name);
  params.identity = table.word(executable::identity);
  params.required_features = table.word(executable::requiredFeatures);
  params.kernel_count = module.kernel_count;
  params.image = blobSpan(&module, table.at(executable::image));
  IREE_RETURN_IF_ERROR(iree_hal_device_load_executable(device, &params, hostAllocator, out));
  iree_status_t status = verifyKernels(module, *out);
  if (!iree_status_is_ok(status)) {
    iree_hal_executable_release(*out);
    *out = nullptr;
  }
  return status;
}

// Takes the first executable that loads; otherwise tells why the first one
// with a loader did not.
iree_status_t loadKernels(LoadedModule *loaded, iree_hal_device_t *device,
                          iree_allocator_t hostAllocator) {
  const iree_vm_bytecode_module_t &module = loaded->module;
  loaded->executableOrdinal = UINT32_MAX;
  if (module.kernel_count == 0)
    return iree_ok_status();
  if (module.abi_version < IREE_KERNEL_ABI_VERSION_MIN ||
      module.abi_version > IREE_KERNEL_ABI_VERSION_MAX)
    return iree_make_status(
        IREE_STATUS_UNAVAILABLE, "module's kernels have ABI version %u; this runtime runs %u to %u",
        module.abi_version, IREE_KERNEL_ABI_VERSION_MIN, IREE_KERNEL_ABI_VERSION_MAX);
  if (module.executable_count == 0)
    return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                            "module has kernels but no executable");
  iree_status_t firstFailure = iree_ok_status();
  for (uint32_t i = 0; i < module.executable_count; ++i) {
    iree_status_t status = loadExecutable(module, i, device, hostAllocator, &loaded->executable);
    if (iree_status_is_ok(status)) {
      loaded->executableOrdinal = i;
      return status;
    }
    firstFailure = iree_status_join(firstFailure, status);
  }
  return firstFailure;
}

iree_hal_buffer_params_t bufferParams(const iree_vm_bytecode_module_t &module) {
  // Results lie in the arena and are aligned to their elements, up to 8 bytes.
  constexpr uint32_t minAlignment = 16;
  iree_hal_buffer_params_t params = {};
  params.min_alignment =
      module.arena_alignment > minAlignment ? module.arena_alignment : minAlignment;
  return params;
}

iree_status_t fillModule(LoadedModule *loaded, iree_const_byte_span_t data,
                         iree_hal_device_t *device, iree_allocator_t hostAllocator) {
  IREE_RETURN_IF_ERROR(iree_vm_bytecode_module_open(data, &loaded->module));
  IREE_RETURN_IF_ERROR(loadKernels(loaded, device, hostAllocator));
  iree_hal_buffer_params_t params = bufferParams(loaded->module);
  iree_hal_allocator_t *allocator = iree_hal_device_allocator(device);
  IREE_RETURN_IF_ERROR(iree_hal_allocator_allocate_buffer(
      allocator, params, loaded->module.arena_bytes, &loaded->arena));
  if (loaded->module.state_bytes == 0)
    return iree_ok_status();
  IREE_RETURN_IF_ERROR(iree_hal_allocator_allocate_buffer(
      allocator, params, loaded->module.state_bytes, &loaded->state));
  resetState(loaded);
  return iree_ok_status();
}

} // namespace

iree_status_t loadModule(iree_const_byte_span_t data, iree_hal_device_t *device,
                         iree_allocator_t hostAllocator, LoadedModule **out) {
  LoadedModule *loaded = nullptr;
  *out = nullptr;
  IREE_RETURN_IF_ERROR(allocateObject(hostAllocator, 0, &loaded));
  iree_status_t status = fillModule(loaded, data, device, hostAllocator);
  if (!iree_status_is_ok(status)) {
    destroyModule(loaded, hostAllocator);
    return status;
  }
  *out = loaded;
  return iree_ok_status();
}

void resetState(LoadedModule *module) {
  if (!module->state)
    return;
  uint8_t *state = iree_hal_buffer_contents(module->state).data;
  iree_const_byte_span_t values = module->module.state_values;
  zeroBytes(state, module->module.state_bytes);
  if (values.data_length != 0)
    copyBytes(state, values.data, values.data_length);
}

iree_status_t growArena(LoadedModule *module, iree_hal_allocator_t *allocator, uint32_t bytes) {
  if (iree_hal_buffer_byte_length(currentArena(module)) >= bytes)
    return iree_ok_status();
  // First, so that a fixed block may have room for the new one.
  iree_hal_buffer_release(module->grownArena);
  module->grownArena = nullptr;
  return iree_hal_allocator_allocate_buffer(allocator, bufferParams(module->module), bytes,
                                            &module->grownArena);
}

void destroyModule(LoadedModule *module, iree_allocator_t hostAllocator) {
  iree_hal_executable_release(module->executable);
  iree_hal_buffer_release(module->arena);
  iree_hal_buffer_release(module->grownArena);
  iree_hal_buffer_release(module->state);
  if (module->dataIsAligned)
    iree_allocator_free_aligned(module->dataAllocator, module->ownedData.data);
  else
    iree_allocator_free(module->dataAllocator, module->ownedData.data);
  iree_allocator_free(hostAllocator, module);
}

} // namespace iree
