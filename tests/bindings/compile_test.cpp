// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models that the library compiles itself (IREE_BINDINGS_TFLITE_COMPILE).
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "support.h"
#include "tflite_generated.h"

namespace iree::test {
namespace {

namespace fb = iree_compiler::tflite::schema;

// DEQUANTIZE of int8[4], scale 0.5 and zero point -3, as signature "infer".
Bytes dequantizeModel() {
  fb::ModelT model;
  model.version = 3;
  model.buffers.push_back(std::make_unique<fb::BufferT>());
  auto graph = std::make_unique<fb::SubGraphT>();
  for (fb::TensorType type : {fb::TensorType::INT8, fb::TensorType::FLOAT32}) {
    auto tensor = std::make_unique<fb::TensorT>();
    tensor->shape = {4};
    tensor->type = type;
    tensor->name = type == fb::TensorType::INT8 ? "sensor" : "reading";
    graph->tensors.push_back(std::move(tensor));
  }
  auto quantization = std::make_unique<fb::QuantizationT>();
  quantization->scale = {0.5f};
  quantization->zero_point = {-3};
  graph->tensors[0]->quantization = std::move(quantization);
  graph->inputs = {0};
  graph->outputs = {1};
  auto operation = std::make_unique<fb::OperatorT>();
  operation->inputs = {0};
  operation->outputs = {1};
  graph->operators.push_back(std::move(operation));
  model.subgraphs.push_back(std::move(graph));
  auto code = std::make_unique<fb::OperatorCodeT>();
  code->code = fb::BuiltinOperator::DEQUANTIZE;
  code->short_code = 6;
  model.operator_codes.push_back(std::move(code));
  auto signature = std::make_unique<fb::SignatureT>();
  signature->key = "infer";
  signature->inputs.push_back(std::make_unique<fb::TensorMapT>());
  signature->inputs[0]->name = "x";
  signature->outputs.push_back(std::make_unique<fb::TensorMapT>());
  signature->outputs[0]->name = "y";
  signature->outputs[0]->tensor_index = 1;
  model.signatures.push_back(std::move(signature));
  flatbuffers::FlatBufferBuilder builder;
  fb::FinishModelBuffer(builder, fb::Model::Pack(builder, &model));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

Bytes readFile(const std::string &path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class CompileTest : public testing::Test {
protected:
  TfLiteModel *create(const Bytes &source) {
    model.reset(TfLiteModelCreateWithErrorReporter(source.data(), source.size(), Messages::record,
                                                   &messages));
    return model.get();
  }
  // Creates and allocates.
  void open() {
    ASSERT_TRUE(model) << messages.take();
    interpreter.reset(TfLiteInterpreterCreate(model.get(), nullptr));
    ASSERT_TRUE(interpreter);
    ASSERT_EQ(TfLiteInterpreterAllocateTensors(interpreter.get()), kTfLiteOk);
  }
  template <typename T> Bytes run(const T *data, size_t bytes) {
    const TfLiteTensor *output = TfLiteInterpreterGetOutputTensor(interpreter.get(), 0);
    Bytes result(TfLiteTensorByteSize(output));
    EXPECT_EQ(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter.get(), 0),
                                         data, bytes),
              kTfLiteOk);
    EXPECT_EQ(TfLiteInterpreterInvoke(interpreter.get()), kTfLiteOk);
    EXPECT_EQ(TfLiteTensorCopyToBuffer(output, result.data(), result.size()), kTfLiteOk);
    return result;
  }
  Messages messages;
  Owned<TfLiteModel> model;
  Owned<TfLiteInterpreter> interpreter;
};

TEST_F(CompileTest, RunsTfLiteModels) {
  create(dequantizeModel());
  open();
  EXPECT_EQ(messages.take(), "");
  const TfLiteTensor *input = TfLiteInterpreterGetInputTensor(interpreter.get(), 0);
  EXPECT_EQ(TfLiteTensorType(input), kTfLiteInt8);
  EXPECT_EQ(TfLiteTensorQuantizationParams(input).scale, 0.5f);
  EXPECT_EQ(TfLiteTensorQuantizationParams(input).zero_point, -3);
  EXPECT_STREQ(TfLiteInterpreterGetSignatureKey(interpreter.get(), 0), "infer");
  // real = 0.5 * (q + 3)
  const int8_t quantized[4] = {-3, 1, 127, -128};
  std::vector<float> real(4);
  Bytes result = run(quantized, sizeof(quantized));
  ASSERT_EQ(result.size(), real.size() * sizeof(float));
  std::memcpy(real.data(), result.data(), result.size());
  EXPECT_EQ(real, (std::vector<float>{0.0f, 2.0f, 65.0f, -62.5f}));
}

TEST_F(CompileTest, RunsMlirFiles) {
  model.reset(TfLiteModelCreateFromFileWithErrorReporter(IREE_TEST_DIGITS "/digits_i8.mlir",
                                                         Messages::record, &messages));
  open();
  constexpr size_t headerBytes = 128, imageBytes = 64, logitBytes = 10;
  Bytes images = readFile(IREE_TEST_DIGITS "/images_i8.npy");
  Bytes reference = readFile(IREE_TEST_DIGITS "/reference_i8.npy");
  ASSERT_EQ(reference.size(), headerBytes + 360 * logitBytes);
  for (size_t i = 0; i < 360; ++i) {
    auto expected = reference.begin() + static_cast<ptrdiff_t>(headerBytes + i * logitBytes);
    ASSERT_EQ(run(&images[headerBytes + i * imageBytes], imageBytes),
              Bytes(expected, expected + logitBytes));
  }
}

TEST_F(CompileTest, CompilesInSeveralThreads) {
  const Bytes source = dequantizeModel();
  auto work = [&] {
    Owned<TfLiteModel> mine(TfLiteModelCreate(source.data(), source.size()));
    EXPECT_TRUE(mine);
  };
  std::thread first(work), second(work);
  first.join();
  second.join();
}

TEST_F(CompileTest, ReportsWhatTheCompilerSays) {
  const std::string text = "func.func @f() { arith.nonsense }";
  EXPECT_FALSE(create(Bytes(text.begin(), text.end())));
  std::string said = messages.take();
  EXPECT_EQ(said.rfind("model in memory:1:18: error: ", 0), 0u) << said;
  EXPECT_NE(said.find("\nTfLiteModelCreateWithErrorReporter: model in memory: cannot be compiled; "
                      "the compiler's message came before"),
            std::string::npos)
      << said;
}

TEST_F(CompileTest, RefusesDamagedTfLiteModels) {
  Bytes source = dequantizeModel();
  source.resize(source.size() / 2);
  EXPECT_FALSE(create(source));
  std::string said = messages.take();
  EXPECT_EQ(said.rfind("model in memory: ", 0), 0u) << said;
  EXPECT_NE(said.find("cannot be compiled"), std::string::npos) << said;
}

// Models of MLPerf Tiny, byte by byte as TFLite Micro.
struct RealModel {
  const char *name, *file;
  size_t outputBytes;
};

class RealModelTest : public CompileTest, public testing::WithParamInterface<RealModel> {};

TEST_P(RealModelTest, IsExact) {
  const char *variable = std::getenv("IREE_TEST_MODELS_DIR");
  std::filesystem::path folder = variable ? variable : IREE_TEST_SHARED_MODELS;
  if (!std::filesystem::exists(folder / GetParam().file))
    GTEST_SKIP() << "skipped: no model files (IREE_TEST_MODELS_DIR)";
  model.reset(TfLiteModelCreateFromFileWithErrorReporter((folder / GetParam().file).c_str(),
                                                         Messages::record, &messages));
  open();
  for (int seed = 0; seed < 8; ++seed) {
    std::string stem = GetParam().name + ("." + std::to_string(seed));
    Bytes input = readFile(folder / "vectors" / (stem + ".in.bin"));
    Bytes expected = readFile(folder / "vectors" / (stem + ".out.bin"));
    ASSERT_EQ(expected.size(), GetParam().outputBytes);
    EXPECT_EQ(run(input.data(), input.size()), expected) << stem;
  }
}

INSTANTIATE_TEST_SUITE_P(Tiny, RealModelTest,
                         testing::Values(RealModel{"kws", "kws_ref_model.tflite", 12},
                                         RealModel{"ad", "ad01_int8.tflite", 640}),
                         [](const auto &test) { return std::string(test.param.name); });

} // namespace
} // namespace iree::test
