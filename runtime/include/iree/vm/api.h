// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_VM_API_H_
#define IREE_VM_API_H_

#include "iree/base/api.h"           // IWYU pragma: export
#include "iree/vm/bytecode_module.h" // IWYU pragma: export

#endif // IREE_VM_API_H_
