// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of architectures.
#ifndef IREE_COMPILER_TARGET_ARCHITECTURE_H_
#define IREE_COMPILER_TARGET_ARCHITECTURE_H_

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace iree_compiler {

/// A feature that the runtime can look up before it runs a kernel.
struct FeatureBit {
  llvm::StringLiteral feature; ///< LLVM's name
  uint32_t bit;                ///< IREE_CPU_* of schemas/kernel_abi.h
};

/// What a triple's architecture part stands for when nothing else is said.
struct Architecture {
  llvm::StringLiteral name;             ///< architecture part of the triple
  llvm::StringLiteral cpu;              ///< LLVM CPU
  llvm::StringLiteral features;         ///< added to that CPU's
  llvm::StringLiteral standingFeatures; ///< added to every CPU's, unless removed
  llvm::StringLiteral requiredFeatures; ///< names without sign: a core without them cannot run
                                        ///< this code at all
  llvm::StringLiteral abis;             ///< for people; Abi.cpp chooses
  bool hasOperatingSystem;              ///< system libraries make sense
  llvm::ArrayRef<FeatureBit> featureBits;
};

llvm::ArrayRef<Architecture> architectures();

/// The architecture of that name, or null.
const Architecture *findArchitecture(llvm::StringRef name);

/// The names, for messages: "a, b, c".
std::string architectureNames();

} // namespace iree_compiler

#endif // IREE_COMPILER_TARGET_ARCHITECTURE_H_
