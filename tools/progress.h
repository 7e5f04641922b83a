// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A line that says how far long work is.
#ifndef IREE_TOOLS_PROGRESS_H_
#define IREE_TOOLS_PROGRESS_H_

#include "iree/base/api.h"

#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>

namespace iree::tools {

/// "@main: 12 of 93 kernel calls, 2.3 s", again and again on one line of a
/// terminal, in lines elsewhere.
class Progress {
public:
  enum class Style { None, Terminal, Lines };
  /// What a terminal shows when work takes longer than `intervalNanoseconds`,
  /// at most that often; lines also show the end of all work.
  Progress(Style style, std::FILE *out, iree_time_t intervalNanoseconds = 1000000000);
  /// Leaves nothing on a terminal.
  ~Progress() { clear(); }
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  bool isWanted() const { return style != Style::None; }

  /// `total` steps of `unit` are to come; 0: unknown.
  void begin(std::string work, size_t total, const char *unit);
  void step();
  void end();

private:
  void print(iree_time_t now);
  void clear();

  Style style;
  std::FILE *out;
  iree_time_t interval;
  std::string work;
  const char *unit = "";
  size_t total = 0, done = 0;
  iree_time_t start = 0, lastPrint = 0;
  bool isShown = false;
};

/// Unless the user says what is wanted, only a terminal gets the line.
Progress::Style progressStyle(std::optional<bool> wanted, std::FILE *out);

} // namespace iree::tools

#endif // IREE_TOOLS_PROGRESS_H_
