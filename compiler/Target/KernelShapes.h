// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a family of cores computes contractions: the table KernelShapes.def, one
// row a family.
#ifndef IREE_COMPILER_TARGET_KERNELSHAPES_H_
#define IREE_COMPILER_TARGET_KERNELSHAPES_H_

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace llvm {
class MCSubtargetInfo;
} // namespace llvm

namespace iree_compiler {

/// How int8 contractions are best expressed on a target.
enum class ContractionStyle {
  OuterProduct, ///< broadcast one operand, multiply-add rows of the other
  DotReduction, ///< MVE: rows of up to 16 elements into a scalar
  DualMultiply, ///< DSP extension of Arm: two 16-bit products at a time
  Scalar,       ///< one product at a time
};

/// How weights in panels are multiplied (Kernel/Panels.h).
enum class PanelStyle {
  None,         ///< weights stay as they are
  UnsignedDots, ///< x86 vpdpbusd: four products of u8 by i8 added to each lane
  WidenedPairs, ///< x86 pmaddwd: two products of i16
  SignedDots,   ///< AArch64 sdot: four products of i8
  NarrowPairs,  ///< AArch64 smull, sadalp: products of i8 in i16, two of them added to a lane
};

/// More accumulators than this are no tile for registers.
inline constexpr int64_t kMaxAccumulators = 32;

/// A tile of a contraction: `rows` x `columns` accumulators, `depth` steps of the
/// reduction at a time.
struct RegisterTile {
  int64_t rows, columns;
  int64_t depth = 0; ///< 0: all of it
};

/// Numbers of one row of the table. The names that texts have for them are in
/// KernelShapes.cpp.
struct KernelShapes {
  std::string core; ///< the family's name
  ContractionStyle style = ContractionStyle::Scalar;
  int64_t scalarRegisters = 0; ///< that a kernel can use, addresses and counters included
  int64_t vectorRegisters = 0;

  // i8 where both operands run along the sum (Kernel/DotProducts.h); not with
  // outer products.
  RegisterTile dot = {2, 2};
  int64_t dotColumns = 4;  ///< of a result with one row
  int64_t dotStep = 4;     ///< bytes of each row in one iteration
  int64_t dotUnrolled = 4; ///< a row of up to so many bytes needs no loop

  // Constant weights of i8 that lie in the order they are read in.
  PanelStyle panels = PanelStyle::None;
  int64_t panelColumns = 0; ///< most weights side by side
  int64_t panelSums = 0;    ///< most vectors of sums of a tile

  int64_t laneColumns = 4;            ///< most columns of a tile of lane products
  RegisterTile depthwise = {1, 4, 1}; ///< of other depthwise convolutions
  RegisterTile bytes = {2, 2, 4};     ///< of other contractions of i8
  RegisterTile floats = {2, 2, 4};    ///< of contractions of f32
  int64_t channels = 4;               ///< kernels are fast with multiples of so many

  /// The row of a core: the first one that suits the architecture's name and the
  /// features.
  static KernelShapes of(llvm::StringRef architecture, const llvm::MCSubtargetInfo &features);

  /// For small rather than fast code: one row of the result at a time, so that none
  /// is left over, and one dot product in each iteration.
  void makeSmall();

  /// Changes single numbers: "dot=3x2,step=16". On failure fills `error` with what
  /// is wrong and what is available, and may have changed some.
  bool change(llvm::StringRef text, const llvm::MCSubtargetInfo &features, std::string &error);

  /// The row as text that change() reads.
  std::string text() const;
};

} // namespace iree_compiler

#endif // IREE_COMPILER_TARGET_KERNELSHAPES_H_
