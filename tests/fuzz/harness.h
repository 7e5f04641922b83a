// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the fuzzers share: exact memory, checks that end the run, and changes
// of single fields.
#ifndef IREE_TESTS_FUZZ_HARNESS_H_
#define IREE_TESTS_FUZZ_HARNESS_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

namespace iree::fuzz {

// `size` bytes at a multiple of 64, so that the sanitizer sees every access
// beyond them; `fill` everywhere without contents.
class Block {
public:
  explicit Block(size_t size, const void *contents = nullptr, uint8_t fill = 0) : bytes(size) {
    if (posix_memalign(&memory, 64, size == 0 ? 1 : size) != 0)
      std::abort();
    if (contents && size != 0)
      std::memcpy(memory, contents, size);
    else
      std::memset(memory, fill, size);
  }
  Block(Block &&other) : memory(other.memory), bytes(other.bytes) { other.memory = nullptr; }
  Block(const Block &) = delete;
  ~Block() { std::free(memory); }
  uint8_t *data() { return static_cast<uint8_t *>(memory); }
  size_t size() const { return bytes; }

private:
  void *memory = nullptr;
  size_t bytes;
};

// Ends the run with a finding.
inline void require(bool condition, const char *what) {
  if (condition)
    return;
  std::fprintf(stderr, "fuzz: not so: %s\n", what);
  std::abort();
}

// Makes every byte of the range count, as a reader would.
inline void touch(const void *data, size_t size) {
  static volatile uint8_t sum;
  for (size_t i = 0; i < size; ++i)
    sum = static_cast<uint8_t>(sum + static_cast<const uint8_t *>(data)[i]);
}

using Random = std::minstd_rand;

inline size_t below(Random &random, size_t limit) { return limit == 0 ? 0 : random() % limit; }

// Changes the field of 1, 2, 4 or 8 bytes at `field`: to a value at a limit, to
// one near the old one, or in one bit. `length` is a length that matters.
inline void changeField(Random &random, uint8_t *field, size_t bytes, uint64_t length) {
  uint64_t value = 0;
  std::memcpy(&value, field, bytes);
  const uint64_t limits[] = {0,          1,          2,          4,          16,
                             64,         length,     length - 4, length + 1, 0x7FFF,
                             0xFFFF,     0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, UINT64_MAX >> 1,
                             UINT64_MAX, 1ull << 63, 4096};
  switch (below(random, 3)) {
  case 0:
    value = limits[below(random, sizeof(limits) / sizeof(limits[0]))];
    break;
  case 1:
    value += below(random, 33) - 16;
    break;
  case 2:
    value ^= uint64_t{1} << below(random, 8 * bytes);
    break;
  }
  std::memcpy(field, &value, bytes);
}

} // namespace iree::fuzz

#endif // IREE_TESTS_FUZZ_HARNESS_H_
