// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The device that runs kernels on several threads, with kernels from the ELF
// image inside the module.
#include "iree/hal/drivers/local_task/task_device.h"
#include "iree/hal/local/loaders/embedded_elf_loader.h"
#include "iree/task/api.h"

#include "simple_mul_module.h"

iree_status_t create_sample_device(iree_allocator_t host_allocator, iree_hal_device_t **out_device);
iree_const_byte_span_t load_bytecode_module_data(void);

// One thread for each processor, the calling one included.
static iree_status_t create_executor(iree_allocator_t host_allocator,
                                     iree_task_executor_t **out_executor) {
  iree_task_executor_options_t options;
  iree_task_executor_options_initialize(&options);
  iree_task_topology_t topology;
  iree_task_topology_initialize_from_group_count(0, &topology);
  iree_status_t status =
      iree_task_executor_create(options, &topology, host_allocator, out_executor);
  iree_task_topology_deinitialize(&topology);
  return status;
}

iree_status_t create_sample_device(iree_allocator_t host_allocator,
                                   iree_hal_device_t **out_device) {
  iree_hal_task_device_params_t params;
  iree_hal_task_device_params_initialize(&params);
  const iree_string_view_t identifier = IREE_SV("local-task");

  iree_task_executor_t *executor = NULL;
  iree_hal_executable_loader_t *loader = NULL;
  iree_hal_allocator_t *device_allocator = NULL;
  iree_status_t status = create_executor(host_allocator, &executor);
  if (iree_status_is_ok(status))
    status = iree_hal_embedded_elf_loader_create(host_allocator, &loader);
  if (iree_status_is_ok(status))
    status = iree_hal_allocator_create_heap(identifier, host_allocator, host_allocator,
                                            &device_allocator);
  if (iree_status_is_ok(status))
    status = iree_hal_task_device_create(identifier, &params, 1, &executor, 1, &loader,
                                         device_allocator, host_allocator, out_device);
  // The device keeps references of its own.
  iree_hal_allocator_release(device_allocator);
  iree_hal_executable_loader_release(loader);
  iree_task_executor_release(executor);
  return status;
}

iree_const_byte_span_t load_bytecode_module_data(void) {
  return iree_make_const_byte_span(simple_mul_module, simple_mul_module_size);
}
