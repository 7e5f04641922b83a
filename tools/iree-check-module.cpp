// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the tests of modules: functions that check their own results. Usage:
// tools/README.md.
#include "tools/error.h"
#include "tools/flags.h"
#include "tools/loaded_module.h"

#include "iree/check/api.h"

#include <cstdio>

using namespace iree::tools;

namespace {

constexpr char kTool[] = "iree-check-module";

void printText(void *, iree_string_view_t text) {
  std::fwrite(text.data, 1, text.size, stdout);
  std::fflush(stdout); // what a test that crashes was called
}

int checkModules(int argc, char **argv) {
  std::vector<std::string> modules;
  DeviceChoice device;
  std::string filter;
  bool listTests = false, expectFailure = false;
  FlagSet flags(kTool, "--module=FILE... [--gtest_filter=PATTERNS] [--expect_failure]",
                "Runs the functions without arguments and results as tests.");
  flags.add("module", modules, "File to load; may be repeated.");
  flags.add("device", device.name, "Device that runs the kernels.");
  flags.add("expect_failure", expectFailure, "Succeeds if a test fails, and only then.");
  flags.add("gtest_filter", filter,
            "Tests to run: patterns with * and ?, separated by colons; those to leave out behind "
            "a minus sign.");
  flags.add("gtest_list_tests", listTests, "Prints the tests and runs none.");
  if (!flags.parse(argc, argv))
    return 0;
  if (modules.empty())
    throw ToolError("--module=FILE is missing; see --help");

  LoadedModules loaded(modules, device);
  iree_check_options_t options = {iree_make_string_view(filter.data(), filter.size()), listTests,
                                  printText, nullptr};
  iree_check_result_t result;
  throwIfError(iree_check_run(loaded.session(), &options, &result), "tests");
  if (listTests)
    return 0;
  if (expectFailure) {
    std::puts(result.failed_count != 0 ? "Test failed as expected."
                                       : "Test passed but a failure was expected.");
    return result.failed_count != 0 ? 0 : 1;
  }
  if (result.run_count == 0)
    throw ToolError("no tests: functions without arguments and results that --gtest_filter= "
                    "selects");
  return result.failed_count != 0 ? 1 : 0;
}

} // namespace

int main(int argc, char **argv) { return runTool(kTool, argc, argv, checkModules); }
