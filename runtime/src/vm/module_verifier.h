// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_SRC_VM_MODULE_VERIFIER_H_
#define IREE_SRC_VM_MODULE_VERIFIER_H_

#include "iree/vm/bytecode_module.h"
#include "vm/flatbuffer.h"

namespace iree {

// Bytes of the blob struct at `place`; empty when it is absent.
inline iree_const_byte_span_t blobSpan(const iree_vm_bytecode_module_t *module,
                                       const uint8_t *place) {
  if (!place)
    return iree_const_byte_span_empty();
  return iree_make_const_byte_span(module->blobs + flat::loadWord(place),
                                   flat::loadWord(place + 4));
}

// Checks that all table references of the file's FlatBuffer hold, without
// regard to what they mean.
iree_status_t verifyModuleTables(flat::Checker *checker, flat::Table root);

// Checks what functions and values say; their tables must have been checked.
iree_status_t verifyFunctions(const iree_vm_bytecode_module_t *module);

// Checks the code of one function. Lowers `*placeAlignment` to what the
// function's arena and constant bindings keep.
iree_status_t verifyCode(const iree_vm_bytecode_module_t *module,
                         const iree_vm_function_info_t *function, uint32_t *placeAlignment);

} // namespace iree

#endif // IREE_SRC_VM_MODULE_VERIFIER_H_
