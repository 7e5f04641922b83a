// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The seam to the linked-in compiler; the only source here that uses the C++
// library.
#include "compile.h"

#include "compiler/InProcess.h"
#include "iree/vm/api.h"

#include "llvm/ADT/StringRef.h"

namespace iree::tflite {

iree_status_t compileModel(iree_const_byte_span_t source, const char *name,
                           const Reporter &reporter, iree_byte_span_t *out_module) {
  *out_module = iree_byte_span_empty();
  iree_compiler::Options options;
  options.target.cpu = "host";
  options.debugSymbols = false;
  std::string messages;
  auto file = iree_compiler::compileInProcess(
      llvm::StringRef(reinterpret_cast<const char *>(source.data), source.data_length), name,
      options, messages);
  // Also warnings of what has been compiled.
  llvm::StringRef text = llvm::StringRef(messages).rtrim();
  if (!text.empty())
    report(reporter, "%s", text.str().c_str());
  if (failed(file))
    return iree_make_status(IREE_STATUS_INVALID_ARGUMENT,
                            "%s: cannot be compiled; the compiler's message came before", name);
  void *memory = nullptr;
  IREE_RETURN_IF_ERROR(iree_allocator_malloc_aligned(iree_allocator_system(), file->size(),
                                                     IREE_VM_BYTECODE_MODULE_ALIGNMENT, &memory));
  __builtin_memcpy(memory, file->data(), file->size());
  *out_module = iree_make_byte_span(memory, file->size());
  return iree_ok_status();
}

} // namespace iree::tflite
