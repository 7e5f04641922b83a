// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Expectations of test programs, in the syntax that IREE documents. A failed
// one does not end the program: iree-check-module counts and reports it.

#ifndef IREE_COMPILER_DIALECT_CHECK_OPS_TD
#define IREE_COMPILER_DIALECT_CHECK_OPS_TD

include "compiler/Dialect/Hal/HalBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpBase.td"

def Check_Dialect : Dialect {
  let name = "check";
  let cppNamespace = "::iree_compiler::check";
  let summary = "Expectations of test programs.";
  let dependentDialects = ["::iree_compiler::hal::HalDialect"];
}

class Check_Op<string mnemonic, list<Trait> traits = []>
    : Op<Check_Dialect, mnemonic, traits>;

def Check_Scalar : AnyTypeOf<[AnySignlessInteger, Index], "signless integer or index">;
def Check_IntegerTensor
    : RankedTensorOf<[AnySignlessInteger, Index], [], "tensor of signless integers">;
def Check_FloatTensor
    : RankedTensorOf<[AnyFloat, Complex<AnyFloat>], [], "tensor of floats or complex numbers">;

def Check_ValueHasType
    : PredOpTrait<"type of the constant must be that of the operand",
                  CPred<"getValue().getType() == getLhs().getType()">>;

class Check_ScalarOp<string mnemonic> : Check_Op<mnemonic> {
  let arguments = (ins Check_Scalar:$operand);
  let assemblyFormat = "`` `(` $operand `)` attr-dict `:` type($operand)";
}

def Check_ExpectTrueOp : Check_ScalarOp<"expect_true"> {
  let summary = "Expects an integer that is not zero.";
}

def Check_ExpectFalseOp : Check_ScalarOp<"expect_false"> {
  let summary = "Expects the integer zero.";
}

def Check_ExpectAllTrueOp : Check_Op<"expect_all_true"> {
  let summary = "Expects that no element is zero.";
  let arguments = (ins Optional<Hal_Device>:$device, Check_IntegerTensor:$operand);
  let assemblyFormat = [{
    (`` `<` $device^ `>`)? `` `(` $operand `)` attr-dict `:` type($operand)
  }];
}

def Check_ExpectAllFalseOp : Check_Op<"expect_all_false"> {
  let summary = "Expects that every element is zero; what expect_false becomes.";
  let arguments = (ins Check_IntegerTensor:$operand);
  let assemblyFormat = "`` `(` $operand `)` attr-dict `:` type($operand)";
}

def Check_ExpectEqOp : Check_Op<"expect_eq", [AllTypesMatch<["lhs", "rhs"]>]> {
  let summary = "Expects the same type, shape and bytes.";
  let arguments = (ins Optional<Hal_Device>:$device, AnyRankedTensor:$lhs, AnyRankedTensor:$rhs);
  let assemblyFormat = [{
    (`` `<` $device^ `>`)? `` `(` $lhs `,` $rhs `)` attr-dict `:` type($lhs)
  }];
}

def Check_ExpectEqConstOp : Check_Op<"expect_eq_const", [Check_ValueHasType]> {
  let summary = "Expects the type, shape and bytes of a constant.";
  let arguments = (ins Optional<Hal_Device>:$device, AnyRankedTensor:$lhs, ElementsAttr:$value);
  let assemblyFormat = [{
    (`` `<` $device^ `>`)? `` `(` $lhs `,` $value `)` attr-dict `:` type($lhs)
  }];
}

defvar toleranceDescription = [{
  Holds for an element if it is the same value as the expected one, or if
  |lhs - rhs| <= atol + rtol * |rhs|. A NaN is close to nothing; the real and
  the imaginary part of a complex number are compared one by one.
}];

def Check_ExpectAlmostEqOp : Check_Op<"expect_almost_eq", [AllTypesMatch<["lhs", "rhs"]>]> {
  let summary = "Expects elements that are close to each other.";
  let description = toleranceDescription;
  let arguments = (ins Optional<Hal_Device>:$device, Check_FloatTensor:$lhs,
    Check_FloatTensor:$rhs, DefaultValuedAttr<F32Attr, "1.0e-4f">:$atol,
    DefaultValuedAttr<F32Attr, "0.0f">:$rtol);
  let assemblyFormat = [{
    (`` `<` $device^ `>`)? `` `(` $lhs `,` $rhs `` custom<Tolerance>($atol, $rtol) `)`
    attr-dict `:` type($lhs)
  }];
}

def Check_ExpectAlmostEqConstOp : Check_Op<"expect_almost_eq_const", [Check_ValueHasType]> {
  let summary = "Expects elements that are close to those of a constant.";
  let description = toleranceDescription;
  let arguments = (ins Optional<Hal_Device>:$device, Check_FloatTensor:$lhs, ElementsAttr:$value,
    DefaultValuedAttr<F32Attr, "1.0e-4f">:$atol, DefaultValuedAttr<F32Attr, "0.0f">:$rtol);
  let assemblyFormat = [{
    (`` `<` $device^ `>`)? `` `(` $lhs `,` $value ``
    custom<Tolerance>($atol, $rtol) `)` attr-dict `:` type($lhs)
  }];
}

#endif  // IREE_COMPILER_DIALECT_CHECK_OPS_TD
