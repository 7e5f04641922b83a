// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Complex numbers become pairs of numbers: arithmetic on the two parts, and two
// values wherever a choice or an argument of a block was one. What is left are
// elements of buffers.
#include "compiler/Kernel/Passes.h"

#include "mlir/Conversion/ComplexToStandard/ComplexToStandard.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {

struct Parts {
  Value real, imaginary;
};

Parts partsOf(OpBuilder &builder, Location loc, Value number) {
  return {complex::ReOp::create(builder, loc, number), complex::ImOp::create(builder, loc, number)};
}

/// A choice of a number is one of each part.
struct SplitSelect : OpRewritePattern<arith::SelectOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::SelectOp op, PatternRewriter &rewriter) const override {
    if (!isa<ComplexType>(op.getType()))
      return rewriter.notifyMatchFailure(op, "not of complex numbers");
    Location loc = op.getLoc();
    Parts a = partsOf(rewriter, loc, op.getTrueValue()),
          b = partsOf(rewriter, loc, op.getFalseValue());
    Value real = arith::SelectOp::create(rewriter, loc, op.getCondition(), a.real, b.real);
    Value imaginary =
        arith::SelectOp::create(rewriter, loc, op.getCondition(), a.imaginary, b.imaginary);
    rewriter.replaceOpWithNewOp<complex::CreateOp>(op, op.getType(), real, imaginary);
    return success();
  }
};

/// Argument `number` of the block goes; its parts are the last two.
void splitArgument(Block *block, unsigned number) {
  BlockArgument argument = block->getArgument(number);
  Location loc = argument.getLoc();
  auto type = cast<ComplexType>(argument.getType());
  OpBuilder builder = OpBuilder::atBlockBegin(block);
  Value real = block->addArgument(type.getElementType(), loc);
  Value imaginary = block->addArgument(type.getElementType(), loc);
  argument.replaceAllUsesWith(complex::CreateOp::create(builder, loc, type, real, imaginary));
  for (auto it = block->pred_begin(); it != block->pred_end(); ++it) {
    auto branch = cast<BranchOpInterface>((*it)->getTerminator());
    SuccessorOperands operands = branch.getSuccessorOperands(it.getSuccessorIndex());
    builder.setInsertionPoint(branch);
    Parts parts = partsOf(builder, loc, operands[number]);
    operands.append({parts.real, parts.imaginary});
    operands.erase(number);
  }
  block->eraseArgument(number);
}

void splitArguments(func::FuncOp kernel) {
  for (Block &block : llvm::drop_begin(kernel.getBody()))
    for (unsigned number = 0; number < block.getNumArguments();)
      if (isa<ComplexType>(block.getArgument(number).getType()))
        splitArgument(&block, number);
      else
        ++number;
}

LogicalResult lowerArithmetic(func::FuncOp kernel) {
  MLIRContext *context = kernel.getContext();
  RewritePatternSet patterns(context);
  populateComplexToStandardConversionPatterns(patterns);
  ConversionTarget target(*context);
  target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
  target.addIllegalDialect<complex::ComplexDialect>();
  target.addLegalOp<complex::ConstantOp, complex::CreateOp, complex::ImOp, complex::ReOp>();
  return applyPartialConversion(kernel, target, std::move(patterns));
}

struct LowerComplex : PassWrapper<LowerComplex, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerComplex)
  StringRef getArgument() const override { return "iree-lower-complex"; }
  StringRef getDescription() const override { return "Compute complex numbers by their parts"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, complex::ComplexDialect, math::MathDialect>();
  }

  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    bool hasComplex = false;
    kernel.walk([&](Operation *op) {
      auto isComplex = [](Type type) { return isa<ComplexType>(type); };
      hasComplex |= llvm::any_of(op->getOperandTypes(), isComplex) ||
                    llvm::any_of(op->getResultTypes(), isComplex);
    });
    if (!hasComplex)
      return;
    if (failed(lowerArithmetic(kernel)))
      return signalPassFailure();
    splitArguments(kernel);
    // Parts of numbers made of parts are those parts.
    RewritePatternSet patterns(&getContext());
    patterns.add<SplitSelect>(&getContext());
    GreedyRewriteConfig config;
    config.setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    if (failed(applyPatternsGreedily(kernel, std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createLowerComplexPass() {
  return std::make_unique<LowerComplex>();
}
