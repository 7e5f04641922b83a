// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Classifies the embedded held-out images, compares every output with the
// reference, and reports accuracy and memory. The first inference lies between
// bench_begin() and bench_end(), for counting its instructions.
#include "iree/runtime/api.h"

#include "bench.h"
#include "board.h"
#include "digits_module.h"
#include "element.h"
#include "sample_platform.h"
#include "text.h"

typedef struct digits_result_t {
  uint32_t equal_count;   // images whose every output matches the reference
  uint32_t correct_count; // images classified as labelled
  uint32_t arena_bytes;   // planned by the compiler
} digits_result_t;

static void print_mismatch(uint32_t image, size_t class, const void *actual, const void *expected) {
  text_string(digits_element.model_name);
  text_string(": image ");
  text_unsigned(image);
  text_string(", class ");
  text_unsigned((uint32_t)class);
  text_string(": ");
  digits_element.print(actual, class);
  text_string(", expected ");
  digits_element.print(expected, class);
  text_string("\n");
}

// Adds the outputs of one image to `result`; prints the first that differs.
static void score(uint32_t image, const void *logits, digits_result_t *result) {
  const void *expected = (const uint8_t *)digits_element.expected +
                         image * DIGITS_CLASS_COUNT * digits_element.size_bytes;
  size_t best = 0;
  size_t mismatch = DIGITS_CLASS_COUNT;
  for (size_t i = DIGITS_CLASS_COUNT; i-- > 0;) {
    if (!digits_element.matches(logits, expected, i))
      mismatch = i;
  }
  for (size_t i = 1; i < DIGITS_CLASS_COUNT; ++i) {
    if (digits_element.greater(logits, i, best))
      best = i;
  }
  if (mismatch < DIGITS_CLASS_COUNT) {
    print_mismatch(image, mismatch, logits, expected);
  } else {
    ++result->equal_count;
  }
  if (best == digits_element.labels[image])
    ++result->correct_count;
}

// The image is read where it lies: a view wraps it, nothing is copied.
static iree_status_t push_image(iree_runtime_call_t *call, uint32_t image) {
  static const iree_hal_dim_t shape[4] = {1, DIGITS_HEIGHT, DIGITS_WIDTH, 1};
  const iree_host_size_t image_bytes = DIGITS_HEIGHT * DIGITS_WIDTH * digits_element.size_bytes;
  // Arguments are only read.
  uint8_t *data = (uint8_t *)(uintptr_t)digits_element.images + image * image_bytes;
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_hal_buffer_view_wrap(
      iree_make_byte_span(data, image_bytes), 4, shape, digits_element.hal_element_type,
      IREE_HAL_ENCODING_TYPE_DENSE_ROW_MAJOR, iree_runtime_session_host_allocator(call->session),
      &view));
  iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(call, view);
  iree_hal_buffer_view_release(view);
  return status;
}

static iree_status_t classify(iree_runtime_call_t *call, uint32_t image, digits_result_t *result) {
  iree_runtime_call_reset(call);
  IREE_RETURN_IF_ERROR(push_image(call, image));
  if (image == 0)
    bench_begin();
  iree_status_t status = iree_runtime_call_invoke(call, 0);
  if (image == 0)
    bench_end();
  IREE_RETURN_IF_ERROR(status);
  iree_hal_buffer_view_t *view = NULL;
  IREE_RETURN_IF_ERROR(iree_runtime_call_outputs_pop_front_buffer_view(call, &view));
  const iree_byte_span_t logits = iree_hal_buffer_contents(iree_hal_buffer_view_buffer(view));
  if (logits.data_length == DIGITS_CLASS_COUNT * digits_element.size_bytes) {
    score(image, logits.data, result);
  } else {
    status = iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "the result is not 1x10");
  }
  iree_hal_buffer_view_release(view);
  return status;
}

static iree_status_t classify_all(iree_runtime_session_t *session, void *user_data) {
  digits_result_t *result = user_data;
  IREE_RETURN_IF_ERROR(iree_runtime_session_append_bytecode_module_from_memory(
      session, iree_make_const_byte_span(digits_module, digits_module_size),
      iree_allocator_null()));
  result->arena_bytes = iree_runtime_session_module(session, 0)->arena_bytes;
  iree_runtime_call_t call;
  IREE_RETURN_IF_ERROR(
      iree_runtime_call_initialize_by_name(session, IREE_SV("module.digits"), &call));
  iree_status_t status = iree_ok_status();
  for (uint32_t i = 0; iree_status_is_ok(status) && i < digits_element.image_count; ++i) {
    status = classify(&call, i, result);
  }
  iree_runtime_call_deinitialize(&call);
  return status;
}

static void print_count(const char *before, uint32_t count, const char *after) {
  text_string(before);
  text_unsigned(count);
  text_string(after);
}

int main(void) {
  digits_result_t result = {0};
  iree_status_t status = sample_run_on_default_device(classify_all, &result);
  if (!iree_status_is_ok(status)) {
    sample_print_status(status);
    return 1;
  }
  const uint32_t count = digits_element.image_count;
  text_string(digits_element.model_name);
  print_count(": ", result.equal_count, "/");
  print_count("", count, " equal");
  print_count(", accuracy ", result.correct_count, "/");
  print_count("", count, "");
  print_count(", arena ", result.arena_bytes, " B");
  print_count(", stack ", (uint32_t)board_stack_used(), " B");
  print_count(", memory ", (uint32_t)sample_host_memory_peak(), " B\n");
  return result.equal_count == count ? 0 : 1;
}
