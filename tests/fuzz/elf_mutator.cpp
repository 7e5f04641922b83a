// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Changes of ELF files that aim at what is read: headers, the dynamic section,
// the kernel library's table.
#include <algorithm>

#include "harness.h"
#include "loaders/elf_format.h"
#include "schemas/kernel_abi.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace iree::fuzz {

namespace {

struct Region {
  size_t begin, length;
};

template <typename Layout> Region programHeaders(const uint8_t *data, size_t size) {
  typename Layout::Header header;
  if (size < sizeof(header))
    return {0, size};
  std::memcpy(&header, data, sizeof(header));
  size_t begin = std::min<size_t>(header.segmentOffset, size);
  size_t length = header.segmentCount * sizeof(typename Layout::Segment);
  return {begin, std::min(length, size - begin)};
}

template <typename Layout> Region dynamicSection(const uint8_t *data, size_t size) {
  Region headers = programHeaders<Layout>(data, size);
  typename Layout::Segment program;
  for (size_t at = headers.begin; at + sizeof(program) <= headers.begin + headers.length;
       at += sizeof(program)) {
    std::memcpy(&program, data + at, sizeof(program));
    if (program.type != elf::segmentDynamic)
      continue;
    size_t begin = std::min<size_t>(program.offset, size);
    return {begin, std::min<size_t>(program.fileSize, size - begin)};
  }
  return headers;
}

// The first kernel library's table and what follows: exports and names.
Region libraryTable(const uint8_t *data, size_t size) {
  const uint32_t magic = IREE_KERNEL_LIBRARY_MAGIC;
  const uint8_t *found = std::search(data, data + size, reinterpret_cast<const uint8_t *>(&magic),
                                     reinterpret_cast<const uint8_t *>(&magic + 1));
  size_t begin = static_cast<size_t>(found - data);
  return {begin, std::min<size_t>(size - begin, 128)};
}

template <typename Layout> Region pickRegion(Random &random, const uint8_t *data, size_t size) {
  switch (below(random, 4)) {
  case 0:
    return {0, std::min(size, sizeof(typename Layout::Header))};
  case 1:
    return dynamicSection<Layout>(data, size);
  case 2:
    return libraryTable(data, size);
  default:
    return programHeaders<Layout>(data, size);
  }
}

template <typename Layout> void changeRegion(Random &random, uint8_t *data, size_t size) {
  Region region = pickRegion<Layout>(random, data, size);
  size_t bytes = size_t{2} << below(random, 3);
  if (region.length < bytes)
    return;
  size_t at = region.begin + below(random, region.length / bytes) * bytes;
  changeField(random, data + at, bytes, size);
}

} // namespace

} // namespace iree::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize,
                                          unsigned seed) {
  using namespace iree::fuzz;
  Random random(seed);
  if (size < sizeof(iree::elf::Header32) || below(random, 4) == 0)
    return LLVMFuzzerMutate(data, size, maxSize);
  bool isWide = data[4] == iree::elf::Layout<8>::fileClass;
  for (size_t changes = 1 + below(random, 3); changes != 0; --changes) {
    if (isWide)
      changeRegion<iree::elf::Layout<8>>(random, data, size);
    else
      changeRegion<iree::elf::Layout<4>>(random, data, size);
  }
  if (below(random, 8) != 0)
    std::memcpy(data, &iree::elf::magic, sizeof(iree::elf::magic));
  return size;
}
