// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/KernelShapes.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Support/ErrorHandling.h"

using namespace iree_compiler;

namespace {

struct Row {
  llvm::StringLiteral core, architecture, features, numbers;
};

constexpr Row kRows[] = {
#define IREE_KERNEL_SHAPES(core, architecture, features, numbers)                                  \
  {core, architecture, features, numbers},
#include "compiler/Target/KernelShapes.def"
#undef IREE_KERNEL_SHAPES
};

struct Style {
  llvm::StringLiteral name;
  ContractionStyle style;
  llvm::StringLiteral feature; ///< that its instructions need; empty: none
};

constexpr Style kStyles[] = {
    {"outer-product", ContractionStyle::OuterProduct, ""},
    {"dot-reduction", ContractionStyle::DotReduction, "mve"},
    {"dual-multiply", ContractionStyle::DualMultiply, "dsp"},
    {"scalar", ContractionStyle::Scalar, ""},
};

struct PanelName {
  llvm::StringLiteral name;
  PanelStyle style;
  llvm::StringLiteral features; ///< cores that have its instructions, in words
};

constexpr PanelName kPanels[] = {
    {"none", PanelStyle::None, ""},
    {"unsigned-dots", PanelStyle::UnsignedDots, "avx512vnni, or avxvnni without avx512f"},
    {"widened-pairs", PanelStyle::WidenedPairs, "avx512bw, avx2 without avx512f, or sse2 alone"},
    {"signed-dots", PanelStyle::SignedDots, "dotprod"},
    {"narrow-pairs", PanelStyle::NarrowPairs, "neon, of AArch64"},
};

/// One setting: its numbers, which a text has with an x between them.
struct Setting {
  llvm::StringLiteral name;
  int64_t least, most; ///< of each number
  llvm::SmallVector<int64_t *, 3> numbers;
};

llvm::SmallVector<Setting> settingsOf(KernelShapes &shapes) {
  auto tile = [](RegisterTile &each) {
    return llvm::SmallVector<int64_t *, 3>{&each.rows, &each.columns, &each.depth};
  };
  return {
      {"scalars", 0, 64, {&shapes.scalarRegisters}},
      {"vectors", 0, 64, {&shapes.vectorRegisters}},
      {"dot", 1, kMaxAccumulators, {&shapes.dot.rows, &shapes.dot.columns}},
      {"dot-row", 1, kMaxAccumulators, {&shapes.dotColumns}},
      {"step", 1, 256, {&shapes.dotStep}},
      {"unroll", 1, 256, {&shapes.dotUnrolled}},
      {"panel", 0, 256, {&shapes.panelColumns}},
      {"panel-sums", 0, 32, {&shapes.panelSums}},
      {"lanes", 1, kMaxAccumulators / 4, {&shapes.laneColumns}},
      {"depthwise", 1, 64, tile(shapes.depthwise)},
      {"i8", 1, 64, tile(shapes.bytes)},
      {"f32", 1, 64, tile(shapes.floats)},
      {"channels", 1, 64, {&shapes.channels}},
  };
}

std::string availableNames(KernelShapes &shapes) {
  std::string names = "style, panels";
  for (const Setting &setting : settingsOf(shapes))
    names += (", " + setting.name).str();
  return names;
}

/// Of any architecture's features.
bool hasFeature(const llvm::MCSubtargetInfo &info, llvm::StringRef name) {
  bool isKnown = llvm::any_of(info.getAllProcessorFeatures(),
                              [&](const auto &entry) { return name == entry.Key; });
  return isKnown && info.checkFeatures(("+" + name).str());
}

bool changeStyle(llvm::StringRef name, const llvm::MCSubtargetInfo &features, KernelShapes &shapes,
                 std::string &error) {
  std::string names;
  for (const Style &style : kStyles) {
    names += (names.empty() ? "" : ", ") + style.name.str();
    if (style.name != name)
      continue;
    if (!style.feature.empty() && !hasFeature(features, style.feature)) {
      error = "style '" + name.str() + "' needs a core with the feature " + style.feature.str();
      return false;
    }
    shapes.style = style.style;
    return true;
  }
  error = "unknown style '" + name.str() + "'; available: " + names;
  return false;
}

/// The core has the instructions, on vectors as wide as it has.
bool supports(PanelStyle panels, const llvm::MCSubtargetInfo &features) {
  auto has = [&](llvm::StringRef name) { return hasFeature(features, name); };
  bool isX86 = features.getTargetTriple().isX86(),
       isAArch64 = features.getTargetTriple().isAArch64();
  switch (panels) {
  case PanelStyle::None:
    return true;
  case PanelStyle::UnsignedDots:
    return isX86 && has(has("avx512f") ? "avx512vnni" : "avxvnni");
  case PanelStyle::WidenedPairs:
    return isX86 && has(has("avx512f") ? "avx512bw" : has("avx") ? "avx2" : "sse2");
  case PanelStyle::SignedDots:
    return isAArch64 && has("dotprod");
  case PanelStyle::NarrowPairs:
    return isAArch64 && has("neon");
  }
  return false;
}

bool changePanels(llvm::StringRef name, const llvm::MCSubtargetInfo &features, KernelShapes &shapes,
                  std::string &error) {
  std::string names;
  for (const PanelName &each : kPanels) {
    names += (names.empty() ? "" : ", ") + each.name.str();
    if (each.name != name)
      continue;
    if (!supports(each.style, features)) {
      error = "panels '" + name.str() + "' need a core with " + each.features.str();
      return false;
    }
    shapes.panels = each.style;
    return true;
  }
  error = "unknown panels '" + name.str() + "'; available: " + names;
  return false;
}

bool changeNumbers(const Setting &setting, llvm::StringRef text, std::string &error) {
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, 'x');
  bool isRight = parts.size() == setting.numbers.size();
  for (size_t i = 0; isRight && i < parts.size(); ++i)
    isRight = llvm::to_integer(parts[i], *setting.numbers[i], 10) &&
              *setting.numbers[i] >= setting.least && *setting.numbers[i] <= setting.most;
  if (isRight)
    return true;
  std::string form = "N";
  for (size_t i = 1; i < setting.numbers.size(); ++i)
    form += "xN";
  error = "'" + setting.name.str() + "=" + text.str() + "' is not of the form " +
          setting.name.str() + "=" + form + " with N from " + std::to_string(setting.least) +
          " to " + std::to_string(setting.most);
  return false;
}

bool changeOne(llvm::StringRef each, const llvm::MCSubtargetInfo &features, KernelShapes &shapes,
               std::string &error) {
  auto [name, value] = each.split('=');
  if (name == "style")
    return changeStyle(value, features, shapes, error);
  if (name == "panels")
    return changePanels(value, features, shapes, error);
  for (const Setting &setting : settingsOf(shapes))
    if (setting.name == name)
      return changeNumbers(setting, value, error);
  error = "unknown setting '" + name.str() + "'; available: " + availableNames(shapes);
  return false;
}

/// What several numbers must fulfil together.
bool check(const KernelShapes &shapes, std::string &error) {
  if (shapes.dot.rows * shapes.dot.columns > kMaxAccumulators)
    error =
        "a tile of dot products has at most " + std::to_string(kMaxAccumulators) + " accumulators";
  else if (shapes.panels != PanelStyle::None && (shapes.panelColumns < 4 || shapes.panelSums < 1))
    error = "panels of weights need panel=N with N from 4 and panel-sums=N with N from 1";
  return error.empty();
}

} // namespace

KernelShapes KernelShapes::of(llvm::StringRef architecture, const llvm::MCSubtargetInfo &features) {
  for (const Row &row : kRows) {
    if (!architecture.starts_with(row.architecture) || !features.checkFeatures(row.features))
      continue;
    KernelShapes shapes;
    shapes.core = row.core;
    std::string error;
    if (!shapes.change(row.numbers, features, error))
      llvm::report_fatal_error(llvm::Twine("row '") + row.core + "' of KernelShapes.def: " + error);
    return shapes;
  }
  return KernelShapes();
}

void KernelShapes::makeSmall() {
  for (RegisterTile *tile : {&dot, &depthwise, &bytes, &floats})
    tile->rows = 1;
  laneColumns = 1;
  dotStep = style == ContractionStyle::DotReduction   ? 16
            : style == ContractionStyle::DualMultiply ? 4
                                                      : 1;
  dotUnrolled = dotStep;
}

bool KernelShapes::change(llvm::StringRef text, const llvm::MCSubtargetInfo &features,
                          std::string &error) {
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  error.clear();
  for (llvm::StringRef each : parts)
    if (!changeOne(each, features, *this, error))
      return false;
  return check(*this, error);
}

std::string KernelShapes::text() const {
  KernelShapes copy = *this;
  std::string line = "style=";
  for (const Style &each : kStyles)
    if (each.style == style)
      line += each.name;
  for (const PanelName &each : kPanels)
    if (each.style == panels)
      line += (",panels=" + each.name).str();
  for (const Setting &setting : settingsOf(copy)) {
    line += ("," + setting.name + "=").str();
    line += llvm::join(
        llvm::map_range(setting.numbers, [](const int64_t *each) { return std::to_string(*each); }),
        "x");
  }
  return line;
}
