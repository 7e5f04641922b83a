// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The four functions GCC may call in any program, so that no C library is
// linked. Copies go by words where both sides allow it. Built without loop
// pattern recognition: it would turn these loops into calls of themselves.
#include <stddef.h>
#include <stdint.h>

typedef uintptr_t __attribute__((may_alias)) word_t;

void *memcpy(void *restrict target, const void *restrict source, size_t count);
void *memmove(void *target, const void *source, size_t count);
void *memset(void *target, int value, size_t count);
int memcmp(const void *lhs, const void *rhs, size_t count);

static size_t misalignment(const void *pointer) { return (uintptr_t)pointer % sizeof(word_t); }

void *memcpy(void *restrict target, const void *restrict source, size_t count) {
  unsigned char *to = target;
  const unsigned char *from = source;
  if (misalignment(to) == misalignment(from)) {
    for (; count != 0 && misalignment(to) != 0; --count)
      *to++ = *from++;
    for (; count >= 4 * sizeof(word_t); count -= 4 * sizeof(word_t)) {
      const word_t *words = (const word_t *)(const void *)from;
      word_t a = words[0], b = words[1], c = words[2], d = words[3];
      word_t *out = (word_t *)(void *)to;
      out[0] = a, out[1] = b, out[2] = c, out[3] = d;
      from += 4 * sizeof(word_t);
      to += 4 * sizeof(word_t);
    }
    for (; count >= sizeof(word_t); count -= sizeof(word_t)) {
      *(word_t *)(void *)to = *(const word_t *)(const void *)from;
      from += sizeof(word_t);
      to += sizeof(word_t);
    }
  }
  for (; count != 0; --count)
    *to++ = *from++;
  return target;
}

void *memmove(void *target, const void *source, size_t count) {
  // Forward copying is safe unless the target starts inside the source.
  if ((uintptr_t)target - (uintptr_t)source >= count)
    return memcpy(target, source, count);
  unsigned char *to = (unsigned char *)target + count;
  const unsigned char *from = (const unsigned char *)source + count;
  if (misalignment(to) == misalignment(from)) {
    for (; count != 0 && misalignment(to) != 0; --count)
      *--to = *--from;
    for (; count >= sizeof(word_t); count -= sizeof(word_t)) {
      from -= sizeof(word_t);
      to -= sizeof(word_t);
      *(word_t *)(void *)to = *(const word_t *)(const void *)from;
    }
  }
  for (; count != 0; --count)
    *--to = *--from;
  return target;
}

void *memset(void *target, int value, size_t count) {
  unsigned char *to = target;
  const unsigned char byte = (unsigned char)value;
  const word_t word = (word_t)-1 / 255u * byte;
  for (; count != 0 && misalignment(to) != 0; --count)
    *to++ = byte;
  for (; count >= 4 * sizeof(word_t); count -= 4 * sizeof(word_t)) {
    word_t *out = (word_t *)(void *)to;
    out[0] = word, out[1] = word, out[2] = word, out[3] = word;
    to += 4 * sizeof(word_t);
  }
  for (; count >= sizeof(word_t); count -= sizeof(word_t)) {
    *(word_t *)(void *)to = word;
    to += sizeof(word_t);
  }
  for (; count != 0; --count)
    *to++ = byte;
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
