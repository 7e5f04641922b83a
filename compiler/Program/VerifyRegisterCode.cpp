// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A symbolic run of register code: for each register the set of virtual
// registers whose value it holds, at the begin of each block the intersection
// over all ways into it.
#include "compiler/Program/Opcodes.h"
#include "compiler/Program/RegisterCode.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include <optional>
#include <set>

using namespace iree_compiler;

namespace {

/// By register: what it holds.
using State = std::vector<std::set<uint32_t>>;

class Replay {
public:
  Replay(const RegisterFunction &function, const RegisterCode &code)
      : function(function), code(code), atBegin(function.blocks.size()) {}

  std::string run() {
    error = checkTables();
    if (!error.empty())
      return error;
    atBegin[0] = State(code.registerTypes.size());
    pending.push_back(0);
    while (!pending.empty() && error.empty()) {
      uint32_t block = pending.back();
      pending.pop_back();
      runBlock(block);
    }
    return error;
  }

private:
  std::string checkTables() const {
    if (code.registerTypes.size() > 256)
      return "more than 256 registers";
    if (code.starts.size() != function.blocks.size() || code.starts.empty() || code.starts[0] != 0)
      return "no start for every block";
    for (size_t i = 0; i < code.blocks.size(); ++i)
      if (code.blocks[i] >= code.words.size() || (i > 0 && code.blocks[i] <= code.blocks[i - 1]))
        return "block table is not ascending within the code";
    return "";
  }

  void fail(uint32_t offset, const std::string &what) {
    if (error.empty())
      error = "word " + std::to_string(offset) + ": " + what;
  }

  void runBlock(uint32_t index) {
    const RegisterBlock &block = function.blocks[index];
    State state = *atBegin[index];
    uint32_t offset = code.starts[index];
    for (const RegisterInstruction &instruction : block.instructions) {
      if (!runInstruction(instruction, offset, state))
        return;
      offset += static_cast<uint32_t>(instruction.words.size());
    }
    switch (block.kind) {
    case BlockEnd::Leave:
      return;
    case BlockEnd::Branch:
      return follow(block.edges[0], offset, std::move(state));
    case BlockEnd::Conditional:
      return runConditional(block, offset, std::move(state));
    case BlockEnd::Next:
      return runNext(block, offset, std::move(state));
    }
  }

  /// The offset that block ordinal `ordinal` stands for.
  uint32_t target(uint32_t offset, uint32_t ordinal) {
    if (ordinal < code.blocks.size())
      return code.blocks[ordinal];
    fail(offset, "branches to a block that is not in the table");
    return static_cast<uint32_t>(code.words.size());
  }

  void runConditional(const RegisterBlock &block, uint32_t offset, State state) {
    RegisterInstruction branch = {{word(Opcode::COND_BR), 0}, {{block.end[0], 0, 8, false}}};
    if (offset + 1 >= code.words.size())
      return fail(offset, "not a conditional branch");
    uint32_t targets = branch.words[1] = code.words[offset + 1];
    if (!runInstruction(branch, offset, state))
      return;
    follow(block.edges[0], target(offset, targets & 0xFFFF), state);
    follow(block.edges[1], target(offset, targets >> 16), std::move(state));
  }

  void runNext(const RegisterBlock &block, uint32_t offset, State state) {
    RegisterInstruction branch = {{word(Opcode::NEXT), 0},
                                  {{block.end[0], 0, 8, false},
                                   {block.end[1], 0, 16, false},
                                   {block.end[2], 0, 24, false},
                                   {block.end[0], 0, 8, true}}};
    if (offset + 1 >= code.words.size())
      return fail(offset, "not the end of a loop");
    uint32_t again = branch.words[1] = code.words[offset + 1];
    if (!runInstruction(branch, offset, state))
      return;
    follow(block.edges[0], target(offset, again), state);
    follow(block.edges[1], offset + 2, std::move(state));
  }

  bool holds(const State &state, uint32_t reg, uint32_t number) const {
    return reg < state.size() && state[reg].count(number) != 0 &&
           code.registerTypes[reg] == function.types[number];
  }

  bool runInstruction(const RegisterInstruction &instruction, uint32_t offset, State &state) {
    if (offset + instruction.words.size() > code.words.size()) {
      fail(offset, "the code ends early");
      return false;
    }
    llvm::SmallVector<uint32_t, 4> words(instruction.words);
    llvm::SmallVector<uint32_t, 4> registers;
    for (const RegisterOperand &operand : instruction.operands) {
      registers.push_back(code.words[offset + operand.word] >> operand.shift & 0xFF);
      words[operand.word] |= registers.back() << operand.shift;
    }
    if (!std::equal(words.begin(), words.end(), code.words.begin() + offset)) {
      fail(offset, "another instruction");
      return false;
    }
    for (auto [operand, reg] : llvm::zip_equal(instruction.operands, registers))
      if (!operand.isWritten && !holds(state, reg, operand.number)) {
        fail(offset, "register " + std::to_string(reg) + " does not hold the operand");
        return false;
      }
    for (auto [operand, reg] : llvm::zip_equal(instruction.operands, registers)) {
      if (!operand.isWritten)
        continue;
      if (reg >= state.size() || code.registerTypes[reg] != function.types[operand.number]) {
        fail(offset, "register " + std::to_string(reg) + " has another type");
        return false;
      }
      forget(state, operand.number);
      state[reg] = {operand.number};
    }
    return true;
  }

  static void forget(State &state, uint32_t number) {
    for (std::set<uint32_t> &held : state)
      held.erase(number);
  }

  /// Moves and branches up to the begin of the edge's block.
  void follow(const RegisterEdge &edge, uint32_t offset, State state) {
    for (size_t steps = 0; offset != code.starts[edge.block]; ++steps) {
      if (offset >= code.words.size() || steps > code.words.size())
        return fail(offset, "does not lead to the block that follows");
      uint32_t head = code.words[offset], to = head >> 8 & 0xFF, from = head >> 16 & 0xFF;
      if (head == word(Opcode::MOV, to, from)) {
        if (to >= state.size() || from >= state.size() ||
            code.registerTypes[to] != code.registerTypes[from])
          return fail(offset, "moves between registers of different types");
        state[to] = state[from];
        ++offset;
      } else if (head == word(Opcode::BR) && offset + 1 < code.words.size()) {
        offset = target(offset, code.words[offset + 1]);
      } else {
        return fail(offset, "neither a move nor a branch");
      }
    }
    enter(edge, offset, state);
  }

  void enter(const RegisterEdge &edge, uint32_t offset, const State &state) {
    llvm::ArrayRef<uint32_t> parameters(function.blocks[edge.block].parameters);
    State entered = state;
    for (uint32_t parameter : parameters)
      forget(entered, parameter);
    for (auto [argument, parameter] : llvm::zip_equal(edge.arguments, parameters)) {
      bool found = false;
      for (size_t reg = 0; reg < state.size(); ++reg)
        if (holds(state, static_cast<uint32_t>(reg), argument)) {
          entered[reg].insert(parameter);
          found = true;
        }
      if (!found)
        return fail(offset, "an argument of the block is in no register");
    }
    std::optional<State> &known = atBegin[edge.block];
    if (!known) {
      known = std::move(entered);
      pending.push_back(edge.block);
      return;
    }
    bool changed = false;
    for (auto [before, here] : llvm::zip_equal(*known, entered))
      for (auto it = before.begin(); it != before.end();) {
        bool stays = here.count(*it) != 0;
        changed |= !stays;
        it = stays ? std::next(it) : before.erase(it);
      }
    if (changed)
      pending.push_back(edge.block);
  }

  const RegisterFunction &function;
  const RegisterCode &code;
  std::vector<std::optional<State>> atBegin;
  std::vector<uint32_t> pending;
  std::string error;
};

} // namespace

std::string iree_compiler::verifyRegisterCode(const RegisterFunction &function,
                                              const RegisterCode &code) {
  return Replay(function, code).run();
}
