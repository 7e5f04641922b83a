// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/Operators.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

using namespace mlir;

namespace iree_compiler::tflite {

namespace {

using Family = ArrayRef<OperatorInfo> (*)();

constexpr Family kFamilies[] = {
    activationOperators, arithmeticOperators,  axisOperators,       batchMatMulOperators,
    binaryOperators,     blockOperators,       castOperators,       comparisonOperators,
    controlOperators,    convolutionOperators, divisionOperators,   fullyConnectedOperators,
    gatherOperators,     inverseRootOperators, logSoftmaxOperators, lstmOperators,
    poolingOperators,    quantizeOperators,    reductionOperators,  repeatOperators,
    resizeOperators,     shapeOperators,       sliceOperators,      slopeOperators,
    smoothUnitOperators, softmaxOperators,     svdfOperators,       transposeConvolutionOperators,
    unaryOperators,      variableOperators,
};

std::vector<OperatorInfo> collect() {
  std::vector<OperatorInfo> all;
  for (Family family : kFamilies)
    all.insert(all.end(), family().begin(), family().end());
  llvm::sort(all, [](const OperatorInfo &a, const OperatorInfo &b) {
    return StringRef(schema::EnumNameBuiltinOperator(a.code)) <
           StringRef(schema::EnumNameBuiltinOperator(b.code));
  });
  return all;
}

/// What `T` and `U` stand for.
constexpr StringLiteral kAnyType[] = {"f32", "i8", "u8", "i16", "i32", "i64", "bool"};

/// Matches tensors against a list such as "i8 T i32?" or "i8...", with `type`
/// for T.
bool matchesList(const Subgraph &subgraph, ArrayRef<int32_t> tensors, StringRef list,
                 StringRef type) {
  SmallVector<StringRef> patterns;
  list.split(patterns, ' ', -1, /*KeepEmpty=*/false);
  bool repeats = !patterns.empty() && patterns.back().consume_back("...");
  size_t count = repeats ? std::max(tensors.size(), patterns.size()) : patterns.size();
  if (tensors.size() > count)
    return false;
  for (size_t i = 0; i < count; ++i) {
    StringRef pattern = patterns[std::min(i, patterns.size() - 1)];
    bool optional = pattern.consume_back("?") || pattern == "-";
    if (i >= tensors.size() || tensors[i] < 0) {
      if (!optional)
        return false;
      continue;
    }
    std::string actual = typeName(subgraph.tensors[static_cast<size_t>(tensors[i])].type);
    if (pattern == "U" ? !llvm::is_contained(kAnyType, actual)
                       : actual != (pattern == "T" ? type : pattern))
      return false;
  }
  return true;
}

std::string describeList(const Subgraph &subgraph, ArrayRef<int32_t> tensors) {
  std::string text;
  for (int32_t tensor : tensors)
    text += (text.empty() ? "" : ", ") +
            (tensor < 0 ? "-" : typeName(subgraph.tensors[static_cast<size_t>(tensor)].type));
  return text;
}

} // namespace

ArrayRef<OperatorInfo> supportedOperators() {
  static const std::vector<OperatorInfo> operators = collect();
  return operators;
}

const OperatorInfo *findOperator(BuiltinOperator code) {
  ArrayRef<OperatorInfo> operators = supportedOperators();
  const auto *found =
      llvm::find_if(operators, [&](const OperatorInfo &info) { return info.code == code; });
  return found == operators.end() ? nullptr : found;
}

bool matchesTypes(const Subgraph &subgraph, const Operator &op, StringRef types) {
  SmallVector<StringRef> alternatives;
  types.split(alternatives, '|');
  return llvm::any_of(alternatives, [&](StringRef alternative) {
    StringRef operands, results;
    std::tie(operands, results) = alternative.split("->");
    return llvm::any_of(kAnyType, [&](StringRef type) {
      return matchesList(subgraph, op.inputs, operands, type) &&
             matchesList(subgraph, op.outputs, results, type);
    });
  });
}

std::string describeTypes(const Subgraph &subgraph, const Operator &op) {
  return "(" + describeList(subgraph, op.inputs) + ") -> " + describeList(subgraph, op.outputs);
}

} // namespace iree_compiler::tflite
