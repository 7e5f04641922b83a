// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cuts each entry function into kernels, block by block: branches and loops that
// the program performs itself keep theirs. Three kinds of operations:
//
//   values that stay   tensor constants, reshapes and casts, contiguous slices and
//                      concatenations, loads and stores of variables, assertions:
//                      no kernels
//   values to repeat   scalars, fills, empty tensors, parts of tensors, images
//                      that kernels assemble row by row: cloned into each user
//   roots              everything else: each starts a kernel, which then takes
//                      in producers that nobody else uses
//
// A kernel gets the sizes of its tensors' dynamic dimensions as index arguments
// behind the tensors, each once.
#include "compiler/Dialect/Check/Check.h"
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Dispatch/Passes.h"
#include "compiler/Input/TensorSizes.h"
#include "compiler/Kernel/RowWindow.h"
#include "compiler/Schedule/Views.h"
#include "compiler/Target/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

bool isReshape(Operation *op) {
  return isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp>(op);
}

bool hasTensorResult(Operation *op) {
  return llvm::any_of(op->getResultTypes(), [](Type type) { return isa<TensorType>(type); });
}

bool isSmallOrSplat(arith::ConstantOp op) {
  auto type = dyn_cast<RankedTensorType>(op.getType());
  return !type || type.getNumElements() == 1 || isa<SplatElementsAttr>(op.getValue());
}

/// Attribute of slices and concatenations that the program uses without a copy,
/// until kernels are outlined.
constexpr llvm::StringLiteral kPartAttrName = "program.part";

/// A kernel reads a part of its argument where it lies.
bool isView(Operation *op) {
  auto slice = dyn_cast<tensor::ExtractSliceOp>(op);
  return slice && slice.getType().hasStaticShape() && slice.getSourceType().hasStaticShape() &&
         slice.getOffsets().empty() && slice.getStrides().empty() &&
         llvm::all_of(op->getUsers(), [](Operation *user) {
           return isa<linalg::LinalgOp>(user) || user->hasAttr(program::kWindowAttrName);
         });
}

/// Values whose computation is repeated in every kernel that needs them.
bool isRepeated(Operation *op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return isSmallOrSplat(constant);
  if (isa<tensor::EmptyOp, linalg::FillOp>(op))
    return true;
  return (isView(op) && !op->hasAttr(kPartAttrName)) || op->hasAttr(program::kWindowAttrName) ||
         !hasTensorResult(op);
}

bool isKept(Operation *op) {
  return op->hasAttr(program::kControlAttrName) || op->hasAttr(kPartAttrName) || isReshape(op) ||
         isa<func::ReturnOp, cf::AssertOp>(op) ||
         isa<check::CheckDialect, util::UtilDialect>(op->getDialect()) ||
         (isa<arith::ConstantOp>(op) && !isRepeated(op));
}

/// Operations that start a kernel. A repeated value that must exist in memory,
/// because the program itself uses it, starts one too.
bool isRoot(Operation *op) {
  if (isKept(op))
    return false;
  if (!isRepeated(op))
    return true;
  if (isa<arith::ConstantOp>(op) || !hasTensorResult(op))
    return false; // the program fills or copies its result, or computes it
  return llvm::any_of(op->getUsers(), [](Operation *user) { return isKept(user); });
}

/// Operands, and values that regions capture from outside.
SetVector<Value> usedValues(Operation *op) {
  SetVector<Value> values(op->operand_begin(), op->operand_end());
  for (Region &region : op->getRegions())
    getUsedValuesDefinedAbove(region, values);
  return values;
}

bool isElementwise(Operation *op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && generic.getNumReductionLoops() == 0;
}

/// The operations of one kernel, in program order once complete.
class Group {
public:
  explicit Group(Operation *root) : root(root), core(root) { ops.insert(root); }

  /// Takes in producers until nothing more fits.
  void grow() {
    for (bool changed = true; changed;) {
      changed = false;
      for (Operation *op : SmallVector<Operation *>(ops.begin(), ops.end()))
        for (OpOperand &operand : op->getOpOperands())
          changed |= absorb(operand);
    }
  }

  bool contains(Operation *op) const { return ops.contains(op); }
  Operation *getRoot() const { return root; }
  /// Of the layer that the kernel computes.
  Location getLoc() const { return core->getLoc(); }

  SmallVector<Operation *> inOrder() const {
    SmallVector<Operation *> sorted(ops.begin(), ops.end());
    llvm::sort(sorted, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    return sorted;
  }

private:
  bool absorb(OpOperand &operand) {
    Operation *producer = operand.get().getDefiningOp();
    if (!producer || producer->getBlock() != root->getBlock() || contains(producer) ||
        !isRoot(producer) || producer->getNumResults() != 1)
      return false;
    bool onlyUsedHere = llvm::all_of(producer->getUsers(), [&](Operation *user) {
      return contains(root->getBlock()->findAncestorOpInBlock(*user));
    });
    if (!onlyUsedHere || !fits(operand, producer))
      return false;
    ops.insert(producer);
    if (isInsertedIntoFill(operand))
      core = producer;
    hasReduction |= isa<linalg::LinalgOp>(producer) && !isElementwise(producer);
    return true;
  }

  bool fits(OpOperand &operand, Operation *producer) const {
    Operation *consumer = operand.getOwner();
    // A chain of inserts assembles one tensor.
    if (isa<tensor::InsertSliceOp, tensor::InsertOp>(consumer) &&
        isa<tensor::InsertSliceOp, tensor::InsertOp>(producer))
      return &operand == &cast<DestinationStyleOpInterface>(consumer).getDpsInitsMutable()[0];
    if (isInsertedIntoFill(operand))
      return consumer == root && isa<linalg::LinalgOp>(producer);
    auto linalgConsumer = dyn_cast<linalg::LinalgOp>(consumer);
    auto linalgProducer = dyn_cast<linalg::LinalgOp>(producer);
    if (!linalgConsumer || !linalgProducer)
      return false;
    // Initial values of accumulators, such as a broadcast bias.
    if (linalgConsumer.isDpsInit(&operand))
      return isElementwise(producer);
    // A contraction, convolution or reduction with what follows it, provided
    // that each of its elements is needed by one iteration only.
    return !hasReduction && consumer == core && isElementwise(consumer) &&
           !isElementwise(producer) && consumer->getNumResults() == 1 &&
           linalgConsumer.getMatchingIndexingMap(&operand) ==
               linalgConsumer.getIndexingMapsArray().back() &&
           linalgConsumer.getMatchingIndexingMap(&operand).isPermutation();
  }

  /// The middle of a padded tensor.
  static bool isInsertedIntoFill(OpOperand &operand) {
    auto insert = dyn_cast<tensor::InsertSliceOp>(operand.getOwner());
    return insert && operand.get() == insert.getSource() &&
           insert.getDest().getDefiningOp<linalg::FillOp>();
  }

  Operation *root;
  Operation *core; ///< computes the result, which the root may only place
  SetVector<Operation *> ops;
  bool hasReduction = false;
};

/// Copies a group into a function of its own and calls that instead; the
/// group's operations stay behind without users.
class Outliner {
public:
  /// `sizes` of the entry function, or null if all its shapes are static.
  Outliner(const Group &group, SymbolTable &symbols, TensorSizes *sizes)
      : group(group), symbols(symbols), sizes(sizes) {}

  void run(func::FuncOp entry) {
    MLIRContext *context = entry.getContext();
    SmallVector<Operation *> ops = group.inOrder();
    for (Operation *op : ops)
      for (Value result : op->getResults())
        if (isa<TensorType>(result.getType()) &&
            llvm::any_of(result.getUsers(), [&](Operation *user) { return !isInside(user); }))
          results.push_back(result);

    OpBuilder builder(context);
    auto kernel =
        func::FuncOp::create(group.getLoc(), kernelName(), builder.getFunctionType({}, {}));
    kernel.setPrivate();
    kernel->setAttr(iree_compiler::program::kKernelAttrName, builder.getUnitAttr());
    body = kernel.addEntryBlock();
    builder.setInsertionPointToStart(body);
    for (Operation *op : ops)
      cloneInto(builder, op);
    nameSizes(kernel, entry);
    dropBarriers(kernel);
    auto mapped = llvm::map_to_vector(results, [&](Value v) { return mapping.lookup(v); });
    func::ReturnOp::create(builder, group.getRoot()->getLoc(), mapped);
    kernel.setFunctionType(
        builder.getFunctionType(body->getArgumentTypes(), TypeRange(ValueRange(results))));
    symbols.insert(kernel, entry->getIterator());

    builder.setInsertionPointAfter(group.getRoot());
    for (OpFoldResult constant : constants)
      arguments.push_back(
          getValueOrCreateConstantIndexOp(builder, group.getRoot()->getLoc(), constant));
    auto call = func::CallOp::create(builder, group.getLoc(), kernel, arguments);
    for (auto [oldValue, newValue] : llvm::zip_equal(results, call.getResults())) {
      if (sizes)
        sizes->replace(oldValue, newValue);
      oldValue.replaceUsesWithIf(newValue,
                                 [&](OpOperand &use) { return !isInside(use.getOwner()); });
    }
  }

private:
  bool isInside(Operation *user) const {
    return group.contains(group.getRoot()->getBlock()->findAncestorOpInBlock(*user));
  }

  void cloneInto(OpBuilder &builder, Operation *op) {
    for (Value value : usedValues(op))
      ensureMapped(builder, value);
    builder.clone(*op, mapping);
  }

  /// A kernel is one computation: what stands in its loops and branches as a
  /// barrier has done its work.
  static void dropBarriers(func::FuncOp kernel) {
    kernel.walk([](Operation *op) {
      op->removeAttr(program::kControlAttrName);
      if (auto barrier = dyn_cast<util::OptimizationBarrierOp>(op)) {
        barrier.replaceAllUsesWith(barrier.getOperands());
        op->erase();
      } else if (auto constant = dyn_cast<util::UnfoldableConstantOp>(op)) {
        OpBuilder builder(op);
        constant.replaceAllUsesWith(
            arith::ConstantOp::create(builder, op->getLoc(), constant.getValue()).getResult());
        op->erase();
      }
    });
  }

  void ensureMapped(OpBuilder &builder, Value value) {
    if (mapping.contains(value))
      return;
    if (sizes && value.getType().isIndex() && takesSize(builder, value))
      return;
    // Other scalars do not cross kernels: whatever computes one is repeated, be it
    // a loop that returns tensors as well.
    Operation *producer = value.getDefiningOp();
    if (producer && (isRepeated(producer) || !isa<TensorType>(value.getType()))) {
      if (auto splat = largeSplat(producer))
        return fillInstead(builder, producer, splat);
      return cloneInto(builder, producer);
    }
    auto position = static_cast<unsigned>(arguments.size()); // before the constants
    mapping.map(value, body->insertArgument(position, value.getType(), value.getLoc()));
    arguments.push_back(value);
  }

  /// Maps an index value to what is known to equal it, if that is a constant or
  /// the size of a tensor.
  bool takesSize(OpBuilder &builder, Value value) {
    OpFoldResult size = sizes->leader(value);
    if (auto constant = dyn_cast<Attribute>(size)) {
      mapping.map(value,
                  arith::ConstantOp::create(builder, value.getLoc(), cast<IntegerAttr>(constant)));
      return true;
    }
    if (!sizes->isSize(cast<Value>(size)))
      return false;
    mapping.map(value,
                body->getArgument(static_cast<unsigned>(arguments.size()) + constantOrdinal(size)));
    return true;
  }

  /// The kernel's constant that holds the size.
  unsigned constantOrdinal(OpFoldResult size) {
    auto found = llvm::find(constants, size);
    if (found == constants.end()) {
      body->addArgument(IndexType::get(size.getContext()), group.getRoot()->getLoc());
      constants.push_back(size);
      return static_cast<unsigned>(constants.size() - 1);
    }
    return static_cast<unsigned>(found - constants.begin());
  }

  /// Says which constants are the sizes of arguments and results.
  void nameSizes(func::FuncOp kernel, func::FuncOp entry) {
    if (!sizes)
      return;
    Builder builder(entry.getContext());
    SmallVector<Attribute> ordinals;
    for (Value tensor : llvm::concat<Value>(arguments, results)) {
      SmallVector<int64_t> own;
      auto type = cast<RankedTensorType>(tensor.getType());
      for (auto [extent, size] : llvm::zip_equal(type.getShape(), sizes->of(tensor)))
        if (ShapedType::isDynamic(extent))
          own.push_back(constantOrdinal(size));
      ordinals.push_back(builder.getDenseI64ArrayAttr(own));
    }
    if (constants.empty())
      return;
    kernel->setAttr(iree_compiler::program::kSizesAttrName, builder.getArrayAttr(ordinals));
    kernel->setAttr(iree_compiler::program::kConstantsAttrName,
                    builder.getI64IntegerAttr(static_cast<int64_t>(constants.size())));
  }

  /// A cloned splat constant would take its full size in the kernel library.
  static SplatElementsAttr largeSplat(Operation *op) {
    auto constant = dyn_cast<arith::ConstantOp>(op);
    auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue()) : nullptr;
    return splat && splat.getNumElements() > 1 ? splat : nullptr;
  }

  void fillInstead(OpBuilder &builder, Operation *op, SplatElementsAttr splat) {
    auto type = cast<RankedTensorType>(splat.getType());
    Value scalar = arith::ConstantOp::create(builder, op->getLoc(),
                                             cast<TypedAttr>(splat.getSplatValue<Attribute>()));
    Value empty =
        tensor::EmptyOp::create(builder, op->getLoc(), type.getShape(), type.getElementType());
    mapping.map(op->getResult(0),
                linalg::FillOp::create(builder, op->getLoc(), ValueRange{scalar}, ValueRange{empty})
                    .getResult(0));
  }

  /// What the kernel does, its element type and result shape: conv_i8_1x8x8x8.
  std::string kernelName() const {
    std::string name = "kernel";
    for (Operation *op : group.inOrder()) {
      std::string part = describe(op);
      if (name == "kernel" || (part != "elementwise" && part != "insert_slice"))
        name = part;
    }
    if (results.empty())
      return name;
    auto type = cast<RankedTensorType>(results.front().getType());
    llvm::raw_string_ostream stream(name);
    stream << "_" << type.getElementType();
    if (type.getRank() > 0) {
      stream << "_";
      llvm::interleave(
          type.getShape(),
          [&](int64_t extent) {
            if (ShapedType::isDynamic(extent))
              stream << "D";
            else
              stream << extent;
          },
          [&] { stream << "x"; });
    }
    return name;
  }

  static std::string describe(Operation *op) {
    if (isElementwise(op))
      return "elementwise";
    if (isa<linalg::GenericOp>(op))
      return "reduce";
    if (isa<linalg::LinalgOp>(op) && linalg::isaContractionOpInterface(cast<linalg::LinalgOp>(op)))
      return "matmul";
    StringRef name = op->getName().stripDialect();
    for (StringRef kind : {"depthwise_conv", "conv", "pooling"})
      if (name.starts_with(kind))
        return kind.str();
    return name.str();
  }

  const Group &group;
  SymbolTable &symbols;
  TensorSizes *sizes;
  Block *body = nullptr;
  IRMapping mapping;
  SmallVector<Value> arguments, results; ///< tensors
  SmallVector<OpFoldResult> constants;
};

struct FormDispatches : PassWrapper<FormDispatches, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FormDispatches)
  FormDispatches() = default;
  FormDispatches(const FormDispatches &other) : PassWrapper(other) { windows = other.windows; }
  explicit FormDispatches(bool windows) { this->windows = windows; }
  StringRef getArgument() const override { return "iree-form-dispatches"; }
  StringRef getDescription() const override { return "Outline kernels from entry functions"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<func::FuncDialect, linalg::LinalgDialect, tensor::TensorDialect>();
  }

  Option<bool> windows{*this, "windows",
                       llvm::cl::desc("Kernels read padded and assembled images row by row"),
                       llvm::cl::init(false)};

  void runOnOperation() override {
    if (windows)
      getOperation().walk([](Operation *op) {
        if (isReadByRows(op))
          op->setAttr(program::kWindowAttrName, UnitAttr::get(op->getContext()));
      });
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> entries;
    for (auto func : getOperation().getOps<func::FuncOp>())
      if (!func->hasAttr(iree_compiler::program::kKernelAttrName))
        entries.push_back(func);
    for (func::FuncOp entry : entries) {
      std::optional<TensorSizes> sizes;
      if (hasDynamicShapes(entry)) {
        sizes.emplace(entry);
        if (failed(sizes->run()))
          return signalPassFailure();
      }
      if (!sizes && !hasBlocks(entry))
        keepParts(entry, Target::of(entry).bufferAlignment());
      formIn(entry, entry.front(), symbols, sizes ? &*sizes : nullptr);
      entry.walk([](Operation *op) {
        op->removeAttr(program::kControlAttrName);
        op->removeAttr(kPartAttrName);
      });
    }
  }

  /// The program performs branches or loops.
  static bool hasBlocks(func::FuncOp entry) {
    return llvm::any_of(entry.front(), [](Operation &op) {
      return op.getNumRegions() != 0 && op.hasAttr(program::kControlAttrName);
    });
  }

  /// Slices that are contiguous and aligned, and concatenations of contiguous
  /// parts, need no kernel: the program knows where they lie.
  static void keepParts(func::FuncOp entry, uint64_t alignment) {
    SmallVector<tensor::InsertSliceOp> replaced;
    for (Operation &op : llvm::reverse(entry.front())) {
      if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
        std::optional<uint64_t> offset = contiguousOffset(slice);
        if (offset && *offset % alignment == 0 && isInMemory(slice.getSource()))
          op.setAttr(kPartAttrName, UnitAttr::get(op.getContext()));
      } else if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
        replaced.append(keepConcatenation(insert));
      }
    }
    for (tensor::InsertSliceOp insert : replaced) // users come first
      if (insert->use_empty())
        insert.erase();
  }

  /// Not what each kernel computes again.
  static bool isInMemory(Value value) {
    Operation *producer = value.getDefiningOp();
    return !producer || (!isRepeated(producer) && !isReshape(producer)) ||
           (isReshape(producer) && isInMemory(producer->getOperand(0)));
  }

  /// Replaces a chain of insertions by a concatenation, if it is one; returns the
  /// chain, from its end.
  static SmallVector<tensor::InsertSliceOp> keepConcatenation(tensor::InsertSliceOp last) {
    bool isLast = llvm::none_of(last->getUses(), [](OpOperand &use) {
      auto next = dyn_cast<tensor::InsertSliceOp>(use.getOwner());
      return next && use.get() == next.getDest();
    });
    SmallVector<tensor::InsertSliceOp> parts =
        isLast ? assembledParts(last) : SmallVector<tensor::InsertSliceOp>();
    if (parts.size() < 2)
      return {};
    // Along the first dimension in which a part is not whole.
    ArrayRef<int64_t> shape = last.getType().getShape();
    size_t dimension = 0;
    while (parts[0].getStaticSizes()[dimension] == shape[dimension])
      ++dimension;
    SmallVector<Value> operands;
    for (tensor::InsertSliceOp part : parts) {
      // All of them whole in the other dimensions, with all dimensions.
      for (auto [index, size] : llvm::enumerate(part.getStaticSizes()))
        if (index != dimension && size != shape[index])
          return {};
      if (part.getSourceType().getShape() != ArrayRef(part.getStaticSizes()))
        return {};
      operands.push_back(part.getSource());
    }
    OpBuilder builder(last);
    auto concat = tensor::ConcatOp::create(builder, last.getLoc(), last.getType(),
                                           static_cast<int64_t>(dimension), operands);
    concat->setAttr(kPartAttrName, builder.getUnitAttr());
    last.getResult().replaceAllUsesWith(concat.getResult());
    SmallVector<tensor::InsertSliceOp> chain;
    for (auto insert = last; insert;
         insert = insert.getDest().getDefiningOp<tensor::InsertSliceOp>())
      chain.push_back(insert);
    return chain;
  }

  static void formIn(func::FuncOp entry, Block &block, SymbolTable &symbols, TensorSizes *sizes) {
    for (Operation &op : block)
      if (op.hasAttr(program::kControlAttrName))
        for (Region &region : op.getRegions())
          for (Block &inner : region)
            formIn(entry, inner, symbols, sizes);
    // Consumers first, so that producers join the group of their only user.
    SmallVector<Group> groups;
    DenseSet<Operation *> taken;
    for (Operation &op : llvm::reverse(block)) {
      if (taken.contains(&op) || !isRoot(&op) || isTriviallyUnused(&op))
        continue;
      Group group(&op);
      group.grow();
      for (Operation *member : group.inOrder())
        taken.insert(member);
      groups.push_back(std::move(group));
    }
    for (Group &group : llvm::reverse(groups))
      Outliner(group, symbols, sizes).run(entry);
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (taken.contains(&op) || isTriviallyUnused(&op))
        op.erase();
  }

  static bool isTriviallyUnused(Operation *op) {
    return op->use_empty() && !op->hasTrait<OpTrait::IsTerminator>() && isMemoryEffectFree(op);
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createFormDispatchesPass(bool windows) {
  return std::make_unique<FormDispatches>(windows);
}
