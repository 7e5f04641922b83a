// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Accesses of kernels' buffers become loads and stores of bindings: what views,
// casts and loops make of a binding is its offset and strides, which go into
// the element's index. The kernel's arguments go; its range is an operation.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/BindingView.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Schedule/Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

struct LowerBuffers : PassWrapper<LowerBuffers, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerBuffers)
  StringRef getArgument() const override { return "iree-lower-buffers"; }
  StringRef getDescription() const override {
    return "Turn accesses of buffers into loads and stores of bindings";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, complex::ComplexDialect, program::ProgramDialect>();
  }

  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    if (!kernel->hasAttr(program::kKernelAttrName))
      return;
    SmallVector<memref::DimOp> dims;
    kernel.walk([&](memref::DimOp dim) { dims.push_back(dim); });
    for (memref::DimOp dim : dims)
      if (failed(lowerDim(dim))) {
        dim.emitError("the size of a buffer is not known");
        return signalPassFailure();
      }
    SmallVector<Operation *> accesses;
    kernel.walk([&](Operation *op) {
      if (isa<memref::LoadOp, memref::StoreOp, memref::ExtractStridedMetadataOp>(op))
        accesses.push_back(op);
    });
    for (Operation *op : accesses)
      if (failed(lower(op))) {
        op->emitError() << "'" << op->getName() << "' accesses a buffer that is no part of one "
                        << "of the kernel's bindings";
        return signalPassFailure();
      }
    dropBuffers(kernel);
    bindRange(kernel);
  }

private:
  static LogicalResult lower(Operation *op) {
    OpBuilder builder(op);
    auto load = dyn_cast<memref::LoadOp>(op);
    auto store = dyn_cast<memref::StoreOp>(op);
    if (auto metadata = dyn_cast<memref::ExtractStridedMetadataOp>(op))
      return lowerMetadata(builder, metadata);
    std::optional<BindingView> view = BindingView::of(load ? load.getMemRef() : store.getMemRef());
    if (!view)
      return failure();
    auto [place, index] =
        view->element(builder, op->getLoc(), load ? load.getIndices() : store.getIndices());
    if (auto complex = dyn_cast<ComplexType>(view->type.getElementType())) {
      lowerComplex(builder, op, complex.getElementType(), place, index);
    } else if (load) {
      load.replaceAllUsesWith(
          program::LoadOp::create(builder, op->getLoc(), load.getType(), place, index).getResult());
    } else {
      program::StoreOp::create(builder, op->getLoc(), store.getValue(), place, index);
    }
    op->erase();
    return success();
  }

  /// What views and casts say about a buffer's size.
  static LogicalResult lowerDim(memref::DimOp op) {
    std::optional<int64_t> dim = op.getConstantIndex();
    if (!dim)
      return failure();
    OpBuilder builder(op);
    OpFoldResult size;
    for (Value buffer = op.getSource(); !size;) {
      auto type = cast<MemRefType>(buffer.getType());
      Operation *producer = buffer.getDefiningOp();
      auto argument = dyn_cast<BlockArgument>(buffer);
      auto loop = argument ? dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()) : nullptr;
      if (!type.isDynamicDim(static_cast<unsigned>(*dim)))
        size = builder.getIndexAttr(type.getDimSize(static_cast<unsigned>(*dim)));
      else if (auto plain = dyn_cast_or_null<memref::CastOp>(producer))
        buffer = plain.getSource();
      else if (auto shaped = dyn_cast_or_null<memref::ReinterpretCastOp>(producer))
        size = shaped.getMixedSizes()[static_cast<size_t>(*dim)];
      else if (auto view = dyn_cast_or_null<memref::ViewOp>(producer))
        size = view.getSizes()[type.getDynamicDimIndex(static_cast<unsigned>(*dim))];
      else if (loop)
        buffer = loop.getTiedLoopInit(argument)->get();
      else
        return failure();
    }
    op.replaceAllUsesWith(getValueOrCreateConstantIndexOp(builder, op.getLoc(), size));
    op.erase();
    return success();
  }

  /// A complex number is two elements, the real part first.
  static void lowerComplex(OpBuilder &builder, Operation *op, Type part, program::PlaceAttr place,
                           Value index) {
    Location loc = op->getLoc();
    if (index)
      index = arith::MulIOp::create(builder, loc, index,
                                    arith::ConstantIndexOp::create(builder, loc, 2));
    uint64_t bytes = elementBytes(part);
    auto placeOf = [&](uint64_t number) {
      return program::PlaceAttr::get(builder.getContext(), place.getSpace(), place.getIndex(),
                                     static_cast<uint32_t>(place.getOffset() + number * bytes),
                                     bytes);
    };
    if (auto load = dyn_cast<memref::LoadOp>(op)) {
      Value real = program::LoadOp::create(builder, loc, part, placeOf(0), index);
      Value imaginary = program::LoadOp::create(builder, loc, part, placeOf(1), index);
      load.replaceAllUsesWith(
          complex::CreateOp::create(builder, loc, load.getType(), real, imaginary).getResult());
      return;
    }
    Value value = cast<memref::StoreOp>(op).getValue();
    program::StoreOp::create(builder, loc, complex::ReOp::create(builder, loc, value), placeOf(0),
                             index);
    program::StoreOp::create(builder, loc, complex::ImOp::create(builder, loc, value), placeOf(1),
                             index);
  }

  static LogicalResult lowerMetadata(OpBuilder &builder, memref::ExtractStridedMetadataOp op) {
    auto used = [](ValueRange values) {
      return llvm::any_of(values, [](Value value) { return !value.use_empty(); });
    };
    if (op.getOffset().use_empty() && !used(op.getStrides()))
      return success();
    std::optional<BindingView> view = BindingView::of(op.getSource());
    if (!view)
      return failure();
    op.getOffset().replaceAllUsesWith(
        getValueOrCreateConstantIndexOp(builder, op.getLoc(), view->offset));
    for (auto [value, stride] : llvm::zip_equal(op.getStrides(), view->strides))
      value.replaceAllUsesWith(getValueOrCreateConstantIndexOp(builder, op.getLoc(), stride));
    return success();
  }

  static bool isBuffer(Value value) { return isa<MemRefType>(value.getType()); }

  /// Buffers without accesses go. Loops that carry some carry an index instead,
  /// which nobody reads.
  static void dropBuffers(func::FuncOp kernel) {
    OpBuilder builder = OpBuilder::atBlockBegin(&kernel.front());
    Value zero = arith::ConstantIndexOp::create(builder, kernel.getLoc(), 0);
    kernel.walk([&](Operation *op) {
      if (isa<scf::SCFDialect>(op->getDialect()))
        for (OpOperand &operand : op->getOpOperands())
          if (isBuffer(operand.get()))
            operand.set(zero);
    });
    for (bool changed = true; changed;) {
      SmallVector<Operation *> dead;
      kernel.walk([&](Operation *op) {
        if (isa<memref::MemRefDialect>(op->getDialect()) && op->use_empty())
          dead.push_back(op);
      });
      for (Operation *op : dead)
        op->erase();
      changed = !dead.empty();
    }
    kernel.walk([&](Operation *op) {
      if (!isa<scf::SCFDialect>(op->getDialect()))
        return;
      for (Value result : op->getResults())
        if (isBuffer(result))
          result.setType(builder.getIndexType());
      for (Region &region : op->getRegions())
        for (BlockArgument argument : region.getArguments())
          if (isBuffer(argument))
            argument.setType(builder.getIndexType());
    });
  }

  /// The kernel's arguments are bindings, constants and its range.
  static void bindRange(func::FuncOp kernel) {
    Block &entry = kernel.front();
    OpBuilder builder = OpBuilder::atBlockBegin(&entry);
    unsigned arguments = entry.getNumArguments();
    Type index = builder.getIndexType();
    auto range = program::RangeOp::create(builder, kernel.getLoc(), index, index);
    entry.getArgument(arguments - 2).replaceAllUsesWith(range.getBegin());
    entry.getArgument(arguments - 1).replaceAllUsesWith(range.getEnd());
    unsigned constants = program::constantCount(kernel), bindings = arguments - 2 - constants;
    for (unsigned i = 0; i < constants; ++i)
      entry.getArgument(bindings + i)
          .replaceAllUsesWith(program::ParamOp::create(builder, kernel.getLoc(), index, i));
    kernel->setAttr(program::kBindingsAttrName, builder.getI64IntegerAttr(bindings));
    if (llvm::any_of(entry.getArguments(),
                     [](BlockArgument argument) { return !argument.use_empty(); }))
      return; // used by what is no access: the stage's verifier reports it
    entry.eraseArguments(0, arguments);
    kernel.setFunctionType(builder.getFunctionType({}, {}));
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createLowerBuffersPass() {
  return std::make_unique<LowerBuffers>();
}
