// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "vm/flatbuffer.h"

namespace iree::flat {

// A table begins with the distance back to its vtable; a vtable is its own
// size, the table's size, and one offset into the table per field, all in
// half-words. Vectors and strings begin with a count.

const uint8_t *fieldAt(const uint8_t *table, unsigned field) {
  const uint8_t *vtable = table - static_cast<int32_t>(loadWord(table));
  unsigned slot = 4 + 2 * field;
  if (slot + 2 > loadHalf(vtable))
    return nullptr;
  uint16_t offset = loadHalf(vtable + slot);
  return offset == 0 ? nullptr : table + offset;
}

uint32_t fieldWord(const uint8_t *table, unsigned field) {
  const uint8_t *place = fieldAt(table, field);
  return place ? loadWord(place) : 0;
}

uint32_t fieldHalf(const uint8_t *table, unsigned field) {
  const uint8_t *place = fieldAt(table, field);
  return place ? loadHalf(place) : 0;
}

const uint8_t *fieldTarget(const uint8_t *table, unsigned field) {
  const uint8_t *place = fieldAt(table, field);
  return place ? place + loadWord(place) : nullptr;
}

void fieldString(const uint8_t *table, unsigned field, iree_string_view_t *out) {
  out->data = reinterpret_cast<const char *>(fieldElements(table, field));
  out->size = fieldCount(table, field);
}

uint32_t fieldCount(const uint8_t *table, unsigned field) {
  const uint8_t *place = fieldTarget(table, field);
  return place ? loadWord(place) : 0;
}

const uint8_t *fieldElements(const uint8_t *table, unsigned field) {
  const uint8_t *place = fieldTarget(table, field);
  return place ? place + 4 : nullptr;
}

bool Checker::fail(uint32_t position) {
  if (badPosition == 0)
    badPosition = position;
  return false;
}

bool Checker::isWithin(uint32_t position, uint32_t size, uint32_t alignment) const {
  return rangeIsWithin(position, size, length) && (position & (alignment - 1)) == 0;
}

bool Checker::follow(uint32_t position, uint32_t *out) {
  uint32_t offset = loadWord(data + position);
  // Positions above INT32_MAX cannot occur: the buffer's length is limited.
  if (offset == 0 || offset > INT32_MAX || !checkedAdd(position, offset, out) ||
      !isWithin(*out, 4, 4))
    return fail(position);
  return true;
}

bool Checker::checkRoot(Table *out) {
  uint32_t position = 0;
  if (length < 8 || length > INT32_MAX)
    return fail(0);
  if (!follow(0, &position) || !checkTable(position))
    return false;
  *out = {data + position};
  return true;
}

bool Checker::checkTable(uint32_t position) {
  if (!isWithin(position, 4, 4))
    return fail(position);
  int64_t vtable = static_cast<int64_t>(position) - static_cast<int32_t>(loadWord(data + position));
  if (vtable < 0 || vtable > length)
    return fail(position);
  uint32_t at = static_cast<uint32_t>(vtable);
  if (!isWithin(at, 4, 2))
    return fail(position);
  uint32_t vtableBytes = loadHalf(data + at);
  uint32_t tableBytes = loadHalf(data + at + 2);
  if (vtableBytes < 4 || vtableBytes % 2 != 0 || !isWithin(at, vtableBytes, 2))
    return fail(at);
  if (tableBytes < 4 || !isWithin(position, tableBytes, 4))
    return fail(at + 2);
  return true;
}

bool Checker::checkInline(Table table, unsigned field, uint32_t size, uint32_t alignment) {
  const uint8_t *place = table.at(field);
  if (!place)
    return true;
  const uint8_t *vtable = table.data - static_cast<int32_t>(loadWord(table.data));
  uint32_t offset = static_cast<uint32_t>(place - table.data);
  uint32_t position = positionOf(table.data) + offset;
  uint32_t tableBytes = loadHalf(vtable + 2);
  if (offset < 4 || !rangeIsWithin(offset, size, tableBytes) ||
      !isWithin(position, size, alignment))
    return fail(positionOf(table.data));
  return true;
}

bool Checker::followField(Table table, unsigned field, uint32_t *out) {
  *out = 0;
  if (!checkWord(table, field))
    return false;
  const uint8_t *place = table.at(field);
  return !place || follow(positionOf(place), out);
}

bool Checker::checkElements(Table table, unsigned field, uint32_t elementSize, uint32_t maxCount,
                            uint32_t *out) {
  if (!followField(table, field, out))
    return false;
  if (*out == 0)
    return true;
  uint32_t count = loadWord(data + *out);
  uint32_t bytes = 0;
  if (count > maxCount || !checkedMul(count, elementSize, &bytes) ||
      !isWithin(*out + 4, bytes, elementSize))
    return fail(*out);
  return true;
}

bool Checker::checkVector(Table table, unsigned field, uint32_t elementSize, uint32_t maxCount) {
  uint32_t position;
  return checkElements(table, field, elementSize, maxCount, &position);
}

bool Checker::checkString(Table table, unsigned field, uint32_t maxLength) {
  uint32_t position;
  if (!checkElements(table, field, 1, maxLength, &position))
    return false;
  if (position == 0)
    return true;
  const uint8_t *text = data + position + 4;
  uint32_t size = loadWord(data + position);
  if (size > textBytesLeft)
    return fail(position);
  textBytesLeft -= size;
  for (uint32_t i = 0; i < size; ++i) {
    if (text[i] == 0)
      return fail(position + 4 + i);
  }
  if (!isWithin(position + 4, size + 1, 1) || text[size] != 0)
    return fail(position);
  return true;
}

bool Checker::checkTables(Table table, unsigned field, uint32_t maxCount) {
  uint32_t position, target;
  if (!checkElements(table, field, 4, maxCount, &position))
    return false;
  for (uint32_t i = table.count(field); i != 0; --i) {
    position += 4;
    if (!follow(position, &target) || !checkTable(target))
      return false;
  }
  return true;
}

bool Checker::checkSubtable(Table table, unsigned field) {
  uint32_t position;
  return followField(table, field, &position) && (position == 0 || checkTable(position));
}

} // namespace iree::flat
