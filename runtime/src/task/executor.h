// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Running pieces of work on an executor.
#ifndef IREE_SRC_TASK_EXECUTOR_H_
#define IREE_SRC_TASK_EXECUTOR_H_

#include "iree/task/api.h"

namespace iree {

// Work of `count` pieces that may run in any order and at the same time.
struct ParallelWork {
  // Does piece `index`. Returns false to have no more pieces begun; those with
  // smaller indices have begun then, and are finished.
  bool (*run)(void *self, uint32_t index);
  void *self;
  uint32_t count;
};

// Returns when every piece has been done, by this thread and the workers that
// are free; allocates nothing. Any number of threads may call it at a time, but
// not work itself.
void runOnExecutor(iree_task_executor_t *executor, const ParallelWork &work);

} // namespace iree

#endif // IREE_SRC_TASK_EXECUTOR_H_
