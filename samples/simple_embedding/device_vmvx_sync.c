// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The device that needs no threads, with kernels as bytecode: the module is the
// same on every machine.
#include "iree/hal/drivers/local_sync/sync_device.h"
#include "iree/hal/local/loaders/vmvx_module_loader.h"

#include "simple_mul_vmvx_module.h"

iree_status_t create_sample_device(iree_allocator_t host_allocator, iree_hal_device_t **out_device);
iree_const_byte_span_t load_bytecode_module_data(void);

iree_status_t create_sample_device(iree_allocator_t host_allocator,
                                   iree_hal_device_t **out_device) {
  iree_hal_sync_device_params_t params;
  iree_hal_sync_device_params_initialize(&params);
  const iree_string_view_t identifier = IREE_SV("local-sync");

  iree_hal_executable_loader_t *loader = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_vmvx_module_loader_create(host_allocator, &loader));
  iree_hal_allocator_t *device_allocator = NULL;
  iree_status_t status =
      iree_hal_allocator_create_heap(identifier, host_allocator, host_allocator, &device_allocator);
  if (iree_status_is_ok(status)) {
    // The device keeps references of its own.
    status = iree_hal_sync_device_create(identifier, &params, 1, &loader, device_allocator,
                                         host_allocator, out_device);
    iree_hal_allocator_release(device_allocator);
  }
  iree_hal_executable_loader_release(loader);
  return status;
}

iree_const_byte_span_t load_bytecode_module_data(void) {
  return iree_make_const_byte_span(simple_mul_vmvx_module, simple_mul_vmvx_module_size);
}
