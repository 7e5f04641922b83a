// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What start-up promises to main(): .data is copied, .bss is clear, FPU and
// vector unit run, time moves, the stack is measured, mem* work at every alignment.
#include "board.h"
#include "text.h"

#include <stdbool.h>

void *memcpy(void *target, const void *source, size_t count);
void *memmove(void *target, const void *source, size_t count);
void *memset(void *target, int value, size_t count);
int memcmp(const void *lhs, const void *rhs, size_t count);

static volatile uint32_t initialised = 0x12345678;
static volatile uint32_t cleared[64];
static volatile float third = 1.0f / 3.0f;

static volatile double seventh = 1.0 / 7.0;

static bool near(double value, double expected, double tolerance) {
  return value > expected - tolerance && value < expected + tolerance;
}

static volatile int32_t three = 3;
#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>
static bool vectors_run(void) { return vaddvq_s32(vdupq_n_s32(three)) == 12; }
#elif defined(__ARM_NEON)
#include <arm_neon.h>
static bool vectors_run(void) {
  int32x4_t sum = vaddq_s32(vdupq_n_s32(three), vdupq_n_s32(three));
  return vgetq_lane_s32(sum, 0) == 6 && vgetq_lane_s32(sum, 3) == 6;
}
#elif defined(__AVX2__)
#include <immintrin.h>
static bool vectors_run(void) {
  __m256i sum = _mm256_add_epi32(_mm256_set1_epi32(three), _mm256_set1_epi32(three));
  return _mm256_extract_epi32(sum, 0) == 6 && _mm256_extract_epi32(sum, 7) == 6;
}
#elif defined(__SSE2__)
#include <emmintrin.h>
static bool vectors_run(void) {
  __m128i sum = _mm_add_epi32(_mm_set1_epi32(three), _mm_set1_epi32(three));
  return _mm_cvtsi128_si32(_mm_srli_si128(sum, 12)) == 6;
}
#elif defined(__riscv_vector)
#include <riscv_vector.h>
static bool vectors_run(void) {
  size_t count = __riscv_vsetvlmax_e32m1();
  vint32m1_t zero = __riscv_vmv_v_x_i32m1(0, count);
  vint32m1_t threes = __riscv_vmv_v_x_i32m1(three, count);
  int32_t sum = __riscv_vmv_x_s_i32m1_i32(__riscv_vredsum_vs_i32m1_i32m1(threes, zero, count));
  return count >= 4 && sum == 3 * (int32_t)count;
}
#else
static bool vectors_run(void) { return three == 3; }
#endif

static int failures;

static void expect(const char *what, bool holds) {
  text_string(holds ? "ok   " : "FAIL ");
  text_string(what);
  text_string("\n");
  failures += !holds;
}

static bool all_cleared(void) {
  for (size_t i = 0; i < sizeof(cleared) / sizeof(cleared[0]); ++i) {
    if (cleared[i] != 0)
      return false;
  }
  return true;
}

// Copies within one buffer, byte by byte, as the reference.
static bool copies(size_t to, size_t from, size_t count) {
  unsigned char actual[96], expected[96], source[96];
  for (size_t i = 0; i < sizeof(source); ++i)
    source[i] = (unsigned char)(i * 7 + 1);
  memcpy(actual, source, sizeof(actual));
  for (size_t i = 0; i < sizeof(source); ++i) {
    bool inside = i >= to && i < to + count;
    expected[i] = inside ? source[from + i - to] : source[i];
  }
  memmove(actual + to, actual + from, count);
  if (memcmp(actual, expected, sizeof(actual)) != 0)
    return false;
  memset(actual, 0xEE, sizeof(actual));
  memcpy(actual + to, source + from, count);
  for (size_t i = 0; i < sizeof(actual); ++i) {
    bool inside = i >= to && i < to + count;
    if (actual[i] != (inside ? expected[i] : 0xEE))
      return false;
  }
  memset(actual, 0, sizeof(actual));
  memset(actual + to, 0x5A, count);
  for (size_t i = 0; i < sizeof(actual); ++i) {
    if (actual[i] != (i >= to && i < to + count ? 0x5A : 0))
      return false;
  }
  return true;
}

static bool all_copies(void) {
  for (size_t to = 0; to < 12; ++to) {
    for (size_t from = 0; from < 12; ++from) {
      for (size_t count = 0; count < 80; count += 1 + count / 9) {
        if (!copies(to, from, count))
          return false;
      }
    }
  }
  return true;
}

__attribute__((noinline)) static void use_stack(void) {
  volatile unsigned char block[4096];
  for (size_t i = 0; i < sizeof(block); ++i)
    block[i] = (unsigned char)i;
}

int main(void) {
  uint64_t start = board_time_now();
  expect(".data is copied", initialised == 0x12345678);
  expect(".bss is clear", all_cleared());
  expect("floating point", near(third * 3.0f, 1.0, 1e-6) && near(seventh * 7.0, 1.0, 1e-12));
  expect("vectors, where there are any", vectors_run());
  expect("memcpy, memmove, memset, memcmp", all_copies());
  size_t before = board_stack_used();
  use_stack();
  size_t after = board_stack_used();
  expect("stack is measured", before > 0 && before < 2048 && after >= 4096 && after < 6144);
  uint64_t elapsed = board_time_now() - start;
  expect("time moves", elapsed > 100000 && elapsed < 1000000000);
  text_string("stack ");
  text_unsigned((uint32_t)after);
  text_string(" B, time ");
  text_unsigned((uint32_t)elapsed);
  text_string(" ns, main at ");
  text_hex((uintptr_t)&main);
  text_string("\nboot done\n");
  return failures != 0;
}
