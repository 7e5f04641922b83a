// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The instruction `check`: what the verifier refuses, what the callback is told,
// and how test programs are run.
#include <cstring>

#include "iree/check/api.h"
#include "test_support.h"

namespace iree::test {
namespace {

constexpr uint32_t i32 = IREE_HAL_ELEMENT_TYPE_INT_32;

/// 4xi32 by default, with the location "here".
Words check(uint32_t kind, const Words &actual, const Words &expected, uint32_t type = i32,
            const Words &shape = {4}, const Words &text = {0x65726568}) {
  auto rank = static_cast<uint32_t>(shape.size()), textWords = static_cast<uint32_t>(text.size());
  uint32_t half = 0x3F000000, quarter = 0x3E800000; // 0.5, 0.25
  return Words{0x04 | kind << 8 | rank << 16 | textWords << 24, type, half, quarter} + actual +
         expected + shape + text;
}

/// A function without arguments over 64 bytes of constants: 16 ones, then 16 twos.
ModuleSpec moduleOf(const Words &code, const char *name = "test") {
  FunctionSpec function;
  function.name = name;
  function.code = code + ret();
  function.arenaBytes = 16;
  ModuleSpec spec;
  spec.functions = {function};
  for (size_t word = 0; word < 16; ++word) {
    spec.constants.push_back(word < 8 ? 1 : 2);
    spec.constants.insert(spec.constants.end(), 3, 0);
  }
  return spec;
}

iree_status_t openCode(const Words &code) {
  AlignedBytes file(buildModule(moduleOf(code)));
  iree_vm_bytecode_module_t module;
  return iree_vm_bytecode_module_open(file.span(), &module);
}

const Words ones = {1, 0, 16}, twos = {1, 32, 16};

#define EXPECT_REFUSED(expr, part) EXPECT_STATUS(expr, IREE_STATUS_INVALID_ARGUMENT, part)

TEST(CheckInstruction, IsVerified) {
  ASSERT_OK(openCode(check(0, ones, twos)));
  ASSERT_OK(openCode(check(3, ones, ones, i32, {2, 2}, {})));
  ASSERT_OK(openCode(check(0, {1, 0, 4}, {1, 4, 4}, i32, {})));
  ASSERT_OK(openCode(check(1, ones, twos, IREE_HAL_ELEMENT_TYPE_COMPLEX_FLOAT_64, {2})));
  EXPECT_REFUSED(openCode(check(4, ones, twos)), "unknown kind of check");
  EXPECT_REFUSED(openCode(check(0, ones, {1, 32, 12})), "do not have its type");
  EXPECT_REFUSED(openCode(check(0, ones, twos, i32, {3})), "do not have its type");
  EXPECT_REFUSED(openCode(check(0, ones, twos, 0x10000021)), "do not have its type");
  EXPECT_REFUSED(openCode(check(0, ones, twos, 0)), "do not have its type");
  EXPECT_REFUSED(openCode(check(0, ones, twos, i32, {65536, 65536, 4})), "too large");
  EXPECT_REFUSED(openCode(check(0, {1, 56, 16}, twos)), "place outside its base");
  EXPECT_REFUSED(openCode(check(0, ones, {9, 0, 16})), "unknown base");
  EXPECT_REFUSED(openCode(check(0, {0 | written, 0, 16}, twos)), "must not write");
  Words cut = check(0, ones, twos);
  cut[0] |= 0xFF000000; // as much text as there are not words
  EXPECT_REFUSED(openCode(cut), "cut instruction");
}

TEST(CheckInstruction, NeedsACallback) {
  AlignedBytes file(buildModule(moduleOf(check(0, ones, ones))));
  SessionFixture fixture;
  ASSERT_OK(fixture.append(&file));
  iree_runtime_call_t call;
  ASSERT_OK(iree_runtime_call_initialize_by_name(fixture.session, IREE_SV("test"), &call));
  EXPECT_STATUS(iree_runtime_call_invoke(&call, 0), IREE_STATUS_UNIMPLEMENTED,
                "only iree-check-module runs");
  iree_runtime_call_deinitialize(&call);
}

TEST(CheckInstruction, TellsTheCallback) {
  AlignedBytes file(buildModule(
      moduleOf(check(1, ones, twos, i32, {2, 2}) + check(2, twos, twos, i32, {4}, {}))));
  SessionFixture fixture;
  ASSERT_OK(fixture.append(&file));
  struct Seen {
    std::vector<iree_vm_check_t> checks;
    std::vector<std::string> locations;
    std::vector<uint32_t> shape;
  } seen;
  iree_runtime_session_set_check_callback(
      fixture.session, {[](void *self, const iree_vm_check_t *each) {
                          auto *to = static_cast<Seen *>(self);
                          to->checks.push_back(*each);
                          to->locations.emplace_back(each->location.data, each->location.size);
                          to->shape.assign(each->shape, each->shape + each->shape_rank);
                          return iree_ok_status();
                        },
                        &seen});
  iree_runtime_call_t call;
  ASSERT_OK(iree_runtime_call_initialize_by_name(fixture.session, IREE_SV("test"), &call));
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  iree_runtime_call_deinitialize(&call);
  ASSERT_EQ(seen.checks.size(), 2u);
  const iree_vm_check_t &first = seen.checks[0];
  EXPECT_EQ(first.kind, static_cast<uint32_t>(IREE_VM_CHECK_KIND_ALMOST_EQUAL));
  EXPECT_EQ(first.element_type, i32);
  EXPECT_EQ(first.shape_rank, 2u);
  EXPECT_EQ(first.atol, 0.5f);
  EXPECT_EQ(first.rtol, 0.25f);
  EXPECT_EQ(first.actual.data_length, 16u);
  EXPECT_EQ(first.actual.data[0], 1);
  EXPECT_EQ(first.expected.data[0], 2);
  EXPECT_EQ(seen.locations, (std::vector<std::string>{"here", ""}));
  EXPECT_EQ(seen.shape, (std::vector<uint32_t>{4}));
}

TEST(CheckRun, CountsFailuresOfAllModules) {
  AlignedBytes good(buildModule(moduleOf(check(0, ones, ones), "good")));
  AlignedBytes bad(buildModule(moduleOf(check(0, ones, twos) + check(3, ones, ones), "bad")));
  AlignedBytes other(buildModule(moduleOf({}, "__other")));
  SessionFixture fixture;
  ASSERT_OK(fixture.append(&good));
  ASSERT_OK(fixture.append(&bad));
  ASSERT_OK(fixture.append(&other));
  std::string text;
  iree_check_options_t options = {};
  options.print = [](void *self, iree_string_view_t piece) {
    static_cast<std::string *>(self)->append(piece.data, piece.size);
  };
  options.self = &text;
  iree_check_result_t result;
  ASSERT_OK(iree_check_run(fixture.session, &options, &result));
  EXPECT_EQ(result.run_count, 2u);
  EXPECT_EQ(result.failed_count, 1u);
  EXPECT_NE(text.find("here: Failure\nexpect_eq: element [0] of 4xi32: expected 2, actual 1 (and "
                      "3 more)\nhere: Failure\nexpect_all_false: "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("[       OK ] module.good"), std::string::npos) << text;
  EXPECT_EQ(text.find("__other"), std::string::npos) << text;
}

} // namespace
} // namespace iree::test
