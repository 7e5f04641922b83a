// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <functional>

#include "elf_builder.h"
#include "loaders/elf_image.h"
#include "test_support.h"

namespace iree::test {
namespace {

using namespace iree::elf;

// Of the build's address width, so that the tests run on every machine.
const Target testTarget = {ElfLayout::fileClass, machineX86_64, UINT32_MAX, 0, 0};

iree_status_t parse(const Bytes &bytes, Image *image, const Target &target = testTarget) {
  AlignedBytes file(bytes);
  return parseImage(file.span(), target, image);
}

iree_status_t parseChanged(const std::function<void(ElfSpec &)> &change) {
  ElfSpec spec = makeElf(machineX86_64, 0);
  change(spec);
  Image image;
  return parse(writeElf(spec), &image);
}

#define EXPECT_REFUSED(expr, part) EXPECT_STATUS(expr, IREE_STATUS_INVALID_ARGUMENT, part)

TEST(ElfImage, DescribesSegments) {
  Image image;
  ASSERT_OK(parse(writeElf(makeElf(machineX86_64, 0)), &image));
  EXPECT_EQ(image.segmentCount, 2u);
  EXPECT_EQ(image.displacement, elfDisplacement);
  EXPECT_EQ(image.entry, elfDisplacement + elfCodeOffset);
  EXPECT_EQ(image.code, &image.segments[1]);
  EXPECT_EQ(image.lowAddress, elfDisplacement);
  EXPECT_EQ(image.highAddress, elfDisplacement + elfFileBytes);
}

TEST(ElfImage, RefusesHeaders) {
  Image image;
  EXPECT_REFUSED(parse(Bytes(10), &image), "shorter than its header");
  EXPECT_REFUSED(parse(Bytes(100), &image), "no ELF file");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.fileClass ^= 3; }), "address width");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.data = 2; }), "byte order");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.identVersion = 0; }), "ELF version");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.version = 2; }), "ELF version");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.type = 1; }), "neither PIE nor shared");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.machine = 40; }),
                 "made for machine 40, this is 62");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.headerSize = 40; }), "unknown size");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.segmentSize = 40; }), "unknown size");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.segmentCount = 33; }), "too many");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.segmentOffset = elfFileBytes - 8; }),
                 "program headers lie outside");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.segmentOffset = UINTPTR_MAX - 7; }),
                 "program headers lie outside");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.header.entry = elfDisplacement; }),
                 "entry point lies outside the code");
  EXPECT_REFUSED(
      parseChanged([](ElfSpec &s) { s.header.entry = elfDisplacement + elfFileBytes - 1; }),
      "entry point lies outside the code");
}

TEST(ElfImage, RefusesSegments) {
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[0].flags |= flagWrite; }),
                 "writable segment");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[0].memorySize += 8; }),
                 "zero-initialised memory");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) {
                   s.segments[1].fileSize += 1;
                   s.segments[1].memorySize += 1;
                 }),
                 "segment lies outside the file");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[1].offset = UINTPTR_MAX - 3; }),
                 "segment lies outside the file");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[1].address = UINTPTR_MAX - 3; }),
                 "addresses overflow");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[0].alignment = 48; }), "no power of two");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[1].address += 64; }),
                 "cannot be used in place");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[0].flags |= flagExecute; }),
                 "two executable segments");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[1].flags = 4; }),
                 "no executable segment");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[2].type = segmentInterp; }), "PT_INTERP");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[2].type = segmentTls; }), "PT_TLS");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) {
                   while (s.segments.size() < maxSegments + 2)
                     s.segments.insert(s.segments.begin(), s.segments[0]);
                   s.dynamic.clear();
                 }),
                 "too many segments");
}

TEST(ElfImage, RefusesDynamicDemands) {
  auto parseTag = [](uint32_t tag, uint32_t value) {
    return parseChanged([&](ElfSpec &s) { s.dynamic = {{tag, value}, {0, 0}}; });
  };
  EXPECT_REFUSED(parseTag(tagNeeded, 1), "DT_NEEDED");
  for (uint32_t tag : {tagPltRelSize, tagRelaSize, tagRelSize, tagRelrSize}) {
    EXPECT_REFUSED(parseTag(tag, 8), "dynamic relocations");
    ASSERT_OK(parseTag(tag, 0));
  }
  EXPECT_REFUSED(parseTag(tagTextRel, 0), "text relocations");
  EXPECT_REFUSED(parseTag(tagFlags, 4), "text relocations");
  ASSERT_OK(parseTag(tagFlags, 8));
  EXPECT_REFUSED(parseTag(tagInit, 16), "DT_INIT");
  EXPECT_REFUSED(parseTag(tagFini, 16), "DT_FINI");
  for (uint32_t tag : {tagInitArraySize, tagFiniArraySize, tagPreinitArraySize})
    EXPECT_REFUSED(parseTag(tag, 8), "DT_INIT_ARRAY");
  EXPECT_REFUSED(parseChanged([](ElfSpec &s) { s.segments[2].fileSize = elfFileBytes; }),
                 "dynamic section lies outside");
  // What stands behind DT_NULL is not part of the section.
  ASSERT_OK(parseChanged([](ElfSpec &s) { s.dynamic = {{0, 0}, {tagNeeded, 1}}; }));
}

TEST(ElfImage, ChecksAbiFlags) {
  Image image;
  Target softArm = {ElfLayout::fileClass, machineArm, 0xFF000000u, 0x05000000u, 0x400u};
  ASSERT_OK(parse(writeElf(makeElf(machineArm, 0x05000200)), &image, softArm));
  EXPECT_REFUSED(parse(writeElf(makeElf(machineArm, 0x05000400)), &image, softArm),
                 "ABI flags 5000400 differ");
  EXPECT_REFUSED(parse(writeElf(makeElf(machineArm, 0x04000000)), &image, softArm), "ABI flags");
  Target rv32im = {ElfLayout::fileClass, machineRiscv, 0xE, 0, 1};
  ASSERT_OK(parse(writeElf(makeElf(machineRiscv, 0)), &image, rv32im));
  for (uint32_t flag : {1u, 2u, 4u, 8u})
    EXPECT_REFUSED(parse(writeElf(makeElf(machineRiscv, flag)), &image, rv32im), "ABI flags");
}

TEST(ElfImage, AcceptsThumbEntry) {
  Image image;
  Target arm = {ElfLayout::fileClass, machineArm, 0, 0, 0};
  ElfSpec spec = makeElf(machineArm, 0);
  spec.header.entry = elfDisplacement + elfFileBytes - 2 + 1;
  ASSERT_OK(parse(writeElf(spec), &image, arm));
  EXPECT_EQ(image.entry & 1, 1u);
}

TEST(ElfImage, EveryTruncationIsRefused) {
  Bytes bytes = writeElf(makeElf(machineX86_64, 0));
  Image image;
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(iree_status_is_ok(
        parse(Bytes(bytes.begin(), bytes.begin() + static_cast<long>(length)), &image)))
        << length;
}

TEST(ElfImage, EveryChangedByteIsHandled) {
  Bytes bytes = writeElf(makeElf(machineX86_64, 0));
  AlignedBytes file(bytes);
  Image image;
  for (size_t i = 0; i < elfLibraryOffset; ++i) {
    for (unsigned change = 1; change < 256; ++change) {
      file.data()[i] = static_cast<uint8_t>(bytes[i] ^ change);
      if (!iree_status_is_ok(parseImage(file.span(), testTarget, &image)))
        continue;
      ASSERT_LE(image.highAddress - image.displacement, file.size());
      ASSERT_GE(image.entry, image.code->address);
    }
    file.data()[i] = bytes[i];
  }
}

} // namespace
} // namespace iree::test
