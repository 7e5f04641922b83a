// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs an embedded ELF image where it lies: finds the query by the ELF header,
// the kernels by its table, and compares their results with those expected.
// Inputs, expectations and IMAGE_FILE come from run_images.py.
#include <stdint.h>

#include "cases.h"
#include "schemas/kernel_abi.h"

extern "C" void print(const char *text);

// At a multiple of 64 that is no multiple of a page.
__asm__(".section .text.image, \"ax\"\n.balign 4096\n.skip 64\nkernelImage:\n.incbin \"" IMAGE_FILE
        "\"\n.balign 64\n.globl kernelImage\n.text\n");
extern "C" const unsigned char kernelImage[];

namespace {

// Both classes of ELF have the entry point at the same place, in a native word.
uintptr_t entryPoint() {
  uintptr_t entry = 0;
  for (unsigned i = 0; i < sizeof(entry); ++i)
    entry |= static_cast<uintptr_t>(kernelImage[24 + i]) << (8 * i);
  return entry;
}

uintptr_t resolve(const iree_self_relative_t &reference) {
  return reinterpret_cast<uintptr_t>(&reference) + static_cast<uintptr_t>(intptr_t{reference});
}

bool runKernel(const iree_kernel_library_t *library, uint32_t ordinal, const void *a, const void *b,
               void *result, uint32_t range) {
  auto *exports = reinterpret_cast<const iree_kernel_export_t *>(resolve(library->exports));
  auto kernel = reinterpret_cast<iree_kernel_fn_t>(resolve(exports[ordinal].entry));
  void *bindings[] = {const_cast<void *>(a), const_cast<void *>(b), result};
  if (exports[ordinal].binding_count != 3)
    return false;
  for (uint32_t unit = 0; unit < range; ++unit) // any partition of the range will do
    if (kernel(bindings, nullptr, unit, unit + 1) != 0)
      return false;
  return true;
}

// The error of exp, below 1.5 ulp, and that of its rounded expectation.
constexpr uint32_t floatTolerance = 2;

alignas(64) uint32_t floats[64];
alignas(64) int32_t integers[64];

} // namespace

extern "C" void run() {
  auto query = reinterpret_cast<iree_kernel_library_query_fn_t>(
      reinterpret_cast<uintptr_t>(kernelImage) + entryPoint());
  iree_kernel_environment_t environment = {0xFFFFFFFFu};
  const iree_kernel_library_t *library = query(IREE_KERNEL_ABI_VERSION_MAX, &environment);
  if (query(0, &environment) || !library || library->magic != IREE_KERNEL_LIBRARY_MAGIC ||
      library->export_count != 2)
    return print("wrong table\n");
  if (!runKernel(library, 0, floatA, floatB, floats, floatRange))
    return print("float kernel failed\n");
  for (int i = 0; i < 64; ++i) {
    // Bit patterns of positive floats are in their order, a step is an ulp.
    uint32_t difference = floats[i] - floatExpected[i] + floatTolerance;
    if (difference > 2 * floatTolerance)
      return print("wrong float\n");
  }
  if (!runKernel(library, 1, integerA, integerB, integers, integerRange))
    return print("integer kernel failed\n");
  for (int i = 0; i < 64; ++i)
    if (integers[i] != integerExpected[i])
      return print("wrong integer\n");
  print("right\n");
}
