// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The library TEST_LIBRARY of one kernel, `store`, which writes TEST_VALUE to
// its binding; identity 77.
#include "schemas/kernel_abi.h"

#define JOIN_(lhs, rhs) lhs##rhs
#define JOIN(lhs, rhs) JOIN_(lhs, rhs)
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define QUERY JOIN(TEST_LIBRARY, _library_query)

int32_t missing_function(void);
__attribute__((visibility("default"))) const iree_kernel_library_t *
QUERY(uint32_t max_version, const iree_kernel_environment_t *environment);

static int32_t store(void *const *bindings, const uint32_t *constants, uint32_t begin,
                     uint32_t end) {
  (void)constants, (void)begin, (void)end;
  *(int32_t *)bindings[0] = TEST_VALUE;
  return 0;
}

static void refer(iree_self_relative_t *field, const void *target) {
  *field = (iree_self_relative_t)((intptr_t)target - (intptr_t)field);
}

const iree_kernel_library_t *QUERY(uint32_t max_version,
                                   const iree_kernel_environment_t *environment) {
  static const char name[] = TEXT(TEST_LIBRARY);
  static iree_kernel_export_t kernel = {0, 0, 1, 0, 0};
  static iree_kernel_library_t library = {IREE_KERNEL_LIBRARY_MAGIC, 1, 0, 0, 77, 16, 1, 0};
  (void)environment;
  refer(&kernel.entry, (const void *)(intptr_t)&store);
  refer(&library.name, name);
  refer(&library.exports, &kernel);
  return max_version < 1 ? NULL : &library;
}
