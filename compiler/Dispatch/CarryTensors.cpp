// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Branches and loops that contain work for kernels belong to the program, which
// knows tensors and the conditions and bounds that it reads from them. Scalars
// that such an operation carries become tensors of rank 0: kernels compute them.
#include "compiler/Dialect/Check/Check.h"
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dispatch/Passes.h"
#include "compiler/Input/TensorSizes.h"
#include "compiler/ScalarHolders.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Operations of fewer iterations are no work for a kernel of their own: the
/// loop around them is cheaper inside one.
constexpr int64_t kLeastWork = 64;

/// The program itself has to perform the operation.
bool needsProgram(Operation *op) {
  WalkResult result = op->walk([](Operation *inner) {
    if (isa<cf::AssertOp>(inner) || isa<check::CheckDialect>(inner->getDialect()))
      return WalkResult::interrupt();
    auto linalgOp = dyn_cast<linalg::LinalgOp>(inner);
    if (!linalgOp)
      return WalkResult::advance();
    int64_t iterations = 1;
    for (int64_t extent : linalgOp.getStaticLoopRanges())
      iterations = std::min(iterations * std::max<int64_t>(extent, 1), kLeastWork);
    return iterations < kLeastWork ? WalkResult::advance() : WalkResult::interrupt();
  });
  return result.wasInterrupted();
}

class Carrying {
public:
  explicit Carrying(func::FuncOp func) : func(func), builder(func.getContext()) {}

  void run() {
    convertBlock(func.front());
    dropCopies();
  }

private:
  void convertBlock(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (auto assertion = dyn_cast<cf::AssertOp>(op))
        readFromTensor(assertion, assertion.getArgMutable());
      else if (isa<scf::IfOp, scf::ForOp, scf::WhileOp>(op) && needsProgram(&op))
        convert(&op);
    }
  }

  void convert(Operation *op) {
    mark(op);
    carryOperands(op);
    for (Region &region : op->getRegions()) {
      if (region.empty())
        continue;
      carryArguments(op, region.front());
      convertBlock(region.front());
      Operation *terminator = region.front().getTerminator();
      mark(terminator);
      for (OpOperand &operand : terminator->getOpOperands()) {
        builder.setInsertionPoint(terminator);
        if (isa<scf::ConditionOp>(terminator) && operand.getOperandNumber() == 0)
          readFromTensor(terminator, operand);
        else if (isScalar(operand.get().getType()))
          operand.set(toHolder(builder, terminator->getLoc(), operand.get()));
      }
    }
    builder.setInsertionPointAfter(op);
    for (Value result : op->getResults())
      carry(result, op->getLoc());
  }

  /// Conditions and bounds are read by the program; what is carried is a tensor.
  void carryOperands(Operation *op) {
    unsigned read = isa<scf::ForOp>(op) ? 3 : isa<scf::IfOp>(op) ? 1 : 0;
    for (OpOperand &operand : op->getOpOperands()) {
      builder.setInsertionPoint(op);
      if (operand.getOperandNumber() < read)
        readFromTensor(op, operand);
      else if (isScalar(operand.get().getType()))
        operand.set(toHolder(builder, op->getLoc(), operand.get()));
    }
  }

  void carryArguments(Operation *op, Block &block) {
    builder.setInsertionPointToStart(&block);
    unsigned first = 0;
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      storeInduction(loop);
      first = 1;
    }
    for (BlockArgument argument : block.getArguments().drop_front(first))
      carry(argument, op->getLoc());
  }

  /// The value becomes a tensor, which is read where `builder` inserts.
  void carry(Value value, Location loc) {
    Type type = value.getType();
    if (!isScalar(type))
      return;
    value.setType(holderOf(type));
    SmallVector<OpOperand *> uses =
        llvm::to_vector(llvm::map_range(value.getUses(), [](OpOperand &use) { return &use; }));
    if (uses.empty())
      return;
    Value scalar = fromHolder(builder, loc, value, type);
    for (OpOperand *use : uses)
      use->set(scalar);
  }

  /// A tensor made of a scalar that was read from such a tensor is this one.
  void dropCopies() {
    func.walk([](tensor::FromElementsOp op) {
      if (op.getType().getRank() != 0)
        return;
      auto read = op.getElements().front().getDefiningOp<tensor::ExtractOp>();
      if (!read || read.getTensor().getType() != op.getType())
        return;
      op.replaceAllUsesWith(read.getTensor());
      op.erase();
    });
  }

  /// Kernels read the counter of a loop from memory.
  void storeInduction(scf::ForOp loop) {
    Value counter = loop.getInductionVar();
    if (counter.use_empty())
      return;
    Value holder = toHolder(builder, loop.getLoc(), counter);
    Operation *store = holder.getDefiningOp();
    mark(store);
    SmallPtrSet<Operation *, 2> own = {store};
    if (Operation *cast = store->getOperand(0).getDefiningOp()) {
      mark(cast);
      own.insert(cast);
    }
    Value scalar = fromHolder(builder, loop.getLoc(), holder, counter.getType());
    counter.replaceAllUsesExcept(scalar, own);
  }

  /// The operand is a constant, or what a kernel leaves in a tensor.
  void readFromTensor(Operation *op, OpOperand &operand) {
    Type type = operand.get().getType();
    builder.setInsertionPoint(op);
    if (auto constant = operand.get().getDefiningOp<arith::ConstantOp>()) {
      Operation *copy = builder.clone(*constant);
      mark(copy);
      operand.set(copy->getResult(0));
      mark(op);
      return;
    }
    Value holder = toHolder(builder, op->getLoc(), operand.get());
    Value scalar = fromHolder(builder, op->getLoc(), holder, type);
    mark(scalar.getDefiningOp());
    if (auto cast = scalar.getDefiningOp<arith::IndexCastOp>())
      mark(cast.getIn().getDefiningOp());
    operand.set(scalar);
    mark(op);
  }

  void mark(Operation *op) { op->setAttr(program::kControlAttrName, builder.getUnitAttr()); }

  func::FuncOp func;
  OpBuilder builder;
};

struct CarryTensors : PassWrapper<CarryTensors, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CarryTensors)
  StringRef getArgument() const override { return "iree-carry-tensors"; }
  StringRef getDescription() const override {
    return "Let branches and loops around kernels carry tensors";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    if (func->hasAttr(program::kKernelAttrName))
      return;
    if (!hasDynamicShapes(func))
      return Carrying(func).run();
    // Sizes are scalars of a straight program, whose loops are in kernels.
    func.walk([&](Operation *op) {
      if (op->getParentOp() == func ||
          (!isa<cf::AssertOp>(op) && !isa<check::CheckDialect>(op->getDialect())))
        return;
      op->emitError() << "'" << op->getName() << "' stands inside '" << op->getParentOp()->getName()
                      << "' in a function with dynamic shapes; supported: in the function itself";
      signalPassFailure();
    });
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createCarryTensorsPass() {
  return std::make_unique<CarryTensors>();
}
