// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Public functions may take and return scalars. Kernels and programs know
// buffers only, so a scalar becomes a rank-0 tensor at the border.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace {

Type toTensor(Type type) {
  return isa<IntegerType, IndexType, FloatType, ComplexType>(type) ? RankedTensorType::get({}, type)
                                                                   : type;
}

void rewriteArguments(func::FuncOp func, OpBuilder &builder) {
  Block &entry = func.front();
  builder.setInsertionPointToStart(&entry);
  for (BlockArgument argument : entry.getArguments()) {
    Type type = argument.getType();
    if (toTensor(type) == type)
      continue;
    argument.setType(toTensor(type));
    auto scalar = tensor::ExtractOp::create(builder, argument.getLoc(), argument);
    argument.replaceAllUsesExcept(scalar, scalar);
  }
}

void rewriteResults(func::FuncOp func, OpBuilder &builder) {
  func.walk([&](func::ReturnOp op) {
    builder.setInsertionPoint(op);
    for (OpOperand &operand : op->getOpOperands()) {
      Type type = operand.get().getType();
      if (toTensor(type) != type)
        operand.set(
            tensor::FromElementsOp::create(builder, op.getLoc(), toTensor(type), operand.get()));
    }
  });
}

struct ScalarsToTensors : PassWrapper<ScalarsToTensors, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ScalarsToTensors)
  StringRef getArgument() const override { return "iree-scalars-to-tensors"; }
  StringRef getDescription() const override {
    return "Give public functions rank-0 tensors in place of scalars";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<tensor::TensorDialect>();
  }

  void runOnOperation() override {
    // What is left after inlining would have other types.
    WalkResult calls = getOperation().walk([&](func::CallOp call) {
      auto callee = getOperation().lookupSymbol<func::FuncOp>(call.getCallee());
      if (!callee || !callee.isPublic() || callee.isExternal())
        return WalkResult::advance();
      call.emitError() << "'func.call' cannot be inlined: recursion is not supported";
      return WalkResult::interrupt();
    });
    if (calls.wasInterrupted())
      return signalPassFailure();
    OpBuilder builder(&getContext());
    for (auto func : getOperation().getOps<func::FuncOp>()) {
      if (!func.isPublic() || func.isExternal())
        continue;
      FunctionType type = func.getFunctionType();
      if (!func->hasAttr(iree_compiler::program::kFunctionTypeAttrName))
        func->setAttr(iree_compiler::program::kFunctionTypeAttrName, TypeAttr::get(type));
      rewriteArguments(func, builder);
      rewriteResults(func, builder);
      auto convert = [](TypeRange types) {
        return llvm::map_to_vector(types, [](Type each) { return toTensor(each); });
      };
      func.setFunctionType(
          builder.getFunctionType(convert(type.getInputs()), convert(type.getResults())));
    }
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createScalarsToTensorsPass() {
  return std::make_unique<ScalarsToTensors>();
}
