// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From kernels in the LLVM dialect to one linked, self-contained library.
#ifndef IREE_COMPILER_EMIT_KERNELCODEGEN_H_
#define IREE_COMPILER_EMIT_KERNELCODEGEN_H_

#include "compiler/Options.h"
#include "compiler/Target/Target.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class DataLayout;
class LLVMContext;
class Module;
} // namespace llvm

namespace iree_compiler {

/// All kernels of a module, compiled and linked.
struct KernelLibrary {
  std::string image;                ///< ELF, in the form asked for
  uint32_t identity;                ///< hash of the kernels' code and constants
  std::vector<uint32_t> stackBytes; ///< by kernel ordinal, callees included
  std::vector<uint32_t> codeBytes;  ///< by kernel ordinal, the kernel's own code
};

/// Compiles the LLVM-dialect module `kernels`, whose kernels in ordinal order
/// are `names`, to a library of options.libraryForm. With `publicNames`, by
/// ordinal, a static library has no table: its kernels are visible under these
/// (publicKernelName). Errors are reported at `kernels`.
mlir::FailureOr<KernelLibrary> buildKernelLibrary(mlir::ModuleOp kernels,
                                                  llvm::ArrayRef<llvm::StringRef> names,
                                                  llvm::StringRef libraryName, const Target &target,
                                                  const Options &options,
                                                  llvm::ArrayRef<std::string> publicNames = {});

/// The symbol of a kernel that C source calls: a library of another compilation
/// does not have it.
std::string publicKernelName(llvm::StringRef name, uint32_t identity);

/// One export of the library table.
struct LibraryExport {
  std::string name;
  uint32_t bindingCount;
  uint32_t constantCount;
  uint32_t stackBytes;
};

/// A module with the library table of schemas/kernel_abi.h and its query
/// function, which is called `queryName`.
std::unique_ptr<llvm::Module>
createLibraryTable(llvm::LLVMContext &context, llvm::ArrayRef<LibraryExport> exports,
                   llvm::StringRef libraryName, llvm::StringRef queryName, uint32_t identity,
                   const Target &target, const llvm::DataLayout &layout);

/// What one object says about its functions.
struct FunctionFacts {
  uint64_t codeBytes = 0;
  uint64_t frameBytes = 0;
  std::vector<std::string> references; ///< symbols its code refers to
};

/// Reads code sizes, frame sizes (.stack_sizes) and references off an object
/// with one section per function. Fails on malformed objects.
bool readFunctionFacts(llvm::StringRef object, llvm::StringMap<FunctionFacts> &facts,
                       std::string &error);

/// Stack of `name` and everything it may call; UINT64_MAX when calls recurse.
uint64_t stackBound(const llvm::StringMap<FunctionFacts> &facts, llvm::StringRef name);

/// Bytes of code and constants.
uint64_t loadedBytes(llvm::StringRef object);

/// Names that the object leaves undefined and no linker defines by itself.
std::vector<std::string> undefinedSymbols(llvm::StringRef object);

/// A library to be linked.
struct LinkRequest {
  std::vector<llvm::StringRef> objects;
  std::string queryName; ///< the one function that is visible outside
  /// Functions that a static library shows instead: symbol and its new name.
  std::vector<std::pair<std::string, std::string>> shown;
  std::string libraryName;   ///< for a system library's DT_SONAME
  bool keepDebugInfo = true; ///< and symbols
};

/// Links with lld to an ELF file of the form. On failure returns false and
/// fills `error`.
bool linkLibrary(const LinkRequest &request, LibraryForm form, std::string &image,
                 std::string &error);

/// The section headers say that an image needs no loader's help: no dynamic
/// relocations, no writable data, no undefined symbols. Otherwise returns what
/// it needs.
std::string whatImageNeeds(llvm::StringRef image);

/// Cuts off what lies in no segment, and the section headers. Returns what is
/// wrong with the image, or nothing.
std::string trimToSegments(std::string &image);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_KERNELCODEGEN_H_
