// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_BASE_TIME_H_
#define IREE_BASE_TIME_H_

#include "iree/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// Nanoseconds since some fixed moment.
typedef int64_t iree_time_t;
typedef int64_t iree_duration_t;

#define IREE_TIME_INFINITE_PAST INT64_MIN
#define IREE_TIME_INFINITE_FUTURE INT64_MAX

typedef struct iree_timeout_t {
  iree_time_t deadline_ns;
} iree_timeout_t;

static inline iree_timeout_t iree_infinite_timeout(void) {
  iree_timeout_t timeout;
  timeout.deadline_ns = IREE_TIME_INFINITE_FUTURE;
  return timeout;
}
static inline iree_timeout_t iree_immediate_timeout(void) {
  iree_timeout_t timeout;
  timeout.deadline_ns = IREE_TIME_INFINITE_PAST;
  return timeout;
}

// See IREE_TIME_NOW_FN in iree/base/config.h.
iree_time_t iree_time_now(void);

// Returns at `deadline_ns` or soon after; false when interrupted. See
// IREE_WAIT_UNTIL_FN in iree/base/config.h.
bool iree_wait_until(iree_time_t deadline_ns);

#ifdef __cplusplus
}
#endif

#endif // IREE_BASE_TIME_H_
