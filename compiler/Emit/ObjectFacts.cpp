// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What object files say about the functions in them.
#include "compiler/Emit/KernelCodegen.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/LEB128.h"

using namespace iree_compiler;
using namespace llvm::object;

namespace {

llvm::Expected<std::unique_ptr<ObjectFile>> open(llvm::StringRef bytes) {
  return ObjectFile::createELFObjectFile(llvm::MemoryBufferRef(bytes, "object"));
}

/// The function that a per-function section belongs to: ".text.name".
llvm::StringRef functionOf(const SectionRef &section) {
  llvm::StringRef name = llvm::cantFail(section.getName());
  return section.isText() && name.consume_front(".text.") ? name : llvm::StringRef();
}

/// Calls `visit(offset, symbol)` for each relocation of `relocations`, which
/// apply to another section.
template <typename Visit>
void forEachRelocation(const ObjectFile &object, const SectionRef &relocations, Visit visit) {
  for (const RelocationRef &relocation : relocations.relocations()) {
    symbol_iterator symbol = relocation.getSymbol();
    if (symbol != object.symbol_end())
      visit(relocation.getOffset(), *symbol);
  }
}

/// A section .stack_sizes holds pairs of a function's address, which is a
/// relocation, and its frame size as ULEB128.
void readFrames(const ObjectFile &object, const SectionRef &sizes, const SectionRef &relocations,
                llvm::StringMap<FunctionFacts> &facts) {
  llvm::Expected<llvm::StringRef> contents = sizes.getContents();
  if (!contents)
    return llvm::consumeError(contents.takeError());
  forEachRelocation(object, relocations, [&](uint64_t offset, const SymbolRef &symbol) {
    llvm::Expected<section_iterator> section = symbol.getSection();
    if (!section)
      return llvm::consumeError(section.takeError());
    offset += object.getBytesInAddress();
    if (*section == object.section_end() || offset >= contents->size())
      return;
    const char *problem = nullptr;
    uint64_t frame = llvm::decodeULEB128(contents->bytes_begin() + offset, nullptr,
                                         contents->bytes_end(), &problem);
    llvm::StringRef function = functionOf(**section);
    if (!problem && !function.empty())
      facts[function].frameBytes = frame;
  });
}

uint64_t boundFrom(const llvm::StringMap<FunctionFacts> &facts, llvm::StringRef name,
                   llvm::StringSet<> &path) {
  auto found = facts.find(name);
  if (found == facts.end())
    return 0;
  if (!path.insert(name).second)
    return UINT64_MAX;
  uint64_t deepest = 0;
  for (const std::string &callee : found->second.references) {
    uint64_t bound = callee == name ? 0 : boundFrom(facts, callee, path);
    if (bound == UINT64_MAX)
      return UINT64_MAX;
    deepest = std::max(deepest, bound);
  }
  path.erase(name);
  return found->second.frameBytes + deepest;
}

} // namespace

bool iree_compiler::readFunctionFacts(llvm::StringRef object, llvm::StringMap<FunctionFacts> &facts,
                                      std::string &error) {
  auto elf = open(object);
  if (!elf) {
    error = llvm::toString(elf.takeError());
    return false;
  }
  for (const SectionRef &section : (*elf)->sections()) {
    if (llvm::StringRef function = functionOf(section); !function.empty())
      facts[function].codeBytes += section.getSize();
    auto relocated = section.getRelocatedSection();
    if (!relocated) {
      error = llvm::toString(relocated.takeError());
      return false;
    }
    if (*relocated == (*elf)->section_end())
      continue;
    if (llvm::cantFail((*relocated)->getName()) == ".stack_sizes")
      readFrames(**elf, **relocated, section, facts);
    llvm::StringRef caller = functionOf(**relocated);
    if (caller.empty())
      continue;
    forEachRelocation(**elf, section, [&](uint64_t, const SymbolRef &symbol) {
      if (auto name = symbol.getName())
        facts[caller].references.push_back(name->str());
      else
        llvm::consumeError(name.takeError());
    });
  }
  return true;
}

uint64_t iree_compiler::stackBound(const llvm::StringMap<FunctionFacts> &facts,
                                   llvm::StringRef name) {
  llvm::StringSet<> path;
  return boundFrom(facts, name, path);
}

uint64_t iree_compiler::loadedBytes(llvm::StringRef object) {
  uint64_t bytes = 0;
  auto elf = open(object);
  if (!elf) {
    llvm::consumeError(elf.takeError());
    return bytes;
  }
  for (const SectionRef &section : (*elf)->sections())
    if (ELFSectionRef(section).getFlags() & llvm::ELF::SHF_ALLOC)
      bytes += section.getSize();
  return bytes;
}

/// 32-bit x86 code computes addresses relative to it.
static constexpr llvm::StringLiteral kDefinedByLinker = "_GLOBAL_OFFSET_TABLE_";

std::vector<std::string> iree_compiler::undefinedSymbols(llvm::StringRef object) {
  std::vector<std::string> names;
  auto elf = open(object);
  if (!elf) {
    llvm::consumeError(elf.takeError());
    return names;
  }
  for (const SymbolRef &symbol : (*elf)->symbols()) {
    auto flags = symbol.getFlags();
    auto name = symbol.getName();
    if (flags && name && (*flags & SymbolRef::SF_Undefined) && !name->empty() &&
        *name != kDefinedByLinker)
      names.push_back(name->str());
  }
  return names;
}
