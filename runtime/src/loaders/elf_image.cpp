// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "loaders/elf_image.h"

#include "loaders/elf_format.h"

namespace iree::elf {

namespace {

// Only images of the build's own address width can run, so only they are read.
using Native = Layout<sizeof(void *)>;
using Header = Native::Header;
using Dynamic = Native::Dynamic;
using ProgramHeader = Native::Segment;

constexpr uint32_t maxProgramHeaders = 32;

iree_status_t refuse(const char *what) {
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "ELF image: %s", what);
}

iree_status_t checkHeader(const Header &header, const Target &target) {
  if (header.magic != magic)
    return refuse("no ELF file");
  if (header.fileClass != target.fileClass || header.data != littleEndian)
    return refuse("other address width or byte order than this machine's");
  if (header.identVersion != currentVersion || header.version != currentVersion)
    return refuse("unknown ELF version");
  if (header.type != typeDynamic)
    return refuse("neither PIE nor shared object");
  if (target.machine == 0 || header.machine != target.machine)
    return iree_make_status(
        IREE_STATUS_INVALID_ARGUMENT, "ELF image: made for machine %u, this is %u",
        static_cast<unsigned>(header.machine), static_cast<unsigned>(target.machine));
  if ((header.flags & target.flagsMask) != target.flagsValue ||
      (header.flags & target.flagsForbidden) != 0)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "ELF image: ABI flags %x differ from this build's (%x of mask %x, "
                            "none of %x); compile for the same float ABI and extensions",
                            header.flags, target.flagsValue, target.flagsMask,
                            target.flagsForbidden);
  if (header.headerSize != sizeof(Header) || header.segmentSize != sizeof(ProgramHeader))
    return refuse("headers of unknown size");
  if (header.segmentCount == 0 || header.segmentCount > maxProgramHeaders)
    return refuse("no program headers, or too many");
  return iree_ok_status();
}

// What a dynamic entry demands of a loader that this one does not do; or null.
const char *unmetDemand(const Dynamic &entry) {
  switch (entry.tag) {
  case tagNeeded:
    return "needs other libraries (DT_NEEDED)";
  case tagPltRelSize:
  case tagRelaSize:
  case tagRelSize:
  case tagRelrSize:
    return entry.value == 0 ? nullptr : "has dynamic relocations; kernels must be closed";
  case tagTextRel:
    return "has text relocations";
  case tagFlags:
    return (entry.value & dynamicFlagTextRel) == 0 ? nullptr : "has text relocations";
  case tagInit:
  case tagFini:
    return "has initialisers (DT_INIT, DT_FINI)";
  case tagInitArraySize:
  case tagFiniArraySize:
  case tagPreinitArraySize:
    return entry.value == 0 ? nullptr : "has initialisers (DT_INIT_ARRAY, DT_FINI_ARRAY)";
  }
  return nullptr;
}

iree_status_t checkDynamic(iree_const_byte_span_t file, const ProgramHeader &header) {
  if (!rangeIsWithin<uint64_t>(header.offset, header.fileSize, file.data_length))
    return refuse("dynamic section lies outside the file");
  size_t count = static_cast<size_t>(header.fileSize) / sizeof(Dynamic);
  for (size_t i = 0; i < count; ++i) {
    Dynamic entry;
    copyBytes(&entry, file.data + header.offset + i * sizeof(Dynamic), sizeof(entry));
    if (entry.tag == tagNull)
      break;
    if (const char *demand = unmetDemand(entry))
      return refuse(demand);
  }
  return iree_ok_status();
}

iree_status_t addSegment(iree_const_byte_span_t file, const ProgramHeader &header, Image *image) {
  if (header.memorySize == 0)
    return iree_ok_status();
  if ((header.flags & flagWrite) != 0)
    return refuse("has a writable segment; kernels keep no state");
  if (header.fileSize != header.memorySize)
    return refuse("has zero-initialised memory; kernels keep no state");
  if (!rangeIsWithin<uint64_t>(header.offset, header.fileSize, file.data_length))
    return refuse("segment lies outside the file");
  Segment segment = {header.address, header.offset, header.fileSize,
                     header.alignment == 0 ? 1 : header.alignment,
                     (header.flags & flagExecute) != 0};
  size_t end = 0;
  if (!checkedAdd(segment.address, segment.length, &end))
    return refuse("segment's addresses overflow");
  if (!isPowerOfTwo(segment.alignment))
    return refuse("segment's alignment is no power of two");
  if (image->segmentCount == maxSegments)
    return refuse("too many segments");
  size_t displacement = segment.address - segment.offset;
  if (image->segmentCount != 0 && displacement != image->displacement)
    return refuse("segments cannot be used in place (address - offset differs)");
  image->displacement = displacement;
  if (segment.address < image->lowAddress)
    image->lowAddress = segment.address;
  if (end > image->highAddress)
    image->highAddress = end;
  if (segment.isExecutable && image->code)
    return refuse("has two executable segments");
  image->segments[image->segmentCount] = segment;
  if (segment.isExecutable)
    image->code = &image->segments[image->segmentCount];
  ++image->segmentCount;
  return iree_ok_status();
}

iree_status_t checkProgramHeader(iree_const_byte_span_t file, const ProgramHeader &header,
                                 Image *image) {
  switch (header.type) {
  case segmentLoad:
    return addSegment(file, header, image);
  case segmentDynamic:
    return checkDynamic(file, header);
  case segmentInterp:
    return refuse("needs a dynamic linker (PT_INTERP)");
  case segmentTls:
    return refuse("has thread-local storage (PT_TLS)");
  }
  return iree_ok_status();
}

} // namespace

Target hostTarget() {
#if defined(IREE_ARCH_X86_64)
  return {Native::fileClass, machineX86_64, UINT32_MAX, 0, 0};
#elif defined(IREE_ARCH_X86_32)
  return {Native::fileClass, machine386, UINT32_MAX, 0, 0};
#elif defined(IREE_ARCH_ARM_64)
  return {Native::fileClass, machineAarch64, UINT32_MAX, 0, 0};
#elif defined(IREE_ARCH_ARM_32)
  // EABI version 5; 0x400 and 0x200 mark the hard- and soft-float ABI.
#if defined(__ARM_PCS_VFP)
  return {Native::fileClass, machineArm, 0xFF000000u, 0x05000000u, 0x200u};
#else
  return {Native::fileClass, machineArm, 0xFF000000u, 0x05000000u, 0x400u};
#endif
#elif defined(IREE_ARCH_RISCV_32) || defined(IREE_ARCH_RISCV_64)
  // Bit 0: compressed code. Bits 1-2: float ABI. Bit 3: RV32E.
  uint32_t value = 0;
#if defined(__riscv_float_abi_single)
  value |= 2u;
#elif defined(__riscv_float_abi_double)
  value |= 4u;
#endif
#if defined(__riscv_32e) || defined(__riscv_e)
  value |= 8u;
#endif
#if defined(__riscv_compressed) || defined(__riscv_c)
  return {Native::fileClass, machineRiscv, 0xEu, value, 0u};
#else
  return {Native::fileClass, machineRiscv, 0xEu, value, 1u};
#endif
#else
  return {Native::fileClass, 0, 0, 0, 0};
#endif
}

iree_status_t parseImage(iree_const_byte_span_t file, const Target &target, Image *out) {
  Header header;
  *out = {};
  out->lowAddress = SIZE_MAX;
  if (file.data_length < sizeof(header))
    return refuse("shorter than its header");
  copyBytes(&header, file.data, sizeof(header));
  IREE_RETURN_IF_ERROR(checkHeader(header, target));
  uint64_t tableBytes = static_cast<uint64_t>(header.segmentCount) * sizeof(ProgramHeader);
  if (!rangeIsWithin<uint64_t>(header.segmentOffset, tableBytes, file.data_length))
    return refuse("program headers lie outside the file");
  for (size_t i = 0; i < header.segmentCount; ++i) {
    ProgramHeader segment;
    copyBytes(&segment, file.data + header.segmentOffset + i * sizeof(segment), sizeof(segment));
    IREE_RETURN_IF_ERROR(checkProgramHeader(file, segment, out));
  }
  if (!out->code)
    return refuse("has no executable segment");
  out->entry = header.entry;
  size_t address = out->entry;
  if (header.machine == machineArm)
    address &= ~static_cast<size_t>(1); // Thumb
  if (address < out->code->address ||
      !rangeIsWithin<size_t>(address - out->code->address, 2, out->code->length))
    return refuse("entry point lies outside the code");
  return iree_ok_status();
}

} // namespace iree::elf
