// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contract between compiled kernels and whoever calls them (runtime, generated
// C, tests). C99; includes nothing but stdint and stddef. Normative text:
// docs/kernel-abi.md.
#ifndef IREE_SCHEMAS_KERNEL_ABI_H_
#define IREE_SCHEMAS_KERNEL_ABI_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ABI versions are plain increasing numbers. A caller accepts libraries whose
// version lies in [MIN, MAX]; a library states exactly one version.
#define IREE_KERNEL_ABI_VERSION_MIN 1u
#define IREE_KERNEL_ABI_VERSION_MAX 1u

// First word of every library table, ASCII "IKLB" in little-endian order.
#define IREE_KERNEL_LIBRARY_MAGIC 0x424C4B49u

// Limits of one dispatch, so that callers can keep operands on the stack.
#define IREE_KERNEL_MAX_BINDINGS 64
#define IREE_KERNEL_MAX_CONSTANTS 64
// Limit of dispatches that are independent of each other and run at once; all
// together they have at most IREE_KERNEL_MAX_BINDINGS bindings.
#define IREE_KERNEL_MAX_WAVE 16

// Processor features, per architecture; bit positions are part of the ABI.
// A library requires all bits of its `required_features`; a bit that the caller
// does not know is one it does not have. New bits go to the end.
#define IREE_CPU_X86_64_SSE4_2 (1u << 0)
#define IREE_CPU_X86_64_AVX (1u << 1)
#define IREE_CPU_X86_64_AVX2 (1u << 2)
#define IREE_CPU_X86_64_FMA (1u << 3)
#define IREE_CPU_X86_64_F16C (1u << 4)
#define IREE_CPU_X86_64_BMI2 (1u << 5)
#define IREE_CPU_X86_64_AVX512F (1u << 6)
#define IREE_CPU_X86_64_AVX512BW (1u << 7)
#define IREE_CPU_X86_64_AVX512DQ (1u << 8)
#define IREE_CPU_X86_64_AVX512VL (1u << 9)
#define IREE_CPU_X86_64_AVX512VNNI (1u << 10)
#define IREE_CPU_X86_SSE2 (1u << 11) // asked for by 32-bit code; 64-bit x86 has the same bits

#define IREE_CPU_ARM_DSP (1u << 0)
#define IREE_CPU_ARM_FP32 (1u << 1)
#define IREE_CPU_ARM_FP64 (1u << 2)
#define IREE_CPU_ARM_MVE (1u << 3)
#define IREE_CPU_ARM_MVE_FP (1u << 4)
#define IREE_CPU_ARM_THUMB2 (1u << 5) // more than Armv6-M and the baseline of Armv8-M
#define IREE_CPU_ARM_DIVIDE (1u << 6) // sdiv, udiv
#define IREE_CPU_ARM_FMA (1u << 7)    // fused multiply-add (VFPv4)
#define IREE_CPU_ARM_NEON (1u << 8)
#define IREE_CPU_ARM_LOB (1u << 9)  // low-overhead loops of Armv8.1-M
#define IREE_CPU_ARM_A32 (1u << 10) // A profile, which executes 32-bit Arm instructions

#define IREE_CPU_AARCH64_NEON (1u << 0)
#define IREE_CPU_AARCH64_DOTPROD (1u << 1)
#define IREE_CPU_AARCH64_FP16 (1u << 2)
#define IREE_CPU_AARCH64_I8MM (1u << 3)
#define IREE_CPU_AARCH64_BF16 (1u << 4)
#define IREE_CPU_AARCH64_SVE (1u << 5)
#define IREE_CPU_AARCH64_SVE2 (1u << 6)

#define IREE_CPU_RISCV_M (1u << 0)
#define IREE_CPU_RISCV_A (1u << 1)
#define IREE_CPU_RISCV_F (1u << 2)
#define IREE_CPU_RISCV_D (1u << 3)
#define IREE_CPU_RISCV_C (1u << 4)
#define IREE_CPU_RISCV_ZVE32X (1u << 5) // any vectors
#define IREE_CPU_RISCV_V (1u << 6)      // vectors of the application profile, at least 128 bits
#define IREE_CPU_RISCV_ZVL256B (1u << 7)
#define IREE_CPU_RISCV_ZVL512B (1u << 8)
#define IREE_CPU_RISCV_ZVL1024B (1u << 9)
#define IREE_CPU_RISCV_ZBA (1u << 10)
#define IREE_CPU_RISCV_ZBB (1u << 11)
#define IREE_CPU_RISCV_ZBS (1u << 12)

// What the caller's machine offers.
typedef struct iree_kernel_environment_t {
  uint32_t processor_features; // IREE_CPU_* of the running architecture
} iree_kernel_environment_t;

// One kernel. `bindings` holds export.binding_count pointers to dense
// row-major buffers, each aligned to at least the library's
// `binding_alignment` when it lies in the arena or in the constants, and to
// its element size when it is caller memory. `constants` holds
// export.constant_count 32-bit words (dynamic dimensions). The kernel performs
// the units [begin, end) of its outermost parallel work; units are
// independent and may run in any order. Returns 0, or a positive code on a
// data-dependent failure. Kernels allocate nothing, call nothing outside their
// own library and have a bounded stack.
typedef int32_t (*iree_kernel_fn_t)(void *const *bindings, const uint32_t *constants,
                                    uint32_t begin, uint32_t end);

// A self-relative reference: the target's address is the address of the field
// plus its value; 0 means absent. Tables thus need no relocation.
typedef int32_t iree_self_relative_t;

typedef struct iree_kernel_export_t {
  iree_self_relative_t entry; // iree_kernel_fn_t (bit 0 set for Thumb code)
  iree_self_relative_t name;  // NUL-terminated, or absent when stripped
  uint16_t binding_count;     // at most IREE_KERNEL_MAX_BINDINGS
  uint16_t constant_count;    // at most IREE_KERNEL_MAX_CONSTANTS
  uint32_t stack_bytes;       // bound of one call, callees included
} iree_kernel_export_t;

typedef struct iree_kernel_library_t {
  uint32_t magic;               // IREE_KERNEL_LIBRARY_MAGIC
  uint32_t version;             // ABI version the library implements
  iree_self_relative_t name;    // NUL-terminated library name
  uint32_t required_features;   // IREE_CPU_* bits
  uint32_t identity;            // equals executable.identity in the module
  uint32_t binding_alignment;   // bytes, power of two
  uint32_t export_count;        // equals the module's kernel count
  iree_self_relative_t exports; // iree_kernel_export_t[export_count]
} iree_kernel_library_t;

// The one symbol of a library. Returns NULL when the library needs an ABI
// newer than `max_version`.
typedef const iree_kernel_library_t *(*iree_kernel_library_query_fn_t)(
    uint32_t max_version, const iree_kernel_environment_t *environment);

#ifdef __cplusplus
}
#endif

#endif // IREE_SCHEMAS_KERNEL_ABI_H_
