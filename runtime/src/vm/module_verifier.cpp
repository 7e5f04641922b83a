// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opens a module: file frame, tables, then what they say.
#include "vm/module_verifier.h"

#include "iree/hal/element_type.h"
#include "schemas/kernel_abi.h"
#include "vm/schema.h"

using iree::flat::Checker;
using iree::flat::loadWord;
using iree::flat::Table;
namespace schema = iree::schema;

namespace {

iree_status_t invalid(const char *what) {
  return iree_make_status(IREE_STATUS_INVALID_ARGUMENT, "module: %s", what);
}

// FNV-1a over words, as schemas/module.fbs defines it.
uint32_t checksum(const uint8_t *data, uint32_t wordCount) {
  uint32_t hash = 2166136261u;
  for (uint32_t i = 0; i < wordCount; ++i)
    hash = (hash ^ loadWord(data + 4 * static_cast<size_t>(i))) * 16777619u;
  return hash;
}

// Smallest frame: root reference, identifier, padding, checksum.
constexpr uint32_t minFileBytes = 64 + 4;

iree_status_t verifyFrame(iree_const_byte_span_t file) {
  if (!file.data || file.data_length < minFileBytes)
    return invalid("shorter than the smallest module file");
  if (reinterpret_cast<uintptr_t>(file.data) % IREE_VM_BYTECODE_MODULE_ALIGNMENT != 0)
    return invalid("must lie at a 64-byte-aligned address");
  if (loadWord(file.data + 4) != schema::identifier)
    return invalid("no module file (identifier is not 'IRBM')");
  if (file.data_length % 4 != 0 || file.data_length > INT32_MAX)
    return invalid("length is no multiple of 4 below 2 GiB");
  uint32_t words = static_cast<uint32_t>(file.data_length / 4) - 1;
  if (checksum(file.data, words) != loadWord(file.data + 4 * static_cast<size_t>(words)))
    return iree_make_status(IREE_STATUS_DATA_LOSS,
                            "module: checksum differs; the file is damaged or cut");
  return iree_ok_status();
}

iree_status_t verifyHeader(Table root, uint32_t fileBytes) {
  namespace module = schema::module;
  uint32_t version = root.word(module::formatVersion);
  if (version != IREE_VM_BYTECODE_FORMAT_VERSION)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "module: format version %u, this runtime reads version %u", version,
                            IREE_VM_BYTECODE_FORMAT_VERSION);
  if (root.word(module::fileBytes) != fileBytes)
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "module: file of %u bytes given in a span of %u",
                            root.word(module::fileBytes), fileBytes);
  uint32_t alignment = root.word(module::arenaAlignment);
  if (!iree::isPowerOfTwo(alignment) || alignment > 64)
    return invalid("arena alignment is no power of two up to 64");
  if (root.stringIsEmpty(module::name))
    return invalid("has no name");
  return iree_ok_status();
}

// The blob section follows the table and its zero padding.
iree_status_t findBlobs(const uint8_t *file, uint32_t tableBytes, uint32_t end, uint32_t *out) {
  uint32_t begin = (tableBytes + schema::blobAlignment - 1) & ~(schema::blobAlignment - 1);
  if (begin > end)
    return invalid("table and padding exceed the file");
  for (uint32_t i = tableBytes; i < begin; ++i) {
    if (file[i] != 0)
      return invalid("padding behind the table is not zero");
  }
  *out = begin;
  return iree_ok_status();
}

bool blobIsValid(const uint8_t *place, uint32_t sectionBytes) {
  if (!place)
    return true;
  uint32_t offset = loadWord(place);
  return offset % schema::blobAlignment == 0 &&
         iree::rangeIsWithin(offset, loadWord(place + 4), sectionBytes);
}

iree_status_t verifyKernels(Table root) {
  namespace kernel = schema::kernel;
  uint32_t count = root.count(schema::module::kernels);
  for (uint32_t i = 0; i < count; ++i) {
    Table table = iree::flat::tableElement(root.elements(schema::module::kernels), i);
    if (table.stringIsEmpty(kernel::name))
      return invalid("a kernel has no name");
    if (table.half(kernel::bindingCount) > IREE_KERNEL_MAX_BINDINGS ||
        table.half(kernel::constantCount) > IREE_KERNEL_MAX_CONSTANTS)
      return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                              "module: kernel %u has too many bindings or constants", i);
  }
  return iree_ok_status();
}

iree_status_t verifyExecutables(Table root, uint32_t blobBytes) {
  namespace executable = schema::executable;
  uint32_t kernels = root.count(schema::module::kernels);
  uint32_t count = root.count(schema::module::executables);
  for (uint32_t i = 0; i < count; ++i) {
    Table table = iree::flat::tableElement(root.elements(schema::module::executables), i);
    if (table.stringIsEmpty(executable::format))
      return invalid("an executable has no format");
    if (!blobIsValid(table.at(executable::image), blobBytes))
      return invalid("an executable's image lies outside the file or is unaligned");
    if (table.count(executable::kernelStackBytes) != kernels ||
        table.count(executable::kernelCodeBytes) != kernels)
      return invalid("an executable does not describe every kernel");
  }
  return iree_ok_status();
}

void fillModule(const uint8_t *file, uint32_t fileBytes, uint32_t blobBegin, Table root,
                iree_vm_bytecode_module_t *out) {
  namespace module = schema::module;
  *out = {};
  out->file = file;
  out->file_bytes = fileBytes;
  out->abi_version = root.word(module::abiVersion);
  out->arena_alignment = root.word(module::arenaAlignment);
  out->place_alignment = 64;
  root.string(module::name, &out->name);
  root.string(module::producer, &out->producer);
  out->blobs = file + blobBegin;
  out->constants = iree::blobSpan(out, root.at(module::constants));
  out->state_bytes = root.word(module::stateBytes);
  out->state_values = iree::blobSpan(out, root.at(module::stateValues));
  out->bytecode = reinterpret_cast<const uint32_t *>(root.elements(module::bytecode));
  out->bytecode_words = root.count(module::bytecode);
  out->function_count = root.count(module::functions);
  out->kernel_count = root.count(module::kernels);
  out->executable_count = root.count(module::executables);
  out->functions = root.elements(module::functions);
  out->kernels = root.elements(module::kernels);
  out->executables = root.elements(module::executables);
}

iree_status_t verifyPrograms(iree_vm_bytecode_module_t *module) {
  IREE_RETURN_IF_ERROR(iree::verifyFunctions(module));
  for (uint32_t i = 0; i < module->function_count; ++i) {
    iree_vm_function_info_t function;
    iree_vm_bytecode_module_function(module, i, &function);
    IREE_RETURN_IF_ERROR(iree::verifyCode(module, &function, &module->place_alignment));
    if (function.arena_bytes > module->arena_bytes)
      module->arena_bytes = function.arena_bytes;
    if (function.stack_bytes > module->stack_bytes)
      module->stack_bytes = function.stack_bytes;
  }
  return iree_ok_status();
}

} // namespace

iree_status_t iree_vm_bytecode_module_open(iree_const_byte_span_t file,
                                           iree_vm_bytecode_module_t *out_module) {
  *out_module = {};
  IREE_RETURN_IF_ERROR(verifyFrame(file));
  uint32_t fileBytes = static_cast<uint32_t>(file.data_length);
  uint32_t end = fileBytes - 4;

  // How long the table is stands in the table: check references against the
  // whole file until it is known.
  Table root = {};
  Checker frame(file.data, end);
  if (!frame.checkRoot(&root) || !frame.checkWord(root, schema::module::tableBytes))
    return invalid("malformed root table");
  uint32_t tableBytes = root.word(schema::module::tableBytes);
  if (tableBytes < 8 || tableBytes > end)
    return invalid("table length exceeds the file");
  Checker checker(file.data, tableBytes);
  if (!checker.checkRoot(&root))
    return invalid("malformed root table");
  IREE_RETURN_IF_ERROR(iree::verifyModuleTables(&checker, root));

  uint32_t blobBegin = 0;
  IREE_RETURN_IF_ERROR(verifyHeader(root, fileBytes));
  IREE_RETURN_IF_ERROR(findBlobs(file.data, tableBytes, end, &blobBegin));
  IREE_RETURN_IF_ERROR(verifyKernels(root));
  IREE_RETURN_IF_ERROR(verifyExecutables(root, end - blobBegin));
  if (!blobIsValid(root.at(schema::module::constants), end - blobBegin))
    return invalid("constants lie outside the file or are unaligned");
  if (!blobIsValid(root.at(schema::module::stateValues), end - blobBegin))
    return invalid("the state's values lie outside the file or are unaligned");
  iree_vm_bytecode_module_t module;
  fillModule(file.data, fileBytes, blobBegin, root, &module);
  if (module.state_values.data_length > module.state_bytes)
    return invalid("the state has more values than bytes");
  IREE_RETURN_IF_ERROR(verifyPrograms(&module));
  *out_module = module;
  return iree_ok_status();
}
