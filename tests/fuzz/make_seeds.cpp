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

void writeHandMade(const std::string &modules, const std::string &images) {
  using namespace iree::elf;
  writeSeed(modules, "every_part", buildModule(everyPartModule()));
  writeSeed(modules, "kernelless", buildModule(kernellessModule()));
  writeSeed(modules, "empty", buildModule({}));
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
