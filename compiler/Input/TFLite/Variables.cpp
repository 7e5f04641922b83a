// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE, CALL_ONCE: variables of the model
// become those of the module.
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Input/TFLite/Operators.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// The operators that use the handle look it up.
LogicalResult importHandle(OpImporter &op) { return op.options<schema::VarHandleOptions>(); }

LogicalResult importRead(OpImporter &op) {
  auto variable = op.variable(0, op.outputType());
  if (failed(variable))
    return failure();
  return op.setResult(util::GlobalLoadOp::create(op.b, op.outputType(), /*is_immutable=*/false,
                                                 variable->getSymName()));
}

/// In a subgraph of CALL_ONCE the value is the variable's initial one.
LogicalResult importAssign(OpImporter &op) {
  auto variable = op.variable(0, op.inputType(1));
  if (failed(variable))
    return failure();
  if (!op.isInitializing()) {
    util::GlobalStoreOp::create(op.b, op.value(1), variable->getSymName());
    return success();
  }
  DenseElementsAttr value = op.constant(1);
  if (!value)
    return op.error() << "the initial value of a variable is computed by the model; supported: "
                         "constants";
  TypedAttr before = variable->getInitialValueAttr();
  if (before && before != value)
    return op.error() << "the variable gets two initial values; supported: one";
  variable->setInitialValueAttr(value);
  return success();
}

LogicalResult importCallOnce(OpImporter &op) {
  if (op.numCalled() != 1)
    return op.error() << "the operator's options are missing";
  return op.initialize(0);
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::VAR_HANDLE, 1, "-> RESOURCE", importHandle},
    {BuiltinOperator::READ_VARIABLE, 1, "RESOURCE -> U", importRead},
    {BuiltinOperator::ASSIGN_VARIABLE, 1, "RESOURCE U ->", importAssign},
    {BuiltinOperator::CALL_ONCE, 1, "->", importCallOnce},
};

} // namespace

ArrayRef<OperatorInfo> variableOperators() { return kOperators; }

} // namespace iree_compiler::tflite
