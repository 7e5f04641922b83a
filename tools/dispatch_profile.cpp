// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dispatch_profile.h"

#include "tools/error.h"
#include "tools/loaded_module.h"
#include "tools/module_description.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace iree::tools {

namespace {

using Times = std::vector<int64_t>; // nanoseconds

double median(Times times) {
  auto middle = times.begin() + static_cast<ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  if (times.size() % 2)
    return static_cast<double>(*middle);
  int64_t below = *std::max_element(times.begin(), middle);
  return (static_cast<double>(below) + static_cast<double>(*middle)) / 2;
}

/// What a measurement of nothing says.
double clockNanoseconds() {
  constexpr size_t kReadings = 1001;
  Times times;
  for (size_t i = 0; i < kReadings; ++i) {
    iree_time_t begin = iree_time_now();
    times.push_back(iree_time_now() - begin);
  }
  return median(std::move(times));
}

/// The kernel calls of the function's code, which must not branch, so that they
/// are those of every run.
std::vector<DispatchProfile> listDispatches(const iree_vm_bytecode_module_t &module,
                                            uint32_t function) {
  ModuleDescription description = describeModule(module);
  std::vector<DispatchProfile> dispatches;
  if (!description.functions[function].blocks.empty())
    throw ToolError("function '" + description.functions[function].name +
                    "' branches: its kernel calls differ from run to run");
  for (const Instruction &instruction : description.functions[function].code) {
    if (instruction.opcode != DISPATCH)
      continue;
    const KernelDescription &kernel = description.kernels[instruction.kernel];
    DispatchProfile &dispatch = dispatches.emplace_back();
    dispatch.kernel = instruction.kernel;
    dispatch.kernelName = kernel.name;
    dispatch.location = kernel.location;
  }
  return dispatches;
}

/// Times of all runs, by dispatch; the last entry is what remains of each run.
struct Measurement {
  explicit Measurement(size_t dispatchCount) : parts(dispatchCount + 1) {}

  void add(const Times &dispatches, int64_t total) {
    if (dispatches.size() + 1 != parts.size())
      throw ToolError("the program made " + std::to_string(dispatches.size()) +
                      " kernel calls, its code has " + std::to_string(parts.size() - 1));
    for (size_t i = 0; i < dispatches.size(); ++i)
      parts[i].push_back(dispatches[i]);
    parts.back().push_back(total -
                           std::accumulate(dispatches.begin(), dispatches.end(), int64_t{}));
    totals.push_back(total);
  }

  std::vector<Times> parts;
  Times totals;
};

void fillProfile(const Measurement &measurement, FunctionProfile &profile) {
  // The clock is read twice for a dispatch: once in its time, once outside.
  double clock = clockNanoseconds();
  std::vector<double> medians;
  medians.reserve(measurement.parts.size());
  for (const Times &times : measurement.parts)
    medians.push_back(median(times));
  size_t dispatchCount = profile.dispatches.size();
  medians.back() -= clock * static_cast<double>(dispatchCount);
  for (double &nanoseconds : medians)
    nanoseconds = std::max(0.0, nanoseconds - clock);
  double sum = std::accumulate(medians.begin(), medians.end(), 0.0);
  auto shareOf = [&](double nanoseconds) { return sum > 0 ? nanoseconds / sum : 0.0; };
  for (size_t i = 0; i < dispatchCount; ++i) {
    profile.dispatches[i].calls = measurement.parts[i].size();
    profile.dispatches[i].medianNanoseconds = medians[i];
    profile.dispatches[i].share = shareOf(medians[i]);
  }
  profile.medianNanoseconds = median(measurement.totals);
  profile.outsideNanoseconds = medians.back();
  profile.outsideShare = shareOf(medians.back());
}

std::string printable(const std::string &text) {
  return tools::printable(iree_make_string_view(text.data(), text.size()));
}

/// A kernel of many layers would make the table's lines very long.
std::string formatLayers(const std::string &location) {
  constexpr size_t kShown = 80;
  std::string text = printable(location);
  return text.size() <= kShown ? text : text.substr(0, kShown - 3) + "...";
}

} // namespace

FunctionProfile profileFunction(const std::string &modulePath, const DeviceChoice &deviceChoice,
                                uint32_t ordinal, std::vector<Tensor> &arguments, size_t runs) {
  Times dispatches;
  LoadedModules loaded({modulePath}, deviceChoice,
                       [&](int64_t nanoseconds) { dispatches.push_back(nanoseconds); });
  FunctionSignature signature = loaded.functions().at(ordinal);
  FunctionProfile profile;
  profile.name = signature.name;
  profile.runs = runs;
  profile.dispatches = listDispatches(loaded.module(0), ordinal);
  Measurement measurement(profile.dispatches.size());
  dispatches.reserve(profile.dispatches.size()); // no memory is asked for while time is taken
  BoundCall call(loaded.session(), signature, arguments);
  call.invoke();
  for (size_t run = 0; run < runs; ++run) {
    dispatches.clear();
    iree_time_t begin = iree_time_now();
    call.invoke();
    measurement.add(dispatches, iree_time_now() - begin);
  }
  fillProfile(measurement, profile);
  return profile;
}

void printProfile(const FunctionProfile &profile, std::FILE *out) {
  size_t width = 6; // of the title "kernel"
  for (const DispatchProfile &dispatch : profile.dispatches)
    width = std::max(width, printable(dispatch.kernelName).size());
  std::fprintf(out, "dispatches of @%s: %zu, medians of %zu runs\n", profile.name.c_str(),
               profile.dispatches.size(), profile.runs);
  std::fprintf(out, "    # %12s %7s %6s  %-*s  layer\n", "ns", "share", "calls",
               static_cast<int>(width), "kernel");
  for (size_t i = 0; i < profile.dispatches.size(); ++i) {
    const DispatchProfile &dispatch = profile.dispatches[i];
    std::fprintf(out, "%5zu %12.0f %5.1f %% %6zu  %-*s  %s\n", i, dispatch.medianNanoseconds,
                 100 * dispatch.share, dispatch.calls, static_cast<int>(width),
                 printable(dispatch.kernelName).c_str(), formatLayers(dispatch.location).c_str());
  }
  std::fprintf(out, "      %12.0f %5.1f %%         outside of kernels\n",
               profile.outsideNanoseconds, 100 * profile.outsideShare);
}

std::string toJson(const std::string &modulePath, const std::vector<FunctionProfile> &profiles) {
  using Json = nlohmann::ordered_json;
  Json functions = Json::array();
  for (const FunctionProfile &profile : profiles) {
    Json dispatches = Json::array();
    for (const DispatchProfile &dispatch : profile.dispatches)
      dispatches.push_back({{"kernel", dispatch.kernel},
                            {"kernel_name", dispatch.kernelName},
                            {"location", dispatch.location},
                            {"calls", dispatch.calls},
                            {"median_ns", dispatch.medianNanoseconds},
                            {"share", dispatch.share}});
    functions.push_back({{"name", profile.name},
                         {"runs", profile.runs},
                         {"median_ns", profile.medianNanoseconds},
                         {"outside_ns", profile.outsideNanoseconds},
                         {"outside_share", profile.outsideShare},
                         {"dispatches", dispatches}});
  }
  Json json = {{"module", modulePath}, {"functions", functions}};
  // Names are untrusted: what is no UTF-8 becomes U+FFFD.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace iree::tools
