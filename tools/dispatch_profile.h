// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How long each kernel call of a function takes.
#ifndef IREE_TOOLS_DISPATCH_PROFILE_H_
#define IREE_TOOLS_DISPATCH_PROFILE_H_

#include "tools/loaded_module.h"
#include "tools/tensor.h"

#include <cstdio>

namespace iree::tools {

/// One kernel call of the program, in the order of execution.
struct DispatchProfile {
  uint32_t kernel = 0; ///< ordinal
  std::string kernelName;
  std::string location; ///< layers of the model; may be empty
  size_t calls = 0;     ///< that were measured
  double medianNanoseconds = 0;
  double share = 0; ///< of the function's time, 0 to 1
};

struct FunctionProfile {
  std::string name;
  size_t runs = 0;
  double medianNanoseconds = 0; ///< of an inference that is measured in this way
  std::vector<DispatchProfile> dispatches;
  /// Copies, fills, and what is between the kernels.
  double outsideNanoseconds = 0;
  double outsideShare = 0;
};

/// Calls function `ordinal` `runs` times (at least once) after a first time
/// that does not count. Throws ToolError.
FunctionProfile profileFunction(const std::string &modulePath, const DeviceChoice &deviceChoice,
                                uint32_t ordinal, std::vector<Tensor> &arguments, size_t runs);

/// For people; the layout may change.
void printProfile(const FunctionProfile &profile, std::FILE *out);

/// For programs: a JSON document whose keys tools/README.md describes.
std::string toJson(const std::string &modulePath, const std::vector<FunctionProfile> &profiles);

} // namespace iree::tools

#endif // IREE_TOOLS_DISPATCH_PROFILE_H_
