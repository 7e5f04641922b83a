// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls functions of modules with values from the command line; prints,
// stores or checks its results. Usage: tools/README.md.
#include "tools/call_flags.h"
#include "tools/element.h"
#include "tools/error.h"
#include "tools/file.h"
#include "tools/module_description.h"
#include "tools/npy.h"
#include "tools/progress.h"
#include "tools/value_compare.h"
#include "tools/value_parser.h"
#include "tools/value_printer.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <iterator>

using namespace iree::tools;

namespace {

constexpr char kTool[] = "iree-run-module";
constexpr char kIgnored[] = "(ignored)";
constexpr std::string_view kDequantized = "+dequantized";

struct Options {
  CallFlags call;
  std::vector<std::string> outputs;
  std::vector<std::string> expectedOutputs;
  size_t maxElements = 1024;
  bool printStatistics = false;
  std::optional<bool> showProgress;
  Thresholds thresholds;
};

/// What to do with a result.
struct Destination {
  enum class Kind { Print, Drop, Npy, Binary } kind = Kind::Print;
  std::string path;
  bool dequantize = false;
};

bool parseOptions(int argc, char **argv, Options &options) {
  FlagSet flags(kTool, "--module=FILE... [--function=NAME]... [--input=VALUE]...",
                "Calls functions of compiled modules.");
  options.call.addTo(flags, "Next function to call, as NAME or MODULE.NAME; the only one by "
                            "default. Values are those of the first, then of the second...");
  flags.add("output", options.outputs,
            "Where the next result goes: - (print) | @file.npy | @file.bin | empty (nowhere); with "
            "+dequantized before it, as real numbers: +dequantized | +dequantized@file.npy.");
  flags.add("expected_output", options.expectedOutputs,
            "Next result's expected value, as --input, or (ignored); f32 for a quantised result "
            "is compared with the real numbers that it stands for.");
  flags.add("output_max_element_count", options.maxElements, "Elements printed of a result.");
  flags.add("print_statistics", options.printStatistics,
            "Prints memory use and time on standard error.");
  flags.add("progress", options.showProgress,
            "A line on standard error that says how far a long call is: by default on terminals.");
  flags.add("expected_f16_threshold", options.thresholds.f16, "Absolute tolerance of f16.");
  flags.add("expected_bf16_threshold", options.thresholds.bf16, "Absolute tolerance of bf16.");
  flags.add("expected_f32_threshold", options.thresholds.f32, "Absolute tolerance of f32.");
  flags.add("expected_f64_threshold", options.thresholds.f64, "Absolute tolerance of f64.");
  if (!flags.parse(argc, argv))
    return false;
  options.call.check();
  return true;
}

Expectation expectationOf(const Parameter &result) {
  Expectation expected{result.type};
  expected.acceptsReals = result.quantization.has_value();
  expected.whyNoReals = "the module does not say how this result is quantised";
  return expected;
}

/// What a result of integers is compared with when it is given as real numbers.
void checkIsF32(const Tensor &expected, const Parameter &result) {
  iree_hal_element_type_t type = expected.type.elementType;
  if (!isFloat(result.type.elementType) && isFloat(type) && type != IREE_HAL_ELEMENT_TYPE_FLOAT_32)
    throw ToolError("real numbers for the quantised " + toString(result.type) +
                    " are given as f32, not as " + iree_hal_element_type_string(type));
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
    const Parameter &result = function.results[i];
    withContext(label("expected_output", i, result.name), [&] {
      expected.emplace_back(parseValue(text, expectationOf(result)));
      checkIsF32(*expected.back(), result);
    });
  }
  return expected;
}

Destination parsePlace(const std::string &text) {
  if (text == "-")
    return {Destination::Kind::Print, "", false};
  if (text.empty())
    return {Destination::Kind::Drop, "", false};
  if (text[0] == '@' && endsWith(text, ".npy"))
    return {Destination::Kind::Npy, text.substr(1), false};
  if (text[0] == '@' && endsWith(text, ".bin"))
    return {Destination::Kind::Binary, text.substr(1), false};
  throw ToolError("expected -, @file.npy, @file.bin or nothing, or one of the first three behind " +
                  std::string(kDequantized) + ", got '" + text + "'");
}

Destination parseDestination(const std::string &text, const Parameter &result) {
  if (text.compare(0, kDequantized.size(), kDequantized) != 0)
    return parsePlace(text);
  if (!result.quantization)
    throw ToolError("'" + text + "': the module does not say how this " + toString(result.type) +
                    " is quantised");
  std::string place = text.substr(kDequantized.size());
  Destination destination = parsePlace(place.empty() ? "-" : place);
  destination.dequantize = true;
  return destination;
}

/// Without --output=, results are printed, unless they are to be compared.
std::vector<Destination> parseDestinations(const Options &options,
                                           const FunctionSignature &function) {
  std::vector<Destination> destinations;
  if (options.outputs.empty()) {
    auto kind =
        options.expectedOutputs.empty() ? Destination::Kind::Print : Destination::Kind::Drop;
    destinations.assign(function.results.size(), {kind, "", false});
    return destinations;
  }
  checkCount("--output=", options.outputs.size(), function.results);
  for (size_t i = 0; i < options.outputs.size(); ++i)
    withContext(label("output", i, function.results[i].name), [&] {
      destinations.push_back(parseDestination(options.outputs[i], function.results[i]));
    });
  return destinations;
}

void deliver(const Destination &destination, const Tensor &result, const char *kind,
             size_t maxElements) {
  switch (destination.kind) {
  case Destination::Kind::Drop:
    return;
  case Destination::Kind::Npy:
    return writeFile(destination.path, encodeNpy(result));
  case Destination::Kind::Binary:
    return writeFile(destination.path, result.data);
  case Destination::Kind::Print:
    std::printf("%s%s\n", kind, formatTensor(result, maxElements).c_str());
  }
}

/// Those of `function`, the first of which is the result `first` of all.
void deliverResults(const std::vector<Destination> &destinations, const FunctionSignature &function,
                    const std::vector<Tensor> &results, size_t first, size_t maxElements) {
  for (size_t i = 0; i < results.size(); ++i) {
    const Parameter &parameter = function.results[i];
    const Destination &destination = destinations[first + i];
    std::string header = "result[" + std::to_string(i) + "]: ";
    if (!parameter.isScalar)
      header += "hal.buffer_view\n";
    withContext(label("output", first + i, parameter.name), [&] {
      deliver(destination,
              destination.dequantize ? dequantize(results[i], *parameter.quantization) : results[i],
              header.c_str(), maxElements);
    });
  }
}

/// Returns whether all results are as expected; prints the first that is not.
bool checkResults(const std::vector<std::optional<Tensor>> &expected,
                  const FunctionSignature &function, const std::vector<Tensor> &results,
                  const Thresholds &thresholds) {
  for (size_t i = 0; i < expected.size(); ++i) {
    if (!expected[i])
      continue;
    const Parameter &result = function.results[i];
    bool isReal = isFloat(expected[i]->type.elementType) && !isFloat(result.type.elementType);
    std::string context = label("result", i, result.name);
    std::optional<std::string> mismatch = withContext(context, [&] {
      return findMismatch(*expected[i],
                          isReal ? dequantize(results[i], *result.quantization) : results[i],
                          thresholds);
    });
    if (!mismatch)
      continue;
    std::printf("[FAILED] %s: %s\n", context.c_str(), mismatch->c_str());
    return false;
  }
  if (!expected.empty())
    std::printf("[SUCCESS] all function outputs matched their expected values.\n");
  return true;
}

void printStatistics(const LoadedModules &loaded, const std::vector<int64_t> &nanoseconds) {
  for (size_t i = 0; i < loaded.count(); ++i) {
    const iree_vm_bytecode_module_t &module = loaded.module(i);
    if (loaded.count() > 1)
      std::fprintf(stderr, "module: %s\n", loaded.path(i).c_str());
    std::fprintf(stderr,
                 "executable: %s\narena_bytes: %" PRIu32 "\nstack_bytes: %" PRIu32
                 "\nconstants_bytes: %zu\n",
                 loaded.executableInUse(i).c_str(), module.arena_bytes, module.stack_bytes,
                 static_cast<size_t>(module.constants.data_length));
  }
  for (int64_t time : nanoseconds)
    std::fprintf(stderr, "invoke_nanoseconds: %" PRId64 "\n", time);
}

/// One after the other: what flags that list values refer to.
FunctionSignature join(const std::vector<FunctionSignature> &functions) {
  FunctionSignature all;
  for (const FunctionSignature &function : functions) {
    all.name += (all.name.empty() ? "" : ", ") + function.name;
    all.arguments.insert(all.arguments.end(), function.arguments.begin(), function.arguments.end());
    all.results.insert(all.results.end(), function.results.begin(), function.results.end());
  }
  return all;
}

/// How often a call of the function runs a kernel; 0 where that depends on values.
size_t kernelCalls(const FunctionSignature &function) {
  ModuleDescription module = describeModule(*function.handle.module);
  size_t count = 0;
  for (const Instruction &instruction : module.functions[function.handle.ordinal].code) {
    count += instruction.opcode == DISPATCH;
    if (instruction.opcode != DISPATCH && instruction.opcode != COPY &&
        instruction.opcode != FILL && instruction.opcode != RETURN)
      return 0;
  }
  return count;
}

/// Calls the function with its part of the inputs, which it takes from the front.
std::vector<Tensor> callFunction(const LoadedModules &loaded, const FunctionSignature &function,
                                 std::vector<Tensor> &inputs, Progress &progress,
                                 std::vector<int64_t> &nanoseconds) {
  auto end = inputs.begin() + static_cast<std::ptrdiff_t>(function.arguments.size());
  std::vector<Tensor> arguments(std::make_move_iterator(inputs.begin()),
                                std::make_move_iterator(end));
  inputs.erase(inputs.begin(), end);
  BoundCall call(loaded.session(), function, arguments);
  progress.begin("@" + function.name, kernelCalls(function), "kernel calls");
  iree_time_t begin = iree_time_now();
  call.invoke();
  nanoseconds.push_back(iree_time_now() - begin);
  progress.end();
  return call.takeResults();
}

int runModules(int argc, char **argv) {
  Options options;
  if (!parseOptions(argc, argv, options))
    return 0;
  Progress progress(progressStyle(options.showProgress, stderr), stderr);
  DispatchObserver countCalls;
  if (progress.isWanted())
    countCalls = [&](int64_t) { progress.step(); };
  LoadedModules loaded(options.call.modulePaths(), options.call.deviceChoice(), countCalls);
  std::vector<FunctionSignature> functions;
  for (const std::string &name : options.call.functionNames())
    functions.push_back(loaded.function(name));
  FunctionSignature all = join(functions);
  std::vector<Tensor> inputs = options.call.parseInputs(all);
  std::vector<std::optional<Tensor>> expected = parseExpected(options, all);
  std::vector<Destination> destinations = parseDestinations(options, all);

  std::vector<Tensor> results;
  std::vector<int64_t> nanoseconds;
  for (const FunctionSignature &function : functions) {
    std::printf("EXEC @%s\n", function.name.c_str());
    std::vector<Tensor> own = callFunction(loaded, function, inputs, progress, nanoseconds);
    deliverResults(destinations, function, own, results.size(), options.maxElements);
    std::move(own.begin(), own.end(), std::back_inserter(results));
  }
  if (options.printStatistics)
    printStatistics(loaded, nanoseconds);
  return checkResults(expected, all, results, options.thresholds) ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) { return runTool(kTool, argc, argv, runModules); }
