# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of operations on an emulated board: --board=NAME --build-dir=DIR."""

import e2e_test

# Every element type and every kind of arithmetic; what else there is differs in the compiler's
# target-independent part only.
TESTS = ["arith_test.IntegerTest", "arith_test.CastTest", "arith_test.FloatTest.test_negate",
         "arith_test.FloatTest.test_compare_and_select",
         "arith_test.FloatTest.test_compare_with_one_number", "arith_test.FloatTest.test_binary",
         "math_test.FloatTest.test_unary", "math_test.FloatTest.test_binary",
         "math_test.IntegerTest", "elements_test", "named_test.SumTest.test_contractions",
         "named_test.SumTest.test_mixed_types", "named_test.SumTest.test_quantized",
         "named_test.PoolingTest", "tosa_elementwise_test.BinaryTest.test_floats",
         "tosa_elementwise_test.BinaryTest.test_integers",
         "tosa_elementwise_test.BinaryTest.test_multiply", "tosa_elementwise_test.CastTest"]

if __name__ == "__main__":
    e2e_test.main(TESTS)
