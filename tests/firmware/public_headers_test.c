/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include "iree/base/api.h"
#include "iree/hal/api.h"
#include "iree/hal/drivers/local_sync/sync_device.h"
#include "iree/hal/local/loaders/embedded_elf_loader.h"
#include "iree/hal/local/loaders/static_library_loader.h"
#include "iree/hal/local/loaders/system_library_loader.h"
#include "iree/runtime/api.h"
#include "iree/vm/api.h"

iree_status_t public_headers_in_c(iree_status_t status);
iree_status_t public_headers_in_c(iree_status_t status) {
  IREE_RETURN_IF_ERROR(status);
  if (iree_status_is_ok(status))
    return iree_make_status(IREE_STATUS_UNKNOWN);
  return iree_make_status(IREE_STATUS_UNKNOWN, "%d of %s", 3, "four");
}
