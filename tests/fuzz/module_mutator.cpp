// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Changes of module files that keep the frame: most inputs get past it.
#include <algorithm>

#include "harness.h"
#include "schemas/module_generated.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace iree::fuzz {

namespace {

constexpr size_t minBytes = 68;

// Writes the file's length where Module.file_bytes is, if it can be found.
void setFileBytes(uint8_t *data, size_t size) {
  auto word = [&](size_t at) {
    uint32_t value = 0;
    std::memcpy(&value, data + at, 4);
    return value;
  };
  size_t root = word(0);
  if (root > size - 4)
    return;
  int64_t vtable = static_cast<int64_t>(root) - static_cast<int32_t>(word(root));
  constexpr size_t slot = schema::Module::VT_FILE_BYTES;
  if (vtable < 0 || vtable + static_cast<int64_t>(slot) + 2 > static_cast<int64_t>(size))
    return;
  uint16_t offset = 0;
  std::memcpy(&offset, data + vtable + slot, 2);
  if (offset == 0 || root + offset > size - 4)
    return;
  auto length = static_cast<uint32_t>(size);
  std::memcpy(data + root + offset, &length, 4);
}

// Copies one run of words over another.
void copyWords(Random &random, uint8_t *data, size_t size) {
  size_t words = size / 4;
  size_t count = 1 + below(random, std::min<size_t>(words, 16));
  size_t from = below(random, words - count + 1), to = below(random, words - count + 1);
  std::memmove(data + 4 * to, data + 4 * from, 4 * count);
}

// Makes a word look more like an instruction: a known opcode, or a field with a
// number that registers, bindings and element types have.
void changeInstruction(Random &random, uint8_t *data, size_t size) {
  static const uint8_t opcodes[] = {
#define IREE_BYTECODE_OP(NAME, value, mnemonic, A, B, C, X) value,
#include "schemas/bytecode.def"
  };
  uint8_t *word = data + 4 * below(random, size / 4);
  size_t field = below(random, 4);
  if (field == 0)
    word[0] = opcodes[below(random, sizeof(opcodes))];
  else
    word[field] = static_cast<uint8_t>(below(random, 16) == 0 ? 255 : below(random, 16));
}

} // namespace

} // namespace iree::fuzz

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize,
                                          unsigned seed) {
  using namespace iree::fuzz;
  Random random(seed);
  if (size < minBytes || below(random, 4) == 0) {
    size = LLVMFuzzerMutate(data, size, maxSize);
  } else {
    for (size_t changes = 1 + below(random, 3); changes != 0; --changes) {
      size_t choice = below(random, 8);
      if (choice < 2)
        copyWords(random, data, size);
      else if (choice < 4)
        changeInstruction(random, data, size);
      else if (size_t bytes = size_t{1} << below(random, 3))
        changeField(random, data + below(random, size / bytes) * bytes, bytes, size);
    }
  }
  if (below(random, 8) == 0)
    return size;
  size_t whole = std::max(size / 4 * 4, minBytes);
  if (whole > maxSize)
    return size;
  if (whole > size)
    std::memset(data + size, 0, whole - size);
  std::memcpy(data + 4, iree::schema::ModuleIdentifier(), 4);
  setFileBytes(data, whole);
  return whole;
}
