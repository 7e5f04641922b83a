// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Input/TFLite/Model.h"

#include <cmath>
#include <cstring>
#include <optional>
#include <set>

namespace iree_compiler::tflite {

namespace {

constexpr uint32_t kSchemaVersion = 3;
constexpr size_t kMaxRank = 6;
constexpr size_t kMaxCallDepth = 16;

/// Bits of an element; nothing for types without a fixed size.
std::optional<int64_t> elementBits(TensorType type) {
  switch (type) {
  case TensorType::INT4:
    return 4;
  case TensorType::INT8:
  case TensorType::UINT8:
  case TensorType::BOOL:
    return 8;
  case TensorType::FLOAT16:
  case TensorType::INT16:
    return 16;
  case TensorType::FLOAT32:
  case TensorType::INT32:
    return 32;
  case TensorType::FLOAT64:
  case TensorType::INT64:
    return 64;
  default:
    return std::nullopt;
  }
}

/// Copies bytes: the verifier does not check how elements of 8 bytes are aligned.
template <typename T> std::vector<T> toVector(const flatbuffers::Vector<T> *vector) {
  std::vector<T> elements(vector ? vector->size() : 0);
  if (!elements.empty())
    std::memcpy(elements.data(), vector->Data(), elements.size() * sizeof(T));
  return elements;
}

std::string toString(const flatbuffers::String *text) { return text ? text->str() : ""; }

std::string number(int64_t value) { return std::to_string(value); }

/// Reads a verified FlatBuffer. Every function returns false after fail().
class Reader {
public:
  Reader(std::string_view bytes, Model &target, std::string &message)
      : file(bytes), model(target), error(message) {}

  bool run() {
    source = schema::GetModel(file.data());
    if (source->version() != kSchemaVersion)
      return fail("schema version " + number(source->version()) +
                  " is not supported; supported: " + number(kSchemaVersion));
    if (!source->subgraphs() || source->subgraphs()->size() == 0)
      return fail("the model has no subgraph; nothing could be called");
    for (const schema::SubGraph *each : *source->subgraphs())
      if (!readSubgraph(*each))
        return false;
    std::vector<size_t> levels(model.subgraphs.size(), 0);
    for (uint32_t index = 0; index < model.subgraphs.size(); ++index)
      if (!checkCalls(index, levels, 1))
        return false;
    return readEntryPoints();
  }

private:
  bool fail(const std::string &message) {
    error = message;
    return false;
  }

  bool readSubgraph(const schema::SubGraph &from) {
    size_t index = model.subgraphs.size();
    Subgraph &subgraph = model.subgraphs.emplace_back();
    subgraph.name = toString(from.name());
    if (subgraph.name.empty())
      subgraph.name = index == 0 ? "main" : "subgraph" + number(static_cast<int64_t>(index));
    if (from.tensors())
      for (const schema::Tensor *each : *from.tensors())
        if (!readTensor(*each, subgraph))
          return false;
    subgraph.inputs = toVector(from.inputs());
    subgraph.outputs = toVector(from.outputs());
    for (const auto *list : {&subgraph.inputs, &subgraph.outputs})
      for (int32_t tensor : *list)
        if (!isTensor(subgraph, tensor))
          return fail(subgraph.name + ": " + (list == &subgraph.inputs ? "input" : "output") +
                      " names tensor " + number(tensor) + " of " + tensorCount(subgraph));
    if (from.operators())
      for (const schema::Operator *each : *from.operators())
        if (!readOperator(*each, subgraph))
          return false;
    return checkOrder(subgraph);
  }

  static bool isTensor(const Subgraph &subgraph, int32_t index) {
    return index >= 0 && static_cast<size_t>(index) < subgraph.tensors.size();
  }

  static std::string tensorCount(const Subgraph &subgraph) {
    return number(static_cast<int64_t>(subgraph.tensors.size()));
  }

  bool readTensor(const schema::Tensor &from, Subgraph &subgraph) {
    Tensor &tensor = subgraph.tensors.emplace_back();
    tensor.name = toString(from.name());
    where = subgraph.name + ": tensor " +
            number(static_cast<int64_t>(subgraph.tensors.size()) - 1) + " '" + tensor.name + "' ";
    tensor.type = from.type();
    tensor.isVariable = from.is_variable();
    if (from.sparsity())
      return fail(where + "is sparse; supported: dense tensors");
    return readShape(from, tensor) && readData(from, tensor) && readQuantization(from, tensor);
  }

  bool readShape(const schema::Tensor &from, Tensor &tensor) {
    for (int32_t extent : toVector(from.shape())) {
      if (extent < 0)
        return fail(where + "has the dimension " + number(extent) + "; supported: static shapes");
      tensor.shape.push_back(extent);
    }
    if (tensor.shape.size() > kMaxRank)
      return fail(where + "has rank " + number(static_cast<int64_t>(tensor.shape.size())) +
                  "; supported: 0 to " + number(kMaxRank));
    int64_t product = 1;
    for (int64_t extent : tensor.shape) {
      product *= extent;
      if (product > kMaxElements)
        return fail(where + "has more than " + number(kMaxElements) + " elements");
    }
    return true;
  }

  bool readData(const schema::Tensor &from, Tensor &tensor) {
    if (from.buffer() == 0)
      return true;
    size_t count = source->buffers() ? source->buffers()->size() : 0;
    if (from.buffer() >= count)
      return fail(where + "names buffer " + number(from.buffer()) + " of " +
                  number(static_cast<int64_t>(count)));
    const schema::Buffer &buffer = *source->buffers()->Get(from.buffer());
    if (buffer.offset() > 1) {
      if (buffer.offset() > file.size() || buffer.size() > file.size() - buffer.offset())
        return fail(where + "has its data at byte " + std::to_string(buffer.offset()) +
                    ", past the end of the file; the file is cut off");
      tensor.data = file.substr(buffer.offset(), buffer.size());
    } else if (buffer.data()) {
      tensor.data = std::string_view(reinterpret_cast<const char *>(buffer.data()->Data()),
                                     buffer.data()->size());
    }
    tensor.isConstant = !tensor.data.empty() || tensor.elements() == 0;
    auto bits = elementBits(tensor.type);
    if (!tensor.isConstant || !bits)
      return true;
    auto expected = static_cast<size_t>((tensor.elements() * *bits + 7) / 8);
    if (tensor.data.size() != expected)
      return fail(where + "has " + std::to_string(tensor.data.size()) +
                  " bytes of data; its type and shape need " + std::to_string(expected));
    return true;
  }

  bool readQuantization(const schema::Tensor &from, Tensor &tensor) {
    const schema::Quantization *quantization = from.quantization();
    if (!quantization)
      return true;
    if (quantization->details_type() != schema::QuantizationDetails::NONE)
      return fail(where + "has custom or blockwise quantization; supported: scales and zero points "
                          "per tensor or per channel");
    Quantization &into = tensor.quantization;
    into.scales = toVector(quantization->scale());
    into.zeroPoints = toVector(quantization->zero_point());
    if (into.scales.empty()) {
      into.zeroPoints.clear();
      return true;
    }
    if (into.zeroPoints.empty())
      into.zeroPoints.push_back(0);
    if (into.scales.size() > 1) {
      into.axis = quantization->axis();
      if (into.axis < 0 || static_cast<size_t>(into.axis) >= tensor.shape.size())
        return fail(where + "is quantized along dimension " + number(into.axis) +
                    ", which it does not have");
      int64_t extent = tensor.shape[static_cast<size_t>(into.axis)];
      if (static_cast<size_t>(extent) != into.scales.size())
        return fail(where + "has " + std::to_string(into.scales.size()) + " scales for " +
                    number(extent) + " channels");
      if (into.zeroPoints.size() == 1)
        into.zeroPoints.resize(into.scales.size(), into.zeroPoints.front());
    }
    if (into.zeroPoints.size() != into.scales.size())
      return fail(where + "has " + std::to_string(into.zeroPoints.size()) + " zero points for " +
                  std::to_string(into.scales.size()) + " scales");
    return checkQuantizationValues(tensor);
  }

  bool checkQuantizationValues(const Tensor &tensor) {
    for (float scale : tensor.quantization.scales)
      if (!std::isfinite(scale) || scale < 0)
        return fail(where + "has a scale that is negative, infinite or no number");
    int64_t low = INT32_MIN, high = INT32_MAX;
    if (tensor.type == TensorType::INT8)
      low = INT8_MIN, high = INT8_MAX;
    if (tensor.type == TensorType::UINT8)
      low = 0, high = UINT8_MAX;
    if (tensor.type == TensorType::INT16)
      low = INT16_MIN, high = INT16_MAX;
    if (tensor.type == TensorType::INT4)
      low = -8, high = 7;
    for (int64_t zeroPoint : tensor.quantization.zeroPoints)
      if (zeroPoint < low || zeroPoint > high)
        return fail(where + "has the zero point " + number(zeroPoint) + ", which its type " +
                    typeName(tensor.type) + " cannot hold");
    return true;
  }

  bool readOperator(const schema::Operator &from, Subgraph &subgraph) {
    size_t index = subgraph.operators.size();
    Operator &op = subgraph.operators.emplace_back();
    size_t codes = source->operator_codes() ? source->operator_codes()->size() : 0;
    std::string place = subgraph.name + "/" + std::to_string(index);
    if (from.opcode_index() >= codes)
      return fail(place + ": operator names operator code " + number(from.opcode_index()) + " of " +
                  std::to_string(codes));
    const schema::OperatorCode &code = *source->operator_codes()->Get(from.opcode_index());
    op.code = std::max(static_cast<BuiltinOperator>(code.short_code()), code.code());
    op.customCode = toString(code.custom_code());
    op.version = code.version();
    op.inputs = toVector(from.inputs());
    op.outputs = toVector(from.outputs());
    op.source = &from;
    if (!readCalled(from, place + " " + operatorName(op), op))
      return false;
    for (int32_t input : op.inputs)
      if (input != -1 && !isTensor(subgraph, input))
        return fail(place + " " + operatorName(op) + ": input names tensor " + number(input) +
                    " of " + tensorCount(subgraph));
    for (int32_t output : op.outputs)
      if (!isTensor(subgraph, output))
        return fail(place + " " + operatorName(op) + ": output names tensor " + number(output) +
                    " of " + tensorCount(subgraph));
    return true;
  }

  bool readCalled(const schema::Operator &from, const std::string &place, Operator &op) {
    std::vector<int32_t> called;
    if (op.code == BuiltinOperator::IF && from.options_as_IfOptions())
      called = {from.options_as_IfOptions()->then_subgraph(),
                from.options_as_IfOptions()->else_subgraph()};
    if (op.code == BuiltinOperator::WHILE && from.options_as_WhileOptions())
      called = {from.options_as_WhileOptions()->cond_subgraph(),
                from.options_as_WhileOptions()->body_subgraph()};
    if (op.code == BuiltinOperator::CALL_ONCE && from.options_as_CallOnceOptions())
      called = {from.options_as_CallOnceOptions()->init_subgraph()};
    for (int32_t index : called) {
      if (index < 0 || static_cast<uint32_t>(index) >= source->subgraphs()->size())
        return fail(place + ": calls subgraph " + number(index) + " of " +
                    number(source->subgraphs()->size()));
      op.called.push_back(static_cast<uint32_t>(index));
    }
    return true;
  }

  /// Calls are nested a few levels deep; so no subgraph calls itself. `levels`
  /// has those below a subgraph, itself included, once they are known.
  bool checkCalls(uint32_t index, std::vector<size_t> &levels, size_t depth) {
    const Subgraph &subgraph = model.subgraphs[index];
    size_t below = 0;
    for (const Operator &op : subgraph.operators)
      for (uint32_t called : op.called) {
        if (depth < kMaxCallDepth && levels[called] == 0 && !checkCalls(called, levels, depth + 1))
          return false;
        below = std::max(below, depth < kMaxCallDepth ? levels[called] : kMaxCallDepth);
      }
    levels[index] = below + 1;
    return levels[index] <= kMaxCallDepth ||
           fail(subgraph.name + ": calls of subgraphs are nested more than " +
                std::to_string(kMaxCallDepth) + " deep, or a subgraph calls itself");
  }

  /// Every tensor has one origin, which comes before its uses.
  bool checkOrder(const Subgraph &subgraph) {
    std::vector<bool> defined;
    defined.reserve(subgraph.tensors.size());
    for (const Tensor &tensor : subgraph.tensors)
      defined.push_back(tensor.isConstant || tensor.isVariable);
    auto define = [&](int32_t tensor) {
      bool isNew = !defined[static_cast<size_t>(tensor)];
      defined[static_cast<size_t>(tensor)] = true;
      return isNew;
    };
    auto name = [&](int32_t tensor) {
      return "tensor " + number(tensor) + " '" +
             subgraph.tensors[static_cast<size_t>(tensor)].name + "'";
    };
    for (int32_t tensor : subgraph.inputs)
      if (!define(tensor))
        return fail(subgraph.name + ": input " + name(tensor) + " is a constant or another input");
    for (size_t index = 0; index < subgraph.operators.size(); ++index) {
      const Operator &op = subgraph.operators[index];
      for (int32_t tensor : op.inputs)
        if (tensor >= 0 && !defined[static_cast<size_t>(tensor)])
          return fail(describe(subgraph, index) + ": " + name(tensor) +
                      " is used before an operator computes it");
      for (int32_t tensor : op.outputs)
        if (!define(tensor))
          return fail(describe(subgraph, index) + ": " + name(tensor) +
                      " has a value before this operator computes it");
    }
    for (int32_t tensor : subgraph.outputs)
      if (!defined[static_cast<size_t>(tensor)])
        return fail(subgraph.name + ": no operator computes the output " + name(tensor));
    return true;
  }

  bool readEntryPoints() {
    if (!source->signatures() || source->signatures()->size() == 0) {
      addEntryPoint("main", 0);
      return true;
    }
    std::set<std::string> names;
    for (const schema::Signature *signature : *source->signatures()) {
      std::string key = toString(signature->key());
      if (signature->subgraph_index() >= model.subgraphs.size())
        return fail("signature '" + key + "' names subgraph " +
                    number(signature->subgraph_index()) + " of " +
                    std::to_string(model.subgraphs.size()));
      if (key.empty() || !names.insert(key).second)
        return fail("signature '" + key + "': every signature needs a name of its own");
      EntryPoint &entry = addEntryPoint(key, signature->subgraph_index());
      const Subgraph &subgraph = model.subgraphs[entry.subgraph];
      if (!rename(signature->inputs(), subgraph.inputs, entry.argumentNames, key, "input") ||
          !rename(signature->outputs(), subgraph.outputs, entry.resultNames, key, "output"))
        return false;
    }
    return true;
  }

  EntryPoint &addEntryPoint(const std::string &name, uint32_t index) {
    EntryPoint &entry = model.entryPoints.emplace_back();
    entry.name = name;
    entry.subgraph = index;
    const Subgraph &subgraph = model.subgraphs[index];
    for (int32_t tensor : subgraph.inputs)
      entry.argumentNames.push_back(subgraph.tensors[static_cast<size_t>(tensor)].name);
    for (int32_t tensor : subgraph.outputs)
      entry.resultNames.push_back(subgraph.tensors[static_cast<size_t>(tensor)].name);
    return entry;
  }

  /// Names as the signature gives them.
  bool rename(const flatbuffers::Vector<flatbuffers::Offset<schema::TensorMap>> *maps,
              const std::vector<int32_t> &tensors, std::vector<std::string> &names,
              const std::string &key, const char *kind) {
    if (!maps)
      return true;
    for (const schema::TensorMap *map : *maps) {
      bool found = false;
      for (size_t i = 0; i < tensors.size(); ++i)
        if (static_cast<uint32_t>(tensors[i]) == map->tensor_index()) {
          names[i] = toString(map->name());
          found = true;
        }
      if (!found)
        return fail("signature '" + key + "': '" + toString(map->name()) + "' names tensor " +
                    number(map->tensor_index()) + ", which is no " + kind + " of its subgraph");
    }
    return true;
  }

  std::string_view file;
  Model &model;
  std::string &error;
  const schema::Model *source = nullptr;
  std::string where; ///< the tensor being read, for messages
};

} // namespace

int64_t Tensor::elements() const {
  int64_t product = 1;
  for (int64_t extent : shape)
    product *= extent;
  return product;
}

bool hasIdentifier(std::string_view file) {
  return file.size() >= 8 && file.substr(4, 4) == schema::ModelIdentifier();
}

bool readModel(std::string_view file, Model &model, std::string &error) {
  if (!hasIdentifier(file)) {
    error = "not a .tflite file: the identifier 'TFL3' is missing";
    return false;
  }
  if (file.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) {
    error = "the file is larger than 2 GiB, which its format does not allow";
    return false;
  }
  flatbuffers::Verifier verifier(reinterpret_cast<const uint8_t *>(file.data()), file.size());
  if (!schema::VerifyModelBuffer(verifier)) {
    error = "the file is damaged: its tables do not lie within it";
    return false;
  }
  return Reader(file, model, error).run();
}

std::string typeName(TensorType type) {
  switch (type) {
  case TensorType::FLOAT16:
    return "f16";
  case TensorType::FLOAT32:
    return "f32";
  case TensorType::FLOAT64:
    return "f64";
  case TensorType::INT4:
    return "i4";
  case TensorType::INT8:
    return "i8";
  case TensorType::INT16:
    return "i16";
  case TensorType::INT32:
    return "i32";
  case TensorType::INT64:
    return "i64";
  case TensorType::UINT8:
    return "u8";
  case TensorType::BOOL:
    return "bool";
  default:
    std::string name = schema::EnumNameTensorType(type);
    return name.empty() ? "type " + number(static_cast<int64_t>(type)) : name;
  }
}

std::string operatorName(const Operator &op) {
  if (op.code == BuiltinOperator::CUSTOM)
    return "CUSTOM '" + op.customCode + "'";
  std::string name = schema::EnumNameBuiltinOperator(op.code);
  return name.empty() ? "operator " + number(static_cast<int64_t>(op.code)) : name;
}

std::string describe(const Subgraph &subgraph, size_t index) {
  const Operator &op = subgraph.operators[index];
  std::string text = subgraph.name + "/" + std::to_string(index) + " " + operatorName(op);
  if (op.outputs.empty())
    return text;
  // Converters join the names of all fused layers; the first one is enough.
  const std::string &name = subgraph.tensors[static_cast<size_t>(op.outputs.front())].name;
  return text + " " + name.substr(0, name.find(';'));
}

} // namespace iree_compiler::tflite
