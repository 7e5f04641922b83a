// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/call_flags.h"

#include "iree/task/api.h"
#include "tools/element.h"
#include "tools/error.h"
#include "tools/value_parser.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace iree::tools {

namespace {

constexpr size_t kMaxGroups = IREE_TASK_TOPOLOGY_MAX_GROUP_COUNT;

constexpr const char *kDevices[] = {
#if defined(IREE_HAVE_HAL_LOCAL_SYNC_DRIVER_MODULE)
    "local-sync",
#endif
#if defined(IREE_HAVE_HAL_LOCAL_TASK_DRIVER_MODULE)
    "local-task",
#endif
};

std::string listDevices() {
  std::string text;
  for (const char *name : kDevices)
    text += std::string(text.empty() ? "" : ", ") + name;
  return text;
}

std::string listTypes(const std::vector<Parameter> &parameters) {
  std::string text = "(";
  for (size_t i = 0; i < parameters.size(); ++i)
    text += (i ? ", " : "") + toString(parameters[i].type);
  return text + ")";
}

/// A value for `argument`; real numbers become integers where that is asked for.
Tensor parseInput(const std::string &text, const Parameter &argument, bool quantizeInputs) {
  Expectation expected{argument.type};
  expected.acceptsReals = quantizeInputs && argument.quantization;
  if (!argument.quantization)
    expected.whyNoReals = "the module does not say how this argument is quantised";
  else
    expected.whyNoReals = "--quantize_inputs would quantise real numbers";
  Tensor value = parseValue(text, expected);
  if (expected.acceptsReals && isFloat(value.type.elementType))
    return quantize(value, argument.type, *argument.quantization);
  return value;
}

} // namespace

void checkCount(const std::string &what, size_t given, const std::vector<Parameter> &parameters) {
  if (given == parameters.size())
    return;
  throw ToolError("expected " + std::to_string(parameters.size()) + " " + what + " " +
                  listTypes(parameters) + ", got " + std::to_string(given));
}

void CallFlags::addTo(FlagSet &flags, const char *functionHelp) {
  flags.add("module", modules, "Module file (.vmfb).");
  flags.add("function", functions, functionHelp);
  flags.add("input", inputs,
            "Next argument: 4xf32=1 2 3 4 | 4xf32=0 (all) | 2.5 | @file.npy | 4xf32=@file.bin");
  flags.add("quantize_inputs", quantizeInputs,
            "Real numbers given for quantised arguments (4xf32=... for 4xi8) are quantised.");
  flags.add("device", device.name,
            "local-sync: the calling thread; local-task: threads, where they were built in.");
  flags.add("task_topology_group_count", device.groupCount,
            "Threads of local-task, the calling one included; 0: one for each processor.");
}

void CallFlags::check() const {
  if (modules.empty())
    throw ToolError("--module= is missing; see --help");
  if (std::find(std::begin(kDevices), std::end(kDevices), device.name) == std::end(kDevices))
    throw ToolError("--device=" + device.name + ": no such device; available: " + listDevices());
  if (device.groupCount != 0 && device.name != "local-task")
    throw ToolError("--task_topology_group_count=: " + device.name +
                    " has one thread; threads need --device=local-task");
  if (device.groupCount > kMaxGroups)
    throw ToolError("--task_topology_group_count=" + std::to_string(device.groupCount) +
                    ": at most " + std::to_string(kMaxGroups));
}

void CallFlags::checkSingle() const {
  for (const auto &[flag, values] :
       {std::pair("module", &modules), std::pair("function", &functions)})
    if (values->size() > 1)
      throw ToolError(std::string("--") + flag + "= is given " + std::to_string(values->size()) +
                      " times; one " + flag + " is supported");
  check();
}

std::vector<std::string> CallFlags::functionNames() const {
  return functions.empty() ? std::vector<std::string>{""} : functions;
}

std::vector<Tensor> CallFlags::parseInputs(const FunctionSignature &signature) const {
  checkCount("--input=", inputs.size(), signature.arguments);
  auto isQuantized = [](const Parameter &argument) { return argument.quantization.has_value(); };
  if (quantizeInputs &&
      std::none_of(signature.arguments.begin(), signature.arguments.end(), isQuantized))
    throw ToolError("--quantize_inputs: the module does not say that an argument of @" +
                    signature.name + " " + listTypes(signature.arguments) + " is quantised");
  std::vector<Tensor> values;
  for (size_t i = 0; i < inputs.size(); ++i)
    withContext(label("input", i, signature.arguments[i].name), [&] {
      values.push_back(parseInput(inputs[i], signature.arguments[i], quantizeInputs));
    });
  return values;
}

} // namespace iree::tools
