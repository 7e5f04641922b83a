// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operands of microkernels: elements of a binding along up to eight loops.
#ifndef IREE_SRC_VMVX_STRIDED_H_
#define IREE_SRC_VMVX_STRIDED_H_

#include "vm/machine.h"

namespace iree::vmvx {

// Smallest and largest element that loops reach, counted from an operand's
// base. Whatever is beyond 2^40 counts as that: no binding is so large.
class Reach {
public:
  explicit Reach(int32_t offset) : lowest(offset), highest(offset) {}

  // A loop of `count` > 0 steps.
  void add(uint32_t count, int32_t stride) {
    int64_t distance = static_cast<int64_t>(count - 1) * stride;
    if (distance < 0)
      lowest = distance < -limit ? -limit * 16 : lowest + distance;
    else
      highest = distance > limit ? limit * 16 : highest + distance;
  }
  // Whether all of it lies in `bytes` bytes of elements of 1 << shift bytes.
  bool isWithin(uint32_t bytes, uint32_t shift) const {
    return lowest >= 0 && highest < static_cast<int64_t>(bytes >> shift);
  }

private:
  static constexpr int64_t limit = INT64_C(1) << 40;
  int64_t lowest, highest;
};

// A size in a register: below 1 there is nothing to do.
inline uint32_t sizeOf(const Machine *machine, uint32_t ordinal) {
  int32_t size = machine->registers[ordinal].s;
  return size < 1 ? 0 : static_cast<uint32_t>(size);
}

// Steps of a microkernel as the budget counts them; saturates.
inline uint64_t costOf(uint64_t steps, uint64_t more) {
  uint64_t product = 0;
  return checkedMul(steps, more, &product) ? product : UINT64_MAX;
}

} // namespace iree::vmvx

#endif // IREE_SRC_VMVX_STRIDED_H_
