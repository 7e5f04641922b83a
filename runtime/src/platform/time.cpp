// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/base/time.h"

#if !defined(IREE_PLATFORM_GENERIC)
#include <time.h>
#endif

#if defined(IREE_TIME_NOW_FN)
iree_time_t iree_time_now(void) IREE_TIME_NOW_FN
#elif defined(IREE_PLATFORM_GENERIC)
iree_time_t iree_time_now(void) { return 0; }
#else
iree_time_t iree_time_now(void) {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<iree_time_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}
#endif

#if defined(IREE_WAIT_UNTIL_FN)
    extern "C" bool IREE_WAIT_UNTIL_FN(uint64_t nanoseconds);
#endif

bool iree_wait_until(iree_time_t deadline_ns) {
#if defined(IREE_WAIT_UNTIL_FN)
  return IREE_WAIT_UNTIL_FN(deadline_ns < 0 ? 0 : static_cast<uint64_t>(deadline_ns));
#elif defined(IREE_PLATFORM_GENERIC)
  (void)deadline_ns;
  return true;
#else
  iree_duration_t left = deadline_ns - iree_time_now();
  if (left <= 0)
    return true;
  timespec duration = {};
  duration.tv_sec = static_cast<time_t>(left / 1000000000);
  duration.tv_nsec = static_cast<long>(left % 1000000000);
  return nanosleep(&duration, nullptr) == 0;
#endif
}
