// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The device that needs no threads, with kernels from the ELF image inside the
// module.
#include "iree/hal/local/loaders/embedded_elf_loader.h"

#include "sample_platform.h"
#include "simple_mul_module.h"

iree_status_t create_sample_device(iree_allocator_t host_allocator, iree_hal_device_t **out_device);
iree_const_byte_span_t load_bytecode_module_data(void);

iree_status_t create_sample_device(iree_allocator_t host_allocator,
                                   iree_hal_device_t **out_device) {
  iree_hal_executable_loader_t *loader = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_embedded_elf_loader_create(host_allocator, &loader));
  iree_status_t status = sample_create_sync_device(loader, host_allocator, out_device);
  iree_hal_executable_loader_release(loader);
  return status;
}

iree_const_byte_span_t load_bytecode_module_data(void) {
  return iree_make_const_byte_span(simple_mul_module, simple_mul_module_size);
}
