// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/MemoryGoals.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Tensor/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <map>
#include <string>

using namespace mlir;
using namespace iree_compiler;

namespace {

constexpr unsigned kMostTrials = 16;

/// One entry function. Goals are bytes by the Tensor stage's account.
struct Entry {
  func::FuncOp function;
  int64_t goal = INT64_MAX; ///< of the next trial
  bool isDone = false;
  int64_t good = -1, bad = INT64_MAX; ///< the largest goal that fits, the smallest that does not
  int64_t chosen = -1;                ///< the goal with the fewest calls that fits
  int64_t calls = INT64_MAX;          ///< of kernels, with it
  std::string account;                ///< of what it costs; empty: nothing
  int64_t fewestBytes = INT64_MAX;    ///< that any trial needed
  std::string peak;                   ///< what set them
};

class GoalSearch {
public:
  GoalSearch(ModuleOp module, uint64_t budget,
             llvm::function_ref<LogicalResult(ModuleOp)> compileCopy)
      : module(module), budget(static_cast<int64_t>(budget)), compileCopy(compileCopy) {
    for (auto function : module.getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        entries[function.getName().str()].function = function;
  }

  LogicalResult run() {
    for (unsigned trial = 0; trial < kMostTrials; ++trial) {
      OwningOpRef<ModuleOp> copy = setGoals().clone();
      ScopedDiagnosticHandler silence(module.getContext(), [](Diagnostic &) { return success(); });
      if (failed(compileCopy(*copy)))
        return success(); // the compilation will report it
      bool allDone = true;
      for (auto function : copy->getOps<program::FuncOp>()) {
        auto found = entries.find(function.getSymName());
        if (found == entries.end())
          continue;
        note(found->second, function, outcomeOf(*copy, function.getSymName()));
        allDone &= found->second.isDone;
      }
      if (allDone)
        break;
    }
    return report();
  }

private:
  ModuleOp setGoals() {
    Builder builder(module.getContext());
    for (auto &entry : entries)
      entry.second.function->setAttr(kMemoryGoalAttrName,
                                     builder.getI64IntegerAttr(entry.second.goal));
    return module;
  }

  static DictionaryAttr outcomeOf(ModuleOp copy, StringRef name) {
    auto splits = copy->getAttrOfType<DictionaryAttr>(kSplitsAttrName);
    return splits ? splits.getAs<DictionaryAttr>(name) : DictionaryAttr();
  }

  static int64_t number(DictionaryAttr outcome, StringRef name) {
    return outcome.getAs<IntegerAttr>(name).getInt();
  }

  /// Learns from a trial; the entry is done if nothing is left to try.
  void note(Entry &entry, program::FuncOp function, DictionaryAttr outcome) {
    if (entry.isDone)
      return;
    int64_t bytes = function.getArenaBytes();
    if (bytes < entry.fewestBytes) {
      entry.fewestBytes = bytes;
      entry.peak = outcome ? outcome.getAs<StringAttr>("peak").str() : std::string();
    }
    bool isFirst = entry.goal == INT64_MAX;
    if (bytes <= budget)
      noteGood(entry, bytes, outcome);
    else
      entry.bad = std::min(entry.bad, entry.goal);
    // Shapes are dynamic, or nothing had to be split.
    entry.isDone = !outcome || (isFirst && bytes <= budget);
    if (entry.isDone)
      return;
    // The account is wrong by about as much as it was here.
    int64_t account = number(outcome, "bytes");
    int64_t next = isFirst ? std::min(budget, account - 1) : account - (bytes - budget);
    entry.goal = std::max<int64_t>(std::min(next, entry.bad - 1), 0);
    // No goal between those that are known, or this was the smallest that there is.
    bool isSmallest = !isFirst && !outcome.getAs<BoolAttr>("fits").getValue();
    entry.isDone = entry.goal <= entry.good || (bytes > budget && isSmallest);
  }

  void noteGood(Entry &entry, int64_t bytes, DictionaryAttr outcome) {
    entry.good = std::max(entry.good, entry.goal);
    int64_t calls = outcome ? number(outcome, "calls") : 0;
    if (calls >= entry.calls)
      return;
    entry.calls = calls;
    entry.chosen = entry.goal;
    entry.account.clear();
    if (!outcome || outcome.getAs<StringAttr>("stripes").empty())
      return;
    llvm::raw_string_ostream stream(entry.account);
    // Each row of each layer is computed once.
    stream << outcome.getAs<StringAttr>("stripes").getValue() << ": " << calls
           << " kernel calls instead of " << number(outcome, "whole_calls")
           << ", 0 multiply-adds more, arena of " << bytes << " bytes";
  }

  LogicalResult report() {
    LogicalResult result = success();
    for (auto &[name, entry] : entries) {
      if (entry.fewestBytes <= budget) {
        entry.goal = entry.chosen;
        if (!entry.account.empty())
          llvm::errs() << "@" << name << ": " << entry.account << "\n";
        continue;
      }
      InFlightDiagnostic error =
          entry.function.emitError()
          << "no schedule was found for '@" << name << "' with an arena of at most " << budget
          << " bytes (--iree-memory-budget); the smallest takes " << entry.fewestBytes;
      if (!entry.peak.empty())
        error.attachNote() << entry.peak;
      result = failure();
    }
    setGoals();
    return result;
  }

  ModuleOp module;
  int64_t budget;
  llvm::function_ref<LogicalResult(ModuleOp)> compileCopy;
  std::map<std::string, Entry, std::less<>> entries;
};

} // namespace

LogicalResult
iree_compiler::setMemoryGoals(ModuleOp module, uint64_t budget,
                              llvm::function_ref<LogicalResult(ModuleOp)> compileCopy) {
  return GoalSearch(module, budget, compileCopy).run();
}
