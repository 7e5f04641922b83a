// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/progress.h"

#include <unistd.h>
#include <utility>

namespace iree::tools {

namespace {

constexpr char kClearToEndOfLine[] = "\x1b[K";

} // namespace

Progress::Progress(Style lineStyle, std::FILE *stream, iree_time_t intervalNanoseconds)
    : style(lineStyle), out(stream), interval(intervalNanoseconds) {}

void Progress::begin(std::string newWork, size_t newTotal, const char *newUnit) {
  work = std::move(newWork);
  total = newTotal;
  unit = newUnit;
  done = 0;
  isShown = false;
  start = lastPrint = iree_time_now();
}

void Progress::step() {
  ++done;
  if (style == Style::None)
    return;
  iree_time_t now = iree_time_now();
  if (now - lastPrint >= interval)
    print(now);
}

void Progress::end() {
  if (style == Style::Lines)
    print(iree_time_now());
  clear();
}

void Progress::clear() {
  if (style == Style::Terminal && isShown)
    std::fprintf(out, "\r%s", kClearToEndOfLine);
  std::fflush(out);
  isShown = false;
}

void Progress::print(iree_time_t now) {
  bool rewrites = style == Style::Terminal;
  std::fprintf(out, "%s%s: %zu", rewrites ? "\r" : "", work.c_str(), done);
  if (total != 0)
    std::fprintf(out, " of %zu", total);
  std::fprintf(out, " %s, %.1f s%s", unit, static_cast<double>(now - start) * 1e-9,
               rewrites ? kClearToEndOfLine : "\n");
  std::fflush(out);
  lastPrint = now;
  isShown = true;
}

Progress::Style progressStyle(std::optional<bool> wanted, std::FILE *out) {
  bool isTerminal = isatty(fileno(out)) != 0;
  if (!wanted.value_or(isTerminal))
    return Progress::Style::None;
  return isTerminal ? Progress::Style::Terminal : Progress::Style::Lines;
}

} // namespace iree::tools
