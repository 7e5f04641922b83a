// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decodes every instruction of a kernel once. Mirrors vmvx/executor.cpp.
#include "base/internal.h"
#include "vmvx/image.h"
#include "vmvx/microkernels.h"

namespace iree::vmvx {

using schema::Opcode;

namespace {

// `scope` comes first, so that its callback finds the kernel.
struct KernelScope {
  CodeScope scope;
  const Kernel *kernel;
};

uint32_t bindingAlignment(const CodeScope *scope, uint32_t base, bool) {
  const Kernel *kernel = reinterpret_cast<const KernelScope *>(scope)->kernel;
  return base < kernel->bindingCount ? kernel->bindingAlignments[base] : 0;
}

// An instruction whose format is its own.
const char *verifyOwn(const CodeScope &scope, uint32_t position, uint32_t *next) {
  switch (static_cast<Opcode>(scope.code[position] & 0xFF)) {
  case Opcode::FAIL:
    return verifyFail(scope, position, next);
  case Opcode::MAP:
  case Opcode::REDUCE:
  case Opcode::CONTRACT:
  case Opcode::REQUANTIZE:
#if IREE_VMVX_MICROKERNELS
    return verifyMicrokernel(scope, position, next);
#else
    return IREE_MESSAGE_TEXT("microkernel: build the runtime with IREE_VMVX_MICROKERNELS=ON");
#endif
  default:
    return IREE_MESSAGE_TEXT("instruction of programs in a kernel");
  }
}

bool isEnd(uint32_t word) {
  Opcode opcode = static_cast<Opcode>(word & 0xFF);
  return opcode == Opcode::RETURN || opcode == Opcode::BR || opcode == Opcode::FAIL;
}

} // namespace

const char *verifyKernelCode(const Kernel &kernel, uint32_t *position) {
  KernelScope kernelScope = {{kernel.code, kernel.codeWords, kernel.registerTypes,
                              kernel.registerCount, kernel.blocks, kernel.blockCount, true,
                              kernel.constantCount, bindingAlignment},
                             &kernel};
  const CodeScope &scope = kernelScope.scope;
  if (const char *error = verifyRegisters(scope))
    return error;
  if (const char *error = verifyBlocks(scope))
    return error;
  uint32_t block = 0, last = 0, next = 0;
  for (; *position < kernel.codeWords; *position = next) {
    if (!passBlock(scope, *position, &block))
      return IREE_MESSAGE_TEXT("block begins within an instruction");
    if (const char *error = verifyInstruction(scope, *position, &next))
      return error;
    if (next == *position) {
      if (const char *error = verifyOwn(scope, *position, &next))
        return error;
    }
    last = *position;
  }
  if (block != kernel.blockCount)
    return IREE_MESSAGE_TEXT("block begins within an instruction");
  return kernel.codeWords != 0 && isEnd(kernel.code[last])
             ? nullptr
             : IREE_MESSAGE_TEXT("does not end with a return");
}

} // namespace iree::vmvx
