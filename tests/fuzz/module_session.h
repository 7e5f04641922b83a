// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A verified module through the application's interface.
#ifndef IREE_TESTS_FUZZ_MODULE_SESSION_H_
#define IREE_TESTS_FUZZ_MODULE_SESSION_H_

#include "iree/runtime/api.h"

namespace iree::fuzz {

// Loads `file`, which opens as `module`, and calls all functions of moderate
// size. Kernels as bytecode run; native ones are replaced by kernels that do
// nothing.
void runInSession(iree_const_byte_span_t file, const iree_vm_bytecode_module_t &module);

} // namespace iree::fuzz

#endif // IREE_TESTS_FUZZ_MODULE_SESSION_H_
