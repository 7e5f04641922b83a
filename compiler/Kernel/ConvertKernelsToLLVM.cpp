// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels on buffers become LLVM functions of the kernel ABI. Each kernel is
// two functions: a body with one pointer per binding, which LLVM knows not to
// alias unless a result lies over an argument, and an entry that unpacks the
// binding table and is what gets called.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Target/Target.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ComplexToLLVM/ComplexToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Outer products are written with vector.fma. A multiply and an add are fused
/// later where the core can; elsewhere an fma would be a library call.
struct SplitFma : OpRewritePattern<vector::FMAOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(vector::FMAOp op, PatternRewriter &rewriter) const override {
    Value product = arith::MulFOp::create(rewriter, op.getLoc(), op.getLhs(), op.getRhs());
    rewriter.replaceOpWithNewOp<arith::AddFOp>(op, product, op.getAcc());
    return success();
  }
};

/// A contraction of narrow elements that has no lowering as such: the elements
/// are widened first.
struct WidenContraction : OpRewritePattern<vector::ContractionOp> {
  WidenContraction(MLIRContext *context) : OpRewritePattern(context, /*benefit=*/0) {}
  LogicalResult matchAndRewrite(vector::ContractionOp op,
                                PatternRewriter &rewriter) const override {
    Type element = getElementTypeOrSelf(op.getAccType());
    auto widened = [&](Value value) -> Value {
      auto type = cast<VectorType>(value.getType());
      Type wide = type.clone(element);
      if (type == wide)
        return value;
      if (isa<FloatType>(element))
        return arith::ExtFOp::create(rewriter, op.getLoc(), wide, value);
      return arith::ExtSIOp::create(rewriter, op.getLoc(), wide, value);
    };
    if (getElementTypeOrSelf(op.getLhsType()) == element &&
        getElementTypeOrSelf(op.getRhsType()) == element)
      return rewriter.notifyMatchFailure(op, "the elements have one type");
    Value lhs = widened(op.getLhs()), rhs = widened(op.getRhs());
    rewriter.modifyOpInPlace(op, [&] {
      op.getLhsMutable().assign(lhs);
      op.getRhsMutable().assign(rhs);
    });
    return success();
  }
};

/// Vector operations down to those that have an LLVM counterpart. Separate,
/// bounded applications: together some of these patterns undo each other.
LogicalResult lowerVectors(ModuleOp module) {
  MLIRContext *context = module.getContext();
  GreedyRewriteConfig config;
  config.setMaxIterations(16);
  {
    RewritePatternSet patterns(context);
    vector::populateVectorTransferPermutationMapLoweringPatterns(patterns);
    vector::populateVectorTransferLoweringPatterns(patterns, /*maxTransferRank=*/1);
    if (failed(applyPatternsGreedily(module, std::move(patterns), config)))
      return failure();
  }
  {
    RewritePatternSet patterns(context);
    vector::populateVectorMultiReductionLoweringPatterns(
        patterns, vector::VectorMultiReductionLowering::InnerParallel);
    if (failed(applyPatternsGreedily(module, std::move(patterns), config)))
      return failure();
  }
  RewritePatternSet patterns(context);
  vector::populateVectorBroadcastLoweringPatterns(patterns);
  vector::populateVectorContractLoweringPatterns(patterns,
                                                 vector::VectorContractLowering::OuterProduct);
  vector::populateVectorMaskOpLoweringPatterns(patterns);
  vector::populateVectorShapeCastLoweringPatterns(patterns);
  vector::populateVectorTransposeLoweringPatterns(patterns,
                                                  vector::VectorTransposeLowering::Shuffle1D);
  vector::populateVectorMaskMaterializationPatterns(patterns, /*force32BitVectorIndices=*/true);
  vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
  vector::populateVectorStepLoweringPatterns(patterns);
  patterns.add<SplitFma, WidenContraction>(context);
  vector::populateVectorGatherLoweringPatterns(patterns);
  vector::populateVectorFromElementsUnrollPatterns(patterns);
  vector::populateVectorToElementsUnrollPatterns(patterns);
  return applyPatternsGreedily(module, std::move(patterns), config);
}

/// Everything to the LLVM dialect in one conversion, with the target's index
/// width. Math functions become libm calls, which the builtins implement.
LogicalResult convertToLLVM(ModuleOp module, unsigned indexBits) {
  MLIRContext *context = module.getContext();
  {
    RewritePatternSet patterns(context);
    math::populateExpansionPatterns(patterns, {"fpowi", "clampf"});
    populateMathToLibmConversionPatterns(patterns);
    if (failed(applyPatternsGreedily(module, std::move(patterns))))
      return failure();
  }
  LowerToLLVMOptions options(context);
  options.useBarePtrCallConv = true;
  options.overrideIndexBitwidth(indexBits);
  LLVMTypeConverter converter(context, options);
  RewritePatternSet patterns(context);
  populateFuncToLLVMConversionPatterns(converter, patterns);
  arith::populateArithToLLVMConversionPatterns(converter, patterns);
  arith::populateArithExpandOpsPatterns(patterns);
  populateComplexToLLVMConversionPatterns(converter, patterns);
  cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
  populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
  index::populateIndexToLLVMConversionPatterns(converter, patterns);
  populateMathToLLVMConversionPatterns(converter, patterns);
  ub::populateUBToLLVMConversionPatterns(converter, patterns);
  populateAffineToStdConversionPatterns(patterns);
  populateVectorToLLVMConversionPatterns(converter, patterns, /*reassociateFPReductions=*/true,
                                         /*force32BitVectorIndices=*/true);
  LLVMConversionTarget target(*context);
  target.addLegalOp<ModuleOp>();
  return applyFullConversion(module, target, std::move(patterns));
}

/// Builds `name(bindings, constants, begin, end) -> i32` around a body.
void createEntry(LLVM::LLVMFuncOp body, StringRef name, unsigned bindingCount,
                 unsigned constantCount) {
  MLIRContext *context = body.getContext();
  OpBuilder builder(body);
  Location loc = body.getLoc();
  auto pointer = LLVM::LLVMPointerType::get(context);
  Type i32 = builder.getI32Type();
  auto type = LLVM::LLVMFunctionType::get(i32, {pointer, pointer, i32, i32});
  auto entry = LLVM::LLVMFuncOp::create(builder, loc, name, type);
  Block *block = entry.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  SmallVector<Value> arguments;
  for (unsigned i = 0; i < bindingCount; ++i) {
    Value slot = LLVM::GEPOp::create(builder, loc, pointer, pointer, block->getArgument(0),
                                     ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
    arguments.push_back(LLVM::LoadOp::create(builder, loc, pointer, slot));
  }
  // Sizes are not negative, but what else is computed from them may be.
  for (unsigned i = 0; i < constantCount; ++i) {
    Value slot = LLVM::GEPOp::create(builder, loc, pointer, i32, block->getArgument(1),
                                     ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(i)});
    Value constant = LLVM::LoadOp::create(builder, loc, i32, slot);
    Type indexType = body.getArgumentTypes()[bindingCount + i];
    if (indexType != i32)
      constant = LLVM::SExtOp::create(builder, loc, indexType, constant);
    arguments.push_back(constant);
  }
  for (unsigned i = 0; i < 2; ++i) {
    Value bound = block->getArgument(2 + i);
    Type indexType = body.getArgumentTypes()[bindingCount + constantCount + i];
    if (indexType != i32)
      bound = LLVM::ZExtOp::create(builder, loc, indexType, bound);
    arguments.push_back(bound);
  }
  LLVM::CallOp::create(builder, loc, body, arguments);
  Value zero = LLVM::ConstantOp::create(builder, loc, i32, builder.getI32IntegerAttr(0));
  LLVM::ReturnOp::create(builder, loc, zero);
  for (StringRef attribute :
       {program::kRangeAttrName, program::kWritesAttrName, program::kScratchAttrName,
        program::kKernelAttrName, program::kConstantsAttrName, program::kRangeOfAttrName})
    if (Attribute value = body->removeAttr(attribute))
      entry->setAttr(attribute, value);
}

/// Bindings that share bytes with others.
llvm::SmallDenseSet<int64_t> sharedBindings(LLVM::LLVMFuncOp body, unsigned bindingCount) {
  llvm::SmallDenseSet<int64_t> shared;
  auto count = [&](StringRef name) -> int64_t {
    auto value = body->getAttrOfType<IntegerAttr>(name);
    return value ? value.getInt() : 0;
  };
  int64_t results = bindingCount - count(program::kWritesAttrName) -
                    (body->hasAttr(program::kScratchAttrName) ? 1 : 0);
  if (auto used = body->getAttrOfType<ArrayAttr>(program::kOverlapsAttrName))
    for (auto overlap : used.getAsRange<DenseI64ArrayAttr>()) {
      shared.insert(overlap[0]);
      shared.insert(results + overlap[1]);
    }
  body->removeAttr(program::kOverlapsAttrName);
  return shared;
}

void splitEntry(LLVM::LLVMFuncOp body) {
  std::string name = body.getName().str();
  auto constants = body->getAttrOfType<IntegerAttr>(program::kConstantsAttrName);
  unsigned constantCount = constants ? static_cast<unsigned>(constants.getInt()) : 0;
  unsigned bindingCount = body.getNumArguments() - 2 - constantCount;
  body.setName(name + "_body");
  body.setLinkage(LLVM::Linkage::Internal);
  body.setAlwaysInline(true);
  llvm::SmallDenseSet<int64_t> shared = sharedBindings(body, bindingCount);
  for (unsigned i = 0; i < bindingCount; ++i)
    if (!shared.contains(i))
      body.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), UnitAttr::get(body.getContext()));
  createEntry(body, name, bindingCount, constantCount);
}

struct ConvertKernelsToLLVM : PassWrapper<ConvertKernelsToLLVM, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ConvertKernelsToLLVM)
  StringRef getArgument() const override { return "iree-convert-kernels-to-llvm"; }
  StringRef getDescription() const override { return "Lower kernels to the LLVM dialect"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<LLVM::LLVMDialect, vector::VectorDialect>();
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    Target target = Target::of(module);
    if (failed(lowerVectors(module)) || failed(convertToLLVM(module, target.pointerBits)))
      return signalPassFailure();
    SmallVector<LLVM::LLVMFuncOp> bodies;
    for (auto func : module.getOps<LLVM::LLVMFuncOp>()) {
      if (func->hasAttr(program::kKernelAttrName))
        bodies.push_back(func);
      else if (!func.isExternal())
        func.setLinkage(LLVM::Linkage::Internal);
    }
    for (LLVM::LLVMFuncOp body : bodies)
      splitEntry(body);
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createConvertKernelsToLLVMPass() {
  return std::make_unique<ConvertKernelsToLLVM>();
}
