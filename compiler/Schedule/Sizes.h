// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How types are stored: dense, row-major, i1 as one byte.
#ifndef IREE_COMPILER_SCHEDULE_SIZES_H_
#define IREE_COMPILER_SCHEDULE_SIZES_H_

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"

namespace iree_compiler {

/// Alignment of every buffer in the arena and in the constants, in bytes.
inline constexpr uint64_t kArenaAlignment = 16;

/// Bytes of one stored element.
inline uint64_t elementBytes(mlir::Type element) {
  if (auto complex = mlir::dyn_cast<mlir::ComplexType>(element))
    return 2 * elementBytes(complex.getElementType());
  return (element.getIntOrFloatBitWidth() + 7) / 8;
}

/// iree_hal_element_type_t: kind in bits 24-31, bit count in bits 0-7.
inline uint32_t elementType(mlir::Type type) {
  mlir::Type element = mlir::getElementTypeOrSelf(type);
  if (element.isBF16())
    return 0x22000010;
  if (mlir::isa<mlir::ComplexType>(element))
    return 0x23000000 | static_cast<uint32_t>(8 * elementBytes(element));
  uint32_t bits = element.getIntOrFloatBitWidth();
  if (mlir::isa<mlir::FloatType>(element))
    return 0x21000000 | bits;
  if (element.isUnsignedInteger())
    return 0x12000000 | bits;
  return bits == 1 ? 0x13000008 : 0x10000000 | bits;
}

/// Bytes of a static tensor or a scalar; 0 if the shape is dynamic.
inline uint64_t denseBytes(mlir::Type type) {
  auto shaped = mlir::dyn_cast<mlir::ShapedType>(type);
  if (shaped && !shaped.hasStaticShape())
    return 0;
  if (shaped)
    return static_cast<uint64_t>(shaped.getNumElements()) * elementBytes(shaped.getElementType());
  return elementBytes(type);
}

} // namespace iree_compiler

#endif // IREE_COMPILER_SCHEDULE_SIZES_H_
