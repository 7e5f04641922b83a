// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sample_platform.h"

typedef iree_status_t (*run_fn_t)(iree_runtime_session_t *session, void *user_data);

static iree_status_t run_on_instance(iree_runtime_instance_t *instance, run_fn_t run,
                                     void *user_data) {
  iree_hal_device_t *device = NULL;
  IREE_RETURN_IF_ERROR(
      iree_runtime_instance_try_create_default_device(instance, IREE_SV("local-sync"), &device));
  iree_runtime_session_options_t options;
  iree_runtime_session_options_initialize(&options);
  iree_runtime_session_t *session = NULL;
  iree_status_t status = iree_runtime_session_create_with_device(
      instance, &options, device, iree_runtime_instance_host_allocator(instance), &session);
  if (iree_status_is_ok(status)) {
    status = run(session, user_data);
    iree_runtime_session_release(session);
  }
  iree_hal_device_release(device);
  return status;
}

iree_status_t sample_run_on_default_device(run_fn_t run, void *user_data) {
  iree_runtime_instance_options_t options;
  iree_runtime_instance_options_initialize(&options);
  iree_runtime_instance_options_use_all_available_drivers(&options);
  iree_runtime_instance_t *instance = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_instance_create(&options, sample_host_allocator(), &instance));
  iree_status_t status = run_on_instance(instance, run, user_data);
  iree_runtime_instance_release(instance);
  return status;
}
