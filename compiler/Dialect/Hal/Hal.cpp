// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Hal/Hal.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

#include "compiler/Dialect/Hal/HalDialect.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "compiler/Dialect/Hal/HalTypes.cpp.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Hal/HalOps.cpp.inc"

namespace {

struct Inliner : mlir::DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(mlir::Operation *, mlir::Region *, bool, mlir::IRMapping &) const final {
    return true;
  }
};

} // namespace

void iree_compiler::hal::HalDialect::initialize() {
  addInterfaces<Inliner>();
  addTypes<
#define GET_TYPEDEF_LIST
#include "compiler/Dialect/Hal/HalTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/Dialect/Hal/HalOps.cpp.inc"
      >();
}
