// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints the processor features that the runtime sees, and the compiler flags
// that match. Usage: tools/README.md.
#include "tools/error.h"
#include "tools/flags.h"
#include "tools/processor_features.h"

#include "iree/hal/api.h"

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

using namespace iree::tools;

namespace {

constexpr char kTool[] = "iree-cpuinfo";

struct Options {
  std::string architecture;
  std::string mask;
  bool flagsOnly = false;
};

bool parseOptions(int argc, char **argv, Options &options) {
  FlagSet flags(kTool, "[--flags] [--architecture=NAME --mask=BITS]",
                "Prints the features of this processor that the runtime knows of, 1 or 0 each, and "
                "the\nflags with which iree-compile makes use of them.");
  flags.add("flags", options.flagsOnly, "Prints the flags alone, on one line.");
  flags.add(
      "architecture", options.architecture,
      "Another processor's, of which --mask= says what it has: x86_64, i686, aarch64, armv7a, "
      "riscv32 or riscv64.");
  flags.add("mask", options.mask,
            "Feature bits, as in messages of the runtime and in iree-dump-module's "
            "'required features': 0x2f.");
  return flags.parse(argc, argv);
}

uint32_t parseMask(const std::string &text) {
  char *end = nullptr;
  errno = 0;
  unsigned long long bits = std::strtoull(text.c_str(), &end, 16);
  bool startsWithDigit = !text.empty() && std::isxdigit(static_cast<unsigned char>(text[0]));
  if (!startsWithDigit || *end || errno == ERANGE || bits > UINT32_MAX)
    throw ToolError("--mask=" + text + ": expected a hexadecimal number of up to 32 bits");
  return static_cast<uint32_t>(bits);
}

void printFeatures(const ProcessorArchitecture &architecture, uint32_t bits) {
  std::printf("%-20s %s\n", "architecture", architecture.name);
  for (const ProcessorFeature &feature : architecture.features)
    std::printf("%-20s %d\n", feature.name, (bits & feature.bit) != 0);
}

int printInformation(int argc, char **argv) {
  Options options;
  if (!parseOptions(argc, argv, options))
    return 0;
  if (options.mask.empty() && !options.architecture.empty())
    throw ToolError("--architecture= needs --mask=: what another processor has is not known here");
  const ProcessorArchitecture &architecture = options.architecture.empty()
                                                  ? thisProcessorArchitecture()
                                                  : findProcessorArchitecture(options.architecture);
  uint32_t bits = options.mask.empty() ? iree_hal_processor_features() : parseMask(options.mask);
  if (!options.flagsOnly)
    printFeatures(architecture, bits);
  std::printf("%s%s\n", options.flagsOnly ? "" : "flags                ",
              compilerFlags(architecture, bits).c_str());
  return 0;
}

} // namespace

int main(int argc, char **argv) { return runTool(kTool, argc, argv, printInformation); }
