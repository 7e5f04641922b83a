// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the runtime's tools report failures: a ToolError travels up to main,
// each level adds what it knows ("input[1] (rhs): ..."), main prints and
// returns 1.
#ifndef IREE_TOOLS_ERROR_H_
#define IREE_TOOLS_ERROR_H_

#include "iree/base/api.h"

#include <stdexcept>
#include <string>

namespace iree::tools {

class ToolError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Throws unless `status` is OK.
void throwIfError(iree_status_t status, const std::string &context);

/// Runs `body`, and puts "`context`: " before the message of what it throws.
template <typename Body> auto withContext(const std::string &context, Body body) {
  try {
    return body();
  } catch (const ToolError &error) {
    throw ToolError(context + ": " + error.what());
  }
}

/// Calls the tool's main function; prints every failure on stderr as
/// "<tool>: error: <text>" and turns it into exit code 1.
int runTool(const char *tool, int argc, char **argv, int (*toolMain)(int argc, char **argv));

/// `text` with control characters, quotes and non-ASCII bytes escaped: names
/// come from files that nobody vouches for.
std::string printable(iree_string_view_t text);

} // namespace iree::tools

#endif // IREE_TOOLS_ERROR_H_
