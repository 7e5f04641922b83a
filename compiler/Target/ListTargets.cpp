// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Architecture.h"
#include "compiler/Target/Target.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace iree_compiler;

void iree_compiler::listTargets(llvm::raw_ostream &stream) {
  auto row = [&](llvm::StringRef name, llvm::StringRef cpu, llvm::StringRef features,
                 llvm::StringRef abis) {
    stream << llvm::left_justify(name, 17) << llvm::left_justify(cpu, 15)
           << llvm::left_justify(features.empty() ? "-" : features, 22)
           << (abis.empty() ? "-" : abis) << "\n";
  };
  row("architecture", "default CPU", "added features", "ABIs");
  for (const Architecture &architecture : architectures()) {
    TargetOptions options;
    options.triple = (architecture.name + "-pc-linux-elf").str();
    Target target;
    std::string error;
    if (Target::resolve(options, target, error))
      row(architecture.name, target.cpu, target.features, architecture.abis);
  }
  stream << "\nTriples: <architecture>-pc-linux-elf or <architecture>-none-elf, on Arm also\n"
            "-none-eabi (soft float) and -none-eabihf. Lists of all CPUs and features: an\n"
            "unknown name, such as --iree-llvm-target-cpu=?, is answered with one.\n";
}
