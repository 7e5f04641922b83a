// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constant weights of i8 contractions and convolutions, in an order that kernels are
// fast with. First filters whose elements are next to each other along the sum; then,
// for targets with panels, the order of Kernel/Panels.h. A kernel's weights are
// packed if all of its calls pass constants; each call gets a constant of its own,
// equal ones become one later.
//
// Targets that take images as unsigned numbers add 128 to all elements of the image:
// the sums then begin at 128 times the sum of the filter less, which is part of the
// bias that the kernel takes.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dispatch/Passes.h"
#include "compiler/Kernel/DotProducts.h"
#include "compiler/Kernel/KernelForm.h"
#include "compiler/Kernel/Panels.h"
#include "compiler/Kernel/RowSums.h"
#include "schemas/kernel_abi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

using Calls = SmallVector<func::CallOp>;

/// The constant that a call passes; null if it is none.
DenseElementsAttr constantOf(func::CallOp call, unsigned argument) {
  DenseElementsAttr value;
  matchPattern(call.getOperand(argument), m_Constant(&value));
  return value;
}

bool areConstant(const Calls &calls, unsigned argument) {
  return !calls.empty() &&
         llvm::all_of(calls, [&](func::CallOp call) { return constantOf(call, argument); });
}

/// Elements of a byte, splats repeated.
std::vector<char> bytesOf(DenseElementsAttr value) {
  ArrayRef<char> raw = value.getRawData();
  if (value.isSplat())
    return std::vector<char>(static_cast<size_t>(value.getNumElements()), raw[0]);
  return raw.vec();
}

/// The call's argument becomes another constant.
void replaceConstant(func::CallOp call, unsigned argument, TypedAttr value) {
  OpBuilder builder(call);
  Location loc = call.getOperand(argument).getLoc();
  call.setOperand(argument, arith::ConstantOp::create(builder, loc, value));
}

void replaceType(func::FuncOp kernel, unsigned argument, Type type) {
  kernel.getArgument(argument).setType(type);
  kernel.setFunctionType(FunctionType::get(kernel.getContext(), kernel.front().getArgumentTypes(),
                                           kernel.getResultTypes()));
}

class KernelPacker {
public:
  KernelPacker(func::FuncOp kernel, Calls &calls, const Target &target)
      : kernel(kernel), calls(calls), target(target) {}

  LogicalResult run() {
    linalg::LinalgOp root = rootOf(kernel), op = reducerOf(kernel);
    if (!op || !isTileable(root, op) || root.hasDynamicShape() ||
        kernel->hasAttr(program::kSizesAttrName))
      return success();
    std::optional<Filters> filters = Filters::of(op);
    if (!filters || !areConstant(calls, argumentOf(*filters)))
      return success();
    bool sums = PanelShape::of(target) || target.shapes.style != ContractionStyle::OuterProduct;
    if (!innermostLoop(op)) {
      if (!sums || failed(orderFilters(op, *filters)))
        return success();
      root = rootOf(kernel);
      op = reducerOf(kernel);
      filters = Filters::of(op);
    }
    std::optional<Panel> panel = choosePanel(root, op, *filters, target);
    if (!panel || (panel->flip != 0 && failed(flipBias(op, *filters, panel->flip))))
      return success();
    for (func::CallOp call : calls) {
      DenseElementsAttr value = constantOf(call, panel->argument);
      int64_t count = value.getType().getDimSize(0);
      std::vector<char> packed = panel->pack(bytesOf(value), count, value.getNumElements() / count);
      replaceConstant(call, panel->argument,
                      DenseElementsAttr::getFromRawBuffer(value.getType(), packed));
    }
    panel->attachTo(kernel);
    return success();
  }

private:
  static unsigned argumentOf(const Filters &filters) {
    return cast<BlockArgument>(filters.weights->get()).getArgNumber();
  }

  /// Transposes weights to filters, and in them loops as the image has them. Fails
  /// if the sum does not run along the image.
  LogicalResult orderFilters(linalg::LinalgOp op, Filters &filters) {
    AffineMap weights = op.getMatchingIndexingMap(filters.weights),
              image = op.getMatchingIndexingMap(filters.image);
    SmallVector<unsigned> loops = {filters.column};
    for (AffineExpr expr : image.getResults())
      for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
        if (expr.isFunctionOfDim(loop) && !llvm::is_contained(loops, loop) &&
            op.getIteratorTypesArray()[loop] == utils::IteratorType::reduction)
          loops.push_back(loop);
    if (loops.size() != weights.getNumResults() || loops.size() < 2 ||
        !runsAlong(image, loops.back()))
      return failure();
    SmallVector<int64_t> order; // dimensions of the weights
    SmallVector<AffineExpr> results;
    for (unsigned loop : loops) {
      AffineExpr expr = getAffineDimExpr(loop, op.getContext());
      order.push_back(*weights.getResultPosition(expr));
      results.push_back(expr);
    }
    unsigned argument = argumentOf(filters);
    for (func::CallOp call : calls)
      replaceConstant(call, argument, transposed(constantOf(call, argument), order));
    unsigned operand = filters.weights->getOperandNumber();
    IRRewriter rewriter(op.getContext());
    rewriter.setInsertionPoint(op);
    auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
    if (!generic)
      generic = *linalg::generalizeNamedOp(rewriter, op);
    SmallVector<AffineMap> maps = generic.getIndexingMapsArray();
    maps[operand] = AffineMap::get(maps[operand].getNumDims(), 0, results, op.getContext());
    generic.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
    replaceType(kernel, argument, calls.front().getOperand(argument).getType());
    return success();
  }

  static DenseElementsAttr transposed(DenseElementsAttr value, ArrayRef<int64_t> order) {
    ArrayRef<int64_t> from = value.getType().getShape();
    SmallVector<int64_t> shape, strides(from.size(), 1), steps;
    for (size_t dim = from.size() - 1; dim > 0; --dim)
      strides[dim - 1] = strides[dim] * from[dim];
    for (int64_t dim : order) {
      shape.push_back(from[static_cast<size_t>(dim)]);
      steps.push_back(strides[static_cast<size_t>(dim)]);
    }
    std::vector<char> source = bytesOf(value), result;
    result.reserve(source.size());
    forEachIndex(shape, [&](ArrayRef<int64_t> index) {
      int64_t position = 0;
      for (auto [each, step] : llvm::zip_equal(index, steps))
        position += each * step;
      result.push_back(source[static_cast<size_t>(position)]);
    });
    auto type = RankedTensorType::get(shape, value.getElementType());
    return DenseElementsAttr::getFromRawBuffer(type, result);
  }

  /// The bias of the sums becomes another one. Fails where it is no constant by
  /// filter that nobody else reads, nor one value; the kernel is unchanged then.
  LogicalResult flipBias(linalg::LinalgOp op, const Filters &filters, int64_t flip) {
    Value init = op.getDpsInits()[0];
    Operation *producer = init.getDefiningOp();
    AffineMap result = op.getIndexingMapsArray()[2];
    unsigned last = result.getNumResults() - 1;
    if (auto generic = dyn_cast_if_present<linalg::GenericOp>(producer)) {
      auto bias = generic.getNumDpsInputs() == 1 ? dyn_cast<BlockArgument>(generic.getInputs()[0])
                                                 : nullptr;
      auto isOneBy = [&](AffineMap map) {
        return map.getNumResults() == 1 &&
               map.getResult(0) == getAffineDimExpr(last, op.getContext());
      };
      if (!bias || !bias.hasOneUse() || !init.hasOneUse() || bias.getOwner() != &kernel.front() ||
          !isOneBy(generic.getIndexingMapsArray()[0]) ||
          !generic.getIndexingMapsArray()[1].isIdentity() ||
          generic.getBlock()->getTerminator()->getOperand(0) !=
              generic.getBlock()->getArgument(0) ||
          !areConstant(calls, bias.getArgNumber()))
        return failure();
      for (func::CallOp call : calls)
        replaceConstant(call, bias.getArgNumber(),
                        flipped(constantOf(call, bias.getArgNumber()),
                                constantOf(call, argumentOf(filters)), flip));
      return success();
    }
    auto fill = dyn_cast_if_present<linalg::FillOp>(producer);
    APInt value;
    if (!fill || !init.hasOneUse() || !matchPattern(fill.getInputs()[0], m_ConstantInt(&value)))
      return failure();
    return addBias(fill, value, filters, flip, last);
  }

  /// `bias` less `flip` times the sum of each filter.
  static DenseElementsAttr flipped(DenseElementsAttr bias, DenseElementsAttr weights,
                                   int64_t flip) {
    std::vector<char> bytes = bytesOf(weights);
    SmallVector<APInt> values(bias.getValues<APInt>());
    size_t length = bytes.size() / values.size();
    for (auto [filter, value] : llvm::enumerate(values)) {
      int64_t sum = 0;
      for (char byte : ArrayRef(bytes).slice(filter * length, length))
        sum += static_cast<signed char>(byte);
      value -= APInt(32, static_cast<uint64_t>(flip * sum), /*isSigned=*/true,
                     /*implicitTrunc=*/true);
    }
    return DenseElementsAttr::get(bias.getType(), values);
  }

  /// Sums that began at one value begin at one for each filter: a further argument.
  LogicalResult addBias(linalg::FillOp fill, const APInt &value, const Filters &filters,
                        int64_t flip, unsigned dim) {
    if (kernel.getNumArguments() + kernel.getNumResults() >= IREE_KERNEL_MAX_BINDINGS)
      return failure();
    auto type = cast<RankedTensorType>(fill.getResult(0).getType());
    OpBuilder builder(fill);
    auto biasType = RankedTensorType::get({type.getShape().back()}, type.getElementType());
    auto bias = DenseElementsAttr::get(biasType, value);
    for (func::CallOp call : calls) {
      OpBuilder atCall(call);
      Value constant = arith::ConstantOp::create(
          atCall, call.getLoc(), flipped(bias, constantOf(call, argumentOf(filters)), flip));
      call.getOperandsMutable().append(constant);
    }
    unsigned argument = kernel.getNumArguments();
    if (failed(kernel.insertArgument(argument, biasType, /*argAttrs=*/nullptr, fill.getLoc())))
      return failure();
    SmallVector<AffineMap> maps = {
        AffineMap::get(static_cast<unsigned>(type.getRank()), 0,
                       getAffineDimExpr(dim, builder.getContext())),
        builder.getMultiDimIdentityMap(static_cast<unsigned>(type.getRank()))};
    SmallVector<utils::IteratorType> loops(static_cast<size_t>(type.getRank()),
                                           utils::IteratorType::parallel);
    auto broadcast = linalg::GenericOp::create(
        builder, fill.getLoc(), TypeRange{type}, ValueRange{kernel.getArgument(argument)},
        ValueRange{fill.getOutputs()[0]}, maps, loops,
        [](OpBuilder &body, Location loc, ValueRange values) {
          linalg::YieldOp::create(body, loc, values[0]);
        });
    fill.getResult(0).replaceAllUsesWith(broadcast.getResult(0));
    fill.erase();
    return success();
  }

  func::FuncOp kernel;
  Calls &calls;
  const Target &target;
};

struct PackWeights : PassWrapper<PackWeights, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PackWeights)
  StringRef getArgument() const override { return "iree-pack-weights"; }
  StringRef getDescription() const override {
    return "Bring constant weights into the order in which kernels read them";
  }

  void runOnOperation() override {
    llvm::StringMap<Calls> calls;
    getOperation().walk([&](func::CallOp call) { calls[call.getCallee()].push_back(call); });
    Target target = Target::of(getOperation());
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (kernel->hasAttr(program::kKernelAttrName) &&
          failed(KernelPacker(kernel, calls[kernel.getName()], target).run()))
        return signalPassFailure();
    // Constants that nobody reads any more.
    getOperation().walk([](arith::ConstantOp constant) {
      if (constant->use_empty())
        constant.erase();
    });
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createPackWeightsPass() {
  return std::make_unique<PackWeights>();
}
