// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// threads_test MODULE: interpreters in several threads, and one that is
// cancelled from another.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <thread>

#include "support.h"

namespace iree::test {
namespace {

std::string modulePath;

constexpr size_t imageBytes = 64, logitBytes = 10;

class ThreadsTest : public testing::Test {
protected:
  void SetUp() override {
    model.reset(TfLiteModelCreateFromFile(modulePath.c_str()));
    ASSERT_TRUE(model);
    options.reset(TfLiteInterpreterOptionsCreate());
    TfLiteInterpreterOptionsSetErrorReporter(options.get(), Messages::record, &messages);
  }
  Owned<TfLiteInterpreter> create() {
    Owned<TfLiteInterpreter> interpreter(TfLiteInterpreterCreate(model.get(), options.get()));
    EXPECT_TRUE(interpreter);
    EXPECT_EQ(TfLiteInterpreterAllocateTensors(interpreter.get()), kTfLiteOk);
    return interpreter;
  }
  // The logits of an image of `pixel`s.
  static std::string run(TfLiteInterpreter *interpreter, char pixel) {
    std::string image(imageBytes, pixel), logits(logitBytes, 0);
    EXPECT_EQ(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter, 0),
                                         image.data(), image.size()),
              kTfLiteOk);
    EXPECT_EQ(TfLiteInterpreterInvoke(interpreter), kTfLiteOk);
    EXPECT_EQ(TfLiteTensorCopyToBuffer(TfLiteInterpreterGetOutputTensor(interpreter, 0),
                                       logits.data(), logits.size()),
              kTfLiteOk);
    return logits;
  }
  Messages messages;
  Owned<TfLiteModel> model;
  Owned<TfLiteInterpreterOptions> options;
};

TEST_F(ThreadsTest, EachHasItsInterpreter) {
  const std::string expected[2] = {run(create().get(), 10), run(create().get(), 100)};
  ASSERT_NE(expected[0], expected[1]);
  std::atomic<int> mistakes = 0;
  auto work = [&](int which) {
    Owned<TfLiteInterpreter> interpreter = create();
    for (int i = 0; i < 500; ++i)
      mistakes += run(interpreter.get(), which == 0 ? 10 : 100) != expected[which];
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  EXPECT_EQ(mistakes, 0);
}

std::ptrdiff_t countThreads() {
  std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

TEST_F(ThreadsTest, AreAsManyAsAskedFor) {
  const std::string expected = run(create().get(), 10);
  for (int count : {0, 1, 2, 4}) {
    TfLiteInterpreterOptionsSetNumThreads(options.get(), count);
    std::ptrdiff_t before = countThreads();
    Owned<TfLiteInterpreter> interpreter = create();
#if defined(IREE_HAVE_HAL_LOCAL_TASK_DRIVER_MODULE)
    EXPECT_EQ(countThreads() - before, std::max(count, 1) - 1);
#else
    EXPECT_EQ(countThreads(), before);
#endif
    EXPECT_EQ(run(interpreter.get(), 10), expected);
    interpreter.reset();
    while (countThreads() != before) // a joined thread may be listed a little longer
      std::this_thread::yield();
  }
}

TEST_F(ThreadsTest, AnyMayCancel) {
  ASSERT_EQ(TfLiteInterpreterOptionsEnableCancellation(options.get(), true), kTfLiteOk);
  Owned<TfLiteInterpreter> interpreter = create();
  const std::string expected = run(interpreter.get(), 10);
  std::atomic<bool> isDone = false;
  std::thread other([&] {
    while (!isDone)
      TfLiteInterpreterCancel(interpreter.get());
  });
  // Sooner or later a request arrives between two kernels.
  TfLiteStatus status = kTfLiteOk;
  for (int i = 0; i < 10000000 && status == kTfLiteOk; ++i)
    status = TfLiteInterpreterInvoke(interpreter.get());
  isDone = true;
  other.join();
  EXPECT_EQ(status, kTfLiteCancelled);
  EXPECT_EQ(messages.take(), "TfLiteInterpreterInvoke: cancelled; the outputs are undefined");
  EXPECT_EQ(run(interpreter.get(), 10), expected);
}

} // namespace
} // namespace iree::test

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc > 1)
    iree::test::modulePath = argv[1];
  return RUN_ALL_TESTS();
}
