// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Command lines of the runtime's tools: --name=value, --switch, positional
// arguments, --help. What is registered is where the values go.
#ifndef IREE_TOOLS_FLAGS_H_
#define IREE_TOOLS_FLAGS_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iree::tools {

class FlagSet {
public:
  /// `usage` is what follows the tool's name on the help's first line.
  FlagSet(std::string tool, std::string usage, std::string description);

  // Targets must outlive the set; their values on registration are the
  // defaults. Of a repeated flag the last value counts, a list gets them all.
  void add(const char *name, std::string &target, const char *help);
  void add(const char *name, std::vector<std::string> &target, const char *help);
  /// --name, --name=true or --name=false.
  void add(const char *name, bool &target, const char *help);
  /// The same; nothing without the flag.
  void add(const char *name, std::optional<bool> &target, const char *help);
  void add(const char *name, size_t &target, const char *help);
  /// A finite number that is not negative.
  void add(const char *name, double &target, const char *help);
  /// Arguments --prefix...=value, collected as they are.
  void addPrefix(const char *prefix, std::vector<std::string> &target, const char *help);
  /// One argument without dashes, required.
  void addPositional(const char *name, std::string &target);

  /// Assigns the targets. False when --help has been printed and there is
  /// nothing left to do; throws ToolError on what it does not understand.
  bool parse(int argc, const char *const *argv);

private:
  struct Flag {
    std::string name;
    std::string help;
    bool needsValue;
    bool isPrefix; ///< `name` is how the flags' names begin; the value is the whole argument
    std::function<void(const std::string &value)> assign;
  };

  void addFlag(const char *name, const char *help, bool needsValue,
               std::function<void(const std::string &)> assign);
  void parseFlag(std::string_view argument);
  void parsePositional(const std::string &argument);
  void printHelp() const;

  std::string tool, usage, description;
  std::vector<Flag> flags;
  std::string positionalName;
  std::string *positional = nullptr;
  bool positionalSeen = false;
};

} // namespace iree::tools

#endif // IREE_TOOLS_FLAGS_H_
