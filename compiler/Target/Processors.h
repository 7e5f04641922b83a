// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_TARGET_PROCESSORS_H_
#define IREE_COMPILER_TARGET_PROCESSORS_H_

#include "compiler/Target/Architecture.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/TargetParser/Triple.h"
#include <memory>
#include <string>

namespace llvm {
class Target;
} // namespace llvm

namespace iree_compiler {

/// LLVM's back end of an architecture of the table.
const llvm::Target &lookUpTarget(const llvm::Triple &triple);

/// LLVM's description of the processors of one triple.
class Processors {
public:
  Processors(const Architecture &architecture, llvm::Triple triple);

  /// Features are names of LLVM's table, each with + or -. On failure fills
  /// `error`.
  bool checkFeatureNames(llvm::StringRef features, std::string &error) const;

  /// The features of a CPU with those added; null, and `error`, if code for the
  /// architecture cannot run there.
  std::unique_ptr<llvm::MCSubtargetInfo>
  resolve(const std::string &cpu, const std::string &features, std::string &error) const;

private:
  std::unique_ptr<llvm::MCSubtargetInfo> describe(llvm::StringRef cpu,
                                                  llvm::StringRef features) const;
  std::string missingFeature(const llvm::MCSubtargetInfo &info) const;
  std::string usableCpus() const;
  std::string contradiction(const llvm::MCSubtargetInfo &info) const;

  const Architecture &architecture;
  llvm::Triple triple;
  const llvm::Target &target;
};

} // namespace iree_compiler

#endif // IREE_COMPILER_TARGET_PROCESSORS_H_
