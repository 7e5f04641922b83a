// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The flags that say what to call and with which values; the same for every
// tool that calls a module's functions.
#ifndef IREE_TOOLS_CALL_FLAGS_H_
#define IREE_TOOLS_CALL_FLAGS_H_

#include "tools/flags.h"
#include "tools/loaded_module.h"

namespace iree::tools {

/// All functions throw ToolError.
class CallFlags {
public:
  /// `functionHelp` says what a missing --function= means.
  void addTo(FlagSet &flags, const char *functionHelp);
  /// To be called after parsing: at least one module, or exactly one and at
  /// most one function.
  void check() const;
  void checkSingle() const;

  const std::vector<std::string> &modulePaths() const { return modules; }
  const std::string &modulePath() const { return modules.front(); }
  const DeviceChoice &deviceChoice() const { return device; }
  /// As given; one empty name without the flag.
  std::vector<std::string> functionNames() const;
  std::string functionName() const { return functionNames().front(); }
  bool hasInputs() const { return !inputs.empty(); }

  /// The arguments for `signature`, one --input= each.
  std::vector<Tensor> parseInputs(const FunctionSignature &signature) const;

private:
  std::vector<std::string> modules;
  std::vector<std::string> functions;
  std::vector<std::string> inputs;
  bool quantizeInputs = false;
  DeviceChoice device;
};

/// Throws unless there is one `what` for each parameter.
void checkCount(const std::string &what, size_t given, const std::vector<Parameter> &parameters);

} // namespace iree::tools

#endif // IREE_TOOLS_CALL_FLAGS_H_
