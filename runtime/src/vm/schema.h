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

// Words of a place, and the bit of its first word that says it is written.
constexpr uint32_t placeWords = 3;
constexpr uint32_t placeWritten = UINT32_C(1) << 31;
// First base words.
constexpr uint32_t baseArena = 0;
constexpr uint32_t baseConstants = 1;
constexpr uint32_t baseState = 2;
constexpr uint32_t baseArguments = 3;

// Words of an instruction without the operands that vary in number.
constexpr uint32_t dispatchHeaderWords = 3;
constexpr uint32_t copyWords = 1 + 2 * placeWords;
constexpr uint32_t fillWords = 1 + placeWords + 2;

} // namespace iree::schema

#endif // IREE_SRC_VM_SCHEMA_H_
