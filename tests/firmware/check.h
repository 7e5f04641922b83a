// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tests that run on machines without a C library, and on the workstation. A
// failed check is printed and counted; the test goes on.
#ifndef IREE_TESTS_FIRMWARE_CHECK_H_
#define IREE_TESTS_FIRMWARE_CHECK_H_

#include "iree/runtime/api.h"

#define CHECK(condition) check_that((condition), __FILE__, __LINE__, #condition)
// Fails with the status' own text.
#define CHECK_OK(expr) check_status((expr), IREE_STATUS_OK, "", __FILE__, __LINE__)
// The code and, where messages are kept, a part of the text.
#define CHECK_STATUS(expr, code, part) check_status((expr), (code), (part), __FILE__, __LINE__)

void check_that(bool condition, const char *file, int line, const char *text);
void check_status(iree_status_t status, iree_status_code_t code, const char *part, const char *file,
                  int line);

// Whether `text` has `part` in it.
bool check_contains(const char *text, const char *part);

// An allocator over one static block, empty again at every call.
iree_allocator_t check_fresh_memory(void);
// Bytes of the block in use.
iree_host_size_t check_memory_in_use(void);
// From now on refuses what would use more than `bytes` of it.
void check_limit_memory(iree_host_size_t bytes);

// The tests, in files of their own.
void test_allocator(void);
void test_arena(void);
void test_status(void);
void test_status_format(void);
void test_time(void);
void test_element_types(void);
void test_buffer(void);
void test_buffer_view(void);
void test_module_runs(void);
void test_module_refuses_damage(void);
void test_call_refuses_arguments(void);
void test_memory_runs_out(void);
void test_memory_size(void);
void test_bytecode_kernel(void);

#endif // IREE_TESTS_FIRMWARE_CHECK_H_
