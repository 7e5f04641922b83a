// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comparisons that test programs ask for. The runtime hands them to whoever
// runs the tests (iree/check/api.h) and goes on.
#ifndef IREE_VM_CHECK_H_
#define IREE_VM_CHECK_H_

#include "iree/base/api.h"

#ifdef __cplusplus
extern "C" {
#endif

enum iree_vm_check_kind_e {
  IREE_VM_CHECK_KIND_EQUAL = 0,        // the same bytes
  IREE_VM_CHECK_KIND_ALMOST_EQUAL = 1, // |actual - expected| <= atol + rtol * |expected|
  IREE_VM_CHECK_KIND_ALL_TRUE = 2,     // no element is 0
  IREE_VM_CHECK_KIND_ALL_FALSE = 3     // every element is 0
};
typedef uint32_t iree_vm_check_kind_t;

// Valid during the callback.
typedef struct iree_vm_check_t {
  iree_vm_check_kind_t kind;
  uint32_t element_type; // iree_hal_element_type_t; any value in a hostile module
  uint32_t shape_rank;
  const uint32_t *shape;
  float atol; // absolute and relative tolerance
  float rtol;
  iree_const_byte_span_t actual;   // dense, row-major
  iree_const_byte_span_t expected; // as long; what is actual for ALL_TRUE, ALL_FALSE
  iree_string_view_t location;     // in the program's source; may be empty
} iree_vm_check_t;

// What a check found is the callback's business; a status that is not OK ends
// the invocation.
typedef struct iree_vm_check_callback_t {
  iree_status_t (*fn)(void *self, const iree_vm_check_t *check); // null: no checks can be run
  void *self;
} iree_vm_check_callback_t;

#ifdef __cplusplus
}
#endif

#endif // IREE_VM_CHECK_H_
