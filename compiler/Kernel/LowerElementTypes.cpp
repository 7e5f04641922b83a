// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arithmetic on types that processors have no arithmetic for: operands of f16
// and bf16 are extended to f32, and each result is rounded, as if there were an
// instruction.
#include "compiler/Kernel/Passes.h"
#include "compiler/Target/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// math.isinf and math.isnormal as comparisons of the magnitude; MLIR lowers
/// only their siblings, and what is normal differs from type to type.
template <typename Op> struct ExpandClassification : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Type type = op.getOperand().getType();
    auto &semantics = cast<FloatType>(getElementTypeOrSelf(type)).getFloatSemantics();
    auto constant = [&](const APFloat &value) -> Value {
      TypedAttr attribute = rewriter.getFloatAttr(getElementTypeOrSelf(type), value);
      if (auto shaped = dyn_cast<ShapedType>(type))
        attribute = DenseElementsAttr::get(shaped, value);
      return arith::ConstantOp::create(rewriter, op.getLoc(), attribute);
    };
    auto compare = [&](arith::CmpFPredicate predicate, Value a, Value b) -> Value {
      return arith::CmpFOp::create(rewriter, op.getLoc(), predicate, a, b);
    };
    Value magnitude = math::AbsFOp::create(rewriter, op.getLoc(), op.getOperand());
    Value infinity = constant(APFloat::getInf(semantics));
    if constexpr (std::is_same_v<Op, math::IsInfOp>) {
      rewriter.replaceOp(op, compare(arith::CmpFPredicate::OEQ, magnitude, infinity));
    } else {
      Value smallest = constant(APFloat::getSmallestNormalized(semantics));
      Value notSmall = compare(arith::CmpFPredicate::OGE, magnitude, smallest);
      Value finite = compare(arith::CmpFPredicate::OLT, magnitude, infinity);
      rewriter.replaceOpWithNewOp<arith::AndIOp>(op, notSmall, finite);
    }
    return success();
  }
};

/// From f16 and bf16 to integers through f32, and from f16 to i64 through i32,
/// which holds every f16: code generators call functions for the whole.
template <typename Op, typename Extend> struct ExtendBeforeInteger : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Type type = op.getIn().getType();
    if (!isa<Float16Type, BFloat16Type>(getElementTypeOrSelf(type)))
      return rewriter.notifyMatchFailure(op, "not from f16 or bf16");
    auto like = [&](Type element) -> Type {
      auto shaped = dyn_cast<ShapedType>(type);
      return shaped ? Type(shaped.clone(element)) : element;
    };
    Value extended =
        arith::ExtFOp::create(rewriter, op.getLoc(), like(rewriter.getF32Type()), op.getIn());
    if (getElementTypeOrSelf(type).isF16() &&
        getElementTypeOrSelf(op.getType()).getIntOrFloatBitWidth() > 32) {
      auto narrow = Op::create(rewriter, op.getLoc(), like(rewriter.getI32Type()), extended);
      rewriter.replaceOpWithNewOp<Extend>(op, op.getType(), narrow);
      return success();
    }
    rewriter.replaceOpWithNewOp<Op>(op, op.getType(), extended);
    return success();
  }
};

LogicalResult expandOperations(func::FuncOp kernel) {
  RewritePatternSet patterns(kernel.getContext());
  patterns.add<ExpandClassification<math::IsInfOp>, ExpandClassification<math::IsNormalOp>,
               ExtendBeforeInteger<arith::FPToSIOp, arith::ExtSIOp>,
               ExtendBeforeInteger<arith::FPToUIOp, arith::ExtUIOp>>(kernel.getContext());
  return applyPatternsGreedily(kernel, std::move(patterns));
}

LogicalResult extendMath(func::FuncOp kernel) {
  MLIRContext *context = kernel.getContext();
  TypeConverter converter;
  SetVector<Type> supported;
  supported.insert(Float32Type::get(context));
  supported.insert(Float64Type::get(context));
  math::populateExtendToSupportedTypesTypeConverter(converter, supported,
                                                    Float32Type::get(context));
  ConversionTarget target(*context);
  math::populateExtendToSupportedTypesConversionTarget(target, converter);
  RewritePatternSet patterns(context);
  math::populateExtendToSupportedTypesPatterns(patterns, converter);
  return applyPartialConversion(kernel, target, std::move(patterns));
}

LogicalResult extendArithmetic(func::FuncOp kernel, ArrayRef<Type> narrow) {
  MLIRContext *context = kernel.getContext();
  TypeConverter converter;
  arith::populateEmulateUnsupportedFloatsConversions(converter, narrow, Float32Type::get(context));
  ConversionTarget target(*context);
  arith::populateEmulateUnsupportedFloatsLegality(target, converter);
  RewritePatternSet patterns(context);
  arith::populateEmulateUnsupportedFloatsPatterns(patterns, converter);
  return applyPartialConversion(kernel, target, std::move(patterns));
}

/// f64 to f16 through f32 that is rounded to odd, which makes the second rounding
/// harmless. Code generators call a function for the whole, which some Arm
/// targets hand its operand in other registers than it expects.
struct SplitDoubleToHalf : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncFOp op, PatternRewriter &rewriter) const override {
    Type from = op.getIn().getType(), to = op.getType();
    if (!getElementTypeOrSelf(from).isF64() || !getElementTypeOrSelf(to).isF16())
      return rewriter.notifyMatchFailure(op, "not from f64 to f16");
    Location loc = op.getLoc();
    auto like = [&](Type element) -> Type {
      auto shaped = dyn_cast<ShapedType>(from);
      return shaped ? Type(shaped.clone(element)) : element;
    };
    Type f32 = like(rewriter.getF32Type()), i32 = like(rewriter.getI32Type());
    auto constant = [&](int32_t value) -> Value {
      TypedAttr attribute = rewriter.getI32IntegerAttr(value);
      if (auto shaped = dyn_cast<ShapedType>(i32))
        attribute = DenseElementsAttr::get(shaped, attribute);
      return arith::ConstantOp::create(rewriter, loc, attribute);
    };
    Value nearest = arith::TruncFOp::create(rewriter, loc, f32, op.getIn());
    Value again = arith::ExtFOp::create(rewriter, loc, from, nearest);
    Value inexact =
        arith::CmpFOp::create(rewriter, loc, arith::CmpFPredicate::ONE, again, op.getIn());
    Value bits = arith::BitcastOp::create(rewriter, loc, i32, nearest);
    Value lowest = arith::AndIOp::create(rewriter, loc, bits, constant(1));
    Value isEven =
        arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::eq, lowest, constant(0));
    Value isRoundedUp = arith::CmpFOp::create(rewriter, loc, arith::CmpFPredicate::OGT,
                                              math::AbsFOp::create(rewriter, loc, again),
                                              math::AbsFOp::create(rewriter, loc, op.getIn()));
    Value step = arith::SelectOp::create(rewriter, loc, isRoundedUp, constant(-1), constant(1));
    Value odd = arith::AddIOp::create(rewriter, loc, bits, step);
    Value isMoved = arith::AndIOp::create(rewriter, loc, inexact, isEven);
    Value moved = arith::SelectOp::create(rewriter, loc, isMoved, odd, bits);
    Value single = arith::BitcastOp::create(rewriter, loc, f32, moved);
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, to, single);
    return success();
  }
};

LogicalResult splitDoubleToHalf(func::FuncOp kernel) {
  RewritePatternSet patterns(kernel.getContext());
  patterns.add<SplitDoubleToHalf>(kernel.getContext());
  return applyPatternsGreedily(kernel, std::move(patterns));
}

/// Conversions between bf16 and f32 as operations on bits. With FEAT_FP16, LLVM 22
/// crashes on comparisons of bf16, which it makes of those of converted numbers.
LogicalResult convertBits(func::FuncOp kernel) {
  RewritePatternSet patterns(kernel.getContext());
  arith::populateExpandBFloat16Patterns(patterns);
  return applyPatternsGreedily(kernel, std::move(patterns));
}

/// The conversions are marked so that pairs of them may be left out, which would
/// leave out a rounding.
void keepRounding(func::FuncOp kernel) {
  kernel.walk([](Operation *op) {
    if (auto extension = dyn_cast<arith::ExtFOp>(op))
      extension.setFastmath(std::nullopt);
    if (auto truncation = dyn_cast<arith::TruncFOp>(op))
      truncation.setFastmath(std::nullopt);
  });
}

struct LowerElementTypes : PassWrapper<LowerElementTypes, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerElementTypes)
  StringRef getArgument() const override { return "iree-lower-element-types"; }
  StringRef getDescription() const override { return "Compute f16 and bf16 in f32"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, math::MathDialect>();
  }

  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    MLIRContext *context = &getContext();
    Type narrow[] = {Float16Type::get(context), BFloat16Type::get(context)};
    if (failed(expandOperations(kernel)) || failed(extendMath(kernel)) ||
        failed(extendArithmetic(kernel, narrow)))
      return signalPassFailure();
    keepRounding(kernel); // before anything folds
    if (failed(splitDoubleToHalf(kernel)))
      return signalPassFailure();
    Target target = Target::of(kernel->getParentOfType<ModuleOp>());
    if (target.arch == llvm::Triple::thumb && target.vectorFloat && failed(convertBits(kernel)))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createLowerElementTypesPass() {
  return std::make_unique<LowerElementTypes>();
}
