// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The part of the ELF format that kernels use (System V gABI, chapters 4, 5).
#ifndef IREE_SRC_LOADERS_ELF_FORMAT_H_
#define IREE_SRC_LOADERS_ELF_FORMAT_H_

#include <stdint.h>

namespace iree::elf {

constexpr uint32_t magic = 0x464C457F; // "\x7fELF"
constexpr uint8_t littleEndian = 1;
constexpr uint8_t currentVersion = 1;
constexpr uint16_t typeDynamic = 3; // shared object or PIE

constexpr uint16_t machine386 = 3;
constexpr uint16_t machineArm = 40;
constexpr uint16_t machineX86_64 = 62;
constexpr uint16_t machineAarch64 = 183;
constexpr uint16_t machineRiscv = 243;

enum SegmentType : uint32_t {
  segmentLoad = 1,
  segmentDynamic = 2,
  segmentInterp = 3,
  segmentTls = 7
};
enum SegmentFlags : uint32_t { flagExecute = 1, flagWrite = 2 };

enum DynamicTag : uint32_t {
  tagNull = 0,
  tagNeeded = 1,
  tagPltRelSize = 2,
  tagRelaSize = 8,
  tagInit = 12,
  tagFini = 13,
  tagRelSize = 18,
  tagTextRel = 22,
  tagInitArraySize = 27,
  tagFiniArraySize = 28,
  tagFlags = 30,
  tagPreinitArraySize = 33,
  tagRelrSize = 35,
};
constexpr uint32_t dynamicFlagTextRel = 4;

struct Header32 {
  uint32_t magic;
  uint8_t fileClass, data, identVersion, abi;
  uint8_t padding[8];
  uint16_t type, machine;
  uint32_t version, entry, segmentOffset, sectionOffset, flags;
  uint16_t headerSize, segmentSize, segmentCount, sectionSize, sectionCount, nameSection;
};

struct Header64 {
  uint32_t magic;
  uint8_t fileClass, data, identVersion, abi;
  uint8_t padding[8];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, segmentOffset, sectionOffset;
  uint32_t flags;
  uint16_t headerSize, segmentSize, segmentCount, sectionSize, sectionCount, nameSection;
};

struct Segment32 {
  uint32_t type, offset, address, physicalAddress, fileSize, memorySize, flags, alignment;
};

struct Segment64 {
  uint32_t type, flags;
  uint64_t offset, address, physicalAddress, fileSize, memorySize, alignment;
};

struct Dynamic32 {
  uint32_t tag, value;
};

struct Dynamic64 {
  uint64_t tag, value;
};

static_assert(sizeof(Header32) == 52 && sizeof(Header64) == 64, "ELF header");
static_assert(sizeof(Segment32) == 32 && sizeof(Segment64) == 56, "ELF program header");

// The structures of the class that fits this build's addresses.
template <unsigned addressBytes> struct Layout;
template <> struct Layout<4> {
  using Header = Header32;
  using Segment = Segment32;
  using Dynamic = Dynamic32;
  static constexpr uint8_t fileClass = 1;
};
template <> struct Layout<8> {
  using Header = Header64;
  using Segment = Segment64;
  using Dynamic = Dynamic64;
  static constexpr uint8_t fileClass = 2;
};

} // namespace iree::elf

#endif // IREE_SRC_LOADERS_ELF_FORMAT_H_
