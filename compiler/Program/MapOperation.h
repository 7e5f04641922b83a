// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_PROGRAM_MAPOPERATION_H_
#define IREE_COMPILER_PROGRAM_MAPOPERATION_H_

#include "compiler/Program/RegisterSelection.h"

namespace iree_compiler {

/// A scalar operation as one instruction that MAP and REDUCE apply to elements.
/// Elements are converted when they are loaded and stored, so that no
/// instruction is needed to normalise a result.
struct MapOperation {
  Opcode opcode = Opcode::MOV;
  std::optional<uint32_t> extra; ///< mask of CMP, function of MATH and MATH2
  mlir::Value result;            ///< the one that is used
  llvm::SmallVector<mlir::Value, 3> sources;
  std::optional<MemoryType> sourceType; ///< of all sources, instead of their own

  /// Nothing if `op` takes more than that.
  static std::optional<MapOperation> of(mlir::Operation &op);
};

} // namespace iree_compiler

#endif // IREE_COMPILER_PROGRAM_MAPOPERATION_H_
