// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How types are stored: dense, row-major, i1 as one byte.
#ifndef IREE_COMPILER_SCHEDULE_SIZES_H_
#define IREE_COMPILER_SCHEDULE_SIZES_H_

#include "mlir/IR/BuiltinTypes.h"

namespace iree_compiler {

/// Alignment of every buffer in the arena and in the constants, in bytes.
inline constexpr uint64_t kArenaAlignment = 16;

/// Bytes of one stored element.
inline uint64_t elementBytes(mlir::Type element) {
  return (element.getIntOrFloatBitWidth() + 7) / 8;
}

/// Bytes of a static tensor or a scalar.
inline uint64_t denseBytes(mlir::Type type) {
  if (auto shaped = mlir::dyn_cast<mlir::ShapedType>(type))
    return static_cast<uint64_t>(shaped.getNumElements()) * elementBytes(shaped.getElementType());
  return elementBytes(type);
}

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_SIZES_H_
