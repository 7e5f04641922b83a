// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reports on memory as a page: the arena over time as a picture, tables below it.
// Names come from files that nobody vouches for: they go through escape() only.
#include "tools/error.h"
#include "tools/memory_report.h"

#include <algorithm>
#include <cstdarg>

namespace iree::tools {

namespace {

constexpr char kStyle[] = R"(
body { font: 14px/1.45 system-ui, sans-serif; color: #222; background: #fff; margin: 24px auto;
  max-width: 1160px; padding: 0 16px; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 32px 0 8px; }
h3 { font-size: 14px; margin: 24px 0 6px; }
p { margin: 6px 0; } .note { color: #666; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: left; padding: 3px 10px 3px 0; border-bottom: 1px solid #e4e4e4;
  vertical-align: top; overflow-wrap: anywhere; }
th { color: #666; font-weight: 600; } .n { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
.facts td { font-size: 16px; border: 0; padding: 0 24px 0 0; } .facts th { border: 0;
  font-weight: 400; font-size: 12px; padding: 0 24px 0 0; } .facts { width: auto; margin: 12px 0; }
tr.peak td { background: #fff4d6; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, sans-serif; }
svg .frame { stroke: #bbb; fill: none; } svg .grid { stroke: #eee; }
svg .axis { fill: #666; } svg .peak { fill: #e0a100; fill-opacity: 0.12; stroke: #e0a100; pointer-events: none; } svg .bound { stroke: #c0392b;
  stroke-dasharray: 5 3; fill: none; } svg .live { stroke: #222; stroke-width: 1.5; fill: none; }
svg .buffer { stroke: #fff; stroke-width: 1; fill-opacity: 0.8; } svg .buffer:hover { fill-opacity: 1; }
svg .name { fill: #111; pointer-events: none; }
)";

std::string format(const char *pattern, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text, sizeof text, pattern, arguments);
  va_end(arguments);
  return text;
}

std::string escape(const std::string &name) {
  std::string html;
  for (char c : printable(iree_make_string_view(name.data(), name.size())))
    switch (c) {
    case '&':
      html += "&amp;";
      break;
    case '<':
      html += "&lt;";
      break;
    case '>':
      html += "&gt;";
      break;
    case '"':
      html += "&quot;";
      break;
    default:
      html += c;
    }
  return html;
}

/// With a narrow space between groups of three digits.
std::string number(uint64_t value) {
  std::string digits = std::to_string(value);
  for (size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, "\xE2\x80\xAF");
  }
  return digits;
}

std::string cell(uint64_t value) { return "<td class=\"n\">" + number(value) + "</td>"; }
std::string cell(const std::string &name) { return "<td>" + escape(name) + "</td>"; }

std::string bufferName(const FunctionMemory &function, const MemoryBuffer &buffer) {
  return buffer.isInput ? "input" : stepName(function.steps[buffer.firstStep]);
}

/// What fits into a rectangle: the layer's name if there is one, in lines.
std::string shortName(const FunctionMemory &function, const MemoryBuffer &buffer) {
  if (buffer.isInput)
    return "input";
  const StepDescription &step = function.steps[buffer.firstStep];
  if (!step.layer.empty())
    return step.layer;
  return step.kernel.empty() ? step.mnemonic : step.kernel;
}

/// The arena over time. x: steps, y: bytes from the bottom.
class Picture {
public:
  explicit Picture(const FunctionMemory &given) : function(given) {
    for (const MemoryBuffer &buffer : function.timeline.buffers)
      topBytes = std::max(topBytes, buffer.place.end);
    topBytes = std::max<uint64_t>({topBytes, function.arenaBytes, 1});
    stepWidth = kPlotWidth / static_cast<double>(std::max<size_t>(function.steps.size(), 1));
  }

  std::string draw() {
    svg = format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"arena over time\">\n",
                 kWidth, kHeight);
    const MemoryTimeline &timeline = function.timeline;
    drawGrid();
    for (size_t i = 0; i < timeline.buffers.size(); ++i)
      drawBuffer(i);
    drawLive();
    svg += format("<rect class=\"peak\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n",
                  x(timeline.peakStep), kTop, stepWidth, kPlotHeight);
    double bound = y(timeline.lowerBoundBytes);
    svg += format("<line class=\"bound\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>\n", kLeft,
                  bound, kLeft + kPlotWidth, bound);
    svg += format("<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n</svg>\n",
                  kLeft, kTop, kPlotWidth, kPlotHeight);
    return svg;
  }

private:
  static constexpr int kWidth = 1128, kHeight = 480, kLeft = 64, kTop = 10, kPlotWidth = 1056,
                       kPlotHeight = 430;
  static constexpr double kLetterWidth = 6.4, kLineHeight = 13;

  double x(size_t step) const { return kLeft + static_cast<double>(step) * stepWidth; }
  double y(uint64_t bytes) const {
    return kTop + kPlotHeight * (1 - static_cast<double>(bytes) / static_cast<double>(topBytes));
  }

  /// 1, 2 or 5 times a power of ten, so that there are at most `count` of them.
  static uint64_t tick(uint64_t whole, uint64_t count) {
    for (uint64_t power = 1;; power *= 10)
      for (uint64_t factor : {1u, 2u, 5u})
        if (whole / (factor * power) <= count)
          return factor * power;
  }

  void drawGrid() {
    for (uint64_t bytes = 0, by = tick(topBytes, 8); bytes <= topBytes; bytes += by)
      svg += format("<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>", kLeft,
                    y(bytes), kLeft + kPlotWidth, y(bytes)) +
             format("<text class=\"axis\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", kLeft - 6,
                    y(bytes) + 4) +
             number(bytes) + "</text>\n";
    for (size_t step = 0, by = tick(function.steps.size(), 40); step < function.steps.size();
         step += by)
      svg += format("<text class=\"axis\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%zu</text>\n",
                    x(step) + stepWidth / 2, kTop + kPlotHeight + 15, step);
    svg += format("<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">step</text>\n",
                  kLeft + kPlotWidth / 2, kTop + kPlotHeight + 32);
  }

  void drawBuffer(size_t ordinal) {
    const MemoryBuffer &buffer = function.timeline.buffers[ordinal];
    double left = x(buffer.firstStep), top = y(buffer.place.end);
    double width = x(buffer.lastStep + 1) - left, height = y(buffer.place.begin) - top;
    // Neighbours in time get colours that are far apart.
    constexpr int kHueStep = 137;
    svg += format("<g><rect class=\"buffer\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                  "fill=\"hsl(%d 55%% 76%%)\"/>",
                  left, top, width, std::max(height, 1.0),
                  static_cast<int>(ordinal % 360) * kHueStep % 360);
    svg += "<title>" + escape(bufferName(function, buffer)) +
           format("\n%llu bytes at %llu, steps %zu to %zu</title>",
                  static_cast<unsigned long long>(buffer.place.end - buffer.place.begin),
                  static_cast<unsigned long long>(buffer.place.begin), buffer.firstStep,
                  buffer.lastStep);
    drawName(shortName(function, buffer), left, top, width, height);
    svg += "</g>\n";
  }

  /// As many lines of the name as there is room for; what is wider is cut off.
  void drawName(const std::string &name, double left, double top, double width, double height) {
    constexpr double kMargin = 4;
    auto letters = static_cast<size_t>(std::max(width - kMargin, 0.0) / kLetterWidth);
    auto lines = static_cast<size_t>(std::max(height - kMargin, 0.0) / kLineHeight);
    if (letters < 4 || lines == 0)
      return;
    svg += format("<svg x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">", left, top, width,
                  height);
    for (size_t line = 0, begin = 0; line < lines && begin < name.size(); ++line) {
      size_t end = std::min(begin + letters, name.size());
      size_t cut = name.find_last_of(" /_", end == name.size() ? end : end - 1);
      if (end < name.size() && cut != std::string::npos && cut > begin)
        end = cut + 1;
      svg += format("<text class=\"name\" x=\"%.1f\" y=\"%.1f\">", kMargin,
                    kLineHeight * static_cast<double>(line + 1)) +
             escape(name.substr(begin, end - begin)) + "</text>";
      begin = end;
    }
    svg += "</svg>";
  }

  void drawLive() {
    svg += "<path class=\"live\" d=\"";
    for (size_t step = 0; step < function.steps.size(); ++step)
      svg += format("%c%.1f %.1fH%.1f", step ? 'L' : 'M', x(step),
                    y(function.timeline.liveBytes[step]), x(step + 1));
    svg += "\"/>\n";
  }

  const FunctionMemory &function;
  uint64_t topBytes = 0;
  double stepWidth;
  std::string svg;
};

std::string facts(const std::vector<std::pair<std::string, uint64_t>> &list) {
  std::string head = "<table class=\"facts\"><tr>", row = "</tr><tr>";
  for (const auto &[name, bytes] : list) {
    head += "<th>" + name + "</th>";
    row += "<td>" + number(bytes) + " B</td>";
  }
  return head + row + "</tr></table>\n";
}

std::string bufferRows(const FunctionMemory &function, const std::vector<size_t> &ordinals,
                       bool markPeak) {
  std::string html = "<table><tr><th>buffer of</th><th class=\"n\">offset</th>"
                     "<th class=\"n\">bytes</th><th class=\"n\">first step</th>"
                     "<th class=\"n\">last step</th></tr>\n";
  size_t peak = function.timeline.peakStep;
  for (size_t ordinal : ordinals) {
    const MemoryBuffer &buffer = function.timeline.buffers[ordinal];
    bool isLive = markPeak && buffer.firstStep <= peak && peak <= buffer.lastStep;
    html += std::string(isLive ? "<tr class=\"peak\">" : "<tr>") +
            cell(bufferName(function, buffer)) + cell(buffer.place.begin) +
            cell(buffer.place.end - buffer.place.begin) + cell(uint64_t(buffer.firstStep)) +
            cell(uint64_t(buffer.lastStep)) + "</tr>\n";
  }
  return html + "</table>\n";
}

std::string stepRows(const FunctionMemory &function) {
  std::string html = "<table><tr><th class=\"n\">step</th><th>kernel</th><th>layer</th>"
                     "<th class=\"n\">live bytes</th></tr>\n";
  for (size_t i = 0; i < function.steps.size(); ++i) {
    const StepDescription &step = function.steps[i];
    html += std::string(i == function.timeline.peakStep ? "<tr class=\"peak\">" : "<tr>") +
            cell(uint64_t(i)) + cell(step.kernel.empty() ? step.mnemonic : step.kernel) +
            cell(step.layer) + cell(function.timeline.liveBytes[i]) + "</tr>\n";
  }
  return html + "</table>\n";
}

std::string constantRows(const FunctionMemory &function) {
  std::string html = "<table><tr><th>first read by</th><th>layer</th>"
                     "<th class=\"n\">bytes</th></tr>\n";
  for (const ConstantUse &use : function.constants)
    html += "<tr>" + cell(use.kernel) + cell(use.layer) + cell(use.bytes) + "</tr>\n";
  return html + "</table>\n";
}

std::string kernelRows(const MemoryReport &report) {
  std::string html = "<table><tr><th>kernel</th><th>layers</th><th class=\"n\">code bytes</th>"
                     "<th class=\"n\">stack bytes</th></tr>\n";
  for (const KernelMemory &kernel : report.kernels)
    html += "<tr>" + cell(kernel.name) + cell(kernel.layer) + cell(kernel.codeBytes) +
            cell(kernel.stackBytes) + "</tr>\n";
  return html + "</table>\n";
}

std::string functionSection(const FunctionMemory &function) {
  const MemoryTimeline &timeline = function.timeline;
  std::string html = "<h2>@" + escape(function.name) + "</h2>\n";
  html += facts({{"arena", function.arenaBytes},
                 {"lower bound", timeline.lowerBoundBytes},
                 {"if no bytes were shared", timeline.unsharedBytes},
                 {"stack of the deepest kernel", function.stackBytes}});
  if (function.hasDynamicPlaces)
    html += "<p class=\"note\">Some buffers have sizes that are known at run time only. They lie "
            "behind the arena and are not shown.</p>\n";
  if (function.isTooLong)
    return html + "<p>There are too many steps to follow what lies in the arena.</p>\n";
  if (timeline.buffers.empty())
    return html + "<p>Nothing lies in the arena.</p>\n";
  html += "<h3>Arena over time</h3>\n" + Picture(function).draw();
  html += "<p class=\"note\">Black: live bytes. Red: the lower bound, the most that are live at "
          "once in this order of steps. Yellow: the step where they are. Two buffers in one place "
          "share bytes: one overwrites the other.</p>\n";
  html += "<h3>What sets the peak: step " + std::to_string(timeline.peakStep) + ", " +
          escape(stepName(function.steps[timeline.peakStep])) + "</h3>\n" +
          bufferRows(function, liveBuffers(timeline, timeline.peakStep), false);
  std::vector<size_t> all(timeline.buffers.size());
  for (size_t i = 0; i < all.size(); ++i)
    all[i] = i;
  html += "<h3>Buffers</h3>\n" + bufferRows(function, all, true);
  html += "<h3>Steps</h3>\n" + stepRows(function);
  if (!function.constants.empty())
    html += "<h3>Constants by layer</h3>\n" + constantRows(function);
  return html;
}

} // namespace

std::string memoryHtml(const MemoryReport &report) {
  std::string title = "Memory of @" + escape(report.module);
  std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<title>" +
                     title + "</title>\n<style>" + kStyle + "</style>\n</head>\n<body>\n<h1>" +
                     title + "</h1>\n";
  if (!report.format.empty())
    html += "<p class=\"note\">" + escape(report.format) +
            (report.target.empty() ? "" : ", " + escape(report.target)) + "</p>\n";
  uint64_t codeBytes = 0;
  for (const KernelMemory &kernel : report.kernels)
    codeBytes += kernel.codeBytes;
  html += "<h3>RAM</h3>\n" + facts({{"arena", report.arenaBytes},
                                    {"state", report.stateBytes},
                                    {"all in one block, with runtime objects", report.blockBytes},
                                    {"stack of the deepest kernel", report.stackBytes}});
  html += "<h3>Flash</h3>\n" + facts({{"constants", report.constantsBytes},
                                      {"code of kernels", codeBytes},
                                      {"library with helpers and tables", report.libraryBytes},
                                      {"bytecode", report.bytecodeBytes},
                                      {"module file", report.fileBytes}});
  for (const FunctionMemory &function : report.functions)
    html += functionSection(function);
  if (!report.kernels.empty())
    html += "<h2>Kernels</h2>\n" + kernelRows(report);
  return html + "</body>\n</html>\n";
}

} // namespace iree::tools
