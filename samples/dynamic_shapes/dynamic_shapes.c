// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A module whose functions take tensors of any size, called with several. The
// shape of a result stands in its view.
#include "iree/runtime/api.h"

#include "board.h"
#include "dynamic_shapes_module.h"
#include "sample_platform.h"
#include "text.h"

enum { MAX_ELEMENTS = 16 };

// A dense array of i32.
typedef struct values_t {
  iree_host_size_t rank;
  iree_hal_dim_t shape[2];
  int32_t elements[MAX_ELEMENTS];
} values_t;

static iree_host_size_t element_count(const values_t *values) {
  iree_host_size_t count = 1;
  for (iree_host_size_t i = 0; i < values->rank; ++i)
    count *= values->shape[i];
  return count;
}

// Appends `values`, used in place, to the inputs of `call`.
static iree_status_t push_values(iree_runtime_call_t *call, values_t *values) {
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_buffer_view_wrap(
      iree_make_byte_span(values->elements, element_count(values) * sizeof(int32_t)), values->rank,
      values->shape, IREE_HAL_ELEMENT_TYPE_INT_32, IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR,
      iree_runtime_session_host_allocator(call->session), &view));
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(call, view);
  iree_hal_buffer_view_release(view);
  return status;
}

// Takes the result, with its shape.
static iree_status_t pop_values(iree_runtime_call_t *call, values_t *out_values) {
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_call_outputs_pop_front_buffer_view(call, &view));
  iree_status_t status = iree_ok_status();
  out_values->rank = iree_hal_buffer_view_shape_rank(view);
  for (iree_host_size_t i = 0; i < out_values->rank && i < 2; ++i)
    out_values->shape[i] = iree_hal_buffer_view_shape_dim(view, i);
  if (out_values->rank > 2 || element_count(out_values) > MAX_ELEMENTS)
    status = iree_make_status(IREE_STATUS_OUT_OF_RANGE, "the result is too large");
  if (iree_status_is_ok(status))
    status = iree_hal_buffer_map_read(iree_hal_buffer_view_buffer(view), 0, out_values->elements,
                                      element_count(out_values) * sizeof(int32_t));
  iree_hal_buffer_view_release(view);
  return status;
}

static bool are_equal(const values_t *a, const values_t *b) {
  if (a->rank != b->rank)
    return false;
  for (iree_host_size_t i = 0; i < a->rank; ++i)
    if (a->shape[i] != b->shape[i])
      return false;
  for (iree_host_size_t i = 0; i < element_count(a); ++i)
    if (a->elements[i] != b->elements[i])
      return false;
  return true;
}

// Calls the function and compares its result.
static iree_status_t check_function(iree_runtime_session_t *session, const char *name,
                                    values_t *argument, const values_t *expected) {
  iree_runtime_call_t call;
  values_t result;
  IREE_RETURN_IF_ERROR(
      iree_runtime_call_initialize_by_name(session, iree_make_cstring_view(name), &call));
  iree_status_t status = push_values(&call, argument);
  if (iree_status_is_ok(status))
    status = iree_runtime_call_invoke(&call, 0);
  if (iree_status_is_ok(status))
    status = pop_values(&call, &result);
  iree_runtime_call_deinitialize(&call);
  if (iree_status_is_ok(status) && !are_equal(&result, expected))
    status = iree_make_status(IREE_STATUS_UNKNOWN, "%s: another result", name);
  text_string(name);
  text_string(" of ");
  text_unsigned((uint32_t)element_count(argument));
  text_string("\n");
  return status;
}

static iree_status_t check_all(iree_runtime_session_t *session) {
  values_t one = {1, {1, 0}, {7}};
  values_t ten = {1, {10, 0}, {1, 10, 100, 2, 20, 200, 3, 30, 300, -5}};
  values_t one_sum = {0, {0, 0}, {7}}, ten_sum = {0, {0, 0}, {661}};
  values_t one_more = {1, {1, 0}, {8}};
  values_t ten_more = {1, {10, 0}, {2, 11, 101, 3, 21, 201, 4, 31, 301, -4}};
  values_t row = {2, {1, 3}, {1, 10, 100}}, row_sum = {1, {3, 0}, {1, 10, 100}};
  values_t rows = {2, {3, 3}, {1, 10, 100, 2, 20, 200, 3, 30, 300}};
  values_t rows_sum = {1, {3, 0}, {6, 60, 600}};
  IREE_RETURN_IF_ERROR(check_function(session, "dynamic_shapes.reduce_sum_1d", &one, &one_sum));
  IREE_RETURN_IF_ERROR(check_function(session, "dynamic_shapes.reduce_sum_1d", &ten, &ten_sum));
  IREE_RETURN_IF_ERROR(check_function(session, "dynamic_shapes.reduce_sum_2d", &row, &row_sum));
  IREE_RETURN_IF_ERROR(check_function(session, "dynamic_shapes.reduce_sum_2d", &rows, &rows_sum));
  IREE_RETURN_IF_ERROR(check_function(session, "dynamic_shapes.add_one", &one, &one_more));
  return check_function(session, "dynamic_shapes.add_one", &ten, &ten_more);
}

static iree_status_t run_on_instance(iree_runtime_instance_t *instance) {
  iree_hal_device_t *device = NULL;
  IREE_RETURN_IF_ERROR(
      iree_runtime_instance_try_create_default_device(instance, IREE_SV("local-sync"), &device));
  iree_runtime_session_options_t options;
  iree_runtime_session_options_initialize(&options);
  iree_runtime_session_t *session = NULL;
  iree_status_t status = iree_runtime_session_create_with_device(
      instance, &options, device, iree_runtime_instance_host_allocator(instance), &session);
  if (iree_status_is_ok(status)) {
    status = iree_runtime_session_append_bytecode_module_from_memory(
        session, iree_make_const_byte_span(dynamic_shapes_module, dynamic_shapes_module_size),
        iree_allocator_null());
  }
  if (iree_status_is_ok(status))
    status = check_all(session);
  iree_runtime_session_release(session);
  iree_hal_device_release(device);
  return status;
}

int main(void) {
  iree_runtime_instance_options_t options;
  iree_runtime_instance_options_initialize(&options);
  iree_runtime_instance_options_use_all_available_drivers(&options);
  iree_runtime_instance_t *instance = NULL;
  iree_status_t status = iree_runtime_instance_create(&options, sample_host_allocator(), &instance);
  if (iree_status_is_ok(status)) {
    status = run_on_instance(instance);
    iree_runtime_instance_release(instance);
  }
  if (!iree_status_is_ok(status)) {
    sample_print_status(status);
    return (int)iree_status_consume_code(status);
  }
  text_string("memory ");
  text_unsigned((uint32_t)sample_host_memory_peak());
  text_string(" B, stack ");
  text_unsigned((uint32_t)board_stack_used());
  text_string(" B\ndynamic_shapes done\n");
  return 0;
}
