// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A module of a session: verified, with its kernels, its arena and its state.
#ifndef IREE_SRC_RUNTIME_LOADED_MODULE_H_
#define IREE_SRC_RUNTIME_LOADED_MODULE_H_

#include "base/internal.h"
#include "iree/runtime/session.h"

namespace iree {

struct LoadedModule {
  iree_vm_bytecode_module_t module;
  LoadedModule *next;
  iree_hal_executable_t *executable; // null without kernels
  uint32_t executableOrdinal;
  iree_hal_buffer_t *arena;
  // Takes the arena's place for functions with registers once one of them has
  // asked for more; or null.
  iree_hal_buffer_t *grownArena;
  iree_hal_buffer_t *state; // null without variables
  // Set once the session owns the file's memory.
  iree_byte_span_t ownedData;
  iree_allocator_t dataAllocator;
  bool dataIsAligned; // from iree_allocator_malloc_aligned
};

// Opens `data` and loads it on `device`. Does not take the data.
iree_status_t loadModule(iree_const_byte_span_t data, iree_hal_device_t *device,
                         iree_allocator_t hostAllocator, LoadedModule **out);
// Gives all variables their initial values.
void resetState(LoadedModule *module);
void destroyModule(LoadedModule *module, iree_allocator_t hostAllocator);

// The arena of functions with registers.
inline iree_hal_buffer_t *currentArena(const LoadedModule *module) {
  return module->grownArena ? module->grownArena : module->arena;
}

// Makes it at least `bytes` long; what it holds is lost, views of results in it
// keep their memory. On failure it is what it was first.
iree_status_t growArena(LoadedModule *module, iree_hal_allocator_t *allocator, uint32_t bytes);

// The session's module that `function` belongs to, or null.
LoadedModule *findModule(const iree_runtime_session_t *session,
                         const iree_vm_bytecode_module_t *module);

iree_vm_check_callback_t checkCallback(const iree_runtime_session_t *session);
// The session's limit on branches of one invocation; 0: none.
uint64_t instructionBudget(const iree_runtime_session_t *session);

} // namespace iree

#endif // IREE_SRC_RUNTIME_LOADED_MODULE_H_
