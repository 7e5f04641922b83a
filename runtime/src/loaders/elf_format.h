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

constexpr uint8_t abiSystemV = 0;

enum SegmentType : uint32_t {
  segmentNull = 0,
  segmentLoad = 1,
  segmentDynamic = 2,
  segmentInterp = 3,
  segmentNote = 4,
  segmentProgramHeaders = 6,
  segmentTls = 7,
  segmentGnuEhFrame = 0x6474E550,
  segmentGnuStack = 0x6474E551,
  segmentGnuRelro = 0x6474E552,
  segmentGnuProperty = 0x6474E553,
  segmentArmExidx = 0x70000001,        // of machineArm
  segmentRiscvAttributes = 0x70000003, // of machineRiscv
};
enum SegmentFlags : uint32_t { flagExecute = 1, flagWrite = 2 };

enum DynamicTag : uint32_t {
  tagNull = 0,
  tagNeeded = 1,
  tagPltRelSize = 2,
  tagHash = 4,
  tagStringTable = 5,
  tagSymbolTable = 6,
  tagRela = 7,
  tagRelaSize = 8,
  tagRelaEntry = 9,
  tagStringSize = 10,
  tagSymbolEntry = 11,
  tagInit = 12,
  tagFini = 13,
  tagSoName = 14,
  tagSymbolic = 16,
  tagRel = 17,
  tagRelSize = 18,
  tagRelEntry = 19,
  tagPltRel = 20,
  tagTextRel = 22,
  tagJumpRel = 23,
  tagInitArray = 25,
  tagFiniArray = 26,
  tagInitArraySize = 27,
  tagFiniArraySize = 28,
  tagFlags = 30,
  tagPreinitArray = 32,
  tagPreinitArraySize = 33,
  tagRelrSize = 35,
  tagRelr = 36,
  tagRelrEntry = 37,
  tagGnuHash = 0x6FFFFEF5,
};
// Of tagFlags: symbols are looked up in the image first, and at once.
constexpr uint32_t dynamicFlagSymbolic = 2, dynamicFlagTextRel = 4, dynamicFlagBindNow = 8;

// Of e_flags.
constexpr uint32_t armEabiVersion5 = 0x05000000, armHardFloat = 0x400, armSoftFloat = 0x200;
constexpr uint32_t riscvCompressed = 1, riscvFloatSingle = 2, riscvFloatDouble = 4,
                   riscvEmbedded = 8;

struct Header32 {
  uint32_t magic;
  uint8_t fileClass, data, identVersion, abi, abiVersion;
  uint8_t padding[7];
  uint16_t type, machine;
  uint32_t version, entry, segmentOffset, sectionOffset, flags;
  uint16_t headerSize, segmentSize, segmentCount, sectionSize, sectionCount, nameSection;
};

struct Header64 {
  uint32_t magic;
  uint8_t fileClass, data, identVersion, abi, abiVersion;
  uint8_t padding[7];
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

// The structures of the class with addresses of so many bytes.
template <unsigned addressBytes> struct Layout;
template <> struct Layout<4> {
  using Address = uint32_t;
  using Header = Header32;
  using Segment = Segment32;
  using Dynamic = Dynamic32;
  static constexpr uint8_t fileClass = 1;
};
template <> struct Layout<8> {
  using Address = uint64_t;
  using Header = Header64;
  using Segment = Segment64;
  using Dynamic = Dynamic64;
  static constexpr uint8_t fileClass = 2;
};

} // namespace iree::elf

#endif // IREE_SRC_LOADERS_ELF_FORMAT_H_
