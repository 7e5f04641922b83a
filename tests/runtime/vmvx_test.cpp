// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels as bytecode: the image, bindings, and the microkernels against plain
// loops.
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <random>

#include "iree/hal/local/loaders/vmvx_module_loader.h"
#include "test_support.h"
#include "vmvx_builder.h"

namespace iree::test {
namespace {

// Registers 0-31 i32, 32-35 i64, 36-39 f32, 40-43 f64.
constexpr uint32_t i64At = 32, f32At = 36, f64At = 40;
VmvxKernel kernelOf(const Words &code, Bytes alignments, const Words &blocks = {}) {
  VmvxKernel kernel;
  kernel.name = "test_kernel";
  kernel.code = code + ins(op::RETURN);
  kernel.bindingAlignments = std::move(alignments);
  kernel.blocks = blocks;
  kernel.registerTypes = Bytes(32, I32);
  for (RegisterType type : {I64, F32, F64})
    kernel.registerTypes.insert(kernel.registerTypes.end(), 4, type);
  return kernel;
}

// A loaded image.
class Image {
public:
  explicit Image(const Bytes &image, uint32_t kernelCount = 1, uint32_t identity = 0)
      : file(image) {
    iree_hal_executable_loader_t *loader = nullptr;
    status = iree_hal_vmvx_module_loader_create(iree_allocator_system(), &loader);
    iree_hal_executable_params_t params = {
        IREE_SV("vmvx-bytecode"), IREE_SV("x"), identity, 0, kernelCount, file.span()};
    EXPECT_TRUE(loader->vtable->query_support(loader, params.format));
    EXPECT_FALSE(loader->vtable->query_support(loader, IREE_SV("embedded-elf")));
    status = loader->vtable->try_load(loader, &params, iree_allocator_system(), &executable);
    iree_hal_executable_loader_release(loader);
  }
  ~Image() { iree_hal_executable_release(executable); }

  // Calls kernel 0 on the bindings, each in memory of its own.
  iree_status_t call(std::vector<Bytes *> bindings, Words constants = {}, uint32_t begin = 0,
                     uint32_t end = 1, uint64_t budget = UINT64_MAX) {
    std::vector<std::unique_ptr<AlignedBytes>> memory;
    std::vector<void *> pointers;
    Words lengths;
    for (Bytes *binding : bindings) {
      memory.push_back(std::make_unique<AlignedBytes>(*binding));
      pointers.push_back(memory.back()->data());
      lengths.push_back(static_cast<uint32_t>(binding->size()));
    }
    iree_hal_dispatch_t dispatch = {0,      end, pointers.data(), lengths.data(), constants.data(),
                                    &budget};
    iree_status_t result = executable->vtable->call(executable, &dispatch, begin, end);
    for (size_t i = 0; i < bindings.size(); ++i)
      bindings[i]->assign(memory[i]->data(), memory[i]->data() + memory[i]->size());
    return result;
  }

  AlignedBytes file;
  iree_hal_executable_t *executable = nullptr;
  iree_status_t status;
};

iree_status_t runKernel(const VmvxKernel &kernel, std::vector<Bytes *> bindings,
                        uint64_t budget = UINT64_MAX) {
  Image image(buildVmvxImage({kernel}));
  EXPECT_TRUE(iree_status_is_ok(image.status)) << toText(image.status);
  return iree_status_is_ok(image.status) ? image.call(bindings, {}, 0, 1, budget) : image.status;
}

template <typename T> Bytes bytesOf(const std::vector<T> &values) {
  Bytes bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}
template <typename T> std::vector<T> valuesOf(const Bytes &bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

// --- Kernels -------------------------------------------------------------------

TEST(Vmvx, RunsAKernelOverItsRange) {
  // y[i] = x[i] + constant for begin <= i < end.
  Words code = ins(op::RANGE, 0, 1) + ins(op::PARAM, 2, 0) + constI32(3, 1) +
               ins(op::LTS_I32, 5, 0, 1) + ins(op::COND_BR, 5, 0, 0, {0 | 1u << 16}) +
               ins(op::LOAD_I32, 4, 0, 0, {0}) + ins(op::ADD_I32, 4, 4, 2) +
               ins(op::STORE_I32, 4, 1, 0, {0}) + ins(op::NEXT, 0, 1, 3, {0});
  VmvxKernel kernel = kernelOf(code, {4, 4}, {7, 14});
  kernel.constantCount = 1;
  Image image(buildVmvxImage({kernel}));
  ASSERT_OK(image.status);
  iree_hal_kernel_info_t info;
  image.executable->vtable->describe(image.executable, 0, &info);
  EXPECT_STREQ(info.name, "test_kernel");
  EXPECT_EQ(info.binding_count, 2u);
  EXPECT_EQ(info.constant_count, 1u);
  Bytes x = bytesOf<int32_t>({1, 2, 3, 4, 5}), y(20);
  ASSERT_OK(image.call({&x, &y}, {10}, 1, 4));
  EXPECT_EQ(valuesOf<int32_t>(y), (std::vector<int32_t>{0, 12, 13, 14, 0}));
  ASSERT_OK(image.call({&x, &y}, {10}, 2, 2));
  EXPECT_STATUS(image.call({&x, &y}, {10}, 0, 6), IREE_STATUS_OUT_OF_RANGE,
                "kernel 'test_kernel', word 7: access outside base 0 of 20 bytes");
  EXPECT_STATUS(image.call({&x, &y}, {10}, 0, 5, 4), IREE_STATUS_DEADLINE_EXCEEDED,
                "kernel 'test_kernel'");
}

TEST(Vmvx, BindingsMustBeAligned) {
  Image image(buildVmvxImage({kernelOf(ins(op::LOAD_I16, 0, 0, 0, {0}), {2})}));
  ASSERT_OK(image.status);
  alignas(8) uint8_t memory[8] = {};
  void *binding = memory + 1;
  uint32_t length = 4;
  uint64_t budget = 10;
  iree_hal_dispatch_t dispatch = {0, 1, &binding, &length, nullptr, &budget};
  EXPECT_STATUS(image.executable->vtable->call(image.executable, &dispatch, 0, 1),
                IREE_STATUS_INVALID_ARGUMENT,
                "kernel 'test_kernel': binding 0 is not aligned to 2 bytes");
}

TEST(Vmvx, RefusesDamagedImages) {
  const Bytes good = buildVmvxImage({kernelOf(constI32(0, 1), {4, 8})}, 7);
  auto load = [](const Bytes &bytes) { return Image(bytes, 1, 7).status; };
  ASSERT_OK(load(good));
  auto changed = [&](size_t word, uint32_t value) {
    Bytes copy = good;
    std::memcpy(&copy[4 * word], &value, 4);
    return load(copy);
  };
#define EXPECT_REFUSED(expr, part) EXPECT_STATUS(expr, IREE_STATUS_INVALID_ARGUMENT, part)
  EXPECT_REFUSED(load(Bytes(8)), "too short");
  EXPECT_REFUSED(changed(0, 0), "not the layout");
  EXPECT_REFUSED(changed(1, 2), "not the layout");
  EXPECT_REFUSED(changed(2, 99), "header is not");
  EXPECT_REFUSED(changed(6, 1), "header is not");
  EXPECT_STATUS(changed(3, 2), IREE_STATUS_FAILED_PRECONDITION, "2 kernels where");
  EXPECT_STATUS(changed(4, 8), IREE_STATUS_FAILED_PRECONDITION, "identity 8");
  EXPECT_STATUS(changed(5, 16), IREE_STATUS_UNAVAILABLE, "parts that it does not know");
  EXPECT_REFUSED(changed(8, 3), "kernel 0: code outside the image or out of order");
  EXPECT_REFUSED(changed(9, 1000), "code outside the image");
  EXPECT_REFUSED(changed(10, 65), "too many bindings");
  EXPECT_REFUSED(changed(10, 300u << 16), "too many bindings, constants, registers");
  EXPECT_REFUSED(changed(11, 1000), "a table outside the image");
  EXPECT_REFUSED(changed(12, 1000), "a table outside the image");
  EXPECT_REFUSED(changed(13, 1000), "a table outside the image");
  EXPECT_REFUSED(changed(14, 100000), "too many bindings");
  EXPECT_REFUSED(changed(15, 100000), "a table outside the image");
  EXPECT_REFUSED(changed(12, 8), "alignment of a binding");
  EXPECT_REFUSED(load(buildVmvxImage({kernelOf(ins(op::ADD_I32, 0, 0, i64At), {})}, 7)),
                 "kernel 'test_kernel', word 0: no register of the type");
  EXPECT_REFUSED(load(buildVmvxImage({kernelOf(ins(op::LOAD_I32, 0, 1, 0, {0}), {4})}, 7)),
                 "unknown base");
  EXPECT_REFUSED(load(buildVmvxImage({kernelOf(ins(op::LOAD_I32, 0, 0, 0, {0}), {2})}, 7)),
                 "base is not aligned");
  EXPECT_REFUSED(load(buildVmvxImage({kernelOf(ins(op::PARAM, 0, 0), {})}, 7)), "unknown constant");
  for (const Words &code :
       {ins(op::MATH_F32, f32At, f32At, 15), ins(op::MATH_F32, f32At, f32At, math::POW),
        ins(op::MATH2_F32, f32At, f32At, f32At, {math::EXP})})
    EXPECT_REFUSED(load(buildVmvxImage({kernelOf(code, {})}, 7)), "unknown function");
  EXPECT_REFUSED(load(buildVmvxImage({kernelOf(dispatch(0, 1, {}), {})}, 7)),
                 "instruction of programs in a kernel");
  EXPECT_REFUSED(load(buildVmvxImage({kernelOf(copy({0, 0, 1}, {0, 0, 1}), {})}, 7)),
                 "instruction of programs in a kernel");
}

TEST(Vmvx, MathFunctions) {
  auto float32 = [](const Words &code) {
    Bytes out(4);
    iree_status_t status =
        runKernel(kernelOf(code + ins(op::STORE_F32, f32At, 0, 0, {0}), {4}), {&out});
    EXPECT_TRUE(iree_status_is_ok(status)) << toText(status);
    return valuesOf<float>(out)[0];
  };
  auto float64 = [](const Words &code) {
    Bytes out(8);
    iree_status_t status =
        runKernel(kernelOf(code + ins(op::STORE_F64, f64At, 0, 0, {0}), {8}), {&out});
    EXPECT_TRUE(iree_status_is_ok(status)) << toText(status);
    return valuesOf<double>(out)[0];
  };
  const uint32_t f32 = f32At, f64 = f64At;
  auto call = [&](uint32_t function, float x) {
    return float32(constF32(f32 + 1, x) + ins(op::MATH_F32, f32, f32 + 1, function));
  };
  EXPECT_EQ(call(math::SQRT, 2.25f), 1.5f);
  EXPECT_EQ(call(math::CEIL, -1.5f), -1);
  EXPECT_EQ(call(math::FLOOR, -1.5f), -2);
  EXPECT_EQ(call(math::TRUNC, -1.5f), -1);
  EXPECT_EQ(call(math::ROUND, 2.5f), 3);
  EXPECT_EQ(call(math::ROUNDEVEN, 2.5f), 2);
  const float x = 0.4f;
  struct Function {
    uint32_t ordinal;
    double expected;
  };
  for (Function f : {Function{math::RSQRT, 1 / std::sqrt(double(x))},
                     Function{math::CBRT, std::cbrt(double(x))},
                     Function{math::EXP, std::exp(double(x))},
                     Function{math::EXP2, std::exp2(double(x))},
                     Function{math::EXPM1, std::expm1(double(x))},
                     Function{math::LOG, std::log(double(x))},
                     Function{math::LOG2, std::log2(double(x))},
                     Function{math::LOG10, std::log10(double(x))},
                     Function{math::LOG1P, std::log1p(double(x))},
                     Function{math::SIN, std::sin(double(x))},
                     Function{math::COS, std::cos(double(x))},
                     Function{math::TAN, std::tan(double(x))},
                     Function{math::ASIN, std::asin(double(x))},
                     Function{math::ACOS, std::acos(double(x))},
                     Function{math::ATAN, std::atan(double(x))},
                     Function{math::SINH, std::sinh(double(x))},
                     Function{math::COSH, std::cosh(double(x))},
                     Function{math::TANH, std::tanh(double(x))},
                     Function{math::ASINH, std::asinh(double(x))},
                     Function{math::ATANH, std::atanh(double(x))},
                     Function{math::ERF, std::erf(double(x))},
                     Function{math::ERFC, std::erfc(double(x))}}) {
    EXPECT_NEAR(call(f.ordinal, x), f.expected, std::abs(f.expected) * 2e-7) << f.ordinal;
    double wide =
        float64(constF64(f64 + 1, double(x)) + ins(op::MATH_F64, f64, f64 + 1, f.ordinal));
    EXPECT_NEAR(wide, f.expected, std::abs(f.expected) * 4e-16) << f.ordinal;
  }
  EXPECT_NEAR(call(math::ACOSH, 1.4f), std::acosh(double(1.4f)), 2e-7);
  EXPECT_NEAR(float32(constF32(f32 + 1, 2.5f) + constF32(f32 + 2, 1.5f) +
                      ins(op::MATH2_F32, f32, f32 + 1, f32 + 2, {math::POW})),
              std::pow(2.5, 1.5), 1e-6);
  EXPECT_NEAR(float32(constF32(f32 + 1, -1) + constF32(f32 + 2, -2) +
                      ins(op::MATH2_F32, f32, f32 + 1, f32 + 2, {math::ATAN2})),
              std::atan2(-1.0, -2.0), 1e-6);
}

// --- MAP -----------------------------------------------------------------------

constexpr uint32_t fromRegister(uint32_t reg) { return 255u | reg << 8; }
Words types(uint32_t target, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0) {
  return {target | a << 8 | b << 16 | c << 24};
}
// Sizes in registers 1 and 2, strides 1 in 3, of a row in 4; 0 in register 0.
Words sizes(int32_t outer, int32_t inner) {
  return constI32(1, outer) + constI32(2, inner) + constI32(3, 1) + constI32(4, inner);
}
constexpr uint32_t rowMajor(uint32_t base) { return base | 0u << 8 | 4u << 16 | 3u << 24; }

TEST(Vmvx, MapAddsFloats) {
  std::vector<float> x(46), y(46), sum(46);
  for (size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<float>(i) * 0.5f;
    y[i] = 3 - static_cast<float>(i);
    sum[i] = x[i] + y[i];
  }
  Words code = sizes(2, 23) + ins(op::MAP, op::ADD_F32, 1, 2) +
               types(element::F32, element::F32, element::F32) +
               Words{rowMajor(2), rowMajor(0), rowMajor(1)};
  Bytes a = bytesOf(x), b = bytesOf(y), out(46 * 4);
  ASSERT_OK(runKernel(kernelOf(code, {4, 4, 4}), {&a, &b, &out}));
  EXPECT_EQ(valuesOf<float>(out), sum);
  // One element short.
  Bytes shorter(45 * 4);
  EXPECT_STATUS(runKernel(kernelOf(code, {4, 4, 4}), {&a, &b, &shorter}), IREE_STATUS_OUT_OF_RANGE,
                "word 8: access outside base 2 of 180 bytes");
  EXPECT_EQ(shorter, Bytes(45 * 4));
}

TEST(Vmvx, MapConvertsTransposesAndBroadcasts) {
  // out (3x2, i32) = transposed x (2x3, i8) * the register 5.
  Words code = sizes(3, 2) + constI32(5, 7) + constI32(6, 3) + ins(op::MAP, op::MUL_I32, 1, 2) +
               types(element::I32, element::I8, 0) +
               Words{rowMajor(1), operand(0, 0, 3, 6), fromRegister(5)};
  Bytes x = bytesOf<int8_t>({1, -2, 3, 4, 5, -6}), out(24);
  ASSERT_OK(runKernel(kernelOf(code, {1, 4}), {&x, &out}));
  EXPECT_EQ(valuesOf<int32_t>(out), (std::vector<int32_t>{7, 28, -14, 35, 21, -42}));
  // Back to i8 with a negative stride: the low bits.
  code = sizes(1, 6) + constI32(5, 5) + constI32(6, -1) + ins(op::MAP, op::MOV, 1, 2) +
         types(element::I8, element::I32) + Words{operand(1, 5, 0, 6), rowMajor(0)};
  Bytes wide = bytesOf<int32_t>({1, 2, 3, 300, 5, -6}), narrow(6);
  ASSERT_OK(runKernel(kernelOf(code, {4, 1}), {&wide, &narrow}));
  EXPECT_EQ(valuesOf<int8_t>(narrow), (std::vector<int8_t>{-6, 5, 44, 3, 2, 1}));
  // f16 to f32.
  code = sizes(1, 2) + ins(op::MAP, op::MOV, 1, 2) + types(element::F32, element::F16) +
         Words{rowMajor(1), rowMajor(0)};
  Bytes halves = bytesOf<uint16_t>({0x3C00, 0xC200}), floats(8);
  ASSERT_OK(runKernel(kernelOf(code, {2, 4}), {&halves, &floats}));
  EXPECT_EQ(valuesOf<float>(floats), (std::vector<float>{1, -3}));
}

TEST(Vmvx, MapFillsAndCopies) {
  for (uint32_t type : {element::I8, element::I16, element::I32, element::I64}) {
    size_t bytes = type == element::I8    ? 1
                   : type == element::I16 ? 2
                   : type == element::I32 ? 4
                                          : 8;
    uint32_t source = type == element::I64 ? i64At : 5;
    Words value = type == element::I64 ? constI64(source, 5) : constI32(source, 5);
    // Every second element of 6.
    Words code = sizes(1, 3) + constI32(6, 2) + value + ins(op::MAP, op::MOV, 1, 2) + types(type) +
                 Words{operand(0, 0, 0, 6), fromRegister(source)};
    auto alignment = static_cast<uint8_t>(bytes);
    Bytes out(6 * bytes);
    ASSERT_OK(runKernel(kernelOf(code, {alignment}), {&out}));
    for (size_t i = 0; i < 6; ++i)
      for (size_t k = 0; k < bytes; ++k)
        EXPECT_EQ(out[i * bytes + k], i % 2 == 0 && k == 0 ? 5 : 0);
    // Rows of 2 of a 3-wide source.
    code = sizes(2, 2) + constI32(6, 3) + ins(op::MAP, op::MOV, 1, 2) + types(type, type) +
           Words{rowMajor(1), operand(0, 3, 6, 3)};
    Bytes from(6 * bytes), to(4 * bytes);
    for (size_t i = 0; i < from.size(); ++i)
      from[i] = static_cast<uint8_t>(i);
    ASSERT_OK(runKernel(kernelOf(code, {alignment, alignment}), {&from, &to}));
    for (size_t i = 0; i < 4; ++i)
      EXPECT_EQ(to[i * bytes], (i / 2 * 3 + i % 2 + 1) * bytes);
  }
}

TEST(Vmvx, MapComparesSelectsAndCallsFunctions) {
  // out = x < 0 ? exp(x) : x.
  Words code = sizes(1, 4) + ins(op::MAP, op::CMP_F32, 1, 2) +
               types(element::I1, element::F32, 0, 4) +
               Words{rowMajor(1), rowMajor(0), fromRegister(f32At)} +
               ins(op::MAP, op::MATH_F32, 1, 2) + types(element::F32, element::F32, 0, math::EXP) +
               Words{rowMajor(2), rowMajor(0)} + ins(op::MAP, op::SELECT, 1, 2) +
               types(element::F32, element::I1, element::F32, element::F32) +
               Words{rowMajor(2), rowMajor(1), rowMajor(2), rowMajor(0)};
  Bytes x = bytesOf<float>({-1, 2, -3, 0}), mask(4), out(16);
  ASSERT_OK(runKernel(kernelOf(code, {4, 1, 4}), {&x, &mask, &out}));
  EXPECT_EQ(mask, (Bytes{1, 0, 1, 0}));
  auto y = valuesOf<float>(out);
  EXPECT_NEAR(y[0], std::exp(-1.0), 1e-7);
  EXPECT_EQ(y[1], 2);
  EXPECT_NEAR(y[2], std::exp(-3.0), 1e-8);
  EXPECT_EQ(y[3], 0);
}

TEST(Vmvx, MapDoesNothingForEmptySizes) {
  const std::pair<int32_t, int32_t> empty[] = {{0, 5}, {5, 0}, {-1, 5}, {5, -2147483647}};
  for (auto [outer, inner] : empty) {
    Words code = sizes(outer, inner) + ins(op::MAP, op::MOV, 1, 2) + types(element::I8) +
                 Words{rowMajor(0), fromRegister(0)};
    Bytes none;
    ASSERT_OK(runKernel(kernelOf(code, {1}), {&none}));
  }
}

TEST(Vmvx, HugeSizesAreOutOfRange) {
  auto map = [](int32_t outer, int32_t inner, int32_t offset, int32_t stride) {
    Words code = constI32(1, outer) + constI32(2, inner) + constI32(3, 1) + constI32(4, stride) +
                 constI32(5, offset) + ins(op::MAP, op::MOV, 1, 2) + types(element::I8) +
                 Words{operand(0, 5, 4, 3), fromRegister(0)};
    Bytes out(8);
    return runKernel(kernelOf(code, {1}), {&out});
  };
  EXPECT_TRUE(iree_status_is_ok(map(2, 4, 0, 4)));
  EXPECT_TRUE(iree_status_is_ok(map(2, 4, 4, -4)));
  const std::array<int32_t, 4> beyond[] = {{INT32_MAX, INT32_MAX, 0, INT32_MAX},
                                           {INT32_MAX, 8, 0, INT32_MIN},
                                           {2, 4, 0, 5},
                                           {2, 4, 4, -5},
                                           {1, 1, 8, 0},
                                           {1, 1, -1, 0},
                                           {1, 1, INT32_MIN, 0},
                                           {2, 1, 0, INT32_MIN},
                                           {1, INT32_MAX, 0, 0}};
  for (auto [outer, inner, offset, stride] : beyond)
    EXPECT_STATUS(map(outer, inner, offset, stride), IREE_STATUS_OUT_OF_RANGE, "base 0 of 8 bytes");
}

// Strides of 0 reach one element only, but the work is counted.
TEST(Vmvx, MicrokernelsCountAgainstTheBudget) {
  Words code = constI32(1, INT32_MAX) + constI32(2, INT32_MAX) + ins(op::MAP, op::MOV, 1, 2) +
               types(element::I8) + Words{operand(0, 0, 0, 0), fromRegister(0)};
  Bytes out(8);
  EXPECT_STATUS(runKernel(kernelOf(code, {1}), {&out}, 1000000), IREE_STATUS_DEADLINE_EXCEEDED,
                "kernel 'test_kernel'");
  code = constI32(1, INT32_MAX) + ins(op::CONTRACT, 5, 3) + Words{0, 1, 0, 0, 1, 1, 1};
  EXPECT_STATUS(runKernel(kernelOf(code, {4, 4}), {&out, &out}, 1000000),
                IREE_STATUS_DEADLINE_EXCEEDED, "kernel 'test_kernel'");
}

TEST(Vmvx, Reduces) {
  // Two rows of 20.
  std::vector<float> x(40);
  float sum[2] = {100, 200}, highest[2] = {0, 0};
  for (size_t i = 0; i < x.size(); ++i) {
    x[i] = std::sin(static_cast<float>(i));
    sum[i / 20] += x[i];
    highest[i / 20] = std::max(highest[i / 20], x[i]);
  }
  auto reduce = [&](uint32_t opcode, std::vector<float> start) {
    Words code = sizes(2, 20) + ins(op::REDUCE, opcode, 1, 2) + types(element::F32, element::F32) +
                 Words{operand(1, 0, 3, 0), rowMajor(0)};
    Bytes in = bytesOf(x), out = bytesOf(start);
    iree_status_t status = runKernel(kernelOf(code, {4, 4}), {&in, &out});
    EXPECT_TRUE(iree_status_is_ok(status)) << toText(status);
    return valuesOf<float>(out);
  };
  EXPECT_EQ(reduce(op::ADD_F32, {100, 200}), (std::vector<float>{sum[0], sum[1]}));
  EXPECT_EQ(reduce(op::MAX_F32, {0, 0}), (std::vector<float>{highest[0], highest[1]}));
  // Bytes, summed as i32.
  Words code = sizes(1, 5) + ins(op::REDUCE, op::ADD_I32, 1, 2) + types(element::I32, element::I8) +
               Words{operand(1, 0, 3, 0), rowMajor(0)};
  Bytes in = bytesOf<int8_t>({100, 100, 100, -1, 5}), out = bytesOf<int32_t>({1});
  ASSERT_OK(runKernel(kernelOf(code, {1, 4}), {&in, &out}));
  EXPECT_EQ(valuesOf<int32_t>(out)[0], 305);
}

TEST(Vmvx, Requantizes) {
  // (x + bias) * multiplier >> shift, a channel each, + zero point, clamped.
  std::vector<int32_t> x = {1000, -1000, 70, 5, 123456, -7}, bias = {10, -20, 30};
  std::vector<int32_t> multiplier = {1 << 30, 3 << 28, 1 << 29};
  std::vector<int8_t> shift = {35, 34, 31};
  Words code = sizes(2, 3) + constI32(5, -4) + constI32(6, -100) + constI32(7, 90) +
               ins(op::REQUANTIZE, 0, 1, 2) +
               types(element::I8, element::I32, element::I32, element::I8) +
               Words{rowMajor(4),         rowMajor(0),         operand(1, 0, 0, 3),
                     operand(2, 0, 0, 3), operand(3, 0, 0, 3), 5 | 6u << 8 | 7u << 16};
  Bytes a = bytesOf(x), b = bytesOf(bias), m = bytesOf(multiplier), s = bytesOf(shift), out(6);
  ASSERT_OK(runKernel(kernelOf(code, {4, 4, 4, 1, 1}), {&a, &b, &m, &s, &out}));
  std::vector<int8_t> expected;
  for (size_t i = 0; i < 6; ++i) {
    double scaled = double(x[i] + bias[i % 3]) * multiplier[i % 3] / std::exp2(shift[i % 3]);
    double value = std::floor(scaled + 0.5) - 4;
    expected.push_back(static_cast<int8_t>(std::min(90.0, std::max(-100.0, value))));
  }
  EXPECT_EQ(valuesOf<int8_t>(out), expected);
}

// --- CONTRACT --------------------------------------------------------------------

// Loops of given sizes and strides, in registers from 4 on.
struct ContractLoop {
  int32_t size, target, a, b;
};
Words contract(uint32_t kind, const std::vector<ContractLoop> &loops, int32_t zeroA = 0,
               int32_t zeroB = 0) {
  Words setup = constI32(2, zeroA) + constI32(3, zeroB), tail;
  // One register per distinct value.
  std::vector<int32_t> values;
  auto registerOf = [&](int32_t value) {
    for (size_t i = 0; i < values.size(); ++i)
      if (values[i] == value)
        return static_cast<uint32_t>(4 + i);
    values.push_back(value);
    setup = setup + constI32(static_cast<uint32_t>(3 + values.size()), value);
    return static_cast<uint32_t>(3 + values.size());
  };
  bool hasB = kind < 4;
  for (const ContractLoop &loop : loops) {
    uint32_t word = registerOf(loop.size);
    word |= registerOf(loop.target) << 8 | registerOf(loop.a) << 16;
    if (hasB)
      word |= registerOf(loop.b) << 24;
    tail.push_back(word);
  }
  return setup + ins(op::CONTRACT, kind, static_cast<uint32_t>(loops.size())) +
         Words{2, 0, hasB ? 1u : 0u, kind == 2 ? 2u | 3u << 8 : 0u} + tail;
}

// Runs it on random data and compares with loops over indices.
template <typename T, typename S>
void checkContract(uint32_t kind, const std::vector<ContractLoop> &loops, int32_t zeroA = 0,
                   int32_t zeroB = 0) {
  auto extent = [&](int32_t ContractLoop::*stride) {
    size_t last = 0;
    for (const ContractLoop &loop : loops)
      last += static_cast<size_t>((loop.size - 1) * (loop.*stride));
    return last + 1;
  };
  std::mt19937 random(1);
  auto fill = [&](auto &values) {
    for (auto &value : values)
      value = static_cast<std::decay_t<decltype(value)>>(static_cast<int>(random() % 256) - 128);
  };
  std::vector<S> a(extent(&ContractLoop::a)), b(extent(&ContractLoop::b));
  std::vector<T> target(extent(&ContractLoop::target));
  fill(a), fill(b), fill(target);
  Bytes aBytes = bytesOf(a), bBytes = bytesOf(b), targetBytes = bytesOf(target);
  ASSERT_OK(
      runKernel(kernelOf(contract(kind, loops, zeroA, zeroB), {sizeof(S), sizeof(S), sizeof(T)}),
                {&aBytes, &bBytes, &targetBytes}));
  std::function<void(size_t, int, int, int)> visit = [&](size_t depth, int t, int x, int y) {
    if (depth < loops.size()) {
      for (int i = 0; i < loops[depth].size; ++i)
        visit(depth + 1, t + i * loops[depth].target, x + i * loops[depth].a,
              y + i * loops[depth].b);
      return;
    }
    T &out = target[static_cast<size_t>(t)];
    auto left = static_cast<T>(static_cast<T>(a[static_cast<size_t>(x)]) - static_cast<T>(zeroA));
    auto right = static_cast<T>(static_cast<T>(b[static_cast<size_t>(y)]) - static_cast<T>(zeroB));
    switch (kind / 4) {
    case 0:
      out = static_cast<T>(out + left * right);
      break;
    case 1:
      out = static_cast<T>(out + left);
      break;
    case 2:
      out = std::max(out, left);
      break;
    default:
      out = std::min(out, left);
    }
  };
  visit(0, 0, 0, 0);
  // Small integers: floats are exact, fused or not.
  EXPECT_EQ(valuesOf<T>(targetBytes), target) << "kind " << kind;
}

TEST(Vmvx, ContractMultipliesMatrices) {
  // m, n, k = 3, 6, 5: row-major, b transposed, and other orders of the loops.
  ContractLoop m = {3, 6, 5, 0}, n = {6, 1, 0, 1}, k = {5, 0, 1, 6};
  const std::vector<ContractLoop> orders[] = {
      {m, n, k}, {m, k, n}, {k, m, n}, {n, m, k}, {k, n, m}};
  for (const auto &loops : orders) {
    checkContract<float, float>(0, loops);
    checkContract<int32_t, int32_t>(1, loops);
    checkContract<int32_t, int8_t>(2, loops);
    checkContract<int32_t, int8_t>(2, loops, 5, -3);
  }
  n.b = 5, k.b = 1;
  checkContract<float, float>(0, {m, n, k});
  checkContract<int32_t, int8_t>(2, {m, n, k});
  // A dot product, an outer product, one multiplication.
  checkContract<int32_t, int8_t>(2, {{9, 0, 1, 1}});
  checkContract<int32_t, int8_t>(2, {{4, 1, 1, 0}, {4, 4, 0, 1}});
  checkContract<int32_t, int8_t>(2, {});
}

TEST(Vmvx, ContractConvolves) {
  // Input 7x6x3, filter 3x2x3x5, steps 2x1: output 3x5x5.
  std::vector<ContractLoop> loops = {{3, 25, 2 * 18, 0}, {5, 5, 3, 0},  {5, 1, 0, 1},
                                     {3, 0, 18, 30},     {2, 0, 3, 15}, {3, 0, 1, 5}};
  checkContract<int32_t, int8_t>(2, loops, -7);
  checkContract<float, float>(0, loops);
  // Depthwise, channels innermost: input 5x5x4, filter 3x3x4.
  loops = {{3, 12, 20, 0}, {3, 4, 4, 0}, {3, 0, 20, 12}, {3, 0, 4, 4}, {4, 1, 1, 1}};
  checkContract<int32_t, int8_t>(2, loops);
  checkContract<int32_t, int8_t>(2, loops, 3, 0);
  checkContract<float, float>(0, loops);
}

TEST(Vmvx, ContractPools) {
  // Input 4x4x3, windows of 2x2.
  std::vector<ContractLoop> loops = {
      {2, 6, 24, 0}, {2, 3, 6, 0}, {2, 0, 12, 0}, {2, 0, 3, 0}, {3, 1, 1, 0}};
  checkContract<float, float>(4, loops);
  checkContract<int32_t, int32_t>(5, loops);
  checkContract<int32_t, int8_t>(6, loops);
  checkContract<float, float>(8, loops);
  checkContract<int32_t, int32_t>(9, loops);
  checkContract<int8_t, int8_t>(10, loops);
  checkContract<float, float>(12, loops);
  checkContract<int32_t, int32_t>(13, loops);
  checkContract<int8_t, int8_t>(14, loops);
}

TEST(Vmvx, ContractChecksItsBindings) {
  std::vector<ContractLoop> loops = {{3, 6, 5, 0}, {6, 1, 0, 1}, {5, 0, 1, 6}};
  VmvxKernel kernel = kernelOf(contract(1, loops), {4, 4, 4});
  Bytes a(15 * 4), b(30 * 4), target(18 * 4);
  ASSERT_OK(runKernel(kernel, {&a, &b, &target}));
  Bytes shortA(14 * 4), shortB(29 * 4), shortTarget(17 * 4);
  EXPECT_STATUS(runKernel(kernel, {&shortA, &b, &target}), IREE_STATUS_OUT_OF_RANGE, "base 0");
  EXPECT_STATUS(runKernel(kernel, {&a, &shortB, &target}), IREE_STATUS_OUT_OF_RANGE, "base 1");
  EXPECT_STATUS(runKernel(kernel, {&a, &b, &shortTarget}), IREE_STATUS_OUT_OF_RANGE, "base 2");
  for (int32_t offset : {-128, INT32_MIN, INT32_MAX})
    EXPECT_STATUS(runKernel(kernelOf(constI32(1, offset) + ins(op::CONTRACT, 1, 0) +
                                         Words{2 | 1u << 8, 0, 1, 0},
                                     {4, 4, 4}),
                            {&a, &b, &target}),
                  IREE_STATUS_OUT_OF_RANGE, "base 2");
  // Sizes whose product, and strides whose sum, overflow everything.
  std::vector<ContractLoop> huge(8, {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MAX});
  EXPECT_STATUS(runKernel(kernelOf(contract(1, huge), {4, 4, 4}), {&a, &b, &target}),
                IREE_STATUS_OUT_OF_RANGE, "base 2");
  huge.resize(2);
  EXPECT_STATUS(runKernel(kernelOf(contract(1, huge), {4, 4, 4}), {&a, &b, &target}),
                IREE_STATUS_OUT_OF_RANGE, "base 2");
  huge[0].size = 0;
  ASSERT_OK(runKernel(kernelOf(contract(1, huge), {4, 4, 4}), {&a, &b, &target}));
}

TEST(Vmvx, RefusesBadMicrokernels) {
  auto load = [](const Words &code) {
    return Image(buildVmvxImage({kernelOf(code, {4, 1})})).status;
  };
  const Words good = ins(op::MAP, op::ADD_I32, 1, 2) +
                     types(element::I32, element::I32, element::I8) +
                     Words{rowMajor(0), rowMajor(0), rowMajor(1)};
  ASSERT_OK(load(good));
  auto changed = [&](size_t word, uint32_t value) {
    Words code = good;
    code[word] = value;
    return load(code);
  };
  EXPECT_REFUSED(changed(0, op::MAP | op::CONST_I32 << 8), "no operation");
  EXPECT_REFUSED(changed(0, op::MAP | op::MATH2_F32 << 8), "no operation");
  EXPECT_REFUSED(changed(0, op::MAP | op::LOAD_I8 << 8), "no operation");
  EXPECT_REFUSED(changed(0, op::MAP | op::ADD_I32 << 8 | i64At << 16), "no register of the type");
  EXPECT_REFUSED(changed(1, element::F32 | element::I32 << 8),
                 "unknown binding, register or element");
  EXPECT_REFUSED(changed(1, 11), "no operation");
  EXPECT_REFUSED(changed(1, element::I32 | element::I64 << 8), "unknown binding");
  EXPECT_REFUSED(changed(1, element::I32 | element::I32 << 8 | element::I8 << 16 | 1u << 24),
                 "unused bits");
  EXPECT_REFUSED(changed(2, operand(255, 0)), "unknown binding");
  EXPECT_REFUSED(changed(2, operand(2, 0)), "unknown binding");
  EXPECT_REFUSED(changed(2, operand(1, 0)), "unknown binding"); // i32 in bytes
  EXPECT_REFUSED(changed(3, operand(0, i64At)), "unknown binding");
  EXPECT_REFUSED(changed(4, fromRegister(f32At)), "unknown binding");
  EXPECT_REFUSED(changed(4, fromRegister(1) | 1u << 16), "unknown binding");
  EXPECT_REFUSED(load(Words(good.begin(), good.begin() + 3)), "cut instruction");
  EXPECT_REFUSED(load(ins(op::REDUCE, op::SUB_I32, 1, 2) + Words{5 | 5u << 8, 0, 0}),
                 "no operation");
  EXPECT_REFUSED(load(ins(op::REDUCE, op::ADD_I32, 1, 2) + Words{5 | 5u << 8, rowMajor(0), 0}),
                 "unknown binding");
  EXPECT_REFUSED(load(ins(op::CONTRACT, 3, 0) + Words{0, 0, 0, 0}), "unknown kind");
  EXPECT_REFUSED(load(ins(op::CONTRACT, 15, 0) + Words{0, 0, 0, 0}), "unknown kind");
  EXPECT_REFUSED(load(ins(op::CONTRACT, 1, 9) + Words(13, 0)), "unknown kind");
  EXPECT_REFUSED(load(ins(op::CONTRACT, 1, 2) + Words{0, 0, 0, 0}), "cut instruction");
  EXPECT_REFUSED(load(ins(op::CONTRACT, 5, 0) + Words{0, 0, 1, 0}), "unknown binding");
  EXPECT_REFUSED(load(ins(op::CONTRACT, 1, 0) + Words{0, 0, 1, 0}), "unknown binding");
  EXPECT_REFUSED(load(ins(op::CONTRACT, 1, 0) + Words{0, 0, 0, 1}), "unknown binding");
  EXPECT_REFUSED(load(ins(op::CONTRACT, 5, 1) + Words{0, 0, 0, 0, 1u << 24}), "no register");
  EXPECT_REFUSED(load(ins(op::REQUANTIZE, 2, 1, 2) + Words(7, 0)), "unused bits");
  EXPECT_REFUSED(load(ins(op::REQUANTIZE, 0, 1, 2) + Words(7, 0x09090909)), "unknown binding");
}

} // namespace
} // namespace iree::test
