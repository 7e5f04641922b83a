// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The image of kernels as bytecode (docs/module-format.md).
#ifndef IREE_SRC_VMVX_IMAGE_H_
#define IREE_SRC_VMVX_IMAGE_H_

#include "iree/hal/executable.h"

namespace iree::vmvx {

constexpr uint32_t imageMagic = 0x584D5649; // "IVMX"
constexpr uint32_t imageVersion = 1;

// Words of the image and of one kernel's record.
constexpr uint32_t headerWords = 8;
constexpr uint32_t recordWords = 8;
enum HeaderWord : uint32_t { Magic, Version, WordCount, KernelCount, Identity, Requirements };
enum RecordWord : uint32_t {
  FirstWord,
  CodeWords,
  Counts,
  RegisterTypes,
  BindingAlignments,
  Blocks,
  BlockCount,
  NameBytes
};

// Bits of the word Requirements.
enum Requirement : uint32_t { NeedsF32 = 1, NeedsF64 = 2, NeedsMath = 4, NeedsMicrokernels = 8 };

// One kernel of a verified image.
struct Kernel {
  const char *name;
  uint32_t bindingCount;
  uint32_t constantCount;
  uint32_t registerCount;
  uint32_t blockCount;
  const uint8_t *registerTypes;
  const uint8_t *bindingAlignments; // bytes, one a binding
  const uint32_t *blocks;
  const uint32_t *code;
  uint32_t codeWords;
};
void readKernel(const uint32_t *image, uint32_t ordinal, Kernel *out);

// Checks the image that `params` describes: frame, table and code.
iree_status_t verifyImage(const iree_hal_executable_params_t *params);

// Checks one kernel's code; its table must have been checked. Null, or what is
// wrong at word `*position`.
const char *verifyKernelCode(const Kernel &kernel, uint32_t *position);

} // namespace iree::vmvx

#endif // IREE_SRC_VMVX_IMAGE_H_
