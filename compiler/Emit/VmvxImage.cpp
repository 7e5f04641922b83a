// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/VmvxImage.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Program/Encoding.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

constexpr uint32_t kMagic = 0x584D5649, kVersion = 1;
constexpr uint32_t kHeaderWords = 8, kKernelWords = 8;

/// Bytes of the interpreter's frame of registers.
uint32_t frameBytes(size_t registers) {
  uint32_t rounded = 32;
  while (rounded < registers)
    rounded *= 2;
  return registers == 0 ? 0 : 8 * rounded;
}

class ImageWriter {
public:
  ImageWriter(ModuleOp kernels, ArrayRef<StringRef> names) : kernels(kernels), names(names) {
    words.assign(kHeaderWords + kKernelWords * names.size(), 0);
  }

  KernelLibrary write() {
    uint32_t needs = 0;
    for (auto [ordinal, name] : llvm::enumerate(names)) {
      Operation *kernel = kernels.lookupSymbol(name);
      needs |=
          static_cast<uint32_t>(kernel->getAttrOfType<IntegerAttr>(kKernelNeedsAttrName).getInt());
      writeCode(kernel, ordinal);
    }
    for (auto [ordinal, name] : llvm::enumerate(names))
      writeTables(kernels.lookupSymbol(name), name, ordinal);
    words[0] = kMagic;
    words[1] = kVersion;
    words[2] = static_cast<uint32_t>(words.size());
    words[3] = static_cast<uint32_t>(names.size());
    words[5] = needs;
    library.identity = static_cast<uint32_t>(llvm::xxh3_64bits(bytes()));
    words[4] = library.identity;
    library.image = bytes();
    return std::move(library);
  }

private:
  static ArrayRef<int32_t> numbers(Operation *kernel, StringRef attribute) {
    return kernel->getAttrOfType<DenseI32ArrayAttr>(attribute).asArrayRef();
  }

  uint32_t &field(size_t ordinal, size_t index) {
    return words[kHeaderWords + kKernelWords * ordinal + index];
  }

  void writeCode(Operation *kernel, size_t ordinal) {
    ArrayRef<int32_t> code = numbers(kernel, kKernelWordsAttrName);
    field(ordinal, 0) = static_cast<uint32_t>(words.size());
    field(ordinal, 1) = static_cast<uint32_t>(code.size());
    words.insert(words.end(), code.begin(), code.end());
    size_t registers = numbers(kernel, kKernelRegistersAttrName).size();
    library.stackBytes.push_back(frameBytes(registers));
    library.codeBytes.push_back(static_cast<uint32_t>(4 * code.size()));
  }

  void writeTables(Operation *kernel, StringRef name, size_t ordinal) {
    auto count = [&](StringRef attribute) {
      return static_cast<uint32_t>(kernel->getAttrOfType<IntegerAttr>(attribute).getInt());
    };
    ArrayRef<int32_t> registers = numbers(kernel, kKernelRegistersAttrName);
    std::vector<int32_t> alignments = numbers(kernel, kKernelAlignmentsAttrName).vec();
    alignments.resize(count(program::kBindingsAttrName), 1);
    field(ordinal, 2) = static_cast<uint32_t>(alignments.size()) |
                        program::constantCount(kernel) << 8 |
                        static_cast<uint32_t>(registers.size()) << 16;
    field(ordinal, 3) = addBytes(registers);
    field(ordinal, 4) = addBytes(alignments);
    ArrayRef<int32_t> blocks = numbers(kernel, kKernelBlocksAttrName);
    field(ordinal, 5) = static_cast<uint32_t>(words.size());
    field(ordinal, 6) = static_cast<uint32_t>(blocks.size());
    words.insert(words.end(), blocks.begin(), blocks.end());
    std::vector<int32_t> text(name.begin(), name.end());
    text.push_back(0);
    field(ordinal, 7) = 4 * addBytes(text);
  }

  /// Appends values of one byte each, filled up to a word; returns their word.
  uint32_t addBytes(ArrayRef<int32_t> values) {
    auto first = static_cast<uint32_t>(words.size());
    words.resize(words.size() + llvm::divideCeil(values.size(), 4));
    for (auto [index, value] : llvm::enumerate(values))
      words[first + index / 4] |= static_cast<uint32_t>(static_cast<uint8_t>(value))
                                  << (8 * (index % 4));
    return first;
  }

  std::string bytes() const {
    std::string text(4 * words.size(), 0);
    for (auto [index, word] : llvm::enumerate(words))
      llvm::support::endian::write32le(text.data() + 4 * index, word);
    return text;
  }

  ModuleOp kernels;
  ArrayRef<StringRef> names;
  std::vector<uint32_t> words;
  KernelLibrary library;
};

} // namespace

KernelLibrary iree_compiler::buildVmvxImage(ModuleOp kernels, ArrayRef<StringRef> names) {
  return ImageWriter(kernels, names).write();
}
