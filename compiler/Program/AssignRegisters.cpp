// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Linear scan: Poletto and Sarkar, "Linear Scan Register Allocation", 1999;
// without spilling, with hints that make most moves of block arguments moves of
// a register to itself, which are left out.
#include "compiler/Program/Opcodes.h"
#include "compiler/Program/RegisterCode.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <array>
#include <map>

using namespace iree_compiler;

namespace {

constexpr uint32_t kMaxRegisters = 256;
constexpr uint32_t kMaxTargets = 65536;
constexpr uint32_t kNone = ~0u;

/// Positions count instructions in layout order: an instruction reads at an
/// even position and writes at the odd one after it. A block has such a pair
/// before its first instruction, where parameters begin, and one after its
/// last, where edges read their arguments.
struct Interval {
  uint32_t begin = kNone, end = 0; ///< [begin, end)
  void add(uint32_t position) {
    begin = std::min(begin, position);
    end = std::max(end, position + 1);
  }
};

/// Live virtual registers at the begin and end of each block.
class Liveness {
public:
  explicit Liveness(const RegisterFunction &function)
      : function(function), liveIn(function.blocks.size(), llvm::BitVector(registers())),
        liveOut(liveIn) {
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t index = function.blocks.size(); index-- > 0;)
        changed |= update(index);
    }
  }

  const llvm::BitVector &atEnd(size_t block) const { return liveOut[block]; }
  const llvm::BitVector &atBegin(size_t block) const { return liveIn[block]; }

private:
  unsigned registers() const { return static_cast<unsigned>(function.types.size()); }

  bool update(size_t index) {
    const RegisterBlock &block = function.blocks[index];
    llvm::BitVector live(registers());
    for (const RegisterEdge &edge : block.edges)
      live |= liveIn[edge.block];
    liveOut[index] = live;
    for (const RegisterEdge &edge : block.edges)
      for (uint32_t argument : edge.arguments)
        live.set(argument);
    for (uint32_t read : block.end)
      live.set(read);
    for (const RegisterInstruction &instruction : llvm::reverse(block.instructions)) {
      for (const RegisterOperand &operand : instruction.operands)
        if (operand.isWritten)
          live.reset(operand.number);
      for (const RegisterOperand &operand : instruction.operands)
        if (!operand.isWritten)
          live.set(operand.number);
    }
    for (uint32_t parameter : block.parameters)
      live.reset(parameter);
    if (live == liveIn[index])
      return false;
    liveIn[index] = live;
    return true;
  }

  const RegisterFunction &function;
  std::vector<llvm::BitVector> liveIn, liveOut;
};

std::vector<Interval> liveIntervals(const RegisterFunction &function) {
  Liveness liveness(function);
  std::vector<Interval> intervals(function.types.size());
  uint32_t position = 0;
  for (auto [index, block] : llvm::enumerate(function.blocks)) {
    for (unsigned live : liveness.atBegin(index).set_bits())
      intervals[live].add(position);
    for (uint32_t parameter : block.parameters)
      intervals[parameter].add(position + 1);
    position += 2;
    for (const RegisterInstruction &instruction : block.instructions) {
      for (const RegisterOperand &operand : instruction.operands)
        intervals[operand.number].add(position + (operand.isWritten ? 1 : 0));
      position += 2;
    }
    for (const RegisterEdge &edge : block.edges)
      for (uint32_t argument : edge.arguments)
        intervals[argument].add(position);
    for (uint32_t read : block.end)
      intervals[read].add(position);
    // What lives on is not written by the moves of this block's edges.
    for (unsigned live : liveness.atEnd(index).set_bits())
      intervals[live].add(position + 1);
    position += 2;
  }
  return intervals;
}

class LinearScan {
public:
  explicit LinearScan(const RegisterFunction &function)
      : function(function), intervals(liveIntervals(function)),
        assigned(function.types.size(), kNone), partners(function.types.size()) {
    for (const RegisterBlock &block : function.blocks)
      for (const RegisterEdge &edge : block.edges)
        for (auto [argument, parameter] :
             llvm::zip_equal(edge.arguments, function.blocks[edge.block].parameters)) {
          partners[argument].push_back(parameter);
          partners[parameter].push_back(argument);
        }
  }

  /// False if the registers do not suffice.
  bool run(std::vector<RegisterType> &types) {
    std::vector<uint32_t> order;
    for (uint32_t i = 0; i < intervals.size(); ++i)
      if (intervals[i].begin != kNone)
        order.push_back(i);
    llvm::sort(order, [&](uint32_t a, uint32_t b) {
      return std::pair(intervals[a].begin, a) < std::pair(intervals[b].begin, b);
    });
    for (uint32_t number : order) {
      uint32_t found = choose(number, types);
      if (found == kNone)
        return false;
      assigned[number] = found;
      busyUntil[found] = intervals[number].end;
    }
    return true;
  }

  std::vector<uint32_t> takeAssigned() { return std::move(assigned); }

private:
  uint32_t choose(uint32_t number, std::vector<RegisterType> &types) const {
    auto isFree = [&](uint32_t candidate) {
      return types[candidate] == function.types[number] &&
             busyUntil[candidate] <= intervals[number].begin;
    };
    for (uint32_t partner : partners[number])
      if (assigned[partner] != kNone && isFree(assigned[partner]))
        return assigned[partner];
    for (uint32_t candidate = 0; candidate < types.size(); ++candidate)
      if (isFree(candidate))
        return candidate;
    if (types.size() == kMaxRegisters)
      return kNone;
    types.push_back(function.types[number]);
    return static_cast<uint32_t>(types.size() - 1);
  }

  const RegisterFunction &function;
  std::vector<Interval> intervals;
  std::vector<uint32_t> assigned;
  std::vector<llvm::SmallVector<uint32_t, 2>> partners; ///< on both sides of a move
  std::array<uint32_t, kMaxRegisters> busyUntil{};
};

/// Lays blocks out and writes words.
class Layout {
public:
  Layout(const RegisterFunction &function, std::vector<uint32_t> assigned, RegisterCode &code)
      : function(function), assigned(std::move(assigned)), code(code),
        starts(function.blocks.size(), kNone) {}

  bool run() {
    for (uint32_t index = 0; index < function.blocks.size(); ++index)
      if (!addBlock(index))
        return false;
    return resolveBranches();
  }

private:
  struct Branch {
    size_t word;     ///< that names the block,
    uint32_t shift;  ///< from this bit on
    uint32_t target; ///< a function's block, or an offset of its own
    bool isOffset;
  };
  using Moves = std::vector<std::pair<uint32_t, uint32_t>>; ///< to, from

  bool addBlock(uint32_t index) {
    const RegisterBlock &block = function.blocks[index];
    starts[index] = offset();
    for (const RegisterInstruction &instruction : block.instructions)
      addInstruction(instruction);
    switch (block.kind) {
    case BlockEnd::Leave:
      return true;
    case BlockEnd::Branch:
      return addEdge(block.edges[0], index + 1);
    case BlockEnd::Conditional:
      return addConditional(block, index + 1);
    case BlockEnd::Next:
      return addNext(block, index + 1);
    }
    return true;
  }

  /// Edges with moves become blocks of their own; one of them may go on to `next`.
  bool addConditional(const RegisterBlock &block, uint32_t next) {
    code.words.push_back(word(Opcode::COND_BR, assigned[block.end[0]]));
    size_t targets = code.words.size();
    code.words.push_back(0);
    llvm::SmallVector<uint32_t, 2> withMoves;
    for (uint32_t i : {0u, 1u})
      if (movesOf(block.edges[i]).empty())
        branches.push_back({targets, 16 * i, block.edges[i].block, false});
      else
        withMoves.push_back(i);
    if (withMoves.size() == 2 && block.edges[0].block == next)
      std::swap(withMoves[0], withMoves[1]);
    for (uint32_t i : withMoves) {
      branches.push_back({targets, 16 * i, offset(), true});
      if (!addEdge(block.edges[i], i == withMoves.back() ? next : kNone))
        return false;
    }
    return true;
  }

  bool addNext(const RegisterBlock &block, uint32_t next) {
    code.words.push_back(
        word(Opcode::NEXT, assigned[block.end[0]], assigned[block.end[1]], assigned[block.end[2]]));
    size_t target = code.words.size();
    code.words.push_back(0);
    bool again = movesOf(block.edges[0]).empty();
    if (again)
      branches.push_back({target, 0, block.edges[0].block, false});
    if (!addEdge(block.edges[1], again ? next : kNone))
      return false;
    if (again)
      return true;
    branches.push_back({target, 0, offset(), true});
    return addEdge(block.edges[0], next);
  }

  void addInstruction(const RegisterInstruction &instruction) {
    size_t first = code.words.size();
    code.words.insert(code.words.end(), instruction.words.begin(), instruction.words.end());
    for (const RegisterOperand &operand : instruction.operands)
      code.words[first + operand.word] |= assigned[operand.number] << operand.shift;
  }

  Moves movesOf(const RegisterEdge &edge) const {
    Moves moves;
    for (auto [argument, parameter] :
         llvm::zip_equal(edge.arguments, function.blocks[edge.block].parameters))
      if (assigned[parameter] != kNone && assigned[argument] != assigned[parameter])
        moves.push_back({assigned[parameter], assigned[argument]});
    return moves;
  }

  /// Moves, then a branch unless the target is `next`.
  bool addEdge(const RegisterEdge &edge, uint32_t next) {
    if (!addMoves(movesOf(edge)))
      return false;
    if (edge.block == next)
      return true;
    code.words.push_back(word(Opcode::BR));
    branches.push_back({code.words.size(), 0, edge.block, false});
    code.words.push_back(0);
    return true;
  }

  /// All moves at once: one whose target nobody reads any more goes first; in
  /// what is left, cycles, a register is saved in a spare one.
  bool addMoves(Moves moves) {
    while (!moves.empty()) {
      auto ready = llvm::find_if(moves, [&](const auto &move) {
        return llvm::none_of(moves, [&](const auto &other) { return other.second == move.first; });
      });
      if (ready != moves.end()) {
        addMove(ready->first, ready->second);
        moves.erase(ready);
        continue;
      }
      uint32_t saved = moves.front().first, spare = spareRegister(code.registerTypes[saved]);
      if (spare == kNone)
        return false;
      addMove(spare, saved);
      for (auto &move : moves)
        if (move.second == saved)
          move.second = spare;
    }
    return true;
  }

  void addMove(uint32_t to, uint32_t from) { code.words.push_back(word(Opcode::MOV, to, from)); }

  uint32_t spareRegister(RegisterType type) {
    auto [entry, isNew] = spares.try_emplace(type, kNone);
    if (isNew && code.registerTypes.size() < kMaxRegisters) {
      entry->second = static_cast<uint32_t>(code.registerTypes.size());
      code.registerTypes.push_back(type);
    }
    return entry->second;
  }

  /// Targets become ordinals in the block table.
  bool resolveBranches() {
    auto offsetOf = [&](const Branch &branch) {
      return branch.isOffset ? branch.target : starts[branch.target];
    };
    for (const Branch &branch : branches)
      code.blocks.push_back(offsetOf(branch));
    llvm::sort(code.blocks);
    code.blocks.erase(std::unique(code.blocks.begin(), code.blocks.end()), code.blocks.end());
    for (const Branch &branch : branches) {
      auto found = llvm::lower_bound(code.blocks, offsetOf(branch));
      code.words[branch.word] |= static_cast<uint32_t>(found - code.blocks.begin()) << branch.shift;
    }
    code.starts = starts;
    return code.blocks.size() <= kMaxTargets;
  }

  uint32_t offset() const { return static_cast<uint32_t>(code.words.size()); }

  const RegisterFunction &function;
  std::vector<uint32_t> assigned; ///< register by virtual register
  RegisterCode &code;
  std::vector<uint32_t> starts; ///< offset by block
  std::vector<Branch> branches;
  std::map<RegisterType, uint32_t> spares;
};

} // namespace

std::string iree_compiler::assignRegisters(const RegisterFunction &function, RegisterCode &code) {
  code = RegisterCode();
  LinearScan scan(function);
  if (!scan.run(code.registerTypes) || !Layout(function, scan.takeAssigned(), code).run())
    return "needs more than " + std::to_string(kMaxRegisters) + " registers at a time or " +
           std::to_string(kMaxTargets) + " branch targets";
  code.needs = function.needs;
  for (RegisterType type : code.registerTypes)
    code.needs |= type == RegisterType::F32 ? kNeedsF32 : type == RegisterType::F64 ? kNeedsF64 : 0;
  return "";
}
