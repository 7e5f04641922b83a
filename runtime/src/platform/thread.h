// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads of the operating system. Hosted platforms only.
#ifndef IREE_SRC_PLATFORM_THREAD_H_
#define IREE_SRC_PLATFORM_THREAD_H_

#include <pthread.h>

#include "iree/base/api.h"

namespace iree {

// Neither copied nor moved; initialise() before the first use.
class Mutex {
public:
  iree_status_t initialize();
  void deinitialize() { pthread_mutex_destroy(&native); }
  void lock() { pthread_mutex_lock(&native); }
  void unlock() { pthread_mutex_unlock(&native); }

private:
  friend class Condition;
  pthread_mutex_t native;
};

// Waiting for a change of what a mutex guards. Waits may end for no reason.
class Condition {
public:
  iree_status_t initialize();
  void deinitialize() { pthread_cond_destroy(&native); }
  // With `mutex` locked, which is unlocked meanwhile.
  void wait(Mutex *mutex) { pthread_cond_wait(&native, &mutex->native); }
  void wakeOne() { pthread_cond_signal(&native); }
  void wakeAll() { pthread_cond_broadcast(&native); }

private:
  pthread_cond_t native;
};

class Thread {
public:
  // Runs `body(self)` on a new thread that receives no signals of the process.
  // RESOURCE_EXHAUSTED when the system has none left.
  iree_status_t start(void (*body)(void *self), void *self);
  // Waits until the body has returned. Once for every start that succeeded.
  void join() { pthread_join(native, nullptr); }

private:
  static void *run(void *self);
  void (*function)(void *self);
  void *argument;
  pthread_t native;
};

// Processors that this process may run on; at least 1.
uint32_t processorCount();

// Tells the processor that the thread waits for memory to change.
inline void pauseProcessor() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield" ::: "memory");
#else
  __asm__ volatile("" ::: "memory");
#endif
}

} // namespace iree

#endif // IREE_SRC_PLATFORM_THREAD_H_
