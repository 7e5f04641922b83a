// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs test programs: modules whose functions check their own results. Needs
// neither a heap nor a C library; iree-check-module and the boards' `check`
// program are made of it.
#ifndef IREE_CHECK_API_H_
#define IREE_CHECK_API_H_

#include "iree/runtime/api.h"

#ifdef __cplusplus
extern "C" {
#endif

// The elements that are not as a check expects.
typedef struct iree_check_mismatch_t {
  iree_host_size_t first; // index in row-major order
  iree_host_size_t count; // 0: the check holds
} iree_check_mismatch_t;

// Compares. EQUAL: bytes. ALMOST_EQUAL: an element holds if both are the same
// number or |actual - expected| <= atol + rtol * |expected|; a NaN is close to
// nothing; complex numbers are compared part by part, other types as EQUAL.
// ALL_TRUE, ALL_FALSE: whether bits are set.
iree_check_mismatch_t iree_check_compare(const iree_vm_check_t *check);

// "element [1, 2] of 4x6xf32: expected 3, actual 4 (and 5 more)"; returns the
// text's length, of which what fits is stored, terminated by NUL.
iree_host_size_t iree_check_describe(const iree_vm_check_t *check,
                                     const iree_check_mismatch_t *mismatch,
                                     iree_host_size_t capacity, char *buffer);

// Tests of one run; more are RESOURCE_EXHAUSTED.
#ifndef IREE_CHECK_MAX_TESTS
#define IREE_CHECK_MAX_TESTS 4096
#endif

typedef struct iree_check_options_t {
  // googletest's: patterns with * and ?, separated by colons, those to be left
  // out behind a minus sign. Empty: all.
  iree_string_view_t filter;
  bool list_tests; // print names only
  // Gets what googletest would print, piece by piece.
  void (*print)(void *self, iree_string_view_t text);
  void *self;
} iree_check_options_t;

typedef struct iree_check_result_t {
  uint32_t run_count;
  uint32_t failed_count;
} iree_check_result_t;

// Calls every function of the session's modules that has neither arguments nor
// results and whose name does not begin with "__". A test fails if one of its
// checks or the invocation does. Sets the session's check callback.
iree_status_t iree_check_run(iree_runtime_session_t *session, const iree_check_options_t *options,
                             iree_check_result_t *out_result);

#ifdef __cplusplus
}
#endif

#endif // IREE_CHECK_API_H_
