// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/Graph.h"

#include "compiler/Input/TFLite/Operators.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// Subgraphs that call each other can grow exponentially.
constexpr size_t kMaxCalls = 1000;

/// Why an operator cannot be imported; empty if it can.
std::string whyUnsupported(const Subgraph &subgraph, const Operator &op) {
  const OperatorInfo *info = findOperator(op.code);
  if (!info || op.code == BuiltinOperator::CUSTOM)
    return "is not supported";
  if (op.version > info->maxVersion)
    return ("is not supported in this version; supported: up to " + Twine(info->maxVersion)).str();
  if (!matchesTypes(subgraph, op, info->types))
    return ("is not supported for these types; supported: " + info->types).str();
  return "";
}

/// The subgraphs of entry points and those that they call, each once.
std::vector<uint32_t> reachableSubgraphs(const Model &model) {
  std::vector<uint32_t> reachable;
  std::vector<bool> seen(model.subgraphs.size(), false);
  auto reach = [&](uint32_t index) {
    if (!seen[index])
      reachable.push_back(index);
    seen[index] = true;
  };
  for (const EntryPoint &entry : model.entryPoints)
    reach(entry.subgraph);
  for (size_t i = 0; i < reachable.size(); ++i)
    for (const Operator &op : model.subgraphs[reachable[i]].operators)
      for (uint32_t called : op.called)
        reach(called);
  return reachable;
}

/// What is left to check once the types are known to be supported.
LogicalResult checkTensors(Location loc, const Subgraph &subgraph, const Operator &op) {
  for (int32_t index : llvm::concat<const int32_t>(op.inputs, op.outputs)) {
    if (index < 0)
      continue;
    const Tensor &tensor = subgraph.tensors[static_cast<size_t>(index)];
    // A list of dimensions or axes may be empty.
    bool isList = tensor.isConstant && tensor.type == TensorType::INT32 && tensor.shape.size() == 1;
    if (tensor.elements() == 0 && !isList)
      return emitError(loc) << "tensor '" << tensor.name
                            << "' has no elements; supported: at least one";
  }
  return success();
}

} // namespace

Locations::Locations(MLIRContext *mlirContext, StringRef filePath)
    : context(mlirContext), path(StringAttr::get(mlirContext, filePath)) {}

Location Locations::named(StringRef name, size_t line) const {
  return NameLoc::get(StringAttr::get(context, name),
                      FileLineColLoc::get(path, static_cast<unsigned>(line), 0));
}

Location Locations::of(const Subgraph &subgraph, size_t operatorIndex) const {
  return named(describe(subgraph, operatorIndex), operatorIndex + 1);
}

LogicalResult checkOperators(const Locations &locations, const Model &model) {
  std::optional<InFlightDiagnostic> error;
  for (uint32_t reachable : reachableSubgraphs(model)) {
    const Subgraph &subgraph = model.subgraphs[reachable];
    for (auto [index, op] : llvm::enumerate(subgraph.operators)) {
      std::string reason = whyUnsupported(subgraph, op);
      if (reason.empty())
        continue;
      std::string text = operatorName(op) + " version " + std::to_string(op.version) + ", " +
                         describeTypes(subgraph, op) + ", " + reason;
      Location loc = locations.of(subgraph, index);
      if (!error)
        error.emplace(emitError(loc) << text);
      else
        error->attachNote(loc) << text;
    }
  }
  return failure(error.has_value());
}

LogicalResult GraphImporter::import(ImplicitLocOpBuilder &b, const Subgraph &subgraph,
                                    TensorValues &values) {
  for (auto [index, op] : llvm::enumerate(subgraph.operators)) {
    ImplicitLocOpBuilder builder(locations.of(subgraph, index), b);
    if (failed(checkTensors(builder.getLoc(), subgraph, op)))
      return failure();
    OpImporter importer(*this, subgraph, op, builder, rounding, values);
    if (failed(findOperator(op.code)->import(importer)))
      return failure();
  }
  return success();
}

FailureOr<SmallVector<Value>> GraphImporter::call(ImplicitLocOpBuilder &b, uint32_t index,
                                                  ValueRange inputs) {
  const Subgraph &subgraph = model.subgraphs[index];
  if (++calls > kMaxCalls)
    return emitError(b.getLoc()) << "the model calls subgraphs in more than " << kMaxCalls
                                 << " places, those of called ones included";
  for (const Tensor &tensor : subgraph.tensors)
    if (tensor.isVariable)
      return emitError(b.getLoc())
             << "tensor '" << tensor.name << "' of the called subgraph '" << subgraph.name
             << "' keeps its value between invocations; supported in subgraphs of entry points";
  TensorValues values(subgraph);
  for (auto [tensor, value] : llvm::zip_equal(subgraph.inputs, inputs))
    values.set(tensor, value);
  if (failed(import(b, subgraph, values)))
    return failure();
  return llvm::map_to_vector(subgraph.outputs,
                             [&](int32_t tensor) { return values.get(b, tensor); });
}

FailureOr<util::GlobalOp> GraphImporter::variable(Location loc,
                                                  const schema::VarHandleOptions &handle,
                                                  RankedTensorType type) {
  auto text = [](const flatbuffers::String *string) { return string ? string->str() : ""; };
  // So that it is no entry point's name.
  std::string name = "variable/" + text(handle.container()) + "/" + text(handle.shared_name());
  if (auto found = module.lookupSymbol<util::GlobalOp>(name)) {
    if (found.getType() != type)
      return emitError(loc) << "the variable '" << text(handle.shared_name()) << "' holds " << type
                            << " here, " << found.getType() << " elsewhere; supported: one type";
    return found;
  }
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto global =
      util::GlobalOp::create(builder, loc, builder.getStringAttr("private"), /*is_mutable=*/true,
                             builder.getStringAttr(name), type, TypedAttr());
  return global;
}

LogicalResult GraphImporter::initialize(ImplicitLocOpBuilder &b, uint32_t index) {
  const Subgraph &subgraph = model.subgraphs[index];
  if (initializing)
    return emitError(b.getLoc()) << "CALL_ONCE in a subgraph that CALL_ONCE calls; supported: one";
  if (!subgraph.inputs.empty() || !subgraph.outputs.empty())
    return emitError(b.getLoc()) << "subgraph '" << subgraph.name << "' has "
                                 << subgraph.inputs.size() << " inputs and "
                                 << subgraph.outputs.size() << " outputs; supported: none";
  for (const Operator &op : subgraph.operators)
    if (!op.called.empty())
      return emitError(b.getLoc())
             << "subgraph '" << subgraph.name << "', which runs once, contains " << operatorName(op)
             << "; supported: operators that call nothing";
  initializing = true;
  auto results = call(b, index, {});
  initializing = false;
  return failure(failed(results));
}

} // namespace iree_compiler::tflite
