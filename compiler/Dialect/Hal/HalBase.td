// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_COMPILER_DIALECT_HAL_BASE_TD
#define IREE_COMPILER_DIALECT_HAL_BASE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"

def Hal_Dialect : Dialect {
  let name = "hal";
  let cppNamespace = "::iree_compiler::hal";
  let summary = "Devices that test programs name; there is one, so the name says nothing.";
  let useDefaultTypePrinterParser = 1;
}

def Hal_DeviceType : TypeDef<Hal_Dialect, "Device"> {
  let mnemonic = "device";
  let summary = "The device that runs the program.";
}

def Hal_Device
    : Type<CPred<"::llvm::isa<::iree_compiler::hal::DeviceType>($_self)">, "device">,
      BuildableType<"::iree_compiler::hal::DeviceType::get($_builder.getContext())">;

#endif  // IREE_COMPILER_DIALECT_HAL_BASE_TD
