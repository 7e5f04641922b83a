// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls a function of a module with values from the command line; prints,
// stores or checks its results. Usage: tools/README.md.
#include "tools/error.h"
#include "tools/file.h"
#include "tools/flags.h"
#include "tools/loaded_module.h"
#include "tools/npy.h"
#include "tools/value_compare.h"
#include "tools/value_parser.h"
#include "tools/value_printer.h"

#include <cinttypes>
#include <cstdio>

using namespace iree::tools;

namespace {

constexpr char kTool[] = "iree-run-module";
constexpr char kDevice[] = "local-sync";
constexpr char kIgnored[] = "(ignored)";

struct Options {
  std::vector<std::string> modules;
  std::string function;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<std::string> expectedOutputs;
  std::string device = kDevice;
  size_t maxElements = 1024;
  bool printStatistics = false;
  Thresholds thresholds;
};

/// What to do with a result.
struct Destination {
  enum class Kind { Print, Drop, Npy, Binary } kind = Kind::Print;
  std::string path;
};

bool parseOptions(int argc, char **argv, Options &options) {
  FlagSet flags(kTool, "--module=FILE [--function=NAME] [--input=VALUE]...",
                "Calls a function of a compiled module.");
  flags.add("module", options.modules, "Module file (.vmfb).");
  flags.add("function", options.function,
            "Entry point, as NAME or MODULE.NAME; the only one by default.");
  flags.add("input", options.inputs,
            "Next argument: 4xf32=1 2 3 4 | 4xf32=0 (all) | 2.5 | @file.npy | 4xf32=@file.bin");
  flags.add("output", options.outputs,
            "Where the next result goes: - (print) | @file.npy | @file.bin | empty (nowhere).");
  flags.add("expected_output", options.expectedOutputs,
            "Next result's expected value, as --input, or (ignored).");
  flags.add("device", options.device, "local-sync, the only device.");
  flags.add("output_max_element_count", options.maxElements, "Elements printed of a result.");
  flags.add("print_statistics", options.printStatistics,
            "Prints memory use and time on standard error.");
  flags.add("expected_f16_threshold", options.thresholds.f16, "Absolute tolerance of f16.");
  flags.add("expected_bf16_threshold", options.thresholds.bf16, "Absolute tolerance of bf16.");
  flags.add("expected_f32_threshold", options.thresholds.f32, "Absolute tolerance of f32.");
  flags.add("expected_f64_threshold", options.thresholds.f64, "Absolute tolerance of f64.");
  if (!flags.parse(argc, argv))
    return false;
  if (options.modules.empty())
    throw ToolError("--module= is missing; see --help");
  if (options.modules.size() > 1)
    throw ToolError("--module= is given " + std::to_string(options.modules.size()) +
                    " times; one module is supported");
  if (options.device != kDevice)
    throw ToolError("--device=" + options.device + ": no such device; available: " + kDevice);
  return true;
}

std::string listTypes(const std::vector<Parameter> &parameters) {
  std::string text = "(";
  for (size_t i = 0; i < parameters.size(); ++i)
    text += (i ? ", " : "") + toString(parameters[i].type);
  return text + ")";
}

void checkCount(const std::string &what, size_t given, const std::vector<Parameter> &parameters) {
  if (given == parameters.size())
    return;
  throw ToolError("expected " + std::to_string(parameters.size()) + " " + what + " " +
                  listTypes(parameters) + ", got " + std::to_string(given));
}

std::vector<Tensor> parseInputs(const Options &options, const FunctionSignature &function) {
  checkCount("--input=", options.inputs.size(), function.arguments);
  std::vector<Tensor> inputs;
  for (size_t i = 0; i < options.inputs.size(); ++i)
    withContext(label("input", i, function.arguments[i].name), [&] {
      inputs.push_back(parseValue(options.inputs[i], function.arguments[i].type));
    });
  return inputs;
}

/// One entry a result, nothing for ignored ones; empty without the flag.
std::vector<std::optional<Tensor>> parseExpected(const Options &options,
                                                 const FunctionSignature &function) {
  std::vector<std::optional<Tensor>> expected;
  if (options.expectedOutputs.empty())
    return expected;
  checkCount("--expected_output=", options.expectedOutputs.size(), function.results);
  for (size_t i = 0; i < options.expectedOutputs.size(); ++i) {
    const std::string &text = options.expectedOutputs[i];
    if (text == kIgnored) {
      expected.emplace_back();
      continue;
    }
    withContext(label("expected_output", i, function.results[i].name),
                [&] { expected.emplace_back(parseValue(text, function.results[i].type)); });
  }
  return expected;
}

bool endsWith(const std::string &text, const std::string &suffix) {
  return text.size() >= suffix.size() &&
         text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0;
}

Destination parseDestination(const std::string &text) {
  if (text == "-")
    return {Destination::Kind::Print, ""};
  if (text.empty())
    return {Destination::Kind::Drop, ""};
  if (text[0] == '@' && endsWith(text, ".npy"))
    return {Destination::Kind::Npy, text.substr(1)};
  if (text[0] == '@' && endsWith(text, ".bin"))
    return {Destination::Kind::Binary, text.substr(1)};
  throw ToolError("expected -, @file.npy, @file.bin or nothing, got '" + text + "'");
}

/// Without --output=, results are printed, unless they are to be compared.
std::vector<Destination> parseDestinations(const Options &options,
                                           const FunctionSignature &function) {
  std::vector<Destination> destinations;
  if (options.outputs.empty()) {
    auto kind =
        options.expectedOutputs.empty() ? Destination::Kind::Print : Destination::Kind::Drop;
    destinations.assign(function.results.size(), {kind, ""});
    return destinations;
  }
  checkCount("--output=", options.outputs.size(), function.results);
  for (size_t i = 0; i < options.outputs.size(); ++i)
    withContext(label("output", i, function.results[i].name),
                [&] { destinations.push_back(parseDestination(options.outputs[i])); });
  return destinations;
}

void deliver(const Destination &destination, size_t index, const Parameter &parameter,
             const Tensor &result, size_t maxElements) {
  std::string text;
  switch (destination.kind) {
  case Destination::Kind::Drop:
    return;
  case Destination::Kind::Npy:
    return withContext(label("output", index, parameter.name),
                       [&] { writeFile(destination.path, encodeNpy(result)); });
  case Destination::Kind::Binary:
    return withContext(label("output", index, parameter.name),
                       [&] { writeFile(destination.path, result.data); });
  case Destination::Kind::Print:
    text = formatTensor(result, maxElements);
    std::printf("result[%zu]: %s%s\n", index, parameter.isScalar ? "" : "hal.buffer_view\n",
                text.c_str());
  }
}

/// Returns whether all results are as expected; prints the first that is not.
bool checkResults(const std::vector<std::optional<Tensor>> &expected,
                  const FunctionSignature &function, const std::vector<Tensor> &results,
                  const Thresholds &thresholds) {
  for (size_t i = 0; i < expected.size(); ++i) {
    if (!expected[i])
      continue;
    std::optional<std::string> mismatch = findMismatch(*expected[i], results[i], thresholds);
    if (!mismatch)
      continue;
    std::printf("[FAILED] %s: %s\n", label("result", i, function.results[i].name).c_str(),
                mismatch->c_str());
    return false;
  }
  if (!expected.empty())
    std::printf("[SUCCESS] all function outputs matched their expected values.\n");
  return true;
}

void printStatistics(const LoadedModule &loaded, int64_t nanoseconds) {
  const iree_vm_bytecode_module_t &module = loaded.module();
  std::fprintf(stderr,
               "executable: %s\narena_bytes: %" PRIu32 "\nstack_bytes: %" PRIu32
               "\nconstants_bytes: %zu\ninvoke_nanoseconds: %" PRId64 "\n",
               loaded.executableInUse().c_str(), module.arena_bytes, module.stack_bytes,
               static_cast<size_t>(module.constants.data_length), nanoseconds);
}

int runModule(int argc, char **argv) {
  Options options;
  if (!parseOptions(argc, argv, options))
    return 0;
  LoadedModule loaded(options.modules[0], options.device);
  FunctionSignature function = loaded.function(options.function);
  std::vector<Tensor> inputs = parseInputs(options, function);
  std::vector<std::optional<Tensor>> expected = parseExpected(options, function);
  std::vector<Destination> destinations = parseDestinations(options, function);

  std::printf("EXEC @%s\n", function.name.c_str());
  Invocation invocation = loaded.invoke(function, inputs);
  for (size_t i = 0; i < destinations.size(); ++i)
    deliver(destinations[i], i, function.results[i], invocation.results[i], options.maxElements);
  if (options.printStatistics)
    printStatistics(loaded, invocation.nanoseconds);
  return checkResults(expected, function, invocation.results, options.thresholds) ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) { return runTool(kTool, argc, argv, runModule); }
