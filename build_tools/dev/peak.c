// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops of the fastest multiply-add instruction that the machine has, on registers
// only: what code can reach at most. Both return how many multiply-accumulates they
// performed. Products are computed in as many chains as hide the latency.
#include <immintrin.h>
#include <stdint.h>

enum { kChains = 16 };

#define FOR_CHAINS(DO)                                                                             \
  DO(0)                                                                                            \
  DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15)

#if defined(__AVX512VNNI__)
typedef __m512i Bytes;
#define MULTIPLY_I8(SUM, A, B) _mm512_dpbusd_epi32(SUM, A, B)
#elif defined(__AVXVNNI__)
typedef __m256i Bytes;
#define MULTIPLY_I8(SUM, A, B) _mm256_dpbusd_avx_epi32(SUM, A, B)
#elif defined(__AVX2__)
typedef __m256i Bytes;
#define MULTIPLY_I8(SUM, A, B) _mm256_add_epi32(SUM, _mm256_madd_epi16(A, B))
#else
typedef __m128i Bytes;
#define MULTIPLY_I8(SUM, A, B) _mm_add_epi32(SUM, _mm_madd_epi16(A, B))
#endif
#if defined(__AVX512VNNI__) || defined(__AVXVNNI__)
#define BYTES_PER_PRODUCT 1
#else
#define BYTES_PER_PRODUCT 2
#endif

#if defined(__AVX512F__)
typedef __m512 Floats;
#define MULTIPLY_F32(SUM, A, B) _mm512_fmadd_ps(A, B, SUM)
#elif defined(__FMA__)
typedef __m256 Floats;
#define MULTIPLY_F32(SUM, A, B) _mm256_fmadd_ps(A, B, SUM)
#else
typedef __m128 Floats;
#define MULTIPLY_F32(SUM, A, B) _mm_add_ps(SUM, _mm_mul_ps(A, B))
#endif

// The empty statement keeps the compiler from computing the chains beforehand.
#define DECLARE(I) sum##I = {0},
#define HIDE(I) __asm__ volatile("" : "+v"(sum##I));
#define STEP_I8(I) sum##I = MULTIPLY_I8(sum##I, a, b);
#define STEP_F32(I) sum##I = MULTIPLY_F32(sum##I, a, b);

uint64_t peak_i8(uint64_t iterations) {
  Bytes FOR_CHAINS(DECLARE) a = {1}, b = {2};
  __asm__ volatile("" : "+v"(a), "+v"(b));
  for (uint64_t i = 0; i < iterations; ++i) {
    FOR_CHAINS(STEP_I8)
    FOR_CHAINS(HIDE)
  }
  return iterations * kChains * sizeof(Bytes) / BYTES_PER_PRODUCT;
}

uint64_t peak_f32(uint64_t iterations) {
  Floats FOR_CHAINS(DECLARE) a = {1}, b = {2};
  __asm__ volatile("" : "+v"(a), "+v"(b));
  for (uint64_t i = 0; i < iterations; ++i) {
    FOR_CHAINS(STEP_F32)
    FOR_CHAINS(HIDE)
  }
  return iterations * kChains * sizeof(Floats) / sizeof(float);
}
