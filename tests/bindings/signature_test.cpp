// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signature runners: several functions of one module.
#include <algorithm>

#include "support.h"

namespace iree::test {
namespace {

class SignatureTest : public InterpreterTest {
protected:
  void SetUp() override {
    ModuleSpec spec;
    spec.functions = {copyFunction("first", IREE_HAL_ELEMENT_TYPE_INT_8, {4}, 4),
                      copyFunction("second", IREE_HAL_ELEMENT_TYPE_INT_8, {2, 2}, 4)};
    open(spec);
    ASSERT_TRUE(interpreter) << messages.take();
  }
  Owned<TfLiteSignatureRunner> runner(const char *key) {
    return Owned<TfLiteSignatureRunner>(
        TfLiteInterpreterGetSignatureRunner(interpreter.get(), key));
  }
  static std::string send(TfLiteSignatureRunner *runner, const char *text) {
    if (TfLiteSignatureRunnerAllocateTensors(runner) != kTfLiteOk ||
        TfLiteTensorCopyFromBuffer(TfLiteSignatureRunnerGetInputTensor(runner, "x"), text, 4) !=
            kTfLiteOk ||
        TfLiteSignatureRunnerInvoke(runner) != kTfLiteOk)
      return "failed";
    return received(runner);
  }
  static std::string received(TfLiteSignatureRunner *runner) {
    const TfLiteTensor *output = TfLiteSignatureRunnerGetOutputTensor(runner, "y");
    return {output->data.raw_const, 4};
  }
};

TEST_F(SignatureTest, AreTheModulesFunctions) {
  ASSERT_EQ(TfLiteInterpreterGetSignatureCount(interpreter.get()), 2);
  EXPECT_STREQ(TfLiteInterpreterGetSignatureKey(interpreter.get(), 0), "first");
  EXPECT_STREQ(TfLiteInterpreterGetSignatureKey(interpreter.get(), 1), "second");
  auto second = runner("second");
  ASSERT_TRUE(second);
  EXPECT_EQ(TfLiteSignatureRunnerGetInputCount(second.get()), 1u);
  EXPECT_EQ(TfLiteSignatureRunnerGetOutputCount(second.get()), 1u);
  EXPECT_STREQ(TfLiteSignatureRunnerGetInputName(second.get(), 0), "x");
  EXPECT_STREQ(TfLiteSignatureRunnerGetOutputName(second.get(), 0), "y");
  EXPECT_EQ(TfLiteTensorNumDims(TfLiteSignatureRunnerGetInputTensor(second.get(), "x")), 2);
}

TEST_F(SignatureTest, KeepTheirOutputsApart) {
  auto first = runner("first"), second = runner("second");
  EXPECT_EQ(send(first.get(), "abcd"), "abcd");
  EXPECT_EQ(send(second.get(), "efgh"), "efgh");
  EXPECT_EQ(received(first.get()), "abcd");
  EXPECT_EQ(messages.take(), "");
}

TEST_F(SignatureTest, ShareTensorsWithTheInterpreter) {
  auto first = runner("first"), again = runner("first");
  EXPECT_EQ(send(first.get(), "abcd"), "abcd");
  EXPECT_EQ(TfLiteSignatureRunnerGetInputTensor(again.get(), "x"), input(0));
  EXPECT_EQ(std::string(output(0)->data.raw_const, 4), "abcd");
  EXPECT_EQ(TfLiteInterpreterInvoke(interpreter.get()), kTfLiteOk);
}

TEST_F(SignatureTest, RefuseWhatIsNotThere) {
  EXPECT_EQ(TfLiteInterpreterGetSignatureKey(interpreter.get(), 2), nullptr);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterGetSignatureKey: the module has 2 signatures, none "
                             "with index 2");
  EXPECT_FALSE(runner("third"));
  EXPECT_EQ(messages.take(), "TfLiteInterpreterGetSignatureRunner: the module has no signature "
                             "'third'; TfLiteInterpreterGetSignatureKey lists them");
  EXPECT_FALSE(runner(nullptr));
  EXPECT_EQ(messages.take(),
            "TfLiteInterpreterGetSignatureRunner: argument 'signature_key' is NULL");
  auto first = runner("first");
  EXPECT_EQ(TfLiteSignatureRunnerGetInputTensor(first.get(), "z"), nullptr);
  EXPECT_EQ(messages.take(), "TfLiteSignatureRunnerGetInputTensor: 'first' has no input 'z'; there "
                             "are: 'x'");
  EXPECT_EQ(TfLiteSignatureRunnerGetOutputTensor(first.get(), "x"), nullptr);
  EXPECT_EQ(messages.take(), "TfLiteSignatureRunnerGetOutputTensor: 'first' has no output 'x'; "
                             "there are: 'y'");
  EXPECT_EQ(TfLiteSignatureRunnerGetOutputTensor(first.get(), nullptr), nullptr);
  EXPECT_EQ(messages.take(),
            "TfLiteSignatureRunnerGetOutputTensor: argument 'output_name' is NULL");
  EXPECT_EQ(TfLiteSignatureRunnerGetInputName(first.get(), 1), nullptr);
  EXPECT_EQ(messages.take(), "TfLiteSignatureRunnerGetInputName: 'first' has 1 inputs, none with "
                             "index 1");
  EXPECT_EQ(TfLiteSignatureRunnerGetOutputName(first.get(), -1), nullptr);
  EXPECT_EQ(messages.take(), "TfLiteSignatureRunnerGetOutputName: 'first' has 1 outputs, none with "
                             "index -1");
}

TEST_F(SignatureTest, KeepOrderAndShapes) {
  auto second = runner("second");
  EXPECT_EQ(TfLiteSignatureRunnerInvoke(second.get()), kTfLiteError);
  EXPECT_EQ(messages.take(), "TfLiteSignatureRunnerInvoke: the tensors of 'second' have no memory "
                             "yet; call AllocateTensors first");
  const int same[] = {2, 2}, other[] = {4};
  EXPECT_EQ(TfLiteSignatureRunnerResizeInputTensor(second.get(), "x", same, 2), kTfLiteOk);
  EXPECT_EQ(TfLiteSignatureRunnerResizeInputTensor(second.get(), "x", other, 1), kTfLiteError);
  EXPECT_NE(messages.take().find("input 'x' is 2x2 and cannot become 4"), std::string::npos);
  EXPECT_EQ(TfLiteSignatureRunnerResizeInputTensor(second.get(), "z", same, 2), kTfLiteError);
  EXPECT_NE(messages.take().find("no input 'z'"), std::string::npos);
  EXPECT_EQ(TfLiteSignatureRunnerCancel(second.get()), kTfLiteError);
  EXPECT_EQ(messages.take(), "TfLiteSignatureRunnerCancel: not enabled; call "
                             "TfLiteInterpreterOptionsEnableCancellation before the interpreter is "
                             "created");
}

TEST(SignatureNullTest, IsNotFollowed) {
  testing::internal::CaptureStderr();
  const int dim = 1;
  EXPECT_EQ(TfLiteInterpreterGetSignatureCount(nullptr), 0);
  EXPECT_EQ(TfLiteInterpreterGetSignatureKey(nullptr, 0), nullptr);
  EXPECT_EQ(TfLiteInterpreterGetSignatureRunner(nullptr, "x"), nullptr);
  EXPECT_EQ(TfLiteSignatureRunnerGetInputCount(nullptr), 0u);
  EXPECT_EQ(TfLiteSignatureRunnerGetOutputCount(nullptr), 0u);
  EXPECT_EQ(TfLiteSignatureRunnerGetInputName(nullptr, 0), nullptr);
  EXPECT_EQ(TfLiteSignatureRunnerGetOutputName(nullptr, 0), nullptr);
  EXPECT_EQ(TfLiteSignatureRunnerGetInputTensor(nullptr, "x"), nullptr);
  EXPECT_EQ(TfLiteSignatureRunnerGetOutputTensor(nullptr, "y"), nullptr);
  EXPECT_EQ(TfLiteSignatureRunnerResizeInputTensor(nullptr, "x", &dim, 1), kTfLiteError);
  EXPECT_EQ(TfLiteSignatureRunnerAllocateTensors(nullptr), kTfLiteError);
  EXPECT_EQ(TfLiteSignatureRunnerInvoke(nullptr), kTfLiteError);
  EXPECT_EQ(TfLiteSignatureRunnerCancel(nullptr), kTfLiteError);
  TfLiteSignatureRunnerDelete(nullptr);
  std::string text = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 13) << text;
}

} // namespace
} // namespace iree::test
