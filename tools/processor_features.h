// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of processor features, and the compiler flags that match them.
#ifndef IREE_TOOLS_PROCESSOR_FEATURES_H_
#define IREE_TOOLS_PROCESSOR_FEATURES_H_

#include <cstdint>
#include <string>
#include <vector>

namespace iree::tools {

struct ProcessorFeature {
  const char *name; ///< LLVM's
  uint32_t bit;     ///< IREE_CPU_* of schemas/kernel_abi.h
};

struct ProcessorArchitecture {
  const char *name; ///< the triple's first part; of Arm that of application cores
  std::vector<ProcessorFeature> features;
};

/// Throws ToolError, listing those there are, for a name that is none.
const ProcessorArchitecture &findProcessorArchitecture(const std::string &name);

/// That of the running program.
const ProcessorArchitecture &thisProcessorArchitecture();

/// Flags of iree-compile for code that uses what the bits say, under Linux and
/// in embedded ELF images.
std::string compilerFlags(const ProcessorArchitecture &architecture, uint32_t bits);

} // namespace iree::tools

#endif // IREE_TOOLS_PROCESSOR_FEATURES_H_
