// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Integer functions of a few scalars, as the bodies of elementwise operations
// are: which values they can take, and whether they only rise.
#ifndef IREE_COMPILER_TENSOR_SCALARFUNCTION_H_
#define IREE_COMPILER_TENSOR_SCALARFUNCTION_H_

#include <cstdint>
#include <vector>

namespace iree_compiler {

/// All integers from low to high, both included.
struct Interval {
  int64_t low = 0, high = 0;

  bool isPoint() const { return low == high; }
  bool contains(int64_t value) const { return low <= value && value <= high; }
  bool contains(Interval other) const { return low <= other.low && other.high <= high; }
  bool operator==(const Interval &other) const { return low == other.low && high == other.high; }
};

/// The smallest interval with all values of both.
Interval hull(Interval a, Interval b);
/// All values of a signed integer of 1 to 64 bits; one bit is 0 or 1.
Interval rangeOfWidth(unsigned bits);

/// What is known of a value that depends on some arguments. A constant is both
/// rising and falling.
struct Fact {
  Interval range;
  bool rising = false;  ///< never becomes less when arguments become greater
  bool falling = false; ///< never becomes greater when arguments become greater

  static Fact constant(int64_t value) { return {{value, value}, true, true}; }
  static Fact argument(Interval range) { return {range, true, range.isPoint()}; }
};

/// Operations with wrapping results, named as in MLIR's arith; one bit is 0 or
/// 1.
enum class ScalarOp {
  Argument,
  Constant,
  Add,
  Sub,
  Mul,
  ShiftLeft,
  ShiftRight,
  ShiftRightUnsigned,
  Min,
  Max,
  And,
  Or,
  DivideUnsigned,
  CountLeadingZeros,
  Extend,
  ExtendUnsigned,
  Truncate,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Select,
  Unknown, ///< any value of its width
};

struct ScalarInstruction {
  ScalarOp op = ScalarOp::Unknown;
  unsigned bits = 0;              ///< of the result
  std::vector<unsigned> operands; ///< instructions before this one
  int64_t value = 0;              ///< of a Constant
};

/// Instructions in order; each is a value.
class ScalarFunction {
public:
  unsigned add(ScalarInstruction instruction);
  unsigned size() const { return static_cast<unsigned>(instructions.size()); }
  const ScalarInstruction &operator[](unsigned index) const { return instructions[index]; }

  /// What is known of every value, given one entry of `facts` for each
  /// instruction, in which those of arguments are set. Fills the others.
  void evaluate(std::vector<Fact> &facts) const;

  /// The smallest known interval of one value: where all arguments push it in
  /// one direction, its ends are its values at theirs. Evaluates `facts`.
  Interval rangeOf(unsigned index, std::vector<Fact> &facts) const;

  /// Fills the entry of one instruction from those of its operands.
  void evaluateAt(unsigned index, std::vector<Fact> &facts) const;

private:
  Interval rangeAtEnds(unsigned index, std::vector<Fact> facts, bool high) const;

  std::vector<ScalarInstruction> instructions;
};

} // namespace iree_compiler

#endif // IREE_COMPILER_TENSOR_SCALARFUNCTION_H_
