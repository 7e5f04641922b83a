// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensors become buffers. A kernel's arguments are read-only bindings, its
// results become written bindings after them; what is computed is computed
// directly in the written bindings where MLIR's analysis allows it.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/JoinUnits.h"
#include "compiler/Kernel/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

MemRefType bufferType(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

/// What the kernel is given: the buffer, or one element of it as its address.
MemRefType argumentType(RankedTensorType type) {
  return type.hasStaticShape() ? bufferType(type) : MemRefType::get({}, type.getElementType());
}

/// The argument as a buffer of its dynamic shape, whose sizes are constants of the kernel: of
/// arguments alone the address is handed over.
Value shapedBuffer(OpBuilder &builder, func::FuncOp kernel, BlockArgument argument,
                   RankedTensorType type, ArrayRef<int64_t> ordinals) {
  if (type.hasStaticShape())
    return argument;
  Location loc = argument.getLoc();
  SmallVector<OpFoldResult> sizes, strides(static_cast<size_t>(type.getRank()));
  for (int64_t extent : type.getShape()) {
    if (!ShapedType::isDynamic(extent)) {
      sizes.push_back(builder.getIndexAttr(extent));
      continue;
    }
    sizes.push_back(program::kernelConstant(kernel, static_cast<unsigned>(ordinals.front())));
    ordinals = ordinals.drop_front();
  }
  AffineExpr product = builder.getAffineSymbolExpr(0) * builder.getAffineSymbolExpr(1);
  OpFoldResult stride = builder.getIndexAttr(1);
  for (size_t i = sizes.size(); i-- != 0;) {
    strides[i] = stride;
    stride = affine::makeComposedFoldedAffineApply(builder, loc, product, {stride, sizes[i]});
  }
  return memref::ReinterpretCastOp::create(builder, loc, bufferType(type), argument,
                                           OpFoldResult(builder.getIndexAttr(0)), sizes, strides);
}

/// Gives the kernel memref arguments for its tensors: (inputs, outputs, constants,
/// begin, end), and stores its results in the outputs.
void bindOperands(func::FuncOp kernel) {
  auto ordinals = kernel->getAttrOfType<ArrayAttr>(program::kSizesAttrName);
  auto ordinalsOf = [&](unsigned tensor) {
    return ordinals ? cast<DenseI64ArrayAttr>(ordinals[tensor]).asArrayRef() : ArrayRef<int64_t>();
  };
  OpBuilder builder(kernel.getContext());
  Block &entry = kernel.front();
  builder.setInsertionPointToStart(&entry);
  unsigned inputs = 0;
  for (BlockArgument argument : entry.getArguments()) {
    auto tensor = dyn_cast<RankedTensorType>(argument.getType());
    if (!tensor)
      continue;
    SmallVector<OpOperand *> uses =
        llvm::map_to_vector(argument.getUses(), [](OpOperand &use) { return &use; });
    argument.setType(argumentType(tensor));
    Value buffer = shapedBuffer(builder, kernel, argument, tensor, ordinalsOf(inputs++));
    auto value = bufferization::ToTensorOp::create(builder, argument.getLoc(), tensor, buffer,
                                                   /*restrict=*/true, /*writable=*/false);
    for (OpOperand *use : uses)
      use->set(value);
  }
  Operation *afterInputs = inputs ? &*std::prev(builder.getInsertionPoint()) : nullptr;
  auto returnOp = cast<func::ReturnOp>(entry.getTerminator());
  for (auto [index, result] : llvm::enumerate(returnOp.getOperands())) {
    auto type = cast<RankedTensorType>(result.getType());
    unsigned position = inputs + static_cast<unsigned>(index);
    BlockArgument output = entry.insertArgument(position, argumentType(type), result.getLoc());
    if (afterInputs)
      builder.setInsertionPointAfter(afterInputs);
    else
      builder.setInsertionPointToStart(&entry);
    Value buffer = shapedBuffer(builder, kernel, output, type, ordinalsOf(position));
    builder.setInsertionPoint(returnOp);
    auto store = bufferization::MaterializeInDestinationOp::create(builder, returnOp.getLoc(),
                                                                   Type(), result, buffer);
    store.setRestrict(true);
    store.setWritable(true);
  }
  kernel->removeAttr(program::kSizesAttrName);
  kernel->setAttr(program::kWritesAttrName,
                  builder.getI64IntegerAttr(int64_t(returnOp.getNumOperands())));
  builder.setInsertionPoint(returnOp);
  func::ReturnOp::create(builder, returnOp.getLoc());
  returnOp.erase();
  kernel.setFunctionType(builder.getFunctionType(entry.getArgumentTypes(), {}));
}

/// Buffers that a loop carries and replaces by new ones would need as many
/// buffers as iterations. The loop gets one of its own instead: its initial
/// value is copied in, and each iteration's new value is copied back. Operand i
/// of `yield` becomes the next iteration's `carried[i]`, which is `inits[i]` first.
void ownCarriedBuffers(Operation *loop, MutableOperandRange inits, ValueRange carried,
                       Operation *yield) {
  OpBuilder builder(loop);
  Location loc = loop->getLoc();
  SmallVector<std::pair<Value, Value>> copies; // new value, owned buffer
  for (auto [index, init] : llvm::enumerate(inits)) {
    auto type = dyn_cast<MemRefType>(init.get().getType());
    OpOperand &yielded = yield->getOpOperand(static_cast<unsigned>(index));
    if (!type || yielded.get() == carried[index])
      continue;
    builder.setInsertionPoint(loop);
    auto plain = MemRefType::get(type.getShape(), type.getElementType());
    SmallVector<Value> sizes;
    for (auto [dim, extent] : llvm::enumerate(type.getShape()))
      if (ShapedType::isDynamic(extent))
        sizes.push_back(memref::DimOp::create(builder, loc, init.get(), int64_t(dim)));
    Value owned = memref::AllocOp::create(builder, loc, plain, sizes);
    linalg::CopyOp::create(builder, loc, init.get(), owned);
    if (type != plain)
      owned = memref::CastOp::create(builder, loc, type, owned);
    init.set(owned);
    // All new values are read before the first is overwritten.
    builder.setInsertionPoint(yield);
    Value temporary = memref::AllocOp::create(builder, loc, plain, sizes);
    linalg::CopyOp::create(builder, loc, yielded.get(), temporary);
    copies.push_back({temporary, owned});
    yielded.set(owned);
  }
  builder.setInsertionPoint(yield);
  for (auto [temporary, owned] : copies)
    linalg::CopyOp::create(builder, loc, temporary, owned);
}

void ownCarriedBuffers(ModuleOp module) {
  module.walk([](scf::ForOp loop) {
    ownCarriedBuffers(loop, loop.getInitArgsMutable(), loop.getRegionIterArgs(),
                      loop.getBody()->getTerminator());
  });
  module.walk([](scf::WhileOp loop) {
    ownCarriedBuffers(loop, loop.getInitsMutable(), loop.getBeforeArguments(), loop.getYieldOp());
  });
}

bool writesBuffers(Operation *op) {
  // What is left of a loop over the range belongs to it.
  if (isa<memref::AllocOp>(op) || op->hasAttr(program::kRestAttrName))
    return false;
  // So that all units find the same in a buffer of the kernel's own.
  auto fill = dyn_cast<linalg::FillOp>(op);
  if (fill && fill.getOutputs()[0].getDefiningOp<memref::AllocOp>())
    return false;
  std::optional<SmallVector<MemoryEffects::EffectInstance>> effects = getEffectsRecursively(op);
  return !effects || llvm::any_of(*effects, [](const MemoryEffects::EffectInstance &effect) {
    return isa<MemoryEffects::Write>(effect.getEffect());
  });
}

/// Units of work are independent. Where something is written beside the loop
/// over the range, such as a copy of an initial value that is no constant, the
/// whole kernel is one unit.
void joinDependentUnits(func::FuncOp kernel) {
  if (llvm::count_if(kernel.front(), [](Operation &op) { return writesBuffers(&op); }) > 1)
    joinUnits(kernel);
}

/// Writes a binding, or what is not known to be a buffer of the kernel's own, beside
/// the tiles.
bool writesBindings(Operation *op) {
  if (op->hasAttr(program::kRestAttrName))
    return false;
  std::optional<SmallVector<MemoryEffects::EffectInstance>> effects = getEffectsRecursively(op);
  return !effects || llvm::any_of(*effects, [](const MemoryEffects::EffectInstance &effect) {
    if (!isa<MemoryEffects::Write>(effect.getEffect()))
      return false;
    Value buffer = effect.getValue();
    while (auto view = buffer ? buffer.getDefiningOp<ViewLikeOpInterface>() : nullptr)
      buffer = view.getViewSource();
    return !buffer || !buffer.getDefiningOp<memref::AllocOp>();
  });
}

/// With a result over an argument, nothing may be written there but by the loop
/// over the tiles.
LogicalResult checkWrites(func::FuncOp kernel) {
  if (!kernel->hasAttr(program::kOverlapsAttrName) ||
      llvm::count_if(kernel.front(), [](Operation &op) { return writesBindings(&op); }) <= 1)
    return success();
  return kernel.emitError("internal: a kernel whose result lies over an argument writes it beside "
                          "the loop over its tiles");
}

/// Bytecode has no constant data: kernels fill tensors with their constants,
/// which are small or splat.
void writeConstants(ModuleOp module) {
  SmallVector<arith::ConstantOp> constants;
  module.walk([&](arith::ConstantOp op) {
    if (isa<DenseElementsAttr>(op.getValue()))
      constants.push_back(op);
  });
  for (arith::ConstantOp op : constants) {
    OpBuilder builder(op);
    auto elements = cast<DenseElementsAttr>(op.getValue());
    auto type = cast<RankedTensorType>(op.getType());
    auto scalar = [&](Attribute value) -> Value {
      return arith::ConstantOp::create(builder, op.getLoc(), cast<TypedAttr>(value));
    };
    Value written;
    if (elements.isSplat()) {
      Value empty =
          tensor::EmptyOp::create(builder, op.getLoc(), type.getShape(), type.getElementType());
      written = linalg::FillOp::create(builder, op.getLoc(),
                                       scalar(elements.getSplatValue<Attribute>()), empty)
                    .getResult(0);
    } else {
      auto values = llvm::map_to_vector(elements.getValues<Attribute>(), scalar);
      written = tensor::FromElementsOp::create(builder, op.getLoc(), type, values);
    }
    op.replaceAllUsesWith(written);
    op.erase();
  }
}

struct BufferizeKernels : PassWrapper<BufferizeKernels, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(BufferizeKernels)
  StringRef getArgument() const override { return "iree-bufferize-kernels"; }
  StringRef getDescription() const override { return "Turn kernels' tensors into buffers"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<affine::AffineDialect, arith::ArithDialect, bufferization::BufferizationDialect,
                    linalg::LinalgDialect, memref::MemRefDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (backendOf(module) == Backend::Vmvx)
      writeConstants(module);
    // tensor.pad and others without a destination would compute in a buffer of
    // their own and copy.
    RewritePatternSet patterns(&getContext());
    linalg::populateConvertToDestinationStylePatterns(patterns);
    if (failed(applyPatternsGreedily(module, std::move(patterns))))
      return signalPassFailure();
    for (auto kernel : module.getOps<func::FuncOp>())
      bindOperands(kernel);

    bufferization::OneShotBufferizationOptions options;
    options.allowReturnAllocsFromLoops = true;
    options.bufferAlignment = 16;
    options.memCpyFn = [](OpBuilder &builder, Location loc, Value from, Value to) {
      linalg::CopyOp::create(builder, loc, from, to);
      return success();
    };
    IRRewriter rewriter(&getContext());
    bufferization::BufferizationState state;
    if (failed(bufferization::eliminateEmptyTensors(rewriter, module)) ||
        failed(bufferization::runOneShotBufferize(module, options, state)))
      return signalPassFailure();

    // Two views of the same part are one.
    DominanceInfo dominance(module);
    eliminateCommonSubExpressions(rewriter, dominance, module);
    // Loops that work in place stop carrying their buffer here, and copies of a
    // buffer to itself go.
    RewritePatternSet loopPatterns(&getContext());
    scf::ForOp::getCanonicalizationPatterns(loopPatterns, &getContext());
    memref::CastOp::getCanonicalizationPatterns(loopPatterns, &getContext());
    linalg::CopyOp::getCanonicalizationPatterns(loopPatterns, &getContext());
    if (failed(applyPatternsGreedily(module, std::move(loopPatterns))))
      return signalPassFailure();
    ownCarriedBuffers(module);
    for (auto kernel : module.getOps<func::FuncOp>()) {
      joinDependentUnits(kernel);
      if (failed(checkWrites(kernel)))
        return signalPassFailure();
    }
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createBufferizeKernelsPass() {
  return std::make_unique<BufferizeKernels>();
}
