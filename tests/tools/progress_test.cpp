// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/progress.h"

#include <gtest/gtest.h>

namespace iree::tools {
namespace {

constexpr iree_time_t kAlways = 0;
constexpr iree_time_t kNever = INT64_MAX;

/// What is written of two pieces of work, the first of 2 steps.
std::string written(Progress::Style style, iree_time_t interval) {
  std::FILE *file = std::tmpfile();
  {
    Progress progress(style, file, interval);
    progress.begin("@f", 2, "kernel calls");
    progress.step();
    progress.step();
    progress.end();
    progress.begin("@g", 0, "kernel calls");
    progress.step();
    // Left without end(), as when a call fails.
  }
  std::rewind(file);
  std::string text(1000, 0);
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

TEST(Progress, Lines) {
  EXPECT_EQ(written(Progress::Style::Lines, kNever), "@f: 2 of 2 kernel calls, 0.0 s\n");
  EXPECT_EQ(written(Progress::Style::Lines, kAlways),
            "@f: 1 of 2 kernel calls, 0.0 s\n@f: 2 of 2 kernel calls, 0.0 s\n"
            "@f: 2 of 2 kernel calls, 0.0 s\n@g: 1 kernel calls, 0.0 s\n");
}

TEST(Progress, TerminalIsLeftEmpty) {
  EXPECT_EQ(written(Progress::Style::Terminal, kNever), "");
  EXPECT_EQ(written(Progress::Style::Terminal, kAlways),
            "\r@f: 1 of 2 kernel calls, 0.0 s\x1b[K\r@f: 2 of 2 kernel calls, 0.0 s\x1b[K\r\x1b[K"
            "\r@g: 1 kernel calls, 0.0 s\x1b[K\r\x1b[K");
}

TEST(Progress, None) { EXPECT_EQ(written(Progress::Style::None, kAlways), ""); }

TEST(Progress, Style) {
  std::FILE *file = std::tmpfile(); // no terminal
  EXPECT_EQ(progressStyle({}, file), Progress::Style::None);
  EXPECT_EQ(progressStyle(false, file), Progress::Style::None);
  EXPECT_EQ(progressStyle(true, file), Progress::Style::Lines);
  std::fclose(file);
}

} // namespace
} // namespace iree::tools
