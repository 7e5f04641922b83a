// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Check/Check.h"
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Input/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

constexpr int64_t kMaxRank = 6;
constexpr StringLiteral kSupportedTypes =
    "f16, bf16, f32, f64, signless integers of up to 64 bits, index, complex<f32>, complex<f64>";
constexpr StringLiteral kSupportedDialects =
    "func, cf, linalg, tensor, arith, math, scf, tosa, util, check";

bool isStorable(Type element) {
  if (auto complex = dyn_cast<ComplexType>(element))
    element = complex.getElementType();
  if (isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(element))
    return true;
  auto integer = dyn_cast<IntegerType>(element);
  return integer && integer.isSignless() &&
         llvm::is_contained({1u, 8u, 16u, 32u, 64u}, integer.getWidth());
}

/// Checks one type of a tensor value; scalars inside kernels may be anything.
LogicalResult verifyType(Operation *op, Type type) {
  if (isa<UnrankedTensorType>(type))
    return op->emitError() << "'" << op->getName() << "' has the unranked type " << type
                           << "; supported: ranked tensors of rank 0 to " << kMaxRank;
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return success();
  if (!isStorable(tensor.getElementType()))
    return op->emitError() << "'" << op->getName() << "' has the element type "
                           << tensor.getElementType() << "; supported: " << kSupportedTypes;
  if (tensor.getEncoding())
    return op->emitError() << "'" << op->getName() << "' has a tensor encoding, " << type
                           << "; supported: none";
  return success();
}

LogicalResult verifyBoundary(func::FuncOp func) {
  auto check = [&](Type type, StringRef what, unsigned index) -> LogicalResult {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return func.emitError() << what << " " << index << " of '@" << func.getName() << "' has type "
                              << type << "; supported: tensors and scalars of " << kSupportedTypes;
    if (tensor.getRank() > kMaxRank)
      return func.emitError() << what << " " << index << " of '@" << func.getName() << "' has rank "
                              << tensor.getRank() << "; supported: 0 to " << kMaxRank;
    if (isa<ComplexType>(tensor.getElementType()))
      return func.emitError() << what << " " << index << " of '@" << func.getName() << "' has type "
                              << type << "; complex numbers are supported within functions only, "
                              << "pass their parts";
    if (tensor.hasStaticShape() && tensor.getNumElements() == 0)
      return func.emitError() << what << " " << index << " of '@" << func.getName()
                              << "' has no elements; supported: at least one";
    return verifyType(func, type);
  };
  for (auto [index, type] : llvm::enumerate(func.getArgumentTypes()))
    if (failed(check(type, "argument", index)))
      return failure();
  for (auto [index, type] : llvm::enumerate(func.getResultTypes()))
    if (failed(check(type, "result", index)))
      return failure();
  return success();
}

/// Assertions and checks are the program's: so is what they stand in.
LogicalResult verifyParents(Operation *op) {
  for (Operation *parent = op->getParentOp(); !isa<func::FuncOp>(parent);
       parent = parent->getParentOp())
    if (!isa<scf::IfOp, scf::ForOp, scf::WhileOp>(parent))
      return op->emitError() << "'" << op->getName() << "' stands inside '" << parent->getName()
                             << "'; supported: in functions, scf.if, scf.for and scf.while";
  return success();
}

LogicalResult verifyOperation(Operation *op) {
  if (isa<func::CallOp>(op))
    return op->emitError() << "'func.call' cannot be inlined: recursion is not supported";
  if (isa<cf::AssertOp>(op))
    return verifyParents(op);
  if (!isa_and_nonnull<func::FuncDialect, check::CheckDialect, complex::ComplexDialect,
                       linalg::LinalgDialect, tensor::TensorDialect, arith::ArithDialect,
                       math::MathDialect, scf::SCFDialect, index::IndexDialect, util::UtilDialect>(
          op->getDialect()))
    return op->emitError() << "'" << op->getName()
                           << "' is not supported; supported dialects: " << kSupportedDialects;
  if (isa<linalg::WinogradFilterTransformOp, linalg::WinogradInputTransformOp,
          linalg::WinogradOutputTransformOp>(op))
    return op->emitError() << "'" << op->getName() << "' is not supported";
  if (isa<check::CheckDialect>(op->getDialect()))
    for (Value operand : op->getOperands())
      if (auto shaped = dyn_cast<ShapedType>(operand.getType()); shaped && !shaped.hasStaticShape())
        return op->emitError() << "'" << op->getName() << "' compares " << shaped
                               << "; supported: static shapes (tensor.cast gives one)";
  // What the passes before replace, if they can.
  if (isa<tensor::GatherOp, tensor::ScatterOp, tensor::BitcastOp, linalg::PackOp, linalg::UnPackOp,
          scf::ForallOp, scf::ParallelOp, scf::ExecuteRegionOp, scf::IndexSwitchOp, scf::ReduceOp>(
          op))
    return op->emitError() << "'" << op->getName() << "' is not supported in this form; supported: "
                           << "static shapes, regions of one block";
  if (isa<check::CheckDialect>(op->getDialect()) && failed(verifyParents(op)))
    return failure();
  if (isa<util::GlobalLoadOp, util::GlobalStoreOp>(op) && !isa<func::FuncOp>(op->getParentOp()))
    return op->emitError() << "'" << op->getName() << "' stands inside another operation; "
                           << "supported: in the function itself";
  for (Type type : llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
    if (failed(verifyType(op, type)))
      return failure();
  return success();
}

LogicalResult verifyGlobal(util::GlobalOp global) {
  auto type = dyn_cast<RankedTensorType>(global.getType());
  if (!type)
    return global.emitError() << "global '@" << global.getSymName() << "' has type "
                              << global.getType() << "; supported: static tensors and scalars of "
                              << kSupportedTypes;
  if (type.getRank() > kMaxRank)
    return global.emitError() << "global '@" << global.getSymName() << "' has rank "
                              << type.getRank() << "; supported: 0 to " << kMaxRank;
  if (!type.hasStaticShape())
    return global.emitError() << "'" << global->getName() << "' has the dynamic shape " << type
                              << "; supported: static shapes of rank 0 to " << kMaxRank;
  return verifyType(global, type);
}

/// Loads stand before and stores behind everything else, one for a global.
LogicalResult verifyGlobalOrder(func::FuncOp func) {
  DenseSet<Attribute> loaded, stored;
  for (Operation &op : func.front()) {
    if (auto load = dyn_cast<util::GlobalLoadOp>(op)) {
      if (!stored.empty() || !loaded.insert(load.getGlobalAttr()).second)
        return op.emitError(
            "loads a global again, or behind a store; loads stand at the beginning");
    } else if (auto store = dyn_cast<util::GlobalStoreOp>(op)) {
      if (!stored.insert(store.getGlobalAttr()).second)
        return op.emitError("stores a global again; one store stands at the end");
    } else if (!stored.empty() && !op.hasTrait<OpTrait::IsTerminator>()) {
      return op.emitError("stands behind the store of a global");
    }
  }
  return success();
}

struct VerifyInput : PassWrapper<VerifyInput, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(VerifyInput)
  StringRef getArgument() const override { return "iree-verify-input"; }
  StringRef getDescription() const override { return "Verify the Input stage's exit invariant"; }

  void runOnOperation() override {
    bool hasEntry = false;
    for (Operation &op : getOperation().getOps()) {
      if (auto global = dyn_cast<util::GlobalOp>(op)) {
        if (failed(verifyGlobal(global)))
          return signalPassFailure();
        continue;
      }
      auto func = dyn_cast<func::FuncOp>(op);
      if (!func) {
        op.emitError() << "'" << op.getName() << "' is not supported at the top level of a "
                       << "module; supported: func.func, util.global";
        return signalPassFailure();
      }
      if (func.isExternal()) {
        func.emitError() << "function '@" << func.getName()
                         << "' has no body; every function must be defined in the module";
        return signalPassFailure();
      }
      hasEntry |= func.isPublic();
      if (!func.getBody().hasOneBlock()) {
        func.emitError() << "function '@" << func.getName()
                         << "' has branches between blocks; use scf operations";
        return signalPassFailure();
      }
      if (failed(verifyBoundary(func)) || failed(verifyGlobalOrder(func)))
        return signalPassFailure();
      WalkResult result = func.getBody().walk([](Operation *inner) {
        return failed(verifyOperation(inner)) ? WalkResult::interrupt() : WalkResult::advance();
      });
      if (result.wasInterrupted())
        return signalPassFailure();
    }
    if (!hasEntry) {
      getOperation().emitError("the module has no public function; nothing could be called");
      return signalPassFailure();
    }
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createVerifyInputPass() {
  return std::make_unique<VerifyInput>();
}

void iree_compiler::registerInputPasses() {
  registerPass(createPrepareGlobalsPass);
  registerPass(createScalarsToTensorsPass);
  registerPass(createInlineResourcesPass);
  registerPass(createPrepareChecksPass);
  registerPass(createPrepareTosaPass);
  registerPass(createResolveSizesPass);
  registerPass(createForwardGlobalsPass);
  registerPass(createLegalizeLoopsPass);
  registerPass(createLegalizeTensorOpsPass);
  registerPass(createWidenElementsPass);
  registerPass(createVerifyInputPass);
}
