// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Allocators, statuses, time. The expected values are the contracts in
// iree/base/*.h.
#include "check.h"

void test_allocator(void) {
  iree_allocator_t allocator = check_fresh_memory();
  for (iree_host_size_t alignment = 1; alignment <= 1024; alignment *= 2) {
    void *block = NULL;
    CHECK_OK(iree_allocator_malloc_aligned(allocator, 100, alignment, &block));
    CHECK((uintptr_t)block % alignment == 0);
    iree_allocator_free_aligned(allocator, block);
  }
  CHECK(check_memory_in_use() == 0);
  void *block = &allocator;
  CHECK_STATUS(iree_allocator_malloc(iree_allocator_null(), 12, &block),
               IREE_STATUS_RESOURCE_EXHAUSTED, "12 bytes");
  CHECK(block == NULL);
  CHECK_STATUS(iree_allocator_malloc_aligned(allocator, SIZE_MAX - 8, 64, &block),
               IREE_STATUS_OUT_OF_RANGE, "overflows");
  CHECK_STATUS(iree_allocator_malloc_aligned(allocator, 8, 48, &block),
               IREE_STATUS_INVALID_ARGUMENT, "power of two");
  CHECK_STATUS(iree_allocator_malloc(allocator, 0, &block), IREE_STATUS_INVALID_ARGUMENT,
               "0 bytes");
}

void test_arena(void) {
  static uint8_t memory[128] __attribute__((aligned(16)));
  iree_arena_allocator_t arena;
  iree_arena_initialize(memory + 3, sizeof(memory) - 3, &arena);
  iree_allocator_t allocator = iree_arena_allocator(&arena);
  void *first = NULL, *second = NULL, *third = NULL;
  memory[16] = 1;
  CHECK_OK(iree_allocator_malloc(allocator, 10, &first));
  CHECK(first == (void *)(memory + 2 * sizeof(void *)));
  CHECK_OK(iree_allocator_malloc(allocator, 16, &second));
  for (int i = 0; i < 16; ++i)
    CHECK(((uint8_t *)second)[i] == 0);
  iree_host_size_t used = arena.used_bytes;
  CHECK_STATUS(iree_allocator_malloc(allocator, 200, &third), IREE_STATUS_RESOURCE_EXHAUSTED,
               "arena of 125 bytes");
  CHECK(third == NULL && arena.used_bytes == used);
  iree_allocator_free(allocator, first); // not the newest: no effect
  CHECK(arena.used_bytes == used);
  iree_allocator_free(allocator, second);
  CHECK(arena.used_bytes == used - 16 && arena.peak_bytes == used);
  // Growing a block that is not the newest copies it.
  CHECK_OK(iree_allocator_realloc(allocator, 8, &third));
  *(uint8_t *)first = 77;
  CHECK_OK(iree_allocator_realloc(allocator, 20, &first));
  CHECK(*(uint8_t *)first == 77 && (uint8_t *)first > (uint8_t *)third);
  iree_arena_reset(&arena);
  CHECK(arena.used_bytes == 0);
}

static iree_status_t fail_at_second_step(int *steps) {
  IREE_RETURN_IF_ERROR(iree_ok_status());
  ++*steps;
  IREE_RETURN_IF_ERROR(iree_make_status(IREE_STATUS_NOT_FOUND, "here"));
  ++*steps;
  return iree_ok_status();
}

void test_status(void) {
  int steps = 0;
  CHECK_STATUS(fail_at_second_step(&steps), IREE_STATUS_NOT_FOUND, "here");
  CHECK(steps == 1);
  CHECK(iree_status_is_ok(iree_ok_status()));
  CHECK(!iree_status_is_ok(iree_make_status(IREE_STATUS_CANCELLED)));
  // The code of a status outlives its text.
  iree_status_t first = iree_make_status(IREE_STATUS_DATA_LOSS, "first");
  for (int i = 0; i < IREE_STATUS_RECORD_COUNT; ++i)
    iree_status_ignore(iree_make_status(IREE_STATUS_INTERNAL, "%d", i));
  CHECK(iree_status_code(first) == IREE_STATUS_DATA_LOSS);
  CHECK(iree_status_message(first).size == 0);
}

void test_status_format(void) {
  CHECK_STATUS(iree_make_status(IREE_STATUS_INTERNAL, "%s %.*s %d %u %x %c %% %zu", "text", 3,
                                "abcdef", -2147483647 - 1, 4294967295u, 0xBEEFu, '!',
                                (size_t)65536),
               IREE_STATUS_INTERNAL, "; text abc -2147483648 4294967295 beef ! % 65536");
  char text[8];
  iree_host_size_t length = 0;
  iree_status_t status = iree_status_from_code(IREE_STATUS_INVALID_ARGUMENT);
  CHECK(!iree_status_format(status, sizeof(text), text, &length));
  CHECK(length == sizeof("INVALID_ARGUMENT") - 1);
  CHECK(check_contains(text, "INVALID") && text[7] == '\0');
}

void test_time(void) {
  iree_time_t begin = iree_time_now();
  CHECK(iree_wait_until(begin + 100000));
  CHECK(iree_time_now() >= begin + 100000);
}
