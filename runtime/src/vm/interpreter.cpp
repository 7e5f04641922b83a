// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs verified code. Mirrors vm/code_verifier.cpp, which has checked
// everything that is taken for granted here.
#include "iree/vm/bytecode_module.h"

#include "base/internal.h"
#include "schemas/kernel_abi.h"
#include "vm/schema.h"

namespace schema = iree::schema;
using schema::Opcode;

namespace {

inline uint8_t *placeAddress(const uint32_t *place, uint8_t *const *bases) {
  return bases[place[0] & ~schema::placeWritten] + place[1];
}

void executeCopy(const uint32_t *code, uint8_t *const *bases) {
  const uint32_t *target = code + 1;
  const uint32_t *source = target + schema::placeWords;
  if (target[2] != 0)
    __builtin_memmove(placeAddress(target, bases), placeAddress(source, bases), target[2]);
}

void executeFill(const uint32_t *code, uint8_t *const *bases) {
  const uint32_t *target = code + 1;
  uint32_t patternBytes = code[0] >> 8;
  uint8_t pattern[8];
  iree::copyBytes(pattern, target + schema::placeWords, sizeof(pattern));
  bool isUniform = true;
  for (uint32_t i = 1; i < patternBytes; ++i)
    isUniform = isUniform && pattern[i] == pattern[0];
  uint8_t *address = placeAddress(target, bases);
  if (isUniform) {
    if (target[2] != 0)
      __builtin_memset(address, pattern[0], target[2]);
    return;
  }
  for (uint32_t i = 0; i < target[2]; ++i)
    address[i] = pattern[i & (patternBytes - 1)];
}

} // namespace

iree_status_t iree_vm_bytecode_execute(const uint32_t *code, uint8_t *const *bases,
                                       iree_vm_dispatch_fn_t dispatch, void *dispatch_self) {
  void *bindings[IREE_KERNEL_MAX_BINDINGS];
  for (;;) {
    switch (static_cast<Opcode>(code[0] & 0xFF)) {
    case Opcode::RETURN:
      return iree_ok_status();
    case Opcode::DISPATCH: {
      uint32_t bindingCount = code[0] >> 8 & 0xFF;
      uint32_t constantCount = code[0] >> 16;
      const uint32_t *operands = code + schema::dispatchHeaderWords;
      for (uint32_t i = 0; i < bindingCount; ++i, operands += schema::placeWords)
        bindings[i] = placeAddress(operands, bases);
      IREE_RETURN_IF_ERROR(dispatch(dispatch_self, code[1], code[2], bindings, operands));
      code = operands + constantCount;
      break;
    }
    case Opcode::COPY:
      executeCopy(code, bases);
      code += schema::copyWords;
      break;
    case Opcode::FILL:
      executeFill(code, bases);
      code += schema::fillWords;
      break;
    default:
      __builtin_unreachable(); // refused by the verifier
    }
  }
}
