// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which dispatches a module may say are independent of each other.
#include "test_support.h"

namespace iree::test {
namespace {

constexpr uint32_t f32 = IREE_HAL_ELEMENT_TYPE_FLOAT_32;

// Kernel 0 of the test library, as a member of the wave before it.
Words joined(const std::vector<Words> &places) {
  Words words = dispatch(0, 4, places);
  words[0] |= 1u << 24;
  return words;
}

iree_status_t open(const Words &code) {
  FunctionSpec function;
  function.name = "f";
  function.arguments = {{"a", f32, {16}}};
  function.results = {{"r", f32, {4}, 128}, {"s", f32, {4}, 160}};
  function.arenaBytes = 256;
  function.code = code + ret();
  AlignedBytes file(buildModule(testLibraryModule({function})));
  iree_vm_bytecode_module_t module;
  return iree_vm_bytecode_module_open(file.span(), &module);
}

constexpr uint32_t arena = 0, argument = 3, firstResult = 4, secondResult = 5;
const char kConflict[] = "dispatches of a wave are not independent";

// Reads the argument, writes 16 bytes of the arena.
const Words first =
    dispatch(0, 4, {{argument, 0, 16}, {argument, 0, 16}, {arena | written, 0, 16}});

TEST(Wave, MayShareWhatIsRead) {
  ASSERT_OK(
      open(first + joined({{argument, 0, 16}, {argument, 0, 16}, {arena | written, 16, 16}})));
  ASSERT_OK(open(first + joined({{argument, 8, 16}, {argument, 0, 16}, {arena | written, 16, 16}}) +
                 joined({{argument, 8, 16}, {arena, 48, 16}, {firstResult | written, 0, 16}})));
}

// An argument that the caller may put into the arena takes up its bytes there.
TEST(Wave, ArgumentsMayLieInTheArena) {
  auto openWith = [](bool inArena) {
    FunctionSpec function;
    function.name = "f";
    function.arguments = {{"a", f32, {16}, 64}};
    function.arguments[0].inArena = inArena;
    function.arenaBytes = 256;
    function.code =
        first + joined({{arena, 192, 16}, {arena, 192, 16}, {arena | written, 72, 16}}) + ret();
    AlignedBytes file(buildModule(testLibraryModule({function})));
    iree_vm_bytecode_module_t module;
    return iree_vm_bytecode_module_open(file.span(), &module);
  };
  ASSERT_OK(openWith(false));
  EXPECT_STATUS(openWith(true), IREE_STATUS_INVALID_ARGUMENT, kConflict);
}

TEST(Wave, DependentDispatchesAreNone) {
  // Reads what the first writes; writes it too; writes what the first reads.
  EXPECT_STATUS(
      open(first + joined({{arena, 0, 16}, {argument, 0, 16}, {arena | written, 16, 16}})),
      IREE_STATUS_INVALID_ARGUMENT, kConflict);
  EXPECT_STATUS(
      open(first + joined({{argument, 0, 16}, {argument, 0, 16}, {arena | written, 12, 16}})),
      IREE_STATUS_INVALID_ARGUMENT, kConflict);
  EXPECT_STATUS(
      open(dispatch(0, 4, {{arena, 32, 16}, {argument, 0, 16}, {arena | written, 0, 16}}) +
           joined({{argument, 0, 16}, {argument, 0, 16}, {arena | written, 44, 16}})),
      IREE_STATUS_INVALID_ARGUMENT, kConflict);
  // The same one after the other.
  ASSERT_OK(
      open(first + dispatch(0, 4, {{arena, 0, 16}, {argument, 0, 16}, {arena | written, 16, 16}})));
}

TEST(Wave, EveryMemberCounts) {
  Words second = joined({{argument, 0, 16}, {argument, 0, 16}, {arena | written, 16, 16}});
  EXPECT_STATUS(
      open(first + second + joined({{arena, 0, 4}, {argument, 0, 16}, {arena | written, 64, 16}})),
      IREE_STATUS_INVALID_ARGUMENT, kConflict);
  EXPECT_STATUS(open(first + second +
                     joined({{arena, 28, 16}, {argument, 0, 16}, {arena | written, 64, 16}})),
                IREE_STATUS_INVALID_ARGUMENT, kConflict);
}

// Result r lies in the arena at 128, if the caller binds no other buffer to it.
TEST(Wave, ResultsLieInTheArena) {
  Words writes =
      dispatch(0, 4, {{argument, 0, 16}, {argument, 0, 16}, {firstResult | written, 0, 16}});
  EXPECT_STATUS(
      open(writes + joined({{arena, 140, 16}, {argument, 0, 16}, {arena | written, 0, 16}})),
      IREE_STATUS_INVALID_ARGUMENT, kConflict);
  EXPECT_STATUS(
      open(writes + joined({{firstResult, 0, 16}, {argument, 0, 16}, {arena | written, 0, 16}})),
      IREE_STATUS_INVALID_ARGUMENT, kConflict);
  ASSERT_OK(open(writes +
                 joined({{arena, 144, 16}, {argument, 0, 16}, {secondResult | written, 0, 16}})));
}

TEST(Wave, BeginsWithADispatch) {
  Words member = joined({{argument, 0, 16}, {argument, 0, 16}, {arena | written, 16, 16}});
  EXPECT_STATUS(open(member), IREE_STATUS_INVALID_ARGUMENT, "no dispatch before it");
  EXPECT_STATUS(open(first + copy({arena | written, 64, 16}, {argument, 0, 16}) + member),
                IREE_STATUS_INVALID_ARGUMENT, "no dispatch before it");
}

TEST(Wave, IsLimited) {
  Words code = first;
  for (uint32_t i = 1; i < IREE_KERNEL_MAX_WAVE; ++i)
    code =
        code + joined({{argument, 0, 16}, {argument, 0, 16}, {arena | written, 16 * (i % 16), 0}});
  ASSERT_OK(open(code));
  code = code + joined({{argument, 0, 16}, {argument, 0, 16}, {arena | written, 0, 0}});
  EXPECT_STATUS(open(code), IREE_STATUS_INVALID_ARGUMENT, "too many dispatches or bindings");
}

} // namespace
} // namespace iree::test
