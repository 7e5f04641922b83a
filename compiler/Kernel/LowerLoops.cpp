// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Structured control flow becomes branches. scf.for gets its condition at the
// end, where program.next is one instruction for each iteration.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"

#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/DialectConversion.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// before:  %enter = lower < upper; cond_br %enter, ^body(lower, inits), ^after(inits)
/// ^body(%i, args): ...; program.next %i to upper step step, ^body(yields), ^after(yields)
struct RotateFor : OpRewritePattern<scf::ForOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::ForOp loop, PatternRewriter &rewriter) const override {
    if (!loop.getInductionVar().getType().isIndex() || loop.getUnsignedCmp())
      return rewriter.notifyMatchFailure(loop, "counts in another type than index");
    Location loc = loop.getLoc();
    Block *before = rewriter.getInsertionBlock();
    Block *after = rewriter.splitBlock(before, rewriter.getInsertionPoint());
    for (Type type : loop.getResultTypes())
      after->addArgument(type, loc);

    // Nested loops may have split the body.
    Block *first = &loop.getRegion().front(), *last = &loop.getRegion().back();
    rewriter.inlineRegionBefore(loop.getRegion(), after);
    rewriter.setInsertionPointToEnd(last);
    Operation *terminator = last->getTerminator();
    program::NextOp::create(rewriter, terminator->getLoc(), first->getArgument(0),
                            loop.getUpperBound(), loop.getStep(), terminator->getOperands(),
                            terminator->getOperands(), first, after);
    rewriter.eraseOp(terminator);

    rewriter.setInsertionPointToEnd(before);
    Value enters = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::slt,
                                         loop.getLowerBound(), loop.getUpperBound());
    SmallVector<Value> arguments = {loop.getLowerBound()};
    llvm::append_range(arguments, loop.getInitArgs());
    cf::CondBranchOp::create(rewriter, loc, enters, first, arguments, after, loop.getInitArgs());
    rewriter.replaceOp(loop, after->getArguments());
    return success();
  }
};

struct LowerLoops : PassWrapper<LowerLoops, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerLoops)
  StringRef getArgument() const override { return "iree-lower-loops"; }
  StringRef getDescription() const override { return "Turn structured control flow into branches"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, cf::ControlFlowDialect, program::ProgramDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateSCFToControlFlowConversionPatterns(patterns);
    patterns.add<RotateFor>(&getContext(), /*benefit=*/2);
    ConversionTarget target(getContext());
    target.addIllegalDialect<scf::SCFDialect>();
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    ConversionConfig config;
    config.allowPatternRollback = false;
    if (failed(applyPartialConversion(getOperation(), target, std::move(patterns), config)))
      return signalPassFailure();
    lowerSwitches();
    lowerAsserts();
  }

private:
  /// cf.switch as a chain of comparisons.
  void lowerSwitches() {
    SmallVector<cf::SwitchOp> switches;
    getOperation()->walk([&](cf::SwitchOp op) { switches.push_back(op); });
    for (cf::SwitchOp op : switches) {
      IRRewriter rewriter(op);
      Location loc = op.getLoc();
      Value flag = op.getFlag();
      Block *block = op->getBlock();
      auto values = op.getCaseValues();
      unsigned count = static_cast<unsigned>(op.getCaseDestinations().size());
      for (unsigned i = 0; i < count; ++i) {
        rewriter.setInsertionPoint(op);
        APInt value = *(values->value_begin<APInt>() + i);
        Value expected = arith::ConstantOp::create(rewriter, loc,
                                                   rewriter.getIntegerAttr(flag.getType(), value));
        Value equal =
            arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::eq, flag, expected);
        Block *rest = rewriter.splitBlock(block, op->getIterator());
        rewriter.setInsertionPointToEnd(block);
        cf::CondBranchOp::create(rewriter, loc, equal, op.getCaseDestinations()[i],
                                 op.getCaseOperands(i), rest, ValueRange());
        block = rest;
      }
      rewriter.setInsertionPoint(op);
      rewriter.replaceOpWithNewOp<cf::BranchOp>(op, op.getDefaultDestination(),
                                                op.getDefaultOperands());
    }
  }

  void lowerAsserts() {
    SmallVector<cf::AssertOp> asserts;
    getOperation()->walk([&](cf::AssertOp op) { asserts.push_back(op); });
    for (cf::AssertOp op : asserts) {
      IRRewriter rewriter(op);
      Block *block = op->getBlock();
      Block *rest = rewriter.splitBlock(block, std::next(op->getIterator()));
      Block *fails = rewriter.createBlock(block->getParent(), block->getParent()->end());
      constexpr int32_t kFailedPrecondition = 9;
      program::FailOp::create(rewriter, op.getLoc(), kFailedPrecondition, op.getMsg());
      rewriter.setInsertionPointToEnd(block);
      cf::CondBranchOp::create(rewriter, op.getLoc(), op.getArg(), rest, fails);
      rewriter.eraseOp(op);
    }
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createLowerLoopsPass() {
  return std::make_unique<LowerLoops>();
}
