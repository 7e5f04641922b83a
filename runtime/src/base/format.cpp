// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/format.h"

#include "iree/base/status.h"

namespace iree {

void TextBuffer::append(char character) {
  if (length + 1 < capacityBytes) {
    data[length] = character;
    data[length + 1] = 0;
  }
  ++length;
}

void TextBuffer::appendText(const char *text) {
  while (*text != 0)
    append(*text++);
}

void TextBuffer::appendUnsigned(unsigned long value, unsigned base) {
  char digits[3 * sizeof(value)];
  size_t count = 0;
  do {
    unsigned digit = static_cast<unsigned>(value % base);
    digits[count++] = static_cast<char>(digit < 10 ? '0' + digit : 'a' + (digit - 10));
    value /= base;
  } while (value != 0);
  while (count != 0)
    append(digits[--count]);
}

void TextBuffer::appendFormat(const char *format, ...) {
  va_list args;
  va_start(args, format);
  appendFormatV(format, args);
  va_end(args);
}

void TextBuffer::appendFormatV(const char *format, va_list args) {
  for (; *format != 0; ++format) {
    if (*format != '%') {
      append(*format);
      continue;
    }
    ++format;
    size_t limit = SIZE_MAX;
    if (format[0] == '.' && format[1] == '*') {
      int given = va_arg(args, int);
      limit = given < 0 ? 0 : static_cast<size_t>(given);
      format += 2;
    }
    // size_t and long have the same width on every supported machine.
    static_assert(sizeof(size_t) == sizeof(long), "modifiers l and z are read alike");
    bool isLong = *format == 'l' || *format == 'z';
    if (isLong)
      ++format;
    switch (*format) {
    case 's': {
      const char *text = va_arg(args, const char *);
      for (size_t i = 0; text && i < limit && text[i] != 0; ++i)
        append(text[i]);
      break;
    }
    case 'c':
      append(static_cast<char>(va_arg(args, int)));
      break;
    case 'd': {
      long value = isLong ? va_arg(args, long) : va_arg(args, int);
      if (value < 0)
        append('-');
      unsigned long magnitude = static_cast<unsigned long>(value);
      appendUnsigned(value < 0 ? 0 - magnitude : magnitude, 10);
      break;
    }
    case 'u':
    case 'x': {
      unsigned long value = isLong ? va_arg(args, unsigned long) : va_arg(args, unsigned);
      appendUnsigned(value, *format == 'u' ? 10 : 16);
      break;
    }
    case 0:
      return;
    default:
      append(*format);
    }
  }
}

} // namespace iree

iree_host_size_t iree_format_text(char *buffer, iree_host_size_t buffer_capacity,
                                  const char *format, ...) {
  iree::TextBuffer text(buffer, buffer_capacity);
  va_list args;
  va_start(args, format);
  text.appendFormatV(format, args);
  va_end(args);
  return text.fullLength();
}
