// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files of the tools. Every function throws ToolError, naming the path.
#ifndef IREE_TOOLS_FILE_H_
#define IREE_TOOLS_FILE_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace iree::tools {

/// A file that is read from its beginning to its end.
class InputFile {
public:
  explicit InputFile(const std::string &path);

  /// The next `length` bytes; throws when the file is shorter.
  std::vector<uint8_t> read(size_t length);
  /// Throws unless everything has been read.
  void expectEnd();

private:
  struct Closer {
    void operator()(std::FILE *stream) const { std::fclose(stream); }
  };
  std::string path;
  std::unique_ptr<std::FILE, Closer> file;
};

bool endsWith(std::string_view text, std::string_view suffix);

/// Throws when there is nothing at `path`, or nothing that can be read to an end.
void checkIsRegularFile(const std::string &path);

/// Writes the file as a whole or not at all: to a temporary neighbour that
/// then takes the name. What exists and is no regular file is written in place.
void writeFile(const std::string &path, const std::vector<uint8_t> &contents);

} // namespace iree::tools

#endif // IREE_TOOLS_FILE_H_
