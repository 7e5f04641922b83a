// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "board.h"
#include "check.h"
#include "text.h"

static const struct {
  const char *name;
  void (*run)(void);
} tests[] = {
    {"allocator", test_allocator},
    {"arena", test_arena},
    {"status", test_status},
    {"status format", test_status_format},
    {"time", test_time},
    {"element types", test_element_types},
    {"buffer", test_buffer},
    {"buffer view", test_buffer_view},
#if defined(IREE_TEST_WITH_MODULE)
    {"module runs", test_module_runs},
    {"module refuses damage", test_module_refuses_damage},
    {"call refuses arguments", test_call_refuses_arguments},
    {"memory runs out", test_memory_runs_out},
    {"memory size", test_memory_size},
#endif
#if defined(IREE_TEST_WITH_BYTECODE)
    {"bytecode kernel", test_bytecode_kernel},
#endif
};

static uint32_t check_count, failure_count;

static uint8_t memory[8192] __attribute__((aligned(64)));
static iree_arena_allocator_t arena;

iree_allocator_t check_fresh_memory(void) {
  iree_arena_initialize(memory, sizeof(memory), &arena);
  return iree_arena_allocator(&arena);
}

iree_host_size_t check_memory_in_use(void) { return arena.used_bytes; }

void check_limit_memory(iree_host_size_t bytes) { arena.capacity_bytes = bytes; }

void check_that(bool condition, const char *file, int line, const char *text) {
  ++check_count;
  if (condition)
    return;
  ++failure_count;
  text_string(file);
  text_string(":");
  text_signed(line);
  text_string(": FAILED: ");
  text_string(text);
  text_string("\n");
}

bool check_contains(const char *text, const char *part) {
  for (; *text != '\0'; ++text) {
    size_t i = 0;
    while (part[i] != '\0' && text[i] == part[i])
      ++i;
    if (part[i] == '\0')
      return true;
  }
  return *part == '\0';
}

void check_status(iree_status_t status, iree_status_code_t code, const char *part, const char *file,
                  int line) {
  char text[256];
  iree_status_format(status, sizeof(text), text, NULL);
  bool is_expected = iree_status_code(status) == code;
  if (IREE_STATUS_MODE >= 2 && !check_contains(text, part))
    is_expected = false;
  check_that(is_expected, file, line, text);
}

int main(void) {
  for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); ++i) {
    uint32_t failures_before = failure_count;
    tests[i].run();
    text_string(failure_count == failures_before ? "ok     " : "FAILED ");
    text_string(tests[i].name);
    text_string("\n");
  }
  text_string("runtime tests: ");
  text_unsigned(check_count);
  text_string(" checks, ");
  text_unsigned(failure_count);
  text_string(" failed\n");
  return failure_count == 0 ? 0 : 1;
}
