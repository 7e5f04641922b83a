// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The schema as a table, and a walk over a module that follows it once: every
// table, vector, string and struct.
#include "vm/module_verifier.h"
#include "vm/schema.h"

namespace iree {

using flat::Checker;
using flat::Table;

namespace {

enum class Kind : uint8_t { Inline, String, Vector, Tables, Subtable };

// What a field holds.
struct Field {
  Kind kind;
  uint8_t size;   // bytes of a plain field or element; the description of a table
  uint16_t limit; // most bytes of a string, most elements of a vector; 0: no limit
};

enum Description : uint8_t { quantization, value, function, kernel, executable, module };

constexpr Field flag = {Kind::Inline, 1, 0}, half = {Kind::Inline, 2, 0},
                word = {Kind::Inline, 4, 0}, blob = {Kind::Inline, 8, 0},
                name = {Kind::String, 1, IREE_VM_MAX_NAME_BYTES},
                text = {Kind::String, 1, 0}, // made for reports, may be long
    words = {Kind::Vector, 4, 0}, shape = {Kind::Vector, 4, IREE_VM_MAX_RANK},
                registers = {Kind::Vector, 1, 256}, // named by 8 bits
    blocks = {Kind::Vector, 4, 65535};              // named by 16 bits

constexpr Field tables(Description description, uint16_t limit) {
  return {Kind::Tables, description, limit};
}

// The fields in the order of schemas/module.fbs.
constexpr Field quantizationFields[] = {word, words, words};
constexpr Field valueFields[] = {
    name, word, shape, flag, word, word, {Kind::Subtable, quantization, 0}, flag};
constexpr Field functionFields[] = {name,
                                    tables(value, IREE_VM_MAX_VALUES),
                                    tables(value, IREE_VM_MAX_VALUES),
                                    word,
                                    word,
                                    word,
                                    word,
                                    registers,
                                    blocks};
constexpr Field kernelFields[] = {name, half, half, text};
constexpr Field executableFields[] = {name, name, name, text,  name, name,
                                      word, word, blob, words, words};
constexpr Field moduleFields[] = {word,
                                  name,
                                  name,
                                  word,
                                  word,
                                  word,
                                  word,
                                  tables(function, IREE_VM_MAX_FUNCTIONS),
                                  tables(kernel, IREE_VM_MAX_KERNELS),
                                  tables(executable, IREE_VM_MAX_EXECUTABLES),
                                  blob,
                                  words,
                                  word,
                                  blob};

struct Fields {
  const Field *fields;
  uint32_t count;
};

template <size_t wanted, size_t count> constexpr Fields describe(const Field (&fields)[count]) {
  static_assert(count == wanted, "every field has a description");
  return {fields, count};
}

// By Description.
constexpr Fields descriptions[] = {
    describe<schema::quantization::fieldCount>(quantizationFields),
    describe<schema::value::fieldCount>(valueFields),
    describe<schema::function::fieldCount>(functionFields),
    describe<schema::kernel::fieldCount>(kernelFields),
    describe<schema::executable::fieldCount>(executableFields),
    describe<schema::module::fieldCount>(moduleFields),
};

bool checkFields(Checker *checker, Table table, uint32_t description);

bool checkField(Checker *checker, Table table, unsigned index, Field field) {
  uint32_t limit = field.limit != 0 ? field.limit : UINT32_MAX;
  switch (field.kind) {
  case Kind::Inline:
    return checker->checkInline(table, index, field.size, field.size < 4 ? field.size : 4);
  case Kind::String:
    return checker->checkString(table, index, limit);
  case Kind::Vector:
    return checker->checkVector(table, index, field.size, limit);
  case Kind::Tables:
    if (!checker->checkTables(table, index, limit))
      return false;
    for (uint32_t i = 0, count = table.count(index); i < count; ++i) {
      if (!checkFields(checker, flat::tableElement(table.elements(index), i), field.size))
        return false;
    }
    return true;
  case Kind::Subtable:
    break;
  }
  const uint8_t *target = nullptr;
  if (!checker->checkSubtable(table, index))
    return false;
  target = table.target(index);
  return !target || checkFields(checker, {target}, field.size);
}

// Calls itself for tables of tables: as deep as the schema, which has no cycle.
bool checkFields(Checker *checker, Table table, uint32_t description) {
  const Fields &all = descriptions[description];
  for (unsigned i = 0; i < all.count; ++i) {
    if (!checkField(checker, table, i, all.fields[i]))
      return false;
  }
  return true;
}

} // namespace

iree_status_t verifyModuleTables(Checker *checker, Table root) {
  if (checkFields(checker, root, module))
    return iree_ok_status();
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                          "module: malformed table, or a count beyond the limits, near byte %u",
                          checker->errorPosition());
}

} // namespace iree
