// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/error.h"

#include <cstdio>
#include <exception>
#include <new>

namespace iree::tools {

void throwIfError(iree_status_t status, const std::string &context) {
  if (iree_status_is_ok(status))
    return;
  iree_string_view_t message = iree_status_message(status);
  std::string text = iree_status_code_string(iree_status_code(status));
  if (!iree_string_view_is_empty(message))
    text += "; " + std::string(message.data, message.size);
  iree_status_free(status);
  throw ToolError(context + ": " + text);
}

int runTool(const char *tool, int argc, char **argv, int (*toolMain)(int argc, char **argv)) {
  try {
    int exitCode = toolMain(argc, argv);
    if (std::fflush(stdout) != 0 || std::ferror(stdout))
      throw ToolError("cannot write to standard output");
    return exitCode;
  } catch (const std::bad_alloc &) {
    std::fprintf(stderr, "%s: error: out of memory\n", tool);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s: error: %s\n", tool, error.what());
  }
  return 1;
}

std::string printable(iree_string_view_t text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string result;
  for (size_t i = 0; i < text.size; ++i) {
    unsigned char c = static_cast<unsigned char>(text.data[i]);
    if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
      result += static_cast<char>(c);
      continue;
    }
    result += {'\\', 'x', kDigits[c >> 4], kDigits[c & 15]};
  }
  return result;
}

} // namespace iree::tools
