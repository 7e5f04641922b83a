// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Helpers shared by the runtime's sources; not for applications.
#ifndef IREE_SRC_BASE_INTERNAL_H_
#define IREE_SRC_BASE_INTERNAL_H_

#include "iree/base/api.h"
#include "iree/runtime/memory_size.h"

namespace iree {

// --- Memory, without a C library's headers ----------------------------------

inline void copyBytes(void *target, const void *source, size_t length) {
  __builtin_memcpy(target, source, length);
}
inline void zeroBytes(void *target, size_t length) { __builtin_memset(target, 0, length); }

// --- Checked sizes ----------------------------------------------------------

// These return false on overflow.
template <typename T> [[nodiscard]] inline bool checkedAdd(T lhs, T rhs, T *out) {
  return !__builtin_add_overflow(lhs, rhs, out);
}
template <typename T> [[nodiscard]] inline bool checkedMul(T lhs, T rhs, T *out) {
  return !__builtin_mul_overflow(lhs, rhs, out);
}

// Whether [offset, offset + length) lies in [0, limit).
template <typename T> inline bool rangeIsWithin(T offset, T length, T limit) {
  return offset <= limit && length <= limit - offset;
}

inline bool isPowerOfTwo(size_t value) { return value != 0 && (value & (value - 1)) == 0; }

// --- Reference counts -------------------------------------------------------

inline void retainRef(int32_t *count) {
#if IREE_SYNCHRONIZATION_DISABLE_UNSAFE
  ++*count;
#else
  __atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
#endif
}

// Returns true when that was the last reference.
inline bool releaseRef(int32_t *count) {
#if IREE_SYNCHRONIZATION_DISABLE_UNSAFE
  return --*count == 0;
#else
  return __atomic_fetch_sub(count, 1, __ATOMIC_ACQ_REL) == 1;
#endif
}

// Guards a few instructions; all zero is unlocked.
struct SpinLock {
#if IREE_SYNCHRONIZATION_DISABLE_UNSAFE
  void lock() {}
  void unlock() {}
#else
  void lock() {
    while (__atomic_test_and_set(&isLocked, __ATOMIC_ACQUIRE)) {
    }
  }
  void unlock() { __atomic_clear(&isLocked, __ATOMIC_RELEASE); }
  char isLocked;
#endif
};

// Asserts that T takes up `block`, which is for a pointer's size (iree/runtime/memory_size.h).
#define IREE_ASSERT_MEMORY_SIZE(T, block, ...)                                                     \
  static_assert(sizeof(iree_device_size_t) != sizeof(void *) ||                                    \
                    IREE_MEMORY_BLOCK(sizeof(void *), sizeof(T) __VA_ARGS__) ==                    \
                        block(sizeof(void *)),                                                     \
                "iree/runtime/memory_size.h says otherwise")

// Allocates a zeroed T followed by `extra_bytes`.
template <typename T>
inline iree_status_t allocateObject(iree_allocator_t allocator, size_t extra_bytes, T **out) {
  void *memory = nullptr;
  size_t total = 0;
  *out = nullptr;
  if (!checkedAdd(sizeof(T), extra_bytes, &total))
    return iree_make_status(IREE_STATUS_OUT_OF_RANGE, "object size overflows");
  IREE_RETURN_IF_ERROR(iree_allocator_malloc(allocator, total, &memory));
  *out = static_cast<T *>(memory);
  return iree_ok_status();
}

} // namespace iree

// Text that only messages need: nothing where messages are not kept.
#if IREE_STATUS_MODE >= 2
#define IREE_MESSAGE_TEXT(text) text
#else
#define IREE_MESSAGE_TEXT(text) ""
#endif

// Arguments of "%.*s".
#define IREE_SV_ARGS(view) static_cast<int>((view).size), (view).data

#endif // IREE_SRC_BASE_INTERNAL_H_
