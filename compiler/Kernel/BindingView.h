// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A buffer of a kernel as a part of one of its bindings.
#ifndef IREE_COMPILER_KERNEL_BINDINGVIEW_H_
#define IREE_COMPILER_KERNEL_BINDINGVIEW_H_

#include "compiler/Dialect/Program/Program.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include <optional>

namespace iree_compiler {

/// Element i, j, ... of the buffer lies in the binding at byte `bytes` plus
/// element number offset + i * strides[0] + j * strides[1] + ...
struct BindingView {
  uint32_t binding = 0;
  uint64_t bytes = 0;
  mlir::OpFoldResult offset;
  llvm::SmallVector<mlir::OpFoldResult> strides;
  mlir::MemRefType type;

  /// Of a value that views, casts and loops make of a function's argument;
  /// nothing if another buffer may be meant.
  static std::optional<BindingView> of(mlir::Value buffer);

  bool operator==(const BindingView &other) const {
    return binding == other.binding && bytes == other.bytes && offset == other.offset &&
           strides == other.strides;
  }

  /// The part of the binding that begins with the element at `indices`: a place
  /// at a constant offset, and the index of the element from there or null.
  std::pair<program::PlaceAttr, mlir::Value> element(mlir::OpBuilder &builder, mlir::Location loc,
                                                     mlir::ValueRange indices) const;
};

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_BINDINGVIEW_H_
