// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs single passes or stages on MLIR text.
#include "compiler/Pipeline.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  iree_compiler::registerDialects(registry);
  iree_compiler::registerPasses();
  mlir::registerTransformsPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "IREE bare-metal pass driver\n", registry));
}
