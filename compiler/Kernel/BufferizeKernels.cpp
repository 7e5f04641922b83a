// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensors become buffers. A kernel's arguments are read-only bindings, its
// results become written bindings after them; what is computed is computed
// directly in the written bindings where MLIR's analysis allows it.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

MemRefType bufferType(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

/// Gives the kernel memref arguments for its tensors: (inputs, outputs, begin,
/// end), and stores its results in the outputs.
void bindOperands(func::FuncOp kernel) {
  OpBuilder builder(kernel.getContext());
  Block &entry = kernel.front();
  builder.setInsertionPointToStart(&entry);
  unsigned inputs = 0;
  for (BlockArgument argument : entry.getArguments()) {
    auto tensor = dyn_cast<RankedTensorType>(argument.getType());
    if (!tensor)
      continue;
    ++inputs;
    argument.setType(bufferType(tensor));
    auto value = bufferization::ToTensorOp::create(builder, argument.getLoc(), tensor, argument,
                                                   /*restrict=*/true, /*writable=*/false);
    argument.replaceAllUsesExcept(value, value);
  }
  auto returnOp = cast<func::ReturnOp>(entry.getTerminator());
  for (auto [index, result] : llvm::enumerate(returnOp.getOperands())) {
    BlockArgument output = entry.insertArgument(inputs + static_cast<unsigned>(index),
                                                bufferType(result.getType()), result.getLoc());
    builder.setInsertionPoint(returnOp);
    auto store = bufferization::MaterializeInDestinationOp::create(builder, returnOp.getLoc(),
                                                                   Type(), result, output);
    store.setRestrict(true);
    store.setWritable(true);
  }
  kernel->setAttr(program::kWritesAttrName,
                  builder.getI64IntegerAttr(int64_t(returnOp.getNumOperands())));
  builder.setInsertionPoint(returnOp);
  func::ReturnOp::create(builder, returnOp.getLoc());
  returnOp.erase();
  kernel.setFunctionType(builder.getFunctionType(entry.getArgumentTypes(), {}));
}

/// Buffers that a loop carries and replaces by new ones would need as many
/// buffers as iterations. The loop gets one of its own instead: its initial
/// value is copied in, and each iteration's new value is copied back.
void ownCarriedBuffers(scf::ForOp loop) {
  OpBuilder builder(loop);
  auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
  SmallVector<std::pair<Value, Value>> copies; // yielded, owned
  for (auto [index, init] : llvm::enumerate(loop.getInitArgsMutable())) {
    auto type = dyn_cast<MemRefType>(init.get().getType());
    if (!type)
      continue;
    Value carried = loop.getRegionIterArgs()[index];
    Value yielded = yield.getOperand(index);
    if (yielded == carried)
      continue;
    builder.setInsertionPoint(loop);
    auto plain = MemRefType::get(type.getShape(), type.getElementType());
    Value owned = memref::AllocOp::create(builder, loop.getLoc(), plain);
    linalg::CopyOp::create(builder, loop.getLoc(), init.get(), owned);
    Value typed = owned;
    if (type != plain)
      typed = memref::CastOp::create(builder, loop.getLoc(), type, owned);
    init.set(typed);
    // All new values are read before the first is overwritten.
    builder.setInsertionPoint(yield);
    Value temporary = memref::AllocOp::create(builder, loop.getLoc(), plain);
    linalg::CopyOp::create(builder, loop.getLoc(), yielded, temporary);
    copies.push_back({temporary, typed});
    yield.setOperand(index, carried);
  }
  builder.setInsertionPoint(yield);
  for (auto [temporary, owned] : copies)
    linalg::CopyOp::create(builder, loop.getLoc(), temporary, owned);
}

struct BufferizeKernels : PassWrapper<BufferizeKernels, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(BufferizeKernels)
  StringRef getArgument() const override { return "iree-bufferize-kernels"; }
  StringRef getDescription() const override { return "Turn kernels' tensors into buffers"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<bufferization::BufferizationDialect, linalg::LinalgDialect,
                    memref::MemRefDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
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

    WalkResult result = module.walk([](scf::WhileOp loop) {
      for (Type type : loop.getResultTypes())
        if (isa<MemRefType>(type)) {
          loop.emitError("'scf.while' that carries tensors is not supported yet; carry scalars, "
                         "or use scf.for");
          return WalkResult::interrupt();
        }
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    module.walk([](scf::ForOp loop) { ownCarriedBuffers(loop); });
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createBufferizeKernelsPass() {
  return std::make_unique<BufferizeKernels>();
}
