// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TensorSizes.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Locations.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

bool isDynamic(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && !tensor.hasStaticShape();
}

/// Longer locations of fused layers are cut: the text lies in the module.
std::string layerOf(Operation *op) {
  std::string layer = describeLocation(op->getLoc());
  return layer.size() <= 160 ? layer : layer.substr(0, 157) + "...";
}

/// All coefficients of loops are positive, so that the last iteration reaches
/// the highest index.
bool isMonotonic(AffineExpr expr) {
  WalkResult result = expr.walk([](AffineExpr part) {
    auto binary = dyn_cast<AffineBinaryOpExpr>(part);
    if (!binary || binary.getKind() == AffineExprKind::Add)
      return WalkResult::advance();
    auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
    bool isProduct = binary.getKind() == AffineExprKind::Mul && factor && factor.getValue() >= 0;
    return isProduct ? WalkResult::advance() : WalkResult::interrupt();
  });
  return !result.wasInterrupted();
}

} // namespace

bool iree_compiler::hasDynamicShapes(func::FuncOp func) {
  if (llvm::any_of(func.getArgumentTypes(), isDynamic) ||
      llvm::any_of(func.getResultTypes(), isDynamic))
    return true;
  return func
      .walk([](Operation *op) {
        return llvm::any_of(op->getResultTypes(), isDynamic) ? WalkResult::interrupt()
                                                             : WalkResult::advance();
      })
      .wasInterrupted();
}

TensorSizes::TensorSizes(func::FuncOp func)
    : func(func), isKernel(func->hasAttr(program::kSizesAttrName)), builder(func.getContext()) {}

LogicalResult TensorSizes::run() {
  builder.setInsertionPointToStart(&func.front());
  visitArguments();
  if (failed(visitBlock(func.front())))
    return failure();
  for (auto &[tensor, own] : sizes)
    for (OpFoldResult size : own)
      if (auto value = dyn_cast_if_present<Value>(leader(size)))
        sizeValues.insert(value);
  return success();
}

void TensorSizes::visitArguments() {
  Block &entry = func.front();
  auto ordinals = func->getAttrOfType<ArrayAttr>(program::kSizesAttrName);
  // Dimensions of arguments that the function asks for already.
  DenseMap<std::pair<Value, int64_t>, tensor::DimOp> existing;
  for (auto dim : llvm::make_early_inc_range(entry.getOps<tensor::DimOp>()))
    if (std::optional<int64_t> index = dim.getConstantIndex();
        index && isa<BlockArgument>(dim.getSource()))
      existing.try_emplace({dim.getSource(), *index}, dim);
  auto dimOf = [&](BlockArgument argument, int64_t position) -> Value {
    tensor::DimOp found = existing.lookup({argument, position});
    if (!found)
      return tensor::DimOp::create(builder, argument.getLoc(), argument, position);
    // Before everything that may be in need of it.
    auto constant = arith::ConstantIndexOp::create(builder, found.getLoc(), position);
    found.getIndexMutable().assign(constant);
    found->moveAfter(constant);
    builder.setInsertionPointAfter(found);
    return found;
  };
  for (BlockArgument argument : entry.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || type.hasStaticShape())
      continue;
    ArrayRef<int64_t> own;
    if (isKernel)
      own = cast<DenseI64ArrayAttr>(ordinals[argument.getArgNumber()]).asArrayRef();
    Sizes dims;
    for (auto [index, extent] : llvm::enumerate(type.getShape())) {
      if (!ShapedType::isDynamic(extent))
        dims.push_back(builder.getIndexAttr(extent));
      else if (isKernel) {
        dims.push_back(program::kernelConstant(func, static_cast<unsigned>(own.front())));
        own = own.drop_front();
      } else
        dims.push_back(dimOf(argument, static_cast<int64_t>(index)));
    }
    sizes[argument] = dims;
  }
}

void TensorSizes::replaceDims() {
  SmallVector<tensor::DimOp> dims;
  func.walk([&](tensor::DimOp dim) { dims.push_back(dim); });
  for (tensor::DimOp dim : dims) {
    std::optional<int64_t> index = dim.getConstantIndex();
    auto type = dyn_cast<RankedTensorType>(dim.getSource().getType());
    if (!index || !type || *index < 0 || *index >= type.getRank())
      continue;
    // The assertion that an argument's size equals another one needs it.
    if (!isKernel && isa<BlockArgument>(dim.getSource()) && dim->getParentOp() == func)
      continue;
    Sizes all = of(dim.getSource());
    if (all.empty() || all[static_cast<size_t>(*index)] == OpFoldResult(dim.getResult()))
      continue;
    builder.setInsertionPoint(dim);
    dim.replaceAllUsesWith(materialize(all[static_cast<size_t>(*index)], dim.getLoc()));
    dim.erase();
  }
}

SmallVector<OpFoldResult> TensorSizes::loopsOf(linalg::LinalgOp op) const {
  SmallVector<OpFoldResult> loops(op.getNumLoops());
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    Sizes all = of(operand.get());
    for (auto [expr, size] : llvm::zip(op.getMatchingIndexingMap(&operand).getResults(), all)) {
      auto loop = dyn_cast<AffineDimExpr>(expr);
      if (loop && (!loops[loop.getPosition()] || isa<Attribute>(size)))
        loops[loop.getPosition()] = size;
    }
  }
  return loops;
}

SmallVector<OpFoldResult> TensorSizes::of(Value tensor) const {
  auto type = cast<RankedTensorType>(tensor.getType());
  Sizes result;
  auto found = sizes.find(tensor);
  if (found == sizes.end() && !type.hasStaticShape())
    return result;
  Builder attributes(tensor.getContext());
  for (auto [index, extent] : llvm::enumerate(type.getShape()))
    result.push_back(ShapedType::isDynamic(extent) ? leader(found->second[index])
                                                   : attributes.getIndexAttr(extent));
  return result;
}

OpFoldResult TensorSizes::leader(OpFoldResult size) const {
  // Of any integer type as it comes.
  if (auto constant = dyn_cast_if_present<Attribute>(size))
    return Builder(constant.getContext()).getIndexAttr(cast<IntegerAttr>(constant).getInt());
  while (auto value = dyn_cast_if_present<Value>(size)) {
    if (std::optional<int64_t> constant = getConstantIntValue(size))
      return Builder(value.getContext()).getIndexAttr(*constant);
    auto next = leaders.find(value);
    if (next == leaders.end())
      break;
    size = next->second;
  }
  return size;
}

void TensorSizes::merge(OpFoldResult a, OpFoldResult b) {
  a = leader(a);
  b = leader(b);
  if (a == b)
    return;
  auto valueA = dyn_cast_if_present<Value>(a), valueB = dyn_cast_if_present<Value>(b);
  if (!valueA && !valueB)
    return;
  // Constants lead, then what is computed first.
  bool bLeads = !valueB;
  if (valueA && valueB) {
    Operation *opA = valueA.getDefiningOp(), *opB = valueB.getDefiningOp();
    bLeads = opA && opB && opA->getBlock() == opB->getBlock() && opB->isBeforeInBlock(opA);
  }
  if (bLeads)
    leaders[valueA] = b;
  else
    leaders[valueB] = a;
}

LogicalResult TensorSizes::set(Value tensor, Sizes all) {
  bool isUnknown = isKernel && all.empty();
  if (!isDynamic(tensor.getType()) || isUnknown)
    return success();
  if (all.size() != static_cast<size_t>(cast<RankedTensorType>(tensor.getType()).getRank()))
    return emitError(tensor.getLoc())
           << "internal: sizes of a value of type " << tensor.getType() << " are not known";
  sizes[tensor] = std::move(all);
  return success();
}

Value TensorSizes::materialize(OpFoldResult size, Location loc) {
  return getValueOrCreateConstantIndexOp(builder, loc, size);
}

OpFoldResult TensorSizes::compute(Arith kind, OpFoldResult a, OpFoldResult b, Location loc) {
  a = leader(a);
  b = leader(b);
  std::optional<int64_t> knownA = getConstantIntValue(a), knownB = getConstantIntValue(b);
  if (kind == Arith::Mul && (knownA == 1 || knownB == 1))
    return knownA == 1 ? b : a;
  if ((kind == Arith::Add && knownA == 0))
    return b;
  if ((knownB == 0 && (kind == Arith::Add || kind == Arith::Sub)) ||
      (knownB == 1 && kind == Arith::Div))
    return a;
  if (knownA && knownB) {
    int64_t value = kind == Arith::Add   ? *knownA + *knownB
                    : kind == Arith::Sub ? *knownA - *knownB
                    : kind == Arith::Mul ? *knownA * *knownB
                                         : *knownA / std::max<int64_t>(*knownB, 1);
    return builder.getIndexAttr(value);
  }
  auto key = std::tuple(static_cast<int>(kind), a.getOpaqueValue(), b.getOpaqueValue());
  if (auto found = computed.find(key); found != computed.end())
    return leader(found->second);
  Value lhs = materialize(a, loc), rhs = materialize(b, loc);
  Value result;
  switch (kind) {
  case Arith::Add:
    result = arith::AddIOp::create(builder, loc, lhs, rhs);
    break;
  case Arith::Sub:
    result = arith::SubIOp::create(builder, loc, lhs, rhs);
    break;
  case Arith::Mul:
    result = arith::MulIOp::create(builder, loc, lhs, rhs);
    break;
  case Arith::Div:
    result = arith::DivSIOp::create(builder, loc, lhs, rhs);
    break;
  }
  if (nesting == 0)
    noteScalar(*result.getDefiningOp());
  return result;
}

/// Remembers what index arithmetic computes and what assertions say.
void TensorSizes::noteScalar(Operation &op) {
  std::optional<Arith> kind = isa<arith::AddIOp>(op)                    ? std::optional(Arith::Add)
                              : isa<arith::SubIOp>(op)                  ? std::optional(Arith::Sub)
                              : isa<arith::MulIOp>(op)                  ? std::optional(Arith::Mul)
                              : isa<arith::DivSIOp, arith::DivUIOp>(op) ? std::optional(Arith::Div)
                                                                        : std::nullopt;
  if (kind && op.getResult(0).getType().isIndex()) {
    void *a = leader(OpFoldResult(op.getOperand(0))).getOpaqueValue();
    void *b = leader(OpFoldResult(op.getOperand(1))).getOpaqueValue();
    computed.try_emplace(std::tuple(static_cast<int>(*kind), a, b), op.getResult(0));
    if (*kind == Arith::Add || *kind == Arith::Mul)
      computed.try_emplace(std::tuple(static_cast<int>(*kind), b, a), op.getResult(0));
    return;
  }
  auto assertion = dyn_cast<cf::AssertOp>(op);
  auto compare = assertion ? assertion.getArg().getDefiningOp<arith::CmpIOp>() : nullptr;
  if (!compare || !compare.getLhs().getType().isIndex())
    return;
  OpFoldResult lhs = leader(OpFoldResult(compare.getLhs()));
  OpFoldResult rhs = leader(OpFoldResult(compare.getRhs()));
  if (compare.getPredicate() == arith::CmpIPredicate::eq)
    merge(lhs, rhs);
  else if (compare.getPredicate() == arith::CmpIPredicate::sle)
    knownAtMost.insert({lhs.getOpaqueValue(), rhs.getOpaqueValue()});
  else if (compare.getPredicate() == arith::CmpIPredicate::sge)
    knownAtMost.insert({rhs.getOpaqueValue(), lhs.getOpaqueValue()});
}

LogicalResult TensorSizes::require(Value condition, Operation *op, const Twine &what) {
  if (nesting != 0)
    return op->emitError() << "'" << op->getName() << "': " << what.str()
                           << " cannot be checked inside of a loop or branch; supported: sizes "
                              "that are known to fit";
  auto assertion = cf::AssertOp::create(builder, op->getLoc(), condition,
                                        ("layer '" + layerOf(op) + "': " + what).str());
  noteScalar(*assertion);
  return success();
}

LogicalResult TensorSizes::requireEqual(OpFoldResult a, OpFoldResult b, Operation *op,
                                        const Twine &what) {
  a = leader(a);
  b = leader(b);
  if (isKernel)
    merge(a, b);
  if (a == b || isKernel)
    return success();
  std::optional<int64_t> knownA = getConstantIntValue(a), knownB = getConstantIntValue(b);
  if (knownA && knownB)
    return op->emitError() << "'" << op->getName() << "': " << what.str() << ": " << *knownA
                           << " and " << *knownB;
  if (knownA)
    std::swap(a, b);
  Value condition =
      arith::CmpIOp::create(builder, op->getLoc(), arith::CmpIPredicate::eq,
                            materialize(a, op->getLoc()), materialize(b, op->getLoc()));
  return require(condition, op, what);
}

LogicalResult TensorSizes::requireAtMost(OpFoldResult a, OpFoldResult b, Operation *op,
                                         const Twine &what) {
  a = leader(a);
  b = leader(b);
  std::optional<int64_t> knownA = getConstantIntValue(a), knownB = getConstantIntValue(b);
  if (isKernel || a == b || knownAtMost.count({a.getOpaqueValue(), b.getOpaqueValue()}) ||
      (knownA && *knownA <= 0 && isNonNegative(b)))
    return success();
  if (knownA && knownB) {
    if (*knownA <= *knownB)
      return success();
    return op->emitError() << "'" << op->getName() << "': " << what.str() << ": " << *knownA
                           << " and " << *knownB;
  }
  // Constants stand on the right, as canonicalisation has it.
  auto predicate = knownA ? arith::CmpIPredicate::sge : arith::CmpIPredicate::sle;
  if (knownA)
    std::swap(a, b);
  Value condition = arith::CmpIOp::create(
      builder, op->getLoc(), predicate, materialize(a, op->getLoc()), materialize(b, op->getLoc()));
  return require(condition, op, what);
}

bool TensorSizes::isNonNegative(OpFoldResult size, unsigned depth) const {
  if (std::optional<int64_t> known = getConstantIntValue(size))
    return *known >= 0;
  auto value = cast<Value>(size);
  Attribute zero = Builder(value.getContext()).getIndexAttr(0);
  if (knownAtMost.count({OpFoldResult(zero).getOpaqueValue(), size.getOpaqueValue()}))
    return true;
  Operation *op = value.getDefiningOp();
  constexpr unsigned kDepth = 6;
  if (!op || depth == kDepth)
    return false;
  if (isa<tensor::DimOp>(op))
    return true;
  auto isOperandFine = [&](unsigned i) {
    return isNonNegative(leader(OpFoldResult(op->getOperand(i))), depth + 1);
  };
  if (isa<arith::AddIOp, arith::MulIOp, arith::DivSIOp, arith::DivUIOp, arith::CeilDivSIOp,
          arith::MinSIOp, arith::MaxUIOp, arith::MinUIOp, arith::RemSIOp, arith::RemUIOp>(op))
    return isOperandFine(0) && isOperandFine(1);
  if (isa<arith::MaxSIOp>(op))
    return isOperandFine(0) || isOperandFine(1);
  return false;
}

LogicalResult TensorSizes::requireNonNegative(OpFoldResult a, Operation *op, const Twine &what) {
  a = leader(a);
  if (isKernel || isNonNegative(a))
    return success();
  return requireAtMost(builder.getIndexAttr(0), a, op, what);
}

LogicalResult TensorSizes::visitBlock(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    builder.setInsertionPoint(&op);
    if (failed(visit(op)))
      return failure();
  }
  return success();
}

LogicalResult TensorSizes::visit(Operation &op) {
  if (isa<scf::ForOp, scf::WhileOp>(op))
    return visitLoop(op);
  if (isa<scf::IfOp>(op))
    return visitIf(op);
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> index = dim.getConstantIndex();
    auto type = dyn_cast<RankedTensorType>(dim.getSource().getType());
    if (index && type && *index >= 0 && *index < type.getRank()) {
      Sizes all = of(dim.getSource());
      if (!all.empty() && all[static_cast<size_t>(*index)] != OpFoldResult(dim.getResult()))
        merge(all[static_cast<size_t>(*index)], dim.getResult());
    }
    return success();
  }
  bool isConcerned =
      llvm::any_of(op.getOperandTypes(), isDynamic) || llvm::any_of(op.getResultTypes(), isDynamic);
  if (!isConcerned) {
    if (nesting == 0)
      noteScalar(op);
    return success();
  }
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return visitLinalg(linalgOp);
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return visitCast(cast);
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return visitCollapse(collapse);
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return visitExpand(expand);
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return visitExtractSlice(slice);
  if (auto slice = dyn_cast<tensor::InsertSliceOp>(op))
    return visitInsertSlice(slice);
  if (auto pad = dyn_cast<tensor::PadOp>(op))
    return visitPad(pad);
  if (auto call = dyn_cast<func::CallOp>(op))
    return visitCall(call);
  if (isa<util::OptimizationBarrierOp>(op)) {
    for (auto [result, operand] : llvm::zip_equal(op.getResults(), op.getOperands()))
      if (isDynamic(result.getType()) && failed(setLike(result, operand)))
        return failure();
    return success();
  }
  if (auto insert = dyn_cast<tensor::InsertOp>(op))
    return setLike(insert.getResult(), insert.getDest());
  if (isa<tensor::EmptyOp, tensor::GenerateOp, tensor::SplatOp>(op)) {
    auto type = cast<RankedTensorType>(op.getResult(0).getType());
    Sizes all;
    unsigned operand = isa<tensor::SplatOp>(op) ? 1 : 0; // behind the value
    for (auto [index, extent] : llvm::enumerate(type.getShape())) {
      all.push_back(ShapedType::isDynamic(extent) ? OpFoldResult(op.getOperand(operand++))
                                                  : builder.getIndexAttr(extent));
      if (failed(requireNonNegative(all.back(), &op,
                                    "dimension " + Twine(index) + " has a negative size")))
        return failure();
    }
    return set(op.getResult(0), all);
  }
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    Sizes a = of(select.getTrueValue()), b = of(select.getFalseValue());
    for (auto [index, sizeA, sizeB] : llvm::enumerate(a, b))
      if (failed(requireEqual(sizeA, sizeB, &op,
                              "dimension " + Twine(index) + " of its operands differs")))
        return failure();
    return set(select.getResult(), a);
  }
  if (isKernel || llvm::none_of(op.getResultTypes(), isDynamic))
    return success();
  return op.emitError() << "'" << op.getName() << "' has a result of the dynamic shape "
                        << op.getResult(0).getType()
                        << "; supported: static shapes for this operation";
}

LogicalResult TensorSizes::visitLinalg(linalg::LinalgOp op) {
  SmallVector<OpFoldResult> loops(op.getNumLoops());
  SmallVector<std::pair<AffineExpr, OpFoldResult>> windows;
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!type)
      continue;
    Sizes all = of(operand.get());
    if (isKernel && all.empty())
      continue;
    if (all.size() != static_cast<size_t>(type.getRank()))
      return op.emitError() << "internal: sizes of operand " << operand.getOperandNumber()
                            << " are not known";
    for (auto [index, expr] : llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults())) {
      auto loop = dyn_cast<AffineDimExpr>(expr);
      if (!loop) {
        windows.push_back({expr, all[index]});
        continue;
      }
      OpFoldResult &known = loops[loop.getPosition()];
      if (!known)
        known = all[index];
      else if (failed(requireEqual(known, all[index], op,
                                   "dimension " + Twine(index) + " of operand " +
                                       Twine(operand.getOperandNumber()) +
                                       " differs from that of another operand")))
        return failure();
    }
  }
  for (auto [expr, size] : windows) {
    if (isa<AffineConstantExpr>(expr))
      continue;
    if (!isKernel && !isMonotonic(expr))
      return op.emitError() << "'" << op->getName() << "' reads a tensor of dynamic shape at "
                            << "indices that fall; supported: ascending indices";
    if (isKernel)
      continue;
    // The highest index and one more.
    SmallVector<AffineExpr> last;
    for (unsigned i = 0; i < loops.size(); ++i)
      last.push_back(builder.getAffineDimExpr(i) - 1);
    AffineExpr needed = expr.replaceDims(last) + 1;
    for (OpFoldResult &loop : loops)
      loop = leader(loop);
    OpFoldResult reach = affine::makeComposedFoldedAffineApply(
        builder, op.getLoc(), AffineMap::get(static_cast<unsigned>(loops.size()), 0, needed),
        loops);
    if (auto value = dyn_cast_if_present<Value>(reach))
      if (auto apply = value.getDefiningOp<affine::AffineApplyOp>()) {
        auto expanded = affine::expandAffineMap(builder, op.getLoc(), apply.getAffineMap(),
                                                llvm::to_vector(apply.getMapOperands()));
        apply.erase();
        reach = expanded->front();
      }
    if (failed(requireAtMost(reach, size, op, "its window reaches beyond its input")))
      return failure();
  }
  for (OpResult result : op->getResults())
    if (failed(setLike(result, op.getDpsInitOperand(result.getResultNumber())->get())))
      return failure();
  return success();
}

LogicalResult TensorSizes::visitCast(tensor::CastOp op) {
  Sizes all = of(op.getSource());
  if (isKernel && all.empty())
    return success();
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (!type || all.size() != static_cast<size_t>(type.getRank()))
    return op.emitError("'tensor.cast' from or to an unranked type; supported: ranked tensors");
  for (auto [index, extent] : llvm::enumerate(type.getShape()))
    if (!ShapedType::isDynamic(extent) &&
        failed(requireEqual(all[index], builder.getIndexAttr(extent), op,
                            "dimension " + Twine(index) + " is not " + Twine(extent))))
      return failure();
  return set(op.getResult(), all);
}

LogicalResult TensorSizes::visitCollapse(tensor::CollapseShapeOp op) {
  Sizes source = of(op.getSrc()), all;
  if (isKernel && source.empty())
    return success();
  for (ArrayRef<int64_t> group : op.getReassociationIndices()) {
    OpFoldResult size = builder.getIndexAttr(1);
    for (int64_t dim : group)
      size = compute(Arith::Mul, size, source[static_cast<size_t>(dim)], op.getLoc());
    all.push_back(size);
  }
  return set(op.getResult(), all);
}

LogicalResult TensorSizes::visitExpand(tensor::ExpandShapeOp op) {
  Sizes source = of(op.getSrc()), all;
  for (OpFoldResult size : op.getMixedOutputShape())
    all.push_back(leader(size));
  if (isKernel)
    return set(op.getResult(), all);
  for (auto [index, group] : llvm::enumerate(op.getReassociationIndices())) {
    OpFoldResult product = builder.getIndexAttr(1);
    for (int64_t dim : group) {
      OpFoldResult size = all[static_cast<size_t>(dim)];
      if (failed(requireNonNegative(size, op, "a dimension has a negative size")))
        return failure();
      product = compute(Arith::Mul, product, size, op.getLoc());
    }
    if (failed(requireEqual(product, source[index], op,
                            "dimension " + Twine(index) + " cannot be split into these sizes")))
      return failure();
  }
  return set(op.getResult(), all);
}

/// 0 <= offset, 0 <= size, and the last element lies within.
LogicalResult TensorSizes::checkSlice(OffsetSizeAndStrideOpInterface op,
                                      ArrayRef<OpFoldResult> whole) {
  if (isKernel)
    return success();
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> offsets = op.getMixedOffsets(), extents = op.getMixedSizes(),
                            strides = op.getMixedStrides();
  for (size_t i = 0; i < whole.size(); ++i) {
    OpFoldResult one = builder.getIndexAttr(1);
    std::string which = "dimension " + std::to_string(i);
    if (failed(requireNonNegative(offsets[i], op, which + " has a negative offset")) ||
        failed(requireNonNegative(extents[i], op, which + " has a negative size")) ||
        failed(requireAtMost(one, strides[i], op, which + " has a stride below 1")))
      return failure();
    // offset + (size - 1) * stride + 1; offset + size for stride 1.
    OpFoldResult reach = leader(extents[i]);
    if (getConstantIntValue(leader(strides[i])) != 1) {
      reach = compute(Arith::Sub, reach, one, loc);
      reach = compute(Arith::Mul, reach, strides[i], loc);
      reach = compute(Arith::Add, reach, one, loc);
    }
    reach = compute(Arith::Add, offsets[i], reach, loc);
    if (failed(requireAtMost(reach, whole[i], op, which + " of the slice ends beyond the tensor")))
      return failure();
  }
  return success();
}

LogicalResult TensorSizes::visitExtractSlice(tensor::ExtractSliceOp op) {
  if (failed(checkSlice(op, of(op.getSource()))))
    return failure();
  Sizes all;
  llvm::SmallBitVector dropped = op.getDroppedDims();
  for (auto [index, size] : llvm::enumerate(op.getMixedSizes()))
    if (!dropped.test(static_cast<unsigned>(index)))
      all.push_back(leader(size));
  return set(op.getResult(), all);
}

LogicalResult TensorSizes::visitInsertSlice(tensor::InsertSliceOp op) {
  if (failed(checkSlice(op, of(op.getDest()))))
    return failure();
  if (isKernel)
    return setLike(op.getResult(), op.getDest());
  Sizes source = of(op.getSource());
  llvm::SmallBitVector dropped = op.getDroppedDims();
  size_t position = 0;
  for (auto [index, size] : llvm::enumerate(op.getMixedSizes()))
    if (!dropped.test(static_cast<unsigned>(index)) &&
        failed(requireEqual(source[position++], size, op,
                            "dimension " + Twine(index) + " of the slice is not its source's")))
      return failure();
  return setLike(op.getResult(), op.getDest());
}

LogicalResult TensorSizes::visitPad(tensor::PadOp op) {
  Sizes all = of(op.getSource());
  for (auto [index, size, low, high] :
       llvm::enumerate(all, op.getMixedLowPad(), op.getMixedHighPad())) {
    std::string which = "dimension " + std::to_string(index) + " is padded by a negative number";
    if (failed(requireNonNegative(low, op, which)) || failed(requireNonNegative(high, op, which)))
      return failure();
    size = compute(Arith::Add, compute(Arith::Add, size, low, op.getLoc()), high, op.getLoc());
  }
  for (auto [index, extent] : llvm::enumerate(op.getType().getShape()))
    if (!ShapedType::isDynamic(extent) &&
        failed(requireEqual(all[index], builder.getIndexAttr(extent), op,
                            "dimension " + Twine(index) + " is not " + Twine(extent))))
      return failure();
  return set(op.getResult(), all);
}

/// The sizes of a kernel's results are among the constants that it is given.
LogicalResult TensorSizes::visitCall(func::CallOp op) {
  auto kernel =
      SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op.getOperation(), op.getCalleeAttr());
  auto ordinals = kernel ? kernel->getAttrOfType<ArrayAttr>(program::kSizesAttrName) : ArrayAttr();
  if (!ordinals)
    return op.emitError("internal: the sizes of the kernel's results are not known");
  auto tensors = static_cast<unsigned>(
      llvm::count_if(op.getOperandTypes(), [](Type type) { return isa<TensorType>(type); }));
  for (auto [index, result] : llvm::enumerate(op.getResults())) {
    auto own =
        cast<DenseI64ArrayAttr>(ordinals[tensors + static_cast<unsigned>(index)]).asArrayRef();
    Sizes all;
    for (int64_t extent : cast<RankedTensorType>(result.getType()).getShape()) {
      if (!ShapedType::isDynamic(extent)) {
        all.push_back(builder.getIndexAttr(extent));
        continue;
      }
      all.push_back(leader(op.getOperand(tensors + static_cast<unsigned>(own.front()))));
      own = own.drop_front();
    }
    if (failed(set(result, all)))
      return failure();
  }
  return success();
}

/// What a loop hands on has the sizes that it began with.
LogicalResult TensorSizes::yieldsSizes(Operation &loop, ValueRange yielded, ValueRange carried) {
  for (auto [value, argument] : llvm::zip_equal(yielded, carried)) {
    if (isKernel || !isDynamic(argument.getType()))
      continue;
    if (of(value) != of(argument))
      return loop.emitError() << "'" << loop.getName() << "' carries a tensor of type "
                              << argument.getType()
                              << " whose sizes may change; supported: sizes that stay the same";
  }
  return success();
}

LogicalResult TensorSizes::visitLoop(Operation &op) {
  auto setAll = [&](ValueRange values, ValueRange others) {
    for (auto [value, other] : llvm::zip_equal(values, others))
      if (isDynamic(value.getType()) && failed(setLike(value, other)))
        return failure();
    return success();
  };
  ++nesting;
  auto visitBody = [&]() -> LogicalResult {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      if (failed(setAll(loop.getRegionIterArgs(), loop.getInitArgs())) ||
          failed(visitBlock(*loop.getBody())) ||
          failed(yieldsSizes(op, loop.getYieldedValues(), loop.getRegionIterArgs())))
        return failure();
      return setAll(loop.getResults(), loop.getInitArgs());
    }
    auto loop = cast<scf::WhileOp>(op);
    if (failed(setAll(loop.getBeforeArguments(), loop.getInits())) ||
        failed(visitBlock(*loop.getBeforeBody())) ||
        failed(setAll(loop.getAfterArguments(), loop.getConditionOp().getArgs())) ||
        failed(visitBlock(*loop.getAfterBody())) ||
        failed(yieldsSizes(op, loop.getYieldOp().getOperands(), loop.getBeforeArguments())))
      return failure();
    return setAll(loop.getResults(), loop.getConditionOp().getArgs());
  };
  LogicalResult result = visitBody();
  --nesting;
  return result;
}

LogicalResult TensorSizes::visitIf(Operation &op) {
  auto branch = cast<scf::IfOp>(op);
  ++nesting;
  LogicalResult visited = visitBlock(*branch.thenBlock());
  if (succeeded(visited) && branch.elseBlock())
    visited = visitBlock(*branch.elseBlock());
  --nesting;
  if (failed(visited))
    return failure();
  builder.setInsertionPoint(&op);
  for (auto [index, result] : llvm::enumerate(branch.getResults())) {
    if (!isDynamic(result.getType()))
      continue;
    Sizes a = of(branch.thenYield().getOperand(static_cast<unsigned>(index)));
    Sizes b = of(branch.elseYield().getOperand(static_cast<unsigned>(index)));
    Sizes all;
    if (isKernel && a != b)
      continue;
    for (auto [sizeA, sizeB] : llvm::zip_equal(a, b)) {
      auto isNested = [&](OpFoldResult size) {
        auto value = dyn_cast_if_present<Value>(size);
        return value && op.isAncestor(value.getParentBlock()->getParentOp());
      };
      if (isNested(sizeA) || isNested(sizeB))
        return op.emitError() << "'scf.if' has a result of type " << result.getType()
                              << " whose sizes are computed in its branches; supported: sizes "
                                 "that are known before";
      if (sizeA == sizeB)
        all.push_back(sizeA);
      else
        all.push_back(arith::SelectOp::create(builder, op.getLoc(), branch.getCondition(),
                                              materialize(sizeA, op.getLoc()),
                                              materialize(sizeB, op.getLoc()))
                          .getResult());
    }
    if (failed(set(result, all)))
      return failure();
  }
  return success();
}
