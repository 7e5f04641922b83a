// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linked images: that they are closed, and what of them a loader reads.
#include "compiler/Emit/KernelCodegen.h"

#include "llvm/Object/ELFObjectFile.h"

using namespace iree_compiler;
using namespace llvm::object;

namespace {

llvm::Expected<std::unique_ptr<ObjectFile>> open(llvm::StringRef bytes) {
  return ObjectFile::createELFObjectFile(llvm::MemoryBufferRef(bytes, "image"));
}

bool isRelocationTable(uint32_t type) {
  return type == llvm::ELF::SHT_REL || type == llvm::ELF::SHT_RELA || type == llvm::ELF::SHT_RELR;
}

template <class ELFT> std::string trimImage(const ELFFile<ELFT> &elf, std::string &image) {
  auto segments = elf.program_headers();
  if (!segments)
    return llvm::toString(segments.takeError());
  std::vector<typename ELFT::Phdr> kept;
  uint64_t end = 0;
  for (const typename ELFT::Phdr &segment : *segments)
    if (segment.p_type == llvm::ELF::PT_LOAD) {
      kept.push_back(segment);
      end = std::max<uint64_t>(end, segment.p_offset + segment.p_filesz);
    }
  auto &header = *reinterpret_cast<typename ELFT::Ehdr *>(image.data());
  header.e_shoff = 0;
  header.e_shnum = 0;
  header.e_shstrndx = 0;
  header.e_phnum = static_cast<uint16_t>(kept.size());
  llvm::copy(kept, reinterpret_cast<typename ELFT::Phdr *>(image.data() + header.e_phoff));
  image.resize(end);
  return "";
}

} // namespace

std::string iree_compiler::whatImageNeeds(llvm::StringRef image) {
  auto elf = open(image);
  if (!elf)
    return llvm::toString(elf.takeError());
  for (const SectionRef &section : (*elf)->sections()) {
    llvm::StringRef name = llvm::cantFail(section.getName());
    ELFSectionRef elfSection(section);
    bool isEmpty = section.getSize() == 0;
    if (isEmpty || !(elfSection.getFlags() & llvm::ELF::SHF_ALLOC))
      continue;
    if (isRelocationTable(elfSection.getType()))
      return "dynamic relocations in " + name.str();
    // Tables for a dynamic linker: it writes there, the code does not read.
    bool isForLinker = elfSection.getType() == llvm::ELF::SHT_DYNAMIC || name == ".got.plt";
    if (elfSection.getFlags() & llvm::ELF::SHF_WRITE && !isForLinker)
      return "writable data in " + name.str();
  }
  std::string undefined;
  for (const std::string &name : undefinedSymbols(image))
    undefined += " " + name;
  return undefined.empty() ? "" : "undefined symbols" + undefined;
}

std::string iree_compiler::trimToSegments(std::string &image) {
  auto elf = open(image);
  if (!elf)
    return llvm::toString(elf.takeError());
  if (auto *elf32 = llvm::dyn_cast<ELF32LEObjectFile>(elf->get()))
    return trimImage(elf32->getELFFile(), image);
  if (auto *elf64 = llvm::dyn_cast<ELF64LEObjectFile>(elf->get()))
    return trimImage(elf64->getELFFile(), image);
  return "the image is not little-endian";
}
