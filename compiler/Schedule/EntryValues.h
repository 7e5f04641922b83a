// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What both schedulers know of an entry function: where values come from, and
// the program's signature.
#ifndef IREE_COMPILER_SCHEDULE_ENTRYVALUES_H_
#define IREE_COMPILER_SCHEDULE_ENTRYVALUES_H_

#include "compiler/Dialect/Program/Program.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"

namespace iree_compiler {

/// The module's constants by value, in the order of their ordinals.
using ProgramConstants = llvm::MapVector<mlir::Attribute, program::ConstantOp>;
/// Ordinals of the module's variables by name.
using ProgramVariables = llvm::StringMap<uint64_t>;

/// The tensor that a chain of reshapes, casts and barriers starts from.
mlir::Value baseOf(mlir::Value value);

/// The elements of a constant; null for other values.
mlir::ElementsAttr constantValue(mlir::Value base);

/// A fill's pattern, of elements of up to 8 bytes.
int64_t bitPattern(mlir::SplatElementsAttr splat);

/// The ordinal of a constant, which is added where `builder` inserts if it is new.
uint64_t constantOrdinal(ProgramConstants &constants, mlir::OpBuilder &builder,
                         mlir::ElementsAttr value, mlir::Location loc);

/// The program of `entry`, with an empty body, where `builder` inserts.
program::FuncOp createProgram(mlir::OpBuilder &builder, mlir::func::FuncOp entry,
                              llvm::ArrayRef<int64_t> resultOffsets, uint64_t arenaBytes);

/// What the check of an entry function compares; `expected` is `actual` if it
/// has one operand.
void createCheck(mlir::OpBuilder &builder, mlir::Operation *check, program::PlaceAttr actual,
                 program::PlaceAttr expected);

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_ENTRYVALUES_H_
