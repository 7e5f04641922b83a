// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes what the fuzzers begin with:
//   make_seeds MODULE_DIRECTORY ELF_DIRECTORY [FILE.vmfb...]
// Hand-made modules and images, the given modules and the images in them.
#include <cstdio>
#include <fstream>
#include <iterator>

#include "elf_builder.h"
#include "schemas/module_generated.h"
#include "test_support.h"
#include "vmvx_builder.h"

namespace iree::test {
namespace {

void writeSeed(const std::string &directory, const std::string &name, const Bytes &bytes) {
  std::ofstream file(directory + "/" + name, std::ios::binary);
  file.write(reinterpret_cast<const char *>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) {
    std::fprintf(stderr, "make_seeds: %s/%s cannot be written\n", directory.c_str(), name.c_str());
    std::exit(1);
  }
}

// Programs without kernels.
ModuleSpec kernellessModule() {
  ModuleSpec spec = everyPartModule();
  spec.functions[0].code = copy({5 | written, 0, 16}, {3, 0, 16}) +
                           fill(1, {6 | written, 0, 1}, 1) + fill(8, {0 | written, 32, 32}, 1, 2) +
                           ret();
  spec.functions[1].code = ret();
  spec.kernels.clear();
  spec.executables.clear();
  return spec;
}

// A program with dynamic shapes: its sizes, memory and result follow from its
// argument's.
ModuleSpec shapesModule() {
  constexpr uint32_t any = IREE_VM_DYNAMIC_SIZE;
  FunctionSpec function;
  function.name = "shapes";
  function.arguments = {{"x", IREE_HAL_ELEMENT_TYPE_FLOAT_32, {any, 2}, 0, false, 0}};
  function.results = {{"y", IREE_HAL_ELEMENT_TYPE_FLOAT_32, {any}, 0, false, 0}};
  function.arenaBytes = 16;
  function.registerTypes = Bytes(8, I32);
  Words assertion = ins(op::ASSERT, 6, 3, 1, {0x646461}); // "add"
  function.code = ins(op::DIM, 0, 0, 0, {0}) + ins(op::DIM, 7, 1, 0, {0}) + constI32(5, 4) +
                  ins(op::EQ_I32, 6, 0, 7) + assertion + ins(op::SIZE, 1, 0, 5) + constI32(2, 16) +
                  ins(op::BEHIND, 3, 2, 1) + ins(op::RESERVE, 3) +
                  ins(op::RESULT, 1, 0, 0, {0, 2, 0}) +
                  Words{op::DISPATCH | 3u << 8 | 1u << 25,
                        0,
                        0,
                        3 | 1u << 30,
                        4,
                        1,
                        3 | 1u << 30,
                        4,
                        1,
                        4 | 1u << 30 | written,
                        4,
                        1} +
                  ins(op::RETURN);
  return testLibraryModule({function});
}

// A program with registers: a loop around loads, stores, arithmetic of all
// types, places in registers and a dispatch whose range is computed.
ModuleSpec registersModule() {
  ModuleSpec spec = everyPartModule();
  FunctionSpec &function = spec.functions[0];
  function.registerTypes = Bytes(8, I32);
  for (RegisterType type : {I64, F32, F64})
    function.registerTypes.insert(function.registerTypes.end(), 3, type);
  // r0 counts to r1 = 3 by r2 = 1; r8 i64, r11 f32, r14 f64.
  Words kernelCall = dispatch(2, 7, {{0 | written | 1u << 30, 5, 6}});
  kernelCall[0] |= 3u << 24;
  Words setup = constI32(1, 3) + constI32(2, 1) + constI32(6, 16) + constF32(11, 1.5f) +
                constF64(14, 2.5) + constI64(8, 7);
  Words body = ins(op::LOAD_F32, 12, 3, 0, {0}) + ins(op::FMA_F32, 12, 12, 11, {11}) +
               ins(op::ABS_F32, 12, 12) + ins(op::STORE_F32, 12, 5, 0, {0}) +
               ins(op::LOAD_I8, 3, 4, 0, {1}) + ins(op::DIVS_I32, 4, 6, 3) +
               ins(op::EXTS_I64, 9, 4) + ins(op::MUL_I64, 9, 9, 8) + ins(op::TRUNC_I64, 3, 9) +
               ins(op::STORE_I16, 3, 0, 0, {32}) + ins(op::CVT_F32_F64, 15, 12) +
               ins(op::CMP_F64, 4, 15, 14, {5}) + ins(op::SELECT, 3, 4, 6, {2}) +
               ins(op::MADD_I32, 7, 0, 6, {6}) + kernelCall +
               copy({0 | written | 1u << 30, 5, 6}, {3, 0, 16}) + ins(op::NEXT, 0, 1, 2, {0});
  auto first = static_cast<uint32_t>(setup.size());
  auto second = static_cast<uint32_t>((setup + body).size());
  Words end = ins(op::COND_BR, 4, 0, 0, {2 | 3u << 16});
  function.code = setup + body + end + ins(op::RETURN) + failWith(11, "no such row");
  function.blocks = {first, second, second + 2, second + 3};
  return spec;
}

// A module whose kernel is bytecode with every microkernel and a loop.
ModuleSpec vmvxModule() {
  VmvxKernel kernel;
  kernel.registerTypes = Bytes(12, I32);
  kernel.registerTypes.insert(kernel.registerTypes.end(), {F32, F32, I64, F64});
  kernel.bindingAlignments = {4, 8, 4};
  kernel.constantCount = 1;
  // r1 = 4 and r2 = 1 are sizes and strides, r0 = 0 offsets.
  Words setup = constI32(1, 4) + constI32(2, 1) + ins(op::RANGE, 3, 4) + ins(op::PARAM, 5, 0) +
                constI32(6, 1 << 30) + constI32(7, 33) + constI32(8, -100) + constI32(9, 100);
  auto at = [](uint32_t base) { return operand(base, 0, 1, 2); };
  uint32_t f32 = element::F32, i32 = element::I32, i8 = element::I8;
  Words code = setup + ins(op::MAP, op::ADD_F32, 2, 1) + Words{f32 | f32 << 8 | f32 << 16, at(2)} +
               Words{at(0), 255u | 12u << 8} + ins(op::MAP, op::MOV, 2, 1) +
               Words{i8 | i32 << 8, at(2), at(0)} + ins(op::MAP, op::MATH_F32, 2, 1) +
               Words{f32 | f32 << 8 | math::EXP << 24, at(2), at(2)} +
               ins(op::REDUCE, op::MAX_F32, 2, 1) + Words{f32 | f32 << 8, operand(2, 0, 2), at(0)} +
               ins(op::CONTRACT, 2, 3) + Words{2, 0, 1, 0} +
               Words{operand(1, 2, 0, 0), operand(1, 0, 1, 2), operand(1, 0, 2, 2)} +
               ins(op::REQUANTIZE, 1, 2, 1) + Words{i8 | i32 << 8 | i32 << 16 | i32 << 24, at(1)} +
               Words{at(2), 255, 255u | 6u << 8, 255u | 7u << 8, 5 | 8u << 8 | 9u << 16};
  auto loop = static_cast<uint32_t>(code.size()) + 1;
  kernel.code = code + ins(op::MATH_F32, 13, 12, math::TANH) + ins(op::LOAD_I32, 10, 0, 3, {0}) +
                ins(op::ADD_I32, 10, 10, 5) + ins(op::STORE_I32, 10, 2, 3, {0}) +
                ins(op::NEXT, 3, 4, 2, {0}) + ins(op::RETURN);
  kernel.blocks = {loop};
  FunctionSpec function;
  function.name = "run";
  function.arguments = {{"x", IREE_HAL_ELEMENT_TYPE_FLOAT_32, {4}}};
  function.results = {{"y", IREE_HAL_ELEMENT_TYPE_FLOAT_32, {4}, 32}};
  function.arenaBytes = 64;
  function.code =
      dispatch(0, 4, {{3, 0, 16}, {0 | written, 0, 32}, {4 | written, 0, 16}}, {5}) + ret();
  ModuleSpec spec;
  spec.functions = {function};
  spec.kernels = {{"k", 3, 1}};
  ExecutableSpec executable;
  executable.format = "vmvx-bytecode";
  executable.identity = 9;
  executable.image = buildVmvxImage({kernel}, 9, 0xB);
  spec.executables = {executable};
  return spec;
}

void writeHandMade(const std::string &modules, const std::string &images) {
  using namespace iree::elf;
  writeSeed(modules, "every_part", buildModule(everyPartModule()));
  writeSeed(modules, "kernelless", buildModule(kernellessModule()));
  writeSeed(modules, "empty", buildModule({}));
  writeSeed(modules, "registers", buildModule(registersModule()));
  writeSeed(modules, "shapes", buildModule(shapesModule()));
  writeSeed(modules, "vmvx", buildModule(vmvxModule()));
  writeSeed(images, "x86_64", writeElf(makeElf<Layout<8>>(machineX86_64, 0)));
  writeSeed(images, "i386", writeElf(makeElf<Layout<4>>(machine386, 0)));
  writeSeed(images, "aarch64", writeElf(makeElf<Layout<8>>(machineAarch64, 0)));
  writeSeed(images, "arm", writeElf(makeElf<Layout<4>>(machineArm, armEabiVersion5)));
  writeSeed(images, "riscv64", writeElf(makeElf<Layout<8>>(machineRiscv, riscvFloatDouble)));
  auto spec = makeElf<Layout<4>>(machineRiscv, 0);
  spec.dynamic = {{tagHash, 8}, {tagFlags, 2}, {tagRelaSize, 0}, {0, 0}};
  writeSeed(images, "riscv32", writeElf(spec));
}

void writeCompiled(const std::string &modules, const std::string &images, const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(std::istreambuf_iterator<char>(file), {});
  std::string name = path.substr(path.rfind('/') + 1);
  AlignedBytes aligned(bytes);
  iree_vm_bytecode_module_t module;
  iree_status_t status = iree_vm_bytecode_module_open(aligned.span(), &module);
  if (!iree_status_is_ok(status)) {
    std::fprintf(stderr, "make_seeds: %s: %s\n", path.c_str(), toText(status).c_str());
    std::exit(1);
  }
  writeSeed(modules, name, bytes);
  for (uint32_t i = 0; i < module.executable_count; ++i) {
    iree_vm_executable_info_t executable;
    iree_vm_bytecode_module_executable(&module, i, &executable);
    const uint8_t *image = executable.image.data;
    if (!iree_string_view_equal(executable.format, IREE_SV("embedded-elf")))
      continue;
    writeSeed(images, name + ".elf", Bytes(image, image + executable.image.data_length));
  }
}

} // namespace
} // namespace iree::test

int main(int argc, char **argv) {
  if (argc < 3)
    return 2;
  iree::test::writeHandMade(argv[1], argv[2]);
  for (int i = 3; i < argc; ++i)
    iree::test::writeCompiled(argv[1], argv[2], argv[i]);
  return 0;
}
