// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Images of kernels as bytecode (docs/module-format.md), for tests.
#ifndef IREE_TESTS_RUNTIME_VMVX_BUILDER_H_
#define IREE_TESTS_RUNTIME_VMVX_BUILDER_H_

#include "assembler.h"

namespace iree::test {

struct VmvxKernel {
  std::string name = "k";
  Words code;
  Bytes bindingAlignments; // one a binding
  uint32_t constantCount = 0;
  Bytes registerTypes = {};
  Words blocks = {};
};

// Header, records, then for each kernel its tables, name and code.
inline Bytes buildVmvxImage(const std::vector<VmvxKernel> &kernels, uint32_t identity = 0,
                            uint32_t requirements = 0) {
  Words image = {0x584D5649,   1, 0, static_cast<uint32_t>(kernels.size()), identity,
                 requirements, 0, 0};
  size_t record = image.size();
  image.resize(record + 8 * kernels.size());
  auto place = [&](const void *data, size_t bytes) {
    size_t offset = image.size();
    image.resize(offset + (bytes + 3) / 4);
    if (bytes != 0)
      std::memcpy(&image[offset], data, bytes);
    return static_cast<uint32_t>(offset);
  };
  for (const VmvxKernel &kernel : kernels) {
    uint32_t types = place(kernel.registerTypes.data(), kernel.registerTypes.size());
    uint32_t alignments = place(kernel.bindingAlignments.data(), kernel.bindingAlignments.size());
    uint32_t blocks = place(kernel.blocks.data(), 4 * kernel.blocks.size());
    uint32_t name = place(kernel.name.c_str(), kernel.name.size() + 1);
    uint32_t code = place(kernel.code.data(), 4 * kernel.code.size());
    const uint32_t words[8] = {code,
                               static_cast<uint32_t>(kernel.code.size()),
                               static_cast<uint32_t>(kernel.bindingAlignments.size()) |
                                   kernel.constantCount << 8 |
                                   static_cast<uint32_t>(kernel.registerTypes.size()) << 16,
                               types,
                               alignments,
                               blocks,
                               static_cast<uint32_t>(kernel.blocks.size()),
                               4 * name};
    std::memcpy(&image[record], words, sizeof(words));
    record += 8;
  }
  image[2] = static_cast<uint32_t>(image.size());
  Bytes bytes(4 * image.size());
  std::memcpy(bytes.data(), image.data(), bytes.size());
  return bytes;
}

} // namespace iree::test

#endif // IREE_TESTS_RUNTIME_VMVX_BUILDER_H_
