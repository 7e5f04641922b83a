// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "loaders/elf_image.h"

#include "loaders/elf_format.h"

namespace iree::elf {

namespace {

constexpr uint32_t maxProgramHeaders = 32;

iree_status_t refuse(const char *what) {
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "ELF image: %s", what);
}

// Whether an entry of the dynamic section only serves symbol lookup, or tells
// of a table whose size is another entry: 0, see unmetDemand.
bool isHarmlessTag(uint64_t tag) {
  switch (tag) {
  case tagHash:
  case tagGnuHash:
  case tagStringTable:
  case tagStringSize:
  case tagSymbolTable:
  case tagSymbolEntry:
  case tagSoName:
  case tagSymbolic:
  case tagRel:
  case tagRelEntry:
  case tagRela:
  case tagRelaEntry:
  case tagRelr:
  case tagRelrEntry:
  case tagPltRel:
  case tagJumpRel:
  case tagInitArray:
  case tagFiniArray:
  case tagPreinitArray:
    return true;
  }
  return false;
}

// What a dynamic entry demands of a loader that this one does not do; or null.
const char *unmetDemand(uint64_t tag, uint64_t value) {
  switch (tag) {
  case tagNeeded:
    return "needs other libraries (DT_NEEDED)";
  case tagPltRelSize:
  case tagRelaSize:
  case tagRelSize:
  case tagRelrSize:
    return value == 0 ? nullptr : "has dynamic relocations; kernels must be closed";
  case tagTextRel:
    return "has text relocations";
  case tagFlags:
    if ((value & dynamicFlagTextRel) != 0)
      return "has text relocations";
    return (value & ~uint64_t{dynamicFlagSymbolic | dynamicFlagBindNow}) == 0
               ? nullptr
               : "has unknown dynamic flags (DT_FLAGS)";
  case tagInit:
  case tagFini:
    return "has initialisers (DT_INIT, DT_FINI)";
  case tagInitArraySize:
  case tagFiniArraySize:
  case tagPreinitArraySize:
    return value == 0 ? nullptr : "has initialisers (DT_INIT_ARRAY, DT_FINI_ARRAY)";
  }
  return isHarmlessTag(tag) ? nullptr : "has a dynamic entry of unknown meaning";
}

// Reads one file; each function checks one structure of it.
template <typename Layout> class Parser {
public:
  Parser(iree_const_byte_span_t imageFile, const Target &imageTarget, Image *out)
      : file(imageFile), target(imageTarget), image(out) {}
  iree_status_t parse();

private:
  using Address = typename Layout::Address;
  using Header = typename Layout::Header;
  using ProgramHeader = typename Layout::Segment;
  using Dynamic = typename Layout::Dynamic;

  iree_status_t checkIdentity();
  iree_status_t checkMachine();
  iree_status_t checkProgramHeader(const ProgramHeader &program);
  iree_status_t checkLoad(const ProgramHeader &program) const;
  iree_status_t addSegment(const ProgramHeader &program);
  iree_status_t checkDynamic(const ProgramHeader &program) const;
  iree_status_t checkEntry();

  bool isInFile(uint64_t offset, uint64_t length) const {
    return rangeIsWithin<uint64_t>(offset, length, file.data_length);
  }

  iree_const_byte_span_t file;
  const Target &target;
  Image *image;
  Header header;
};

template <typename Layout> iree_status_t Parser<Layout>::checkIdentity() {
  if (header.magic != magic)
    return refuse("no ELF file");
  if (header.fileClass != Layout::fileClass || header.data != littleEndian)
    return refuse("other address width or byte order than this machine's");
  if (header.identVersion != currentVersion || header.version != currentVersion)
    return refuse("unknown ELF version");
  if (header.abi != abiSystemV || header.abiVersion != 0)
    return refuse("made for a particular operating system (EI_OSABI)");
  if (header.type != typeDynamic)
    return refuse("neither PIE nor shared object");
  if (header.headerSize != sizeof(Header) || header.segmentSize != sizeof(ProgramHeader))
    return refuse("headers of unknown size");
  if (header.segmentCount == 0 || header.segmentCount > maxProgramHeaders)
    return refuse("no program headers, or too many");
  return iree_ok_status();
}

template <typename Layout> iree_status_t Parser<Layout>::checkMachine() {
  if (target.machine == 0)
    return refuse("this build's machine runs no images");
  if (header.machine != target.machine)
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
  return iree_ok_status();
}

template <typename Layout>
iree_status_t Parser<Layout>::checkDynamic(const ProgramHeader &program) const {
  if (!isInFile(program.offset, program.fileSize))
    return refuse("dynamic section lies outside the file");
  const uint8_t *entries = file.data + static_cast<size_t>(program.offset);
  size_t count = static_cast<size_t>(program.fileSize) / sizeof(Dynamic);
  for (size_t i = 0; i < count; ++i) {
    Dynamic entry;
    copyBytes(&entry, entries + i * sizeof(Dynamic), sizeof(entry));
    if (entry.tag == tagNull)
      break;
    if (const char *demand = unmetDemand(entry.tag, entry.value))
      return refuse(demand);
  }
  return iree_ok_status();
}

template <typename Layout>
iree_status_t Parser<Layout>::checkLoad(const ProgramHeader &program) const {
  Address end = 0;
  if ((program.flags & flagWrite) != 0)
    return refuse("has a writable segment; kernels keep no state");
  if (program.fileSize != program.memorySize)
    return refuse("has zero-initialised memory; kernels keep no state");
  if (!isInFile(program.offset, program.fileSize))
    return refuse("segment lies outside the file");
  if (!checkedAdd(program.address, program.memorySize, &end))
    return refuse("segment's addresses overflow");
  if (program.alignment != 0 && !isPowerOfTwo(static_cast<size_t>(program.alignment)))
    return refuse("segment's alignment is no power of two");
  return iree_ok_status();
}

template <typename Layout> iree_status_t Parser<Layout>::addSegment(const ProgramHeader &program) {
  IREE_RETURN_IF_ERROR(checkLoad(program));
  if (program.memorySize == 0)
    return iree_ok_status();
  Segment segment = {program.address, program.offset, program.fileSize,
                     program.alignment == 0 ? 1 : program.alignment,
                     (program.flags & flagExecute) != 0};
  Address displacement = program.address - program.offset;
  bool isFirst = image->segmentCount == 0;
  if (image->segmentCount == maxSegments)
    return refuse("too many segments");
  if (!isFirst && displacement != image->displacement)
    return refuse("segments cannot be used in place (address - offset differs)");
  if (!isFirst && segment.address < image->highAddress)
    return refuse("segments overlap or are not in ascending order");
  if (segment.isExecutable && image->code)
    return refuse("has two executable segments");
  if (isFirst)
    image->lowAddress = segment.address;
  image->highAddress = segment.address + segment.length;
  image->displacement = displacement;
  if (segment.alignment > image->alignment)
    image->alignment = segment.alignment;
  image->segments[image->segmentCount] = segment;
  if (segment.isExecutable)
    image->code = &image->segments[image->segmentCount];
  ++image->segmentCount;
  return iree_ok_status();
}

// Only what is known to be safe to ignore is ignored.
template <typename Layout>
iree_status_t Parser<Layout>::checkProgramHeader(const ProgramHeader &program) {
  bool isHarmless = false;
  switch (program.type) {
  case segmentLoad:
    return addSegment(program);
  case segmentDynamic:
    return checkDynamic(program);
  case segmentInterp:
    return refuse("needs a dynamic linker (PT_INTERP)");
  case segmentTls:
    return refuse("has thread-local storage (PT_TLS)");
  case segmentGnuStack:
    if ((program.flags & flagExecute) != 0)
      return refuse("wants an executable stack (PT_GNU_STACK)");
    return iree_ok_status();
  case segmentNull:
  case segmentNote:
  case segmentProgramHeaders:
  case segmentGnuEhFrame:
  case segmentGnuProperty:
    isHarmless = true;
    break;
  case segmentArmExidx: // unwind tables
    isHarmless = header.machine == machineArm;
    break;
  case segmentRiscvAttributes:
    isHarmless = header.machine == machineRiscv;
    break;
  }
  if (isHarmless)
    return iree_ok_status();
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                          "ELF image: program header of unknown type %x", program.type);
}

template <typename Layout> iree_status_t Parser<Layout>::checkEntry() {
  if (!image->code)
    return refuse("has no executable segment");
  image->entry = header.entry;
  size_t address = image->entry;
  uint32_t alignment = target.codeAlignment;
  if (header.machine == machineArm && (address & 1) != 0) {
    --address;
    alignment = 2;
  } else if (target.isThumbOnly) {
    return refuse("entry point is not Thumb code, which is all that this core runs");
  }
  if ((address & (alignment - 1)) != 0)
    return refuse("entry point lies between instructions");
  if (address < image->code->address ||
      !rangeIsWithin<size_t>(address - image->code->address, alignment, image->code->length))
    return refuse("entry point lies outside the code");
  return iree_ok_status();
}

template <typename Layout> iree_status_t Parser<Layout>::parse() {
  *image = {};
  if (file.data_length < sizeof(header))
    return refuse("shorter than its header");
  copyBytes(&header, file.data, sizeof(header));
  IREE_RETURN_IF_ERROR(checkIdentity());
  IREE_RETURN_IF_ERROR(checkMachine());
  size_t tableBytes = header.segmentCount * sizeof(ProgramHeader);
  if (!isInFile(header.segmentOffset, tableBytes))
    return refuse("program headers lie outside the file");
  const uint8_t *table = file.data + static_cast<size_t>(header.segmentOffset);
  for (size_t i = 0; i < header.segmentCount; ++i) {
    ProgramHeader program;
    copyBytes(&program, table + i * sizeof(program), sizeof(program));
    IREE_RETURN_IF_ERROR(checkProgramHeader(program));
  }
  return checkEntry();
}

} // namespace

template <unsigned addressBytes>
iree_status_t parseImage(iree_const_byte_span_t file, const Target &target, Image *out) {
  return Parser<Layout<addressBytes>>(file, target, out).parse();
}

template iree_status_t parseImage<4>(iree_const_byte_span_t, const Target &, Image *);
#if UINTPTR_MAX > UINT32_MAX
template iree_status_t parseImage<8>(iree_const_byte_span_t, const Target &, Image *);
#endif

} // namespace iree::elf
