// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The flow operations that test programs use. The Input stage replaces them
// by tensor operations.

#ifndef IREE_COMPILER_DIALECT_FLOW_OPS_TD
#define IREE_COMPILER_DIALECT_FLOW_OPS_TD

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Flow_Dialect : Dialect {
  let name = "flow";
  let cppNamespace = "::iree_compiler::flow";
  let summary = "Operations on tensors that test programs use.";
}

class Flow_Op<string mnemonic, list<Trait> traits = []>
    : Op<Flow_Dialect, "tensor." # mnemonic, traits>;

def Flow_TensorConstantOp
    : Flow_Op<"constant", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "A constant.";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$value attr-dict";
}

def Flow_TensorDynamicConstantOp : Flow_Op<"dynamic_constant"> {
  let summary = "A constant whose elements the compiler does not use.";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$value `->` type($result) attr-dict";
}

def Flow_TensorTieShapeOp : Flow_Op<"tie_shape", [Pure, AllTypesMatch<["operand", "result"]>]> {
  let summary = "A tensor and the sizes of its dynamic dimensions.";
  let arguments = (ins AnyRankedTensor:$operand, Variadic<Index>:$dynamic_dims);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    $operand attr-dict `:` type($result) (`{` $dynamic_dims^ `}`)?
  }];
}

def Flow_TensorReshapeOp : Flow_Op<"reshape", [Pure, AttrSizedOperandSegments]> {
  let summary = "The same elements in another shape.";
  let arguments = (ins AnyRankedTensor:$source, Variadic<Index>:$source_dims,
    Variadic<Index>:$result_dims);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    $source `:` type($source) (`{` $source_dims^ `}`)? `->` type($result)
    (`{` $result_dims^ `}`)? attr-dict
  }];
}

#endif  // IREE_COMPILER_DIALECT_FLOW_OPS_TD
