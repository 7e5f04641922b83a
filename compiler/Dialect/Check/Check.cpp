// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Dialect/Check/Check.h"

#include "mlir/IR/Builders.h"
#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;

/// [, atol 1.0e-04] [, rtol 1.0e-05]
static ParseResult parseTolerance(OpAsmParser &parser, FloatAttr &atol, FloatAttr &rtol) {
  Type f32 = parser.getBuilder().getF32Type();
  while (succeeded(parser.parseOptionalComma())) {
    bool isAbsolute = succeeded(parser.parseOptionalKeyword("atol"));
    if ((!isAbsolute && parser.parseKeyword("rtol", " or atol")) ||
        parser.parseAttribute(isAbsolute ? atol : rtol, f32))
      return failure();
  }
  return success();
}

static void printTolerance(OpAsmPrinter &printer, Operation *, FloatAttr atol, FloatAttr rtol) {
  if (atol && atol.getValueAsDouble() != 1.0e-4f) {
    printer << ", atol ";
    printer.printAttributeWithoutType(atol);
  }
  if (rtol && rtol.getValueAsDouble() != 0.0) {
    printer << ", rtol ";
    printer.printAttributeWithoutType(rtol);
  }
}

#include "compiler/Dialect/Check/CheckDialect.cpp.inc"
#define GET_OP_CLASSES
#include "compiler/Dialect/Check/CheckOps.cpp.inc"

namespace {

struct Inliner : mlir::DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(mlir::Operation *, mlir::Region *, bool, mlir::IRMapping &) const final {
    return true;
  }
};

} // namespace

void iree_compiler::check::CheckDialect::initialize() {
  addInterfaces<Inliner>();
  addOperations<
#define GET_OP_LIST
#include "compiler/Dialect/Check/CheckOps.cpp.inc"
      >();
}
