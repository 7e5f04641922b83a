// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Variables of a module, and values that no optimisation looks through. Syntax
// as in IREE's dialect of this name.

#ifndef IREE_COMPILER_DIALECT_UTIL_OPS_TD
#define IREE_COMPILER_DIALECT_UTIL_OPS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Util_Dialect : Dialect {
  let name = "util";
  let cppNamespace = "::iree_compiler::util";
  let summary = "Variables of a module and optimisation barriers.";
  let useDefaultAttributePrinterParser = 1;
}

class Util_Attr<string name, string attributeMnemonic, list<Trait> traits = []>
    : AttrDef<Util_Dialect, name, traits> {
  let mnemonic = attributeMnemonic;
}

def Util_UninitializedAttr : Util_Attr<"Uninitialized", "uninitialized", [TypedAttrInterface]> {
  let summary = "An initial value that nobody relies on: zeros here.";
  let parameters = (ins AttributeSelfTypeParameter<"">:$type);
  let hasCustomAssemblyFormat = 1;
}

def Util_InlineNeverAttr : Util_Attr<"InlineNever", "inline.never"> {
  let summary = "`inlining_policy` of a global: loads are not folded to its value.";
}

def Util_InlineAlwaysAttr : Util_Attr<"InlineAlways", "inline.always"> {
  let summary = "`inlining_policy` of a global that may be folded, as it is by default.";
}

class Util_Op<string mnemonic, list<Trait> traits = []>
    : Op<Util_Dialect, mnemonic, traits>;

def Util_GlobalOp : Util_Op<"global", [Symbol]> {
  let summary = "A variable of the module; a constant unless `mutable`.";
  let description = [{
    Keeps its value from one invocation to the next. Without an initial value it
    begins with zeros.

    ```mlir
    util.global private mutable @counter = dense<0> : tensor<i32>
    util.global private @table : tensor<4xi32> = dense<[1, 2, 3, 4]> : tensor<4xi32>
    util.global private mutable @cache = #util.uninitialized : tensor<16x64xf32>
    ```
  }];
  let arguments = (ins
    OptionalAttr<StrAttr>:$sym_visibility,
    UnitAttr:$is_mutable,
    SymbolNameAttr:$sym_name,
    TypeAttr:$type,
    OptionalAttr<TypedAttrInterface>:$initial_value);
  let assemblyFormat = [{
    custom<Visibility>($sym_visibility) (`mutable` $is_mutable^)? $sym_name attr-dict
    custom<TypeOrValue>($type, $initial_value)
  }];
  let hasVerifier = 1;
}

def Util_GlobalLoadOp : Util_Op<"global.load", [
    DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "The value of a global; `immutable` if it has only one.";
  let arguments = (ins UnitAttr:$is_immutable, FlatSymbolRefAttr:$global);
  let results = (outs AnyType:$result);
  let assemblyFormat = "(`immutable` $is_immutable^)? $global attr-dict `:` type($result)";
}

def Util_GlobalStoreOp : Util_Op<"global.store", [
    DeclareOpInterfaceMethods<SymbolUserOpInterface>, MemoryEffects<[MemWrite]>]> {
  let summary = "Gives a mutable global another value.";
  let arguments = (ins AnyType:$value, FlatSymbolRefAttr:$global);
  let assemblyFormat = "$value `,` $global attr-dict `:` type($value)";
}

def Util_UnfoldableConstantOp : Util_Op<"unfoldable_constant", [
    Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "A constant whose value the compiler does not use.";
  let description = [{
    ```mlir
    %0 = util.unfoldable_constant dense<[1, 2]> : tensor<2xi32>
    %1 = util.unfoldable_constant 42 : i32
    ```
  }];
  let arguments = (ins TypedAttrInterface:$value);
  let results = (outs AnyType:$result);
  let assemblyFormat = "attr-dict $value";
}

def Util_OptimizationBarrierOp : Util_Op<"optimization_barrier"> {
  let summary = "Values as they are; nothing is moved or combined across it, or removed.";
  let arguments = (ins Variadic<AnyType>:$operands);
  let results = (outs Variadic<AnyType>:$results);
  let assemblyFormat = "$operands attr-dict `:` custom<SameTypes>(type($operands), type($results))";
  let hasVerifier = 1;
}

#endif  // IREE_COMPILER_DIALECT_UTIL_OPS_TD
