// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "task/executor.h"

#include "base/internal.h"
#include "platform/thread.h"

namespace iree {

// Work that has been brought, on the stack of the thread that brought it.
struct Job {
  const iree::ParallelWork *work;
  Job *next;
  uint32_t nextIndex; // atomic
  uint32_t helpers;   // workers at it: written with the mutex locked, read without
};

} // namespace iree

using iree::Job;

namespace {

// Piece after piece until none is left.
void helpWith(Job *job) {
  const iree::ParallelWork &work = *job->work;
  for (;;) {
    uint32_t index = __atomic_fetch_add(&job->nextIndex, 1, __ATOMIC_RELAXED);
    if (index >= work.count)
      return;
    if (!work.run(work.self, index))
      __atomic_store_n(&job->nextIndex, work.count, __ATOMIC_RELAXED);
  }
}

} // namespace

// Followed by the workers.
struct iree_task_executor_t {
  int32_t ref_count;
  iree_allocator_t host_allocator;
  iree_duration_t spin_ns;
  uint32_t worker_count;

  iree::Mutex mutex; // guards what follows
  iree::Condition work_came;
  iree::Condition work_done;
  Job *jobs;           // those with pieces left, oldest first; written and read as a
                       // whole without the mutex to see whether there are any
  uint32_t sleeping;   // workers that wait for `work_came`
  uint32_t waiting;    // callers that wait for `work_done`
  uint32_t isStopping; // read without the mutex too

  iree::Thread *workers() { return reinterpret_cast<iree::Thread *>(this + 1); }
};

namespace {

bool hasNews(const iree_task_executor_t *executor) {
  return __atomic_load_n(&executor->jobs, __ATOMIC_RELAXED) != nullptr ||
         __atomic_load_n(&executor->isStopping, __ATOMIC_RELAXED) != 0;
}

// Looks for the change that `isThere` tells of, for as long as the options say.
template <typename Predicate> void spin(const iree_task_executor_t *executor, Predicate isThere) {
  if (executor->spin_ns <= 0)
    return;
  iree_time_t deadline = iree_time_now() + executor->spin_ns;
  do {
    for (int i = 0; i < 32; ++i) {
      if (isThere())
        return;
      iree::pauseProcessor();
    }
  } while (iree_time_now() < deadline);
}

// The list changes with the mutex locked.
void setLink(Job **link, Job *job) { __atomic_store_n(link, job, __ATOMIC_RELAXED); }

void append(iree_task_executor_t *executor, Job *job) {
  Job **link = &executor->jobs;
  while (*link)
    link = &(*link)->next;
  setLink(link, job);
}

// Nothing if another thread has done it.
void unlink(iree_task_executor_t *executor, Job *job) {
  for (Job **link = &executor->jobs; *link; link = &(*link)->next) {
    if (*link == job) {
      setLink(link, job->next);
      return;
    }
  }
}

// With the mutex locked, as it is again on return.
void waitForNews(iree_task_executor_t *executor) {
  executor->mutex.unlock();
  spin(executor, [executor] { return hasNews(executor); });
  executor->mutex.lock();
  if (hasNews(executor))
    return;
  ++executor->sleeping;
  executor->work_came.wait(&executor->mutex);
  --executor->sleeping;
}

void runWorker(void *self) {
  auto *executor = static_cast<iree_task_executor_t *>(self);
  executor->mutex.lock();
  while (!executor->isStopping) {
    Job *job = executor->jobs;
    if (!job) {
      waitForNews(executor);
      continue;
    }
    __atomic_store_n(&job->helpers, job->helpers + 1, __ATOMIC_RELAXED);
    executor->mutex.unlock();
    helpWith(job);
    executor->mutex.lock();
    unlink(executor, job);
    // The job may be gone as soon as its last helper is.
    uint32_t left = job->helpers - 1;
    __atomic_store_n(&job->helpers, left, __ATOMIC_RELEASE);
    if (left == 0 && executor->waiting != 0)
      executor->work_done.wakeAll();
  }
  executor->mutex.unlock();
}

// Makes the pieces known to the workers, and wakes as many as are of use.
void bring(iree_task_executor_t *executor, Job *job) {
  executor->mutex.lock();
  append(executor, job);
  uint32_t wanted = job->work->count - 1;
  uint32_t woken = executor->sleeping < wanted ? executor->sleeping : wanted;
  executor->mutex.unlock();
  for (uint32_t i = 0; i < woken; ++i)
    executor->work_came.wakeOne();
}

// Returns when no worker has anything to do with the job.
void finish(iree_task_executor_t *executor, Job *job) {
  executor->mutex.lock();
  unlink(executor, job);
  bool isDone = job->helpers == 0;
  executor->mutex.unlock();
  auto isLeft = [job] { return __atomic_load_n(&job->helpers, __ATOMIC_ACQUIRE) == 0; };
  if (isDone || isLeft())
    return;
  spin(executor, isLeft);
  executor->mutex.lock();
  ++executor->waiting;
  while (job->helpers != 0)
    executor->work_done.wait(&executor->mutex);
  --executor->waiting;
  executor->mutex.unlock();
}

// Ends the first `started` workers.
void stopWorkers(iree_task_executor_t *executor, uint32_t started) {
  executor->mutex.lock();
  __atomic_store_n(&executor->isStopping, 1, __ATOMIC_RELAXED);
  executor->mutex.unlock();
  executor->work_came.wakeAll();
  for (uint32_t i = 0; i < started; ++i)
    executor->workers()[i].join();
}

iree_status_t startWorkers(iree_task_executor_t *executor) {
  for (uint32_t i = 0; i < executor->worker_count; ++i) {
    iree_status_t status = executor->workers()[i].start(runWorker, executor);
    if (!iree_status_is_ok(status)) {
      stopWorkers(executor, i);
      return status;
    }
  }
  return iree_ok_status();
}

// Everything or nothing.
iree_status_t initialize(iree_task_executor_t *executor) {
  IREE_RETURN_IF_ERROR(executor->mutex.initialize());
  iree_status_t status = executor->work_came.initialize();
  if (iree_status_is_ok(status)) {
    status = executor->work_done.initialize();
    if (iree_status_is_ok(status)) {
      status = startWorkers(executor);
      if (iree_status_is_ok(status))
        return status;
      executor->work_done.deinitialize();
    }
    executor->work_came.deinitialize();
  }
  executor->mutex.deinitialize();
  return status;
}

} // namespace

void iree_task_topology_initialize(iree_task_topology_t *out_topology) { *out_topology = {1}; }

void iree_task_topology_deinitialize(iree_task_topology_t *) {}

void iree_task_topology_initialize_from_group_count(uint32_t group_count,
                                                    iree_task_topology_t *out_topology) {
  if (group_count == 0)
    group_count = iree::processorCount();
  if (group_count > IREE_TASK_TOPOLOGY_MAX_GROUP_COUNT)
    group_count = IREE_TASK_TOPOLOGY_MAX_GROUP_COUNT;
  *out_topology = {group_count};
}

uint32_t iree_task_topology_group_count(const iree_task_topology_t *topology) {
  return topology->group_count;
}

void iree_task_executor_options_initialize(iree_task_executor_options_t *out_options) {
  *out_options = {50000};
}

iree_status_t iree_task_executor_create(iree_task_executor_options_t options,
                                        const iree_task_topology_t *topology,
                                        iree_allocator_t host_allocator,
                                        iree_task_executor_t **out_executor) {
  *out_executor = nullptr;
  uint32_t groups = topology->group_count;
  if (groups == 0 || groups > IREE_TASK_TOPOLOGY_MAX_GROUP_COUNT)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "a topology of %u groups; there are 1 to %u", groups,
                            IREE_TASK_TOPOLOGY_MAX_GROUP_COUNT);
  iree_task_executor_t *executor = nullptr;
  IREE_RETURN_IF_ERROR(
      iree::allocateObject(host_allocator, (groups - 1) * sizeof(iree::Thread), &executor));
  executor->ref_count = 1;
  executor->host_allocator = host_allocator;
  executor->spin_ns = options.worker_spin_ns;
  executor->worker_count = groups - 1;
  iree_status_t status = initialize(executor);
  if (iree_status_is_ok(status))
    *out_executor = executor;
  else
    iree_allocator_free(host_allocator, executor);
  return status;
}

void iree_task_executor_retain(iree_task_executor_t *executor) {
  if (executor)
    iree::retainRef(&executor->ref_count);
}

void iree_task_executor_release(iree_task_executor_t *executor) {
  if (!executor || !iree::releaseRef(&executor->ref_count))
    return;
  stopWorkers(executor, executor->worker_count);
  executor->work_done.deinitialize();
  executor->work_came.deinitialize();
  executor->mutex.deinitialize();
  iree_allocator_free(executor->host_allocator, executor);
}

iree_host_size_t iree_task_executor_worker_count(const iree_task_executor_t *executor) {
  return executor->worker_count;
}

void iree::runOnExecutor(iree_task_executor_t *executor, const ParallelWork &work) {
  Job job = {&work, nullptr, 0, 0};
  bool isShared = executor->worker_count != 0 && work.count > 1;
  if (isShared)
    bring(executor, &job);
  helpWith(&job);
  if (isShared)
    finish(executor, &job);
}
