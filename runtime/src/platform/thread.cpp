// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "platform/thread.h"

#include <signal.h>
#include <unistd.h>

#if defined(IREE_PLATFORM_LINUX)
#include <sched.h>
#endif

namespace iree {

namespace {

iree_status_t exhausted(const char *what, int error) {
  if (error == 0)
    return iree_ok_status();
  return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED,
                          "the system refuses one more %s (error %d)", what, error);
}

} // namespace

iree_status_t Mutex::initialize() {
  return exhausted("mutex", pthread_mutex_init(&native, nullptr));
}

iree_status_t Condition::initialize() {
  return exhausted("condition variable", pthread_cond_init(&native, nullptr));
}

void *Thread::run(void *self) {
  auto *thread = static_cast<Thread *>(self);
  thread->function(thread->argument);
  return nullptr;
}

iree_status_t Thread::start(void (*body)(void *self), void *self) {
  function = body;
  argument = self;
  // Threads inherit the mask of signals: handlers stay with the application's.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&native, nullptr, run, this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return exhausted("thread", error);
}

uint32_t processorCount() {
#if defined(IREE_PLATFORM_LINUX)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0)
    return static_cast<uint32_t>(CPU_COUNT(&set));
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : static_cast<uint32_t>(count);
}

} // namespace iree
