// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A hand-made kernel image of either ELF class: headers, a read-only segment
// with a kernel library's table, a code segment, a dynamic section.
#ifndef IREE_TESTS_RUNTIME_ELF_BUILDER_H_
#define IREE_TESTS_RUNTIME_ELF_BUILDER_H_

#include <cstring>
#include <string>
#include <vector>

#include "loaders/elf_format.h"
#include "module_builder.h"
#include "schemas/kernel_abi.h"

namespace iree::test {

template <typename ElfLayout> struct BasicElfSpec {
  typename ElfLayout::Header header = {};
  std::vector<typename ElfLayout::Segment> segments;
  std::vector<typename ElfLayout::Dynamic> dynamic;
  iree_kernel_library_t library = {};
  iree_kernel_export_t kernel = {};
  std::string name = "test_library";
  Bytes code;
};

// Of this machine's address width.
using NativeElf = iree::elf::Layout<sizeof(void *)>;
using ElfSpec = BasicElfSpec<NativeElf>;

// File offsets; addresses are larger by elfDisplacement.
constexpr uint32_t elfDynamicOffset = 0x200;
constexpr uint32_t elfLibraryOffset = 0x300;
constexpr uint32_t elfExportOffset = 0x340;
constexpr uint32_t elfNameOffset = 0x380;
constexpr uint32_t elfCodeOffset = 0x400;
constexpr uint32_t elfKernelOffset = 0x410;
constexpr uint32_t elfFileBytes = 0x480;
constexpr uint32_t elfDisplacement = 0x1000;

template <typename ElfLayout = NativeElf>
BasicElfSpec<ElfLayout> makeElf(uint16_t machine, uint32_t flags) {
  using namespace iree::elf;
  BasicElfSpec<ElfLayout> spec;
  auto &header = spec.header;
  header.magic = magic;
  header.fileClass = ElfLayout::fileClass;
  header.data = littleEndian;
  header.identVersion = currentVersion;
  header.version = currentVersion;
  header.type = typeDynamic;
  header.machine = machine;
  header.flags = flags;
  header.entry = elfCodeOffset + elfDisplacement;
  header.headerSize = sizeof(header);
  header.segmentSize = sizeof(typename ElfLayout::Segment);
  header.segmentOffset = sizeof(header);
  auto segment = [&](uint32_t type, uint32_t segmentFlags, uint32_t offset, uint32_t size,
                     uint32_t alignment) {
    typename ElfLayout::Segment result = {};
    result.type = type;
    result.flags = segmentFlags;
    result.offset = offset;
    result.address = offset + elfDisplacement;
    result.fileSize = result.memorySize = size;
    result.alignment = alignment;
    spec.segments.push_back(result);
  };
  segment(segmentLoad, 4, 0, elfCodeOffset, 64);
  segment(segmentLoad, 4 | flagExecute, elfCodeOffset, elfFileBytes - elfCodeOffset, 64);
  segment(segmentDynamic, 4, elfDynamicOffset, 8 * sizeof(typename ElfLayout::Dynamic), 8);
  spec.library = {IREE_KERNEL_LIBRARY_MAGIC,
                  1,
                  static_cast<int32_t>(elfNameOffset) - static_cast<int32_t>(elfLibraryOffset + 8),
                  0,
                  77,
                  16,
                  1,
                  static_cast<int32_t>(elfExportOffset) -
                      static_cast<int32_t>(elfLibraryOffset + 28)};
  spec.kernel = {static_cast<int32_t>(elfKernelOffset - elfExportOffset), 0, 1, 0, 0};
  // x86-64: lea rax, [rip + library]; ret.   At the kernel:
  // mov rax, [rdi]; mov dword ptr [rax], 42; xor eax, eax; ret.
  spec.code = {0x48, 0x8D, 0x05, 0, 0, 0, 0, 0xC3};
  int32_t distance =
      static_cast<int32_t>(elfLibraryOffset) - static_cast<int32_t>(elfCodeOffset + 7);
  std::memcpy(&spec.code[3], &distance, 4);
  spec.code.resize(elfKernelOffset - elfCodeOffset, 0xCC);
  const Bytes kernel = {0x48, 0x8B, 0x07, 0xC7, 0x00, 42, 0, 0, 0, 0x31, 0xC0, 0xC3};
  spec.code.insert(spec.code.end(), kernel.begin(), kernel.end());
  return spec;
}

template <typename ElfLayout> Bytes writeElf(BasicElfSpec<ElfLayout> spec) {
  if (spec.header.segmentCount == 0)
    spec.header.segmentCount = static_cast<uint16_t>(spec.segments.size());
  Bytes file(elfFileBytes, 0);
  auto put = [&](size_t offset, const void *data, size_t size) {
    if (size != 0)
      std::memcpy(&file.at(offset), data, size);
  };
  put(0, &spec.header, sizeof(spec.header));
  put(sizeof(spec.header), spec.segments.data(),
      spec.segments.size() * sizeof(typename ElfLayout::Segment));
  put(elfDynamicOffset, spec.dynamic.data(),
      spec.dynamic.size() * sizeof(typename ElfLayout::Dynamic));
  put(elfLibraryOffset, &spec.library, sizeof(spec.library));
  put(elfExportOffset, &spec.kernel, sizeof(spec.kernel));
  put(elfNameOffset, spec.name.c_str(), spec.name.size() + 1);
  put(elfCodeOffset, spec.code.data(), spec.code.size());
  return file;
}

} // namespace iree::test

#endif // IREE_TESTS_RUNTIME_ELF_BUILDER_H_
