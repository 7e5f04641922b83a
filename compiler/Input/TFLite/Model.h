// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A .tflite file as plain, checked data. Knows nothing of IR.
#ifndef IREE_COMPILER_INPUT_TFLITE_MODEL_H_
#define IREE_COMPILER_INPUT_TFLITE_MODEL_H_

#include "compiler/Input/TFLite/tflite_generated.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace iree_compiler::tflite {

using schema::BuiltinOperator;
using schema::TensorType;

/// Of a tensor.
inline constexpr int64_t kMaxElements = INT32_MAX;

/// real = scale * (stored - zeroPoint); one of each for the whole tensor, or
/// one for each element of dimension `axis`.
struct Quantization {
  std::vector<float> scales; ///< empty: not quantised
  std::vector<int64_t> zeroPoints;
  int32_t axis = -1; ///< -1: per tensor
};

struct Tensor {
  std::string name;
  TensorType type = TensorType::FLOAT32;
  std::vector<int64_t> shape;
  Quantization quantization;
  bool isConstant = false;
  bool isVariable = false;
  /// Of constants: as many bytes as type and shape say.
  std::string_view data;

  int64_t elements() const;
};

struct Operator {
  BuiltinOperator code = BuiltinOperator::ADD;
  std::string customCode; ///< of CUSTOM
  int32_t version = 1;
  std::vector<int32_t> inputs; ///< tensors; -1: left out
  std::vector<int32_t> outputs;
  std::vector<uint32_t> called;             ///< subgraphs, of IF (then, else), WHILE (condition,
                                            ///< body) and CALL_ONCE
  const schema::Operator *source = nullptr; ///< for its options
};

struct Subgraph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<int32_t> inputs, outputs;
  std::vector<Operator> operators; ///< every operator after its operands'
};

/// A function of the module to be.
struct EntryPoint {
  std::string name;
  uint32_t subgraph = 0;
  std::vector<std::string> argumentNames, resultNames;
};

struct Model {
  std::vector<Subgraph> subgraphs;
  std::vector<EntryPoint> entryPoints;
};

/// True if `file` begins like a .tflite file.
bool hasIdentifier(std::string_view file);

/// Checks the whole file and reads it; the model refers to `file`. On failure
/// fills `error`: where in the model, what was found, what is supported.
bool readModel(std::string_view file, Model &model, std::string &error);

/// "f32", "i8", "u8"; of what the importer does not know the format's name.
std::string typeName(TensorType type);

/// "CONV_2D"; "CUSTOM 'name'"; "operator 163" of one newer than this program.
std::string operatorName(const Operator &op);

/// "main/3 CONV_2D conv1/Relu": where an operator is and what it computes.
std::string describe(const Subgraph &subgraph, size_t index);

} // namespace iree_compiler::tflite

#endif // IREE_COMPILER_INPUT_TFLITE_MODEL_H_
