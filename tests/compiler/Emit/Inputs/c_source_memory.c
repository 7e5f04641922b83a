// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arena, state and results of generated C: where they lie, and what is refused.
// Returns the number of the first check that fails.
#include "counter.h"
#include "dynamic_shapes.h"
#include "simple_mul.h"

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    ++checks;                                                                                      \
    if (!(condition))                                                                              \
      return checks;                                                                               \
  } while (0)

enum { OK = 0, INVALID_ARGUMENT = 3, RESOURCE_EXHAUSTED = 8 };

static int checks;
static uint8_t arena[256] COUNTER_ALIGNED;

static int check_arena(void) {
  static const float a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8};
  float product[4] = {0};
  // simple_mul has its result in the arena if it is given no buffer.
  CHECK(SIMPLE_MUL_ARENA_BYTES == 16);
  CHECK(simple_mul_invoke(a, b, product, arena) == OK && product[3] == 32);
  CHECK(simple_mul_invoke(a, b, product, arena + 4) == INVALID_ARGUMENT);
  CHECK(simple_mul_invoke(a, b, NULL, arena) == OK);
  const void *result = arena + SIMPLE_MUL_SIMPLE_MUL_RESULT0_OFFSET;
  CHECK(((const float *)result)[2] == 21);
#ifdef SIMPLE_MUL_STATIC_ARENA_BYTES
  CHECK(simple_mul_invoke(a, b, product, NULL) == OK && product[1] == 12);
#else
  CHECK(simple_mul_invoke(a, b, product, NULL) == INVALID_ARGUMENT);
#endif
  return 0;
}

// Two states are two counters; both begin with what the last byte was before.
static int check_state(void) {
  static uint8_t first[COUNTER_STATE_BYTES + 1] COUNTER_ALIGNED;
  static uint8_t second[COUNTER_STATE_BYTES + 1] COUNTER_ALIGNED;
  const int32_t four = 4, five = 5;
  int32_t value = 0;
  for (unsigned i = 0; i < sizeof(first); ++i)
    first[i] = second[i] = 0xA5;
  counter_reset(first);
  counter_reset(second);
  CHECK(first[COUNTER_STATE_BYTES] == 0xA5);
  CHECK(counter_get_value(&value, first, arena) == OK && value == 0);
  CHECK(counter_add_to_value(&four, &value, first, arena) == OK && value == 4);
  CHECK(counter_add_to_value(&five, &value, first, arena) == OK && value == 9);
  CHECK(counter_add_to_value(&five, &value, second, arena) == OK && value == 5);
  counter_reset(first);
  CHECK(counter_get_value(&value, first, arena) == OK && value == 0);
  CHECK(counter_get_value(&value, second, arena) == OK && value == 5);
  CHECK(counter_get_value(&value, NULL, arena) == INVALID_ARGUMENT);
  CHECK(counter_get_value(&value, second + 1, arena) == INVALID_ARGUMENT);
  return 0;
}

// The result has the length of the argument; the arena has it, too.
static int check_shapes(void) {
  const int32_t input[5] = {1, 2, 3, 4, 5};
  int32_t result[6] = {0, 0, 0, 0, 0, -7}, shape[1] = {0};
  CHECK(dynamic_shapes_add_one(input, 5, result, 5, shape, arena, 32) == OK);
  CHECK(shape[0] == 5 && result[0] == 2 && result[4] == 6 && result[5] == -7);
  CHECK(dynamic_shapes_add_one(input, 5, result, 5, shape, arena, 31) == RESOURCE_EXHAUSTED);
  result[4] = -7;
  CHECK(dynamic_shapes_add_one(input, 5, result, 4, shape, arena, 256) == INVALID_ARGUMENT);
  CHECK(shape[0] == 5 && result[4] == -7); // the room that it needs
  CHECK(dynamic_shapes_add_one(input, 0, NULL, 0, shape, arena, 256) == OK && shape[0] == 0);
  CHECK(dynamic_shapes_add_one(input, -1, result, 6, shape, arena, 256) == INVALID_ARGUMENT);
  CHECK(dynamic_shapes_add_one(input, INT32_MAX, result, 6, shape, arena, 256) == INVALID_ARGUMENT);
  CHECK(dynamic_shapes_reduce_sum_1d(input, 5, result, arena, 16) == OK && result[0] == 15);
  CHECK(dynamic_shapes_reduce_sum_1d(input, 5, result, arena, 15) == RESOURCE_EXHAUSTED);
  return 0;
}

int main(void) {
  int failed = check_arena();
  if (failed == 0)
    failed = check_state();
  return failed != 0 ? failed : check_shapes();
}
