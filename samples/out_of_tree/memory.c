// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All that the runtime asks of a C library. One that is there anyway does as
// well: then leave this file out.
#include <stddef.h>

void *memcpy(void *restrict target, const void *restrict source, size_t count);
void *memmove(void *target, const void *source, size_t count);
void *memset(void *target, int value, size_t count);
int memcmp(const void *lhs, const void *rhs, size_t count);

void *memcpy(void *restrict target, const void *restrict source, size_t count) {
  unsigned char *to = target;
  const unsigned char *from = source;
  while (count-- != 0)
    *to++ = *from++;
  return target;
}

void *memmove(void *target, const void *source, size_t count) {
  unsigned char *to = target;
  const unsigned char *from = source;
  if (to < from)
    return memcpy(target, source, count);
  while (count-- != 0)
    to[count] = from[count];
  return target;
}

void *memset(void *target, int value, size_t count) {
  unsigned char *to = target;
  while (count-- != 0)
    *to++ = (unsigned char)value;
  return target;
}

int memcmp(const void *lhs, const void *rhs, size_t count) {
  const unsigned char *a = lhs, *b = rhs;
  for (; count != 0; --count, ++a, ++b) {
    if (*a != *b)
      return *a < *b ? -1 : 1;
  }
  return 0;
}
