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

// Of the table at `table`; `field` is its index in the schema. Absent numbers
// are 0, absent strings empty, absent places null.
const uint8_t *fieldAt(const uint8_t *table, unsigned field);
uint32_t fieldWord(const uint8_t *table, unsigned field);
uint32_t fieldHalf(const uint8_t *table, unsigned field);
const uint8_t *fieldTarget(const uint8_t *table, unsigned field); // of a reference
void fieldString(const uint8_t *table, unsigned field, iree_string_view_t *out);
uint32_t fieldCount(const uint8_t *table, unsigned field);          // of a vector
const uint8_t *fieldElements(const uint8_t *table, unsigned field); // of a vector

// A table. Its functions only pass the pointer on, which then stays in a register.
struct Table {
  const uint8_t *data;

  const uint8_t *at(unsigned field) const { return fieldAt(data, field); }
  uint32_t word(unsigned field) const { return fieldWord(data, field); }
  uint32_t word(unsigned field, uint32_t absent) const {
    const uint8_t *place = at(field);
    return place ? loadWord(place) : absent;
  }
  uint32_t half(unsigned field) const { return fieldHalf(data, field); }
  bool flag(unsigned field) const {
    const uint8_t *place = at(field);
    return place && *place != 0;
  }
  const uint8_t *target(unsigned field) const { return fieldTarget(data, field); }
  void string(unsigned field, iree_string_view_t *out) const { fieldString(data, field, out); }
  bool stringIsEmpty(unsigned field) const { return count(field) == 0; }
  uint32_t count(unsigned field) const { return fieldCount(data, field); }
  const uint8_t *elements(unsigned field) const { return fieldElements(data, field); }
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
  // Where the field's reference leads; 0 when it is absent.
  bool followField(Table table, unsigned field, uint32_t *out);
  // A vector of plain elements, and its position; 0 when it is absent.
  bool checkElements(Table table, unsigned field, uint32_t elementSize, uint32_t maxCount,
                     uint32_t *out);
  uint32_t positionOf(const uint8_t *place) const { return static_cast<uint32_t>(place - data); }

  const uint8_t *data;
  uint32_t length;
  uint32_t textBytesLeft;
  uint32_t badPosition = 0;
};

} // namespace iree::flat

#endif // IREE_SRC_VM_FLATBUFFER_H_
