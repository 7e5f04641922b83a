// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which bindings of a kernel are aligned wherever it is called: those that lie in
// the arena, in the constants or in the state, whose places keep the target's
// alignment. Memory of callers is aligned to elements only. MVE reaches further
// from one address if vectors of bytes are aligned to words; other targets are
// not told.
#include "compiler/Dialect/Program/Program.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Target/Target.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

struct NoteAlignedBindings : PassWrapper<NoteAlignedBindings, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(NoteAlignedBindings)
  StringRef getArgument() const override { return "iree-note-aligned-bindings"; }
  StringRef getDescription() const override {
    return "Note the bindings that are aligned at every call of a kernel";
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    Target target = Target::of(module);
    if (target.shapes.style != ContractionStyle::DotReduction)
      return;
    alignment = target.bufferAlignment();
    // By kernel: whether each binding is aligned at all calls so far.
    llvm::MapVector<Operation *, SmallVector<bool>> aligned;
    module.walk([&](program::DispatchOp dispatch) {
      Operation *kernel = module.lookupSymbol(dispatch.getKernel());
      if (!kernel)
        return;
      SmallVector<bool> here;
      for (ArrayAttr places : {dispatch.getReads(), dispatch.getWrites()})
        for (auto place : places.getAsRange<program::PlaceAttr>())
          here.push_back(isAligned(place));
      auto [entry, isFirst] = aligned.try_emplace(kernel, here);
      for (size_t i = 0; !isFirst && i < here.size(); ++i)
        entry->second[i] = entry->second[i] && here[i];
    });
    Builder builder(module.getContext());
    for (auto &[kernel, bindings] : aligned) {
      SmallVector<int64_t> ordinals;
      for (auto [ordinal, isKept] : llvm::enumerate(bindings))
        if (isKept)
          ordinals.push_back(static_cast<int64_t>(ordinal));
      kernel->setAttr(program::kAlignedAttrName, builder.getDenseI64ArrayAttr(ordinals));
    }
  }

private:
  bool isAligned(program::PlaceAttr place) const {
    switch (place.getSpace()) {
    case program::Space::Arena:
    case program::Space::Constant:
    case program::Space::State:
      return !program::isComputed(place) && place.getOffset() % alignment == 0;
    case program::Space::Argument:
    case program::Space::Result:
    case program::Space::Binding:
      return false;
    }
    return false;
  }

  uint64_t alignment = 1; ///< of places, bytes
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createNoteAlignedBindingsPass() {
  return std::make_unique<NoteAlignedBindings>();
}
