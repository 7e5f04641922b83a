// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// scf operations that no later stage knows, expressed by scf.for and scf.if.
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

/// The iterations in order; each inserts its slices into what the one before
/// it left.
struct ForallToFor : OpRewritePattern<scf::ForallOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::ForallOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto values = [&](ArrayRef<OpFoldResult> list) {
      return getValueOrCreateConstantIndexOp(rewriter, loc, list);
    };
    SmallVector<Value> lower = values(op.getMixedLowerBound());
    SmallVector<Value> upper = values(op.getMixedUpperBound());
    SmallVector<Value> step = values(op.getMixedStep());
    scf::LoopNest nest = scf::buildLoopNest(
        rewriter, loc, lower, upper, step, op.getOutputs(),
        [&](OpBuilder &b, Location, ValueRange indices, ValueRange carried) -> scf::ValueVector {
          IRMapping mapping;
          mapping.map(op.getInductionVars(), indices);
          for (auto [argument, value] : llvm::zip_equal(op.getRegionIterArgs(), carried))
            mapping.map(argument, value);
          for (Operation &inner : op.getBody()->without_terminator())
            b.clone(inner, mapping);
          return insertSlices(b, op, mapping, carried);
        });
    rewriter.replaceOp(op, nest.results);
    return success();
  }

private:
  static scf::ValueVector insertSlices(OpBuilder &b, scf::ForallOp op, const IRMapping &mapping,
                                       ValueRange carried) {
    scf::ValueVector results(carried.begin(), carried.end());
    auto mapped = [&](ArrayRef<OpFoldResult> list) {
      return llvm::map_to_vector(list, [&](OpFoldResult each) -> OpFoldResult {
        auto value = dyn_cast<Value>(each);
        return value ? OpFoldResult(mapping.lookupOrDefault(value)) : each;
      });
    };
    for (Operation &yielding : op.getTerminator().getYieldingOps()) {
      auto insert = cast<tensor::ParallelInsertSliceOp>(yielding);
      unsigned index = cast<BlockArgument>(insert.getDest()).getArgNumber() - op.getRank();
      results[index] = tensor::InsertSliceOp::create(
          b, insert.getLoc(), mapping.lookupOrDefault(insert.getSource()), results[index],
          mapped(insert.getMixedOffsets()), mapped(insert.getMixedSizes()),
          mapped(insert.getMixedStrides()));
    }
    return results;
  }
};

/// The iterations in order; reductions are what the loops carry.
struct ParallelToFor : OpRewritePattern<scf::ParallelOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::ParallelOp op, PatternRewriter &rewriter) const override {
    scf::LoopNest nest = scf::buildLoopNest(
        rewriter, op.getLoc(), op.getLowerBound(), op.getUpperBound(), op.getStep(),
        op.getInitVals(),
        [&](OpBuilder &b, Location, ValueRange indices, ValueRange carried) -> scf::ValueVector {
          IRMapping mapping;
          mapping.map(op.getInductionVars(), indices);
          for (Operation &inner : op.getBody()->without_terminator())
            b.clone(inner, mapping);
          auto reduce = cast<scf::ReduceOp>(op.getBody()->getTerminator());
          scf::ValueVector results;
          for (auto [region, operand, value] :
               llvm::zip_equal(reduce.getReductions(), reduce.getOperands(), carried)) {
            mapping.map(region.getArgument(0), value);
            mapping.map(region.getArgument(1), mapping.lookupOrDefault(operand));
            for (Operation &inner : region.front().without_terminator())
              b.clone(inner, mapping);
            Value result = region.front().getTerminator()->getOperand(0);
            results.push_back(mapping.lookupOrDefault(result));
          }
          return results;
        });
    rewriter.replaceOp(op, nest.results);
    return success();
  }
};

/// A chain of scf.if, one for each case.
struct IndexSwitchToIf : OpRewritePattern<scf::IndexSwitchOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::IndexSwitchOp op, PatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, build(op, 0, rewriter));
    return success();
  }

private:
  static SmallVector<Value> inlined(Block &block, PatternRewriter &rewriter) {
    IRMapping mapping;
    for (Operation &inner : block.without_terminator())
      rewriter.clone(inner, mapping);
    return llvm::map_to_vector(block.getTerminator()->getOperands(),
                               [&](Value value) { return mapping.lookupOrDefault(value); });
  }

  static SmallVector<Value> build(scf::IndexSwitchOp op, unsigned index,
                                  PatternRewriter &rewriter) {
    if (index == op.getNumCases())
      return inlined(op.getDefaultBlock(), rewriter);
    Location loc = op.getLoc();
    Value value = arith::ConstantIndexOp::create(rewriter, loc, op.getCases()[index]);
    Value isCase =
        arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::eq, op.getArg(), value);
    auto ifOp = scf::IfOp::create(rewriter, loc, op.getResultTypes(), isCase, /*addThenBlock=*/true,
                                  /*addElseBlock=*/true);
    OpBuilder::InsertionGuard guard(rewriter);
    auto fill = [&](Block &block, llvm::function_ref<SmallVector<Value>()> results) {
      if (!block.empty())
        rewriter.eraseOp(block.getTerminator());
      rewriter.setInsertionPointToEnd(&block);
      SmallVector<Value> yielded = results();
      rewriter.setInsertionPointToEnd(&block);
      scf::YieldOp::create(rewriter, loc, yielded);
    };
    fill(*ifOp.thenBlock(), [&] { return inlined(op.getCaseBlock(index), rewriter); });
    fill(*ifOp.elseBlock(), [&] { return build(op, index + 1, rewriter); });
    return llvm::to_vector_of<Value>(ifOp.getResults());
  }
};

struct ExecuteRegionInline : OpRewritePattern<scf::ExecuteRegionOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(scf::ExecuteRegionOp op, PatternRewriter &rewriter) const override {
    if (!op.getRegion().hasOneBlock())
      return rewriter.notifyMatchFailure(op, "has several blocks");
    Block &block = op.getRegion().front();
    Operation *yield = block.getTerminator();
    SmallVector<Value> results(yield->getOperands());
    rewriter.eraseOp(yield);
    rewriter.inlineBlockBefore(&block, op);
    rewriter.replaceOp(op, results);
    return success();
  }
};

struct LegalizeLoops : PassWrapper<LegalizeLoops, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LegalizeLoops)
  StringRef getArgument() const override { return "iree-legalize-loops"; }
  StringRef getDescription() const override {
    return "Express forall, parallel, index_switch and execute_region by for and if";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, scf::SCFDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ForallToFor, ParallelToFor, IndexSwitchToIf, ExecuteRegionInline>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createLegalizeLoopsPass() {
  return std::make_unique<LegalizeLoops>();
}
