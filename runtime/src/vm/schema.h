// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Field numbers of schemas/module.fbs, in the order of the schema, their count, and the
// instructions of schemas/bytecode.def.
#ifndef IREE_SRC_VM_SCHEMA_H_
#define IREE_SRC_VM_SCHEMA_H_

#include "iree/base/config.h"

namespace iree::schema {

namespace quantization {
enum : unsigned { axis, scales, zeroPoints, fieldCount };
}
namespace value {
enum : unsigned {
  name,
  elementType,
  shape,
  scalar,
  byteLength,
  arenaOffset,
  quantization,
  inArena,
  fieldCount
};
}
namespace function {
enum : unsigned {
  name,
  arguments,
  results,
  firstWord,
  wordCount,
  arenaBytes,
  stackBytes,
  registerTypes,
  blocks,
  fieldCount
};
}
namespace kernel {
enum : unsigned { name, bindingCount, constantCount, location, fieldCount };
}
namespace executable {
enum : unsigned {
  format,
  target,
  cpu,
  features,
  abi,
  libraryName,
  identity,
  requiredFeatures,
  image,
  kernelStackBytes,
  kernelCodeBytes,
  fieldCount
};
}
namespace module {
enum : unsigned {
  formatVersion,
  name,
  producer,
  tableBytes,
  fileBytes,
  abiVersion,
  arenaAlignment,
  functions,
  kernels,
  executables,
  constants,
  bytecode,
  stateBytes,
  stateValues,
  fieldCount
};
}

constexpr uint32_t identifier = 0x4D425249; // "IRBM"
constexpr uint32_t blobAlignment = 64;
constexpr uint32_t absentAxis = UINT32_MAX; // -1

enum class Opcode : uint32_t {
#define IREE_BYTECODE_OP(NAME, value, mnemonic, A, B, C, X) NAME = value,
#include "schemas/bytecode.def"
};

// Words of a place, and bits of its first word: it is written.
constexpr uint32_t placeWords = 3;
constexpr uint32_t placeWritten = UINT32_C(1) << 31;
// Offset and length are registers.
constexpr uint32_t placeInRegisters = UINT32_C(1) << 30;
constexpr uint32_t placeBaseMask = placeInRegisters - 1;
// Flags of a dispatch's first word; its range and constants are registers.
constexpr uint32_t dispatchIndependent = UINT32_C(1) << 24;
constexpr uint32_t dispatchInRegisters = UINT32_C(1) << 25;
// Bytes that offsets in registers are multiples of where kernels read and write
// the arena or constants.
constexpr uint32_t bindingAlignment = 16;
// First base words.
constexpr uint32_t baseArena = 0;
constexpr uint32_t baseConstants = 1;
constexpr uint32_t baseState = 2;
constexpr uint32_t baseArguments = 3;

// Words of an instruction without the operands that vary in number.
constexpr uint32_t dispatchHeaderWords = 3;
constexpr uint32_t copyWords = 1 + 2 * placeWords;
constexpr uint32_t fillWords = 1 + placeWords + 2;
constexpr uint32_t checkHeaderWords = 4;
// Words of the CHECK that begins with `head`.
constexpr uint32_t checkWords(uint32_t head) {
  return checkHeaderWords + 2 * placeWords + (head >> 16 & 0xFF) + (head >> 24);
}

} // namespace iree::schema

#endif // IREE_SRC_VM_SCHEMA_H_
