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
  I32EnumAttrCase<"State", 4, "state">
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
    that of the `program.variable`.
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
  let summary = "An entry point: a straight list of program operations.";
  let description = [{
    `function_type` is the signature of the source function (tensors and
    scalars). `result_offsets` are the places in the arena that results take
    when the caller gives no buffer. The quantization of an argument or result
    is a `#program.quantization`, or unit if it has none.
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    TypeAttr:$function_type,
    StrArrayAttr:$argument_names,
    StrArrayAttr:$result_names,
    DenseI64ArrayAttr:$result_offsets,
    I64Attr:$arena_bytes,
    OptionalAttr<ArrayAttr>:$argument_quantization,
    OptionalAttr<ArrayAttr>:$result_quantization);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name $function_type `arguments` $argument_names `results` $result_names
    `at` $result_offsets `arena` $arena_bytes attr-dict-with-keyword $body
  }];
}

def Program_DispatchOp : Program_Op<"dispatch"> {
  let summary = "Calls a kernel over its whole range; bindings are reads, then writes.";
  let arguments = (ins SymbolRefAttr:$kernel, ArrayAttr:$reads, ArrayAttr:$writes);
  let assemblyFormat = "$kernel `reads` $reads `writes` $writes attr-dict";
}

def Program_CopyOp : Program_Op<"copy"> {
  let summary = "Copies between places of equal length.";
  let arguments = (ins Program_PlaceAttr:$source, Program_PlaceAttr:$target);
  let assemblyFormat = "$source `to` $target attr-dict";
}

def Program_FillOp : Program_Op<"fill"> {
  let summary = "Fills a place with a little-endian pattern of 1, 2, 4 or 8 bytes.";
  let arguments = (ins I64Attr:$pattern, I32Attr:$pattern_bytes, Program_PlaceAttr:$target);
  let assemblyFormat = "$pattern `of` $pattern_bytes `to` $target attr-dict";
}

def Program_ReturnOp : Program_Op<"return"> {
  let summary = "Ends the program.";
  let assemblyFormat = "attr-dict";
}

#endif  // IREE_COMPILER_DIALECT_PROGRAM_OPS_TD
