// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/bytecode_text.h"

#include "tools/error.h"

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <vector>

namespace iree::tools {

namespace {

enum class Kind {
  NONE,
  I32,
  I64,
  F32,
  F64,
  SAME,
  BASE,
  BYTE,
  WORD,
  WORDS,
  REGISTER,
  BLOCK,
  BLOCKS,
  OWN
};

struct Format {
  const char *mnemonic = nullptr;
  Kind fields[3] = {};
  Kind extra = Kind::NONE;
};

Format formatOf(uint32_t opcode) {
  switch (opcode) {
#define IREE_BYTECODE_OP(NAME, value, mnemonic, A, B, C, X)                                        \
  case value:                                                                                      \
    return {mnemonic, {Kind::A, Kind::B, Kind::C}, Kind::X};
#include "schemas/bytecode.def"
  }
  throw ToolError("this tool does not know opcode " + std::to_string(opcode));
}

std::string mathName(uint32_t ordinal) {
  switch (ordinal) {
#define IREE_BYTECODE_OP(NAME, value, mnemonic, A, B, C, X)
#define IREE_BYTECODE_MATH(NAME, value, name, operands)                                            \
  case value:                                                                                      \
    return #name;
#include "schemas/bytecode.def"
  }
  return "function " + std::to_string(ordinal);
}

std::string elementName(uint32_t ordinal) {
  const char *const names[] = {"i1",  "i8",  "u8",   "i16", "u16", "i32",
                               "i64", "f16", "bf16", "f32", "f64"};
  return ordinal < std::size(names) ? names[ordinal] : "type " + std::to_string(ordinal);
}

std::string reg(uint32_t ordinal) { return "r" + std::to_string(ordinal & 0xFF); }

template <typename To, typename From> To bits(From value) {
  To result;
  static_assert(sizeof(result) == sizeof(value), "of one size");
  std::memcpy(&result, &value, sizeof(result));
  return result;
}

std::string floatText(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.*g", digits, value);
  return text;
}

/// Reads the words of one instruction.
class Printer {
public:
  Printer(const uint32_t *code, uint32_t codeWords, uint32_t begin)
      : words(code), wordCount(codeWords), position(begin) {}

  std::string print() {
    uint32_t first = next();
    opcode = first & 0xFF;
    Format format = formatOf(opcode);
    if (format.extra == Kind::OWN)
      printOwn(first);
    else
      printFields(first, format);
    std::string text;
    for (const std::string &operand : operands)
      text += (text.empty() ? "" : ", ") + operand;
    return text;
  }
  uint32_t end() const { return position; }

private:
  uint32_t next() {
    if (position >= wordCount)
      throw ToolError("an instruction runs past the end of its function");
    return words[position++];
  }
  void add(std::string operand) { operands.push_back(std::move(operand)); }

  void printFields(uint32_t first, const Format &format) {
    for (uint32_t i = 0; i < 3; ++i) {
      uint32_t value = first >> (8 + 8 * i) & 0xFF;
      switch (format.fields[i]) {
      case Kind::NONE:
        break;
      case Kind::BASE:
        add("base " + std::to_string(value));
        break;
      case Kind::BYTE:
        add(opcode == MATH_F32 || opcode == MATH_F64 ? mathName(value) : std::to_string(value));
        break;
      default:
        add(reg(value));
      }
    }
    switch (format.extra) {
    case Kind::WORD:
      add(wordText(next()));
      break;
    case Kind::WORDS: {
      uint64_t low = next(), word = low | static_cast<uint64_t>(next()) << 32;
      add(opcode == CONST_F64 ? floatText(bits<double>(word), 17)
                              : std::to_string(static_cast<int64_t>(word)));
      break;
    }
    case Kind::REGISTER:
      add(reg(next()));
      break;
    case Kind::BLOCK:
      add("block " + std::to_string(next()));
      break;
    case Kind::BLOCKS: {
      uint32_t blocks = next();
      add("block " + std::to_string(blocks & 0xFFFF));
      add("block " + std::to_string(blocks >> 16));
      break;
    }
    default:
      break;
    }
  }

  std::string wordText(uint32_t word) const {
    if (opcode == CONST_F32)
      return floatText(static_cast<double>(bits<float>(word)), 9);
    if (opcode == MATH2_F32 || opcode == MATH2_F64)
      return mathName(word);
    return std::to_string(static_cast<int32_t>(word));
  }

  void printOwn(uint32_t first) {
    uint32_t a = first >> 8 & 0xFF;
    switch (opcode) {
    case FAIL:
      printFail(a, first >> 16 & 0xFF);
      break;
    case ASSERT: {
      add(reg(a));
      printFail(first >> 16 & 0xFF, first >> 24);
      break;
    }
    case RESULT: {
      add("result " + std::to_string(next()));
      add("at " + reg(next()));
      std::string shape = "shape";
      for (uint32_t i = 0; i < a; ++i)
        shape += " " + reg(next());
      add(shape);
      break;
    }
    case MAP:
    case REDUCE:
      printMap(first);
      break;
    case CONTRACT:
      printContract(a, first >> 16 & 0xFF);
      break;
    case REQUANTIZE: {
      add(a ? "double rounding" : "single rounding");
      printSizes(first);
      uint32_t types = next();
      for (uint32_t i = 0; i < 5; ++i)
        printOperand(i == 2 ? "i32" : elementName(types >> 8 * (i > 2 ? i - 1 : i) & 0xFF));
      uint32_t limits = next();
      add(reg(limits) + " " + reg(limits >> 8) + " " + reg(limits >> 16));
      break;
    }
    default: // dispatch, copy, fill: described apart
      break;
    }
  }

  void printFail(uint32_t code, uint32_t count) {
    std::string text;
    for (uint32_t i = 0; i < count; ++i) {
      uint32_t word = next();
      text.append(reinterpret_cast<const char *>(&word), sizeof(word));
    }
    add("status " + std::to_string(code));
    add("\"" + text.substr(0, text.find('\0')) + "\"");
  }

  void printSizes(uint32_t first) { add("[" + reg(first >> 16) + " " + reg(first >> 24) + "]"); }

  /// "i8 base 1+r3 [r4 r5]", or a register.
  void printOperand(const std::string &type) {
    uint32_t word = next();
    if ((word & 0xFF) == 255)
      add(reg(word >> 8));
    else
      add(type + " base " + std::to_string(word & 0xFF) + "+" + reg(word >> 8) + " [" +
          reg(word >> 16) + " " + reg(word >> 24) + "]");
  }

  void printMap(uint32_t first) {
    uint32_t operation = first >> 8 & 0xFF;
    Format format = formatOf(operation);
    uint32_t sources = 1;
    if (opcode == MAP) {
      sources = format.extra == Kind::REGISTER ? 1 : 0;
      for (uint32_t i = 1; i < 3; ++i)
        sources += format.fields[i] >= Kind::I32 && format.fields[i] <= Kind::SAME ? 1 : 0;
    }
    add(format.mnemonic);
    printSizes(first);
    uint32_t types = next();
    printOperand(elementName(types & 0xFF));
    for (uint32_t i = 0; i < sources && i < 3; ++i)
      printOperand(elementName(types >> (8 + 8 * i) & 0xFF));
    if (operation == MATH_F32 || operation == MATH_F64)
      add(mathName(types >> 24));
    else if (operation == CMP_F32 || operation == CMP_F64)
      add("mask " + std::to_string(types >> 24));
  }

  void printContract(uint32_t kind, uint32_t loops) {
    const char *const operations[] = {"multiply", "add", "maximum", "minimum"};
    const char *const types[] = {"f32", "i32", "i8", "?"};
    add(std::string(operations[kind / 4 & 3]) + " " + types[kind & 3]);
    for (const char *name : {"to", "a", "b"}) {
      uint32_t word = next();
      if (kind < 4 || *name != 'b')
        add(std::string(name) + " base " + std::to_string(word & 0xFF) + "+" + reg(word >> 8));
    }
    uint32_t zeros = next();
    if (kind == 2)
      add("zero points " + reg(zeros) + " " + reg(zeros >> 8));
    for (uint32_t i = 0; i < loops; ++i) {
      uint32_t word = next();
      add("[" + reg(word) + ": " + reg(word >> 8) + " " + reg(word >> 16) +
          (kind < 4 ? " " + reg(word >> 24) : "") + "]");
    }
  }

  const uint32_t *words;
  uint32_t wordCount;
  uint32_t position;
  uint32_t opcode = 0;
  std::vector<std::string> operands;
};

} // namespace

const char *mnemonicOf(uint32_t opcode) { return formatOf(opcode).mnemonic; }

std::string operandText(const uint32_t *words, uint32_t wordCount, uint32_t position,
                        uint32_t *next) {
  Printer printer(words, wordCount, position);
  std::string text = printer.print();
  *next = printer.end();
  return text;
}

} // namespace iree::tools
