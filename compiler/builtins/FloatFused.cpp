// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// fma and sqrt for cores without the instructions. Both are correctly rounded
// and use integers only, so that they are right next to an FPU as well.
#include "FloatFma.h"
#include "FloatSqrt.h"

using namespace iree_builtins;

IREE_BUILTIN(float, fmaf)(float a, float b, float c) {
  return bitCast<float>(
      fusedMultiplyAdd<F32>(bitCast<uint32_t>(a), bitCast<uint32_t>(b), bitCast<uint32_t>(c)));
}
IREE_BUILTIN(double, fma)(double a, double b, double c) {
  return bitCast<double>(
      fusedMultiplyAdd<F64>(bitCast<uint64_t>(a), bitCast<uint64_t>(b), bitCast<uint64_t>(c)));
}
IREE_BUILTIN(float, sqrtf)(float a) {
  return bitCast<float>(squareRoot<F32>(bitCast<uint32_t>(a)));
}
IREE_BUILTIN(double, sqrt)(double a) {
  return bitCast<double>(squareRoot<F64>(bitCast<uint64_t>(a)));
}
