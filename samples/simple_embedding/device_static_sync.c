// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The device that needs no threads, with kernels that are linked into the
// program: the smallest there is.
#include "iree/hal/local/loaders/static_library_loader.h"

#include "sample_platform.h"
#include "simple_mul_static.h"
#include "simple_mul_static_module.h"

iree_status_t create_sample_device(iree_allocator_t host_allocator, iree_hal_device_t **out_device);
iree_const_byte_span_t load_bytecode_module_data(void);

iree_status_t create_sample_device(iree_allocator_t host_allocator,
                                   iree_hal_device_t **out_device) {
  const iree_kernel_library_query_fn_t libraries[] = {simple_mul_static_library_query};
  iree_hal_executable_loader_t *loader = NULL;
  IREE_RETURN_IF_ERROR(
      iree_hal_static_library_loader_create(1, libraries, host_allocator, &loader));
  iree_status_t status = sample_create_sync_device(loader, host_allocator, out_device);
  iree_hal_executable_loader_release(loader);
  return status;
}

iree_const_byte_span_t load_bytecode_module_data(void) {
  return iree_make_const_byte_span(simple_mul_static_module, simple_mul_static_module_size);
}
