// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/file.h"

#include "tools/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace iree::tools {

namespace {

[[noreturn]] void throwErrno(const std::string &path, const char *what) {
  throw ToolError(path + ": " + what + ": " + std::strerror(errno));
}

/// Returns whether everything, including what the system had buffered, was written.
bool writeAndClose(std::FILE *file, const std::vector<uint8_t> &contents) {
  bool written =
      contents.empty() || std::fwrite(contents.data(), 1, contents.size(), file) == contents.size();
  int writeErrno = errno;
  bool closed = std::fclose(file) == 0;
  if (!written)
    errno = writeErrno;
  return written && closed;
}

} // namespace

InputFile::InputFile(const std::string &filePath)
    : path(filePath), file(std::fopen(filePath.c_str(), "rb")) {
  if (!file)
    throwErrno(path, "cannot open");
}

std::vector<uint8_t> InputFile::read(size_t length) {
  // In steps, so that a length from a hostile header costs no more memory than
  // the file has bytes.
  constexpr size_t kStepBytes = size_t{1} << 20;
  std::vector<uint8_t> data;
  data.reserve(1); // a buffer needs an address even when it is empty
  while (data.size() < length) {
    size_t oldSize = data.size();
    size_t step = std::min(length - oldSize, kStepBytes);
    data.resize(oldSize + step);
    size_t got = std::fread(data.data() + oldSize, 1, step, file.get());
    if (std::ferror(file.get()))
      throwErrno(path, "cannot read");
    if (got < step)
      throw ToolError(path + ": ends " + std::to_string(length - oldSize - got) +
                      " bytes too early");
  }
  return data;
}

void InputFile::expectEnd() {
  if (std::fgetc(file.get()) != EOF)
    throw ToolError(path + ": is longer than its contents should be");
  if (std::ferror(file.get()))
    throwErrno(path, "cannot read");
}

bool endsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

void checkIsRegularFile(const std::string &path) {
  std::error_code error;
  auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    throw ToolError(path + ": no such file");
  if (!std::filesystem::is_regular_file(status))
    throw ToolError(path + ": is no regular file");
}

void writeFile(const std::string &path, const std::vector<uint8_t> &contents) {
  std::error_code error;
  auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    std::FILE *file = std::fopen(path.c_str(), "wb");
    if (!file || !writeAndClose(file, contents))
      throwErrno(path, "cannot write");
    return;
  }
  std::string target = path;
  if (std::filesystem::exists(status)) // through symbolic links
    target = std::filesystem::canonical(path).string();
  std::string temporary = target + ".tmp" + std::to_string(getpid());
  std::FILE *file = std::fopen(temporary.c_str(), "wbx");
  if (!file)
    throwErrno(path, "cannot write");
  if (!writeAndClose(file, contents) || std::rename(temporary.c_str(), target.c_str()) != 0) {
    int cause = errno;
    std::remove(temporary.c_str());
    errno = cause;
    throwErrno(path, "cannot write");
  }
}

} // namespace iree::tools
