// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same two models as C functions: no module file, no session, no heap. What
// they use while they run is one array, which both share.
#include "bench.h"
#include "board.h"
#include "digits_c.h"
#include "digits_images.h"
#include "mul_c.h"
#include "text.h"

#define MAX(a, b) ((a) > (b) ? (a) : (b))

static uint8_t arena[MAX(MUL_C_ARENA_BYTES, DIGITS_C_ARENA_BYTES)] DIGITS_C_ALIGNED;

// Returns 0, or what went wrong as an exit status.
static int multiply(void) {
  static const float lhs[4] = {4.0f, 4.0f, 4.0f, 4.0f};
  static const float rhs[4] = {2.0f, -1.5f, 0.25f, 16.0f};
  // Small integers and powers of two: products are exact.
  static const float expected[4] = {8.0f, -6.0f, 1.0f, 64.0f};
  float product[4];
  int status = mul_c_simple_mul(lhs, rhs, product, arena);
  for (int i = 0; status == 0 && i < 4; ++i)
    status = product[i] < expected[i] || product[i] > expected[i];
  return status;
}

static int classify(void) {
  int status = 0;
  for (int i = 0; status == 0 && i < DIGITS_COUNT; ++i) {
    int8_t classes[DIGITS_CLASSES];
    bench_begin(); // for counting instructions
    status = digits_c_invoke(digits_images[i], classes, arena);
    bench_end();
    for (int c = 0; status == 0 && c < DIGITS_CLASSES; ++c)
      status = classes[c] != digits_expected[i][c];
  }
  return status;
}

int main(void) {
  int status = multiply();
  if (status == 0)
    status = classify();
  if (status != 0) {
    text_string("without_runtime failed: ");
    text_unsigned((uint32_t)status);
    text_string("\n");
    return status;
  }
  text_string("arena ");
  text_unsigned(sizeof(arena));
  text_string(" B, stack ");
  text_unsigned((uint32_t)board_stack_used());
  text_string(" B\nwithout_runtime done: simple_mul and ");
  text_unsigned(DIGITS_COUNT);
  text_string(" digits\n");
  return 0;
}
