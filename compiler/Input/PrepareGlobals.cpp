// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Variables of all dialects become util.global of tensors. Those that nobody
// stores to are constants.
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Input/Passes.h"
#include "compiler/ScalarHolders.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// The value of a scalar attribute as that of its holder.
TypedAttr toTensor(TypedAttr value) {
  RankedTensorType type = holderOf(value.getType());
  if (auto integer = dyn_cast<IntegerAttr>(value))
    return DenseElementsAttr::get(type,
                                  integer.getValue().sextOrTrunc(type.getElementTypeBitWidth()));
  return DenseElementsAttr::get(type, cast<FloatAttr>(value).getValue());
}

/// One pass over one module.
class Preparation {
public:
  explicit Preparation(ModuleOp module) : module(module), builder(module.getContext()) {}

  LogicalResult run() {
    convertMLProgram();
    convertTosa();
    module.walk([&](util::UnfoldableConstantOp op) { useTensors(op); });
    SmallVector<util::OptimizationBarrierOp> barriers;
    module.walk([&](util::OptimizationBarrierOp op) { barriers.push_back(op); });
    for (util::OptimizationBarrierOp op : barriers)
      split(op);
    for (auto global : llvm::make_early_inc_range(module.getOps<util::GlobalOp>())) {
      if (failed(checkValue(global)))
        return failure();
      useTensors(global);
      resolve(global);
    }
    return success();
  }

private:
  static LogicalResult checkValue(util::GlobalOp global) {
    TypedAttr value = global.getInitialValueAttr();
    if (!value || isa<ElementsAttr, DenseResourceElementsAttr, IntegerAttr, FloatAttr,
                      util::UninitializedAttr>(value))
      return success();
    return global.emitError() << "global '@" << global.getSymName() << "' has the value " << value
                              << "; supported: a constant, or none";
  }

  void convertMLProgram() {
    for (auto op : llvm::make_early_inc_range(module.getOps<ml_program::GlobalOp>()))
      declare(op, op.getSymNameAttr(), op.getType(), dyn_cast_or_null<TypedAttr>(op.getValueAttr()),
              op.getIsMutable());
    module.walk([&](Operation *op) {
      if (auto load = dyn_cast<ml_program::GlobalLoadOp>(op))
        replaceLoad(op, load.getGlobal().getLeafReference());
      else if (auto constant = dyn_cast<ml_program::GlobalLoadConstOp>(op))
        replaceLoad(op, constant.getGlobal().getLeafReference());
      else if (auto store = dyn_cast<ml_program::GlobalStoreOp>(op))
        replaceStore(op, store.getValue(), store.getGlobal().getLeafReference());
    });
  }

  void convertTosa() {
    for (auto op : llvm::make_early_inc_range(module.getOps<tosa::VariableOp>())) {
      auto shape = llvm::to_vector(op.getVarShape().getValues<int64_t>());
      declare(op, op.getSymNameAttr(), RankedTensorType::get(shape, op.getType()),
              dyn_cast_or_null<TypedAttr>(op.getInitialValueAttr()), /*isMutable=*/true);
    }
    module.walk([&](Operation *op) {
      if (auto read = dyn_cast<tosa::VariableReadOp>(op))
        replaceLoad(op, read.getNameAttr());
      else if (auto write = dyn_cast<tosa::VariableWriteOp>(op))
        replaceStore(op, write.getInput1(), write.getNameAttr());
    });
  }

  void declare(Operation *op, StringAttr name, Type type, TypedAttr value, bool isMutable) {
    builder.setInsertionPoint(op);
    util::GlobalOp::create(builder, op->getLoc(), builder.getStringAttr("private"), isMutable, name,
                           type, value);
    op->erase();
  }

  void replaceLoad(Operation *op, StringAttr name) {
    builder.setInsertionPoint(op);
    Value value = util::GlobalLoadOp::create(builder, op->getLoc(), op->getResult(0).getType(),
                                             /*is_immutable=*/false, name);
    op->getResult(0).replaceAllUsesWith(value);
    op->erase();
  }

  void replaceStore(Operation *op, Value value, StringAttr name) {
    builder.setInsertionPoint(op);
    util::GlobalStoreOp::create(builder, op->getLoc(), value, name);
    op->erase();
  }

  void useTensors(util::UnfoldableConstantOp op) {
    Type type = op.getType();
    if (!isScalar(type))
      return;
    builder.setInsertionPoint(op);
    TypedAttr value = toTensor(op.getValue());
    Value holder = util::UnfoldableConstantOp::create(builder, op.getLoc(), value.getType(), value);
    op.replaceAllUsesWith(fromHolder(builder, op.getLoc(), holder, type));
    op.erase();
  }

  /// One barrier for each value, on tensors.
  void split(util::OptimizationBarrierOp op) {
    builder.setInsertionPoint(op);
    SmallVector<Value> results;
    for (Value value : op.getOperands()) {
      Type type = value.getType();
      if (isScalar(type))
        value = toHolder(builder, op.getLoc(), value);
      auto barrier =
          util::OptimizationBarrierOp::create(builder, op.getLoc(), value.getType(), value);
      results.push_back(isScalar(type)
                            ? fromHolder(builder, op.getLoc(), barrier.getResult(0), type)
                            : barrier.getResult(0));
    }
    op.replaceAllUsesWith(results);
    op.erase();
  }

  struct Uses {
    SmallVector<util::GlobalLoadOp> loads;
    SmallVector<util::GlobalStoreOp> stores;
  };

  Uses usesOf(util::GlobalOp global) {
    Uses uses;
    auto found = SymbolTable::getSymbolUses(global.getSymNameAttr(), module);
    for (SymbolTable::SymbolUse use : *found) {
      if (auto load = dyn_cast<util::GlobalLoadOp>(use.getUser()))
        uses.loads.push_back(load);
      if (auto store = dyn_cast<util::GlobalStoreOp>(use.getUser()))
        uses.stores.push_back(store);
    }
    return uses;
  }

  /// Scalars become tensors; uninitialised is without a value.
  void useTensors(util::GlobalOp global) {
    if (isa_and_nonnull<util::UninitializedAttr>(global.getInitialValueAttr()))
      global.removeInitialValueAttr();
    Type type = global.getType();
    if (!isScalar(type))
      return;
    global.setType(holderOf(type));
    if (TypedAttr value = global.getInitialValueAttr())
      global.setInitialValueAttr(toTensor(value));
    Uses uses = usesOf(global);
    for (util::GlobalLoadOp load : uses.loads) {
      builder.setInsertionPointAfter(load);
      load.getResult().setType(holderOf(type));
      Value scalar = fromHolder(builder, load.getLoc(), load, type);
      Operation *extract = load->getNextNode();
      load.getResult().replaceAllUsesExcept(scalar, extract);
    }
    for (util::GlobalStoreOp store : uses.stores) {
      builder.setInsertionPoint(store);
      store.getValueMutable().assign(toHolder(builder, store.getLoc(), store.getValue()));
    }
  }

  /// Without stores a global is a constant; without loads it is nothing.
  void resolve(util::GlobalOp global) {
    Uses uses = usesOf(global);
    auto type = dyn_cast<RankedTensorType>(global.getType());
    if (uses.loads.empty())
      for (util::GlobalStoreOp store : uses.stores)
        store.erase();
    else if (!uses.stores.empty() || !type || !type.hasStaticShape() ||
             !type.getElementType().isIntOrFloat())
      return; // a variable, or what the stage's verifier reports
    TypedAttr value = global.getInitialValueAttr();
    bool isOpaque =
        isa_and_nonnull<util::InlineNeverAttr>(global->getDiscardableAttr("inlining_policy"));
    for (util::GlobalLoadOp load : uses.loads) {
      builder.setInsertionPoint(load);
      if (!value)
        value = builder.getZeroAttr(type);
      Value constant =
          isOpaque
              ? util::UnfoldableConstantOp::create(builder, load.getLoc(), type, value).getResult()
              : arith::ConstantOp::create(builder, load.getLoc(), value).getResult();
      load.replaceAllUsesWith(constant);
      load.erase();
    }
    global.erase();
  }

  ModuleOp module;
  OpBuilder builder;
};

struct PrepareGlobals : PassWrapper<PrepareGlobals, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PrepareGlobals)
  StringRef getArgument() const override { return "iree-prepare-globals"; }
  StringRef getDescription() const override {
    return "Make variables util.global of tensors, and constants of those that never change";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, tensor::TensorDialect, util::UtilDialect>();
  }

  void runOnOperation() override {
    if (failed(Preparation(getOperation()).run()))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createPrepareGlobalsPass() {
  return std::make_unique<PrepareGlobals>();
}
