// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The compiler's builtins, once more for the interpreter. They depend on every
// rounding: -ffp-contract=off.
#include "vm/math_functions.h"

#include "vm/schema.h"

#define IREE_BUILTIN_NO_NARROW_TYPES // 32-bit x86 may lack them
#define IREE_BUILTIN_PREFIX iree_math_
#if defined(__OPTIMIZE_SIZE__)
#define IREE_INLINE static inline
#endif
#include "compiler/builtins/FloatRound.h"
#include "compiler/builtins/FloatSqrt.h"
#if IREE_VM_EXT_MATH_ENABLE
// Where the processor has no instruction, the builtins would call the C library.
IREE_BUILTIN(float, sqrtf)(float x) {
  using namespace iree_builtins;
  return bitCast<float>(squareRoot<F32>(bitCast<uint32_t>(x)));
}
IREE_BUILTIN(double, sqrt)(double x) {
  using namespace iree_builtins;
  return bitCast<double>(squareRoot<F64>(bitCast<uint64_t>(x)));
}
#define __builtin_sqrtf iree_math_sqrtf
#define __builtin_sqrt iree_math_sqrt
#include "compiler/builtins/math/ErrorFunction.cpp"
#include "compiler/builtins/math/Exponential.cpp"
#include "compiler/builtins/math/Hyperbolic.cpp"
#include "compiler/builtins/math/InverseTrigonometric.cpp"
#include "compiler/builtins/math/Logarithm.cpp"
#include "compiler/builtins/math/Power.cpp"
#include "compiler/builtins/math/Root.cpp"
#include "compiler/builtins/math/Trigonometric.cpp"
#undef __builtin_sqrtf
#undef __builtin_sqrt
#endif

// Every list of functions below leaves out the instructions.
#define IREE_NO_INSTRUCTIONS(...)

namespace iree {

namespace {

using iree_builtins::bitCast;
using iree_builtins::F32;
using iree_builtins::F64;
using iree_builtins::Rounding;

#define IREE_EXACT(name, ...)                                                                      \
  float iree_math_##name##f(float x) {                                                             \
    using F = F32;                                                                                 \
    return bitCast<float>(iree_builtins::__VA_ARGS__(bitCast<F::Bits>(x)));                        \
  }                                                                                                \
  [[maybe_unused]] double iree_math_##name(double x) {                                             \
    using F = F64;                                                                                 \
    return bitCast<double>(iree_builtins::__VA_ARGS__(bitCast<F::Bits>(x)));                       \
  }
#if !IREE_VM_EXT_MATH_ENABLE
IREE_EXACT(sqrt, squareRoot<F>)
#endif
IREE_EXACT(ceil, roundToIntegral<F, Rounding::Up>)
IREE_EXACT(floor, roundToIntegral<F, Rounding::Down>)
IREE_EXACT(trunc, roundToIntegral<F, Rounding::TowardsZero>)
IREE_EXACT(round, roundToIntegral<F, Rounding::HalfAwayFromZero>)
IREE_EXACT(roundeven, roundToIntegral<F, Rounding::HalfToEven>)
#undef IREE_EXACT

} // namespace

const char *verifyMathFunction(uint32_t ordinal, uint32_t operandCount) {
  uint32_t operands = 0;
  bool isHere = true;
  switch (ordinal) {
#define IREE_BYTECODE_OP IREE_NO_INSTRUCTIONS
#define IREE_BYTECODE_MATH_EXACT(NAME, value, name, count)                                         \
  case value:                                                                                      \
    operands = count;                                                                              \
    break;
#define IREE_BYTECODE_MATH(NAME, value, name, count)                                               \
  case value:                                                                                      \
    operands = count;                                                                              \
    isHere = IREE_VM_EXT_MATH_ENABLE;                                                              \
    break;
#include "schemas/bytecode.def"
  default:
    break;
  }
  if (operands != operandCount)
    return IREE_MESSAGE_TEXT("unknown function");
  return isHere ? nullptr
                : IREE_MESSAGE_TEXT("needs mathematical functions: build the runtime with "
                                    "IREE_VM_EXT_MATH_ENABLE=1");
}

// Cases of those functions of `bytecode.def` that have the wanted number of
// operands, called `name` with the suffix of the type.
#define IREE_NO_CASE(value, name)
#define IREE_CASE_1(value, name)                                                                   \
  case value:                                                                                      \
    return iree_math_##name(x);
#define IREE_CASE_2(value, name)                                                                   \
  case value:                                                                                      \
    return iree_math_##name(x, y);
#define IREE_WANT_1_HAVE_1 IREE_CASE_1
#define IREE_WANT_1_HAVE_2 IREE_NO_CASE
#define IREE_WANT_2_HAVE_1 IREE_NO_CASE
#define IREE_WANT_2_HAVE_2 IREE_CASE_2
#if IREE_VM_EXT_MATH_ENABLE
#define IREE_EXTENSION(wanted, value, name, count) IREE_WANT_##wanted##_HAVE_##count(value, name)
#else
#define IREE_EXTENSION(wanted, value, name, count)
#endif

float callMath(uint32_t ordinal, float x) {
  switch (ordinal) {
#define IREE_BYTECODE_OP IREE_NO_INSTRUCTIONS
#define IREE_BYTECODE_MATH_EXACT(NAME, value, name, count) IREE_WANT_1_HAVE_##count(value, name##f)
#define IREE_BYTECODE_MATH(NAME, value, name, count) IREE_EXTENSION(1, value, name##f, count)
#include "schemas/bytecode.def"
  default:
    return x; // refused by the verifier
  }
}
double callMath(uint32_t ordinal, double x) {
  switch (ordinal) {
#define IREE_BYTECODE_OP IREE_NO_INSTRUCTIONS
#define IREE_BYTECODE_MATH_EXACT(NAME, value, name, count) IREE_WANT_1_HAVE_##count(value, name)
#define IREE_BYTECODE_MATH(NAME, value, name, count) IREE_EXTENSION(1, value, name, count)
#include "schemas/bytecode.def"
  default:
    return x; // refused by the verifier
  }
}
float callMath2(uint32_t ordinal, float x, [[maybe_unused]] float y) {
  switch (ordinal) {
#define IREE_BYTECODE_OP IREE_NO_INSTRUCTIONS
#define IREE_BYTECODE_MATH_EXACT(NAME, value, name, count) IREE_WANT_2_HAVE_##count(value, name##f)
#define IREE_BYTECODE_MATH(NAME, value, name, count) IREE_EXTENSION(2, value, name##f, count)
#include "schemas/bytecode.def"
  default:
    return x; // refused by the verifier
  }
}
double callMath2(uint32_t ordinal, double x, [[maybe_unused]] double y) {
  switch (ordinal) {
#define IREE_BYTECODE_OP IREE_NO_INSTRUCTIONS
#define IREE_BYTECODE_MATH_EXACT(NAME, value, name, count) IREE_WANT_2_HAVE_##count(value, name)
#define IREE_BYTECODE_MATH(NAME, value, name, count) IREE_EXTENSION(2, value, name, count)
#include "schemas/bytecode.def"
  default:
    return x; // refused by the verifier
  }
}

// What is not enabled is not linked.
const MathFunctions mathFunctions = {
#if IREE_VM_EXT_F32_ENABLE
    callMath,
    callMath2,
#else
    nullptr,
    nullptr,
#endif
#if IREE_VM_EXT_F64_ENABLE
    callMath,
    callMath2,
#else
    nullptr,
    nullptr,
#endif
};

} // namespace iree
