// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Math functions of vectors that would become one call for each element become a
// loop over the elements, in a buffer on the stack: one call, which the Emit stage
// may put into the loop, and LLVM then into vectors of the target's length.
#include "compiler/Kernel/Passes.h"
#include "compiler/Kernel/TileEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// What has no instruction on any target.
bool isCall(Operation *op) {
  return isa<math::AcosOp, math::AcoshOp, math::AsinOp, math::AsinhOp, math::AtanOp, math::Atan2Op,
             math::AtanhOp, math::CbrtOp, math::CosOp, math::CoshOp, math::ErfOp, math::ErfcOp,
             math::ExpOp, math::Exp2Op, math::ExpM1Op, math::LogOp, math::Log10Op, math::Log1pOp,
             math::Log2Op, math::PowFOp, math::SinOp, math::SinhOp, math::TanOp, math::TanhOp>(op);
}

struct LoopVectorMath : PassWrapper<LoopVectorMath, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LoopVectorMath)
  StringRef getArgument() const override { return "iree-loop-vector-math"; }
  StringRef getDescription() const override {
    return "Loops over the elements of vectors that math functions are computed of";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, LLVM::LLVMDialect, memref::MemRefDialect, scf::SCFDialect,
                    vector::VectorDialect>();
  }

  void runOnOperation() override {
    kernel = getOperation();
    buffers.clear();
    SmallVector<Operation *> calls;
    kernel.walk([&](Operation *op) {
      if (!isCall(op))
        return;
      auto type = dyn_cast<VectorType>(op->getResult(0).getType());
      if (type && !type.isScalable() && type.getNumElements() > 1)
        calls.push_back(op);
    });
    for (Operation *op : calls)
      loopOver(op);
  }

private:
  void loopOver(Operation *op) {
    OpBuilder builder(op);
    Location loc = op->getLoc();
    auto type = cast<VectorType>(op->getResult(0).getType());
    SmallVector<Value> stored;
    for (Value operand : op->getOperands()) {
      stored.push_back(bufferOf(type, stored.size()));
      forEachRow(builder, loc, type, [&](ArrayRef<int64_t> row, Value offset) {
        Value elements = vector::ExtractOp::create(builder, loc, operand, row);
        vector::StoreOp::create(builder, loc, elements, stored.back(), ValueRange{offset});
      });
    }
    Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
    Value count = arith::ConstantIndexOp::create(builder, loc, type.getNumElements());
    Value one = arith::ConstantIndexOp::create(builder, loc, 1);
    auto loop = scf::ForOp::create(builder, loc, zero, count, one);
    keepRolled(loop);
    OpBuilder body = OpBuilder::atBlockTerminator(loop.getBody());
    Value index = loop.getInductionVar();
    SmallVector<Value> elements;
    for (Value buffer : stored)
      elements.push_back(memref::LoadOp::create(body, loc, buffer, index));
    Operation *call = body.create(loc, op->getName().getIdentifier(), elements,
                                  {type.getElementType()}, op->getAttrs());
    memref::StoreOp::create(body, loc, call->getResult(0), stored[0], index);
    auto row = VectorType::get({type.getShape().back()}, type.getElementType());
    Value result = type.getRank() == 1
                       ? Value()
                       : arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    forEachRow(builder, loc, type, [&](ArrayRef<int64_t> position, Value offset) {
      Value read = vector::LoadOp::create(builder, loc, row, stored[0], ValueRange{offset});
      result = type.getRank() == 1 ? read
                                   : vector::InsertOp::create(builder, loc, read, result, position);
    });
    op->replaceAllUsesWith(ValueRange{result});
    op->erase();
  }

  /// Calls `visit` with the position of each row in a vector, and that of its first
  /// element in a buffer.
  static void forEachRow(OpBuilder &builder, Location loc, VectorType type,
                         llvm::function_ref<void(ArrayRef<int64_t>, Value)> visit) {
    int64_t length = type.getShape().back(), rows = type.getNumElements() / length;
    for (int64_t row = 0; row < rows; ++row) {
      SmallVector<int64_t> position(static_cast<size_t>(type.getRank() - 1));
      int64_t left = row;
      for (size_t dim = position.size(); dim-- > 0; left /= type.getDimSize(unsigned(dim)))
        position[dim] = left % type.getDimSize(unsigned(dim));
      visit(position, arith::ConstantIndexOp::create(builder, loc, row * length));
    }
  }

  /// One buffer for all operands of that type and number, none of which outlives its
  /// loop.
  Value bufferOf(VectorType type, size_t number) {
    Value &buffer = buffers[{type, number}];
    if (!buffer) {
      OpBuilder builder = OpBuilder::atBlockBegin(&kernel.front());
      buffer = memref::AllocaOp::create(
          builder, kernel.getLoc(), MemRefType::get({type.getNumElements()}, type.getElementType()),
          builder.getI64IntegerAttr(kBufferAlignment));
    }
    return buffer;
  }

  static constexpr int64_t kBufferAlignment = 16; ///< bytes

  func::FuncOp kernel;
  llvm::DenseMap<std::pair<Type, size_t>, Value> buffers;
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createLoopVectorMathPass() {
  return std::make_unique<LoopVectorMath>();
}
