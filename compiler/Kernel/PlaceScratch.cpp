// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffers inside kernels: small ones on the stack, large ones in a scratch
// binding that the program places in its arena. Either way the bound is known.
// Bytecode has no stack.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/JoinUnits.h"
#include "compiler/Kernel/KernelForm.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Schedule/MemoryPlanner.h"
#include "compiler/Schedule/Sizes.h"
#include "compiler/Target/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// All of a kernel's buffers on the stack.
constexpr uint64_t kStackTotalBytes = 1024;

/// Of a buffer on the stack. On 32-bit Arm no more than the stack has anyway: more
/// would cost a register, for the frame's address.
int64_t stackAlignment(const Target &target) {
  bool isArm = target.arch == llvm::Triple::arm || target.arch == llvm::Triple::thumb;
  return isArm ? 8 : static_cast<int64_t>(kArenaAlignment);
}

struct PlaceScratch : PassWrapper<PlaceScratch, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PlaceScratch)
  StringRef getArgument() const override { return "iree-place-scratch"; }
  StringRef getDescription() const override {
    return "Place kernels' own buffers on the stack or in a scratch binding";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, memref::MemRefDialect>();
  }

  void runOnOperation() override {
    func::FuncOp kernel = getOperation();
    bool hasStack = backendOf(kernel) != Backend::Vmvx;
    int64_t alignment = stackAlignment(Target::of(kernel));
    uint64_t stackBytes = 0;
    SmallVector<memref::AllocOp> inScratch;
    OpBuilder builder(kernel.getContext());
    SmallVector<memref::AllocOp> allocations;
    WalkResult result = kernel.walk([&](memref::AllocOp alloc) {
      if (!alloc.getType().hasStaticShape() && !(alloc = boundSize(alloc)))
        return WalkResult::interrupt();
      allocations.push_back(alloc);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    Operation *last = nullptr;
    for (memref::AllocOp alloc : allocations) {
      uint64_t bytes = denseBytes(alloc.getType());
      if (!hasStack || bytes > kStackBufferBytes || stackBytes + bytes > kStackTotalBytes) {
        inScratch.push_back(alloc);
        continue;
      }
      stackBytes += bytes;
      if (last)
        builder.setInsertionPointAfter(last);
      else
        builder.setInsertionPointToStart(&kernel.front());
      auto onStack = memref::AllocaOp::create(builder, alloc.getLoc(), alloc.getType(),
                                              builder.getI64IntegerAttr(alignment));
      last = onStack;
      alloc.replaceAllUsesWith(onStack.getResult());
      alloc.erase();
    }
    if (!inScratch.empty()) {
      addScratchBinding(kernel, inScratch);
      joinUnits(kernel); // all of them write the scratch
    }
  }

  /// Replaces a buffer of dynamic shape by a view of as many bytes as it has at
  /// most; null, and an error, if there is no bound.
  static memref::AllocOp boundSize(memref::AllocOp alloc) {
    auto bytes = static_cast<int64_t>(elementBytes(alloc.getType().getElementType()));
    for (int64_t extent : alloc.getType().getShape())
      if (!ShapedType::isDynamic(extent))
        bytes *= extent;
    for (Value size : alloc.getDynamicSizes()) {
      FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
          presburger::BoundType::UB, size, /*stopCondition=*/nullptr, /*closedUB=*/true);
      if (failed(bound)) {
        alloc.emitError("a kernel needs a buffer of the size ")
            << alloc.getType() << ", which has no bound; supported: sizes with a bound";
        return nullptr;
      }
      bytes *= std::max<int64_t>(*bound, 0);
    }
    OpBuilder builder(alloc);
    auto flat = memref::AllocOp::create(builder, alloc.getLoc(),
                                        MemRefType::get({bytes}, builder.getI8Type()));
    Value zero = arith::ConstantIndexOp::create(builder, alloc.getLoc(), 0);
    auto view = memref::ViewOp::create(builder, alloc.getLoc(), alloc.getType(), flat, zero,
                                       alloc.getDynamicSizes());
    alloc.replaceAllUsesWith(view.getResult());
    alloc.erase();
    return flat;
  }

  static void addScratchBinding(func::FuncOp kernel, MutableArrayRef<memref::AllocOp> allocations) {
    // All live at once: lifetimes inside a kernel are not analysed.
    std::vector<PlannedBuffer> buffers;
    for (memref::AllocOp alloc : allocations)
      buffers.push_back({denseBytes(alloc.getType()), 0, 0});
    MemoryPlan plan = planMemory(buffers, Target::of(kernel).bufferAlignment());
    Block &entry = kernel.front();
    OpBuilder builder(kernel.getContext());
    auto type = MemRefType::get({static_cast<int64_t>(plan.bytes)}, builder.getI8Type());
    auto constants = kernel->getAttrOfType<IntegerAttr>(program::kConstantsAttrName);
    // Before the constants and the range.
    unsigned position =
        entry.getNumArguments() - 2 - (constants ? static_cast<unsigned>(constants.getInt()) : 0);
    BlockArgument scratch = entry.insertArgument(position, type, kernel.getLoc());
    for (auto [index, alloc] : llvm::enumerate(allocations)) {
      builder.setInsertionPointToStart(&entry);
      Value offset =
          arith::ConstantIndexOp::create(builder, alloc.getLoc(), int64_t(plan.offsets[index]));
      auto view = memref::ViewOp::create(builder, alloc.getLoc(), alloc.getType(), scratch, offset,
                                         ValueRange());
      alloc.replaceAllUsesWith(view.getResult());
      alloc.erase();
    }
    kernel.setFunctionType(builder.getFunctionType(entry.getArgumentTypes(), {}));
    kernel->setAttr(program::kScratchAttrName, builder.getI64IntegerAttr(int64_t(plan.bytes)));
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createPlaceScratchPass() {
  return std::make_unique<PlaceScratch>();
}
