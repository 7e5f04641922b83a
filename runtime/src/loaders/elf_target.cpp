// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What this build's machine runs. Bits of e_flags that are not named here must
// be 0: their meaning is not known.
#include "loaders/elf_format.h"
#include "loaders/elf_image.h"

namespace iree::elf {

Target hostTarget() {
#if defined(IREE_ARCH_X86_64)
  return {machineX86_64, UINT32_MAX, 0, 0, 1, false};
#elif defined(IREE_ARCH_X86_32)
  return {machine386, UINT32_MAX, 0, 0, 1, false};
#elif defined(IREE_ARCH_ARM_64)
  return {machineAarch64, UINT32_MAX, 0, 0, 4, false};
#elif defined(IREE_ARCH_ARM_32)
#if defined(__ARM_PCS_VFP)
  constexpr uint32_t otherFloat = armSoftFloat;
#else
  constexpr uint32_t otherFloat = armHardFloat;
#endif
#if defined(__ARM_ARCH_ISA_ARM)
  constexpr bool isThumbOnly = false;
#else
  constexpr bool isThumbOnly = true;
#endif
  // Images that say nothing of floats pass none.
  return {machineArm, ~(armHardFloat | armSoftFloat), armEabiVersion5, otherFloat, 4, isThumbOnly};
#elif defined(IREE_ARCH_RISCV_32) || defined(IREE_ARCH_RISCV_64)
  uint32_t value = 0;
#if defined(__riscv_float_abi_single)
  value |= riscvFloatSingle;
#elif defined(__riscv_float_abi_double)
  value |= riscvFloatDouble;
#endif
#if defined(__riscv_32e) || defined(__riscv_e)
  value |= riscvEmbedded;
#endif
#if defined(__riscv_compressed) || defined(__riscv_c)
  return {machineRiscv, ~riscvCompressed, value, 0, 2, false};
#else
  return {machineRiscv, ~riscvCompressed, value, riscvCompressed, 4, false};
#endif
#else
  return {0, 0, 0, 0, 1, false};
#endif
}

} // namespace iree::elf
