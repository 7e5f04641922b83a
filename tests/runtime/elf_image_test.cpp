// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the ELF parser accepts and refuses, in both address widths.
#include "elf_builder.h"
#include "loaders/elf_image.h"
#include "test_support.h"

namespace iree::test {
namespace {

using namespace iree::elf;

const Target testTarget = {machineX86_64, UINT32_MAX, 0, 0, 1, false};

template <typename TestLayout> class ElfImage : public testing::Test {
public:
  using Spec = BasicElfSpec<TestLayout>;
  static constexpr unsigned addressBytes = sizeof(typename TestLayout::Address);
  static constexpr auto maxAddress = static_cast<typename TestLayout::Address>(-1);

  static Spec make(uint16_t machine = machineX86_64, uint32_t flags = 0) {
    return makeElf<TestLayout>(machine, flags);
  }
  static iree_status_t parse(const Bytes &bytes, const Target &target = testTarget,
                             Image *image = nullptr) {
    Image unused;
    AlignedBytes file(bytes);
    return parseImage<addressBytes>(file.span(), target, image ? image : &unused);
  }
  template <typename Change> static iree_status_t parseChanged(Change change) {
    Spec spec = make();
    change(spec);
    return parse(writeElf(spec));
  }
};

#if UINTPTR_MAX > UINT32_MAX
using Layouts = testing::Types<Layout<4>, Layout<8>>;
#else
using Layouts = testing::Types<Layout<4>>;
#endif
class LayoutNames {
public:
  template <typename TestLayout> static std::string GetName(int) {
    return std::to_string(8 * sizeof(typename TestLayout::Address));
  }
};
TYPED_TEST_SUITE(ElfImage, Layouts, LayoutNames);

#define EXPECT_REFUSED(expr, part) EXPECT_STATUS(expr, IREE_STATUS_INVALID_ARGUMENT, part)
#define EXPECT_CHANGE_REFUSED(change, part)                                                        \
  EXPECT_REFUSED(this->parseChanged([&](auto &s) { change; }), part)
#define EXPECT_CHANGE_ACCEPTED(change) ASSERT_OK(this->parseChanged([&](auto &s) { change; }))

TYPED_TEST(ElfImage, DescribesSegments) {
  Image image;
  auto spec = this->make();
  spec.segments[1].alignment = 256;
  ASSERT_OK(this->parse(writeElf(spec), testTarget, &image));
  EXPECT_EQ(image.segmentCount, 2u);
  EXPECT_EQ(image.displacement, elfDisplacement);
  EXPECT_EQ(image.entry, elfDisplacement + elfCodeOffset);
  EXPECT_EQ(image.code, &image.segments[1]);
  EXPECT_EQ(image.lowAddress, elfDisplacement);
  EXPECT_EQ(image.highAddress, elfDisplacement + elfFileBytes);
  EXPECT_EQ(image.alignment, 256u);
}

TYPED_TEST(ElfImage, RefusesIdentities) {
  EXPECT_REFUSED(this->parse(Bytes(10)), "shorter than its header");
  EXPECT_REFUSED(this->parse(Bytes(100)), "no ELF file");
  EXPECT_CHANGE_REFUSED(s.header.fileClass ^= 3, "address width");
  EXPECT_CHANGE_REFUSED(s.header.data = 2, "byte order");
  EXPECT_CHANGE_REFUSED(s.header.identVersion = 0, "ELF version");
  EXPECT_CHANGE_REFUSED(s.header.version = 2, "ELF version");
  EXPECT_CHANGE_REFUSED(s.header.abi = 3, "particular operating system");
  EXPECT_CHANGE_REFUSED(s.header.abiVersion = 1, "particular operating system");
  EXPECT_CHANGE_REFUSED(s.header.type = 1, "neither PIE nor shared");
  EXPECT_CHANGE_REFUSED(s.header.machine = 40, "made for machine 40, this is 62");
  EXPECT_CHANGE_REFUSED(s.header.headerSize = 40, "unknown size");
  EXPECT_CHANGE_REFUSED(s.header.segmentSize = 40, "unknown size");
  EXPECT_CHANGE_REFUSED(s.header.segmentCount = 33, "too many");
  EXPECT_CHANGE_REFUSED(s.header.segmentOffset = elfFileBytes - 8, "program headers lie outside");
  EXPECT_CHANGE_REFUSED(s.header.segmentOffset = this->maxAddress - 7,
                        "program headers lie outside");
  EXPECT_REFUSED(this->parse(writeElf(this->make()), {}), "runs no images");
}

TYPED_TEST(ElfImage, RefusesEntries) {
  EXPECT_CHANGE_REFUSED(s.header.entry = elfDisplacement, "entry point lies outside the code");
  EXPECT_CHANGE_REFUSED(s.header.entry = elfDisplacement + elfFileBytes,
                        "entry point lies outside the code");
  // Instructions of 4 bytes: begin at multiples of 4 and end with the code.
  Target fixedWidth = testTarget;
  fixedWidth.codeAlignment = 4;
  auto spec = this->make();
  spec.header.entry += 2;
  EXPECT_REFUSED(this->parse(writeElf(spec), fixedWidth), "between instructions");
  spec.header.entry = elfDisplacement + elfFileBytes - 4;
  ASSERT_OK(this->parse(writeElf(spec), fixedWidth));
  spec.segments[1].fileSize = spec.segments[1].memorySize -= 2;
  EXPECT_REFUSED(this->parse(writeElf(spec), fixedWidth), "entry point lies outside the code");
}

TYPED_TEST(ElfImage, RefusesSegments) {
  EXPECT_CHANGE_REFUSED(s.segments[0].flags |= flagWrite, "writable segment");
  EXPECT_CHANGE_REFUSED(s.segments[0].memorySize += 8, "zero-initialised memory");
  EXPECT_CHANGE_REFUSED(s.segments[0].memorySize = 0, "zero-initialised memory");
  EXPECT_CHANGE_REFUSED(s.segments[1].fileSize = s.segments[1].memorySize += 1,
                        "segment lies outside the file");
  EXPECT_CHANGE_REFUSED(s.segments[1].offset = this->maxAddress - 3,
                        "segment lies outside the file");
  EXPECT_CHANGE_REFUSED(s.segments[1].address = this->maxAddress - 3, "addresses overflow");
  EXPECT_CHANGE_REFUSED(s.segments[0].alignment = 48, "no power of two");
  EXPECT_CHANGE_REFUSED(s.segments[1].address += 64, "cannot be used in place");
  EXPECT_CHANGE_REFUSED(s.segments[0].flags |= flagExecute, "two executable segments");
  EXPECT_CHANGE_REFUSED(s.segments[1].flags = 4, "no executable segment");
  EXPECT_CHANGE_REFUSED(std::swap(s.segments[0], s.segments[1]), "not in ascending order");
  EXPECT_CHANGE_REFUSED(s.segments[0].fileSize = s.segments[0].memorySize += 1, "segments overlap");
  auto addSegments = [](auto &s) {
    for (uint32_t i = 0; i + 1 < maxSegments; ++i) {
      auto segment = s.segments[0];
      segment.fileSize = segment.memorySize = 16;
      segment.offset = elfDynamicOffset + 16 * i;
      segment.address = segment.offset + elfDisplacement;
      s.segments.insert(s.segments.begin() + 1 + i, segment);
    }
    s.segments[0].fileSize = s.segments[0].memorySize = elfDynamicOffset;
    s.segments.resize(maxSegments + 1);
  };
  EXPECT_CHANGE_REFUSED(addSegments(s), "too many segments");
}

TYPED_TEST(ElfImage, RefusesProgramHeadersThatItDoesNotKnow) {
  EXPECT_CHANGE_REFUSED(s.segments[2].type = segmentInterp, "PT_INTERP");
  EXPECT_CHANGE_REFUSED(s.segments[2].type = segmentTls, "PT_TLS");
  EXPECT_CHANGE_REFUSED(s.segments[2].type = 5, "unknown type 5");
  EXPECT_CHANGE_REFUSED(s.segments[2].type = segmentGnuRelro, "unknown type 6474e552");
  EXPECT_CHANGE_REFUSED(s.segments[2].type = 0xFFFFFFFF, "unknown type ffffffff");
  for (uint32_t type : {segmentNull, segmentNote, segmentProgramHeaders, segmentGnuEhFrame,
                        segmentGnuStack, segmentGnuProperty})
    EXPECT_CHANGE_ACCEPTED(s.segments[2].type = type);
  EXPECT_CHANGE_REFUSED((s.segments[2].type = segmentGnuStack, s.segments[2].flags |= flagExecute),
                        "executable stack");
  // The meaning of these depends on the machine.
  auto arm = this->make(machineArm), riscv = this->make(machineRiscv);
  const Target armTarget = {machineArm, 0, 0, 0, 4, false};
  const Target riscvTarget = {machineRiscv, 0, 0, 0, 2, false};
  arm.segments[2].type = riscv.segments[2].type = segmentArmExidx;
  ASSERT_OK(this->parse(writeElf(arm), armTarget));
  EXPECT_REFUSED(this->parse(writeElf(riscv), riscvTarget), "unknown type 70000001");
  arm.segments[2].type = riscv.segments[2].type = segmentRiscvAttributes;
  EXPECT_REFUSED(this->parse(writeElf(arm), armTarget), "unknown type 70000003");
  ASSERT_OK(this->parse(writeElf(riscv), riscvTarget));
}

TYPED_TEST(ElfImage, RefusesDynamicDemands) {
  auto parseTag = [&](uint32_t tag, uint32_t value) {
    return this->parseChanged([&](auto &s) { s.dynamic = {{tag, value}, {0, 0}}; });
  };
  EXPECT_REFUSED(parseTag(tagNeeded, 1), "DT_NEEDED");
  for (uint32_t tag : {tagPltRelSize, tagRelaSize, tagRelSize, tagRelrSize}) {
    EXPECT_REFUSED(parseTag(tag, 8), "dynamic relocations");
    ASSERT_OK(parseTag(tag, 0));
  }
  EXPECT_REFUSED(parseTag(tagTextRel, 0), "text relocations");
  EXPECT_REFUSED(parseTag(tagFlags, 4), "text relocations");
  ASSERT_OK(parseTag(tagFlags, 2 + 8));
  EXPECT_REFUSED(parseTag(tagFlags, 16), "unknown dynamic flags");
  EXPECT_REFUSED(parseTag(tagInit, 16), "DT_INIT");
  EXPECT_REFUSED(parseTag(tagFini, 16), "DT_FINI");
  for (uint32_t tag : {tagInitArraySize, tagFiniArraySize, tagPreinitArraySize})
    EXPECT_REFUSED(parseTag(tag, 8), "DT_INIT_ARRAY");
  for (uint32_t tag : {tagHash, tagGnuHash, tagSymbolTable, tagSoName})
    ASSERT_OK(parseTag(tag, 8));
  for (uint32_t tag : {3u, 21u, 29u, 34u, 0x6FFFFFFBu, 0x70000001u})
    EXPECT_REFUSED(parseTag(tag, 8), "dynamic entry of unknown meaning");
  EXPECT_CHANGE_REFUSED(s.segments[2].fileSize = elfFileBytes, "dynamic section lies outside");
  // No dynamic section at all.
  EXPECT_CHANGE_ACCEPTED(s.segments.resize(2));
}

TYPED_TEST(ElfImage, ComparesTheAbi) {
  Target softArm = {machineArm, ~0x600u, 0x05000000u, 0x400u, 4, false};
  auto parseArm = [&](uint32_t flags) {
    return this->parse(writeElf(this->make(machineArm, flags)), softArm);
  };
  ASSERT_OK(parseArm(0x05000200));
  ASSERT_OK(parseArm(0x05000000));
  EXPECT_REFUSED(parseArm(0x05000400), "ABI flags 5000400 differ");
  EXPECT_REFUSED(parseArm(0x04000000), "ABI flags");
  EXPECT_REFUSED(parseArm(0x05800200), "ABI flags"); // big-endian code
  Target rv32im = {machineRiscv, ~1u, 0, 1, 4, false};
  ASSERT_OK(this->parse(writeElf(this->make(machineRiscv, 0)), rv32im));
  for (uint32_t flag : {1u, 2u, 4u, 8u, 16u, 1u << 31})
    EXPECT_REFUSED(this->parse(writeElf(this->make(machineRiscv, flag)), rv32im), "ABI flags");
}

TYPED_TEST(ElfImage, TellsThumbFromA32) {
  Image image;
  Target both = {machineArm, 0, 0, 0, 4, false}, thumbOnly = {machineArm, 0, 0, 0, 4, true};
  auto spec = this->make(machineArm);
  EXPECT_REFUSED(this->parse(writeElf(spec), thumbOnly), "not Thumb code");
  ASSERT_OK(this->parse(writeElf(spec), both)); // A32
  spec.header.entry = elfDisplacement + elfFileBytes - 2;
  EXPECT_REFUSED(this->parse(writeElf(spec), both), "between instructions");
  spec.header.entry += 1;
  ASSERT_OK(this->parse(writeElf(spec), thumbOnly, &image));
  EXPECT_EQ(image.entry & 1, 1u);
  spec.header.entry += 2;
  EXPECT_REFUSED(this->parse(writeElf(spec), thumbOnly), "outside the code");
}

TYPED_TEST(ElfImage, EveryTruncationIsRefused) {
  Bytes bytes = writeElf(this->make());
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(iree_status_is_ok(
        this->parse(Bytes(bytes.begin(), bytes.begin() + static_cast<long>(length)))))
        << length;
}

TYPED_TEST(ElfImage, EveryChangedByteIsHandled) {
  Bytes bytes = writeElf(this->make());
  AlignedBytes file(bytes);
  Image image;
  for (size_t i = 0; i < elfLibraryOffset; ++i) {
    for (unsigned change = 1; change < 256; ++change) {
      file.data()[i] = static_cast<uint8_t>(bytes[i] ^ change);
      if (!iree_status_is_ok(
              parseImage<TestFixture::addressBytes>(file.span(), testTarget, &image)))
        continue;
      ASSERT_LE(image.highAddress - image.lowAddress, file.size());
      ASSERT_GE(image.entry, image.code->address);
      ASSERT_LT(image.entry - image.code->address, image.code->length);
    }
    file.data()[i] = bytes[i];
  }
}

// The image of this build's own machine.
TEST(ElfHostTarget, IsKnown) {
  Target target = hostTarget();
  EXPECT_NE(target.machine, 0u);
  Image image;
  ElfSpec spec = makeElf(target.machine, target.flagsValue);
  spec.header.entry |= target.isThumbOnly ? 1 : 0;
  AlignedBytes file(writeElf(spec));
  ASSERT_OK(parseImage<sizeof(void *)>(file.span(), target, &image));
}

} // namespace
} // namespace iree::test
