// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arguments of generated C in the arena. Returns the number of the first check that
// fails.
#include "simple_mul.h"

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    ++checks;                                                                                      \
    if (!(condition))                                                                              \
      return checks;                                                                               \
  } while (0)

static int checks;
static uint8_t arena[SIMPLE_MUL_ARENA_BYTES] SIMPLE_MUL_ALIGNED;

// Four elements from `first` on.
static void fill(unsigned offset, float first, float step) {
  void *place = arena + offset;
  for (int i = 0; i < 4; ++i)
    ((float *)place)[i] = first + step * (float)i;
}

static int is_product(const void *result) {
  const float *values = (const float *)result;
  return values[0] == 0 && values[1] == 20 && values[2] == 60 && values[3] == 120;
}

int main(void) {
  static const float own[4] = {1, 2, 3, 4};
  const void *result = arena + SIMPLE_MUL_SIMPLE_MUL_RESULT0_OFFSET;
  float product[4] = {0};
  for (int call = 0; call < 2; ++call) {
    fill(SIMPLE_MUL_SIMPLE_MUL_ARG0_OFFSET, 1, 1);
    fill(SIMPLE_MUL_SIMPLE_MUL_ARG1_OFFSET, 0, 10);
    CHECK(simple_mul_invoke(NULL, NULL, NULL, arena) == 0 && is_product(result));
  }
  // Memory of the caller is accepted for each of them.
  fill(SIMPLE_MUL_SIMPLE_MUL_ARG1_OFFSET, 0, 10);
  CHECK(simple_mul_invoke(own, NULL, product, arena) == 0 && is_product(product));
  CHECK(own[0] == 1 && own[3] == 4);
  CHECK(simple_mul_invoke(NULL, NULL, product, NULL) == 3);
  return 0;
}
