// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Flow/Flow.h"

#include "mlir/IR/Builders.h"
#include "mlir/Transforms/InliningUtils.h"

#include "compiler/Dialect/Flow/FlowDialect.cpp.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Flow/FlowOps.cpp.inc"

namespace {

struct Inliner : mlir::DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(mlir::Operation *, mlir::Region *, bool, mlir::IRMapping &) const final {
    return true;
  }
};

} // namespace

void iree_compiler::flow::FlowDialect::initialize() {
  addInterfaces<Inliner>();
  addOperations<
#define GET_OP_LIST
#include "compiler/Dialect/Flow/FlowOps.cpp.inc"
      >();
}
