// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/flags.h"

#include "tools/error.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace iree::tools {

FlagSet::FlagSet(std::string toolName, std::string usageText, std::string descriptionText)
    : tool(std::move(toolName)), usage(std::move(usageText)),
      description(std::move(descriptionText)) {}

void FlagSet::addFlag(const char *name, const char *help, bool needsValue,
                      std::function<void(const std::string &)> assign) {
  flags.push_back({name, help, needsValue, false, std::move(assign)});
}

void FlagSet::add(const char *name, std::string &target, const char *help) {
  addFlag(name, help, true, [&target](const std::string &value) { target = value; });
}

void FlagSet::add(const char *name, std::vector<std::string> &target, const char *help) {
  addFlag(name, help, true, [&target](const std::string &value) { target.push_back(value); });
}

namespace {

bool parseSwitch(const std::string &value) {
  if (value != "" && value != "true" && value != "false")
    throw ToolError("'" + value + "' is neither true nor false");
  return value != "false";
}

} // namespace

void FlagSet::add(const char *name, bool &target, const char *help) {
  addFlag(name, help, false, [&target](const std::string &value) { target = parseSwitch(value); });
}

void FlagSet::add(const char *name, std::optional<bool> &target, const char *help) {
  addFlag(name, help, false, [&target](const std::string &value) { target = parseSwitch(value); });
}

void FlagSet::add(const char *name, size_t &target, const char *help) {
  addFlag(name, help, true, [&target](const std::string &value) {
    char *end = nullptr;
    errno = 0;
    unsigned long long number = std::strtoull(value.c_str(), &end, 10);
    bool startsWithDigit = !value.empty() && value[0] >= '0' && value[0] <= '9';
    if (!startsWithDigit || *end || errno == ERANGE || number > SIZE_MAX)
      throw ToolError("'" + value + "' is no count");
    target = static_cast<size_t>(number);
  });
}

void FlagSet::add(const char *name, double &target, const char *help) {
  addFlag(name, help, true, [&target](const std::string &value) {
    char *end = nullptr;
    double number = std::strtod(value.c_str(), &end);
    if (value.empty() || *end || !std::isfinite(number) || number < 0)
      throw ToolError("'" + value + "' is no finite number that is 0 or more");
    target = number;
  });
}

void FlagSet::addPrefix(const char *prefix, std::vector<std::string> &target, const char *help) {
  flags.push_back({prefix, help, false, true,
                   [&target](const std::string &argument) { target.push_back(argument); }});
}

void FlagSet::addPositional(const char *name, std::string &target) {
  positionalName = name;
  positional = &target;
}

bool FlagSet::parse(int argc, const char *const *argv) {
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--help" || argument == "-h") {
      printHelp();
      return false;
    }
    if (argument.size() > 2 && argument.compare(0, 2, "--") == 0)
      parseFlag(std::string_view(argument).substr(2));
    else
      parsePositional(argument);
  }
  if (positional && !positionalSeen)
    throw ToolError(positionalName + " is missing; see --help");
  return true;
}

void FlagSet::parseFlag(std::string_view argument) {
  size_t equals = argument.find('=');
  std::string name(argument.substr(0, equals));
  auto flag = std::find_if(flags.begin(), flags.end(), [&](const Flag &f) {
    return f.isPrefix ? name.compare(0, f.name.size(), f.name) == 0 : f.name == name;
  });
  if (flag == flags.end())
    throw ToolError("unknown flag --" + name + "; see --help");
  if (flag->isPrefix)
    return flag->assign("--" + std::string(argument));
  if (flag->needsValue && equals == std::string_view::npos)
    throw ToolError("--" + name + " needs a value: --" + name + "=...");
  std::string value;
  if (equals != std::string_view::npos)
    value = std::string(argument.substr(equals + 1));
  withContext("--" + name, [&] { flag->assign(value); });
}

void FlagSet::parsePositional(const std::string &argument) {
  if (!positional || positionalSeen || (argument.size() > 1 && argument[0] == '-'))
    throw ToolError("unexpected argument '" + argument + "'; see --help");
  *positional = argument;
  positionalSeen = true;
}

void FlagSet::printHelp() const {
  std::printf("usage: %s %s\n%s\n\n", tool.c_str(), usage.c_str(), description.c_str());
  for (const Flag &flag : flags)
    std::printf("  --%s%s\n      %s\n", flag.name.c_str(),
                flag.isPrefix     ? "..."
                : flag.needsValue ? "=..."
                                  : "",
                flag.help.c_str());
  std::printf("  --help\n      Prints this text.\n");
}

} // namespace iree::tools
