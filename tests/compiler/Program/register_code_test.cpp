// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Register assignment, checked in two ways: its own verifier replays it, and a
// small interpreter runs random functions before and after it.
#include "compiler/Program/Opcodes.h"
#include "compiler/Program/RegisterCode.h"

#include <gtest/gtest.h>
#include <map>
#include <random>

using namespace iree_compiler;

namespace {

constexpr size_t kMaxSteps = 2000;

/// Builds functions.
struct Builder {
  RegisterFunction function;

  uint32_t block() {
    function.blocks.emplace_back();
    return static_cast<uint32_t>(function.blocks.size() - 1);
  }
  uint32_t parameter(uint32_t block, RegisterType type = RegisterType::I32) {
    uint32_t number = function.newRegister(type);
    function.blocks[block].parameters.push_back(number);
    return number;
  }
  uint32_t constant(uint32_t block, uint32_t value) {
    uint32_t number = function.newRegister(RegisterType::I32);
    function.blocks[block].instructions.push_back(
        {{word(Opcode::CONST_I32), value}, {{number, 0, 8, true}}});
    return number;
  }
  uint32_t binary(uint32_t block, Opcode opcode, uint32_t a, uint32_t b) {
    uint32_t number = function.newRegister(RegisterType::I32);
    function.blocks[block].instructions.push_back(
        {{word(opcode)}, {{number, 0, 8, true}, {a, 0, 16, false}, {b, 0, 24, false}}});
    return number;
  }
  /// What a function does that can be seen: stores, in order.
  void store(uint32_t block, uint32_t value) {
    function.blocks[block].instructions.push_back(
        {{word(Opcode::STORE_I32), 0}, {{value, 0, 8, false}, {value, 0, 24, false}}});
  }
  void leave(uint32_t block) {
    function.blocks[block].instructions.push_back({{word(Opcode::RETURN)}, {}});
  }
  void branch(uint32_t block, RegisterEdge edge) {
    function.blocks[block].kind = BlockEnd::Branch;
    function.blocks[block].edges = {std::move(edge)};
  }
  void branch(uint32_t block, uint32_t condition, RegisterEdge taken, RegisterEdge other) {
    function.blocks[block].kind = BlockEnd::Conditional;
    function.blocks[block].end = {condition};
    function.blocks[block].edges = {std::move(taken), std::move(other)};
  }
  void next(uint32_t block, uint32_t variable, uint32_t bound, uint32_t step, RegisterEdge again,
            RegisterEdge exit) {
    again.arguments.insert(again.arguments.begin(), variable);
    function.blocks[block].kind = BlockEnd::Next;
    function.blocks[block].end = {variable, bound, step};
    function.blocks[block].edges = {std::move(again), std::move(exit)};
  }
};

using Trace = std::vector<uint32_t>;

uint32_t compute(Opcode opcode, uint32_t a, uint32_t b) {
  switch (opcode) {
  case Opcode::ADD_I32:
    return a + b;
  case Opcode::XOR_I32:
    return a ^ b;
  case Opcode::LTS_I32:
    return static_cast<int32_t>(a) < static_cast<int32_t>(b);
  default:
    ADD_FAILURE() << "unknown opcode";
    return 0;
  }
}

/// Runs one instruction on registers of either kind.
template <typename Registers>
void execute(const uint32_t *words, const std::vector<uint32_t> &numbers, Registers &registers,
             Trace &trace) {
  auto opcode = static_cast<Opcode>(words[0] & 0xFF);
  if (opcode == Opcode::CONST_I32)
    registers[numbers[0]] = words[1];
  else if (opcode == Opcode::MOV)
    registers[numbers[0]] = registers[numbers[1]];
  else if (opcode == Opcode::STORE_I32)
    trace.push_back(registers[numbers[0]]);
  else
    registers[numbers[0]] = compute(opcode, registers[numbers[1]], registers[numbers[2]]);
}

/// The meaning of a function, on its virtual registers.
Trace run(const RegisterFunction &function) {
  std::map<uint32_t, uint32_t> registers;
  Trace trace;
  uint32_t index = 0;
  for (size_t step = 0; step < kMaxSteps; ++step) {
    const RegisterBlock &block = function.blocks[index];
    for (const RegisterInstruction &instruction : block.instructions) {
      if (instruction.words[0] == word(Opcode::RETURN))
        return trace;
      std::vector<uint32_t> numbers;
      for (const RegisterOperand &operand : instruction.operands)
        numbers.push_back(operand.number);
      execute(instruction.words.data(), numbers, registers, trace);
    }
    bool first = block.kind == BlockEnd::Branch;
    if (block.kind == BlockEnd::Conditional)
      first = registers[block.end[0]] != 0;
    std::vector<uint32_t> values;
    auto read = [&](const RegisterEdge &edge) {
      for (uint32_t argument : edge.arguments)
        values.push_back(registers[argument]);
    };
    if (block.kind == BlockEnd::Next) {
      uint32_t sum = registers[block.end[0]] + registers[block.end[2]];
      first = static_cast<int32_t>(sum) < static_cast<int32_t>(registers[block.end[1]]);
      read(block.edges[first ? 0 : 1]);
      if (first)
        values[0] = sum;
    } else {
      read(block.edges[first ? 0 : 1]);
    }
    index = block.edges[first ? 0 : 1].block;
    for (size_t i = 0; i < values.size(); ++i)
      registers[function.blocks[index].parameters[i]] = values[i];
  }
  return trace;
}

/// The meaning of words.
Trace run(const RegisterCode &code) {
  std::vector<uint32_t> registers(code.registerTypes.size(), 0);
  Trace trace;
  uint32_t at = 0;
  for (size_t step = 0; step < 100 * kMaxSteps; ++step) {
    const uint32_t *words = &code.words[at];
    uint32_t a = words[0] >> 8 & 0xFF, b = words[0] >> 16 & 0xFF, c = words[0] >> 24;
    switch (static_cast<Opcode>(words[0] & 0xFF)) {
    case Opcode::RETURN:
      return trace;
    case Opcode::BR:
      at = code.blocks[words[1]];
      break;
    case Opcode::COND_BR:
      at = code.blocks[registers[a] != 0 ? words[1] & 0xFFFF : words[1] >> 16];
      break;
    case Opcode::NEXT:
      registers[a] += registers[c];
      at = static_cast<int32_t>(registers[a]) < static_cast<int32_t>(registers[b])
               ? code.blocks[words[1]]
               : at + 2;
      break;
    default:
      execute(words, {a, b, c}, registers, trace);
      at += words[0] % 256 == word(Opcode::CONST_I32) || words[0] % 256 == word(Opcode::STORE_I32)
                ? 2
                : 1;
    }
  }
  return trace;
}

RegisterCode assign(const RegisterFunction &function) {
  RegisterCode code;
  EXPECT_EQ(assignRegisters(function, code), "");
  EXPECT_EQ(verifyRegisterCode(function, code), "");
  return code;
}

TEST(RegisterCode, StraightLineReusesRegisters) {
  Builder b;
  uint32_t entry = b.block(), sum = b.constant(entry, 1);
  for (uint32_t i = 0; i < 20; ++i)
    sum = b.binary(entry, Opcode::ADD_I32, sum, b.constant(entry, i));
  b.store(entry, sum);
  b.leave(entry);
  RegisterCode code = assign(b.function);
  EXPECT_EQ(code.registerTypes.size(), 2u); // a sum and a constant at a time
  EXPECT_TRUE(code.blocks.empty());
  EXPECT_EQ(run(code), Trace{1 + 19 * 20 / 2});
}

/// for (i = 0; i < 10; i += 3) sum += i;
TEST(RegisterCode, LoopTakesOneBranchAnIteration) {
  Builder b;
  uint32_t entry = b.block(), body = b.block(), after = b.block();
  uint32_t zero = b.constant(entry, 0), bound = b.constant(entry, 10), step = b.constant(entry, 3);
  b.branch(entry, {body, {zero, zero}});
  uint32_t i = b.parameter(body), sum = b.parameter(body);
  uint32_t added = b.binary(body, Opcode::ADD_I32, sum, i);
  b.next(body, i, bound, step, {body, {added}}, {after, {added}});
  uint32_t result = b.parameter(after);
  b.store(after, result);
  b.leave(after);
  RegisterCode code = assign(b.function);
  EXPECT_EQ(run(code), Trace{0 + 3 + 6 + 9});
  // Three constants, a move to one of the loop's registers (the other is that of
  // zero), then add, next (two words), store (two words), return: no move inside
  // or behind the loop.
  EXPECT_EQ(code.words.size(), 6u + 1 + 1 + 2 + 2 + 1);
}

TEST(RegisterCode, ValueOfALoopBeforeItsStep) {
  Builder b;
  uint32_t entry = b.block(), body = b.block(), after = b.block();
  uint32_t zero = b.constant(entry, 0), bound = b.constant(entry, 5), one = b.constant(entry, 1);
  b.branch(entry, {body, {zero, zero}});
  uint32_t i = b.parameter(body), previous = b.parameter(body);
  b.store(body, previous);
  uint32_t copy = b.function.newRegister(RegisterType::I32);
  b.function.blocks[body].instructions.push_back(
      {{word(Opcode::MOV)}, {{copy, 0, 8, true}, {i, 0, 16, false}}});
  b.next(body, i, bound, one, {body, {copy}}, {after, {}});
  b.leave(after);
  EXPECT_EQ(run(assign(b.function)), (Trace{0, 0, 1, 2, 3}));
}

TEST(RegisterCode, SwapNeedsASpareRegister) {
  Builder b;
  uint32_t entry = b.block(), body = b.block(), after = b.block();
  uint32_t zero = b.constant(entry, 0), bound = b.constant(entry, 3), one = b.constant(entry, 1);
  uint32_t x = b.constant(entry, 7), y = b.constant(entry, 8);
  b.branch(entry, {body, {zero, x, y}});
  uint32_t i = b.parameter(body), first = b.parameter(body), second = b.parameter(body);
  b.store(body, first);
  b.next(body, i, bound, one, {body, {second, first}}, {after, {}});
  b.leave(after);
  EXPECT_EQ(run(assign(b.function)), (Trace{7, 8, 7}));
}

TEST(RegisterCode, TypesDoNotShareRegisters) {
  Builder b;
  uint32_t entry = b.block();
  for (RegisterType type : {RegisterType::I64, RegisterType::F32, RegisterType::F64}) {
    uint32_t number = b.function.newRegister(type);
    b.function.blocks[entry].instructions.push_back(
        {{word(Opcode::CONST_I64), 0, 0}, {{number, 0, 8, true}}});
  }
  b.leave(entry);
  EXPECT_EQ(assign(b.function).registerTypes.size(), 3u);
  EXPECT_EQ(assign(b.function).needs, uint32_t(kNeedsF32 | kNeedsF64));
}

TEST(RegisterCode, TooManyAtATime) {
  for (uint32_t count : {256u, 257u}) {
    Builder b;
    uint32_t entry = b.block();
    std::vector<uint32_t> numbers;
    for (uint32_t i = 0; i < count; ++i)
      numbers.push_back(b.constant(entry, i));
    for (uint32_t number : numbers)
      b.store(entry, number);
    b.leave(entry);
    RegisterCode code;
    EXPECT_EQ(assignRegisters(b.function, code),
              count == 256 ? ""
                           : "needs more than 256 registers at a time or 65536 branch targets");
  }
}

/// A random reducible graph: each block branches forwards, or is a loop.
RegisterFunction randomFunction(uint32_t seed) {
  std::mt19937 random(seed);
  Builder b;
  uint32_t current = b.block();
  std::vector<uint32_t> values = {b.constant(current, seed), b.constant(current, 5)};
  auto pick = [&] { return values[random() % values.size()]; };
  auto work = [&](uint32_t block) {
    for (uint32_t i = random() % 5; i > 0; --i) {
      static constexpr Opcode kOpcodes[] = {Opcode::ADD_I32, Opcode::XOR_I32, Opcode::LTS_I32};
      values.push_back(b.binary(block, kOpcodes[random() % 3], pick(), pick()));
    }
    b.store(block, pick());
  };
  for (uint32_t region = 0; region < 8; ++region) {
    work(current);
    if (random() % 2 == 0) { // a branch that joins again, with two parameters
      uint32_t left = b.block(), right = b.block(), join = b.block();
      b.branch(current, pick(), {left, {}}, {right, {}});
      std::vector<uint32_t> before = values;
      for (uint32_t side : {left, right}) {
        values = before;
        work(side);
        uint32_t x = pick(), y = pick();
        b.branch(side, {join, {x, y}});
      }
      values = before;
      values.push_back(b.parameter(join));
      values.push_back(b.parameter(join));
      current = join;
    } else { // a loop that carries three values, in another order each time
      uint32_t body = b.block(), after = b.block();
      uint32_t start = b.constant(current, 0), bound = b.constant(current, random() % 4);
      uint32_t one = b.constant(current, 1);
      uint32_t enters = b.binary(current, Opcode::LTS_I32, start, bound);
      uint32_t inits[3] = {pick(), pick(), pick()};
      b.branch(current, enters, {body, {start, inits[0], inits[1], inits[2]}},
               {after, {inits[0], inits[1]}});
      std::vector<uint32_t> before = values;
      uint32_t variable = b.parameter(body);
      for (int i = 0; i < 3; ++i)
        values.push_back(b.parameter(body));
      work(body);
      uint32_t carried[3] = {pick(), pick(), values[before.size()]};
      b.next(body, variable, bound, one, {body, {carried[0], carried[1], carried[2]}},
             {after, {carried[1], carried[2]}});
      values = before;
      values.push_back(b.parameter(after));
      values.push_back(b.parameter(after));
      current = after;
    }
  }
  work(current);
  b.leave(current);
  return b.function;
}

TEST(RegisterCode, RandomFunctionsMeanTheSame) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    RegisterFunction function = randomFunction(seed);
    EXPECT_EQ(run(assign(function)), run(function)) << "seed " << seed;
  }
}

/// The verifier finds every change of a register field that changes the trace.
TEST(RegisterCode, VerifierFindsWrongRegisters) {
  size_t found = 0;
  for (uint32_t seed = 0; seed < 20; ++seed) {
    RegisterFunction function = randomFunction(seed);
    RegisterCode code = assign(function);
    Trace expected = run(function);
    for (size_t i = 0; i < code.words.size(); ++i) {
      RegisterCode changed = code;
      changed.words[i] ^= 1u << 16;
      std::string error = verifyRegisterCode(function, changed);
      auto opcode = static_cast<Opcode>(code.words[i] & 0xFF);
      bool isMove = opcode == Opcode::MOV && (i == 0 || code.words[i - 1] % 256 != 0x14);
      if (error.empty() && isMove) {
        // Only what makes no difference may pass.
        EXPECT_EQ(run(changed), expected) << "seed " << seed << ", word " << i;
      }
      found += !error.empty();
    }
  }
  EXPECT_GT(found, 1000u);
}

} // namespace
