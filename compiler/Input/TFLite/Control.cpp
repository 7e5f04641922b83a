// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// IF, WHILE: what they call becomes part of the caller.
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Operands.h"
#include "compiler/Input/TFLite/Operators.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

using Tensors = SmallVector<const Tensor *>;

Tensors tensorsOf(const Subgraph &subgraph, ArrayRef<int32_t> indices) {
  return llvm::map_to_vector(
      indices, [&](int32_t index) { return &subgraph.tensors[static_cast<size_t>(index)]; });
}

Tensors inputsOf(OpImporter &op, unsigned first) {
  return llvm::map_to_vector(llvm::seq(first, op.numInputs()),
                             [&](unsigned i) { return &op.input(i); });
}

Tensors outputsOf(OpImporter &op) {
  return llvm::map_to_vector(llvm::seq(0u, op.numOutputs()),
                             [&](unsigned i) { return &op.output(i); });
}

std::string describe(ArrayRef<const Tensor *> tensors) {
  std::string text;
  for (const Tensor *tensor : tensors) {
    text += text.empty() ? "" : ", ";
    for (int64_t extent : tensor->shape)
      text += std::to_string(extent) + "x";
    text += typeName(tensor->type);
  }
  return "(" + text + ")";
}

/// A subgraph's inputs or outputs have to fit the operator's tensors.
LogicalResult checkTensors(OpImporter &op, const Subgraph &called, StringRef what,
                           ArrayRef<const Tensor *> actual, ArrayRef<const Tensor *> expected) {
  bool fits = actual.size() == expected.size();
  for (size_t i = 0; fits && i < actual.size(); ++i)
    fits = actual[i]->type == expected[i]->type && actual[i]->shape == expected[i]->shape;
  if (fits)
    return success();
  return op.error() << "subgraph '" << called.name << "' has the " << what << " "
                    << describe(actual) << ", the operator has " << describe(expected);
}

LogicalResult checkCalled(OpImporter &op, unsigned i, ArrayRef<const Tensor *> inputs,
                          ArrayRef<const Tensor *> outputs) {
  const Subgraph &called = op.called(i);
  if (failed(checkTensors(op, called, "inputs", tensorsOf(called, called.inputs), inputs)))
    return failure();
  return checkTensors(op, called, "outputs", tensorsOf(called, called.outputs), outputs);
}

SmallVector<Value> valuesFrom(OpImporter &op, unsigned first) {
  SmallVector<Value> values;
  for (unsigned i = first; i < op.numInputs(); ++i)
    values.push_back(op.value(i));
  return values;
}

LogicalResult setResults(OpImporter &op, ValueRange results) {
  for (auto [i, result] : llvm::enumerate(results))
    if (failed(op.setResult(result, static_cast<unsigned>(i))))
      return failure();
  return success();
}

/// IF and WHILE name two subgraphs each.
LogicalResult checkOptions(OpImporter &op) {
  return op.numCalled() == 2 ? success() : op.error() << "the operator's options are missing";
}

LogicalResult importIf(OpImporter &op) {
  if (failed(checkOptions(op)))
    return failure();
  Tensors inputs = inputsOf(op, 1), outputs = outputsOf(op);
  for (unsigned i : {0u, 1u})
    if (failed(checkCalled(op, i, inputs, outputs)))
      return failure();
  FailureOr<Value> condition = readScalar(op, 0, "the condition");
  if (failed(condition))
    return failure();
  SmallVector<Value> arguments = valuesFrom(op, 1);
  SmallVector<Type> types;
  for (unsigned i = 0; i < op.numOutputs(); ++i)
    types.push_back(op.outputType(i));
  auto branch = scf::IfOp::create(op.b, types, *condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(op.b);
  for (unsigned i : {0u, 1u}) {
    op.b.setInsertionPointToStart(i == 0 ? branch.thenBlock() : branch.elseBlock());
    auto results = op.call(i, arguments);
    if (failed(results))
      return failure();
    scf::YieldOp::create(op.b, *results);
  }
  return setResults(op, branch.getResults());
}

LogicalResult importWhile(OpImporter &op) {
  if (failed(checkOptions(op)))
    return failure();
  Tensors carried = inputsOf(op, 0), outputs = outputsOf(op);
  Tensor flag;
  flag.type = TensorType::BOOL;
  const Subgraph &condition = op.called(0);
  if (condition.outputs.size() == 1)
    flag.shape = tensorsOf(condition, condition.outputs).front()->shape;
  if (flag.elements() != 1)
    return op.error() << "subgraph '" << condition.name << "' returns " << flag.elements()
                      << " elements; supported: one condition";
  if (failed(checkCalled(op, 0, carried, {&flag})) ||
      failed(checkCalled(op, 1, carried, outputs)) ||
      failed(checkTensors(op, op.called(1), "outputs", outputs, carried)))
    return failure();
  SmallVector<Value> initials = valuesFrom(op, 0);
  auto types = llvm::map_to_vector(initials, [](Value value) { return value.getType(); });
  SmallVector<Location> locations(types.size(), op.b.getLoc());
  auto loop = scf::WhileOp::create(op.b, types, initials);
  OpBuilder::InsertionGuard guard(op.b);
  Block *before = op.b.createBlock(&loop.getBefore(), {}, types, locations);
  auto flags = op.call(0, before->getArguments());
  if (failed(flags))
    return failure();
  Value goesOn = tensor::ExtractOp::create(op.b, reshape(op.b, flags->front(), {}), ValueRange{});
  scf::ConditionOp::create(op.b, goesOn, before->getArguments());
  Block *after = op.b.createBlock(&loop.getAfter(), {}, types, locations);
  auto next = op.call(1, after->getArguments());
  if (failed(next))
    return failure();
  scf::YieldOp::create(op.b, *next);
  return setResults(op, loop.getResults());
}

constexpr OperatorInfo kOperators[] = {
    {BuiltinOperator::IF, 1, "bool U... -> U...", importIf},
    {BuiltinOperator::WHILE, 1, "U... -> U...", importWhile},
};

} // namespace

ArrayRef<OperatorInfo> controlOperators() { return kOperators; }

} // namespace iree_compiler::tflite
