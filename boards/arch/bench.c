// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Empty, and in a file of their own, so that calls of them remain.
#include "bench.h"

__attribute__((noinline)) void bench_begin(void) { __asm__ volatile("" ::: "memory"); }

__attribute__((noinline)) void bench_end(void) { __asm__ volatile("" ::: "memory"); }
