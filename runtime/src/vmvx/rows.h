// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows of elements: converted to registers and back, a chunk at a time.
#ifndef IREE_SRC_VMVX_ROWS_H_
#define IREE_SRC_VMVX_ROWS_H_

#include "vm/instruction_formats.h"
#include "vm/machine.h"

namespace iree::vmvx {

// Elements that are converted at a time; they lie on the stack.
constexpr uint32_t chunkElements = 16;

// An operand of two loops, verified and within its binding.
struct Rows {
  uint8_t *data; // element (0, 0); null if the operand is a register
  Element element;
  int32_t outer, inner; // strides in elements
  Register value;       // of a register
};

// Reads an operand word. Returns false if the elements of the loops do not all
// lie within the binding.
bool readRows(const Machine *machine, uint32_t word, uint32_t element, uint32_t outer,
              uint32_t inner, Rows *out);

// Elements [first, first + count) of row `row` as registers; `count` is at most
// chunkElements.
void loadChunk(const Rows &rows, uint32_t row, uint32_t first, uint32_t count, Register *out);
void storeChunk(const Rows &rows, uint32_t row, uint32_t first, uint32_t count,
                const Register *values);

// Copies, or fills if the source is a register, without conversion: elements of
// both have the same type.
void copyRow(const Rows &target, const Rows &source, uint32_t row, uint32_t count);

} // namespace iree::vmvx

#endif // IREE_SRC_VMVX_ROWS_H_
