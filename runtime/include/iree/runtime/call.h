// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Call: one function with its inputs and outputs, invoked any number of times.
//
//   iree_runtime_call_initialize_by_name(session, IREE_SV("module.f"), &call);
//   iree_runtime_call_inputs_push_back_buffer_view(&call, input);
//   iree_runtime_call_invoke(&call, 0);
//   iree_runtime_call_outputs_pop_front_buffer_view(&call, &output);
//   ... iree_runtime_call_reset(&call) before the next inputs ...
//   iree_hal_buffer_view_release(output);
//   iree_runtime_call_deinitialize(&call);
//
// Results lie in the session's arena unless the caller binds a buffer: their
// contents are valid until the next invocation in that module. Their memory is
// valid as long as the views are held, even after call and session are gone.
#ifndef IREE_RUNTIME_CALL_H_
#define IREE_RUNTIME_CALL_H_

#include "iree/runtime/session.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef uint32_t iree_runtime_call_flags_t;
enum { IREE_RUNTIME_CALL_FLAG_RESERVED = 0u };

struct iree_runtime_call_state_t;

typedef struct iree_runtime_call_t {
  iree_runtime_session_t *session;
  iree_vm_function_t function;
  struct iree_runtime_call_state_t *state;
} iree_runtime_call_t;

// Allocates lists and result views from the session's host allocator.
iree_status_t iree_runtime_call_initialize(iree_runtime_session_t *session,
                                           iree_vm_function_t function,
                                           iree_runtime_call_t *out_call);
iree_status_t iree_runtime_call_initialize_by_name(iree_runtime_session_t *session,
                                                   iree_string_view_t full_name,
                                                   iree_runtime_call_t *out_call);
void iree_runtime_call_deinitialize(iree_runtime_call_t *call);

// Drops inputs and outputs; bound result buffers stay bound.
void iree_runtime_call_reset(iree_runtime_call_t *call);

// Appends and retains the next argument, which is used in place.
// INVALID_ARGUMENT, naming the argument, when its element type, shape, length
// or alignment (the element's size) is wrong, or when there are too many.
iree_status_t iree_runtime_call_inputs_push_back_buffer_view(iree_runtime_call_t *call,
                                                             iree_hal_buffer_view_t *buffer_view);

// Appends the next argument, which the caller writes to its place in the arena:
// `out_memory`, aligned to its elements. The invocation overwrites it: it must be
// written before each one, and after every other invocation that uses the arena.
// FAILED_PRECONDITION if the argument has no place there (see
// --iree-arguments-in-arena), INVALID_ARGUMENT if there are too many.
iree_status_t iree_runtime_call_inputs_push_back_in_arena(iree_runtime_call_t *call,
                                                          iree_byte_span_t *out_memory);

// Lets result `ordinal` be written to `buffer` (retained; aligned to the
// element's size, at least as long as the result, which is checked by the
// invocation if its shape is dynamic) from the next invocation on;
// NULL returns it to the arena. It must not overlap the arena or the inputs.
iree_status_t iree_runtime_call_bind_output(iree_runtime_call_t *call, iree_host_size_t ordinal,
                                            iree_hal_buffer_t *buffer);

// Runs the function. All arguments must have been pushed. On success the outputs
// are all results, from the first.
//
// Allocates nothing, unless shapes are dynamic: then the arena, if the shapes
// need a longer one than there is, from the device's allocator
// (RESOURCE_EXHAUSTED, naming the bytes, if there is no memory), and views of
// results that have another shape or place than before. INVALID_ARGUMENT if
// sizes do not fit each other, or a result not its bound buffer.
iree_status_t iree_runtime_call_invoke(iree_runtime_call_t *call, iree_runtime_call_flags_t flags);

// Takes the next result; the caller releases it. OUT_OF_RANGE when there is
// none left.
iree_status_t
iree_runtime_call_outputs_pop_front_buffer_view(iree_runtime_call_t *call,
                                                iree_hal_buffer_view_t **out_buffer_view);

// Number of inputs pushed, and of outputs not yet taken.
iree_host_size_t iree_runtime_call_inputs_size(const iree_runtime_call_t *call);
iree_host_size_t iree_runtime_call_outputs_size(const iree_runtime_call_t *call);

#ifdef __cplusplus
}
#endif

#endif // IREE_RUNTIME_CALL_H_
