// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What tensors say of themselves, and the arrays in them.
#include <algorithm>
#include <climits>
#include <cstring>

#include "support.h"

namespace iree::test {
namespace {

using TensorTest = InterpreterTest;

TEST_F(TensorTest, HaveTheModulesTypes) {
  const std::vector<std::pair<uint32_t, TfLiteType>> types = {
      {IREE_HAL_ELEMENT_TYPE_BOOL_8, kTfLiteBool},
      {IREE_HAL_ELEMENT_TYPE_INT_8, kTfLiteInt8},
      {IREE_HAL_ELEMENT_TYPE_INT_16, kTfLiteInt16},
      {IREE_HAL_ELEMENT_TYPE_INT_32, kTfLiteInt32},
      {IREE_HAL_ELEMENT_TYPE_INT_64, kTfLiteInt64},
      {IREE_HAL_ELEMENT_TYPE_SINT_8, kTfLiteInt8},
      {IREE_HAL_ELEMENT_TYPE_SINT_16, kTfLiteInt16},
      {IREE_HAL_ELEMENT_TYPE_SINT_32, kTfLiteInt32},
      {IREE_HAL_ELEMENT_TYPE_SINT_64, kTfLiteInt64},
      {IREE_HAL_ELEMENT_TYPE_UINT_8, kTfLiteUInt8},
      {IREE_HAL_ELEMENT_TYPE_UINT_16, kTfLiteUInt16},
      {IREE_HAL_ELEMENT_TYPE_UINT_32, kTfLiteUInt32},
      {IREE_HAL_ELEMENT_TYPE_UINT_64, kTfLiteUInt64},
      {IREE_HAL_ELEMENT_TYPE_FLOAT_16, kTfLiteFloat16},
      {IREE_HAL_ELEMENT_TYPE_FLOAT_32, kTfLiteFloat32},
      {IREE_HAL_ELEMENT_TYPE_FLOAT_64, kTfLiteFloat64},
      {IREE_HAL_ELEMENT_TYPE_BFLOAT_16, kTfLiteBFloat16}};
  FunctionSpec function;
  function.name = "take";
  for (auto [elementType, expected] : types)
    function.arguments.push_back({TfLiteTypeGetName(expected), elementType, {}});
  function.code = ret();
  ModuleSpec spec;
  spec.functions = {function};
  open(spec);
  ASSERT_TRUE(interpreter) << messages.take();
  for (size_t i = 0; i < types.size(); ++i) {
    const TfLiteTensor *tensor = input(static_cast<int32_t>(i));
    EXPECT_EQ(TfLiteTensorType(tensor), types[i].second) << i;
    EXPECT_EQ(TfLiteTensorNumDims(tensor), 0);
    EXPECT_EQ(TfLiteTensorByteSize(tensor), (types[i].first & 0xFF) / 8);
  }
  EXPECT_STREQ(TfLiteTensorName(input(0)), "BOOL");
  EXPECT_STREQ(TfLiteTensorName(input(16)), "BFLOAT16");
}

TEST_F(TensorTest, HaveTheModulesQuantization) {
  ModuleSpec spec = copyModule();
  FunctionSpec &function = spec.functions[0];
  function.arguments[0].quantization = QuantizationSpec{-1, {0.5f}, {-3}};
  function.results[0].quantization = QuantizationSpec{1, {0.25f, 0.5f, 2.0f}, {7, 8, 9}};
  open(spec);
  ASSERT_TRUE(interpreter) << messages.take();
  TfLiteQuantizationParams params = TfLiteTensorQuantizationParams(input(0));
  EXPECT_EQ(params.scale, 0.5f);
  EXPECT_EQ(params.zero_point, -3);
  ASSERT_EQ(input(0)->quantization.type, kTfLiteAffineQuantization);

  const TfLiteTensor *perAxis = output(0);
  EXPECT_EQ(TfLiteTensorQuantizationParams(perAxis).scale, 0.0f);
  ASSERT_EQ(perAxis->quantization.type, kTfLiteAffineQuantization);
  auto *affine = static_cast<TfLiteAffineQuantization *>(perAxis->quantization.params);
  EXPECT_EQ(affine->quantized_dimension, 1);
  ASSERT_EQ(affine->scale->size, 3);
  EXPECT_EQ(affine->scale->data[0], 0.25f);
  EXPECT_EQ(affine->scale->data[2], 2.0f);
  const int zeroPoints[] = {7, 8, 9};
  EXPECT_TRUE(TfLiteIntArrayEqualsArray(affine->zero_point, 3, zeroPoints));
}

TEST_F(TensorTest, HaveZeroPointsForEveryScale) {
  ModuleSpec spec = copyModule();
  FunctionSpec &function = spec.functions[0];
  function.arguments[0].quantization = QuantizationSpec{1, {1, 2, 3}, {}};
  function.results[0].quantization = QuantizationSpec{1, {1, 2, 3}, {5}};
  open(spec);
  ASSERT_TRUE(interpreter) << messages.take();
  const int none[] = {0, 0, 0}, same[] = {5, 5, 5};
  auto zeroPoints = [](const TfLiteTensor *tensor) {
    return static_cast<TfLiteAffineQuantization *>(tensor->quantization.params)->zero_point;
  };
  EXPECT_TRUE(TfLiteIntArrayEqualsArray(zeroPoints(input(0)), 3, none));
  EXPECT_TRUE(TfLiteIntArrayEqualsArray(zeroPoints(output(0)), 3, same));
}

TEST_F(TensorTest, MayBeWithoutQuantization) {
  open(copyModule());
  EXPECT_EQ(input(0)->quantization.type, kTfLiteNoQuantization);
  EXPECT_EQ(input(0)->quantization.params, nullptr);
  EXPECT_EQ(TfLiteTensorQuantizationParams(input(0)).scale, 0.0f);
  EXPECT_EQ(input(0)->dims_signature, nullptr);
  EXPECT_EQ(input(0)->buffer_handle, kTfLiteNullBufferHandle);
}

TEST_F(TensorTest, CopyOnlyWhatFits) {
  open(copyModule());
  int8_t bytes[7] = {1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(TfLiteTensorData(input(0)), nullptr);
  EXPECT_EQ(TfLiteTensorCopyFromBuffer(input(0), bytes, 6), kTfLiteError);
  EXPECT_EQ(messages.take(), "TfLiteTensorCopyFromBuffer: tensor 'x' has no memory yet; call "
                             "AllocateTensors first");
  ASSERT_EQ(TfLiteInterpreterAllocateTensors(interpreter.get()), kTfLiteOk);
  for (size_t size : {0u, 5u, 7u}) {
    EXPECT_EQ(TfLiteTensorCopyFromBuffer(input(0), bytes, size), kTfLiteError);
    EXPECT_EQ(messages.take(), "TfLiteTensorCopyFromBuffer: tensor 'x' has 6 bytes, the buffer " +
                                   std::to_string(size));
    EXPECT_EQ(TfLiteTensorCopyToBuffer(output(0), bytes, size), kTfLiteError);
    EXPECT_EQ(messages.take(), "TfLiteTensorCopyToBuffer: tensor 'y' has 6 bytes, the buffer " +
                                   std::to_string(size));
  }
  EXPECT_EQ(TfLiteTensorCopyFromBuffer(input(0), nullptr, 6), kTfLiteError);
  EXPECT_EQ(messages.take(), "TfLiteTensorCopyFromBuffer: argument 'input_data' is NULL");
  EXPECT_EQ(TfLiteTensorCopyToBuffer(output(0), nullptr, 6), kTfLiteError);
  EXPECT_EQ(messages.take(), "TfLiteTensorCopyToBuffer: argument 'output_data' is NULL");
  EXPECT_EQ(TfLiteTensorDim(input(0), 1), 3);
  for (int index : {-1, 2}) {
    EXPECT_EQ(TfLiteTensorDim(input(0), index), -1);
    EXPECT_EQ(messages.take(), "TfLiteTensorDim: tensor 'x' has 2 dimensions, none with index " +
                                   std::to_string(index));
  }
}

TEST_F(TensorTest, RefuseDimensionsThatAreNoInt) {
  ModuleSpec spec;
  FunctionSpec function;
  function.name = "huge";
  function.arguments = {{"x", IREE_HAL_ELEMENT_TYPE_INT_8, {3000000000u, 1}}};
  function.code = ret();
  spec.functions = {function};
  open(spec);
  EXPECT_FALSE(interpreter);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterCreate: tensor 'x': dimension 0 has 3000000000 "
                             "elements; TFLite's dimensions have at most 2147483647");
}

TEST(TensorNullTest, IsNotFollowed) {
  testing::internal::CaptureStderr();
  char byte = 0;
  EXPECT_EQ(TfLiteTensorType(nullptr), kTfLiteNoType);
  EXPECT_EQ(TfLiteTensorNumDims(nullptr), -1);
  EXPECT_EQ(TfLiteTensorDim(nullptr, 0), -1);
  EXPECT_EQ(TfLiteTensorByteSize(nullptr), 0u);
  EXPECT_EQ(TfLiteTensorData(nullptr), nullptr);
  EXPECT_EQ(TfLiteTensorName(nullptr), nullptr);
  EXPECT_EQ(TfLiteTensorQuantizationParams(nullptr).scale, 0.0f);
  EXPECT_EQ(TfLiteTensorCopyFromBuffer(nullptr, &byte, 1), kTfLiteError);
  EXPECT_EQ(TfLiteTensorCopyToBuffer(nullptr, &byte, 1), kTfLiteError);
  std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 9);
  EXPECT_NE(text.find("ERROR: TfLiteTensorType: argument 'tensor' is NULL\n"), std::string::npos);
}

TEST(ArrayTest, AreCopiedAndCompared) {
  const int values[] = {3, 1, 4};
  EXPECT_EQ(TfLiteIntArrayGetSizeInBytes(3), 16u);
  EXPECT_EQ(TfLiteFloatArrayGetSizeInBytes(3), 16);
  TfLiteIntArray *array = TfLiteIntArrayCreate(3);
  ASSERT_TRUE(array);
  EXPECT_EQ(array->size, 3);
  std::memcpy(array->data, values, sizeof(values));
  TfLiteIntArray *copy = TfLiteIntArrayCopy(array);
  ASSERT_TRUE(copy);
  EXPECT_TRUE(TfLiteIntArrayEqual(array, copy));
  EXPECT_TRUE(TfLiteIntArrayEqualsArray(copy, 3, values));
  EXPECT_FALSE(TfLiteIntArrayEqualsArray(copy, 2, values));
  copy->data[2] = 5;
  EXPECT_FALSE(TfLiteIntArrayEqual(array, copy));
  EXPECT_FALSE(TfLiteIntArrayEqual(array, nullptr));
  EXPECT_TRUE(TfLiteIntArrayEqual(nullptr, nullptr));
  EXPECT_TRUE(TfLiteIntArrayEqualsArray(nullptr, 0, nullptr));
  TfLiteIntArrayFree(array);
  TfLiteIntArrayFree(copy);
  TfLiteFloatArray *floats = TfLiteFloatArrayCreate(2);
  floats->data[0] = 0.5f;
  floats->data[1] = 1.5f;
  TfLiteFloatArray *floatCopy = TfLiteFloatArrayCopy(floats);
  EXPECT_EQ(floatCopy->size, 2);
  EXPECT_EQ(floatCopy->data[1], 1.5f);
  TfLiteFloatArrayFree(floats);
  TfLiteFloatArrayFree(floatCopy);
}

TEST(ArrayTest, RefuseNonsense) {
  EXPECT_EQ(TfLiteIntArrayCreate(-1), nullptr);
  EXPECT_EQ(TfLiteFloatArrayCreate(-1), nullptr);
  EXPECT_EQ(TfLiteIntArrayCopy(nullptr), nullptr);
  EXPECT_EQ(TfLiteFloatArrayCopy(nullptr), nullptr);
  TfLiteIntArrayFree(nullptr);
  TfLiteFloatArrayFree(nullptr);
  EXPECT_EQ(TfLiteFloatArrayGetSizeInBytes(INT_MAX), INT_MAX);
  EXPECT_STREQ(TfLiteTypeGetName(static_cast<TfLiteType>(20)), "Unknown type");
}

} // namespace
} // namespace iree::test
