// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/Import.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Dialect/Util/Util.h"
#include "compiler/Input/TFLite/Builders.h"
#include "compiler/Input/TFLite/Graph.h"
#include "compiler/Input/TFLite/Operators.h"
#include "compiler/Locations.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

/// Name and quantization of an argument or a result, for the module file.
DictionaryAttr describeValue(Builder &builder, StringRef name, const Tensor &tensor) {
  NamedAttrList attributes;
  attributes.append(program::kNameAttrName, builder.getStringAttr(name));
  const Quantization &quantization = tensor.quantization;
  if (!quantization.scales.empty()) {
    SmallVector<int32_t> zeroPoints(quantization.zeroPoints.begin(), quantization.zeroPoints.end());
    attributes.append(
        program::kQuantizationAttrName,
        program::QuantizationAttr::get(builder.getContext(), quantization.axis,
                                       builder.getDenseF32ArrayAttr(quantization.scales),
                                       builder.getDenseI32ArrayAttr(zeroPoints)));
  }
  return attributes.getDictionary(builder.getContext());
}

/// The type that a caller sees: bytes are unsigned there.
Type interfaceType(MLIRContext *context, const Tensor &tensor) {
  RankedTensorType type = irType(context, tensor);
  if (tensor.type != TensorType::UINT8)
    return type;
  return type.clone(IntegerType::get(context, 8, IntegerType::Unsigned));
}

/// Imports one entry point.
class FunctionImporter {
public:
  FunctionImporter(GraphImporter &graphImporter, const EntryPoint &entryPoint, ModuleOp target,
                   const Locations &locations, bool dumpTensors)
      : graph(graphImporter), entry(entryPoint),
        subgraph(graphImporter.subgraphAt(entryPoint.subgraph)), context(target.getContext()),
        b(locations.named(entryPoint.name), target.getBodyRegion()), values(subgraph),
        arguments(subgraph.inputs), results(subgraph.outputs), argumentNames(entry.argumentNames),
        resultNames(entry.resultNames) {
    // The caller keeps variables between invocations.
    for (auto [index, tensor] : llvm::enumerate(subgraph.tensors))
      if (tensor.isVariable) {
        arguments.push_back(static_cast<int32_t>(index));
        argumentNames.push_back(tensor.name);
        results.push_back(static_cast<int32_t>(index));
        resultNames.push_back(tensor.name);
      }
    if (!dumpTensors)
      return;
    for (const Operator &op : subgraph.operators)
      for (int32_t tensor : op.outputs) {
        results.push_back(tensor);
        resultNames.push_back(subgraph.tensors[static_cast<size_t>(tensor)].name);
      }
  }

  LogicalResult run() {
    createFunction();
    if (failed(graph.import(b, subgraph, values)))
      return failure();
    SmallVector<Value> returned;
    for (int32_t tensor : results)
      returned.push_back(flipUnsigned(values.get(b, tensor), tensor));
    func::ReturnOp::create(b, returned);
    return success();
  }

private:
  const Tensor &tensorAt(int32_t index) const {
    return subgraph.tensors[static_cast<size_t>(index)];
  }

  void createFunction() {
    SmallVector<Type> argumentTypes, resultTypes, sourceArguments, sourceResults;
    SmallVector<Attribute> argumentAttributes, resultAttributes;
    auto describeAll = [&](ArrayRef<int32_t> tensors, ArrayRef<std::string> names,
                           SmallVector<Type> &types, SmallVector<Type> &sourceTypes,
                           SmallVector<Attribute> &attributes) {
      for (auto [tensor, name] : llvm::zip_equal(tensors, names)) {
        types.push_back(irType(context, tensorAt(tensor)));
        sourceTypes.push_back(interfaceType(context, tensorAt(tensor)));
        attributes.push_back(describeValue(b, name, tensorAt(tensor)));
      }
    };
    describeAll(arguments, argumentNames, argumentTypes, sourceArguments, argumentAttributes);
    describeAll(results, resultNames, resultTypes, sourceResults, resultAttributes);
    auto func = func::FuncOp::create(b, entry.name, b.getFunctionType(argumentTypes, resultTypes));
    func.setArgAttrsAttr(b.getArrayAttr(argumentAttributes));
    func.setResAttrsAttr(b.getArrayAttr(resultAttributes));
    func->setAttr(program::kFunctionTypeAttrName,
                  TypeAttr::get(b.getFunctionType(sourceArguments, sourceResults)));
    b.setInsertionPointToStart(func.addEntryBlock());
    for (auto [tensor, argument] : llvm::zip_equal(arguments, func.getArguments()))
      values.set(tensor, flipUnsigned(argument, tensor));
  }

  /// Between unsigned bytes, as callers have them, and signed ones less 128.
  Value flipUnsigned(Value value, int32_t tensor) {
    if (tensorAt(tensor).type != TensorType::UINT8)
      return value;
    return elementwise(b, value, cast<RankedTensorType>(value.getType()),
                       [](ImplicitLocOpBuilder &body, ValueRange arguments) -> Value {
                         Value bit = constantScalar(body, body.getI8Type(), -128);
                         return arith::XOrIOp::create(body, arguments[0], bit);
                       });
  }

  GraphImporter &graph;
  const EntryPoint &entry;
  const Subgraph &subgraph;
  MLIRContext *context;
  ImplicitLocOpBuilder b;
  TensorValues values;
  std::vector<int32_t> arguments, results;
  std::vector<std::string> argumentNames, resultNames;
};

} // namespace

OwningOpRef<ModuleOp> importModel(StringRef file, StringRef path, MLIRContext &context,
                                  const ImportOptions &options) {
  context.loadDialect<arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect,
                      math::MathDialect, program::ProgramDialect, scf::SCFDialect,
                      tensor::TensorDialect, tosa::TosaDialect, util::UtilDialect>();
  Model model;
  std::string error;
  if (!readModel(file, model, error)) {
    emitError(UnknownLoc::get(&context)) << error;
    return {};
  }
  Locations locations(&context, path);
  if (failed(checkOperators(locations, model)))
    return {};
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  GraphImporter graph(model, locations,
                      options.singleRounding ? tosa::RoundingMode::SINGLE_ROUND
                                             : tosa::RoundingMode::DOUBLE_ROUND,
                      *module);
  for (const EntryPoint &entry : model.entryPoints)
    if (failed(FunctionImporter(graph, entry, *module, locations, options.dumpTensors).run()))
      return {};
  return module;
}

bool isModel(StringRef file, StringRef path) {
  return hasIdentifier(file) || path.ends_with(".tflite");
}

void printDiagnostic(raw_ostream &stream, StringRef path, const Diagnostic &diagnostic) {
  stream << path << ": ";
  if (!isa<UnknownLoc>(diagnostic.getLocation()))
    stream << describeLocation(diagnostic.getLocation()) << ": ";
  switch (diagnostic.getSeverity()) {
  case DiagnosticSeverity::Error:
    stream << "error: ";
    break;
  case DiagnosticSeverity::Warning:
    stream << "warning: ";
    break;
  default:
    stream << "note: ";
  }
  stream << diagnostic << "\n";
  for (const Diagnostic &note : diagnostic.getNotes())
    printDiagnostic(stream, path, note);
}

void printSupportedOperators(raw_ostream &stream) {
  stream << "| operator | versions | operands and results |\n|---|---|---|\n";
  for (const OperatorInfo &info : supportedOperators()) {
    stream << "| `" << schema::EnumNameBuiltinOperator(info.code) << "` | 1";
    if (info.maxVersion > 1)
      stream << " to " << info.maxVersion;
    stream << " | ";
    SmallVector<StringRef> alternatives;
    info.types.split(alternatives, '|');
    llvm::interleave(
        alternatives, [&](StringRef each) { stream << "`" << each.trim() << "`"; },
        [&] { stream << "<br>"; });
    stream << " |\n";
  }
}

} // namespace iree_compiler::tflite
