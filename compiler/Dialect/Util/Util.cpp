// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Util/Util.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace iree_compiler;

/// private, public or nested before the symbol.
static ParseResult parseVisibility(OpAsmParser &parser, StringAttr &visibility) {
  StringRef keyword;
  if (succeeded(parser.parseOptionalKeyword(&keyword, {"public", "private", "nested"})))
    visibility = parser.getBuilder().getStringAttr(keyword);
  return success();
}

static void printVisibility(OpAsmPrinter &printer, Operation *, StringAttr visibility) {
  if (visibility)
    printer << visibility.getValue();
}

/// `: type`, `= value`, or `: type = value`.
static ParseResult parseTypeOrValue(OpAsmParser &parser, TypeAttr &type, TypedAttr &value) {
  if (succeeded(parser.parseOptionalColon())) {
    Type parsed;
    if (parser.parseType(parsed))
      return failure();
    type = TypeAttr::get(parsed);
    if (failed(parser.parseOptionalEqual()))
      return success();
  } else if (parser.parseEqual()) {
    return failure();
  }
  if (parser.parseAttribute(value))
    return failure();
  if (!type)
    type = TypeAttr::get(value.getType());
  return success();
}

static void printTypeOrValue(OpAsmPrinter &printer, Operation *, TypeAttr type, TypedAttr value) {
  if (!value || value.getType() != type.getValue())
    printer << ": " << type.getValue();
  if (value)
    printer << (value.getType() != type.getValue() ? " = " : "= ") << value;
}

/// One list for the types of operands and results.
static ParseResult parseSameTypes(OpAsmParser &parser, SmallVectorImpl<Type> &operands,
                                  SmallVectorImpl<Type> &results) {
  if (parser.parseTypeList(operands))
    return failure();
  results.assign(operands.begin(), operands.end());
  return success();
}

static void printSameTypes(OpAsmPrinter &printer, Operation *, TypeRange operands, TypeRange) {
  llvm::interleaveComma(operands, printer);
}

#include "compiler/Dialect/Util/UtilDialect.cpp.inc"
#include "compiler/Dialect/Util/UtilEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/Dialect/Util/UtilAttributes.cpp.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Util/UtilOps.cpp.inc"

namespace {

/// Functions with these operations can be inlined.
struct UtilInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final { return true; }
};

} // namespace

void util::UtilDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "compiler/Dialect/Util/UtilAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/Dialect/Util/UtilOps.cpp.inc"
      >();
  addInterfaces<UtilInlinerInterface>();
}

Attribute util::UninitializedAttr::parse(AsmParser &parser, Type type) {
  if (!type) {
    parser.emitError(parser.getNameLoc(), "expected ': type' after '#util.uninitialized'");
    return {};
  }
  return get(parser.getContext(), type);
}

void util::UninitializedAttr::print(AsmPrinter &) const {} // the type follows by itself

LogicalResult util::GlobalOp::verify() {
  if (auto value = getInitialValueAttr(); value && value.getType() != getType())
    return emitOpError() << "'@" << getSymName() << "' of type " << getType()
                         << " has an initial value of type " << value.getType();
  return success();
}

/// The global that `op` names, whose type is that of the value.
static FailureOr<util::GlobalOp> lookUpGlobal(Operation *op, FlatSymbolRefAttr name, Type type,
                                              SymbolTableCollection &tables) {
  auto global = tables.lookupNearestSymbolFrom<util::GlobalOp>(op, name);
  if (!global)
    return op->emitOpError() << "global '" << name << "' does not exist";
  if (global.getType() != type)
    return op->emitOpError() << "has the type " << type << ", global '" << name << "' has "
                             << global.getType();
  return global;
}

LogicalResult util::GlobalLoadOp::verifySymbolUses(SymbolTableCollection &tables) {
  FailureOr<GlobalOp> global = lookUpGlobal(*this, getGlobalAttr(), getResult().getType(), tables);
  if (failed(global))
    return failure();
  if (getIsImmutable() && global->getIsMutable())
    return emitOpError() << "global '" << getGlobalAttr() << "' is mutable";
  return success();
}

void util::GlobalLoadOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>> &effects) {
  if (!getIsImmutable())
    effects.emplace_back(MemoryEffects::Read::get());
}

LogicalResult util::GlobalStoreOp::verifySymbolUses(SymbolTableCollection &tables) {
  FailureOr<GlobalOp> global = lookUpGlobal(*this, getGlobalAttr(), getValue().getType(), tables);
  if (failed(global))
    return failure();
  if (!global->getIsMutable())
    return emitOpError() << "global '" << getGlobalAttr() << "' is not mutable";
  return success();
}

LogicalResult util::OptimizationBarrierOp::verify() {
  if (getOperands().getTypes() != getResults().getTypes())
    return emitOpError("has results of other types than its operands");
  return success();
}
