// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstring>

#include "test_support.h"

namespace iree::test {
namespace {

TEST(Allocator, SystemGivesZeroedMemory) {
  void *ptr = nullptr;
  ASSERT_OK(iree_allocator_malloc(iree_allocator_system(), 64, &ptr));
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(static_cast<uint8_t *>(ptr)[i], 0);
  ASSERT_OK(iree_allocator_realloc(iree_allocator_system(), 1000, &ptr));
  iree_allocator_free(iree_allocator_system(), ptr);
  EXPECT_STATUS(iree_allocator_malloc(iree_allocator_system(), 0, &ptr),
                IREE_STATUS_INVALID_ARGUMENT, "0 bytes");
}

TEST(Allocator, NullRefusesAndIgnores) {
  int value = 0;
  void *ptr = &value;
  EXPECT_STATUS(iree_allocator_malloc(iree_allocator_null(), 12, &ptr),
                IREE_STATUS_RESOURCE_EXHAUSTED, "12 bytes");
  EXPECT_EQ(ptr, nullptr);
  iree_allocator_free(iree_allocator_null(), &value);
}

TEST(Allocator, AlignedBlocksAreAlignedAndFreed) {
  CountingAllocator counter;
  for (size_t alignment = 1; alignment <= 4096; alignment *= 2) {
    void *ptr = nullptr;
    ASSERT_OK(iree_allocator_malloc_aligned(counter.get(), 100, alignment, &ptr));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(ptr) % alignment, 0u);
    std::memset(ptr, 1, 100);
    iree_allocator_free_aligned(counter.get(), ptr);
  }
  EXPECT_EQ(counter.live, 0u);
  void *ptr = nullptr;
  EXPECT_STATUS(iree_allocator_malloc_aligned(counter.get(), SIZE_MAX - 8, 64, &ptr),
                IREE_STATUS_OUT_OF_RANGE, "overflows");
  EXPECT_STATUS(iree_allocator_malloc_aligned(counter.get(), 8, 48, &ptr),
                IREE_STATUS_INVALID_ARGUMENT, "power of two");
}

TEST(Arena, ReportsUseAndExhaustion) {
  alignas(16) uint8_t memory[128];
  iree_arena_allocator_t arena;
  iree_arena_initialize(memory, sizeof(memory), &arena);
  iree_allocator_t allocator = iree_arena_allocator(&arena);
  void *first = nullptr, *second = nullptr, *third = nullptr;
  ASSERT_OK(iree_allocator_malloc(allocator, 10, &first));
  ASSERT_OK(iree_allocator_malloc(allocator, 100, &second));
  EXPECT_EQ(second, memory + 16);
  EXPECT_EQ(arena.used_bytes, 128u); // 16 and 112
  EXPECT_STATUS(iree_allocator_malloc(allocator, 100, &third), IREE_STATUS_RESOURCE_EXHAUSTED,
                "arena of 128 bytes: 128 in use, 100 more needed");
  EXPECT_EQ(third, nullptr);
  EXPECT_STATUS(iree_allocator_malloc(allocator, SIZE_MAX, &third), IREE_STATUS_RESOURCE_EXHAUSTED,
                "arena");
}

TEST(Arena, FreesTheNewestBlockOnly) {
  alignas(16) uint8_t memory[128];
  iree_arena_allocator_t arena;
  iree_arena_initialize(memory, sizeof(memory), &arena);
  iree_allocator_t allocator = iree_arena_allocator(&arena);
  void *first = nullptr, *second = nullptr, *again = nullptr;
  ASSERT_OK(iree_allocator_malloc(allocator, 16, &first));
  ASSERT_OK(iree_allocator_malloc(allocator, 32, &second));
  iree_allocator_free(allocator, first);
  EXPECT_EQ(arena.used_bytes, 48u);
  iree_allocator_free(allocator, second);
  EXPECT_EQ(arena.used_bytes, 16u);
  iree_allocator_free(allocator, first);
  ASSERT_OK(iree_allocator_malloc(allocator, 8, &again));
  EXPECT_EQ(again, second);
  EXPECT_EQ(arena.peak_bytes, 48u);
  iree_arena_reset(&arena);
  EXPECT_EQ(arena.used_bytes, 0u);
}

TEST(Arena, ReallocatesInPlaceOrCopies) {
  alignas(16) uint8_t memory[256];
  iree_arena_allocator_t arena;
  iree_arena_initialize(memory, sizeof(memory), &arena);
  iree_allocator_t allocator = iree_arena_allocator(&arena);
  void *block = nullptr, *other = nullptr;
  ASSERT_OK(iree_allocator_realloc(allocator, 16, &block));
  std::memset(block, 7, 16);
  ASSERT_OK(iree_allocator_realloc(allocator, 32, &block));
  EXPECT_EQ(block, memory);
  ASSERT_OK(iree_allocator_malloc(allocator, 16, &other));
  ASSERT_OK(iree_allocator_realloc(allocator, 64, &block));
  EXPECT_NE(block, memory);
  for (int i = 0; i < 16; ++i)
    EXPECT_EQ(static_cast<uint8_t *>(block)[i], 7);
  void *old = block;
  EXPECT_STATUS(iree_allocator_realloc(allocator, 4096, &block), IREE_STATUS_RESOURCE_EXHAUSTED,
                "arena");
  EXPECT_EQ(block, old);
  iree_allocator_free(allocator, block);
  EXPECT_EQ(arena.used_bytes, 48u);
}

TEST(Arena, AlignsWithinUnalignedMemory) {
  alignas(16) uint8_t memory[64];
  iree_arena_allocator_t arena;
  iree_arena_initialize(memory + 3, sizeof(memory) - 3, &arena);
  void *block = nullptr;
  ASSERT_OK(iree_allocator_malloc(iree_arena_allocator(&arena), 8, &block));
  EXPECT_EQ(block, memory + 16);
}

} // namespace
} // namespace iree::test
