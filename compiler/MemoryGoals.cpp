// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/MemoryGoals.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Tensor/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <string>

using namespace mlir;
using namespace iree_compiler;

namespace {

constexpr unsigned kMostTrials = 16;

/// One entry function.
struct Entry {
  func::FuncOp function;
  int64_t goal = INT64_MAX; ///< by the Tensor stage's account
  bool isDone = false;
  int64_t fewestBytes = INT64_MAX; ///< that any trial needed
  std::string peak;                ///< what set them
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

  /// Learns from a trial; the entry is done if it fits or nothing is left to try.
  void note(Entry &entry, program::FuncOp function, DictionaryAttr outcome) {
    if (entry.isDone)
      return;
    int64_t bytes = function.getArenaBytes();
    if (bytes < entry.fewestBytes) {
      entry.fewestBytes = bytes;
      entry.peak = outcome ? outcome.getAs<StringAttr>("peak").str() : std::string();
    }
    entry.isDone = true;
    if (bytes <= budget) {
      announce(entry, bytes, outcome);
      return;
    }
    // Shapes are dynamic, or this was the smallest that the Tensor stage knows.
    bool isFirst = entry.goal == INT64_MAX;
    if (!outcome || (!isFirst && !outcome.getAs<BoolAttr>("fits").getValue()))
      return;
    // Its account is wrong by about as much as it was here.
    int64_t account = number(outcome, "bytes");
    int64_t next = isFirst ? std::min(budget, account - 1) : account - (bytes - budget);
    entry.goal = std::max<int64_t>(next, 0);
    entry.isDone = false;
  }

  void announce(Entry &entry, int64_t bytes, DictionaryAttr outcome) {
    if (!outcome || outcome.getAs<StringAttr>("stripes").empty())
      return;
    // Each row of each layer is computed once.
    llvm::errs() << "@" << entry.function.getName() << ": "
                 << outcome.getAs<StringAttr>("stripes").getValue() << ": "
                 << number(outcome, "calls") << " kernel calls instead of "
                 << number(outcome, "whole_calls") << ", 0 multiply-adds more, arena of " << bytes
                 << " bytes\n";
  }

  LogicalResult report() {
    LogicalResult result = success();
    for (auto &[name, entry] : entries) {
      if (entry.fewestBytes <= budget || entry.fewestBytes == INT64_MAX)
        continue;
      InFlightDiagnostic error = entry.function.emitError()
                                 << "no schedule was found for '@" << name
                                 << "' with an arena of at most " << budget
                                 << " bytes (--iree-memory-budget); the smallest takes "
                                 << entry.fewestBytes;
      if (!entry.peak.empty())
        error.attachNote() << entry.peak;
      result = failure();
    }
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
