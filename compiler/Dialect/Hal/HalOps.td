// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_DIALECT_HAL_OPS_TD
#define IREE_COMPILER_DIALECT_HAL_OPS_TD

include "compiler/Dialect/Hal/HalBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Hal_DevicesGetOp : Op<Hal_Dialect, "devices.get", [Pure]> {
  let summary = "The device of an ordinal.";
  let arguments = (ins Index:$index);
  let results = (outs Hal_Device:$result);
  let assemblyFormat = "$index attr-dict `:` type($result)";
}

#endif  // IREE_COMPILER_DIALECT_HAL_OPS_TD
