// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opening models: places, owners, and what is refused.
#include <cstring>
#include <fstream>

#include "support.h"

namespace iree::test {
namespace {

class ModelTest : public testing::Test {
protected:
  TfLiteModel *create(const void *data, size_t size) {
    model.reset(TfLiteModelCreateWithErrorReporter(data, size, Messages::record, &messages));
    return model.get();
  }
  TfLiteModel *createFromFile(const std::string &path) {
    model.reset(
        TfLiteModelCreateFromFileWithErrorReporter(path.c_str(), Messages::record, &messages));
    return model.get();
  }
  std::string writeFile(const Bytes &contents) {
    std::string path = testing::TempDir() + "/tflite_model_test.vmfb";
    std::ofstream stream(path, std::ios::binary);
    stream.write(reinterpret_cast<const char *>(contents.data()),
                 static_cast<std::streamsize>(contents.size()));
    return path;
  }
  // Sends {1..6} through `copy`.
  void run() {
    Owned<TfLiteInterpreter> interpreter(TfLiteInterpreterCreate(model.get(), nullptr));
    ASSERT_TRUE(interpreter);
    model.reset(); // the interpreter keeps what it needs
    const int8_t sent[6] = {1, 2, 3, 4, 5, 6};
    int8_t received[6] = {};
    ASSERT_EQ(TfLiteInterpreterAllocateTensors(interpreter.get()), kTfLiteOk);
    ASSERT_EQ(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter.get(), 0),
                                         sent, sizeof(sent)),
              kTfLiteOk);
    ASSERT_EQ(TfLiteInterpreterInvoke(interpreter.get()), kTfLiteOk);
    ASSERT_EQ(TfLiteTensorCopyToBuffer(TfLiteInterpreterGetOutputTensor(interpreter.get(), 0),
                                       received, sizeof(received)),
              kTfLiteOk);
    EXPECT_EQ(std::memcmp(sent, received, sizeof(sent)), 0);
  }
  Messages messages;
  Owned<TfLiteModel> model;
};

TEST(VersionTest, IsTfLites) {
  EXPECT_EQ(std::string(TfLiteVersion()).rfind("2.19.0+", 0), 0u);
  EXPECT_EQ(TfLiteSchemaVersion(), 3);
}

TEST_F(ModelTest, RunsFromAlignedMemory) {
  AlignedBytes file(buildModule(copyModule()));
  ASSERT_TRUE(create(file.data(), file.size())) << messages.take();
  run();
}

TEST_F(ModelTest, RunsFromAnyAddress) {
  Bytes file = buildModule(copyModule());
  for (size_t offset : {1u, 3u, 32u}) {
    // 64-aligned memory, so that the model is not.
    Bytes shifted(offset, 0);
    shifted.insert(shifted.end(), file.begin(), file.end());
    AlignedBytes memory(shifted);
    ASSERT_TRUE(create(memory.data() + offset, file.size())) << messages.take();
    run();
  }
}

TEST_F(ModelTest, RunsFromFile) {
  ASSERT_TRUE(createFromFile(writeFile(buildModule(copyModule())))) << messages.take();
  run();
  model.reset(TfLiteModelCreateFromFile(writeFile(buildModule(copyModule())).c_str()));
  run();
}

TEST_F(ModelTest, RefusesWhatIsMissing) {
  EXPECT_FALSE(create(nullptr, 4));
  EXPECT_EQ(messages.take(), "TfLiteModelCreateWithErrorReporter: argument 'model_data' is NULL");
  model.reset(TfLiteModelCreateFromFileWithErrorReporter(nullptr, Messages::record, &messages));
  EXPECT_FALSE(model);
  EXPECT_EQ(messages.take(),
            "TfLiteModelCreateFromFileWithErrorReporter: argument 'model_path' is NULL");
  EXPECT_FALSE(createFromFile("/no/such/file.vmfb"));
  EXPECT_EQ(messages.take(), "TfLiteModelCreateFromFileWithErrorReporter: /no/such/file.vmfb: "
                             "cannot be opened");
  EXPECT_FALSE(createFromFile(writeFile({})));
  EXPECT_NE(messages.take().find("empty file"), std::string::npos);
}

TEST_F(ModelTest, RefusesDamagedModules) {
  Bytes file = buildModule(copyModule());
  for (size_t length : {size_t(8), size_t(64), file.size() - 4}) {
    AlignedBytes cut(file.data(), length);
    EXPECT_FALSE(create(cut.data(), cut.size())) << length;
    EXPECT_NE(messages.take().find("TfLiteModelCreateWithErrorReporter: "), std::string::npos);
  }
  file[file.size() / 2] ^= 1;
  AlignedBytes changed(file);
  EXPECT_FALSE(create(changed.data(), changed.size()));
  EXPECT_NE(messages.take().find("checksum"), std::string::npos);
}

TEST_F(ModelTest, RefusesModulesWithoutFunctions) {
  ModuleSpec spec;
  AlignedBytes file(buildModule(spec));
  EXPECT_FALSE(create(file.data(), file.size()));
  EXPECT_EQ(messages.take(), "TfLiteModelCreateWithErrorReporter: model in memory: the module has "
                             "no function");
}

#if !defined(IREE_TEST_WITH_COMPILER)
TEST_F(ModelTest, SaysWhatToDoWithTfLiteFiles) {
  const char file[] = "\x1c\0\0\0TFL3";
  EXPECT_FALSE(create(file, sizeof(file)));
  EXPECT_EQ(messages.take(), "TfLiteModelCreateWithErrorReporter: model in memory: a .tflite file, "
                             "and this library is without the compiler; give it to iree-compile "
                             "and open the .vmfb, or build the library with "
                             "IREE_BINDINGS_TFLITE_COMPILE=ON");
}

TEST_F(ModelTest, RefusesOtherFiles) {
  EXPECT_FALSE(create("abc", 3));
  EXPECT_EQ(messages.take(), "TfLiteModelCreateWithErrorReporter: model in memory: not a module "
                             "file (.vmfb): 3 bytes without the identifier IRBM at byte 4");
}
#endif

TEST_F(ModelTest, ReportsToStandardErrorByDefault) {
  testing::internal::CaptureStderr();
  EXPECT_FALSE(TfLiteModelCreate(nullptr, 0));
  EXPECT_FALSE(TfLiteModelCreateWithErrorReporter(nullptr, 0, nullptr, nullptr));
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "ERROR: TfLiteModelCreate: argument 'model_data' is NULL\n"
            "ERROR: TfLiteModelCreateWithErrorReporter: argument 'model_data' is NULL\n");
}

} // namespace
} // namespace iree::test
