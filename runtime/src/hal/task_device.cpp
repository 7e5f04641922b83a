// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "iree/hal/drivers/local_task/task_device.h"

#include "base/internal.h"
#include "task/executor.h"

// Followed by the loaders.
namespace {

struct TaskDevice {
  iree_hal_device_t base; // first: what the device is to the runtime
  iree_task_executor_t *executor;
  iree_duration_t minSharedNs;

  iree_hal_executable_loader_t **loaders() {
    return reinterpret_cast<iree_hal_executable_loader_t **>(this + 1);
  }
};

// Pieces of a dispatch for each thread: so many that a thread that comes late,
// or is held up, leaves its share to others.
constexpr uint32_t piecesOfThread = 32;

// Dispatches that are independent of each other, cut into pieces: first those
// of the first dispatch, in the order of its units.
struct Wave {
  iree_hal_executable_t *executable;
  uint32_t count;
  const iree_hal_dispatch_t *dispatches;
  uint32_t firstUnit[IREE_KERNEL_MAX_WAVE]; // those before are done
  uint32_t pieceEnd[IREE_KERNEL_MAX_WAVE];  // sums of the pieces up to here
  uint64_t budget;                          // of instructions, as the wave begins
  iree::SpinLock lock;                      // guards what follows
  uint64_t spent;                           // instructions
  uint32_t failedPiece;                     // the first one that failed
  iree_status_t failure;                    // its status
};

// Performs units of one dispatch. Every call has the wave's budget, since those
// that run at once cannot count together.
iree_status_t performUnits(Wave *wave, uint32_t dispatch, uint32_t begin, uint32_t end) {
  uint64_t left = wave->budget;
  iree_hal_dispatch_t part = wave->dispatches[dispatch];
  part.budget = &left;
  iree_status_t status = wave->executable->vtable->call(wave->executable, &part, begin, end);
  wave->lock.lock();
  wave->spent += wave->budget - left;
  wave->lock.unlock();
  return status;
}

// Of several failures the first piece's counts: it is what a synchronous device
// would have come to first.
void noteFailure(Wave *wave, uint32_t piece, iree_status_t status) {
  wave->lock.lock();
  bool isFirst = iree_status_is_ok(wave->failure) || piece < wave->failedPiece;
  iree_status_t other = isFirst ? wave->failure : status;
  if (isFirst) {
    wave->failure = status;
    wave->failedPiece = piece;
  }
  wave->lock.unlock();
  iree_status_ignore(other);
}

bool performPiece(void *self, uint32_t piece) {
  auto *wave = static_cast<Wave *>(self);
  uint32_t dispatch = 0;
  while (piece >= wave->pieceEnd[dispatch])
    ++dispatch;
  uint32_t pieceBegin = dispatch == 0 ? 0 : wave->pieceEnd[dispatch - 1];
  uint32_t pieces = wave->pieceEnd[dispatch] - pieceBegin;
  uint32_t first = wave->firstUnit[dispatch];
  uint64_t units = wave->dispatches[dispatch].range_count - first;
  uint64_t index = piece - pieceBegin;
  iree_status_t status =
      performUnits(wave, dispatch, first + static_cast<uint32_t>(units * index / pieces),
                   first + static_cast<uint32_t>(units * (index + 1) / pieces));
  if (iree_status_is_ok(status))
    return true;
  noteFailure(wave, piece, status);
  return false;
}

// Cuts what is left of the wave into pieces; returns their number.
uint32_t cut(Wave *wave, uint32_t threads) {
  uint32_t pieces = 0;
  for (uint32_t i = 0; i < wave->count; ++i) {
    uint32_t units = wave->dispatches[i].range_count - wave->firstUnit[i];
    uint32_t limit = threads * piecesOfThread;
    pieces += units < limit ? units : limit;
    wave->pieceEnd[i] = pieces;
  }
  return pieces;
}

uint64_t unitsLeft(const Wave &wave) {
  uint64_t units = 0;
  for (uint32_t i = 0; i < wave.count; ++i)
    units += wave.dispatches[i].range_count - wave.firstUnit[i];
  return units;
}

// On this thread.
iree_status_t performRest(Wave *wave) {
  for (uint32_t i = 0; i < wave->count; ++i)
    if (wave->firstUnit[i] != wave->dispatches[i].range_count)
      IREE_RETURN_IF_ERROR(
          performUnits(wave, i, wave->firstUnit[i], wave->dispatches[i].range_count));
  return iree_ok_status();
}

iree_status_t shareRest(TaskDevice *device, Wave *wave, uint32_t threads) {
  iree::runOnExecutor(device->executor, {performPiece, wave, cut(wave, threads)});
  return wave->failure;
}

// Performs the first unit here, and the others too unless they take long.
iree_status_t performWave(TaskDevice *device, Wave *wave) {
  auto threads = 1 + static_cast<uint32_t>(iree_task_executor_worker_count(device->executor));
  if (threads == 1 || unitsLeft(*wave) < 2)
    return performRest(wave);
  if (device->minSharedNs <= 0)
    return shareRest(device, wave, threads);
  uint32_t first = 0;
  while (wave->dispatches[first].range_count == 0)
    ++first;
  iree_time_t begin = iree_time_now();
  IREE_RETURN_IF_ERROR(performUnits(wave, first, 0, 1));
  iree_duration_t unitNs = iree_time_now() - begin;
  wave->firstUnit[first] = 1;
  uint64_t left = unitsLeft(*wave);
  bool isShort = unitNs <= 0 || left < static_cast<uint64_t>(device->minSharedNs / unitNs);
  return isShort || left < 2 ? performRest(wave) : shareRest(device, wave, threads);
}

iree_status_t dispatchKernels(iree_hal_device_t *base, iree_hal_executable_t *executable,
                              uint32_t count, const iree_hal_dispatch_t *dispatches) {
  uint64_t *budget = dispatches[0].budget; // of the invocation
  Wave wave = {};
  wave.executable = executable;
  wave.count = count;
  wave.dispatches = dispatches;
  wave.budget = *budget;
  iree_status_t status = performWave(reinterpret_cast<TaskDevice *>(base), &wave);
  bool isExceeded = wave.spent > wave.budget;
  *budget = isExceeded ? 0 : wave.budget - wave.spent;
  if (isExceeded && iree_status_is_ok(status))
    return iree_make_status(IREE_STATUS_DEADLINE_EXCEEDED,
                            "the invocation's instruction budget is used up");
  return status;
}

void destroyDevice(iree_hal_device_t *base) {
  auto *device = reinterpret_cast<TaskDevice *>(base);
  for (size_t i = 0; i < base->loader_count; ++i)
    iree_hal_executable_loader_release(base->loaders[i]);
  iree_hal_allocator_release(base->device_allocator);
  iree_task_executor_release(device->executor);
  iree_allocator_free(base->host_allocator, device);
}

const iree_hal_device_vtable_t deviceVtable = {destroyDevice, dispatchKernels};

} // namespace

void iree_hal_task_device_params_initialize(iree_hal_task_device_params_t *out_params) {
  *out_params = {5000};
}

iree_status_t iree_hal_task_device_create(
    iree_string_view_t identifier, const iree_hal_task_device_params_t *params,
    iree_host_size_t queue_count, iree_task_executor_t *const *queue_executors,
    iree_host_size_t loader_count, iree_hal_executable_loader_t **loaders,
    iree_hal_allocator_t *device_allocator, iree_allocator_t host_allocator,
    iree_hal_device_t **out_device) {
  size_t loaderBytes = 0;
  *out_device = nullptr;
  if (queue_count != 1)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "a device has one queue, with one executor; given %zu", queue_count);
  if (!iree::checkedMul(loader_count, sizeof(*loaders), &loaderBytes))
    return iree_make_status(IREE_STATUS_OUT_OF_RANGE, "%zu loaders", loader_count);
  TaskDevice *device = nullptr;
  IREE_RETURN_IF_ERROR(iree::allocateObject(host_allocator, loaderBytes, &device));
  device->base = {1,
                  &deviceVtable,
                  identifier,
                  host_allocator,
                  device_allocator,
                  loader_count,
                  device->loaders()};
  device->executor = queue_executors[0];
  device->minSharedNs = params->min_shared_ns;
  iree_task_executor_retain(device->executor);
  iree_hal_allocator_retain(device_allocator);
  for (size_t i = 0; i < loader_count; ++i) {
    device->loaders()[i] = loaders[i];
    iree_hal_executable_loader_retain(loaders[i]);
  }
  *out_device = &device->base;
  return iree_ok_status();
}
