// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bounded text, for messages.
#ifndef IREE_SRC_BASE_FORMAT_H_
#define IREE_SRC_BASE_FORMAT_H_

#include <stdarg.h>

#include "iree/base/config.h"

namespace iree {

// Appends to caller memory; what does not fit is counted and dropped. The
// stored text is always NUL-terminated when the capacity is not 0.
class TextBuffer {
public:
  TextBuffer(char *memory, size_t capacity) : data(memory), capacityBytes(capacity) {
    if (capacity != 0)
      data[0] = 0;
  }

  void append(char character);
  void appendText(const char *text);
  // In base 10 or 16.
  void appendUnsigned(unsigned long value, unsigned base);

  // Conversions: %s %.*s %d %u %x %c %%, modifiers l and z.
  void appendFormat(const char *format, ...);
  void appendFormatV(const char *format, va_list args);

  size_t fullLength() const { return length; }
  size_t storedLength() const {
    return length < capacityBytes ? length : (capacityBytes == 0 ? 0 : capacityBytes - 1);
  }

private:
  char *data;
  size_t capacityBytes;
  size_t length = 0;
};

} // namespace iree

#endif // IREE_SRC_BASE_FORMAT_H_
