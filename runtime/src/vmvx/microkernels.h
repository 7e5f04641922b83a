// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The microkernels of schemas/bytecode.def: how they are verified and executed.
#ifndef IREE_SRC_VMVX_MICROKERNELS_H_
#define IREE_SRC_VMVX_MICROKERNELS_H_

#include "vm/instruction_verifier.h"
#include "vm/machine.h"

namespace iree::vmvx {

// Null or what is wrong; sets `*next`.
const char *verifyMicrokernel(const CodeScope &scope, uint32_t position, uint32_t *next);

// Microkernels for the machine: OUT_OF_RANGE before anything is done, if an
// operand does not lie within its binding.
iree_status_t executeMap(const Machine *machine, const uint32_t *code, const uint32_t **next);
iree_status_t executeReduce(const Machine *machine, const uint32_t *code, const uint32_t **next);
iree_status_t executeContract(const Machine *machine, const uint32_t *code, const uint32_t **next);
iree_status_t executeRequantize(const Machine *machine, const uint32_t *code,
                                const uint32_t **next);

constexpr uint32_t registerBase = 255; // base of a source that is a register

// Loops of CONTRACT.
constexpr uint32_t maxLoops = 8;

// What a MAP operation is made of: sources, and what byte 3 of the types means.
struct MapOperation {
  uint32_t sourceCount;
  RegisterType target;
  RegisterType sources[3];
  bool isMove;       // types are those of the elements
  bool hasImmediate; // MATH, CMP
};
// `element` is the target's element type, which MOV and SELECT go by. Returns
// false for what is no operation of MAP.
bool describeMapOperation(uint32_t opcode, uint32_t element, MapOperation *out);

// Words that follow the first of CONTRACT before its loops: target, a, b, zero
// points.
constexpr uint32_t contractHeaderWords = 5;
enum class ContractKind : uint32_t {
  MultiplyF32 = 0,
  MultiplyI32 = 1,
  MultiplyI8 = 2,
  AddF32 = 4,
  AddI32 = 5,
  AddI8 = 6,
  MaxF32 = 8,
  MaxI32 = 9,
  MaxI8 = 10,
  MinF32 = 12,
  MinI32 = 13,
  MinI8 = 14
};

} // namespace iree::vmvx

#endif // IREE_SRC_VMVX_MICROKERNELS_H_
