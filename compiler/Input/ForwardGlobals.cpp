// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Within a function the value of a variable is an ordinary value: read once at
// the beginning, passed through branches and loops, and stored once at the end.
// Every later stage then sees the order of loads and stores as data flow.
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// The value that each variable has at a point of the function.
using Values = llvm::MapVector<StringAttr, Value>;

class Forwarding {
public:
  explicit Forwarding(func::FuncOp func) : func(func), builder(func.getContext()) {}

  LogicalResult run() {
    Values current;
    Block &body = func.front();
    builder.setInsertionPointToStart(&body);
    for (auto [name, type, loc] : variables()) {
      auto load = util::GlobalLoadOp::create(builder, loc, type, /*is_immutable=*/false, name);
      loads.insert(load);
      current[name] = load;
    }
    if (failed(forward(body, current)))
      return failure();
    builder.setInsertionPoint(body.getTerminator());
    for (auto [name, value] : current) {
      auto load = value.getDefiningOp<util::GlobalLoadOp>();
      if (load && load.getGlobalAttr().getAttr() == name)
        continue; // as it was
      util::GlobalStoreOp::create(builder, stores.find(name)->second, value, name);
    }
    for (util::GlobalLoadOp load : loads)
      if (load.use_empty())
        load.erase();
    return success();
  }

private:
  /// The function's variables, where each is first used.
  SmallVector<std::tuple<StringAttr, Type, Location>> variables() {
    llvm::MapVector<StringAttr, std::pair<Type, Location>> found;
    func.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (auto load = dyn_cast<util::GlobalLoadOp>(op))
        found.try_emplace(load.getGlobalAttr().getAttr(), load.getType(), load.getLoc());
      if (auto store = dyn_cast<util::GlobalStoreOp>(op)) {
        found.try_emplace(store.getGlobalAttr().getAttr(), store.getValue().getType(),
                          store.getLoc());
        stores.try_emplace(store.getGlobalAttr().getAttr(), store.getLoc());
      }
    });
    return llvm::map_to_vector(found, [](auto &entry) {
      return std::tuple(entry.first, entry.second.first, entry.second.second);
    });
  }

  LogicalResult forward(Block &block, Values &current) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (auto load = dyn_cast<util::GlobalLoadOp>(op)) {
        if (loads.contains(load))
          continue;
        load.replaceAllUsesWith(current[load.getGlobalAttr().getAttr()]);
        load.erase();
      } else if (auto store = dyn_cast<util::GlobalStoreOp>(op)) {
        current[store.getGlobalAttr().getAttr()] = store.getValue();
        store.erase();
      } else if (failed(forwardThrough(&op, current))) {
        return failure();
      }
    }
    return success();
  }

  /// An operation with regions returns what they store.
  LogicalResult forwardThrough(Operation *op, Values &current) {
    llvm::SetVector<StringAttr> stored;
    bool isUser = false;
    op->walk([&](Operation *inner) {
      isUser |= isa<util::GlobalLoadOp, util::GlobalStoreOp>(inner);
      if (auto store = dyn_cast<util::GlobalStoreOp>(inner))
        stored.insert(store.getGlobalAttr().getAttr());
    });
    if (!isUser)
      return success();
    if (!isa<scf::IfOp, scf::IndexSwitchOp, scf::ForOp, scf::WhileOp>(op))
      return op->emitError() << "'" << op->getName()
                             << "' uses a global; supported: scf.if, scf.index_switch, scf.for "
                                "and scf.while";
    Operation *widened = stored.empty() ? op : widen(op, stored.getArrayRef(), current);
    bool isLoop = isa<scf::ForOp, scf::WhileOp>(op);
    for (Region &region : widened->getRegions()) {
      if (region.empty())
        continue;
      Values inside = current;
      if (isLoop)
        for (auto [name, argument] :
             llvm::zip_equal(stored, region.getArguments().take_back(stored.size())))
          inside[name] = argument;
      Block &block = region.front();
      if (failed(forward(block, inside)))
        return failure();
      SmallVector<Value> operands(block.getTerminator()->getOperands());
      for (StringAttr name : stored)
        operands.push_back(inside[name]);
      block.getTerminator()->setOperands(operands);
    }
    for (auto [name, result] :
         llvm::zip_equal(stored, widened->getResults().take_back(stored.size())))
      current[name] = result;
    if (widened != op)
      op->erase();
    return success();
  }

  /// The operation with a result for each variable, and for loops an initial
  /// value and arguments.
  Operation *widen(Operation *op, ArrayRef<StringAttr> names, Values &current) {
    bool isLoop = isa<scf::ForOp, scf::WhileOp>(op);
    auto values = llvm::map_to_vector(names, [&](StringAttr name) { return current[name]; });
    TypeRange types = ValueRange(values).getTypes();
    OperationState state(op->getLoc(), op->getName());
    state.addOperands(op->getOperands());
    if (isLoop)
      state.addOperands(values);
    state.addTypes(op->getResultTypes());
    state.addTypes(types);
    state.addAttributes(op->getAttrs());
    for (unsigned i = 0; i < op->getNumRegions(); ++i)
      state.addRegion();
    builder.setInsertionPoint(op);
    Operation *widened = builder.create(state);
    SmallVector<Location> locations(names.size(), op->getLoc());
    for (auto [from, to] : llvm::zip_equal(op->getRegions(), widened->getRegions())) {
      to.takeBody(from);
      if (isLoop)
        to.addArguments(types, locations);
      if (to.empty()) { // an scf.if without else
        OpBuilder::InsertionGuard guard(builder);
        builder.createBlock(&to);
        scf::YieldOp::create(builder, op->getLoc());
      }
    }
    op->replaceAllUsesWith(widened->getResults().take_front(op->getNumResults()));
    return widened;
  }

  func::FuncOp func;
  OpBuilder builder;
  llvm::SetVector<util::GlobalLoadOp> loads; ///< those at the beginning
  llvm::DenseMap<StringAttr, Location> stores;
};

struct ForwardGlobals : PassWrapper<ForwardGlobals, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ForwardGlobals)
  StringRef getArgument() const override { return "iree-forward-globals"; }
  StringRef getDescription() const override {
    return "Load variables once, at the beginning, and store them once, at the end";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<scf::SCFDialect, util::UtilDialect>();
  }

  void runOnOperation() override {
    // Others are errors of the stage's verifier.
    if (getOperation().getBody().hasOneBlock() && failed(Forwarding(getOperation()).run()))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createForwardGlobalsPass() {
  return std::make_unique<ForwardGlobals>();
}
