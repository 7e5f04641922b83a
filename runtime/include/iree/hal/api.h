// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_HAL_API_H_
#define IREE_HAL_API_H_

#include "iree/base/api.h"         // IWYU pragma: export
#include "iree/hal/buffer.h"       // IWYU pragma: export
#include "iree/hal/buffer_view.h"  // IWYU pragma: export
#include "iree/hal/device.h"       // IWYU pragma: export
#include "iree/hal/element_type.h" // IWYU pragma: export
#include "iree/hal/executable.h"   // IWYU pragma: export

#endif // IREE_HAL_API_H_
