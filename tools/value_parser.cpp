// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/value_parser.h"

#include "tools/element.h"
#include "tools/error.h"
#include "tools/file.h"
#include "tools/npy.h"

#include <algorithm>
#include <utility>

namespace iree::tools {

namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trim(std::string_view text) {
  size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

/// Follows the brackets around elements. A group of nesting height h holds as
/// many elements as the innermost h dimensions; the outermost brackets may be
/// left out, as they are in printed values.
class BracketChecker {
public:
  explicit BracketChecker(const TensorType &tensorType) : type(tensorType) {}

  void open(size_t elementsSoFar) {
    if (groups.size() == type.shape.size())
      throw ToolError("more nested brackets than " + toString(type) + " has dimensions");
    groups.push_back({elementsSoFar, 1});
  }

  void close(size_t elementsSoFar) {
    if (groups.empty())
      throw ToolError("']' without '['");
    Group group = groups.back();
    groups.pop_back();
    TensorType part = type;
    part.shape.erase(part.shape.begin(), part.shape.end() - static_cast<ptrdiff_t>(group.height));
    size_t count = elementsSoFar - group.firstElement;
    if (count != elementCount(part))
      throw ToolError("brackets around " + std::to_string(count) + " elements where " +
                      toString(type) + " has " + std::to_string(elementCount(part)));
    if (!groups.empty())
      groups.back().height = std::max(groups.back().height, group.height + 1);
  }

  void finish() const {
    if (!groups.empty())
      throw ToolError("'[' without ']'");
  }

private:
  struct Group {
    size_t firstElement;
    size_t height; ///< 1: holds elements, else 1 + its highest part
  };
  const TensorType &type;
  std::vector<Group> groups;
};

/// Appends elements up to the type's count.
class ElementWriter {
public:
  explicit ElementWriter(const TensorType &tensorType)
      : type(tensorType), elementBytes(iree_hal_element_dense_byte_count(type.elementType)),
        wantedCount(elementCount(type)) {
    data.reserve(1);
  }

  void append(std::string_view token) {
    if (count == wantedCount)
      throw ToolError("more than the " + std::to_string(wantedCount) + " elements of " +
                      toString(type));
    data.resize(data.size() + elementBytes);
    withContext("element " + std::to_string(count), [&] {
      parseElement(type.elementType, std::string(token), data.data() + count * elementBytes);
    });
    ++count;
  }

  /// Repeats a single element; otherwise all must be there.
  std::vector<uint8_t> finish() {
    if (count == 1 && wantedCount > 1) {
      data.resize(byteLength(type));
      for (size_t i = elementBytes; i < data.size(); ++i)
        data[i] = data[i - elementBytes];
    } else if (count != wantedCount) {
      throw ToolError(toString(type) + " has " + std::to_string(wantedCount) + " elements, got " +
                      std::to_string(count));
    }
    return std::move(data);
  }

  size_t size() const { return count; }

private:
  const TensorType &type;
  size_t elementBytes, wantedCount;
  size_t count = 0;
  std::vector<uint8_t> data;
};

std::vector<uint8_t> parseElements(std::string_view text, const TensorType &type) {
  constexpr std::string_view kSeparators = " \t\r\n,", kEndsElement = " \t\r\n,[]";
  BracketChecker brackets(type);
  ElementWriter elements(type);
  while (!text.empty()) {
    size_t length = 1;
    if (text[0] == '[') {
      brackets.open(elements.size());
    } else if (text[0] == ']') {
      brackets.close(elements.size());
    } else if (kSeparators.find(text[0]) == std::string_view::npos) {
      length = std::min(text.find_first_of(kEndsElement), text.size());
      elements.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  brackets.finish();
  return elements.finish();
}

std::vector<uint8_t> readContents(const std::string &path, const TensorType &type) {
  InputFile file(path);
  std::vector<uint8_t> data = file.read(byteLength(type));
  file.expectEnd();
  return data;
}

/// Kernels rely on booleans being 0 or 1, whatever a file says.
void checkBooleans(const Tensor &tensor) {
  if (tensor.type.elementType != IREE_HAL_ELEMENT_TYPE_BOOL_8)
    return;
  for (size_t i = 0; i < tensor.data.size(); ++i)
    if (tensor.data[i] > 1)
      throw ToolError("element " + std::to_string(i) + " of type i1 is the byte " +
                      std::to_string(tensor.data[i]) + ", neither 0 nor 1");
}

Tensor parseContents(std::string_view contents, const TensorType &type) {
  if (contents.empty() || contents[0] != '@')
    return {type, parseElements(contents, type)};
  std::string path(contents.substr(1));
  if (endsWith(path, ".npy"))
    return readNpy(path, {type});
  return {type, readContents(path, type)};
}

Tensor parseAnyValue(std::string_view text, const Expectation &expected) {
  const TensorType &wanted = expected.type;
  if (!text.empty() && text[0] == '@')
    return readNpy(std::string(text.substr(1)), expected);
  size_t equals = text.find('=');
  std::optional<TensorType> given = parseTensorType(trim(text.substr(0, equals)));
  if (!given && (equals != std::string_view::npos || !wanted.shape.empty()))
    throw ToolError("expected " + toString(wanted) + "=..., got '" + std::string(text) + "'");
  if (!given) // a bare number has the type that is expected
    return {wanted, parseElements(text, wanted)};
  TensorType type = acceptType(expected, *given);
  if (equals == std::string_view::npos)
    return {type, std::vector<uint8_t>(byteLength(type))};
  // Signed and unsigned elements have ranges of their own, though they are stored alike.
  Tensor tensor = parseContents(trim(text.substr(equals + 1)), *given);
  tensor.type = type;
  return tensor;
}

} // namespace

Tensor parseValue(std::string_view text, const Expectation &expected) {
  Tensor tensor = parseAnyValue(trim(text), expected);
  checkBooleans(tensor);
  return tensor;
}

} // namespace iree::tools
