// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of a module's things in C: identifiers, each once in its scope.
#ifndef IREE_COMPILER_EMIT_CNAMES_H_
#define IREE_COMPILER_EMIT_CNAMES_H_

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"
#include <string>
#include <vector>

namespace iree_compiler {

/// Identifiers of one scope. What is no letter, digit or underscore becomes an
/// underscore; a name that is taken gets a number.
class CScope {
public:
  /// Takes names that are not to be given.
  void reserve(llvm::StringRef name) { taken.insert(name); }
  /// The same for all names that begin so.
  void reserveBeginning(llvm::StringRef start) { beginning = start.str(); }
  /// Takes a name that begins with `prefix` and goes on as `wanted` does; without
  /// a prefix it begins with a letter.
  std::string add(llvm::StringRef wanted, llvm::StringRef prefix = "");

private:
  llvm::StringSet<> taken;
  std::string beginning;
};

/// Names with external linkage, and the beginnings of macros.
struct CNames {
  std::string prefix;                 ///< of functions
  std::string macroPrefix;            ///< of macros
  std::string reset;                  ///< <prefix>_reset
  std::string invoke;                 ///< <prefix>_invoke; empty if there is no single function
  std::vector<std::string> functions; ///< of the module's program.func, in order
  std::vector<std::string> kernels;   ///< by ordinal; see publicKernelName
};

/// Ends of the macros that every header has, behind macroPrefix.
extern const llvm::ArrayRef<llvm::StringLiteral> kMacroEnds;

/// `prefix` is an identifier.
CNames nameForC(mlir::ModuleOp module, llvm::StringRef prefix);

/// Adds what must not name a parameter: keywords of C and C++, and names that
/// files of C source and the headers they include use.
void reserveCWords(CScope &scope);

/// `text` as it may stand in a comment.
std::string cCommentText(llvm::StringRef text);

} // namespace iree_compiler

#endif // IREE_COMPILER_EMIT_CNAMES_H_
