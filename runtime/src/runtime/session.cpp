// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/runtime/session.h"

#include "runtime/loaded_module.h"

using iree::LoadedModule;

struct iree_runtime_session_t {
  uint64_t instructionBudget;
  int32_t ref_count;
  iree_allocator_t host_allocator;
  iree_runtime_instance_t *instance;
  iree_hal_device_t *device;
  LoadedModule *modules; // newest first
  iree_vm_check_callback_t check;
};
IREE_ASSERT_MEMORY_SIZE(iree_runtime_session_t, IREE_MEMORY_SESSION);

namespace {

size_t countModules(const iree_runtime_session_t *session) {
  size_t count = 0;
  for (LoadedModule *module = session->modules; module; module = module->next)
    ++count;
  return count;
}

const LoadedModule *moduleAt(const iree_runtime_session_t *session, size_t index) {
  size_t count = countModules(session);
  if (index >= count)
    return nullptr;
  const LoadedModule *module = session->modules;
  for (size_t i = count - 1; i != index; --i)
    module = module->next;
  return module;
}

void pushModule(iree_runtime_session_t *session, LoadedModule *module) {
  module->next = session->modules;
  session->modules = module;
}

} // namespace

void iree_runtime_session_options_initialize(iree_runtime_session_options_t *out_options) {
  *out_options = {};
}

iree_status_t iree_runtime_session_create_with_device(iree_runtime_instance_t *instance,
                                                      const iree_runtime_session_options_t *options,
                                                      iree_hal_device_t *device,
                                                      iree_allocator_t host_allocator,
                                                      iree_runtime_session_t **out_session) {
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, 0, out_session));
  **out_session = {
      options ? options->instruction_budget : 0, 1, host_allocator, instance, device, nullptr, {}};
  iree_runtime_instance_retain(instance);
  iree_hal_device_retain(device);
  return iree_ok_status();
}

void iree_runtime_session_set_check_callback(iree_runtime_session_t *session,
                                             iree_vm_check_callback_t callback) {
  session->check = callback;
}

iree_vm_check_callback_t iree::checkCallback(const iree_runtime_session_t *session) {
  return session->check;
}

void iree_runtime_session_retain(iree_runtime_session_t *session) {
  if (session)
    iree::retainRef(&session->ref_count);
}

void iree_runtime_session_release(iree_runtime_session_t *session) {
  if (!session || !iree::releaseRef(&session->ref_count))
    return;
  while (LoadedModule *module = session->modules) {
    session->modules = module->next;
    iree::destroyModule(module, session->host_allocator);
  }
  iree_hal_device_release(session->device);
  iree_runtime_instance_release(session->instance);
  iree_allocator_free(session->host_allocator, session);
}

iree_runtime_instance_t *iree_runtime_session_instance(const iree_runtime_session_t *session) {
  return session->instance;
}

iree_allocator_t iree_runtime_session_host_allocator(const iree_runtime_session_t *session) {
  return session->host_allocator;
}

iree_hal_device_t *iree_runtime_session_device(const iree_runtime_session_t *session) {
  return session->device;
}

iree_hal_allocator_t *iree_runtime_session_device_allocator(const iree_runtime_session_t *session) {
  return iree_hal_device_allocator(session->device);
}

iree_status_t
iree_runtime_session_append_bytecode_module_from_memory(iree_runtime_session_t *session,
                                                        iree_const_byte_span_t flatbuffer_data,
                                                        iree_allocator_t flatbuffer_allocator) {
  LoadedModule *module = nullptr;
  IREE_RETURN_IF_ERROR(
      iree::loadModule(flatbuffer_data, session->device, session->host_allocator, &module));
  // An owner that can free may also write: the cast undoes the caller's const.
  module->ownedData = {const_cast<uint8_t *>(flatbuffer_data.data), flatbuffer_data.data_length};
  module->dataAllocator = flatbuffer_allocator;
  pushModule(session, module);
  return iree_ok_status();
}

iree_status_t iree_runtime_session_append_bytecode_module_from_file(iree_runtime_session_t *session,
                                                                    const char *file_path) {
  iree_byte_span_t contents;
  LoadedModule *module = nullptr;
  iree_allocator_t allocator = session->host_allocator;
  IREE_RETURN_IF_ERROR(iree_file_read_contents(file_path, allocator, &contents));
  iree_status_t status =
      iree::loadModule(iree_make_const_byte_span(contents.data, contents.data_length),
                       session->device, allocator, &module);
  if (!iree_status_is_ok(status)) {
    iree_file_contents_free(allocator, contents);
    return status;
  }
  module->ownedData = contents;
  module->dataAllocator = allocator;
  module->dataIsAligned = true;
  pushModule(session, module);
  return iree_ok_status();
}

iree_status_t iree_runtime_session_lookup_function(const iree_runtime_session_t *session,
                                                   iree_string_view_t full_name,
                                                   iree_vm_function_t *out_function) {
  *out_function = {};
  for (LoadedModule *module = session->modules; module; module = module->next) {
    iree_status_t status =
        iree_vm_bytecode_module_lookup_function(&module->module, full_name, out_function);
    // With one module its own message says most.
    if (iree_status_is_ok(status) || (!module->next && module == session->modules))
      return status;
  }
  return iree_make_status(IREE_STATUS_NOT_FOUND, "no function '%.*s' in any of %zu modules",
                          IREE_SV_ARGS(full_name), countModules(session));
}

void iree_runtime_session_reset_state(iree_runtime_session_t *session) {
  for (LoadedModule *module = session->modules; module; module = module->next)
    iree::resetState(module);
}

iree_host_size_t iree_runtime_session_module_count(const iree_runtime_session_t *session) {
  return countModules(session);
}

const iree_vm_bytecode_module_t *iree_runtime_session_module(const iree_runtime_session_t *session,
                                                             iree_host_size_t index) {
  const LoadedModule *module = moduleAt(session, index);
  return module ? &module->module : nullptr;
}

uint32_t iree_runtime_session_module_executable(const iree_runtime_session_t *session,
                                                iree_host_size_t index) {
  const LoadedModule *module = moduleAt(session, index);
  return module ? module->executableOrdinal : UINT32_MAX;
}

uint64_t iree::instructionBudget(const iree_runtime_session_t *session) {
  return session->instructionBudget;
}

LoadedModule *iree::findModule(const iree_runtime_session_t *session,
                               const iree_vm_bytecode_module_t *module) {
  LoadedModule *loaded = session->modules;
  while (loaded && &loaded->module != module)
    loaded = loaded->next;
  return loaded;
}
