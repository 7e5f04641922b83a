// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs verified kernels. Mirrors vmvx/kernel_verifier.cpp.
#include "vmvx/executor.h"

#include "base/internal.h"
#include "vmvx/microkernels.h"

namespace iree::vmvx {

using schema::Opcode;

namespace {

iree_status_t executeOwn(const Machine *machine, const uint32_t *code, const uint32_t **next) {
#if IREE_VMVX_MICROKERNELS
  switch (static_cast<Opcode>(code[0] & 0xFF)) {
  case Opcode::MAP:
    return executeMap(machine, code, next);
  case Opcode::REDUCE:
    return executeReduce(machine, code, next);
  case Opcode::CONTRACT:
    return executeContract(machine, code, next);
  case Opcode::REQUANTIZE:
    return executeRequantize(machine, code, next);
  default:
    break;
  }
#else
  (void)machine, (void)code, (void)next;
#endif
  __builtin_unreachable(); // refused by the verifier
}

iree_status_t checkAlignment(const Kernel &kernel, void *const *bindings) {
  for (uint32_t i = 0; i < kernel.bindingCount; ++i) {
    if ((reinterpret_cast<uintptr_t>(bindings[i]) & (kernel.bindingAlignments[i] - 1u)) != 0)
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                              "kernel '%s': binding %u is not aligned to %u bytes", kernel.name, i,
                              static_cast<unsigned>(kernel.bindingAlignments[i]));
  }
  return iree_ok_status();
}

} // namespace

iree_status_t callKernel(const Kernel &kernel, const iree_hal_dispatch_t *dispatch, uint32_t begin,
                         uint32_t end) {
  IREE_RETURN_IF_ERROR(checkAlignment(kernel, dispatch->bindings));
  Machine machine = {};
  machine.code = kernel.code;
  machine.blocks = kernel.blocks;
  machine.registerCount = kernel.registerCount;
  machine.bases = reinterpret_cast<uint8_t *const *>(dispatch->bindings);
  machine.baseLengths = dispatch->binding_lengths;
  machine.budget = dispatch->budget;
  machine.constants = dispatch->constants;
  machine.begin = begin;
  machine.end = end;
  machine.math = &mathFunctions;
  machine.kind = "kernel";
  machine.name = iree_make_cstring_view(kernel.name);
  machine.execute = executeOwn;
  return runMachine(&machine);
}

} // namespace iree::vmvx
