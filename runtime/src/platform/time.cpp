// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/base/time.h"

#if !defined(IREE_PLATFORM_GENERIC)
#include <time.h>
#endif

// See iree/base/config.h for the forms that the two macros may have.
#if defined(IREE_PLATFORM_GENERIC) && !defined(IREE_TIME_NOW_FN)
#error                                                                                             \
    "IREE_TIME_NOW_FN: define the body of a function that returns nanoseconds, for instance { return 0; } where nothing waits"
#endif
#if defined(IREE_PLATFORM_GENERIC) && !defined(IREE_WAIT_UNTIL_FN)
#error                                                                                             \
    "IREE_WAIT_UNTIL_FN: define the name of a bool(uint64_t nanoseconds) that returns at that time, or IREE_WAIT_UNTIL_FN(nanoseconds) as an expression, for instance false where nothing waits"
#endif

#if defined(IREE_TIME_NOW_FN)
#define IREE_TEXT_OF_(...) #__VA_ARGS__
#define IREE_TEXT_OF(...) IREE_TEXT_OF_(__VA_ARGS__)
static_assert(IREE_TEXT_OF(IREE_TIME_NOW_FN)[0] != '"',
              "IREE_TIME_NOW_FN is a string; the quotes are the shell's, write it as "
              "-DIREE_TIME_NOW_FN=\"{ return 0; }\"");

iree_time_t iree_time_now(void){IREE_TIME_NOW_FN}
#elif !defined(IREE_PLATFORM_GENERIC)
iree_time_t iree_time_now(void) {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<iree_time_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}
#endif

#if defined(IREE_WAIT_UNTIL_FN)
// The parentheses keep a macro with parameters from being expanded.
extern "C" bool(IREE_WAIT_UNTIL_FN)(uint64_t nanoseconds);

bool iree_wait_until(iree_time_t deadline_ns) {
  uint64_t deadline = deadline_ns < 0 ? 0 : static_cast<uint64_t>(deadline_ns);
  (void)deadline; // a macro need not use it
  return IREE_WAIT_UNTIL_FN(deadline);
}
#elif !defined(IREE_PLATFORM_GENERIC)
bool iree_wait_until(iree_time_t deadline_ns) {
  iree_duration_t left = deadline_ns - iree_time_now();
  if (left <= 0)
    return true;
  timespec duration = {};
  duration.tv_sec = static_cast<time_t>(left / 1000000000);
  duration.tv_nsec = static_cast<long>(left % 1000000000);
  return nanosleep(&duration, nullptr) == 0;
}
#endif
