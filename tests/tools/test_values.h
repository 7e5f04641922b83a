// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef IREE_TESTS_TOOLS_TEST_VALUES_H_
#define IREE_TESTS_TOOLS_TEST_VALUES_H_

#include "tools/error.h"
#include "tools/tensor.h"

#include <gtest/gtest.h>

#include <string>

namespace iree::tools {

/// The type that must be one.
inline TensorType typeOf(const std::string &text) { return parseTensorType(text).value(); }

/// The message of what `body` throws; a test failure when it throws nothing.
template <typename Body> std::string errorOf(Body body) {
  try {
    body();
  } catch (const ToolError &error) {
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

} // namespace iree::tools

#endif // IREE_TESTS_TOOLS_TEST_VALUES_H_
