// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A microkernel applies one instruction to many elements. An elementwise
// operation of several becomes one operation for each, with buffers between
// them that have the size of the unit of work.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Program/MapOperation.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Fewer elements do not pay for the call of a microkernel.
constexpr int64_t kMinElements = 16;
/// More would be more memory than time.
constexpr int64_t kMaxElements = 4096;

/// Where a value of the body is: an operand of the operation or a buffer that
/// was made for it; or outside.
struct Home {
  Value buffer; ///< null: the value itself
  AffineMap map;
};

class Splitter {
public:
  explicit Splitter(linalg::GenericOp op)
      : op(op), builder(op), loc(op.getLoc()), body(op.getBody()) {}

  bool run() {
    if (!canSplit())
      return false;
    identity = builder.getMultiDimIdentityMap(static_cast<unsigned>(extents.size()));
    for (OpOperand &operand : op->getOpOperands())
      if (isa<MemRefType>(operand.get().getType()))
        homes[op.getMatchingBlockArgument(&operand)] = {operand.get(),
                                                        op.getMatchingIndexingMap(&operand)};
      else
        scalars.map(op.getMatchingBlockArgument(&operand), operand.get());
    for (Operation &each : body->without_terminator())
      if (!isReadAs(each) && !isStoredAs(each))
        split(each);
    for (auto [index, yielded] : llvm::enumerate(body->getTerminator()->getOperands()))
      if (!stored.contains(yielded))
        copyTo(yielded, op.getDpsInitOperand(static_cast<int64_t>(index)));
    return true;
  }

private:
  bool canSplit() {
    if (op.getNumReductionLoops() != 0 || op.hasDynamicShape() || !op.hasPureBufferSemantics())
      return false;
    int64_t elements = 1;
    for (int64_t size : op.getStaticLoopRanges()) {
      extents.push_back(size);
      elements *= size;
    }
    if (elements < kMinElements || elements > kMaxElements)
      return false;
    unsigned instructions = 0;
    for (Operation &each : body->without_terminator()) {
      // Between two instructions a value is in memory, which has no form for an index.
      bool isIndex = llvm::any_of(each.getResultTypes(), [](Type type) { return type.isIndex(); });
      if (isIndex || !MapOperation::of(each))
        return false;
      ++instructions;
    }
    // With several targets an input that is yielded may have been overwritten.
    bool yieldsInput = llvm::any_of(body->getTerminator()->getOperands(),
                                    [](Value value) { return isa<BlockArgument>(value); });
    return instructions > 1 && (op.getNumDpsInits() == 1 || !yieldsInput);
  }

  /// A conversion that loads do by themselves: its users read what it reads.
  static bool isReadAs(Operation &each) {
    std::optional<MapOperation> operation = MapOperation::of(each);
    return operation->opcode == Opcode::MOV &&
           isa<arith::ExtSIOp, arith::ExtUIOp, arith::ExtFOp>(each) &&
           isa<BlockArgument>(each.getOperand(0)) && !isYielded(each);
  }

  /// A conversion that stores do by themselves: what it reads is stored as that.
  static bool isStoredAs(Operation &each) {
    Operation *producer = each.getOperand(0).getDefiningOp();
    std::optional<MapOperation> operation = MapOperation::of(each);
    return operation->opcode == Opcode::MOV && isa<arith::TruncIOp, arith::TruncFOp>(each) &&
           producer && producer->getBlock() == each.getBlock() && each.getOperand(0).hasOneUse() &&
           !isReadAs(*producer) && !isStoredAs(*producer);
  }

  static bool isYielded(Operation &each) {
    return llvm::any_of(each.getUsers(),
                        [](Operation *user) { return user->hasTrait<OpTrait::IsTerminator>(); });
  }

  /// Where a result goes: to the target, if nothing is read after that, or into
  /// a buffer.
  Home homeFor(Value result) {
    Operation *yield = body->getTerminator();
    if (result.hasOneUse() && result.getDefiningOp()->getNextNode() == yield) {
      OpOperand &use = *result.use_begin();
      OpOperand *target = op.getDpsInitOperand(use.getOperandNumber());
      stored.insert(result);
      return {target->get(), op.getMatchingIndexingMap(target)};
    }
    auto type = MemRefType::get(extents, result.getType());
    auto free = llvm::find_if(unused, [&](Value buffer) { return buffer.getType() == type; });
    if (free != unused.end()) {
      Value buffer = *free;
      unused.erase(free);
      return {buffer, identity};
    }
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(op);
    return {memref::AllocOp::create(builder, loc, type), identity};
  }

  /// `each` as an operation of its own.
  void split(Operation &each) {
    Operation *last = &each;
    MapOperation operation = *MapOperation::of(each);
    Value result = operation.result;
    if (result.hasOneUse()) {
      Operation *user = *result.getUsers().begin();
      if (user->getBlock() == body && !user->hasTrait<OpTrait::IsTerminator>() &&
          isStoredAs(*user)) {
        last = user;
        result = user->getResult(0);
      }
    }
    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    IRMapping mapping = scalars;
    SmallVector<std::pair<Value, Operation *>> arguments; // what stands for a block argument
    for (Value source : each.getOperands()) {
      Operation *conversion = source.getDefiningOp();
      bool converts = conversion && conversion->getBlock() == body && isReadAs(*conversion);
      Value read = converts ? conversion->getOperand(0) : source;
      auto home = homes.find(read);
      if (home == homes.end() ||
          llvm::any_of(arguments, [&](auto &pair) { return pair.first == read; }))
        continue;
      inputs.push_back(home->second.buffer);
      maps.push_back(home->second.map);
      arguments.push_back({read, converts ? conversion : nullptr});
    }
    for (Value source : each.getOperands())
      release(source, each);
    Home target = homeFor(result);
    maps.push_back(target.map);
    SmallVector<utils::IteratorType> iterators(extents.size(), utils::IteratorType::parallel);
    linalg::GenericOp::create(builder, loc, inputs, ValueRange{target.buffer}, maps, iterators,
                              [&](OpBuilder &inner, Location innerLoc, ValueRange values) {
                                for (auto [pair, value] : llvm::zip(arguments, values))
                                  mapping.map(pair.first, value);
                                for (Value source : each.getOperands())
                                  if (Operation *conversion = source.getDefiningOp();
                                      conversion && conversion->getBlock() == body &&
                                      isReadAs(*conversion) && !mapping.contains(source))
                                    inner.clone(*conversion, mapping);
                                inner.clone(each, mapping);
                                if (last != &each)
                                  inner.clone(*last, mapping);
                                linalg::YieldOp::create(inner, innerLoc, mapping.lookup(result));
                              });
    homes[result] = target;
  }

  /// The buffer of a value whose last use is `user` is free for results.
  void release(Value source, Operation &user) {
    auto home = homes.find(source);
    if (isa<BlockArgument>(source) || home == homes.end() ||
        llvm::is_contained(unused, home->second.buffer))
      return;
    for (Operation *other : source.getUsers())
      if (other->hasTrait<OpTrait::IsTerminator>() || user.isBeforeInBlock(other))
        return;
    unused.push_back(home->second.buffer);
  }

  /// A value that is yielded but not computed into the target.
  void copyTo(Value yielded, OpOperand *target) {
    auto home = homes.find(yielded);
    SmallVector<Value> inputs;
    SmallVector<AffineMap> maps;
    if (home != homes.end()) {
      inputs.push_back(home->second.buffer);
      maps.push_back(home->second.map);
    }
    maps.push_back(op.getMatchingIndexingMap(target));
    SmallVector<utils::IteratorType> iterators(extents.size(), utils::IteratorType::parallel);
    linalg::GenericOp::create(builder, loc, inputs, ValueRange{target->get()}, maps, iterators,
                              [&](OpBuilder &inner, Location innerLoc, ValueRange values) {
                                linalg::YieldOp::create(
                                    inner, innerLoc,
                                    inputs.empty() ? scalars.lookupOrDefault(yielded) : values[0]);
                              });
  }

  linalg::GenericOp op;
  OpBuilder builder;
  Location loc;
  Block *body;
  SmallVector<int64_t> extents;
  AffineMap identity;
  DenseMap<Value, Home> homes;
  IRMapping scalars;         ///< values that operands of the operation are
  DenseSet<Value> stored;    ///< results that lie in their target
  SmallVector<Value> unused; ///< buffers that nobody reads any more
};

/// A store of i1 asks whether its value is 0: the lowest bit needs operations.
void expandTruncations(linalg::GenericOp op) {
  SmallVector<arith::TruncIOp> truncations;
  for (auto truncation : op.getBody()->getOps<arith::TruncIOp>())
    if (truncation.getType().isInteger(1))
      truncations.push_back(truncation);
  for (arith::TruncIOp truncation : truncations) {
    OpBuilder outside(op), inside(truncation);
    Location loc = truncation.getLoc();
    Type type = truncation.getIn().getType();
    Value one = arith::ConstantIntOp::create(outside, loc, type, 1);
    Value zero = arith::ConstantIntOp::create(outside, loc, type, 0);
    Value bit = arith::AndIOp::create(inside, loc, truncation.getIn(), one);
    truncation.replaceAllUsesWith(
        arith::CmpIOp::create(inside, loc, arith::CmpIPredicate::ne, bit, zero).getResult());
    truncation.erase();
  }
}

struct SplitElementwise : PassWrapper<SplitElementwise, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SplitElementwise)
  StringRef getArgument() const override { return "iree-split-elementwise"; }
  StringRef getDescription() const override {
    return "Split elementwise operations into one for each instruction";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<linalg::LinalgDialect, memref::MemRefDialect>();
  }

  void runOnOperation() override {
    if (program::constantCount(getOperation()) != 0)
      return; // shapes are dynamic: there will be no microkernels
    SmallVector<linalg::GenericOp> ops;
    getOperation().walk([&](linalg::GenericOp op) { ops.push_back(op); });
    for (linalg::GenericOp op : ops)
      expandTruncations(op);
    for (linalg::GenericOp op : ops)
      if (Splitter(op).run())
        op.erase();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createSplitElementwisePass() {
  return std::make_unique<SplitElementwise>();
}
