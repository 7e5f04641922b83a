// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/npy.h"

#include "tools/error.h"
#include "tools/file.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace iree::tools {

namespace {

constexpr char kMagic[] = "\x93NUMPY";
constexpr size_t kMagicBytes = 6;
constexpr size_t kAlignmentBytes = 64; // of the data, as numpy writes it
// numpy itself refuses longer ones by default.
constexpr size_t kMaxHeaderBytes = 10000;

struct Descr {
  const char *text;
  iree_hal_element_type_t type;
};

// An integer of numpy has a sign, one of a module need not: iN accepts both.
constexpr Descr kDescrs[] = {
    {"|b1", IREE_HAL_ELEMENT_TYPE_BOOL_8},    {"|i1", IREE_HAL_ELEMENT_TYPE_SINT_8},
    {"<i2", IREE_HAL_ELEMENT_TYPE_SINT_16},   {"<i4", IREE_HAL_ELEMENT_TYPE_SINT_32},
    {"<i8", IREE_HAL_ELEMENT_TYPE_SINT_64},   {"|u1", IREE_HAL_ELEMENT_TYPE_UINT_8},
    {"<u2", IREE_HAL_ELEMENT_TYPE_UINT_16},   {"<u4", IREE_HAL_ELEMENT_TYPE_UINT_32},
    {"<u8", IREE_HAL_ELEMENT_TYPE_UINT_64},   {"<f2", IREE_HAL_ELEMENT_TYPE_FLOAT_16},
    {"<f4", IREE_HAL_ELEMENT_TYPE_FLOAT_32},  {"<f8", IREE_HAL_ELEMENT_TYPE_FLOAT_64},
    {"<V2", IREE_HAL_ELEMENT_TYPE_BFLOAT_16},
};

iree_hal_element_type_t elementTypeOf(const std::string &descr) {
  for (const Descr &known : kDescrs) {
    bool isSame = descr.size() == 3 && descr.compare(1, 2, known.text + 1) == 0;
    bool orderDoesNotMatter = known.text[0] == '|' || known.text[1] == 'V';
    if (isSame && (descr[0] == '<' || descr[0] == '=' || (descr[0] == '|' && orderDoesNotMatter)))
      return known.type;
  }
  if (!descr.empty() && descr[0] == '>')
    throw ToolError("dtype '" + descr + "' is big-endian; little-endian is supported");
  throw ToolError("dtype '" + descr + "' is not supported");
}

std::string descrOf(iree_hal_element_type_t type) {
  if (iree_hal_element_numerical_type(type) == IREE_HAL_NUMERICAL_TYPE_INTEGER)
    type |= iree_hal_element_type_t{1} << 24; // signless becomes signed
  for (const Descr &known : kDescrs)
    if (known.type == type)
      return known.text;
  throw ToolError(std::string("numpy has no type for ") + iree_hal_element_type_string(type));
}

/// Reads the header's Python literal from left to right.
class HeaderReader {
public:
  explicit HeaderReader(std::string_view header) : rest(header) {}

  bool accept(std::string_view token) {
    skipSpace();
    if (rest.substr(0, token.size()) != token)
      return false;
    rest.remove_prefix(token.size());
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token))
      throw ToolError("malformed npy header: expected " + std::string(token));
  }
  std::string quoted() {
    skipSpace();
    if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
      throw ToolError(
          "malformed npy header: expected a string (structured types are not supported)");
    size_t end = rest.find(rest[0], 1);
    if (end == std::string_view::npos)
      throw ToolError("malformed npy header: a string does not end");
    std::string text(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    return text;
  }
  uint32_t dimension() {
    skipSpace();
    uint32_t value = 0;
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (error != std::errc())
      throw ToolError("malformed npy header: expected a dimension of 32 bits");
    rest.remove_prefix(static_cast<size_t>(end - rest.data()));
    return value;
  }
  void expectEnd() {
    skipSpace();
    if (!rest.empty())
      throw ToolError("malformed npy header: text after the dictionary");
  }

private:
  void skipSpace() {
    size_t length = std::min(rest.find_first_not_of(" \n"), rest.size());
    rest.remove_prefix(length);
  }
  std::string_view rest;
};

std::vector<uint32_t> readShape(HeaderReader &reader) {
  std::vector<uint32_t> shape;
  reader.expect("(");
  while (!reader.accept(")")) {
    shape.push_back(reader.dimension());
    if (!reader.accept(",")) {
      reader.expect(")");
      break;
    }
  }
  return shape;
}

std::string readHeaderText(InputFile &file) {
  std::vector<uint8_t> prefix = file.read(kMagicBytes + 2);
  if (std::memcmp(prefix.data(), kMagic, kMagicBytes) != 0)
    throw ToolError("is no npy file (wrong magic)");
  unsigned major = prefix[kMagicBytes], minor = prefix[kMagicBytes + 1];
  if ((major != 1 && major != 2) || minor != 0)
    throw ToolError("npy version " + std::to_string(major) + "." + std::to_string(minor) +
                    " is not supported (1.0 and 2.0 are)");
  std::vector<uint8_t> lengthBytes = file.read(major == 1 ? 2 : 4);
  size_t length = 0;
  for (size_t i = lengthBytes.size(); i-- > 0;)
    length = length << 8 | lengthBytes[i];
  if (length > kMaxHeaderBytes)
    throw ToolError("npy header of " + std::to_string(length) + " bytes is too long");
  std::vector<uint8_t> header = file.read(length);
  return std::string(header.begin(), header.end());
}

} // namespace

TensorType parseNpyHeader(std::string_view header) {
  HeaderReader reader(header);
  TensorType type;
  bool hasDescr = false, hasOrder = false, hasShape = false;
  reader.expect("{");
  while (!reader.accept("}")) {
    std::string key = reader.quoted();
    reader.expect(":");
    if (key == "descr" && !std::exchange(hasDescr, true)) {
      type.elementType = elementTypeOf(reader.quoted());
    } else if (key == "fortran_order" && !std::exchange(hasOrder, true)) {
      if (reader.accept("True"))
        throw ToolError("Fortran order is not supported; save numpy.ascontiguousarray(...)");
      reader.expect("False");
    } else if (key == "shape" && !std::exchange(hasShape, true)) {
      type.shape = readShape(reader);
    } else {
      throw ToolError("malformed npy header: unexpected key");
    }
    if (!reader.accept(",")) {
      reader.expect("}");
      break;
    }
  }
  reader.expectEnd();
  if (!hasDescr || !hasOrder || !hasShape)
    throw ToolError("malformed npy header: descr, fortran_order or shape is missing");
  return type;
}

Tensor readNpy(const std::string &path, const Expectation &expected) {
  InputFile file(path);
  TensorType given = withContext(path, [&] { return parseNpyHeader(readHeaderText(file)); });
  TensorType type = withContext(path, [&] { return acceptType(expected, given); });
  Tensor tensor{type, file.read(byteLength(type))};
  file.expectEnd();
  return tensor;
}

std::vector<uint8_t> encodeNpy(const Tensor &tensor) {
  std::string header =
      "{'descr': '" + descrOf(tensor.type.elementType) + "', 'fortran_order': False, 'shape': (";
  for (uint32_t dim : tensor.type.shape)
    header += std::to_string(dim) + ", ";
  if (tensor.type.shape.size() > 1)
    header.resize(header.size() - 2);
  else if (tensor.type.shape.size() == 1)
    header.resize(header.size() - 1); // "(4,)": a tuple of one needs its comma
  header += "), }";
  constexpr size_t kPrefixBytes = kMagicBytes + 4;
  size_t unpadded = kPrefixBytes + header.size() + 1;
  header.append((kAlignmentBytes - unpadded % kAlignmentBytes) % kAlignmentBytes, ' ');
  header += '\n';

  std::vector<uint8_t> file(kMagic, kMagic + kMagicBytes);
  for (size_t byte : {size_t(1), size_t(0), header.size() & 0xFF, header.size() >> 8})
    file.push_back(static_cast<uint8_t>(byte));
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), tensor.data.begin(), tensor.data.end());
  return file;
}

} // namespace iree::tools
