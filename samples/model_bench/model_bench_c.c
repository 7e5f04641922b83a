// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same for a model as C source, of one argument and one result, without the
// runtime.
#include "bench.h"
#include "bench_expected.h"
#include "bench_inputs.h"
#include "bench_model.h"
#include "board.h"
#include "text.h"

static uint8_t arena[BENCH_MODEL_ARENA_BYTES] BENCH_MODEL_ALIGNED;
static uint8_t result[BENCH_RESULT_BYTES] BENCH_MODEL_ALIGNED;

// Returns whether all bytes of the vector's result are as expected.
static int run_vector(uint32_t vector, int *status) {
  // Any type of element: the vectors are bytes.
  const void *input = bench_inputs + vector * BENCH_INPUT_BYTES;
  const uint8_t *expected = bench_expected + vector * BENCH_RESULT_BYTES;
  if (vector == 0)
    bench_begin();
  *status = bench_model_invoke(input, (void *)result, arena);
  if (vector == 0)
    bench_end();
  for (uint32_t i = 0; *status == 0 && i < BENCH_RESULT_BYTES; ++i)
    if (result[i] != expected[i])
      return 0;
  return *status == 0;
}

int main(void) {
  const uint32_t vectors = (uint32_t)(bench_inputs_size / BENCH_INPUT_BYTES);
  uint32_t equal = 0;
  int status = 0;
  for (uint32_t i = 0; i < vectors && status == 0; ++i)
    equal += (uint32_t)run_vector(i, &status);
  text_unsigned(equal);
  text_string("/");
  text_unsigned(vectors);
  text_string(" equal, arena ");
  text_unsigned(BENCH_MODEL_ARENA_BYTES);
  text_string(" B, stack ");
  text_unsigned((uint32_t)board_stack_used());
  text_string(" B\n");
  return status != 0 ? status : equal != vectors;
}
