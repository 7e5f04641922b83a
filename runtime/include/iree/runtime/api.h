// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The whole runtime: open (append a module) -> bind (initialize a call) -> invoke.
#ifndef IREE_RUNTIME_API_H_
#define IREE_RUNTIME_API_H_

#include "iree/base/api.h"            // IWYU pragma: export
#include "iree/hal/api.h"             // IWYU pragma: export
#include "iree/runtime/call.h"        // IWYU pragma: export
#include "iree/runtime/instance.h"    // IWYU pragma: export
#include "iree/runtime/memory_size.h" // IWYU pragma: export
#include "iree/runtime/session.h"     // IWYU pragma: export
#include "iree/vm/api.h"              // IWYU pragma: export

#endif // IREE_RUNTIME_API_H_
