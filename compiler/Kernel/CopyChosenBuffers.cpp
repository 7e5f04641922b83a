// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Register code names the binding of each access, so a buffer that depends on
// a condition has none. Such a choice of buffers becomes a copy into a buffer
// of the kernel's own.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// A buffer of the kernel's own, before `op`, to be used as `type`.
struct OwnBuffer {
  OwnBuffer(OpBuilder &builder, Operation *op, MemRefType type) {
    builder.setInsertionPoint(op);
    plain = memref::AllocOp::create(builder, op->getLoc(),
                                    MemRefType::get(type.getShape(), type.getElementType()));
    asType = plain.getType() == type ? plain
                                     : memref::CastOp::create(builder, op->getLoc(), type, plain);
  }
  Value plain, asType;
};

/// scf.if and scf.index_switch: every branch copies what it yields.
void copyInBranches(Operation *op) {
  OpBuilder builder(op);
  for (OpResult result : op->getResults()) {
    auto type = dyn_cast<MemRefType>(result.getType());
    if (!type || result.use_empty())
      continue;
    OwnBuffer own(builder, op, type);
    for (Region &region : op->getRegions()) {
      Operation *yield = region.front().getTerminator();
      OpOperand &yielded = yield->getOpOperand(result.getResultNumber());
      builder.setInsertionPoint(yield);
      linalg::CopyOp::create(builder, yield->getLoc(), yielded.get(), own.plain);
      yielded.set(own.asType);
    }
    result.replaceAllUsesWith(own.asType);
  }
}

void copySelected(arith::SelectOp op) {
  OpBuilder builder(op);
  OwnBuffer own(builder, op, cast<MemRefType>(op.getType()));
  builder.setInsertionPoint(op);
  scf::IfOp::create(
      builder, op.getLoc(), op.getCondition(),
      [&](OpBuilder &inner, Location loc) {
        linalg::CopyOp::create(inner, loc, op.getTrueValue(), own.plain);
        scf::YieldOp::create(inner, loc);
      },
      [&](OpBuilder &inner, Location loc) {
        linalg::CopyOp::create(inner, loc, op.getFalseValue(), own.plain);
        scf::YieldOp::create(inner, loc);
      });
  op.replaceAllUsesWith(own.asType);
  op.erase();
}

struct CopyChosenBuffers : PassWrapper<CopyChosenBuffers, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CopyChosenBuffers)
  StringRef getArgument() const override { return "iree-copy-chosen-buffers"; }
  StringRef getDescription() const override {
    return "Copy buffers that depend on a condition into one buffer";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<linalg::LinalgDialect, memref::MemRefDialect, scf::SCFDialect>();
  }

  void runOnOperation() override {
    SmallVector<Operation *> choices;
    getOperation().walk([&](Operation *op) {
      bool select = isa<arith::SelectOp>(op) && isa<MemRefType>(op->getResult(0).getType());
      if (select || isa<scf::IfOp, scf::IndexSwitchOp>(op))
        choices.push_back(op);
    });
    for (Operation *op : choices)
      if (auto select = dyn_cast<arith::SelectOp>(op))
        copySelected(select);
      else
        copyInBranches(op);
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createCopyChosenBuffersPass() {
  return std::make_unique<CopyChosenBuffers>();
}
