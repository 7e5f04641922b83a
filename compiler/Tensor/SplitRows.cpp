// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers around the peak of a program are cut into stripes of rows, each an
// operation of static shape. A stripe reads the rows that it needs of its
// producers' stripes, put together by tensor.concat, and padded where the image
// ends; stripes in the middle are equal and share one kernel. The last layer's
// stripes are put together again.
//
// StripePlan chooses the layers; here its choice is carried out.
#include "compiler/Input/TensorSizes.h"
#include "compiler/Target/Target.h"
#include "compiler/Tensor/Passes.h"
#include "compiler/Tensor/RowLayers.h"

#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

SmallVector<OpFoldResult> attributes(OpBuilder &builder, ArrayRef<int64_t> values) {
  return llvm::map_to_vector(
      values, [&](int64_t value) -> OpFoldResult { return builder.getIndexAttr(value); });
}

/// Rows of one layer as a value.
struct StripeValue {
  int64_t begin = 0, end = 0;
  Value value;
};

/// Cuts one region.
class RegionSplitter {
public:
  RegionSplitter(RowLayers &layers, const StripeRegion &region, func::FuncOp entry)
      : layers(layers), region(region), entry(entry), builder(entry.getContext()) {
    builder.setInsertionPointAfter(layers.ops[region.layers.back()].result);
  }

  LogicalResult run() {
    std::optional<std::vector<Stripe>> order = stripesOf(layers.network, region);
    if (!order)
      return entry.emitError("internal: these layers have no stripes");
    for (uint32_t layer : region.layers)
      stripes[resultOf(layer)] = {};
    for (const Stripe &stripe : *order)
      if (failed(addStripe(stripe.layer, stripe.begin, stripe.end)))
        return failure();
    for (uint32_t layer : llvm::reverse(region.layers))
      replace(layer);
    if (!sortTopologically(&entry.front()))
      return entry.emitError("internal: stripes depend on each other");
    return success();
  }

private:
  Value resultOf(uint32_t layer) { return layers.ops[layer].result->getResult(0); }

  LogicalResult addStripe(uint32_t layer, int64_t begin, int64_t end) {
    LayerOps &ops = layers.ops[layer];
    if (ops.accumulated)
      return accumulate(ops, begin, end);
    auto op = cast<linalg::LinalgOp>(ops.result);
    std::optional<unsigned> loop = resultLoop(op, kRowDim);
    Value value = loop ? iterations(op, *loop, begin, end) : Value();
    if (!value)
      return op.emitError("internal: this operation has no stripes");
    stripes[op->getResult(0)].push_back({begin, end, value});
    return success();
  }

  /// A stripe's sum, which begins with that of the stripe before.
  LogicalResult accumulate(LayerOps &ops, int64_t begin, int64_t end) {
    linalg::LinalgOp op = coreOf(ops);
    SmallVector<Value> operands = operandsOf(op, *ops.accumulated, begin, end);
    if (accumulator)
      operands.back() = accumulator;
    accumulator = clone(builder, op, op->getResultTypes(), operands)->getResult(0);
    return success();
  }

  static linalg::LinalgOp coreOf(LayerOps &ops) {
    return ops.core ? ops.core : cast<linalg::LinalgOp>(ops.result);
  }

  /// Iterations [begin, end) of one loop of `op`, which cut its result.
  Value iterations(linalg::LinalgOp op, unsigned loop, int64_t begin, int64_t end) {
    SmallVector<Value> operands = operandsOf(op, loop, begin, end);
    return clone(builder, op, TypeRange{operands.back().getType()}, operands)->getResult(0);
  }

  SmallVector<Value> operandsOf(linalg::LinalgOp op, unsigned loop, int64_t begin, int64_t end) {
    SmallVector<Value> operands;
    for (OpOperand &operand : op->getOpOperands()) {
      FailureOr<std::optional<LoopAccess>> access = loopAccess(op, operand, loop);
      Value value = operand.get();
      if (succeeded(access) && *access) {
        int64_t first = begin * (*access)->stride;
        int64_t behind = (end - 1) * (*access)->stride + (*access)->window;
        value = rowsOf(value, (*access)->dim, first, behind, op.getLoc());
      }
      operands.push_back(value);
    }
    return operands;
  }

  /// Elements [begin, end) of dimension `dim`.
  Value rowsOf(Value value, unsigned dim, int64_t begin, int64_t end, Location loc) {
    auto type = cast<RankedTensorType>(value.getType());
    if (auto found = stripes.find(value); found != stripes.end())
      return assemble(found->second, begin, end, loc);
    if (begin == 0 && end == type.getDimSize(dim) && !isInside(value))
      return value;
    SmallVector<int64_t> shape(type.getShape());
    shape[dim] = end - begin;
    SplatElementsAttr splat;
    if (matchPattern(value, m_Constant(&splat)))
      return arith::ConstantOp::create(builder, loc, splat.resizeSplat(type.clone(shape)));
    Operation *producer = value.getDefiningOp();
    if (producer && isa<tensor::EmptyOp>(producer))
      return tensor::EmptyOp::create(builder, producer->getLoc(), shape, type.getElementType());
    if (auto pad = dyn_cast_or_null<tensor::PadOp>(producer); pad && isRepeatedInStripes(pad))
      return padRows(pad, dim, begin, end);
    if (auto op = dyn_cast_or_null<linalg::LinalgOp>(producer);
        op && (isInside(value) || isRepeatedInStripes(op)))
      if (std::optional<unsigned> loop = resultLoop(op, dim))
        return iterations(op, *loop, begin, end);
    SmallVector<int64_t> offsets(shape.size(), 0), strides(shape.size(), 1);
    offsets[dim] = begin;
    return tensor::ExtractSliceOp::create(builder, loc, value, attributes(builder, offsets),
                                          attributes(builder, shape), attributes(builder, strides));
  }

  /// A convolution or pad in the middle of a layer, or of what it reads: no part
  /// of it may lie in memory as a whole.
  bool isInside(Value value) {
    Operation *producer = value.getDefiningOp();
    if (!producer)
      return false;
    if (isa<tensor::PadOp>(producer))
      return isRepeatedInStripes(producer);
    return llvm::any_of(region.layers, [&](uint32_t layer) {
      return layers.ops[layer].core && layers.ops[layer].core.getOperation() == producer;
    });
  }

  Value padRows(tensor::PadOp pad, unsigned dim, int64_t begin, int64_t end) {
    SmallVector<int64_t> low(pad.getStaticLow()), high(pad.getStaticHigh());
    int64_t rows = pad.getSourceType().getDimSize(dim);
    int64_t first = begin - low[dim], behind = end - low[dim];
    low[dim] = std::max<int64_t>(0, -first);
    high[dim] = std::max<int64_t>(0, behind - rows);
    Value source = rowsOf(pad.getSource(), dim, std::max<int64_t>(0, first), std::min(rows, behind),
                          pad.getLoc());
    auto isZero = [](int64_t amount) { return amount == 0; };
    if (llvm::all_of(low, isZero) && llvm::all_of(high, isZero))
      return source;
    SmallVector<int64_t> shape(pad.getType().getShape());
    shape[dim] = end - begin;
    return tensor::PadOp::create(builder, pad.getLoc(), pad.getType().clone(shape), source,
                                 attributes(builder, low), attributes(builder, high),
                                 pad.getConstantPaddingValue());
  }

  /// Rows [begin, end) of a layer that is cut.
  Value assemble(ArrayRef<StripeValue> parts, int64_t begin, int64_t end, Location loc) {
    SmallVector<Value> values;
    for (const StripeValue &part : parts) {
      int64_t first = std::max(begin, part.begin), behind = std::min(end, part.end);
      if (first < behind)
        values.push_back(rowsOf(part.value, kRowDim, first - part.begin, behind - part.begin, loc));
    }
    if (values.size() == 1)
      return values.front();
    return tensor::ConcatOp::create(builder, loc, kRowDim, values);
  }

  /// All rows of a layer: insertions are where they are computed at once.
  Value join(ArrayRef<StripeValue> parts, RankedTensorType type, Location loc) {
    Value whole = tensor::EmptyOp::create(builder, loc, type.getShape(), type.getElementType());
    SmallVector<int64_t> strides(type.getShape().size(), 1);
    for (const StripeValue &part : parts) {
      SmallVector<int64_t> offsets(type.getShape().size(), 0), shape(type.getShape());
      offsets[kRowDim] = part.begin;
      shape[kRowDim] = part.end - part.begin;
      whole = tensor::InsertSliceOp::create(
          builder, loc, part.value, whole, attributes(builder, offsets), attributes(builder, shape),
          attributes(builder, strides));
    }
    return whole;
  }

  /// What still reads the layer, once its readers in the region are gone, gets
  /// its stripes put together.
  void replace(uint32_t layer) {
    LayerOps &ops = layers.ops[layer];
    if (ops.accumulated) {
      linalg::LinalgOp op = coreOf(ops);
      op->getResult(0).replaceAllUsesWith(accumulator);
      eraseWithOperands(op);
      return;
    }
    Value result = resultOf(layer);
    if (!result.use_empty()) {
      auto type = cast<RankedTensorType>(result.getType());
      result.replaceAllUsesWith(join(stripes[result], type, ops.result->getLoc()));
    }
    eraseWithOperands(ops.result);
  }

  /// Erases an operation without users, and what only it used.
  void eraseWithOperands(Operation *op) {
    SmallVector<Operation *> producers;
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        if (!llvm::is_contained(producers, producer))
          producers.push_back(producer);
    op->erase();
    for (Operation *producer : producers)
      if (isa<linalg::LinalgOp, tensor::PadOp, tensor::EmptyOp>(producer) &&
          producer->use_empty() && !stripes.contains(producer->getResult(0)))
        eraseWithOperands(producer);
  }

  RowLayers &layers;
  const StripeRegion &region;
  func::FuncOp entry;
  OpBuilder builder;
  llvm::DenseMap<Value, SmallVector<StripeValue>> stripes; ///< by result of the whole layer
  Value accumulator;
};

/// "conv1 to add2, 6 layers in 16 stripes"
std::string describe(const Network &network, const Split &split) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::interleave(
      split, stream,
      [&](const StripeRegion &region) {
        stream << region.layers.size() << " layers in stripes ("
               << network.layers[region.layers.front()].name << " to "
               << network.layers[region.layers.back()].name << ", " << region.stripeRows
               << (region.stripeRows == 1 ? " row)" : " rows)");
      },
      ", ");
  return text;
}

/// What sets the peak.
std::string describePeak(const Network &network, const SplitCost &cost) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (network.layers.empty())
    return text;
  const Layer &layer = network.layers[cost.peakLayer];
  stream << "while " << layer.name << " is computed, these are in use: ";
  llvm::interleave(
      cost.alive, stream,
      [&](const std::pair<uint32_t, int64_t> &alive) {
        stream << alive.second << " bytes of " << network.layers[alive.first].name;
      },
      ", ");
  if (layer.scratchBytes)
    stream << ", " << layer.scratchBytes << " bytes of scratch";
  return text;
}

struct SplitRows : PassWrapper<SplitRows, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SplitRows)
  SplitRows() = default;
  SplitRows(const SplitRows &other) : PassWrapper(other) {
    countArguments = other.countArguments;
    inPlace = other.inPlace;
    first = other.first;
    last = other.last;
    rows = other.rows;
  }
  explicit SplitRows(const Options &options) {
    countArguments = options.argumentsInArena;
    bool isNative = llvm::all_of(options.backends, [](Backend b) { return b == Backend::LlvmCpu; });
    inPlace = isNative ? options.inPlace : InPlace::Never;
  }
  StringRef getArgument() const override { return "iree-split-rows"; }
  StringRef getDescription() const override {
    return "Compute layers around the peak in stripes of rows";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, tensor::TensorDialect>();
  }

  Option<bool> countArguments{*this, "count-arguments",
                              llvm::cl::desc("Arguments lie in the arena"), llvm::cl::init(false)};
  Option<InPlace> inPlace{
      *this, "in-place", llvm::cl::desc("Whether results may lie over arguments"),
      llvm::cl::init(InPlace::Auto),
      llvm::cl::values(clEnumValN(InPlace::Auto, "auto", "on machines without an operating system"),
                       clEnumValN(InPlace::Never, "never", ""),
                       clEnumValN(InPlace::Always, "always", ""))};
  Option<unsigned> first{*this, "first",
                         llvm::cl::desc("With rows: the region's first layer; arguments and what "
                                        "kernels compute count, from 0 on"),
                         llvm::cl::init(0)};
  Option<unsigned> last{*this, "last", llvm::cl::desc("The region's last layer"),
                        llvm::cl::init(0)};
  Option<int64_t> rows{*this, "rows",
                       llvm::cl::desc("Split without a goal: rows of the last layer in a stripe"),
                       llvm::cl::init(0)};

  void runOnOperation() override {
    SmallVector<NamedAttribute> outcomes;
    bool worksInPlace =
        inPlace == InPlace::Always ||
        (inPlace == InPlace::Auto && !Target::of(getOperation()).hasOperatingSystem);
    for (auto entry : getOperation().getOps<func::FuncOp>()) {
      auto goal = dyn_cast_or_null<IntegerAttr>(entry->removeAttr(kMemoryGoalAttrName));
      if ((!goal && rows == 0) || entry.isExternal() || hasDynamicShapes(entry))
        continue;
      RowLayers layers = collectRowLayers(entry);
      layers.network.countArguments = countArguments;
      layers.network.worksInPlace = worksInPlace;
      ChosenSplit chosen;
      if (rows != 0)
        chosen.split = givenSplit(entry, layers.network);
      else
        chosen = chooseSplit(layers.network, goal.getInt());
      if (rows != 0 && chosen.split.empty())
        return signalPassFailure();
      if (goal)
        outcomes.emplace_back(StringAttr::get(&getContext(), entry.getName()),
                              outcome(layers.network, chosen));
      for (const StripeRegion &region : chosen.split)
        if (failed(RegionSplitter(layers, region, entry).run()))
          return signalPassFailure();
    }
    if (!outcomes.empty())
      getOperation()->setAttr(kSplitsAttrName, DictionaryAttr::get(&getContext(), outcomes));
  }

private:
  Split givenSplit(func::FuncOp entry, const Network &network) {
    StripeRegion region{regionBetween(network, first, last), rows};
    if (region.layers.empty() || !stripesOf(network, region)) {
      entry.emitError() << "layers " << first.getValue() << " to " << last.getValue() << " of '@"
                        << entry.getName() << "', which has " << network.layers.size()
                        << ", cannot be computed in stripes of " << rows.getValue() << " rows";
      return {};
    }
    return {region};
  }

  DictionaryAttr outcome(const Network &network, const ChosenSplit &chosen) {
    Builder builder(&getContext());
    SplitCost whole = costOf(network, {});
    return builder.getDictionaryAttr(
        {builder.getNamedAttr("bytes", builder.getI64IntegerAttr(chosen.cost.peakBytes)),
         builder.getNamedAttr("calls", builder.getI64IntegerAttr(chosen.cost.calls)),
         builder.getNamedAttr("fits", builder.getBoolAttr(chosen.fits)),
         builder.getNamedAttr("peak", builder.getStringAttr(describePeak(network, chosen.cost))),
         builder.getNamedAttr("stripes", builder.getStringAttr(describe(network, chosen.split))),
         builder.getNamedAttr("whole_calls", builder.getI64IntegerAttr(whole.calls))});
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createSplitRowsPass(const Options &options) {
  return std::make_unique<SplitRows>(options);
}
