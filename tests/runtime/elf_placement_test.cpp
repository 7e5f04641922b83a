// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every way of placing an image, on every machine: nothing is executed. The
// placement is compiled into this test, with a cache flush that is recorded.
#include "loaders/elf_placement.h"

#include <memory>

#include "elf_builder.h"
#include "loaders/elf_format.h"
#include "test_support.h"

namespace {
struct Flush {
  char *begin, *end;
};
std::vector<Flush> flushes;
} // namespace

extern "C" void recordFlush(char *begin, char *end) { flushes.push_back({begin, end}); }

namespace iree::test {
namespace {

using namespace iree::elf;
using Options = iree_hal_embedded_elf_loader_options_t;

constexpr uint32_t inPlace = IREE_HAL_EMBEDDED_ELF_FLAG_RUN_IN_PLACE;
constexpr uint32_t mapPages = IREE_HAL_EMBEDDED_ELF_FLAG_MAP_PAGES;

class ElfPlacement : public testing::Test {
protected:
  ElfPlacement() { flushes.clear(); }
  ~ElfPlacement() override {
    releasePlacement(&placement);
    EXPECT_EQ(counter.live, 0u);
  }

  // Parses and places an image whose code segment demands `alignment`.
  iree_status_t place(uint32_t flags, iree_allocator_t allocator, uint32_t alignment = 64) {
    ElfSpec spec = makeElf(machineX86_64, 0);
    spec.segments[1].alignment = alignment;
    file = std::make_unique<AlignedBytes>(writeElf(spec));
    Target target = {machineX86_64, UINT32_MAX, 0, 0, 1, false};
    IREE_RETURN_IF_ERROR(parseImage<sizeof(void *)>(file->span(), target, &image));
    return placeImage(file->span(), image, Options{flags, allocator}, &placement);
  }

  // The copy is aligned, and holds what the file says, at the right addresses.
  void expectCopy(size_t alignment) {
    ASSERT_NE(placement.copy, nullptr);
    EXPECT_EQ(placement.bias % alignment, 0u);
    auto *begin = reinterpret_cast<const uint8_t *>(placement.bias + elfDisplacement);
    EXPECT_EQ(std::memcmp(begin, file->data(), file->size()), 0);
    expectFlush(begin + elfCodeOffset);
  }

  static void expectFlush(const void *code) {
    ASSERT_EQ(flushes.size(), 1u);
    EXPECT_EQ(flushes[0].begin, code);
    EXPECT_EQ(flushes[0].end - flushes[0].begin, elfFileBytes - elfCodeOffset);
  }

  CountingAllocator counter;
  std::unique_ptr<AlignedBytes> file;
  Image image = {};
  Placement placement = {};
};

TEST_F(ElfPlacement, RunsInPlaceWhenAligned) {
  ASSERT_OK(place(inPlace, iree_allocator_null()));
  EXPECT_EQ(placement.copy, nullptr);
  EXPECT_EQ(placement.bias + elfDisplacement, reinterpret_cast<uintptr_t>(file->data()));
  expectFlush(file->data() + elfCodeOffset);
}

TEST_F(ElfPlacement, PrefersToRunInPlace) {
  ASSERT_OK(place(inPlace | mapPages, counter.get()));
  EXPECT_EQ(placement.copy, nullptr);
  EXPECT_EQ(counter.allocations, 0u);
}

TEST_F(ElfPlacement, CopiesOnceWhatCannotRunInPlace) {
  ASSERT_OK(place(inPlace, counter.get(), 1u << 16));
  EXPECT_EQ(counter.allocations, 1u);
  expectCopy(1u << 16);
}

TEST_F(ElfPlacement, CopiesWhatMayNotRunInPlace) {
  ASSERT_OK(place(0, counter.get()));
  EXPECT_EQ(counter.allocations, 1u);
  expectCopy(64);
}

TEST_F(ElfPlacement, CopiesToABlockOfTheApplications) {
  alignas(64) static uint8_t block[elfFileBytes + 3 * 64];
  iree_arena_allocator_t arena;
  iree_arena_initialize(block, sizeof(block), &arena);
  ASSERT_OK(place(0, iree_arena_allocator(&arena)));
  expectCopy(64);
  EXPECT_GE(placement.copy, block);
  EXPECT_LE(placement.copy + elfFileBytes, block + sizeof(block));
  releasePlacement(&placement);
  EXPECT_EQ(arena.used_bytes, 0u);
}

TEST_F(ElfPlacement, ReportsThatTheBlockIsTooSmall) {
  static uint8_t block[elfFileBytes];
  iree_arena_allocator_t arena;
  iree_arena_initialize(block, sizeof(block), &arena);
  EXPECT_STATUS(place(0, iree_arena_allocator(&arena)), IREE_STATUS_RESOURCE_EXHAUSTED,
                "arena of 1152 bytes");
  EXPECT_TRUE(flushes.empty());
}

TEST_F(ElfPlacement, ReportsThatNothingWorks) {
  // AlignedBytes lies at a multiple of 64, and hardly at one of 2^30.
  EXPECT_STATUS(place(inPlace, iree_allocator_null(), 1u << 30), IREE_STATUS_FAILED_PRECONDITION,
                "is not aligned to 1073741824; align the module, or give the loader an "
                "executable_allocator");
  counter.budget = 0;
  EXPECT_STATUS(place(inPlace, counter.get(), 1u << 30), IREE_STATUS_RESOURCE_EXHAUSTED, "budget");
}

#if !defined(IREE_TEST_WITHOUT_PAGES)

TEST_F(ElfPlacement, CopiesToPages) {
  ASSERT_OK(place(mapPages, iree_allocator_null(), 4096));
  expectCopy(4096);
  EXPECT_TRUE(placement.isPages);
}

TEST_F(ElfPlacement, ReportsAlignmentBeyondPages) {
  EXPECT_STATUS(place(inPlace | mapPages, iree_allocator_null(), 1u << 30),
                IREE_STATUS_FAILED_PRECONDITION, "wants alignment 1073741824, pages have");
}

#endif

TEST(ElfPlacementOptions, MustAllowSomething) {
  CountingAllocator counter;
  ASSERT_OK(checkPlacementOptions({inPlace, iree_allocator_null()}));
  ASSERT_OK(checkPlacementOptions({0, counter.get()}));
  EXPECT_STATUS(checkPlacementOptions({0, iree_allocator_null()}), IREE_STATUS_INVALID_ARGUMENT,
                "needs a flag or an executable_allocator");
  EXPECT_STATUS(checkPlacementOptions({8 | inPlace, iree_allocator_null()}),
                IREE_STATUS_INVALID_ARGUMENT, "this platform knows no flags 8");
#if defined(IREE_TEST_WITHOUT_PAGES)
  EXPECT_STATUS(checkPlacementOptions({inPlace | mapPages, counter.get()}),
                IREE_STATUS_INVALID_ARGUMENT, "this platform knows no flags 2");
#endif
}

} // namespace
} // namespace iree::test
