// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Measures how long a module's functions take, with google-benchmark, and their
// kernel calls one by one. Usage: tools/README.md.
#include "tools/call_flags.h"
#include "tools/dispatch_profile.h"
#include "tools/error.h"
#include "tools/file.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>

using namespace iree::tools;

namespace {

constexpr char kTool[] = "iree-benchmark-module";

struct Options {
  CallFlags call;
  std::string timeUnit = "ns";
  bool printDispatches = false;
  std::string dispatchReport;
  size_t dispatchRuns = 20;
  std::vector<std::string> libraryFlags;
};

/// A function and what it is called with.
struct Subject {
  FunctionSignature signature;
  std::vector<Tensor> arguments;
};

benchmark::TimeUnit parseTimeUnit(const std::string &text) {
  if (text == "ns")
    return benchmark::kNanosecond;
  if (text == "us")
    return benchmark::kMicrosecond;
  if (text == "ms")
    return benchmark::kMillisecond;
  if (text == "s")
    return benchmark::kSecond;
  throw ToolError("--time_unit=" + text + ": expected ns, us, ms or s");
}

bool isConsoleFlag(const std::string &flag) {
  return flag.compare(0, 19, "--benchmark_format=") != 0 || flag == "--benchmark_format=console";
}

bool parseOptions(int argc, char **argv, Options &options) {
  FlagSet flags(kTool, "--module=FILE [--function=NAME] [--input=VALUE]... [--benchmark_...]",
                "Measures the time of a compiled module's functions.");
  options.call.addTo(flags, "Entry point, as NAME or MODULE.NAME; all by default.");
  flags.add("time_unit", options.timeUnit, "Unit of the times: ns (the default), us, ms or s.");
  flags.add("dispatches", options.printDispatches,
            "Also prints a table of the kernel calls: time, kernel and layer.");
  flags.add("dispatch_report", options.dispatchReport, "The same as a JSON file.");
  flags.add("dispatch_runs", options.dispatchRuns, "Runs of which the table has medians; 20.");
  flags.addPrefix("benchmark_", options.libraryFlags,
                  "Flags of google-benchmark, e.g. --benchmark_format=json, "
                  "--benchmark_min_time=0.1, --benchmark_repetitions=5.");
  if (!flags.parse(argc, argv))
    return false;
  options.call.checkSingle();
  if (options.dispatchRuns == 0)
    throw ToolError("--dispatch_runs=0: at least one run is needed");
  if (options.printDispatches &&
      !std::all_of(options.libraryFlags.begin(), options.libraryFlags.end(), isConsoleFlag))
    throw ToolError("--dispatches prints text; with --benchmark_format=json or csv use "
                    "--dispatch_report=FILE");
  return true;
}

/// Hands the library its flags, and turns what it does not understand into errors.
void initializeLibrary(const Options &options) {
  static char tool[] = "iree-benchmark-module"; // the library keeps the pointer
  std::vector<std::string> flags = options.libraryFlags;
  std::vector<char *> arguments = {tool};
  for (std::string &flag : flags)
    arguments.push_back(flag.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  // Called for a value that it does not know; it would exit with 0 otherwise.
  benchmark::Initialize(&count, arguments.data(), [] {
    throw ToolError("google-benchmark does not understand the value of a --benchmark_ flag");
  });
  if (count > 1)
    throw ToolError(std::string("google-benchmark does not understand ") + arguments[1]);
}

/// Without --input=, all elements are zero.
Subject makeSubject(const Options &options, FunctionSignature signature) {
  Subject subject{std::move(signature), {}};
  if (options.call.hasInputs() || subject.signature.arguments.empty()) {
    subject.arguments = options.call.parseInputs(subject.signature);
    return subject;
  }
  for (const Parameter &argument : subject.signature.arguments)
    if (isDynamic(argument.type))
      throw ToolError("function '" + subject.signature.name + "' takes " + toString(argument.type) +
                      ": shapes must be given with --input=");
  for (const Parameter &argument : subject.signature.arguments)
    subject.arguments.push_back({argument.type, std::vector<uint8_t>(byteLength(argument.type))});
  return subject;
}

std::vector<Subject> makeSubjects(const Options &options, const LoadedModules &loaded) {
  std::vector<FunctionSignature> functions = loaded.functions();
  if (!options.call.functionName().empty() || functions.empty())
    functions = {loaded.function(options.call.functionName())};
  if (functions.size() > 1 && options.call.hasInputs())
    throw ToolError("--input= needs a --function=: the module has " +
                    std::to_string(functions.size()) + " functions");
  std::vector<Subject> subjects;
  subjects.reserve(functions.size());
  for (FunctionSignature &function : functions)
    subjects.push_back(makeSubject(options, std::move(function)));
  return subjects;
}

void registerBenchmark(LoadedModules &loaded, Subject &subject, benchmark::TimeUnit unit) {
  auto call = std::make_shared<BoundCall>(loaded.session(), subject.signature, subject.arguments);
  call->invoke(); // a function that fails is found before anything is measured
  std::string name = "BM_" + subject.signature.name;
  benchmark::RegisterBenchmark(name.c_str(),
                               [call](benchmark::State &state) {
                                 for ([[maybe_unused]] auto iteration : state)
                                   call->invoke();
                                 state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
                               })
      ->UseRealTime()
      ->Unit(unit);
}

void reportDispatches(const Options &options, std::vector<Subject> &subjects) {
  if (!options.printDispatches && options.dispatchReport.empty())
    return;
  std::vector<FunctionProfile> profiles;
  profiles.reserve(subjects.size());
  for (Subject &subject : subjects)
    profiles.push_back(profileFunction(options.call.modulePath(), options.call.deviceChoice(),
                                       subject.signature.handle.ordinal, subject.arguments,
                                       options.dispatchRuns));
  if (options.printDispatches)
    for (const FunctionProfile &profile : profiles)
      printProfile(profile, stdout);
  if (!options.dispatchReport.empty()) {
    std::string json = toJson(options.call.modulePath(), profiles);
    withContext("--dispatch_report", [&] {
      writeFile(options.dispatchReport, std::vector<uint8_t>(json.begin(), json.end()));
    });
  }
}

int benchmarkModule(int argc, char **argv) {
  Options options;
  if (!parseOptions(argc, argv, options))
    return 0;
  benchmark::TimeUnit unit = parseTimeUnit(options.timeUnit);
  initializeLibrary(options);
  LoadedModules loaded({options.call.modulePath()}, options.call.deviceChoice());
  std::vector<Subject> subjects = makeSubjects(options, loaded);
  for (Subject &subject : subjects)
    registerBenchmark(loaded, subject, unit);
  benchmark::AddCustomContext("module", options.call.modulePath());
  benchmark::AddCustomContext("executable", loaded.executableInUse(0));
  size_t measured = benchmark::RunSpecifiedBenchmarks();
  benchmark::ClearRegisteredBenchmarks(); // they hold calls of `loaded`
  benchmark::Shutdown();
  if (measured == 0)
    throw ToolError("--benchmark_filter= leaves nothing to measure");
  reportDispatches(options, subjects);
  return 0;
}

} // namespace

int main(int argc, char **argv) { return runTool(kTool, argc, argv, benchmarkModule); }
