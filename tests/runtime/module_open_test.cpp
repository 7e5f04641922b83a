// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstring>

#include "schemas/module_generated.h"
#include "test_support.h"

namespace iree::test {
namespace {

constexpr uint32_t f32 = IREE_HAL_ELEMENT_TYPE_FLOAT_32;

FunctionSpec simpleFunction() {
  FunctionSpec function;
  function.name = "f";
  function.arguments = {{"x", f32, {2, 2}}};
  function.results = {{"y", f32, {2, 2}, 16}};
  function.arenaBytes = 32;
  function.stackBytes = 100;
  function.code = copy({4 | written, 0, 16}, {3, 0, 16}) + ret();
  return function;
}

ModuleSpec simpleModule() {
  ModuleSpec spec;
  spec.functions = {simpleFunction()};
  spec.constants = Bytes(64, 5);
  return spec;
}

iree_status_t openBytes(const Bytes &bytes) {
  AlignedBytes file(bytes);
  iree_vm_bytecode_module_t module;
  return iree_vm_bytecode_module_open(file.span(), &module);
}

iree_status_t open(const ModuleSpec &spec) { return openBytes(buildModule(spec)); }

// Opens the simple module with other code.
iree_status_t openCode(const Words &code) {
  ModuleSpec spec = testLibraryModule({simpleFunction()});
  spec.constants = Bytes(64, 5);
  spec.functions[0].code = code;
  return open(spec);
}

#define EXPECT_REFUSED(expr, part) EXPECT_STATUS(expr, IREE_STATUS_INVALID_ARGUMENT, part)

TEST(ModuleOpen, DescribesTheModule) {
  ModuleSpec spec = testLibraryModule({simpleFunction()});
  spec.functions[0].results[0].quantization = QuantizationSpec{1, {0.5f, 0.25f}, {3, 4}};
  spec.executables[0].image = Bytes(10, 1);
  spec.constants = {1, 2, 3};
  AlignedBytes file(buildModule(spec));
  iree_vm_bytecode_module_t module;
  ASSERT_OK(iree_vm_bytecode_module_open(file.span(), &module));
  EXPECT_EQ(module.arena_bytes, 32u);
  EXPECT_EQ(module.stack_bytes, 100u);
  EXPECT_TRUE(iree_string_view_equal(module.name, IREE_SV("module")));
  EXPECT_EQ(module.constants.data_length, 3u);
  EXPECT_EQ(module.constants.data[2], 3);
  iree_vm_function_info_t function;
  iree_vm_bytecode_module_function(&module, 0, &function);
  EXPECT_TRUE(iree_string_view_equal(function.name, IREE_SV("f")));
  iree_vm_value_info_t value;
  iree_vm_function_result(&function, 0, &value);
  EXPECT_EQ(value.shape_rank, 2u);
  EXPECT_EQ(value.shape[1], 2u);
  EXPECT_EQ(value.arena_offset, 16u);
  EXPECT_EQ(value.quantization_axis, 1);
  EXPECT_EQ(value.scales[1], 0.25f);
  EXPECT_EQ(value.zero_points[0], 3);
  iree_vm_function_argument(&function, 0, &value);
  EXPECT_FALSE(value.is_quantized);
  iree_vm_kernel_info_t kernel;
  iree_vm_bytecode_module_kernel(&module, 0, &kernel);
  EXPECT_TRUE(iree_string_view_equal(kernel.name, IREE_SV("add_f32")));
  EXPECT_TRUE(iree_string_view_equal(kernel.location, IREE_SV("layer")));
  iree_vm_executable_info_t executable;
  iree_vm_bytecode_module_executable(&module, 0, &executable);
  EXPECT_EQ(executable.identity, testLibraryIdentity);
  EXPECT_EQ(executable.image.data_length, 10u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(executable.image.data) % 64, 0u);
}

TEST(ModuleOpen, StockVerifierAgrees) {
  Bytes bytes = buildModule(simpleModule());
  ASSERT_OK(openBytes(bytes));
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  EXPECT_TRUE(schema::VerifyModuleBuffer(verifier));
}

TEST(ModuleOpen, RefusesDamagedFrames) {
  Bytes bytes = buildModule(simpleModule());
  EXPECT_REFUSED(openBytes({}), "shorter");
  EXPECT_REFUSED(openBytes(Bytes(128, 0)), "identifier is not 'IRBM'");
  Bytes longer = bytes;
  longer.resize(bytes.size() + 4, 1);
  EXPECT_STATUS(openBytes(longer), IREE_STATUS_DATA_LOSS, "checksum");
  fixChecksum(longer.data(), longer.size());
  EXPECT_REFUSED(openBytes(longer), "given in a span of");
  Bytes odd = bytes;
  odd.push_back(0);
  EXPECT_REFUSED(openBytes(odd), "multiple of 4");
  Bytes shifted(4, 0);
  shifted.insert(shifted.end(), bytes.begin(), bytes.end());
  AlignedBytes memory(shifted);
  iree_vm_bytecode_module_t module;
  EXPECT_REFUSED(iree_vm_bytecode_module_open(
                     iree_make_const_byte_span(memory.data() + 4, bytes.size()), &module),
                 "64-byte-aligned");
}

TEST(ModuleOpen, RefusesMalformedTables) {
  const Bytes bytes = buildModule(simpleModule());
  auto wordAt = [&](size_t position) {
    uint32_t word = 0;
    std::memcpy(&word, &bytes[position], 4);
    return word;
  };
  auto changed = [&](size_t position, uint16_t value) {
    Bytes copy = bytes;
    std::memcpy(&copy[position], &value, 2);
    fixChecksum(copy.data(), copy.size());
    return openBytes(copy);
  };
  const size_t root = wordAt(0), vtable = root - wordAt(root);
  EXPECT_REFUSED(changed(0, 2), "malformed root table");               // unaligned
  EXPECT_REFUSED(changed(2, 0x8000), "malformed root table");          // beyond the file
  EXPECT_REFUSED(changed(root + 2, 0x4000), "malformed root table");   // vtable before the file
  EXPECT_REFUSED(changed(vtable, 5), "malformed root table");          // odd vtable
  EXPECT_REFUSED(changed(vtable, 0xFFFE), "malformed root table");     // vtable beyond the file
  EXPECT_REFUSED(changed(vtable + 2, 0xFFFC), "malformed root table"); // table beyond the file
  EXPECT_REFUSED(changed(vtable + 2, 4), "malformed root table");      // fields outside the table
  EXPECT_REFUSED(changed(vtable + 6, 2), "malformed table");           // name unaligned
}

// The time that a file takes must not be out of proportion to its length.
TEST(ModuleOpen, RefusesTextThatIsSharedTooOften) {
  ModuleSpec spec = simpleModule();
  spec.sharedLocation = std::string(4000, 'x');
  spec.kernels = {{"k0", 0, 0}};
  ASSERT_OK(open(spec));
  spec.kernels.push_back({"k1", 0, 0});
  spec.kernels.push_back({"k2", 0, 0});
  EXPECT_REFUSED(open(spec), "malformed table, or a count beyond");
}

TEST(ModuleOpen, RefusesPaddingThatIsNotZero) {
  for (size_t nameLength = 1; nameLength < 9; nameLength += 4) {
    ModuleSpec spec = simpleModule();
    spec.name = std::string(nameLength, 'm'); // moves the table's end
    Bytes bytes = buildModule(spec);
    uint32_t tableBytes = schema::GetModule(bytes.data())->table_bytes();
    if (tableBytes % 64 == 0)
      continue;
    bytes[tableBytes] = 1;
    fixChecksum(bytes.data(), bytes.size());
    EXPECT_REFUSED(openBytes(bytes), "padding behind the table is not zero");
  }
}

TEST(ModuleOpen, RefusesHeaders) {
  auto changed = [](auto change) {
    ModuleSpec spec = simpleModule();
    change(spec);
    return open(spec);
  };
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.formatVersion = 2; }),
                 "format version 2, this runtime reads version 1");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.extraFileBytes = 4; }), "given in a span");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.arenaAlignment = 24; }), "arena alignment");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.arenaAlignment = 128; }), "arena alignment");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.name = ""; }), "has no name");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.constantsOffset = 64; }), "constants lie outside");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.constantsOffset = 4; }), "constants lie outside");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.stateValuesOffset = 4; }), "state's values lie");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.stateValuesOffset = 0x10000; }),
                 "state's values lie");
  EXPECT_REFUSED(changed([](ModuleSpec &s) {
                   s.stateBytes = 16;
                   s.stateValues = Bytes(17, 1);
                 }),
                 "more values than bytes");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.functions.push_back(s.functions[0]); }),
                 "two functions 'f'");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.kernels = {{"", 0, 0}}; }), "kernel has no name");
  EXPECT_REFUSED(changed([](ModuleSpec &s) { s.kernels = {{"k", 65, 0}}; }), "too many bindings");
  EXPECT_REFUSED(changed([](ModuleSpec &s) {
                   s.executables.resize(1);
                   s.executables[0].kernelStackBytes = Words{1};
                 }),
                 "does not describe every kernel");
}

TEST(ModuleOpen, RefusesFunctionsAndValues) {
  auto changed = [](auto change) {
    ModuleSpec spec = simpleModule();
    change(spec.functions[0]);
    return open(spec);
  };
  EXPECT_REFUSED(changed([](FunctionSpec &f) { f.name = ""; }), "function 0 has no name");
  EXPECT_REFUSED(changed([](FunctionSpec &f) { f.firstWord = 1; }), "outside the bytecode");
  EXPECT_REFUSED(changed([](FunctionSpec &f) { f.wordCount = 0; }), "does not end with a return");
  EXPECT_REFUSED(changed([](FunctionSpec &f) { f.arenaBytes = 31; }),
                 "function 'f', result 0: lies outside the arena");
  EXPECT_REFUSED(changed([](FunctionSpec &f) { f.results[0].arenaOffset = 2; }), "unaligned");
  EXPECT_REFUSED(changed([](FunctionSpec &f) {
                   f.arguments[0].inArena = true;
                   f.arguments[0].arenaOffset = f.arenaBytes - 4;
                 }),
                 "argument 0: lies outside the arena");
  EXPECT_REFUSED(changed([](FunctionSpec &f) {
                   f.arguments[0].inArena = true;
                   f.arguments[0].arenaOffset = 2;
                 }),
                 "argument 0: lies unaligned in the arena");
  const char *noPlace = "argument 0: place in the arena, of a dynamic shape or where code has";
  EXPECT_REFUSED(changed([](FunctionSpec &f) {
                   f.arguments[0].inArena = true;
                   f.arguments[0].shape = {IREE_VM_DYNAMIC_SIZE};
                   f.arguments[0].byteLength = 0;
                 }),
                 noPlace);
  EXPECT_REFUSED(changed([](FunctionSpec &f) {
                   f.arguments[0].inArena = true;
                   f.registerTypes = {0};
                 }),
                 noPlace);
  // Without the flag the offset is not read.
  ASSERT_OK(changed([](FunctionSpec &f) { f.arguments[0].arenaOffset = UINT32_MAX; }));
  EXPECT_REFUSED(changed([](FunctionSpec &f) { f.arguments[0].elementType = 0x21000021; }),
                 "argument 0: unknown element type");
  EXPECT_REFUSED(changed([](FunctionSpec &f) { f.arguments[0].byteLength = 12; }),
                 "length is not what shape");
  EXPECT_REFUSED(changed([](FunctionSpec &f) { f.arguments[0].shape = {65536, 65536, 0}; }),
                 "size overflows");
  EXPECT_REFUSED(changed([](FunctionSpec &f) { f.arguments[0].shape = Words(17, 1); }),
                 "malformed table, or a count beyond");
  EXPECT_REFUSED(changed([](FunctionSpec &f) { f.arguments[0].scalar = true; }), "scalar");
  EXPECT_REFUSED(
      changed([](FunctionSpec &f) { f.arguments[0].quantization = QuantizationSpec{2, {1}, {0}}; }),
      "axis beyond the rank");
  EXPECT_REFUSED(changed([](FunctionSpec &f) {
                   f.arguments[0].quantization = QuantizationSpec{-1, {1, 2}, {0}};
                 }),
                 "more quantization parameters");
}

TEST(ModuleOpen, RefusesCode) {
  Words end = ret(), in = {3, 0, 16}, out = {4 | written, 0, 16};
  ASSERT_OK(openCode(copy(out, in) + end));
  EXPECT_REFUSED(openCode({}), "does not end with a return");
  EXPECT_REFUSED(openCode(copy(out, in)), "does not end with a return");
  EXPECT_REFUSED(openCode(end + end), "word 0: return before the end");
  EXPECT_REFUSED(openCode({0x100}), "unused bits");
  EXPECT_REFUSED(openCode(Words{0xFF} + end), "unknown opcode");
  EXPECT_REFUSED(openCode(Words{0x102} + out + in + end), "unused bits");
  EXPECT_REFUSED(openCode({0x02, 3 | written, 0, 16, 2, 0}), "cut instruction");
  EXPECT_REFUSED(openCode({0x103}), "cut instruction");
  EXPECT_REFUSED(openCode({0x01}), "cut instruction");
  EXPECT_REFUSED(openCode(copy(out, {5, 0, 16}) + end), "unknown base");
  EXPECT_REFUSED(openCode(copy(out, {3, 4, 16}) + end), "place outside its base");
  EXPECT_REFUSED(openCode(copy(out, {2, 0xFFFFFFFC, 16}) + end), "place outside its base");
  EXPECT_REFUSED(openCode(copy(out, {1, 64, 16}) + end), "place outside its base");
  EXPECT_REFUSED(openCode(copy({3 | written, 0, 16}, in) + end), "writes a constant or an arg");
  EXPECT_REFUSED(openCode(copy({1 | written, 0, 16}, in) + end), "writes a constant or an arg");
  EXPECT_REFUSED(openCode(copy({4, 0, 16}, in) + end), "write its target only");
  EXPECT_REFUSED(openCode(copy(out, {0 | written, 0, 16}) + end), "write its target only");
  EXPECT_REFUSED(openCode(copy(out, {3, 0, 12}) + end), "different length");
  EXPECT_REFUSED(openCode(fill(3, out, 0) + end), "pattern");
  EXPECT_REFUSED(openCode(fill(16, out, 0) + end), "pattern");
  EXPECT_REFUSED(openCode(fill(4, {4 | written, 0, 6}, 0) + end), "multiple of the pattern");
  EXPECT_REFUSED(openCode(fill(4, in, 0) + end), "fill must write");
  EXPECT_REFUSED(openCode(dispatch(3, 1, {}) + end), "unknown kernel");
  EXPECT_REFUSED(openCode(dispatch(0, 1, {in, in}) + end), "not as many operands");
  EXPECT_REFUSED(openCode(dispatch(1, 1, {}, {1, 2}) + end), "not as many operands");
  EXPECT_REFUSED(openCode({0x0301, 0, 1, 2, 0, 16}), "cut instruction");
  EXPECT_REFUSED(openCode(dispatch(0, 1, {in, in, {10, 0, 16}}) + end), "unknown base");
}

TEST(Interpreter, CopiesAndFills) {
  ModuleSpec spec = simpleModule();
  FunctionSpec &function = spec.functions[0];
  function.arenaBytes = 64;
  function.results = {{"y", IREE_HAL_ELEMENT_TYPE_UINT_8, {24}, 0}};
  function.code = fill(1, {4 | written, 0, 3}, 0xAB) + fill(2, {4 | written, 4, 4}, 0x1234) +
                  fill(8, {4 | written, 8, 8}, 0x44332211, 0x88776655) +
                  copy({4 | written, 16, 4}, {1, 4, 4}) + copy({4 | written, 20, 0}, {0, 64, 0}) +
                  // Overlapping: like memmove.
                  copy({4 | written, 1, 2}, {4, 0, 2}) + ret();
  AlignedBytes file(buildModule(spec));
  iree_vm_bytecode_module_t module;
  ASSERT_OK(iree_vm_bytecode_module_open(file.span(), &module));
  Bytes arena(64), argument(16), result(24);
  uint8_t *bases[] = {arena.data(), const_cast<uint8_t *>(module.constants.data), nullptr,
                      argument.data(), result.data()};
  iree_vm_function_info_t info;
  iree_vm_bytecode_module_function(&module, 0, &info);
  iree_vm_invocation_t invocation = {};
  invocation.bases = bases;
  ASSERT_OK(iree_vm_bytecode_execute(&info, &invocation));
  EXPECT_EQ(result, (Bytes{0xAB, 0xAB, 0xAB, 0,    0x34, 0x12, 0x34, 0x12, 0x11, 0x22, 0x33, 0x44,
                           0x55, 0x66, 0x77, 0x88, 5,    5,    5,    5,    0,    0,    0,    0}));
}

} // namespace
} // namespace iree::test
