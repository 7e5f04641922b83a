// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks the schema once: every table, vector, string and struct.
#include "vm/module_verifier.h"
#include "vm/schema.h"

namespace iree {

using flat::Checker;
using flat::Table;

namespace {

// Locations are made for reports and may be long.
constexpr uint32_t maxTextBytes = INT32_MAX;
constexpr uint32_t maxNameBytes = IREE_VM_MAX_NAME_BYTES;
constexpr uint32_t unlimited = UINT32_MAX;
constexpr uint32_t maxRegisters = 256;
constexpr uint32_t maxBlocks = 65536; // named by 16 bits

using CheckFn = bool (*)(Checker *, Table);

bool checkEach(Checker *checker, Table parent, unsigned field, uint32_t maxCount, CheckFn check) {
  if (!checker->checkTables(parent, field, maxCount))
    return false;
  uint32_t count = parent.count(field);
  for (uint32_t i = 0; i < count; ++i) {
    if (!check(checker, flat::tableElement(parent.elements(field), i)))
      return false;
  }
  return true;
}

bool checkWords(Checker *checker, Table table, unsigned first, unsigned last) {
  for (unsigned field = first; field <= last; ++field) {
    if (!checker->checkWord(table, field))
      return false;
  }
  return true;
}

bool checkStrings(Checker *checker, Table table, unsigned first, unsigned last) {
  for (unsigned field = first; field <= last; ++field) {
    if (!checker->checkString(table, field, maxNameBytes))
      return false;
  }
  return true;
}

bool checkBlob(Checker *checker, Table table, unsigned field) {
  return checker->checkInline(table, field, 8, 4);
}

bool checkQuantization(Checker *checker, Table table) {
  namespace quantization = schema::quantization;
  return checker->checkWord(table, quantization::axis) &&
         checker->checkVector(table, quantization::scales, 4, unlimited) &&
         checker->checkVector(table, quantization::zeroPoints, 4, unlimited);
}

bool checkValue(Checker *checker, Table table) {
  namespace value = schema::value;
  if (!checker->checkString(table, value::name, maxNameBytes) ||
      !checker->checkWord(table, value::elementType) ||
      !checker->checkVector(table, value::shape, 4, IREE_VM_MAX_RANK) ||
      !checker->checkInline(table, value::scalar, 1, 1) ||
      !checkWords(checker, table, value::byteLength, value::arenaOffset) ||
      !checker->checkSubtable(table, value::quantization))
    return false;
  const uint8_t *quantization = table.target(value::quantization);
  return !quantization || checkQuantization(checker, {quantization});
}

bool checkFunction(Checker *checker, Table table) {
  namespace function = schema::function;
  return checker->checkString(table, function::name, maxNameBytes) &&
         checkEach(checker, table, function::arguments, IREE_VM_MAX_VALUES, checkValue) &&
         checkEach(checker, table, function::results, IREE_VM_MAX_VALUES, checkValue) &&
         checkWords(checker, table, function::firstWord, function::stackBytes) &&
         checker->checkVector(table, function::registerTypes, 1, maxRegisters) &&
         checker->checkVector(table, function::blocks, 4, maxBlocks);
}

bool checkKernel(Checker *checker, Table table) {
  namespace kernel = schema::kernel;
  return checker->checkString(table, kernel::name, maxNameBytes) &&
         checker->checkInline(table, kernel::bindingCount, 2, 2) &&
         checker->checkInline(table, kernel::constantCount, 2, 2) &&
         checker->checkString(table, kernel::location, maxTextBytes);
}

bool checkExecutable(Checker *checker, Table table) {
  namespace executable = schema::executable;
  return checkStrings(checker, table, executable::format, executable::cpu) &&
         checker->checkString(table, executable::features, maxTextBytes) &&
         checkStrings(checker, table, executable::abi, executable::libraryName) &&
         checkWords(checker, table, executable::identity, executable::requiredFeatures) &&
         checkBlob(checker, table, executable::image) &&
         checker->checkVector(table, executable::kernelStackBytes, 4, unlimited) &&
         checker->checkVector(table, executable::kernelCodeBytes, 4, unlimited);
}

bool checkModule(Checker *checker, Table table) {
  namespace module = schema::module;
  return checker->checkWord(table, module::formatVersion) &&
         checkStrings(checker, table, module::name, module::producer) &&
         checkWords(checker, table, module::tableBytes, module::arenaAlignment) &&
         checkEach(checker, table, module::functions, IREE_VM_MAX_FUNCTIONS, checkFunction) &&
         checkEach(checker, table, module::kernels, IREE_VM_MAX_KERNELS, checkKernel) &&
         checkEach(checker, table, module::executables, IREE_VM_MAX_EXECUTABLES, checkExecutable) &&
         checkBlob(checker, table, module::constants) &&
         checker->checkVector(table, module::bytecode, 4, unlimited) &&
         checker->checkWord(table, module::stateBytes) &&
         checkBlob(checker, table, module::stateValues);
}

} // namespace

iree_status_t verifyModuleTables(Checker *checker, Table root) {
  if (checkModule(checker, root))
    return iree_ok_status();
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                          "module: malformed table, or a count beyond the limits, near byte %u",
                          checker->errorPosition());
}

} // namespace iree
