// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A module with a variable: a counter that is read, set, added to and reset by
// functions of the module, and by the session.
#include "iree/runtime/api.h"

#include "board.h"
#include "counter_module.h"
#include "sample_platform.h"
#include "text.h"

// Appends `*value`, used in place, to the inputs of `call`.
static iree_status_t push_value(iree_runtime_call_t *call, int32_t *value) {
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_buffer_view_wrap(
      iree_make_byte_span(value, sizeof(*value)), 0, NULL, IREE_HAL_ELEMENT_TYPE_INT_32,
      IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, iree_runtime_session_host_allocator(call->session),
      &view));
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(call, view);
  iree_hal_buffer_view_release(view);
  return status;
}

static iree_status_t pop_value(iree_runtime_call_t *call, int32_t *out_value) {
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_call_outputs_pop_front_buffer_view(call, &view));
  iree_status_t status = iree_hal_device_transfer_d2h(
      iree_runtime_session_device(call->session), iree_hal_buffer_view_buffer(view), 0, out_value,
      sizeof(*out_value), IREE_HAL_TRANSFER_BUFFER_FLAG_DEFAULT, iree_infinite_timeout());
  iree_hal_buffer_view_release(view);
  return status;
}

// Calls the function; `argument` and `out_result` are NULL if it has none.
static iree_status_t call_function(iree_runtime_session_t *session, const char *name,
                                   int32_t *argument, int32_t *out_result) {
  iree_runtime_call_t call;
  IREE_RETURN_IF_ERROR(
      iree_runtime_call_initialize_by_name(session, iree_make_cstring_view(name), &call));
  iree_status_t status = iree_ok_status();
  if (argument)
    status = push_value(&call, argument);
  if (iree_status_is_ok(status))
    status = iree_runtime_call_invoke(&call, 0);
  if (iree_status_is_ok(status) && out_result)
    status = pop_value(&call, out_result);
  iree_runtime_call_deinitialize(&call);
  return status;
}

// Fails unless the counter is `expected`.
static iree_status_t check_value(iree_runtime_session_t *session, int32_t expected) {
  int32_t value = 0;
  IREE_RETURN_IF_ERROR(call_function(session, "counter.get_value", NULL, &value));
  text_string("value ");
  text_unsigned((uint32_t)value);
  text_string("\n");
  if (value == expected)
    return iree_ok_status();
  return iree_make_status(IREE_STATUS_UNKNOWN, "the counter is %d, not %d", (int)value,
                          (int)expected);
}

static iree_status_t count(iree_runtime_session_t *session, void *user_data) {
  (void)user_data;
  IREE_RETURN_IF_ERROR(iree_runtime_session_append_bytecode_module_from_memory(
      session, iree_make_const_byte_span(counter_module, counter_module_size),
      iree_allocator_null()));
  int32_t ten = 10, five = 5, sum = 0;
  IREE_RETURN_IF_ERROR(check_value(session, 0)); // the variable's initial value
  IREE_RETURN_IF_ERROR(call_function(session, "counter.set_value", &ten, NULL));
  IREE_RETURN_IF_ERROR(check_value(session, 10));
  IREE_RETURN_IF_ERROR(call_function(session, "counter.add_to_value", &five, &sum));
  IREE_RETURN_IF_ERROR(call_function(session, "counter.add_to_value", &five, &sum));
  if (sum != 20)
    return iree_make_status(IREE_STATUS_UNKNOWN, "the sum is %d, not 20", (int)sum);
  IREE_RETURN_IF_ERROR(check_value(session, 20));
  IREE_RETURN_IF_ERROR(call_function(session, "counter.reset_value", NULL, NULL));
  IREE_RETURN_IF_ERROR(check_value(session, 0));
  // What a module has no function for, the session can do.
  IREE_RETURN_IF_ERROR(call_function(session, "counter.set_value", &five, NULL));
  iree_runtime_session_reset_state(session);
  return check_value(session, 0);
}

int main(void) {
  iree_status_t status = sample_run_on_default_device(count, NULL);
  if (!iree_status_is_ok(status)) {
    sample_print_status(status);
    return (int)iree_status_consume_code(status);
  }
  text_string("memory ");
  text_unsigned((uint32_t)sample_host_memory_peak());
  text_string(" B, stack ");
  text_unsigned((uint32_t)board_stack_used());
  text_string(" B\nvariables_and_state done\n");
  return 0;
}
