// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Code with registers: what instructions compute, branches, memory, budget.
#include <cmath>
#include <limits>

#include "assembler.h"
#include "test_support.h"

namespace iree::test {
namespace {

constexpr uint32_t arena = 0, constants = 1, argument = 3, result = 4;

// A function of 64 bytes to 64 bytes with registers 0-9 i32, 10-19 i64,
// 20-29 f32, 30-39 f64.
FunctionSpec machineFunction(const Words &code, const Words &blocks = {}) {
  FunctionSpec function;
  function.name = "f";
  function.arguments = {{"x", IREE_HAL_ELEMENT_TYPE_INT_64, {8}}};
  function.results = {{"y", IREE_HAL_ELEMENT_TYPE_INT_64, {8}}};
  function.arenaBytes = 128;
  function.code = code;
  function.blocks = blocks;
  for (RegisterType type : {I32, I64, F32, F64})
    function.registerTypes.insert(function.registerTypes.end(), 10, type);
  return function;
}

// Opens a module of the function and runs it.
struct Execution {
  explicit Execution(const FunctionSpec &function, uint64_t budget = 0, Bytes input = Bytes(64)) {
    ModuleSpec spec = testLibraryModule({function});
    spec.constants = Bytes(64, 7);
    AlignedBytes file(buildModule(spec));
    iree_vm_bytecode_module_t module;
    status = iree_vm_bytecode_module_open(file.span(), &module);
    if (!iree_status_is_ok(status)) {
      text = toText(status);
      return;
    }
    AlignedBytes memory(Bytes(128)), argumentBytes(input), resultBytes(Bytes(64));
    iree_vm_function_info_t info;
    iree_vm_bytecode_module_function(&module, 0, &info);
    uint8_t *bases[] = {memory.data(), const_cast<uint8_t *>(module.constants.data), nullptr,
                        argumentBytes.data(), resultBytes.data()};
    uint32_t lengths[] = {128, 64, 0, 64, 64};
    auto dispatch = [](void *self, uint32_t, const iree_hal_dispatch_t *what) {
      auto *run = static_cast<Execution *>(self);
      run->dispatched = *what;
      run->bindingLength = what->binding_lengths[0];
      run->bindingOffset = static_cast<uint8_t *>(what->bindings[0]) - run->arenaBase;
      return iree_ok_status();
    };
    arenaBase = bases[0];
    iree_vm_invocation_t invocation = {};
    invocation.bases = bases;
    invocation.base_lengths = lengths;
    invocation.budget = budget;
    invocation.dispatch = dispatch;
    invocation.self = this;
    status = iree_vm_bytecode_execute(&info, &invocation);
    text = toText(status);
    output.assign(resultBytes.data(), resultBytes.data() + 64);
  }
  template <typename T> T at(size_t index) const {
    T value;
    std::memcpy(&value, output.data() + index * sizeof(T), sizeof(T));
    return value;
  }
  iree_status_t status;
  std::string text;
  Bytes output = Bytes(64);
  iree_hal_dispatch_t dispatched = {};
  uint32_t bindingLength = 0;
  ptrdiff_t bindingOffset = 0;
  uint8_t *arenaBase = nullptr;
};

// Stores register `reg` to element 0 of the result; i32 register 9 stays 0.
Words storeResult(uint32_t opcode, uint32_t reg) {
  return ins(opcode, reg, result, 9, {0}) + ins(op::RETURN);
}

int32_t integerOf(const Words &code) {
  Execution run(machineFunction(code + storeResult(op::STORE_I32, 0)));
  EXPECT_TRUE(iree_status_is_ok(run.status)) << run.text;
  return run.at<int32_t>(0);
}
int32_t binary32(uint32_t opcode, int32_t x, int32_t y) {
  return integerOf(constI32(1, x) + constI32(2, y) + ins(opcode, 0, 1, 2));
}
int64_t binary64(uint32_t opcode, int64_t x, int64_t y) {
  Execution run(machineFunction(constI64(11, x) + constI64(12, y) + ins(opcode, 10, 11, 12) +
                                storeResult(op::STORE_I64, 10)));
  EXPECT_TRUE(iree_status_is_ok(run.status)) << run.text;
  return run.at<int64_t>(0);
}
int64_t unary64(uint32_t opcode, int64_t x) {
  Execution run(
      machineFunction(constI64(11, x) + ins(opcode, 10, 11) + storeResult(op::STORE_I64, 10)));
  EXPECT_TRUE(iree_status_is_ok(run.status)) << run.text;
  return run.at<int64_t>(0);
}
int32_t compare64(uint32_t opcode, int64_t x, int64_t y) {
  return integerOf(constI64(11, x) + constI64(12, y) + ins(opcode, 0, 11, 12));
}
float float32(const Words &code) {
  Execution run(machineFunction(code + storeResult(op::STORE_F32, 20)));
  EXPECT_TRUE(iree_status_is_ok(run.status)) << run.text;
  return run.at<float>(0);
}
double float64(const Words &code) {
  Execution run(machineFunction(code + storeResult(op::STORE_F64, 30)));
  EXPECT_TRUE(iree_status_is_ok(run.status)) << run.text;
  return run.at<double>(0);
}
float binaryF32(uint32_t opcode, float x, float y) {
  return float32(constF32(21, x) + constF32(22, y) + ins(opcode, 20, 21, 22));
}

constexpr int32_t lowest = INT32_MIN;

TEST(Machine, Integers32) {
  EXPECT_EQ(binary32(op::ADD_I32, INT32_MAX, 1), lowest);
  EXPECT_EQ(binary32(op::SUB_I32, lowest, 1), INT32_MAX);
  EXPECT_EQ(binary32(op::MUL_I32, 65536, 65537), 65536);
  EXPECT_EQ(binary32(op::DIVS_I32, -7, 2), -3);
  EXPECT_EQ(binary32(op::DIVS_I32, -7, 0), 0);
  EXPECT_EQ(binary32(op::DIVS_I32, lowest, -1), lowest);
  EXPECT_EQ(binary32(op::REMS_I32, -7, 2), -1);
  EXPECT_EQ(binary32(op::REMS_I32, -7, 0), -7);
  EXPECT_EQ(binary32(op::REMS_I32, lowest, -1), 0);
  EXPECT_EQ(binary32(op::DIVU_I32, -1, 2), INT32_MAX);
  EXPECT_EQ(binary32(op::DIVU_I32, -1, 0), 0);
  EXPECT_EQ(binary32(op::REMU_I32, -1, 10), 5);
  EXPECT_EQ(binary32(op::REMU_I32, -1, 0), -1);
  EXPECT_EQ(binary32(op::AND_I32, 12, 10), 8);
  EXPECT_EQ(binary32(op::OR_I32, 12, 10), 14);
  EXPECT_EQ(binary32(op::XOR_I32, 12, 10), 6);
  EXPECT_EQ(binary32(op::SHL_I32, 3, 33), 6);
  EXPECT_EQ(binary32(op::SHRS_I32, -8, 2), -2);
  EXPECT_EQ(binary32(op::SHRU_I32, -8, 28), 15);
  EXPECT_EQ(binary32(op::MINS_I32, -1, 1), -1);
  EXPECT_EQ(binary32(op::MAXS_I32, -1, 1), 1);
  EXPECT_EQ(binary32(op::MINU_I32, -1, 1), 1);
  EXPECT_EQ(binary32(op::MAXU_I32, -1, 1), -1);
  EXPECT_EQ(binary32(op::EQ_I32, 4, 4), 1);
  EXPECT_EQ(binary32(op::NE_I32, 4, 4), 0);
  EXPECT_EQ(binary32(op::LTS_I32, -1, 1), 1);
  EXPECT_EQ(binary32(op::LES_I32, 1, 1), 1);
  EXPECT_EQ(binary32(op::LTU_I32, -1, 1), 0);
  EXPECT_EQ(binary32(op::LEU_I32, 1, -1), 1);
  EXPECT_EQ(binary32(op::MULHS_I32, lowest, 2), -1);
  EXPECT_EQ(binary32(op::MULHU_I32, lowest, 2), 1);
  EXPECT_EQ(integerOf(constI32(1, 1) + ins(op::CLZ_I32, 0, 1)), 31);
  EXPECT_EQ(integerOf(ins(op::CLZ_I32, 0, 1)), 32);
  EXPECT_EQ(integerOf(constI32(1, 8) + ins(op::CTZ_I32, 0, 1)), 3);
  EXPECT_EQ(integerOf(ins(op::CTZ_I32, 0, 1)), 32);
  EXPECT_EQ(integerOf(constI32(1, -2) + ins(op::POPCNT_I32, 0, 1)), 31);
  EXPECT_EQ(integerOf(constI32(1, 0x1FF) + ins(op::EXT8S_I32, 0, 1)), -1);
  EXPECT_EQ(integerOf(constI32(1, 0x18000) + ins(op::EXT16S_I32, 0, 1)), -32768);
  EXPECT_EQ(
      integerOf(constI32(1, 5) + constI32(2, 6) + constI32(3, 7) + ins(op::MADD_I32, 0, 1, 2, {3})),
      37);
}

// By hand: value * multiplier + 2^(shift - 1), then shifted.
TEST(Machine, Scale) {
  auto scale = [](uint32_t opcode, int32_t value, int32_t multiplier, int32_t shift) {
    return integerOf(constI32(1, value) + constI32(2, multiplier) + constI32(3, shift) +
                     ins(opcode, 0, 1, 2, {3}));
  };
  // 1000 * 0.75 = 750; -1000 * 0.75 rounds to -750.
  EXPECT_EQ(scale(op::SCALE_I32, 1000, 3 << 28, 30), 750);
  EXPECT_EQ(scale(op::SCALE_I32, -1000, 3 << 28, 30), -750);
  // (7 * 2^29 + 2^30) >> 31 = 9 * 2^29 >> 31 = 2; -7 gives floor(-5 / 4) = -2.
  EXPECT_EQ(scale(op::SCALE_I32, 7, 1 << 29, 31), 2);
  EXPECT_EQ(scale(op::SCALE_I32, -7, 1 << 29, 31), -2);
  EXPECT_EQ(scale(op::SCALE_I32, 123, 4, 0), 492);
  // Shift 33: (2 * 2^31-ish + 2^32 +- 2^30) >> 33. value 2, multiplier 2^30 + 2^30/2:
  // 3 * 2^30 + 4 * 2^30 = 7 * 2^30 < 8 * 2^30: 0 once, 1 with 2^30 more.
  EXPECT_EQ(scale(op::SCALE_I32, 2, 3 << 29, 33), 0);
  EXPECT_EQ(scale(op::SCALE2_I32, 2, 3 << 29, 33), 1);
  // Negative: -3 * 2^30 + 4 * 2^30 = 2^30: 0 once; 2^30 less: exactly 0.
  EXPECT_EQ(scale(op::SCALE_I32, -2, 3 << 29, 33), 0);
  // -5 * 2^30 + 4 * 2^30 - 2^30 = -2 * 2^30: -1; at shift 31 nothing is added.
  EXPECT_EQ(scale(op::SCALE2_I32, -5, 1 << 30, 33), -1);
  EXPECT_EQ(scale(op::SCALE2_I32, 3, 1 << 30, 31), 2);
}

TEST(Machine, Integers64) {
  const int64_t lowest64 = INT64_MIN;
  EXPECT_EQ(binary64(op::ADD_I64, INT64_MAX, 1), lowest64);
  EXPECT_EQ(binary64(op::SUB_I64, 0, 1), -1);
  EXPECT_EQ(binary64(op::MUL_I64, 1ll << 32, 3), 3ll << 32);
  EXPECT_EQ(binary64(op::DIVS_I64, lowest64, -1), lowest64);
  EXPECT_EQ(binary64(op::DIVS_I64, 5, 0), 0);
  EXPECT_EQ(binary64(op::REMS_I64, lowest64, -1), 0);
  EXPECT_EQ(binary64(op::REMS_I64, 5, 0), 5);
  EXPECT_EQ(binary64(op::DIVU_I64, -1, 2), INT64_MAX);
  EXPECT_EQ(binary64(op::REMU_I64, -1, 0), -1);
  EXPECT_EQ(binary64(op::AND_I64, 12, 10), 8);
  EXPECT_EQ(binary64(op::OR_I64, 12, 10), 14);
  EXPECT_EQ(binary64(op::XOR_I64, 12, 10), 6);
  EXPECT_EQ(binary64(op::SHL_I64, 1, 65), 2);
  EXPECT_EQ(binary64(op::SHRS_I64, lowest64, 62), -2);
  EXPECT_EQ(binary64(op::SHRU_I64, lowest64, 62), 2);
  EXPECT_EQ(binary64(op::MINS_I64, -1, 1), -1);
  EXPECT_EQ(binary64(op::MAXS_I64, -1, 1), 1);
  EXPECT_EQ(binary64(op::MINU_I64, -1, 1), 1);
  EXPECT_EQ(binary64(op::MAXU_I64, -1, 1), -1);
  EXPECT_EQ(compare64(op::EQ_I64, 1ll << 40, 0), 0);
  EXPECT_EQ(compare64(op::NE_I64, 1ll << 40, 0), 1);
  EXPECT_EQ(compare64(op::LTS_I64, -1, 1), 1);
  EXPECT_EQ(compare64(op::LES_I64, 2, 1), 0);
  EXPECT_EQ(compare64(op::LTU_I64, -1, 1), 0);
  EXPECT_EQ(compare64(op::LEU_I64, 1, 1), 1);
  EXPECT_EQ(unary64(op::CLZ_I64, 1), 63);
  EXPECT_EQ(unary64(op::CTZ_I64, 0), 64);
  EXPECT_EQ(unary64(op::POPCNT_I64, -2), 63);
  EXPECT_EQ(integerOf(constI64(11, -1) + ins(op::TRUNC_I64, 0, 11)), -1);
  EXPECT_EQ(compare64(op::EQ_I64, 0, 0), 1);
  EXPECT_EQ(integerOf(constI32(1, -1) + ins(op::EXTS_I64, 11, 1) + constI64(12, -1) +
                      ins(op::EQ_I64, 0, 11, 12)),
            1);
  EXPECT_EQ(integerOf(constI32(1, -1) + ins(op::EXTU_I64, 11, 1) + constI64(12, 0xFFFFFFFF) +
                      ins(op::EQ_I64, 0, 11, 12)),
            1);
}

TEST(Machine, Floats) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = INFINITY;
  EXPECT_EQ(binaryF32(op::ADD_F32, 1.5f, 2), 3.5f);
  EXPECT_EQ(binaryF32(op::SUB_F32, 1.5f, 2), -0.5f);
  EXPECT_EQ(binaryF32(op::MUL_F32, 1.5f, 2), 3.0f);
  EXPECT_EQ(binaryF32(op::DIV_F32, 1, 0), inf);
  EXPECT_EQ(binaryF32(op::REM_F32, -7.5f, 2), -1.5f);
  EXPECT_TRUE(std::isnan(binaryF32(op::MIN_F32, nan, 1)));
  EXPECT_EQ(binaryF32(op::MINNUM_F32, nan, 1), 1);
  EXPECT_EQ(binaryF32(op::MAXNUM_F32, 1, nan), 1);
  EXPECT_TRUE(std::signbit(binaryF32(op::MIN_F32, 0.0f, -0.0f)));
  EXPECT_FALSE(std::signbit(binaryF32(op::MAX_F32, -0.0f, 0.0f)));
  EXPECT_EQ(binaryF32(op::COPYSIGN_F32, 2, -0.0f), -2);
  EXPECT_EQ(float32(constF32(21, 2) + ins(op::NEG_F32, 20, 21)), -2);
  EXPECT_EQ(float32(constF32(21, -2) + ins(op::ABS_F32, 20, 21)), 2);
  // (1 + 2^-12)^2 - 1 = 2^-11 + 2^-24: the product alone would lose the last.
  const float near = 1 + 0x1p-12f;
  EXPECT_EQ(float32(constF32(21, near) + constF32(22, -1) + ins(op::FMA_F32, 20, 21, 21, {22})),
            0x1p-11f + 0x1p-24f);
  EXPECT_EQ(float64(constF64(31, 1.25) + constF64(32, 2) + ins(op::MUL_F64, 30, 31, 32)), 2.5);
  EXPECT_EQ(float64(constF64(31, 10) + constF64(32, 4) + ins(op::REM_F64, 30, 31, 32)), 2);
}

TEST(Machine, FloatComparisons) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  struct Pair {
    float x, y;
    uint32_t relation;
  };
  for (Pair pair :
       {Pair{1, 1, 0}, Pair{2, 1, 1}, Pair{1, 2, 2}, Pair{nan, 1, 3}, Pair{-0.0f, 0, 0}})
    for (uint32_t mask = 0; mask < 16; ++mask) {
      EXPECT_EQ(integerOf(constF32(21, pair.x) + constF32(22, pair.y) +
                          ins(op::CMP_F32, 0, 21, 22, {mask})),
                int32_t(mask >> pair.relation & 1));
      EXPECT_EQ(integerOf(constF64(31, pair.x) + constF64(32, pair.y) +
                          ins(op::CMP_F64, 0, 31, 32, {mask})),
                int32_t(mask >> pair.relation & 1));
    }
}

TEST(Machine, Conversions) {
  auto toInt = [](float x, uint32_t opcode) {
    return integerOf(constF32(21, x) + ins(opcode, 0, 21));
  };
  EXPECT_EQ(toInt(-2.9f, op::CVT_F32_S32), -2);
  EXPECT_EQ(toInt(3e9f, op::CVT_F32_S32), INT32_MAX);
  EXPECT_EQ(toInt(-3e9f, op::CVT_F32_S32), lowest);
  EXPECT_EQ(toInt(NAN, op::CVT_F32_S32), 0);
  EXPECT_EQ(toInt(3e9f, op::CVT_F32_U32), static_cast<int32_t>(3000000000u));
  EXPECT_EQ(toInt(-1, op::CVT_F32_U32), 0);
  EXPECT_EQ(toInt(1e20f, op::CVT_F32_U32), -1);
  EXPECT_EQ(float32(constI32(1, -3) + ins(op::CVT_S32_F32, 20, 1)), -3);
  EXPECT_EQ(float32(constI32(1, -1) + ins(op::CVT_U32_F32, 20, 1)), 4294967296.0f);
  EXPECT_EQ(float32(constI64(11, -1) + ins(op::CVT_U64_F32, 20, 11)), 0x1p64f);
  EXPECT_EQ(float64(constI64(11, INT64_MIN) + ins(op::CVT_S64_F64, 30, 11)), -0x1p63);
  EXPECT_EQ(float64(constI32(1, -1) + ins(op::CVT_U32_F64, 30, 1)), 4294967295.0);
  EXPECT_EQ(float64(constF32(21, 0.1f) + ins(op::CVT_F32_F64, 30, 21)), double(0.1f));
  EXPECT_EQ(float32(constF64(31, 0.1) + ins(op::CVT_F64_F32, 20, 31)), 0.1f);
  // 2^64 is out of range for both.
  auto to64 = [](uint32_t opcode, double x) {
    Execution run(
        machineFunction(constF64(31, x) + ins(opcode, 10, 31) + storeResult(op::STORE_I64, 10)));
    return run.at<uint64_t>(0);
  };
  EXPECT_EQ(to64(op::CVT_F64_U64, 0x1p64), UINT64_MAX);
  EXPECT_EQ(to64(op::CVT_F64_S64, 0x1p64), uint64_t(INT64_MAX));
  EXPECT_EQ(to64(op::CVT_F64_S64, -0x1p63), uint64_t(1) << 63);
  // 1 + 2^-11 + 2^-40 is above the tie of f16; rounded to f32 first, it would be
  // the tie and go to even.
  EXPECT_EQ(float32(constF64(31, 1 + 0x1p-11 + 0x1p-40) + ins(op::CVT_F64_F16, 20, 31)),
            1 + 0x1p-10f);
  EXPECT_EQ(float32(constF64(31, 1 + 0x1p-8 + 0x1p-40) + ins(op::CVT_F64_BF16, 20, 31)),
            1 + 0x1p-7f);
  EXPECT_EQ(float32(constF32(21, 1 + 0x1p-11f) + ins(op::ROUND_F16, 20, 21)), 1);
  EXPECT_EQ(float32(constF32(21, 1 + 3 * 0x1p-8f) + ins(op::ROUND_BF16, 20, 21)), 1 + 0x1p-6f);
  EXPECT_EQ(integerOf(constF32(21, 1) + ins(op::BITCAST_F32_I32, 0, 21)), 0x3F800000);
  EXPECT_EQ(float32(constI32(1, 0x40000000) + ins(op::BITCAST_I32_F32, 20, 1)), 2);
}

TEST(Machine, LoadsAndStoresEveryElement) {
  Bytes input(64);
  for (size_t i = 0; i < input.size(); ++i)
    input[i] = static_cast<uint8_t>(0xF0 + i);
  auto load = [&](uint32_t opcode, uint32_t store, uint32_t reg) {
    // Element 3 at byte 8 on: index in register 1, displacement 8.
    return Execution(machineFunction(constI32(1, 3) + ins(opcode, reg, argument, 1, {8}) +
                                     storeResult(store, reg)),
                     0, input);
  };
  EXPECT_EQ(load(op::LOAD_I1, op::STORE_I32, 0).at<int32_t>(0), 1);
  EXPECT_EQ(load(op::LOAD_I8, op::STORE_I32, 0).at<int32_t>(0), -5); // 0xFB
  EXPECT_EQ(load(op::LOAD_U8, op::STORE_I32, 0).at<int32_t>(0), 0xFB);
  EXPECT_EQ(load(op::LOAD_I16, op::STORE_I32, 0).at<int32_t>(0), int16_t(0xFFFE));
  EXPECT_EQ(load(op::LOAD_U16, op::STORE_I32, 0).at<int32_t>(0), 0xFFFE);
  EXPECT_EQ(load(op::LOAD_I32, op::STORE_I32, 0).at<uint32_t>(0), 0x07060504u);
  EXPECT_EQ(load(op::LOAD_I64, op::STORE_I64, 10).at<uint64_t>(0), 0x1716151413121110u);
  EXPECT_EQ(load(op::LOAD_F32, op::STORE_F32, 20).at<uint32_t>(0), 0x07060504u);
  EXPECT_EQ(load(op::LOAD_F64, op::STORE_F64, 30).at<uint64_t>(0), 0x1716151413121110u);
  input[14] = 0x00, input[15] = 0xC2; // f16 -3, bf16 -32
  EXPECT_EQ(load(op::LOAD_F16, op::STORE_F32, 20).at<float>(0), -3);
  EXPECT_EQ(load(op::LOAD_BF16, op::STORE_F32, 20).at<float>(0), -32);
  EXPECT_EQ(load(op::LOAD_F16, op::STORE_F16, 20).at<uint16_t>(0), 0xC200);
  EXPECT_EQ(load(op::LOAD_F16, op::STORE_BF16, 20).at<uint16_t>(0), 0xC040);
  EXPECT_EQ(load(op::LOAD_I32, op::STORE_I16, 0).at<uint32_t>(0), 0x0504u);
  EXPECT_EQ(load(op::LOAD_I32, op::STORE_I8, 0).at<uint32_t>(0), 0x04u);
  EXPECT_EQ(load(op::LOAD_I32, op::STORE_I1, 0).at<uint32_t>(0), 1u);
}

// Every f16: exact, and back.
TEST(Machine, HalfPrecisionIsExact) {
  for (uint32_t word = 0; word < 0x10000; word += 37) {
    auto half = bits<_Float16>(static_cast<uint16_t>(word));
    Bytes input(64);
    std::memcpy(input.data(), &word, 2);
    Execution run(
        machineFunction(ins(op::LOAD_F16, 20, argument, 9, {0}) + storeResult(op::STORE_F32, 20)),
        0, input);
    float expected = static_cast<float>(half), actual = run.at<float>(0);
    EXPECT_TRUE(actual == expected || (expected != expected && actual != actual)) << word;
  }
}

TEST(Machine, AccessesAreChecked) {
  auto access = [](uint32_t opcode, uint32_t reg, uint32_t base, int32_t index, uint32_t byte) {
    return Execution(machineFunction(constI32(1, index) + ins(opcode, reg, base, 1, {byte}) +
                                     ins(op::RETURN)))
        .status;
  };
  EXPECT_TRUE(iree_status_is_ok(access(op::LOAD_I8, 0, argument, 63, 0)));
  EXPECT_STATUS(access(op::LOAD_I8, 0, argument, 64, 0), IREE_STATUS_OUT_OF_RANGE,
                "function 'f', word 2: access outside base 3 of 64 bytes");
  EXPECT_STATUS(access(op::LOAD_I8, 0, argument, -1, 0), IREE_STATUS_OUT_OF_RANGE, "base 3");
  EXPECT_TRUE(iree_status_is_ok(access(op::LOAD_I8, 0, argument, -1, 1)));
  EXPECT_TRUE(iree_status_is_ok(access(op::LOAD_I32, 0, argument, 15, 0)));
  EXPECT_STATUS(access(op::LOAD_I32, 0, argument, 15, 4), IREE_STATUS_OUT_OF_RANGE, "base 3");
  EXPECT_STATUS(access(op::LOAD_I32, 0, argument, 0, 2), IREE_STATUS_OUT_OF_RANGE, "unaligned");
  EXPECT_STATUS(access(op::STORE_I64, 10, result, 8, 0), IREE_STATUS_OUT_OF_RANGE, "base 4");
  EXPECT_STATUS(access(op::STORE_I16, 0, arena, 64, 0), IREE_STATUS_OUT_OF_RANGE, "base 0");
  // 8 * 2^29 is 0 modulo 2^32.
  EXPECT_TRUE(iree_status_is_ok(access(op::LOAD_F64, 30, constants, 1 << 29, 0)));
  EXPECT_STATUS(access(op::LOAD_F64, 30, constants, 1 << 28, 0), IREE_STATUS_OUT_OF_RANGE,
                "base 1");
}

// The sum of 1 to 10, with either kind of loop.
TEST(Machine, Branches) {
  // 0: limit 11, 2: step 1, 4: i = 1; block at 6: sum += i; next i < 11.
  Words code = constI32(2, 11) + constI32(3, 1) + constI32(1, 1) + ins(op::ADD_I32, 0, 0, 1) +
               ins(op::NEXT, 1, 2, 3, {0}) + storeResult(op::STORE_I32, 0);
  EXPECT_EQ(Execution(machineFunction(code, {6})).at<int32_t>(0), 55);
  // block 0 at 6: i < 11 ? block 1 : block 2.
  code = constI32(2, 11) + constI32(3, 1) + constI32(1, 1) + ins(op::LTS_I32, 4, 1, 2) +
         ins(op::COND_BR, 4, 0, 0, {1 | 2u << 16}) + ins(op::ADD_I32, 0, 0, 1) +
         ins(op::ADD_I32, 1, 1, 3) + ins(op::BR, 0, 0, 0, {0}) + storeResult(op::STORE_I32, 0);
  EXPECT_EQ(Execution(machineFunction(code, {6, 9, 13})).at<int32_t>(0), 55);
  EXPECT_EQ(integerOf(constI32(1, 5) + constI32(2, 6) + ins(op::SELECT, 0, 3, 1, {2})), 6);
  EXPECT_EQ(integerOf(constI32(1, 5) + constI32(2, 6) + ins(op::SELECT, 0, 1, 1, {2})), 5);
}

TEST(Machine, BudgetEndsLoops) {
  Words forever = ins(op::BR, 0, 0, 0, {0});
  EXPECT_STATUS(Execution(machineFunction(forever, {0}), 1000).status,
                IREE_STATUS_DEADLINE_EXCEEDED,
                "function 'f': the invocation's instruction budget is used up");
  // 10 branches and no more.
  Words code = constI32(2, 10) + constI32(3, 1) + ins(op::NEXT, 1, 2, 3, {0}) + ins(op::RETURN);
  EXPECT_TRUE(iree_status_is_ok(Execution(machineFunction(code, {4}), 10).status));
  EXPECT_EQ(iree_status_code(Execution(machineFunction(code, {4}), 9).status),
            IREE_STATUS_DEADLINE_EXCEEDED);
}

TEST(Machine, Fails) {
  Words code = failWith(IREE_STATUS_INVALID_ARGUMENT, "shapes differ");
  EXPECT_STATUS(Execution(machineFunction(code)).status, IREE_STATUS_INVALID_ARGUMENT,
                "function 'f': shapes differ");
}

TEST(Machine, PlacesInRegisters) {
  const uint32_t dynamic = 1u << 30;
  // Copies 8 bytes from byte r1 of the constants to byte r2 of the result.
  auto copyAt = [&](int32_t from, int32_t to, int32_t length) {
    return Execution(machineFunction(
        constI32(1, from) + constI32(2, to) + constI32(3, length) +
        copy({result | written | dynamic, 2, 3}, {constants | dynamic, 1, 3}) + ins(op::RETURN)));
  };
  Execution run = copyAt(3, 5, 8);
  ASSERT_TRUE(iree_status_is_ok(run.status)) << run.text;
  EXPECT_EQ(Bytes(run.output.begin(), run.output.begin() + 14),
            (Bytes{0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7, 0}));
  EXPECT_STATUS(copyAt(60, 0, 8).status, IREE_STATUS_OUT_OF_RANGE, "outside base 1 of 64 bytes");
  EXPECT_STATUS(copyAt(0, -1, 8).status, IREE_STATUS_OUT_OF_RANGE, "outside base 4");
  EXPECT_STATUS(
      Execution(machineFunction(constI32(1, 4) +
                                copy({result | written, 0, 8}, {constants | dynamic, 9, 1}) +
                                ins(op::RETURN)))
          .status,
      IREE_STATUS_INVALID_ARGUMENT, "copy of 4 bytes to a place of 8");
  EXPECT_STATUS(
      Execution(machineFunction(constI32(1, 6) + fill(4, {result | written | dynamic, 9, 1}, 1) +
                                ins(op::RETURN)))
          .status,
      IREE_STATUS_INVALID_ARGUMENT, "fill of 6 bytes with a pattern of 4");
}

TEST(Machine, DispatchWithRegisters) {
  const uint32_t dynamic = 1u << 30;
  auto run = [&](int32_t offset) {
    Words words = dispatch(2, 1, {{arena | written | dynamic, 2, 3}});
    words[0] |= 2u << 24; // registers
    return Execution(machineFunction(constI32(1, 12) + constI32(2, offset) + constI32(3, 20) +
                                     words + ins(op::RETURN)));
  };
  Execution good = run(32);
  ASSERT_TRUE(iree_status_is_ok(good.status)) << good.text;
  EXPECT_EQ(good.dispatched.ordinal, 2u);
  EXPECT_EQ(good.dispatched.range_count, 12u);
  EXPECT_EQ(good.bindingOffset, 32);
  EXPECT_EQ(good.bindingLength, 20u);
  EXPECT_STATUS(run(8).status, IREE_STATUS_OUT_OF_RANGE, "unaligned");
  EXPECT_STATUS(run(112).status, IREE_STATUS_OUT_OF_RANGE, "place of 20 bytes at 112");
}

#define EXPECT_REFUSED(function, part)                                                             \
  EXPECT_STATUS(Execution(function).status, IREE_STATUS_INVALID_ARGUMENT, part)

TEST(Machine, RefusesBadCode) {
  const Words end = ins(op::RETURN);
  EXPECT_REFUSED(machineFunction(ins(op::ADD_I32, 0, 1, 10) + end), "no register of the type");
  EXPECT_REFUSED(machineFunction(ins(op::ADD_I32, 0, 1, 200) + end), "no register of the type");
  EXPECT_REFUSED(machineFunction(ins(op::MOV, 0, 10) + end), "registers of different types");
  EXPECT_REFUSED(machineFunction(ins(op::MOV, 200, 200) + end), "registers of different types");
  EXPECT_REFUSED(machineFunction(ins(op::MOV, 0, 1, 1) + end), "unused bits are set");
  EXPECT_REFUSED(machineFunction(ins(op::SELECT, 0, 1, 2, {10}) + end), "no register of the type");
  EXPECT_REFUSED(machineFunction(ins(op::CONST_I64, 10, 0, 0, {1})), "cut instruction");
  EXPECT_REFUSED(machineFunction(ins(op::BR, 0, 0, 0, {0})), "branch to an unknown block");
  EXPECT_REFUSED(machineFunction(ins(op::COND_BR, 0, 0, 0, {1u << 16}), {0}), "unknown block");
  EXPECT_REFUSED(machineFunction(constI32(0, 1) + end, {1}), "block begins within an instruction");
  EXPECT_REFUSED(machineFunction(ins(op::BR, 0, 0, 0, {0}), {1}), "begins within an instruction");
  EXPECT_REFUSED(machineFunction(end, {0, 0}), "ascending order");
  EXPECT_REFUSED(machineFunction(end, {1}), "ascending order");
  EXPECT_REFUSED(machineFunction(constI32(0, 1)), "does not end with a return");
  EXPECT_REFUSED(machineFunction({}), "does not end with a return");
  EXPECT_REFUSED(machineFunction(ins(0x3F) + end), "unknown opcode");
  EXPECT_REFUSED(machineFunction(ins(op::PARAM, 0, 0) + end), "instruction of kernels");
  EXPECT_REFUSED(machineFunction(ins(op::RANGE, 0, 1) + end), "instruction of kernels");
  EXPECT_REFUSED(machineFunction(ins(op::MAP, 0, 0) + end), "instruction of kernels");
  EXPECT_REFUSED(machineFunction(ins(op::LOAD_I8, 0, 5, 0, {0}) + end), "unknown base");
  EXPECT_REFUSED(machineFunction(ins(op::STORE_I8, 0, argument, 0, {0}) + end), "not be written");
  EXPECT_REFUSED(machineFunction(ins(op::STORE_I8, 0, constants, 0, {0}) + end), "not be written");
  EXPECT_REFUSED(machineFunction(ins(op::MATH_F32, 20, 20, math::EXP) + end),
                 "instruction of kernels");
  EXPECT_REFUSED(machineFunction(ins(op::CMP_F32, 0, 20, 20, {16}) + end), "unused bits");
  EXPECT_REFUSED(machineFunction(ins(op::FAIL, 0)), "unknown status code");
  EXPECT_REFUSED(machineFunction(ins(op::FAIL, 17)), "unknown status code");
  EXPECT_REFUSED(machineFunction(ins(op::FAIL, 3, 1)), "cut instruction");
  EXPECT_REFUSED(
      machineFunction(copy({result | written, 0, 8}, {constants | 1u << 30, 0, 10}) + end),
      "place outside its base");
  FunctionSpec unknownType = machineFunction(end);
  unknownType.registerTypes[3] = 4;
  EXPECT_REFUSED(unknownType, "register of an unknown type");
  FunctionSpec narrow = machineFunction(ins(op::LOAD_I64, 10, argument, 9, {0}) + end);
  narrow.arguments[0] = {"x", IREE_HAL_ELEMENT_TYPE_INT_32, {16}};
  EXPECT_REFUSED(narrow, "base is not aligned to the element");
  // Straight-line code has none of it.
  FunctionSpec straight = machineFunction(constI32(0, 1) + end);
  straight.registerTypes.clear();
  EXPECT_REFUSED(straight, "one of code with registers");
}

} // namespace
} // namespace iree::test
