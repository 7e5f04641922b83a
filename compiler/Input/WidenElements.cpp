// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements that memory has no form for: integers of other widths than 1, 8,
// 16, 32 and 64 bits are stored sign-extended in the next of these, an index as
// i64. Scalars keep their types, so that arithmetic wraps as it should: values
// are narrowed after they are read and widened before they are written.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Patterns.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/DialectConversion.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace {

/// The element type that is stored; the type itself where memory has it.
Type storedType(Type element) {
  if (element.isIndex())
    return IntegerType::get(element.getContext(), 64);
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer || !integer.isSignless() || integer.getWidth() == 1 || integer.getWidth() > 64)
    return element;
  unsigned width = std::max(8u, static_cast<unsigned>(llvm::PowerOf2Ceil(integer.getWidth())));
  return IntegerType::get(element.getContext(), width);
}

Type storedTensor(RankedTensorType type) { return type.clone(storedType(type.getElementType())); }

Value resized(OpBuilder &b, Location loc, Value value, Type to) {
  Type from = value.getType();
  if (from == to)
    return value;
  if (from.isIndex() || to.isIndex())
    return arith::IndexCastOp::create(b, loc, to, value);
  if (from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth())
    return arith::ExtSIOp::create(b, loc, to, value);
  return arith::TruncIOp::create(b, loc, to, value);
}

Value widened(OpBuilder &b, Location loc, Value value) {
  return resized(b, loc, value, storedType(value.getType()));
}

/// A region whose block yields an element: it yields the stored one.
void widenYield(ConversionPatternRewriter &rewriter, Region &region) {
  auto yield = cast<tensor::YieldOp>(region.front().getTerminator());
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(yield);
  Value value = widened(rewriter, yield.getLoc(), yield.getValue());
  rewriter.replaceOpWithNewOp<tensor::YieldOp>(yield, value);
}

/// Operations that move elements: the same with other types. Scalar operands,
/// such as the value of a splat, are widened.
struct RetypeMove : ConversionPattern {
  RetypeMove(const TypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), 1, context) {}
  LogicalResult matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                                ConversionPatternRewriter &rewriter) const override {
    if (!isa<tensor::EmptyOp, tensor::ExtractSliceOp, tensor::InsertSliceOp,
             tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp, tensor::DimOp,
             tensor::RankOp, tensor::SplatOp, tensor::FromElementsOp, tensor::InsertOp,
             tensor::ConcatOp, tensor::GatherOp, tensor::ScatterOp, tensor::ReshapeOp,
             tensor::PadOp, tensor::GenerateOp, func::ReturnOp>(op) &&
        !(op->getDialect() && op->getDialect()->getNamespace() == "check") &&
        !(op->getDialect() && op->getDialect()->getNamespace() == "util"))
      return failure();
    bool writesElements = isa<tensor::SplatOp, tensor::FromElementsOp, tensor::InsertOp>(op);
    SmallVector<Value> converted;
    for (auto [index, value] : llvm::enumerate(operands)) {
      bool isElement = writesElements && !isa<TensorType>(value.getType()) &&
                       (!isa<tensor::InsertOp>(op) || index == 0) &&
                       (!isa<tensor::SplatOp>(op) || index == 0);
      converted.push_back(isElement ? widened(rewriter, op->getLoc(), value) : value);
    }
    SmallVector<Type> types;
    if (failed(getTypeConverter()->convertTypes(op->getResultTypes(), types)))
      return failure();
    OperationState state(op->getLoc(), op->getName(), converted, types, op->getAttrs());
    state.propertiesAttr = op->getPropertiesAsAttribute();
    for (unsigned i = 0; i < op->getNumRegions(); ++i)
      state.addRegion();
    Operation *retyped = rewriter.create(state);
    for (auto [oldRegion, newRegion] : llvm::zip_equal(op->getRegions(), retyped->getRegions()))
      rewriter.inlineRegionBefore(oldRegion, newRegion, newRegion.end());
    if (isa<tensor::PadOp, tensor::GenerateOp>(op))
      widenYield(rewriter, retyped->getRegion(0));
    rewriter.replaceOp(op, retyped->getResults());
    return success();
  }
};

/// The stored form of an attribute that holds a tensor's elements.
TypedAttr storedElements(TypedAttr attribute) {
  auto elements = dyn_cast_or_null<DenseElementsAttr>(attribute);
  if (!elements || !isa<IntegerType, IndexType>(elements.getElementType()))
    return attribute;
  Type stored = storedType(elements.getElementType());
  unsigned width = stored.getIntOrFloatBitWidth();
  auto widen = [&](const APInt &value) { return value.sextOrTrunc(width); };
  return cast<TypedAttr>(Attribute(elements.mapValues(stored, widen)));
}

template <typename ConstantOp> struct RetypeConstant : OpConversionPattern<ConstantOp> {
  using OpConversionPattern<ConstantOp>::OpConversionPattern;
  LogicalResult matchAndRewrite(ConstantOp op, typename ConstantOp::Adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    TypedAttr stored = storedElements(cast<TypedAttr>(op.getValue()));
    if (stored == op.getValue())
      return rewriter.notifyMatchFailure(op, "not a tensor of such elements");
    auto retyped = ConstantOp::create(rewriter, op.getLoc(), stored.getType(), stored);
    rewriter.replaceOp(op, retyped);
    return success();
  }
};

struct RetypeExtract : OpConversionPattern<tensor::ExtractOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(tensor::ExtractOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value stored =
        tensor::ExtractOp::create(rewriter, op.getLoc(), adaptor.getTensor(), adaptor.getIndices());
    rewriter.replaceOp(op, resized(rewriter, op.getLoc(), stored, op.getType()));
    return success();
  }
};

struct RetypeFill : OpConversionPattern<linalg::FillOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(linalg::FillOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value value = widened(rewriter, op.getLoc(), adaptor.getInputs()[0]);
    rewriter.replaceOpWithNewOp<linalg::FillOp>(op, ValueRange{value}, adaptor.getOutputs());
    return success();
  }
};

struct RetypeGeneric : OpConversionPattern<linalg::GenericOp> {
  using OpConversionPattern::OpConversionPattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    SmallVector<Type> types;
    if (failed(getTypeConverter()->convertTypes(op.getResultTypes(), types)))
      return failure();
    auto retyped = linalg::GenericOp::create(
        rewriter, op.getLoc(), types, adaptor.getInputs(), adaptor.getOutputs(),
        op.getIndexingMapsArray(), op.getIteratorTypesArray(),
        [&](OpBuilder &b, Location loc, ValueRange stored) {
          IRMapping mapping;
          for (auto [argument, value] : llvm::zip_equal(op.getBody()->getArguments(), stored))
            mapping.map(argument, resized(b, loc, value, argument.getType()));
          for (Operation &inner : op.getBody()->without_terminator())
            b.clone(inner, mapping);
          SmallVector<Value> results;
          for (Value value : op.getBody()->getTerminator()->getOperands())
            results.push_back(widened(b, loc, mapping.lookupOrDefault(value)));
          linalg::YieldOp::create(b, loc, results);
        });
    rewriter.replaceOp(op, retyped.getResults());
    return success();
  }
};

struct WidenElements : PassWrapper<WidenElements, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(WidenElements)
  StringRef getArgument() const override { return "iree-widen-elements"; }
  StringRef getDescription() const override {
    return "Store integers of odd widths and indices in types that memory has";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect>();
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    TypeConverter converter;
    converter.addConversion([](Type type) { return type; });
    converter.addConversion([](RankedTensorType type) { return storedTensor(type); });
    auto isStored = [&](Operation *op) {
      return converter.isLegal(op->getOperandTypes()) && converter.isLegal(op->getResultTypes()) &&
             llvm::all_of(op->getRegions(),
                          [&](Region &region) { return converter.isLegal(&region); });
    };
    if (failed(generalize(isStored)))
      return signalPassFailure();
    MLIRContext *context = &getContext();
    ConversionTarget target(*context);
    target.markUnknownOpDynamicallyLegal([&](Operation *op) -> std::optional<bool> {
      if (auto func = dyn_cast<func::FuncOp>(op))
        return converter.isSignatureLegal(func.getFunctionType()) &&
               converter.isLegal(&func.getBody());
      return isStored(op);
    });
    RewritePatternSet patterns(context);
    patterns.add<RetypeMove, RetypeConstant<arith::ConstantOp>,
                 RetypeConstant<iree_compiler::util::UnfoldableConstantOp>, RetypeExtract,
                 RetypeFill, RetypeGeneric>(converter, context);
    scf::populateSCFStructuralTypeConversions(converter, patterns);
    populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns, converter);
    if (failed(applyFullConversion(module, target, std::move(patterns))))
      return signalPassFailure();
    for (auto func : module.getOps<func::FuncOp>())
      widenSignature(func);
    for (auto global : module.getOps<iree_compiler::util::GlobalOp>()) {
      global.setType(converter.convertType(global.getType()));
      if (TypedAttr value = global.getInitialValueAttr())
        global.setInitialValueAttr(storedElements(value));
    }
  }

private:
  /// What callers see: the stored types, of scalars too.
  static void widenSignature(func::FuncOp func) {
    StringRef name = iree_compiler::program::kFunctionTypeAttrName;
    auto attribute = func->getAttrOfType<TypeAttr>(name);
    if (!attribute)
      return;
    auto type = cast<FunctionType>(attribute.getValue());
    auto widen = [](TypeRange types) {
      return llvm::map_to_vector(types, [](Type each) -> Type {
        auto tensor = dyn_cast<RankedTensorType>(each);
        return tensor ? Type(storedTensor(tensor)) : storedType(each);
      });
    };
    func->setAttr(name, TypeAttr::get(FunctionType::get(func.getContext(), widen(type.getInputs()),
                                                        widen(type.getResults()))));
  }

  /// Named operations have bodies of their own making; generic ones do not.
  LogicalResult generalize(llvm::function_ref<bool(Operation *)> isStored) {
    SmallVector<linalg::LinalgOp> named;
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (!isa<linalg::GenericOp, linalg::FillOp>(op.getOperation()) && !isStored(op))
        named.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : named) {
      rewriter.setInsertionPoint(op);
      if (failed(linalg::generalizeNamedOp(rewriter, op)))
        return op.emitError() << "'" << op->getName() << "' has no linalg.generic form";
    }
    return success();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createWidenElementsPass() {
  return std::make_unique<WidenElements>();
}
