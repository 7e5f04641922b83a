// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs verified code with registers, of programs and of kernels. Mirrors
// vm/instruction_verifier.cpp.
#ifndef IREE_SRC_VM_MACHINE_H_
#define IREE_SRC_VM_MACHINE_H_

#include "vm/arithmetic.h"
#include "vm/math_functions.h"

namespace iree {

// What a function runs on. Everything is the caller's.
struct Machine {
  const uint32_t *code;
  const uint32_t *blocks;
  uint32_t registerCount;
  Register *registers; // set by runMachine
  uint8_t *const *bases;
  const uint32_t *baseLengths;
  uint64_t *budget; // branches left
  // What a kernel is called with.
  const uint32_t *constants;
  uint32_t begin, end;
  // Functions of MATH; null in programs, which have none.
  const MathFunctions *math;
  // For messages: "function" or "kernel", and its name.
  const char *kind;
  iree_string_view_t name;
  // Executes an instruction whose format is its own, but for RETURN and FAIL,
  // and sets `*next` to the one after it.
  iree_status_t (*execute)(const Machine *machine, const uint32_t *instruction,
                           const uint32_t **next);
  void *self; // of `execute`
};

// Runs the code from its beginning with a frame of zeros.
iree_status_t runMachine(Machine *machine);

// Executes the single instruction `code`, which must be one that computes and is
// followed by RETURN.
void computeOne(const uint32_t *code, Register *registers, const MathFunctions *math);

// Lowers the budget; returns false when it is used up.
inline bool spend(uint64_t *budget, uint64_t steps) {
  if (*budget < steps)
    return false;
  *budget -= steps;
  return true;
}
iree_status_t budgetUsedUp(const Machine *machine);

// OUT_OF_RANGE: the instruction's access to the base.
iree_status_t outOfRange(const Machine *machine, const uint32_t *instruction, uint32_t base);

// An element in memory, whatever type wrote it.
template <typename T> struct __attribute__((may_alias)) Aliased {
  T value;
};

// Element `offset` bytes into memory of `length` bytes: aligned and within?
// Rotation makes an unaligned offset too large.
template <unsigned shift> inline bool isElement(uint32_t offset, uint32_t length) {
  if constexpr (shift == 0)
    return offset < length;
  else
    return (offset >> shift | offset << (32 - shift)) < length >> shift;
}

} // namespace iree

#endif // IREE_SRC_VM_MACHINE_H_
