// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of MATH and MATH2 in schemas/bytecode.def.
#ifndef IREE_SRC_VM_MATH_FUNCTIONS_H_
#define IREE_SRC_VM_MATH_FUNCTIONS_H_

#include "base/internal.h"

namespace iree {

// What the interpreter calls. Programs have none, so that the functions are
// linked for kernels only.
struct MathFunctions {
  float (*unary_f)(uint32_t ordinal, float x);
  float (*binary_f)(uint32_t ordinal, float x, float y);
  double (*unary_d)(uint32_t ordinal, double x);
  double (*binary_d)(uint32_t ordinal, double x, double y);
};
extern const MathFunctions mathFunctions;

// Null if this runtime has function `ordinal`, of that many operands.
const char *verifyMathFunction(uint32_t ordinal, uint32_t operandCount);

// The function must be one of the right number of operands.
float callMath(uint32_t ordinal, float x);
double callMath(uint32_t ordinal, double x);
float callMath2(uint32_t ordinal, float x, float y);
double callMath2(uint32_t ordinal, double x, double y);

} // namespace iree

#endif // IREE_SRC_VM_MATH_FUNCTIONS_H_
