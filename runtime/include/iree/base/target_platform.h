// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is compiled for: platform and architecture, as IREE_PLATFORM_* and
// IREE_ARCH_*. -DIREE_PLATFORM_GENERIC overrides the detection and stands for
// a machine without operating system.
#ifndef IREE_BASE_TARGET_PLATFORM_H_
#define IREE_BASE_TARGET_PLATFORM_H_

#if defined(IREE_PLATFORM_GENERIC)
// Given by the build.
#elif defined(__linux__)
#define IREE_PLATFORM_LINUX 1
#elif defined(__APPLE__)
#define IREE_PLATFORM_APPLE 1
#else
#define IREE_PLATFORM_GENERIC 1
#endif

#if defined(__x86_64__)
#define IREE_ARCH_X86_64 1
#elif defined(__i386__)
#define IREE_ARCH_X86_32 1
#elif defined(__aarch64__)
#define IREE_ARCH_ARM_64 1
#elif defined(__arm__)
#define IREE_ARCH_ARM_32 1
#elif defined(__riscv) && __riscv_xlen == 64
#define IREE_ARCH_RISCV_64 1
#elif defined(__riscv) && __riscv_xlen == 32
#define IREE_ARCH_RISCV_32 1
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "module files are little-endian and used in place"
#endif

#endif // IREE_BASE_TARGET_PLATFORM_H_
