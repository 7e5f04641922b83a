// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Console text without stdio: enough to report results, in a few hundred bytes.
#ifndef IREE_BOARDS_ARCH_TEXT_H_
#define IREE_BOARDS_ARCH_TEXT_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void text_string(const char *text);              // NUL-terminated
void text_bytes(const char *text, size_t count); // exactly `count` characters
void text_unsigned(uint32_t value);              // decimal
void text_signed(int32_t value);                 // decimal
void text_hex(uintptr_t value);                  // 0x..., full register width

#ifdef __cplusplus
} // extern "C"
#endif

#endif // IREE_BOARDS_ARCH_TEXT_H_
