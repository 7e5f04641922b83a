// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scheduled programs: every buffer has a place, every operation maps to one
// instruction of schemas/bytecode.def.

#ifndef IREE_COMPILER_DIALECT_PROGRAM_OPS_TD
#define IREE_COMPILER_DIALECT_PROGRAM_OPS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Program_Dialect : Dialect {
  let name = "program";
  let cppNamespace = "::iree_compiler::program";
  let summary = "Scheduled programs over places in the arena, constants, state, arguments and results.";
  let useDefaultAttributePrinterParser = 1;
}

def Program_Space : I32EnumAttr<"Space", "where a buffer lives", [
  I32EnumAttrCase<"Arena", 0, "arena">,
  I32EnumAttrCase<"Constant", 1, "constant">,
  I32EnumAttrCase<"Argument", 2, "argument">,
  I32EnumAttrCase<"Result", 3, "result">,
  I32EnumAttrCase<"State", 4, "state">,
  I32EnumAttrCase<"Binding", 5, "binding">
]> {
  let cppNamespace = "::iree_compiler::program";
  let genSpecializedAttr = 0;
}

def Program_PlaceAttr : AttrDef<Program_Dialect, "Place"> {
  let mnemonic = "place";
  let summary = "`length` bytes at byte `offset` of a space";
  let description = [{
    `index` is the ordinal of the argument or result; 0 for the arena. For
    constants it is the ordinal of the `program.constant` in its module, for state
    that of the `program.variable`, for bindings, which kernels have instead, that
    of the binding.
  }];
  let parameters = (ins
    EnumParameter<Program_Space>:$space,
    "uint32_t":$index,
    "uint64_t":$offset,
    "uint64_t":$length);
  let assemblyFormat = "`<` $space $index `at` $offset `bytes` $length `>`";
}

def Program_QuantizationAttr : AttrDef<Program_Dialect, "Quantization"> {
  let mnemonic = "quantization";
  let summary = "real = scale * (stored - zero point)";
  let description = [{
    One scale and zero point, or one for each element of dimension `axis`, which
    is -1 otherwise.
  }];
  let parameters = (ins
    "int32_t":$axis,
    "::mlir::DenseF32ArrayAttr":$scales,
    "::mlir::DenseI32ArrayAttr":$zeroPoints);
  let assemblyFormat = "`<` `axis` $axis `scales` $scales `zero_points` $zeroPoints `>`";
}

class Program_Op<string mnemonic, list<Trait> traits = []>
    : Op<Program_Dialect, mnemonic, traits>;

def Program_ConstantOp : Program_Op<"constant", [Symbol]> {
  let summary = "A constant buffer of the module, dense row-major.";
  let arguments = (ins SymbolNameAttr:$sym_name, ElementsAttr:$value);
  let assemblyFormat = "$sym_name attr-dict `=` $value";
}

def Program_VariableOp : Program_Op<"variable", [Symbol]> {
  let summary = "A buffer of the module's state, dense row-major, kept between invocations.";
  let description = "Without a value it begins with zeros.";
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttr:$type, OptionalAttr<ElementsAttr>:$value);
  let assemblyFormat = "$sym_name attr-dict `:` $type (`=` $value^)?";
}

def Program_FuncOp : Program_Op<"func", [Symbol, IsolatedFromAbove, NoTerminator]> {
  let summary = "An entry point: program operations, and branches between blocks of them.";
  let description = [{
    `function_type` is the signature of the source function (tensors and
    scalars). `result_offsets` are the places in the arena that results take
    when the caller gives no buffer; `argument_offsets`, if present, those that
    the caller may put arguments to, which the program then overwrites once it has
    read them, and -1 for arguments that lie elsewhere. The quantization of an
    argument or result is a `#program.quantization`, or unit if it has none.
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    TypeAttr:$function_type,
    StrArrayAttr:$argument_names,
    StrArrayAttr:$result_names,
    DenseI64ArrayAttr:$result_offsets,
    I64Attr:$arena_bytes,
    OptionalAttr<DenseI64ArrayAttr>:$argument_offsets,
    OptionalAttr<ArrayAttr>:$argument_quantization,
    OptionalAttr<ArrayAttr>:$result_quantization);
  let regions = (region MinSizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name $function_type `arguments` $argument_names `results` $result_names
    `at` $result_offsets `arena` $arena_bytes attr-dict-with-keyword $body
  }];
}

def Program_DispatchOp : Program_Op<"dispatch", [AttrSizedOperandSegments]> {
  let summary = "Calls a kernel over its whole range; bindings are reads, then writes.";
  let description = [{
    `constants` are handed to the kernel, whose range may be computed from one of
    them (`program.range_of`). `sizes`: offset and length of each place that is
    computed, in the order of the places.
  }];
  let arguments = (ins SymbolRefAttr:$kernel, ArrayAttr:$reads, ArrayAttr:$writes,
                       Variadic<Index>:$constants, Variadic<Index>:$sizes);
  let assemblyFormat = [{
    $kernel `reads` $reads `writes` $writes (`constants` `(` $constants^ `)`)?
    (`sizes` `(` $sizes^ `)`)? attr-dict
  }];
  let builders = [OpBuilder<(ins "mlir::SymbolRefAttr":$kernel, "mlir::ArrayAttr":$reads,
                                 "mlir::ArrayAttr":$writes), [{
    build($_builder, $_state, kernel, reads, writes, mlir::ValueRange(), mlir::ValueRange());
  }]>];
}

def Program_CopyOp : Program_Op<"copy"> {
  let summary = "Copies between places of equal length.";
  let description = "`sizes`: offset and length of the target and the source that are computed.";
  let arguments = (ins Program_PlaceAttr:$source, Program_PlaceAttr:$target,
                       Variadic<Index>:$sizes);
  let assemblyFormat = "$source `to` $target (`sizes` `(` $sizes^ `)`)? attr-dict";
  let builders = [OpBuilder<(ins "PlaceAttr":$source, "PlaceAttr":$target), [{
    build($_builder, $_state, source, target, mlir::ValueRange());
  }]>];
}

def Program_FillOp : Program_Op<"fill"> {
  let summary = "Fills a place with a little-endian pattern of 1, 2, 4 or 8 bytes.";
  let arguments = (ins I64Attr:$pattern, I32Attr:$pattern_bytes, Program_PlaceAttr:$target);
  let assemblyFormat = "$pattern `of` $pattern_bytes `to` $target attr-dict";
}

def Program_CheckKind : I32EnumAttr<"CheckKind", "what a check expects", [
  I32EnumAttrCase<"Equal", 0, "equal">,
  I32EnumAttrCase<"AlmostEqual", 1, "almost_equal">,
  I32EnumAttrCase<"AllTrue", 2, "all_true">,
  I32EnumAttrCase<"AllFalse", 3, "all_false">
]> {
  let cppNamespace = "::iree_compiler::program";
  let genSpecializedAttr = 0;
}

def Program_CheckKindAttr : EnumAttr<Program_Dialect, Program_CheckKind, "check_kind">;

def Program_CheckOp : Program_Op<"check"> {
  let summary = "Compares two places, or one with what it is expected to hold.";
  let description = [{
    `type` is the tensor that both places hold. Without an expected value
    (all_true, all_false) both are the same.
  }];
  let arguments = (ins Program_CheckKindAttr:$kind, Program_PlaceAttr:$actual,
    Program_PlaceAttr:$expected, TypeAttr:$type, DefaultValuedAttr<F32Attr, "0.0f">:$atol,
    DefaultValuedAttr<F32Attr, "0.0f">:$rtol);
  let assemblyFormat = "$kind $actual `and` $expected attr-dict `:` $type";
}

//===- Dynamic shapes ------------------------------------------------------===//
// At the beginning of a program: what sizes are, what must hold, how much memory
// is needed. Index values are below 2^31.

def Program_DimOp : Program_Op<"dim"> {
  let summary = "The size of a dimension of an argument.";
  let arguments = (ins I32Attr:$argument, I32Attr:$dimension);
  let results = (outs Index:$result);
  let assemblyFormat = "$argument `,` $dimension attr-dict";
}

def Program_SizeOp : Program_Op<"size"> {
  let summary = "A product; fails if a factor is negative or the product too large.";
  let arguments = (ins Index:$a, Index:$b);
  let results = (outs Index:$result);
  let assemblyFormat = "$a `,` $b attr-dict";
}

def Program_BehindOp : Program_Op<"behind"> {
  let summary = "The next aligned offset behind `length` bytes at `offset`; fails if too large.";
  let arguments = (ins Index:$offset, Index:$length);
  let results = (outs Index:$result);
  let assemblyFormat = "$length `at` $offset attr-dict";
}

def Program_FixedOp : Program_Op<"fixed"> {
  let summary = "Bytes of the arena that do not depend on shapes; others lie behind them.";
  let results = (outs Index:$result);
  let assemblyFormat = "attr-dict";
}

def Program_ReserveOp : Program_Op<"reserve"> {
  let summary = "Makes the arena that long; nothing in it is kept.";
  let arguments = (ins Index:$bytes);
  let assemblyFormat = "$bytes attr-dict";
}

def Program_ResultOp : Program_Op<"result"> {
  let summary = "Gives a result its shape, and its place in the arena if the caller gives no buffer.";
  let arguments = (ins I32Attr:$ordinal, Index:$offset, Variadic<Index>:$shape);
  let assemblyFormat = "$ordinal `at` $offset `shape` `(` $shape `)` attr-dict";
}

def Program_AssertOp : Program_Op<"assert"> {
  let summary = "Ends the invocation with INVALID_ARGUMENT and a message unless `condition` holds.";
  let arguments = (ins I1:$condition, StrAttr:$message);
  let assemblyFormat = "$condition `,` $message attr-dict";
}

def Program_ReturnOp : Program_Op<"return", [Terminator]> {
  let summary = "Ends the program.";
  let assemblyFormat = "attr-dict";
}

//===- Register code -------------------------------------------------------===//
// Between these operations stand those of arith, math and cf on scalars.

def Program_LoadOp : Program_Op<"load", [MemoryEffects<[MemRead]>]> {
  let summary = "Loads element `index`, or 0, of those that lie in a place.";
  let arguments = (ins Program_PlaceAttr:$place, Optional<Index>:$index);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$place (`[` $index^ `]`)? attr-dict `:` type($result)";
}

def Program_StoreOp : Program_Op<"store", [MemoryEffects<[MemWrite]>]> {
  let summary = "Stores a value as element `index`, or 0, of those that lie in a place.";
  let arguments = (ins AnyType:$value, Program_PlaceAttr:$place, Optional<Index>:$index);
  let assemblyFormat = "$value `to` $place (`[` $index^ `]`)? attr-dict `:` type($value)";
}

def Program_RangeOp : Program_Op<"range", [Pure]> {
  let summary = "The range that a kernel is to perform.";
  let results = (outs Index:$begin, Index:$end);
  let assemblyFormat = "attr-dict";
}

def Program_ParamOp : Program_Op<"param", [Pure]> {
  let summary = "A constant of the dispatch that calls the kernel.";
  let arguments = (ins I32Attr:$ordinal);
  let results = (outs AnyTypeOf<[Index, I32]>:$result);
  let assemblyFormat = "$ordinal attr-dict `:` type($result)";
}

def Program_NextOp : Program_Op<"next", [Terminator, AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<BranchOpInterface, ["getSuccessorOperands"]>]> {
  let summary = "Ends a loop's body: `variable` + `step` is less than `bound`, and the body "
                "comes again with it as first argument; or the loop ends.";
  let description = "`variable` is the body's first argument. Comparison is signed.";
  let arguments = (ins Index:$variable, Index:$bound, Index:$step,
                       Variadic<AnyType>:$body_arguments, Variadic<AnyType>:$exit_arguments);
  let successors = (successor AnySuccessor:$body, AnySuccessor:$exit);
  let assemblyFormat = [{
    $variable `to` $bound `step` $step `,`
    $body (`(` $body_arguments^ `:` type($body_arguments) `)`)? `,`
    $exit (`(` $exit_arguments^ `:` type($exit_arguments) `)`)? attr-dict
  }];
}

def Program_FailOp : Program_Op<"fail", [Terminator]> {
  let summary = "Ends the invocation with a status code, 1 to 16, and a message.";
  let arguments = (ins I32Attr:$code, StrAttr:$message);
  let assemblyFormat = "$code $message attr-dict";
}

//===- Microkernels ---------------------------------------------------------===//
// Of VMVX kernels. An operand is a binding and the index of its first element;
// strides count elements.

def Program_ContractOp : Program_Op<"contract", [AttrSizedOperandSegments,
    MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Multiplies and adds, or sums, or finds extremes, in nested loops.";
  let description = [{
    `kind` is CONTRACT's. `bindings` and `offsets` are those of the target, a
    and, for products, b. For each loop there is a size, and a stride of each
    operand: all of the first loop's, then the second's, ...
  }];
  let arguments = (ins I32Attr:$kind, DenseI32ArrayAttr:$bindings, Variadic<Index>:$offsets,
                       Variadic<Index>:$sizes, Variadic<Index>:$strides,
                       Variadic<I32>:$zero_points);
  let assemblyFormat = [{
    $kind $bindings `at` $offsets `loops` $sizes `strides` $strides
    (`zero_points` $zero_points^)? attr-dict
  }];
}

def Program_MapOp : Program_Op<"map", [AttrSizedOperandSegments,
    MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "Applies an instruction to each element of two nested loops.";
  let description = [{
    The first operand is the target. `types` are memory types as loads have
    them, by operand. A source whose binding is 255 is a value: it stands in
    the place of an offset, and its strides are not there. `extra` is the mask
    or function that the instruction has. Strides: outer and inner, by operand.
  }];
  let arguments = (ins I32Attr:$opcode, OptionalAttr<I32Attr>:$extra, DenseI32ArrayAttr:$bindings,
                       DenseI32ArrayAttr:$types, Variadic<AnyType>:$offsets,
                       Variadic<Index>:$strides, Index:$outer, Index:$inner);
  let assemblyFormat = [{
    $opcode (`,` $extra^)? $bindings `types` $types `at` $offsets `strides` $strides
    `loops` $outer `,` $inner attr-dict `:` type($offsets)
  }];
}

def Program_ReduceOp : Program_Op<"reduce", [AttrSizedOperandSegments,
    MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "target[o] = instruction(target[o], source[o, i]) for all i.";
  let description = "Strides: target outer, source outer, source inner.";
  let arguments = (ins I32Attr:$opcode, DenseI32ArrayAttr:$bindings, DenseI32ArrayAttr:$types,
                       Variadic<Index>:$offsets, Variadic<Index>:$strides, Index:$outer,
                       Index:$inner);
  let assemblyFormat = [{
    $opcode $bindings `types` $types `at` $offsets `strides` $strides `loops` $outer `,` $inner
    attr-dict
  }];
}

#endif  // IREE_COMPILER_DIALECT_PROGRAM_OPS_TD
