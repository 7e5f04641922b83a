// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "text.h"

#include "board.h"

void text_bytes(const char *text, size_t count) { board_write(text, count); }

void text_string(const char *text) {
  size_t count = 0;
  while (text[count] != '\0')
    ++count;
  board_write(text, count);
}

void text_unsigned(uint32_t value) {
  char digits[10];
  size_t begin = sizeof(digits);
  do {
    digits[--begin] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  board_write(&digits[begin], sizeof(digits) - begin);
}

void text_signed(int32_t value) {
  if (value < 0) {
    board_write("-", 1);
    text_unsigned(0u - (uint32_t)value);
  } else {
    text_unsigned((uint32_t)value);
  }
}

void text_hex(uintptr_t value) {
  char text[2 + 2 * sizeof(value)];
  text[0] = '0';
  text[1] = 'x';
  for (size_t i = sizeof(text); i > 2; value >>= 4) {
    text[--i] = "0123456789abcdef"[value & 15u];
  }
  board_write(text, sizeof(text));
}
