// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Results of operations. A status is a word: 0 is success; otherwise its low
// five bits are the code and the rest names a record in a small static ring
// that holds file, line and message. Nothing is allocated and nothing needs to
// be freed; the text of a status is gone once IREE_STATUS_RECORD_COUNT newer
// ones have been made, its code is not.
#ifndef IREE_BASE_STATUS_H_
#define IREE_BASE_STATUS_H_

#include "iree/base/span.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum iree_status_code_e {
  IREE_STATUS_OK = 0,
  IREE_STATUS_CANCELLED = 1,
  IREE_STATUS_UNKNOWN = 2,
  IREE_STATUS_INVALID_ARGUMENT = 3,
  IREE_STATUS_DEADLINE_EXCEEDED = 4,
  IREE_STATUS_NOT_FOUND = 5,
  IREE_STATUS_ALREADY_EXISTS = 6,
  IREE_STATUS_PERMISSION_DENIED = 7,
  IREE_STATUS_RESOURCE_EXHAUSTED = 8,
  IREE_STATUS_FAILED_PRECONDITION = 9,
  IREE_STATUS_ABORTED = 10,
  IREE_STATUS_OUT_OF_RANGE = 11,
  IREE_STATUS_UNIMPLEMENTED = 12,
  IREE_STATUS_INTERNAL = 13,
  IREE_STATUS_UNAVAILABLE = 14,
  IREE_STATUS_DATA_LOSS = 15,
  IREE_STATUS_UNAUTHENTICATED = 16,
  IREE_STATUS_CODE_MASK = 0x1F
} iree_status_code_t;

typedef struct iree_status_handle_t *iree_status_t;

static inline iree_status_t iree_status_from_code(iree_status_code_t code) {
  return (iree_status_t)((uintptr_t)code & IREE_STATUS_CODE_MASK);
}
static inline iree_status_t iree_ok_status(void) { return (iree_status_t)0; }
static inline bool iree_status_is_ok(iree_status_t status) { return (uintptr_t)status == 0; }
static inline iree_status_code_t iree_status_code(iree_status_t status) {
  return (iree_status_code_t)((uintptr_t)status & IREE_STATUS_CODE_MASK);
}

#define IREE_IMPL_FIRST_(first, ...) first

// iree_make_status(code) or iree_make_status(code, format, ...). The format
// knows %s %.*s %d %u %x %c %% and the modifiers l and z; longer results are cut.
#if IREE_STATUS_MODE >= 2
#define iree_make_status(...) iree_status_allocate_f(__FILE__, __LINE__, __VA_ARGS__, "")
#elif IREE_STATUS_MODE == 1
#define iree_make_status(...)                                                                      \
  (IREE_IMPL_UNUSED_(__VA_ARGS__),                                                                 \
   iree_status_allocate_f(__FILE__, __LINE__, IREE_IMPL_FIRST_(__VA_ARGS__, 0), ""))
#else
#define iree_make_status(...)                                                                      \
  (IREE_IMPL_UNUSED_(__VA_ARGS__), iree_status_from_code(IREE_IMPL_FIRST_(__VA_ARGS__, 0)))
#endif
// Arguments count as used but are not evaluated.
#define IREE_IMPL_UNUSED_(...) ((void)sizeof(iree_status_unused_(__VA_ARGS__, 0)))

// Implementation of iree_make_status.
iree_status_t iree_status_allocate_f(const char *file, int line, int code, ...);
char iree_status_unused_(int code, ...); // never defined

// Ends the status' life; with this implementation nothing to do.
static inline void iree_status_free(iree_status_t status) { (void)status; }
static inline void iree_status_ignore(iree_status_t status) { (void)status; }
static inline iree_status_code_t iree_status_consume_code(iree_status_t status) {
  return iree_status_code(status);
}

// Keeps the first failure.
static inline iree_status_t iree_status_join(iree_status_t base, iree_status_t other) {
  return iree_status_is_ok(base) ? other : base;
}

// "INVALID_ARGUMENT" and so on; static text.
const char *iree_status_code_string(iree_status_code_t code);

// Writes "file:line: CODE; message" as far as known into `buffer` of
// `buffer_capacity` bytes, always NUL-terminated when the capacity is not 0.
// `out_buffer_length` (may be NULL) gets the full length without the NUL.
// Returns false when the text was cut.
bool iree_status_format(iree_status_t status, iree_host_size_t buffer_capacity, char *buffer,
                        iree_host_size_t *out_buffer_length);

// The message alone; empty when there is none or it has been overwritten.
iree_string_view_t iree_status_message(iree_status_t status);

#define IREE_RETURN_IF_ERROR(...)                                                                  \
  do {                                                                                             \
    iree_status_t iree_status_ = IREE_IMPL_FIRST_(__VA_ARGS__, 0);                                 \
    if (!iree_status_is_ok(iree_status_))                                                          \
      return iree_status_;                                                                         \
  } while (0)

#define IREE_IGNORE_ERROR(expr) iree_status_ignore(expr)

// The freestanding formatter behind messages; semantics of snprintf for the
// conversions named above. Returns the length of the whole text.
iree_host_size_t iree_format_text(char *buffer, iree_host_size_t buffer_capacity,
                                  const char *format, ...);

#ifdef __cplusplus
}
#endif

#endif // IREE_BASE_STATUS_H_
