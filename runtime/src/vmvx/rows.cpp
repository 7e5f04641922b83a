// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "vmvx/rows.h"

#include "vmvx/microkernels.h"
#include "vmvx/strided.h"

namespace iree::vmvx {

namespace {

uint8_t *elementAt(const Rows &rows, uint32_t row, uint32_t column) {
  int64_t index =
      static_cast<int64_t>(row) * rows.outer + static_cast<int64_t>(column) * rows.inner;
  uint32_t shift = elementFormats[static_cast<uint32_t>(rows.element)].shift;
  return rows.data + static_cast<ptrdiff_t>(index * (INT64_C(1) << shift));
}

template <typename T>
void copyElements(uint8_t *target, ptrdiff_t targetStride, const uint8_t *source,
                  ptrdiff_t sourceStride, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    auto *to = reinterpret_cast<Aliased<T> *>(target + static_cast<ptrdiff_t>(i) * targetStride *
                                                           static_cast<ptrdiff_t>(sizeof(T)));
    auto *from = reinterpret_cast<const Aliased<T> *>(
        source + static_cast<ptrdiff_t>(i) * sourceStride * static_cast<ptrdiff_t>(sizeof(T)));
    to->value = from->value;
  }
}

} // namespace

bool readRows(const Machine *machine, uint32_t word, uint32_t element, uint32_t outer,
              uint32_t inner, Rows *out) {
  const Register *r = machine->registers;
  uint32_t base = word & 0xFF;
  *out = {};
  out->element = static_cast<Element>(element);
  if (base == registerBase) {
    out->value = r[word >> 8 & 0xFF];
    return true;
  }
  int32_t offset = r[word >> 8 & 0xFF].s;
  out->outer = r[word >> 16 & 0xFF].s;
  out->inner = r[word >> 24].s;
  Reach reach(offset);
  reach.add(outer, out->outer);
  reach.add(inner, out->inner);
  uint32_t shift = elementFormats[element].shift;
  if (!reach.isWithin(machine->baseLengths[base], shift))
    return false;
  out->data = machine->bases[base] + (static_cast<size_t>(offset) << shift);
  return true;
}

// A case of one element type: `statement` converts between `element` in memory
// and the register `v`.
#define IREE_ROW(NAME, Type, statement)                                                            \
  case Element::NAME: {                                                                            \
    auto *position = reinterpret_cast<Aliased<Type> *>(elementAt(rows, row, first));               \
    for (uint32_t i = 0; i < count; ++i) {                                                         \
      auto &element = position[static_cast<ptrdiff_t>(i) * rows.inner].value;                      \
      auto &v = values[i];                                                                         \
      statement;                                                                                   \
    }                                                                                              \
    break;                                                                                         \
  }

void loadChunk(const Rows &rows, uint32_t row, uint32_t first, uint32_t count, Register *values) {
  if (!rows.data) {
    for (uint32_t i = 0; i < count; ++i)
      values[i] = rows.value;
    return;
  }
  switch (rows.element) {
    IREE_ROW(I1, uint8_t, v.u = element != 0)
    IREE_ROW(I8, int8_t, v.s = element)
    IREE_ROW(U8, uint8_t, v.u = element)
    IREE_ROW(I16, int16_t, v.s = element)
    IREE_ROW(U16, uint16_t, v.u = element)
    IREE_ROW(I32, uint32_t, v.u = element)
    IREE_ROW(I64, uint64_t, v.ul = element)
#if IREE_VM_EXT_F32_ENABLE
    IREE_ROW(F16, uint16_t, v.f = floatFromHalf(element))
    IREE_ROW(BF16, uint16_t, v.f = floatFromBrain(element))
    IREE_ROW(F32, uint32_t, v.u = element)
#endif
#if IREE_VM_EXT_F64_ENABLE
    IREE_ROW(F64, uint64_t, v.ul = element)
#endif
  default:
    break;
  }
}

void storeChunk(const Rows &rows, uint32_t row, uint32_t first, uint32_t count,
                const Register *values) {
  switch (rows.element) {
    IREE_ROW(I1, uint8_t, element = v.u != 0)
    IREE_ROW(I32, uint32_t, element = v.u)
    IREE_ROW(I64, uint64_t, element = v.ul)
#if IREE_VM_EXT_F32_ENABLE
    IREE_ROW(F16, uint16_t, element = halfFromFloat(v.f))
    IREE_ROW(BF16, uint16_t, element = brainFromFloat(v.f))
    IREE_ROW(F32, uint32_t, element = v.u)
#endif
#if IREE_VM_EXT_F64_ENABLE
    IREE_ROW(F64, uint64_t, element = v.ul)
#endif
  case Element::U8:
    IREE_ROW(I8, uint8_t, element = static_cast<uint8_t>(v.u))
  case Element::U16:
    IREE_ROW(I16, uint16_t, element = static_cast<uint16_t>(v.u))
  default:
    break;
  }
}
#undef IREE_ROW

void copyRow(const Rows &target, const Rows &source, uint32_t row, uint32_t count) {
  uint32_t shift = elementFormats[static_cast<uint32_t>(target.element)].shift;
  uint8_t *to = elementAt(target, row, 0);
  const uint8_t *from;
  ptrdiff_t sourceStride = source.inner;
  if (source.data) {
    from = elementAt(source, row, 0);
    if (target.inner == 1 && source.inner == 1) {
      __builtin_memmove(to, from, static_cast<size_t>(count) << shift);
      return;
    }
  } else {
    // The first element, then copies of it.
    storeChunk(target, row, 0, 1, &source.value);
    from = to;
    sourceStride = 0;
    if (shift == 0 && target.inner == 1) {
      __builtin_memset(to, *from, count);
      return;
    }
  }
  switch (shift) {
  case 0:
    return copyElements<uint8_t>(to, target.inner, from, sourceStride, count);
  case 1:
    return copyElements<uint16_t>(to, target.inner, from, sourceStride, count);
  case 2:
    return copyElements<uint32_t>(to, target.inner, from, sourceStride, count);
  default:
    return copyElements<uint64_t>(to, target.inner, from, sourceStride, count);
  }
}

} // namespace iree::vmvx
