// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/CNames.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Emit/CHelpers.h"
#include "compiler/Program/Encoding.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Of C99, C++17 and the common compilers.
constexpr llvm::StringLiteral kKeywords[] = {"alignas",
                                             "alignof",
                                             "and",
                                             "and_eq",
                                             "asm",
                                             "auto",
                                             "bitand",
                                             "bitor",
                                             "bool",
                                             "break",
                                             "case",
                                             "catch",
                                             "char",
                                             "char16_t",
                                             "char32_t",
                                             "char8_t",
                                             "class",
                                             "co_await",
                                             "co_return",
                                             "co_yield",
                                             "compl",
                                             "concept",
                                             "const",
                                             "const_cast",
                                             "consteval",
                                             "constexpr",
                                             "constinit",
                                             "continue",
                                             "decltype",
                                             "default",
                                             "delete",
                                             "do",
                                             "double",
                                             "dynamic_cast",
                                             "else",
                                             "enum",
                                             "explicit",
                                             "export",
                                             "extern",
                                             "false",
                                             "float",
                                             "for",
                                             "friend",
                                             "goto",
                                             "if",
                                             "inline",
                                             "int",
                                             "long",
                                             "mutable",
                                             "namespace",
                                             "new",
                                             "noexcept",
                                             "not",
                                             "not_eq",
                                             "nullptr",
                                             "operator",
                                             "or",
                                             "or_eq",
                                             "private",
                                             "protected",
                                             "public",
                                             "register",
                                             "reinterpret_cast",
                                             "requires",
                                             "restrict",
                                             "return",
                                             "short",
                                             "signed",
                                             "sizeof",
                                             "static",
                                             "static_assert",
                                             "static_cast",
                                             "struct",
                                             "switch",
                                             "template",
                                             "this",
                                             "thread_local",
                                             "throw",
                                             "true",
                                             "try",
                                             "typedef",
                                             "typeid",
                                             "typename",
                                             "typeof",
                                             "union",
                                             "unsigned",
                                             "using",
                                             "virtual",
                                             "void",
                                             "volatile",
                                             "wchar_t",
                                             "while",
                                             "xor",
                                             "xor_eq",
                                             "linux",
                                             "unix",
                                             "main"};

/// What stdint.h and stddef.h define, and locals of generated functions.
constexpr llvm::StringLiteral kOwnNames[] = {
    "int8_t",    "int16_t",       "int32_t",      "int64_t",   "uint8_t",     "uint16_t",
    "uint32_t",  "uint64_t",      "intptr_t",     "uintptr_t", "size_t",      "ptrdiff_t",
    "NULL",      "offsetof",      "max_align_t",  "arena",     "arena_bytes", "state",
    "memory",    "memory_bytes",  "bindings",     "sizes",     "at",          "error",
    "constants", "initial_state", "static_arena", "KEEP_LOOP", "i386"};

constexpr llvm::StringLiteral kFixedMacroEnds[] = {
    "_H_",          "_ALIGNED",        "_ARENA_BYTES",       "_STATE_BYTES",
    "_STACK_BYTES", "_CONSTANT_BYTES", "_KERNEL_CODE_BYTES", "_STATIC_ARENA_BYTES"};

/// Limits and suffixes of stdint.h.
void reserveStdint(CScope &scope) {
  for (StringRef start : {"INT", "UINT"})
    for (StringRef kind : {"", "_FAST", "_LEAST"})
      for (StringRef width : {"8", "16", "32", "64", "PTR", "MAX"})
        for (StringRef end : {"_MIN", "_MAX", "_C", "_WIDTH"})
          scope.reserve((start + kind + width + end).str());
  for (StringRef type : {"SIZE", "PTRDIFF", "WCHAR", "WINT", "SIG_ATOMIC"})
    for (StringRef end : {"_MIN", "_MAX", "_WIDTH"})
      scope.reserve((type + end).str());
}

/// Locals with a number: registers, bases, lengths, shapes and labels.
bool isNumberedLocal(StringRef name) {
  for (StringRef start : {"r", "base", "length", "shape", "block_"}) {
    StringRef rest = name;
    if (rest.consume_front(start) && !rest.empty() && llvm::all_of(rest, llvm::isDigit))
      return true;
  }
  return false;
}

} // namespace

std::string CScope::add(StringRef wanted, StringRef prefix) {
  std::string name = prefix.str();
  for (char c : wanted)
    name += llvm::isAlnum(c) || c == '_' ? c : '_';
  if (prefix.empty() && (name.empty() || !llvm::isAlpha(name.front()) ||
                         (!beginning.empty() && StringRef(name).starts_with(beginning))))
    name = "v" + name;
  std::string unique = name;
  for (unsigned number = 2;
       (prefix.empty() && isNumberedLocal(unique)) || !taken.insert(unique).second; ++number)
    unique = name + "_" + std::to_string(number);
  return unique;
}

void iree_compiler::reserveCWords(CScope &scope) {
  for (StringRef word : kKeywords)
    scope.reserve(word);
  for (StringRef word : kOwnNames)
    scope.reserve(word);
  for (StringRef word : cHelperNames())
    scope.reserve(word);
  reserveStdint(scope);
}

const ArrayRef<llvm::StringLiteral> iree_compiler::kMacroEnds = kFixedMacroEnds;

std::string iree_compiler::cCommentText(StringRef text) {
  std::string result;
  for (char c : text)
    result += llvm::isPrint(c) && c != '*' && c != '\\' && c != '?' ? c : '.';
  return result;
}

CNames iree_compiler::nameForC(ModuleOp module, StringRef prefix) {
  CNames names;
  names.prefix = prefix.str();
  names.macroPrefix = prefix.upper();
  CScope scope;
  reserveCWords(scope);
  for (StringRef end : kMacroEnds)
    scope.reserve((names.macroPrefix + end).str());
  std::string start = names.prefix + "_";
  names.reset = scope.add("reset", start);
  for (auto func : module.getOps<program::FuncOp>())
    names.functions.push_back(scope.add(func.getSymName(), start));
  if (names.functions.size() == 1 && names.functions.front() != start + "invoke")
    names.invoke = scope.add("invoke", start);
  for (StringRef kernel : kernelNames(module))
    names.kernels.push_back(scope.add(kernel, start + "kernel_"));
  return names;
}
