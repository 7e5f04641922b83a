// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "vmvx/image.h"

#include "base/internal.h"

namespace iree::vmvx {

namespace {

constexpr uint32_t available = (IREE_VM_EXT_F32_ENABLE ? uint32_t{NeedsF32} : 0) |
                               (IREE_VM_EXT_F64_ENABLE ? uint32_t{NeedsF64} : 0) |
                               (IREE_VM_EXT_MATH_ENABLE ? uint32_t{NeedsMath} : 0) |
                               (IREE_VMVX_MICROKERNELS ? uint32_t{NeedsMicrokernels} : 0);
constexpr uint32_t maxRegisters = 256;
constexpr uint32_t maxBlocks = 65535;
constexpr uint32_t maxNameBytes = 1024;

iree_status_t invalid(const char *what) {
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "vmvx image: %s", what);
}

// Where a missing part of the runtime comes from.
iree_status_t verifyRequirements(uint32_t required) {
  uint32_t missing = required & ~available;
  if (missing == 0)
    return iree_ok_status();
  return iree_make_status(IREE_STATUS_UNAVAILABLE,
                          "vmvx image: this runtime was built without%s%s%s%s%s, which the kernels "
                          "need",
                          missing & NeedsF32 ? " IREE_VM_EXT_F32_ENABLE" : "",
                          missing & NeedsF64 ? " IREE_VM_EXT_F64_ENABLE" : "",
                          missing & NeedsMath ? " IREE_VM_EXT_MATH_ENABLE" : "",
                          missing & NeedsMicrokernels ? " IREE_VMVX_MICROKERNELS" : "",
                          missing > 15 ? " parts that it does not know" : "");
}

iree_status_t verifyHeader(const iree_hal_executable_params_t *params) {
  const auto *image = reinterpret_cast<const uint32_t *>(params->image.data);
  size_t bytes = params->image.data_length;
  if (bytes < headerWords * 4 || bytes % 4 != 0 || reinterpret_cast<uintptr_t>(image) % 4 != 0)
    return invalid("too short, or no whole number of words");
  if (image[Magic] != imageMagic || image[Version] != imageVersion)
    return invalid("not the layout that this runtime reads (version 1)");
  if (image[WordCount] != bytes / 4 || image[6] != 0 || image[7] != 0)
    return invalid("header is not that of this image");
  if (image[Identity] != params->identity || image[KernelCount] != params->kernel_count)
    return iree_make_status(IREE_STATUS_FAILED_PRECONDITION,
                            "vmvx image: identity %x with %u kernels where the module expects %x "
                            "with %u",
                            image[Identity], image[KernelCount], params->identity,
                            params->kernel_count);
  // Kernel counts are limited by the module, so that this cannot overflow.
  if (image[KernelCount] > (image[WordCount] - headerWords) / recordWords)
    return invalid("cut table of kernels");
  return verifyRequirements(image[Requirements]);
}

bool isWithinWords(const uint32_t *image, uint32_t offset, uint32_t count) {
  return rangeIsWithin(offset, count, image[WordCount]);
}

// A text that ends within the image.
bool isText(const uint32_t *image, uint32_t offset) {
  const auto *text = reinterpret_cast<const char *>(image);
  uint64_t bytes = 4 * static_cast<uint64_t>(image[WordCount]);
  for (uint32_t i = 0; i < maxNameBytes; ++i) {
    if (static_cast<uint64_t>(offset) + i >= bytes)
      return false;
    if (text[offset + i] == 0)
      return true;
  }
  return false;
}

// Everything that a record refers to. `*codeEnd` is where the code of the
// kernels before ends.
const char *verifyRecord(const uint32_t *image, uint32_t ordinal, uint32_t *codeEnd) {
  const uint32_t *record = image + headerWords + recordWords * ordinal;
  uint32_t bindings = record[Counts] & 0xFF, constants = record[Counts] >> 8 & 0xFF;
  uint32_t registers = record[Counts] >> 16;
  if (record[FirstWord] < *codeEnd || !isWithinWords(image, record[FirstWord], record[CodeWords]))
    return IREE_MESSAGE_TEXT("code outside the image or out of order");
  *codeEnd = record[FirstWord] + record[CodeWords];
  if (bindings > IREE_KERNEL_MAX_BINDINGS || constants > IREE_KERNEL_MAX_CONSTANTS ||
      registers > maxRegisters || record[BlockCount] > maxBlocks)
    return IREE_MESSAGE_TEXT("too many bindings, constants, registers or blocks");
  if (!isWithinWords(image, record[RegisterTypes], (registers + 3) / 4) ||
      !isWithinWords(image, record[BindingAlignments], (bindings + 3) / 4) ||
      !isWithinWords(image, record[Blocks], record[BlockCount]) ||
      !isText(image, record[NameBytes]))
    return IREE_MESSAGE_TEXT("a table outside the image");
  const auto *alignments = reinterpret_cast<const uint8_t *>(image + record[BindingAlignments]);
  for (uint32_t i = 0; i < bindings; ++i) {
    if (!isPowerOfTwo(alignments[i]) || alignments[i] > 8)
      return IREE_MESSAGE_TEXT("alignment of a binding is not 1, 2, 4 or 8");
  }
  return nullptr;
}

} // namespace

void readKernel(const uint32_t *image, uint32_t ordinal, Kernel *out) {
  const uint32_t *record = image + headerWords + recordWords * ordinal;
  out->name = reinterpret_cast<const char *>(image) + record[NameBytes];
  out->bindingCount = record[Counts] & 0xFF;
  out->constantCount = record[Counts] >> 8 & 0xFF;
  out->registerCount = record[Counts] >> 16;
  out->blockCount = record[BlockCount];
  out->registerTypes = reinterpret_cast<const uint8_t *>(image + record[RegisterTypes]);
  out->bindingAlignments = reinterpret_cast<const uint8_t *>(image + record[BindingAlignments]);
  out->blocks = image + record[Blocks];
  out->code = image + record[FirstWord];
  out->codeWords = record[CodeWords];
}

iree_status_t verifyImage(const iree_hal_executable_params_t *params) {
  IREE_RETURN_IF_ERROR(verifyHeader(params));
  const auto *image = reinterpret_cast<const uint32_t *>(params->image.data);
  uint32_t codeEnd = headerWords + recordWords * params->kernel_count;
  for (uint32_t i = 0; i < params->kernel_count; ++i) {
    if (const char *error = verifyRecord(image, i, &codeEnd))
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "vmvx image: kernel %u: %s", i, error);
    Kernel kernel;
    uint32_t position = 0;
    readKernel(image, i, &kernel);
    if (const char *error = verifyKernelCode(kernel, &position))
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "vmvx image: kernel '%s', word %u: %s",
                              kernel.name, position, error);
  }
  return iree_ok_status();
}

} // namespace iree::vmvx
