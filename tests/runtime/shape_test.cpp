// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs with dynamic shapes: what they compute at their beginning, what calls
// give them and get from them, and what is refused.
#include <memory>

#include "assembler.h"
#include "test_support.h"

namespace iree::test {
namespace {

constexpr uint32_t f32 = IREE_HAL_ELEMENT_TYPE_FLOAT_32;
constexpr uint32_t any = IREE_VM_DYNAMIC_SIZE;
constexpr uint32_t inRegisters = 1u << 30, computed = 1u << 25;

Words text(uint32_t opcode, uint32_t a, uint32_t b, uint32_t c, const std::string &letters) {
  Words words = ins(opcode, a, b, c);
  words.resize(1 + (letters.size() + 3) / 4);
  std::memcpy(words.data() + 1, letters.data(), letters.size());
  return words;
}

// double(x: ?xf32) -> ?xf32: x + x, in registers 0 size, 1 bytes, 2 offset behind
// what is fixed (16 bytes), 3 end, 4 zero, 5 element bytes.
FunctionSpec doubleFunction() {
  FunctionSpec function;
  function.name = "double";
  function.arguments = {{"x", f32, {any}, 0, false, 0}};
  function.results = {{"y", f32, {any}, 0, false, 0}};
  function.arenaBytes = 16;
  function.registerTypes = Bytes(8, I32);
  function.code =
      ins(op::DIM, 0, 0, 0, {0}) + constI32(5, 4) + ins(op::SIZE, 1, 0, 5) + constI32(2, 16) +
      ins(op::BEHIND, 3, 2, 1) + ins(op::RESERVE, 3) + ins(op::RESULT, 1, 0, 0, {0, 2, 0}) +
      Words{op::DISPATCH | 3u << 8 | computed, 0, 0 /* register of the size */} +
      Words{3 | inRegisters, 4, 1, 3 | inRegisters, 4, 1, 4 | inRegisters | written, 4, 1} +
      ins(op::RETURN);
  return function;
}

class ShapeTest : public testing::Test {
protected:
  void start(const FunctionSpec &function) {
    file = std::make_unique<AlignedBytes>(buildModule(testLibraryModule({function})));
    fixture = std::make_unique<SessionFixture>(
        std::vector<iree_kernel_library_query_fn_t>{testLibraryQuery}, counter.get());
    ASSERT_OK(fixture->append(file.get()));
    iree_vm_function_t handle = {iree_runtime_session_module(fixture->session, 0), 0};
    ASSERT_OK(iree_runtime_call_initialize(fixture->session, handle, &call));
  }
  void TearDown() override {
    iree_runtime_call_deinitialize(&call);
    fixture.reset();
    EXPECT_EQ(counter.live, 0u);
  }
  iree_status_t push(std::vector<float> &values, std::vector<iree_hal_dim_t> shape) {
    iree_hal_buffer_view_t *view = wrap(values, shape, f32);
    iree_status_t status = iree_runtime_call_inputs_push_back_buffer_view(&call, view);
    iree_hal_buffer_view_release(view);
    return status;
  }
  // Calls with a vector and gives the result's contents.
  std::vector<float> invoke(std::vector<float> &values) {
    iree_runtime_call_reset(&call);
    iree_status_t status = push(values, {values.size()});
    if (iree_status_is_ok(status))
      status = iree_runtime_call_invoke(&call, 0);
    EXPECT_TRUE(iree_status_is_ok(status)) << toText(status);
    iree_hal_buffer_view_t *view = nullptr;
    if (!iree_status_is_ok(iree_runtime_call_outputs_pop_front_buffer_view(&call, &view)))
      return {};
    EXPECT_EQ(iree_hal_buffer_view_shape_rank(view), 1u);
    EXPECT_EQ(iree_hal_buffer_view_shape_dim(view, 0), values.size());
    return take<float>(view);
  }
  CountingAllocator counter;
  std::unique_ptr<AlignedBytes> file;
  std::unique_ptr<SessionFixture> fixture;
  iree_runtime_call_t call = {};
};

TEST_F(ShapeTest, ResultsHaveTheShapesOfTheCall) {
  start(doubleFunction());
  // add_f32 works on its range; the range register holds the size.
  std::vector<float> three = {1, 2, 3}, one = {5}, none;
  EXPECT_EQ(invoke(three), (std::vector<float>{2, 4, 6}));
  EXPECT_EQ(invoke(one), (std::vector<float>{10}));
  EXPECT_EQ(invoke(none), (std::vector<float>{}));
}

TEST_F(ShapeTest, TheSameShapeAllocatesNothing) {
  start(doubleFunction());
  std::vector<float> values(100, 1), other(101, 2);
  ASSERT_EQ(invoke(values), std::vector<float>(100, 2));
  iree_runtime_call_reset(&call);
  ASSERT_OK(push(values, {100}));
  counter.budget = 0;
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  iree_runtime_call_reset(&call);
  counter.budget = SIZE_MAX;
  ASSERT_OK(push(other, {101}));
  counter.budget = 0;
  EXPECT_STATUS(iree_runtime_call_invoke(&call, 0), IREE_STATUS_RESOURCE_EXHAUSTED,
                "'double' needs an arena of 432 bytes"); // 16 + 404, rounded up
  counter.budget = SIZE_MAX;
  EXPECT_EQ(invoke(other), std::vector<float>(101, 4));
}

TEST_F(ShapeTest, ViewsKeepTheirMemory) {
  start(doubleFunction());
  std::vector<float> few = {1, 2}, many(1000, 3);
  iree_hal_buffer_view_t *view = nullptr;
  ASSERT_OK(push(few, {2}));
  ASSERT_OK(iree_runtime_call_invoke(&call, 0));
  ASSERT_OK(iree_runtime_call_outputs_pop_front_buffer_view(&call, &view));
  EXPECT_EQ(invoke(many), std::vector<float>(1000, 6));
  EXPECT_EQ(take<float>(view), (std::vector<float>{2, 4})); // another arena
}

TEST_F(ShapeTest, ResultsGoToBoundMemory) {
  start(doubleFunction());
  std::vector<float> values = {1, 2, 3}, target(4, -1), longer(5, 1);
  iree_hal_buffer_t *buffer = nullptr;
  ASSERT_OK(iree_hal_buffer_wrap(iree_make_byte_span(target.data(), 16), {},
                                 iree_allocator_system(), &buffer));
  ASSERT_OK(iree_runtime_call_bind_output(&call, 0, buffer));
  iree_hal_buffer_release(buffer);
  EXPECT_EQ(invoke(values), (std::vector<float>{2, 4, 6}));
  EXPECT_EQ(target, (std::vector<float>{2, 4, 6, -1}));
  iree_runtime_call_reset(&call);
  ASSERT_OK(push(longer, {5}));
  EXPECT_STATUS(iree_runtime_call_invoke(&call, 0), IREE_STATUS_INVALID_ARGUMENT,
                "result 0 'y': expected 20 bytes, given 16");
  ASSERT_OK(iree_runtime_call_bind_output(&call, 0, nullptr));
  EXPECT_EQ(invoke(longer), (std::vector<float>(5, 2)));
}

TEST_F(ShapeTest, ChecksArguments) {
  start(doubleFunction());
  std::vector<float> values = {1, 2, 3, 4}, none;
  EXPECT_STATUS(push(values, {2, 2}), IREE_STATUS_INVALID_ARGUMENT,
                "argument 0 'x': expected ?xf32, given 2x2xf32");
  // Nothing lies in the tensor, but the product of its sizes is too large.
  FunctionSpec function = doubleFunction();
  function.arguments[0].shape = {any, any, any};
  iree_runtime_call_deinitialize(&call);
  fixture.reset();
  start(function);
  EXPECT_STATUS(push(none, {0, 65536, 65536}), IREE_STATUS_INVALID_ARGUMENT, "2 GiB or more");
}

// A program that only begins.
FunctionSpec beginning(const Words &code) {
  FunctionSpec function = doubleFunction();
  function.code = code + ins(op::RESULT, 1, 0, 0, {0, 7, 7}) + ins(op::RETURN);
  return function;
}

class ProgramTest : public ShapeTest {
protected:
  std::string run(const Words &code) {
    start(beginning(code));
    std::vector<float> values = {1, 2, 3};
    EXPECT_TRUE(iree_status_is_ok(push(values, {3})));
    std::string status = toText(iree_runtime_call_invoke(&call, 0));
    iree_runtime_call_deinitialize(&call);
    fixture.reset();
    return status;
  }
};

TEST_F(ProgramTest, SizesAreChecked) {
  auto has = [](const std::string &status, const char *part) {
    EXPECT_NE(status.find(part), std::string::npos) << status;
  };
  auto product = [&](int32_t a, int32_t b) {
    return run(constI32(1, a) + constI32(2, b) + ins(op::SIZE, 0, 1, 2));
  };
  auto sum = [&](int32_t a, int32_t b) {
    return run(constI32(1, a) + constI32(2, b) + ins(op::BEHIND, 0, 1, 2));
  };
  EXPECT_EQ(product(0, INT32_MAX), run({}));
  EXPECT_EQ(product(46340, 46340), run({})); // 2147395600
  has(product(46341, 46341), "RESOURCE_EXHAUSTED");
  has(product(65536, 65536), "RESOURCE_EXHAUSTED"); // 2^32, which wraps to 0
  has(product(-1, 1), "size is negative: -1");
  has(product(0, -5), "size is negative: -5");
  EXPECT_EQ(sum(INT32_MAX - 15, 0), run({}));
  has(sum(INT32_MAX, 1), "RESOURCE_EXHAUSTED");
  has(sum(1, -1), "size is negative");
  has(run(constI32(1, -16) + ins(op::RESERVE, 1)), "size is negative");
  has(run(constI32(7, -1)), "size is negative");
  has(run(text(op::ASSERT, 0, 3, 2, "layer x")), "'double': layer x");
  EXPECT_EQ(run(constI32(0, 1) + text(op::ASSERT, 0, 3, 2, "layer x")), run({}));
}

TEST_F(ProgramTest, ResultsAreChecked) {
  // Beyond the arena of 16 bytes; unaligned.
  FunctionSpec function = doubleFunction();
  auto place = [&](int32_t offset, int32_t size) {
    function.code = constI32(0, offset) + constI32(1, size) + ins(op::RESULT, 1, 0, 0, {0, 0, 1}) +
                    ins(op::RETURN);
    start(function);
    std::vector<float> values = {1};
    EXPECT_TRUE(iree_status_is_ok(push(values, {1})));
    std::string status = toText(iree_runtime_call_invoke(&call, 0));
    iree_runtime_call_deinitialize(&call);
    fixture.reset();
    return status;
  };
  EXPECT_EQ(place(0, 4), place(4, 3));
  EXPECT_NE(place(0, 5).find("outside the arena"), std::string::npos);
  EXPECT_NE(place(2, 1).find("unaligned"), std::string::npos);
  EXPECT_NE(place(-4, 1).find("outside the arena"), std::string::npos);
  EXPECT_NE(place(0, 1 << 30).find("2 GiB or more"), std::string::npos);
  function.results[0].shape = {2};
  function.results[0].byteLength = 8;
  EXPECT_NE(place(0, 3).find("size 3 of dimension 0 is not 2"), std::string::npos);
  function = doubleFunction();
  function.code = ins(op::RETURN);
  start(function);
  std::vector<float> values = {1};
  ASSERT_OK(push(values, {1}));
  EXPECT_STATUS(iree_runtime_call_invoke(&call, 0), IREE_STATUS_INTERNAL,
                "has not given it a shape");
}

// --- What a module may not say -------------------------------------------------

std::string open(const FunctionSpec &function) {
  AlignedBytes file(buildModule(testLibraryModule({function})));
  iree_vm_bytecode_module_t module;
  return toText(iree_vm_bytecode_module_open(file.span(), &module));
}

TEST(ShapeVerifier, Instructions) {
  auto refuses = [](const Words &code, const char *part) {
    std::string status = open(beginning(code));
    EXPECT_NE(status.find(part), std::string::npos) << status;
  };
  refuses(ins(op::DIM, 0, 0, 0, {1}), "size of an unknown argument");
  refuses(ins(op::DIM, 0, 1, 0, {0}), "beyond the argument's rank");
  refuses(ins(op::DIM, 9, 0, 0, {0}), "no register");
  refuses(ins(op::SIZE, 0, 1, 8), "no register");
  refuses(ins(op::RESULT, 1, 0, 0, {1, 0, 0}), "shape of an unknown result");
  refuses(ins(op::RESULT, 2, 0, 0, {0, 0, 0, 0}), "other than the result's rank");
  refuses(ins(op::RESULT, 1, 0, 0, {0, 8, 0}), "no register");
  refuses(ins(op::RESULT, 1, 0, 0, {0, 0, 8}), "no register");
  refuses(ins(op::RESULT, 1, 1, 0, {0, 0, 0}), "unused bits");
  refuses(ins(op::ASSERT, 8, 3, 0), "no register");
  refuses(ins(op::ASSERT, 0, 0, 0), "unknown status code");
  refuses(ins(op::ASSERT, 0, 3, 200), "cut instruction");
  FunctionSpec function = beginning({});
  function.code = ins(op::RESULT, 1, 0, 0, {0});
  EXPECT_NE(open(function).find("cut instruction"), std::string::npos);
}

TEST(ShapeVerifier, Values) {
  FunctionSpec function = doubleFunction();
  function.arguments[0].byteLength = 4;
  EXPECT_NE(open(function).find("length is not what"), std::string::npos);
  function = doubleFunction();
  function.results[0].shape = {any, 65536, 65536};
  EXPECT_NE(open(function).find("size overflows"), std::string::npos);
  function = doubleFunction();
  function.registerTypes = {};
  function.code = ret();
  EXPECT_NE(open(function).find("needs code with registers"), std::string::npos);
  // A place of fixed length in a value without one.
  function = doubleFunction();
  function.code = copy({0 | written, 0, 4}, {3, 0, 4}) + ins(op::RETURN);
  EXPECT_NE(open(function).find("place outside its base"), std::string::npos);
}

} // namespace
} // namespace iree::test
