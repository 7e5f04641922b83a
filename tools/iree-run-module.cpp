// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls a function of a module with values from the command line; prints,
// stores or checks its results. Usage: tools/README.md.
#include "tools/call_flags.h"
#include "tools/element.h"
#include "tools/error.h"
#include "tools/file.h"
#include "tools/npy.h"
#include "tools/value_compare.h"
#include "tools/value_parser.h"
#include "tools/value_printer.h"

#include <cinttypes>
#include <cstdio>

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
  Thresholds thresholds;
};

/// What to do with a result.
struct Destination {
  enum class Kind { Print, Drop, Npy, Binary } kind = Kind::Print;
  std::string path;
  bool dequantize = false;
};

bool parseOptions(int argc, char **argv, Options &options) {
  FlagSet flags(kTool, "--module=FILE [--function=NAME] [--input=VALUE]...",
                "Calls a function of a compiled module.");
  options.call.addTo(flags, "Entry point, as NAME or MODULE.NAME; the only one by default.");
  flags.add("output", options.outputs,
            "Where the next result goes: - (print) | @file.npy | @file.bin | empty (nowhere); with "
            "+dequantized before it, as real numbers: +dequantized | +dequantized@file.npy.");
  flags.add("expected_output", options.expectedOutputs,
            "Next result's expected value, as --input, or (ignored); f32 for a quantised result "
            "is compared with the real numbers that it stands for.");
  flags.add("output_max_element_count", options.maxElements, "Elements printed of a result.");
  flags.add("print_statistics", options.printStatistics,
            "Prints memory use and time on standard error.");
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

void deliverResults(const std::vector<Destination> &destinations, const FunctionSignature &function,
                    const std::vector<Tensor> &results, size_t maxElements) {
  for (size_t i = 0; i < destinations.size(); ++i) {
    const Parameter &parameter = function.results[i];
    std::string header = "result[" + std::to_string(i) + "]: ";
    if (!parameter.isScalar)
      header += "hal.buffer_view\n";
    withContext(label("output", i, parameter.name), [&] {
      deliver(destinations[i],
              destinations[i].dequantize ? dequantize(results[i], *parameter.quantization)
                                         : results[i],
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
  LoadedModule loaded(options.call.modulePath(), options.call.deviceName());
  FunctionSignature function = loaded.function(options.call.functionName());
  std::vector<Tensor> inputs = options.call.parseInputs(function);
  std::vector<std::optional<Tensor>> expected = parseExpected(options, function);
  std::vector<Destination> destinations = parseDestinations(options, function);

  std::printf("EXEC @%s\n", function.name.c_str());
  BoundCall call(loaded.session(), function, inputs);
  iree_time_t begin = iree_time_now();
  call.invoke();
  int64_t nanoseconds = iree_time_now() - begin;
  std::vector<Tensor> results = call.takeResults();
  deliverResults(destinations, function, results, options.maxElements);
  if (options.printStatistics)
    printStatistics(loaded, nanoseconds);
  return checkResults(expected, function, results, options.thresholds) ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) { return runTool(kTool, argc, argv, runModule); }
