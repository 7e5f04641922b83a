// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Executor: worker threads that share work with the threads that bring it.
// Hosted platforms with IREE_ENABLE_THREADING only.
#ifndef IREE_TASK_API_H_
#define IREE_TASK_API_H_

#include "iree/base/api.h"

#ifdef __cplusplus
extern "C" {
#endif

// Most groups of a topology.
#define IREE_TASK_TOPOLOGY_MAX_GROUP_COUNT 256u

// How many threads work at the same time. A group is one thread; the calling
// thread of an invocation is the first, so n groups have n - 1 workers.
typedef struct iree_task_topology_t {
  uint32_t group_count; // 1 to IREE_TASK_TOPOLOGY_MAX_GROUP_COUNT
} iree_task_topology_t;

// One group: no workers.
void iree_task_topology_initialize(iree_task_topology_t *out_topology);
void iree_task_topology_deinitialize(iree_task_topology_t *topology);
// `group_count` groups; 0: as many as there are processors that this process may
// run on. More than the maximum is the maximum.
void iree_task_topology_initialize_from_group_count(uint32_t group_count,
                                                    iree_task_topology_t *out_topology);
uint32_t iree_task_topology_group_count(const iree_task_topology_t *topology);

typedef struct iree_task_executor_options_t {
  // Nanoseconds that a worker without work, and a caller without any left,
  // looks for a change before it sleeps. Waking a thread takes microseconds,
  // which kernels of small models take as well. 0: it sleeps at once.
  iree_duration_t worker_spin_ns;
} iree_task_executor_options_t;

void iree_task_executor_options_initialize(iree_task_executor_options_t *out_options);

typedef struct iree_task_executor_t iree_task_executor_t;

// Starts the workers. Any number of devices and threads may share an executor.
// RESOURCE_EXHAUSTED when the system refuses a thread.
iree_status_t iree_task_executor_create(iree_task_executor_options_t options,
                                        const iree_task_topology_t *topology,
                                        iree_allocator_t host_allocator,
                                        iree_task_executor_t **out_executor);
void iree_task_executor_retain(iree_task_executor_t *executor);
// The last release ends the workers and waits for them; not from a worker.
void iree_task_executor_release(iree_task_executor_t *executor);
// Threads besides the caller.
iree_host_size_t iree_task_executor_worker_count(const iree_task_executor_t *executor);

#ifdef __cplusplus
}
#endif

#endif // IREE_TASK_API_H_
