// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FlatBuffers wire format in two halves: a checker that is told the schema
// step by step and looks at every reference once, and accessors that read
// checked buffers blindly. Positions are bytes from the buffer's beginning.
#ifndef IREE_SRC_VM_FLATBUFFER_H_
#define IREE_SRC_VM_FLATBUFFER_H_

#include "base/internal.h"

namespace iree::flat {

// Words of a file, read in place whatever type wrote them.
typedef uint32_t __attribute__((may_alias)) AliasedWord;
typedef uint16_t __attribute__((may_alias)) AliasedHalf;

inline uint32_t loadWord(const uint8_t *p) { return *reinterpret_cast<const AliasedWord *>(p); }
inline uint16_t loadHalf(const uint8_t *p) { return *reinterpret_cast<const AliasedHalf *>(p); }

// --- Accessors for checked buffers -------------------------------------------

// A table; `field` is its index in the schema.
struct Table {
  const uint8_t *data;

  // The field's place, or null when it is absent.
  const uint8_t *at(unsigned field) const;
  uint32_t word(unsigned field, uint32_t absent = 0) const;
  uint32_t half(unsigned field) const;
  bool flag(unsigned field) const;
  // What the reference in the field points to, or null.
  const uint8_t *target(unsigned field) const;
  iree_string_view_t string(unsigned field) const;
  // Elements of a vector begin 4 bytes behind its place; count is 0 when absent.
  uint32_t count(unsigned field) const;
  const uint8_t *elements(unsigned field) const;
};

// Element `index` of a vector of tables whose elements begin at `elements`.
inline Table tableElement(const uint8_t *elements, uint32_t index) {
  const uint8_t *place = elements + 4 * static_cast<size_t>(index);
  return {place + loadWord(place)};
}

// --- Checker -----------------------------------------------------------------

// All functions return false, and remember the first offending position, when
// the buffer is malformed. A table must have passed checkTable before its
// fields are checked.
class Checker {
public:
  Checker(const uint8_t *buffer, uint32_t lengthBytes)
      : data(buffer), length(lengthBytes), textBytesLeft(lengthBytes) {}

  bool checkRoot(Table *out);
  bool checkTable(uint32_t position);
  // A scalar or struct of `size` bytes in the table itself.
  bool checkInline(Table table, unsigned field, uint32_t size, uint32_t alignment);
  bool checkWord(Table table, unsigned field) { return checkInline(table, field, 4, 4); }
  // A vector of plain elements, at most `maxCount` of them.
  bool checkVector(Table table, unsigned field, uint32_t elementSize, uint32_t maxCount);
  // A string, NUL-terminated and without NUL inside; at most `maxLength` bytes.
  // All strings together are not longer than the buffer: a few long ones that
  // are referred to from everywhere would cost more time than the file suggests.
  bool checkString(Table table, unsigned field, uint32_t maxLength);
  // A vector of tables whose own headers are checked too.
  bool checkTables(Table table, unsigned field, uint32_t maxCount);
  // A reference to a table.
  bool checkSubtable(Table table, unsigned field);

  uint32_t errorPosition() const { return badPosition; }

private:
  bool fail(uint32_t position);
  bool isWithin(uint32_t position, uint32_t size, uint32_t alignment) const;
  // The position a reference at `position` leads to; 0 is never valid.
  bool follow(uint32_t position, uint32_t *out);
  uint32_t positionOf(const uint8_t *place) const { return static_cast<uint32_t>(place - data); }

  const uint8_t *data;
  uint32_t length;
  uint32_t textBytesLeft;
  uint32_t badPosition = 0;
};

} // namespace iree::flat

#endif // IREE_SRC_VM_FLATBUFFER_H_
