// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models of the tests' making, and what is reported about them.
#ifndef IREE_TESTS_BINDINGS_SUPPORT_H_
#define IREE_TESTS_BINDINGS_SUPPORT_H_

#include <gtest/gtest.h>

#include <cstdarg>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "module_builder.h"
#include "tensorflow/lite/c/c_api_experimental.h"
#include "test_support.h"

namespace iree::test {

// Collects messages; an error reporter.
class Messages {
public:
  static void record(void *self, const char *format, va_list args) {
    char text[512];
    std::vsnprintf(text, sizeof(text), format, args);
    static_cast<Messages *>(self)->texts.push_back(text);
  }
  // All of them, one a line; forgets them.
  std::string take() {
    std::string all;
    for (const std::string &text : texts)
      all += (all.empty() ? "" : "\n") + text;
    texts.clear();
    return all;
  }

private:
  std::vector<std::string> texts;
};

struct Delete {
  void operator()(TfLiteModel *object) const { TfLiteModelDelete(object); }
  void operator()(TfLiteInterpreterOptions *object) const {
    TfLiteInterpreterOptionsDelete(object);
  }
  void operator()(TfLiteInterpreter *object) const { TfLiteInterpreterDelete(object); }
  void operator()(TfLiteSignatureRunner *object) const { TfLiteSignatureRunnerDelete(object); }
};
template <typename T> using Owned = std::unique_ptr<T, Delete>;

// An interpreter over a module, reporting to `messages`.
class InterpreterTest : public testing::Test {
protected:
  void open(const ModuleSpec &spec) {
    file = std::make_unique<AlignedBytes>(buildModule(spec));
    model.reset(TfLiteModelCreateWithErrorReporter(file->data(), file->size(), Messages::record,
                                                   &messages));
    options.reset(TfLiteInterpreterOptionsCreate());
    TfLiteInterpreterOptionsSetErrorReporter(options.get(), Messages::record, &messages);
    interpreter.reset(TfLiteInterpreterCreate(model.get(), options.get()));
  }
  TfLiteTensor *input(int32_t index) {
    return TfLiteInterpreterGetInputTensor(interpreter.get(), index);
  }
  const TfLiteTensor *output(int32_t index) {
    return TfLiteInterpreterGetOutputTensor(interpreter.get(), index);
  }
  Messages messages;
  std::unique_ptr<AlignedBytes> file;
  Owned<TfLiteModel> model;
  Owned<TfLiteInterpreterOptions> options;
  Owned<TfLiteInterpreter> interpreter;
};

// A function `name` that copies its argument "x" to its result "y".
inline FunctionSpec copyFunction(const std::string &name, uint32_t elementType, const Words &shape,
                                 uint32_t bytes) {
  FunctionSpec function;
  function.name = name;
  function.arguments = {{"x", elementType, shape}};
  function.results = {{"y", elementType, shape}};
  function.arenaBytes = bytes;
  // Bases: 0 arena, 1 constants, 2 state, 3 the argument, 4 the result.
  function.code = copy({4 | written, 0, bytes}, {3, 0, bytes}) + ret();
  return function;
}

inline ModuleSpec copyModule() {
  ModuleSpec spec;
  spec.functions = {copyFunction("copy", IREE_HAL_ELEMENT_TYPE_INT_8, {2, 3}, 6)};
  return spec;
}

} // namespace iree::test

#endif // IREE_TESTS_BINDINGS_SUPPORT_H_
