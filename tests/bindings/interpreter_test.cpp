// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interpreters: order of calls, indices, options. digits_test.c runs a model.
#include <algorithm>

#include "support.h"

namespace iree::test {
namespace {

// Two inputs, two outputs, crossed.
ModuleSpec swapModule() {
  FunctionSpec function;
  function.name = "swap";
  function.arguments = {{"a", IREE_HAL_ELEMENT_TYPE_INT_8, {4}},
                        {"b", IREE_HAL_ELEMENT_TYPE_INT_8, {2, 2}}};
  function.results = {{"c", IREE_HAL_ELEMENT_TYPE_INT_8, {4}, 0},
                      {"d", IREE_HAL_ELEMENT_TYPE_INT_8, {4}, 4}};
  function.arenaBytes = 8;
  function.code =
      copy({5 | written, 0, 4}, {4, 0, 4}) + copy({6 | written, 0, 4}, {3, 0, 4}) + ret();
  ModuleSpec spec;
  spec.functions = {function};
  return spec;
}

TEST_F(InterpreterTest, RunsOnTensorsWhereTheyLie) {
  open(swapModule());
  ASSERT_TRUE(interpreter) << messages.take();
  ASSERT_EQ(TfLiteInterpreterAllocateTensors(interpreter.get()), kTfLiteOk);
  auto *a = static_cast<char *>(TfLiteTensorData(input(0)));
  auto *b = static_cast<char *>(TfLiteTensorData(input(1)));
  const char *c = output(0)->data.raw_const, *d = output(1)->data.raw_const;
  EXPECT_EQ(std::string(d, 4), std::string(4, '\0')); // memory begins as zeros
  std::copy_n("1234", 4, a);
  std::copy_n("abcd", 4, b);
  ASSERT_EQ(TfLiteInterpreterInvoke(interpreter.get()), kTfLiteOk);
  EXPECT_EQ(std::string(c, 4), "abcd");
  EXPECT_EQ(std::string(d, 4), "1234");
  // A second allocation changes nothing.
  ASSERT_EQ(TfLiteInterpreterAllocateTensors(interpreter.get()), kTfLiteOk);
  EXPECT_EQ(TfLiteTensorData(input(0)), a);
  std::copy_n("5678", 4, a);
  ASSERT_EQ(TfLiteInterpreterInvoke(interpreter.get()), kTfLiteOk);
  EXPECT_EQ(std::string(d, 4), "5678");
  EXPECT_EQ(messages.take(), "");
}

// last(x) -> what x was before, {7, 0, 0, 0} at first.
TEST_F(InterpreterTest, KeepsVariablesUntilTheyAreReset) {
  FunctionSpec function;
  function.name = "last";
  function.arguments = {{"x", IREE_HAL_ELEMENT_TYPE_INT_8, {4}}};
  function.results = {{"y", IREE_HAL_ELEMENT_TYPE_INT_8, {4}, 0}};
  function.arenaBytes = 4;
  function.code =
      copy({4 | written, 0, 4}, {2, 0, 4}) + copy({2 | written, 0, 4}, {3, 0, 4}) + ret();
  ModuleSpec spec;
  spec.functions = {function};
  spec.stateBytes = 4;
  spec.stateValues = {7};
  open(spec);
  ASSERT_TRUE(interpreter) << messages.take();
  ASSERT_EQ(TfLiteInterpreterAllocateTensors(interpreter.get()), kTfLiteOk);
  Owned<TfLiteInterpreter> other(TfLiteInterpreterCreate(model.get(), options.get()));
  ASSERT_EQ(TfLiteInterpreterAllocateTensors(other.get()), kTfLiteOk);
  auto run = [](TfLiteInterpreter *each, const char *x) {
    std::copy_n(x, 4,
                static_cast<char *>(TfLiteTensorData(TfLiteInterpreterGetInputTensor(each, 0))));
    EXPECT_EQ(TfLiteInterpreterInvoke(each), kTfLiteOk);
    return std::string(TfLiteInterpreterGetOutputTensor(each, 0)->data.raw_const, 4);
  };
  const std::string initial("\7\0\0\0", 4);
  EXPECT_EQ(run(interpreter.get(), "1234"), initial);
  EXPECT_EQ(run(interpreter.get(), "abcd"), "1234");
  EXPECT_EQ(run(other.get(), "5678"), initial);
  EXPECT_EQ(TfLiteInterpreterResetVariableTensors(interpreter.get()), kTfLiteOk);
  EXPECT_EQ(run(interpreter.get(), "efgh"), initial);
  EXPECT_EQ(run(other.get(), "5678"), "5678");
}

TEST_F(InterpreterTest, CountsInputsThenOutputs) {
  open(swapModule());
  EXPECT_EQ(TfLiteInterpreterGetInputTensorCount(interpreter.get()), 2);
  EXPECT_EQ(TfLiteInterpreterGetOutputTensorCount(interpreter.get()), 2);
  const int *inputs = TfLiteInterpreterInputTensorIndices(interpreter.get());
  const int *outputs = TfLiteInterpreterOutputTensorIndices(interpreter.get());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(inputs[i], i);
    EXPECT_EQ(outputs[i], 2 + i);
    EXPECT_EQ(TfLiteInterpreterGetInputTensorIndex(interpreter.get(), i), i);
    EXPECT_EQ(TfLiteInterpreterGetOutputTensorIndex(interpreter.get(), i), 2 + i);
    EXPECT_EQ(TfLiteInterpreterGetTensor(interpreter.get(), inputs[i]), input(i));
    EXPECT_EQ(TfLiteInterpreterGetTensor(interpreter.get(), outputs[i]), output(i));
  }
  EXPECT_EQ(messages.take(), "");
}

TEST_F(InterpreterTest, RefusesIndicesOutOfRange) {
  open(swapModule());
  for (int index : {-1, 2}) {
    std::string number = std::to_string(index);
    EXPECT_EQ(input(index), nullptr);
    EXPECT_EQ(messages.take(), "TfLiteInterpreterGetInputTensor: 'swap' has 2 inputs, none with "
                               "index " +
                                   number);
    EXPECT_EQ(output(index), nullptr);
    EXPECT_EQ(messages.take(), "TfLiteInterpreterGetOutputTensor: 'swap' has 2 outputs, none with "
                               "index " +
                                   number);
    EXPECT_EQ(TfLiteInterpreterGetInputTensorIndex(interpreter.get(), index), -1);
    EXPECT_EQ(TfLiteInterpreterGetOutputTensorIndex(interpreter.get(), index), -1);
    messages.take();
    EXPECT_EQ(TfLiteInterpreterResizeInputTensor(interpreter.get(), index, &index, 1),
              kTfLiteError);
    EXPECT_EQ(messages.take(), "TfLiteInterpreterResizeInputTensor: 'swap' has 2 inputs, none with "
                               "index " +
                                   number);
  }
  for (int index : {-1, 4}) {
    EXPECT_EQ(TfLiteInterpreterGetTensor(interpreter.get(), index), nullptr);
    EXPECT_EQ(messages.take(), "TfLiteInterpreterGetTensor: there are 4 tensors, inputs and "
                               "outputs, none with index " +
                                   std::to_string(index));
  }
}

TEST_F(InterpreterTest, WantsTensorsBeforeItRuns) {
  open(copyModule());
  EXPECT_EQ(TfLiteInterpreterInvoke(interpreter.get()), kTfLiteError);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterInvoke: the tensors of 'copy' have no memory yet; "
                             "call AllocateTensors first");
}

TEST_F(InterpreterTest, KeepsItsShapes) {
  open(copyModule());
  const int same[] = {2, 3}, other[] = {4, 3};
  EXPECT_EQ(TfLiteInterpreterResizeInputTensor(interpreter.get(), 0, same, 2), kTfLiteOk);
  ASSERT_EQ(TfLiteInterpreterAllocateTensors(interpreter.get()), kTfLiteOk);
  EXPECT_EQ(TfLiteInterpreterResizeInputTensor(interpreter.get(), 0, same, 2), kTfLiteOk);
  EXPECT_EQ(TfLiteInterpreterInvoke(interpreter.get()), kTfLiteOk);
  EXPECT_EQ(messages.take(), "");
  EXPECT_EQ(TfLiteInterpreterResizeInputTensor(interpreter.get(), 0, other, 2), kTfLiteError);
  EXPECT_EQ(messages.take(),
            "TfLiteInterpreterResizeInputTensor: input 'x' is 2x3 and cannot become 4x3: shapes "
            "are fixed when the model is compiled; compile it for that shape");
  EXPECT_EQ(TfLiteInterpreterResizeInputTensor(interpreter.get(), 0, nullptr, 0), kTfLiteError);
  EXPECT_NE(messages.take().find("2x3 and cannot become a scalar"), std::string::npos);
  EXPECT_EQ(TfLiteInterpreterResizeInputTensor(interpreter.get(), 0, nullptr, 2), kTfLiteError);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterResizeInputTensor: 2 dimensions at NULL");
  EXPECT_EQ(TfLiteInterpreterResizeInputTensor(interpreter.get(), 0, same, -1), kTfLiteError);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterResizeInputTensor: -1 dimensions at an address");
}

TEST_F(InterpreterTest, ReportsKernelsThatCannotBeLoaded) {
  open(testLibraryModule({copyFunction("copy", IREE_HAL_ELEMENT_TYPE_INT_8, {1}, 1)}));
  EXPECT_TRUE(model);
  EXPECT_FALSE(interpreter);
  std::string text = messages.take();
  EXPECT_EQ(text.rfind("TfLiteInterpreterCreate: ", 0), 0u) << text;
  EXPECT_NE(text.find("static-library"), std::string::npos) << text;
}

TEST_F(InterpreterTest, SaysThatDelegatesAreNotUsed) {
  open(copyModule());
  auto *delegate = reinterpret_cast<TfLiteDelegate *>(this); // never looked into
  const std::string ignored = "TfLiteInterpreterCreate: delegates are not used: the module's "
                              "kernels are compiled and run on the CPU";
  TfLiteInterpreterOptionsAddDelegate(options.get(), nullptr);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterOptionsAddDelegate: argument 'delegate' is NULL");
  TfLiteInterpreterOptionsSetUseNNAPI(options.get(), true);
  interpreter.reset(TfLiteInterpreterCreate(model.get(), options.get()));
  EXPECT_TRUE(interpreter);
  EXPECT_EQ(messages.take(), ignored);
  TfLiteInterpreterOptionsSetUseNNAPI(options.get(), false);
  TfLiteInterpreterOptionsAddDelegate(options.get(), delegate);
  interpreter.reset(TfLiteInterpreterCreate(model.get(), options.get()));
  EXPECT_TRUE(interpreter);
  EXPECT_EQ(messages.take(), ignored);
  EXPECT_EQ(TfLiteInterpreterModifyGraphWithDelegate(interpreter.get(), delegate),
            kTfLiteDelegateError);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterModifyGraphWithDelegate: a compiled module has no "
                             "nodes for a delegate; the interpreter is unchanged");
  ASSERT_EQ(TfLiteInterpreterAllocateTensors(interpreter.get()), kTfLiteOk);
  EXPECT_EQ(TfLiteInterpreterInvoke(interpreter.get()), kTfLiteOk);
}

TEST_F(InterpreterTest, TakesOptions) {
  open(copyModule());
  TfLiteInterpreterOptionsSetNumThreads(options.get(), -2);
  Owned<TfLiteInterpreterOptions> same(TfLiteInterpreterOptionsCopy(options.get()));
  TfLiteInterpreterOptionsSetNumThreads(options.get(), 4);
  EXPECT_EQ(TfLiteInterpreterCreate(model.get(), same.get()), nullptr);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterCreate: -2 threads; -1 lets the library choose, "
                             "other numbers are not negative");
  interpreter.reset(TfLiteInterpreterCreate(model.get(), options.get()));
  ASSERT_TRUE(interpreter) << messages.take();
  TfLiteInterpreterOptionsSetEnableDelegateFallback(options.get(), true);
  TfLiteSetAllowBufferHandleOutput(interpreter.get(), true);
  EXPECT_EQ(TfLiteInterpreterResetVariableTensors(interpreter.get()), kTfLiteOk);
  EXPECT_EQ(messages.take(), "");
  EXPECT_EQ(TfLiteInterpreterCreate(nullptr, options.get()), nullptr);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterCreate: argument 'model' is NULL");
}

TEST_F(InterpreterTest, CancelsOnlyWhenAllowed) {
  open(copyModule());
  EXPECT_EQ(TfLiteInterpreterCancel(interpreter.get()), kTfLiteError);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterCancel: not enabled; call "
                             "TfLiteInterpreterOptionsEnableCancellation before the interpreter is "
                             "created");
  EXPECT_EQ(TfLiteInterpreterOptionsEnableCancellation(options.get(), true), kTfLiteOk);
  interpreter.reset(TfLiteInterpreterCreate(model.get(), options.get()));
  ASSERT_TRUE(interpreter) << messages.take();
  ASSERT_EQ(TfLiteInterpreterAllocateTensors(interpreter.get()), kTfLiteOk);
  // What begins later is not cancelled.
  EXPECT_EQ(TfLiteInterpreterCancel(interpreter.get()), kTfLiteOk);
  EXPECT_EQ(TfLiteInterpreterInvoke(interpreter.get()), kTfLiteOk);
}

TEST(InterpreterNullTest, IsNotFollowed) {
  testing::internal::CaptureStderr();
  const int dim = 1;
  EXPECT_EQ(TfLiteInterpreterOptionsCopy(nullptr), nullptr);
  TfLiteInterpreterOptionsSetNumThreads(nullptr, 1);
  TfLiteInterpreterOptionsAddDelegate(nullptr, nullptr);
  TfLiteInterpreterOptionsSetErrorReporter(nullptr, nullptr, nullptr);
  EXPECT_EQ(TfLiteInterpreterOptionsEnableCancellation(nullptr, true), kTfLiteError);
  TfLiteInterpreterOptionsSetUseNNAPI(nullptr, true);
  TfLiteInterpreterOptionsSetEnableDelegateFallback(nullptr, true);
  EXPECT_EQ(TfLiteInterpreterCreate(nullptr, nullptr), nullptr);
  EXPECT_EQ(TfLiteInterpreterGetInputTensorCount(nullptr), 0);
  EXPECT_EQ(TfLiteInterpreterGetOutputTensorCount(nullptr), 0);
  EXPECT_EQ(TfLiteInterpreterInputTensorIndices(nullptr), nullptr);
  EXPECT_EQ(TfLiteInterpreterOutputTensorIndices(nullptr), nullptr);
  EXPECT_EQ(TfLiteInterpreterGetInputTensor(nullptr, 0), nullptr);
  EXPECT_EQ(TfLiteInterpreterGetOutputTensor(nullptr, 0), nullptr);
  EXPECT_EQ(TfLiteInterpreterGetTensor(nullptr, 0), nullptr);
  EXPECT_EQ(TfLiteInterpreterResizeInputTensor(nullptr, 0, &dim, 1), kTfLiteError);
  EXPECT_EQ(TfLiteInterpreterAllocateTensors(nullptr), kTfLiteError);
  EXPECT_EQ(TfLiteInterpreterInvoke(nullptr), kTfLiteError);
  EXPECT_EQ(TfLiteInterpreterCancel(nullptr), kTfLiteError);
  EXPECT_EQ(TfLiteInterpreterResetVariableTensors(nullptr), kTfLiteError);
  TfLiteSetAllowBufferHandleOutput(nullptr, true);
  EXPECT_EQ(TfLiteInterpreterModifyGraphWithDelegate(nullptr, nullptr), kTfLiteError);
  EXPECT_EQ(TfLiteInterpreterGetInputTensorIndex(nullptr, 0), -1);
  EXPECT_EQ(TfLiteInterpreterGetOutputTensorIndex(nullptr, 0), -1);
  std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 24) << text;
  EXPECT_NE(text.find("ERROR: TfLiteInterpreterInvoke: argument 'interpreter' is NULL\n"),
            std::string::npos);
  TfLiteModelDelete(nullptr);
  TfLiteInterpreterDelete(nullptr);
  TfLiteInterpreterOptionsDelete(nullptr);
}

} // namespace
} // namespace iree::test
