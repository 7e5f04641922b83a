// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_BASE_API_H_
#define IREE_BASE_API_H_

#include "iree/base/allocator.h" // IWYU pragma: export
#include "iree/base/config.h"    // IWYU pragma: export
#include "iree/base/file_io.h"   // IWYU pragma: export
#include "iree/base/span.h"      // IWYU pragma: export
#include "iree/base/status.h"    // IWYU pragma: export
#include "iree/base/time.h"      // IWYU pragma: export

#endif // IREE_BASE_API_H_
