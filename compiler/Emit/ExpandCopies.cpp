// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/ExpandCopies.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace {

constexpr uint64_t kVector = 16;
constexpr uint64_t kLoopStep = 4 * kVector; ///< bytes of one iteration
constexpr uint64_t kMaxUnrolled = 2 * kLoopStep;

/// The length if vectors can copy it. Both sides may be the same memory, or none
/// of it.
std::optional<uint64_t> lengthOf(const MemCpyInst &copy) {
  auto *length = dyn_cast<ConstantInt>(copy.getLength());
  if (!length || copy.isVolatile() || length->getZExtValue() < kVector)
    return std::nullopt;
  return length->getZExtValue();
}

class Copy {
public:
  explicit Copy(MemCpyInst &copy)
      : copy(copy), vector(FixedVectorType::get(Type::getInt8Ty(copy.getContext()), kVector)),
        aliases(copy.getAAMetadata()) {}

  void expand(uint64_t length) {
    uint64_t looped = length <= kMaxUnrolled ? 0 : length - length % kLoopStep;
    if (looped != 0) {
      IRBuilder<> builder(&copy);
      auto [body, index] = SplitBlockAndInsertSimpleForLoop(
          builder.getInt32(static_cast<uint32_t>(looped / kLoopStep)), copy.getIterator());
      builder.SetInsertPoint(body);
      Value *offset = builder.CreateMul(index, builder.getInt32(kLoopStep), "", /*HasNUW=*/true);
      copyVectors(builder, offset, 0, kLoopStep);
    }
    IRBuilder<> builder(&copy);
    copyVectors(builder, nullptr, looped, length - looped);
    copy.eraseFromParent();
  }

private:
  /// `length` bytes from `base` + `offset`; the last vector may begin before what it
  /// has to copy. All are read first.
  void copyVectors(IRBuilder<> &builder, Value *base, uint64_t offset, uint64_t length) {
    SmallVector<std::pair<uint64_t, Value *>> read;
    auto write = [&] {
      for (auto [at, value] : read) {
        Value *target = addressOf(builder, copy.getDest(), base, at);
        auto *store = builder.CreateAlignedStore(
            value, target, commonAlignment(copy.getDestAlign().valueOrOne(), at));
        store->setAAMetadata(aliases);
      }
      read.clear();
    };
    for (uint64_t done = 0; done < length; done += kVector) {
      uint64_t at = offset + std::min(done, length < kVector ? 0 : length - kVector);
      if (length < kVector)
        at = offset + length - kVector; // there are as many before it
      auto *load =
          builder.CreateAlignedLoad(vector, addressOf(builder, copy.getSource(), base, at),
                                    commonAlignment(copy.getSourceAlign().valueOrOne(), at));
      load->setAAMetadata(aliases);
      read.push_back({at, load});
      if (read.size() == kLoopStep / kVector)
        write();
    }
    write();
  }

  static Value *addressOf(IRBuilder<> &builder, Value *pointer, Value *base, uint64_t offset) {
    if (base)
      pointer = builder.CreatePtrAdd(pointer, base);
    return offset == 0
               ? pointer
               : builder.CreatePtrAdd(pointer, builder.getInt32(static_cast<uint32_t>(offset)));
  }

  MemCpyInst &copy;
  Type *vector;
  AAMDNodes aliases;
};

} // namespace

PreservedAnalyses iree_compiler::ExpandCopiesPass::run(Function &function,
                                                       FunctionAnalysisManager &) {
  SmallVector<MemCpyInst *> copies;
  for (Instruction &instruction : instructions(function))
    if (auto *copy = dyn_cast<MemCpyInst>(&instruction); copy && lengthOf(*copy))
      copies.push_back(copy);
  for (MemCpyInst *copy : copies)
    Copy(*copy).expand(*lengthOf(*copy));
  return copies.empty() ? PreservedAnalyses::all() : PreservedAnalyses::none();
}
