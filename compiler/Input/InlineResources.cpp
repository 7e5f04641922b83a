// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exporters put weights into resources, blobs beside the IR. Folding, packing
// and writing constants work on elements, which a resource does not offer.
#include "compiler/Input/Passes.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;

namespace {

/// The same elements, held by the attribute. On failure reports at `op`.
FailureOr<DenseElementsAttr> inlined(DenseResourceElementsAttr attribute, Operation *op) {
  StringRef name = attribute.getRawHandle().getKey();
  AsmResourceBlob *blob = attribute.getRawHandle().getBlob();
  if (!blob)
    return op->emitError() << "resource '" << name << "' has no data; write it into the module's "
                           << "dialect_resources, or use a dense constant";
  bool isSplat = false;
  if (!DenseElementsAttr::isValidRawBuffer(attribute.getType(), blob->getData(), isSplat))
    return op->emitError() << "resource '" << name << "' has " << blob->getData().size()
                           << " bytes, which is not what " << attribute.getType() << " takes";
  return DenseElementsAttr::getFromRawBuffer(attribute.getType(), blob->getData());
}

struct InlineResources : PassWrapper<InlineResources, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(InlineResources)
  StringRef getArgument() const override { return "iree-inline-resources"; }
  StringRef getDescription() const override {
    return "Let constants hold the data that lies in resources";
  }

  void runOnOperation() override {
    bool isBroken = false;
    getOperation()->walk([&](Operation *op) {
      AttrTypeReplacer replacer;
      replacer.addReplacement([&](DenseResourceElementsAttr attribute) -> std::optional<Attribute> {
        FailureOr<DenseElementsAttr> dense = inlined(attribute, op);
        isBroken |= failed(dense);
        return failed(dense) ? Attribute(attribute) : Attribute(*dense);
      });
      replacer.replaceElementsIn(op);
    });
    if (isBroken)
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createInlineResourcesPass() {
  return std::make_unique<InlineResources>();
}
