// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/npy.h"

#include "test_values.h"
#include "tools/value_parser.h"

namespace iree::tools {
namespace {

TEST(NpyHeader, Accepts) {
  const std::pair<const char *, const char *> cases[] = {
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }  \n", "2x3xf32"},
      {"{'shape': (3,), 'fortran_order': False, 'descr': '|i1'}", "3xsi8"},
      {"{\"descr\":\"=u2\",\"fortran_order\":False,\"shape\":()}", "ui16"},
      {"{'descr': '<V2', 'fortran_order': False, 'shape': (0,), }", "0xbf16"},
      {"{'descr': '|b1', 'fortran_order': False, 'shape': (1, 1), }", "1x1xi1"}};
  for (auto [header, type] : cases)
    EXPECT_EQ(toString(parseNpyHeader(header)), type) << header;
}

TEST(NpyHeader, Rejects) {
  for (const char *header :
       {"",
        "{",
        "{}",
        "{'descr'",
        "{'descr': '<f4'",
        "{'descr': <f4}",
        "{'descr': '<f4', }",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<O8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"})
    EXPECT_NE(errorOf([&] { parseNpyHeader(header); }), "") << header;
}

TEST(Npy, EncodeAlignsTheData) {
  for (const char *type : {"f32", "4xi8", "2x3xbf16", "1x2x3x4x5xui64"}) {
    Tensor tensor = parseValue(std::string(type) + "=1", {typeOf(type)});
    std::vector<uint8_t> file = encodeNpy(tensor);
    size_t headerBytes = file.size() - tensor.data.size();
    EXPECT_EQ(headerBytes % 64, 0u);
    EXPECT_EQ(file[headerBytes - 1], '\n');
    constexpr size_t kPrefixBytes = 10;
    std::string header(file.begin() + kPrefixBytes,
                       file.begin() + static_cast<ptrdiff_t>(headerBytes));
    EXPECT_NO_THROW(acceptType({tensor.type}, parseNpyHeader(header)));
  }
}

} // namespace
} // namespace iree::tools
