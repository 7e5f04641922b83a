// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dispatch does not know which executable performs it: range and bindings of
// a kernel are the same in all. The first module's range counts, or 1 where one
// module has a single unit, which must not be shared; the other forms scale it to
// theirs. A kernel with scratch in one module has it in all.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

int64_t number(Operation *op, StringRef attribute) {
  auto value = op->getAttrOfType<IntegerAttr>(attribute);
  return value ? value.getInt() : 0;
}

/// Unit i of `given` stands for units [i * own / given, (i + 1) * own / given).
void scaleRange(Operation *kernel, int64_t own, int64_t given) {
  kernel->walk([&](program::RangeOp range) {
    OpBuilder builder(range);
    builder.setInsertionPointAfter(range);
    Location loc = range.getLoc();
    Type wide = builder.getI64Type();
    for (Value bound : range.getResults()) {
      auto unit = arith::IndexCastUIOp::create(builder, loc, wide, bound);
      auto factor = arith::ConstantIntOp::create(builder, loc, wide, own);
      auto divisor = arith::ConstantIntOp::create(builder, loc, wide, given);
      auto product = arith::MulIOp::create(builder, loc, unit, factor);
      auto quotient = arith::DivUIOp::create(builder, loc, product, divisor);
      auto scaled = arith::IndexCastUIOp::create(builder, loc, bound.getType(), quotient);
      bound.replaceAllUsesExcept(scaled, unit);
    }
  });
}

/// The only unit of a native kernel stands for all its `own` ones.
void joinNativeUnits(LLVM::LLVMFuncOp kernel, int64_t own) {
  if (kernel.isExternal())
    return;
  Block &entry = kernel.getBody().front();
  OpBuilder builder = OpBuilder::atBlockBegin(&entry);
  for (unsigned position : {2u, 3u}) {
    Value bound = entry.getArgument(position);
    Value factor = LLVM::ConstantOp::create(builder, kernel.getLoc(), bound.getType(),
                                            builder.getIntegerAttr(bound.getType(), own));
    auto scaled = LLVM::MulOp::create(builder, kernel.getLoc(), bound, factor);
    bound.replaceAllUsesExcept(scaled, scaled.getOperation());
  }
}

/// The constant that a computed range follows from, and its units per unit.
DenseI64ArrayAttr rangeOf(Operation *op) {
  return op->getAttrOfType<DenseI64ArrayAttr>(program::kRangeOfAttrName);
}

/// A kernel whose range is computed gets that of another one, which is computed
/// from the same constant in larger units, or is 1.
LogicalResult scaleComputedRange(Operation *kernel, DenseI64ArrayAttr own, Operation *other) {
  DenseI64ArrayAttr given = rangeOf(other);
  bool isWhole = !given && number(other, program::kRangeAttrName) == 1;
  if (!own || isa<LLVM::LLVMFuncOp>(kernel) ||
      (!isWhole && (!given || given[0] != own[0] || given[1] % own[1] != 0)))
    return kernel->emitError("has another range on one backend than on another; supported with "
                             "dynamic shapes: one of the backends");
  kernel->walk([&](program::RangeOp range) {
    OpBuilder builder(range);
    builder.setInsertionPointAfter(range);
    Location loc = range.getLoc();
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(builder, loc, value);
    };
    Value size = program::ParamOp::create(builder, loc, builder.getIndexType(),
                                          static_cast<uint32_t>(own[0]));
    Value sum = arith::AddIOp::create(builder, loc, size, constant(own[1] - 1));
    Value all = arith::DivUIOp::create(builder, loc, sum, constant(own[1]));
    if (isWhole) {
      range.getBegin().replaceAllUsesWith(constant(0));
      range.getEnd().replaceAllUsesWith(all);
      return;
    }
    Value factor = constant(given[1] / own[1]);
    auto begin = arith::MulIOp::create(builder, loc, range.getBegin(), factor);
    auto end = arith::MulIOp::create(builder, loc, range.getEnd(), factor);
    auto bounded = arith::MinSIOp::create(builder, loc, end, all);
    range.getBegin().replaceAllUsesExcept(begin, begin);
    range.getEnd().replaceAllUsesExcept(bounded, end);
  });
  if (given)
    kernel->setAttr(program::kRangeOfAttrName, given);
  else
    kernel->removeAttr(program::kRangeOfAttrName);
  return success();
}

struct UnifyBackends : PassWrapper<UnifyBackends, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(UnifyBackends)
  StringRef getArgument() const override { return "iree-unify-backends"; }
  StringRef getDescription() const override {
    return "Give kernels the same range and bindings in all backends' modules";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, LLVM::LLVMDialect>();
  }

  void runOnOperation() override {
    SmallVector<ModuleOp> modules;
    for (auto kernels : getOperation().getOps<ModuleOp>())
      if (kernels->hasAttr(program::kBackendAttrName))
        modules.push_back(kernels);
    if (modules.size() < 2)
      return;
    Builder builder(&getContext());
    for (Operation &kernel : modules.front().getOps()) {
      if (!kernel.hasAttr(program::kKernelAttrName))
        continue;
      StringAttr name = SymbolTable::getSymbolName(&kernel);
      SmallVector<Operation *> forms = {&kernel};
      for (ModuleOp other : ArrayRef(modules).drop_front())
        forms.push_back(other.lookupSymbol(name));
      int64_t scratch = 0, range = number(&kernel, program::kRangeAttrName);
      for (Operation *form : forms) {
        scratch = std::max(scratch, number(form, program::kScratchAttrName));
        if (number(form, program::kRangeAttrName) == 1)
          range = 1;
      }
      for (Operation *form : forms) {
        if (scratch != 0)
          form->setAttr(program::kScratchAttrName, builder.getI64IntegerAttr(scratch));
        int64_t own = number(form, program::kRangeAttrName);
        if (own == range && rangeOf(form) == rangeOf(&kernel))
          continue;
        if (rangeOf(form) || rangeOf(&kernel)) {
          if (failed(scaleComputedRange(form, rangeOf(form), &kernel)))
            return signalPassFailure();
        } else if (auto native = dyn_cast<LLVM::LLVMFuncOp>(form)) {
          joinNativeUnits(native, own);
        } else {
          scaleRange(form, own, range);
        }
        form->setAttr(program::kRangeAttrName, builder.getI64IntegerAttr(range));
      }
    }
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createUnifyBackendsPass() {
  return std::make_unique<UnifyBackends>();
}
