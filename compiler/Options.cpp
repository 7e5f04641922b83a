// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Options.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ManagedStatic.h"

using namespace iree_compiler;
namespace cl = llvm::cl;

namespace {

cl::OptionCategory category("iree-compile options");

/// All flags. Each documented spelling has its current one as alias.
struct Flags {
  cl::opt<std::string> input{cl::Positional, cl::desc("<input file or ->"), cl::init("-"),
                             cl::cat(category)};
  cl::opt<std::string> output{"o", cl::desc("Output file, - for standard output"), cl::init("-"),
                              cl::value_desc("file"), cl::cat(category)};
  cl::opt<InputType> inputType{
      "iree-input-type", cl::desc("Dialects of the input"), cl::init(InputType::Auto),
      cl::values(clEnumValN(InputType::Auto, "auto", "Find out (default)"),
                 clEnumValN(InputType::None, "none", "linalg, tensor, arith, math, scf only"),
                 clEnumValN(InputType::Tosa, "tosa", "TOSA as well")),
      cl::cat(category)};
  cl::opt<OutputFormat> outputFormat{
      "output-format", cl::desc("Form of the output"), cl::init(OutputFormat::Bytecode),
      cl::values(clEnumValN(OutputFormat::Bytecode, "vm-bytecode", "Module file (default)"),
                 clEnumValN(OutputFormat::Assembly, "vm-asm", "Program in MLIR text")),
      cl::cat(category)};
  cl::opt<Stage> compileFrom{"compile-from", cl::desc("The input has already passed this stage"),
                             cl::init(Stage::Start), stageValues(true), cl::cat(category)};
  cl::opt<Stage> compileTo{"compile-to", cl::desc("Stop after this stage and print its MLIR"),
                           cl::init(Stage::End), stageValues(false), cl::cat(category)};
  cl::opt<PartitioningFavor> favor{
      "iree-stream-partitioning-favor", cl::desc("What the schedule optimises"),
      cl::init(PartitioningFavor::MinPeakMemory),
      cl::values(clEnumValN(PartitioningFavor::MinPeakMemory, "min-peak-memory",
                            "Smallest arena (default)"),
                 clEnumValN(PartitioningFavor::MaxConcurrency, "max-concurrency",
                            "Widest waves, nothing aliases within one"),
                 clEnumValN(PartitioningFavor::Debug, "debug",
                            "Program order, every buffer its own place")),
      cl::cat(category)};
  cl::list<std::string> backends{"iree-hal-target-backends", cl::CommaSeparated,
                                 cl::desc("Kernel backends: llvm-cpu"), cl::cat(category)};
  cl::alias backendsCurrent{"iree-hal-local-target-device-backends",
                            cl::desc("Same as --iree-hal-target-backends"), cl::aliasopt(backends),
                            cl::CommaSeparated, cl::cat(category)};
  cl::opt<std::string> device{"iree-hal-target-device", cl::desc("Device: local"),
                              cl::init("local"), cl::cat(category)};
  cl::opt<std::string> triple{"iree-llvm-target-triple",
                              cl::desc("<arch>-pc-linux-elf or a bare-metal triple"),
                              cl::cat(category)};
  cl::alias tripleCurrent{"iree-llvmcpu-target-triple", cl::aliasopt(triple), cl::cat(category),
                          cl::desc("Same as --iree-llvm-target-triple")};
  cl::opt<std::string> cpu{"iree-llvm-target-cpu", cl::desc("LLVM CPU name, or host"),
                           cl::cat(category)};
  cl::alias cpuCurrent{"iree-llvmcpu-target-cpu", cl::aliasopt(cpu), cl::cat(category),
                       cl::desc("Same as --iree-llvm-target-cpu")};
  cl::opt<std::string> cpuFeatures{"iree-llvm-target-cpu-features",
                                   cl::desc("Features to add or remove: +a,-b"), cl::cat(category)};
  cl::alias cpuFeaturesCurrent{"iree-llvmcpu-target-cpu-features", cl::aliasopt(cpuFeatures),
                               cl::cat(category),
                               cl::desc("Same as --iree-llvm-target-cpu-features")};
  cl::opt<std::string> abi{"iree-llvm-target-abi", cl::desc("ilp32, ilp32f, ilp32d, lp64, lp64d"),
                           cl::cat(category)};
  cl::alias abiCurrent{"iree-llvmcpu-target-abi", cl::aliasopt(abi), cl::cat(category),
                       cl::desc("Same as --iree-llvm-target-abi")};
  cl::opt<std::string> floatAbi{"iree-llvm-target-float-abi", cl::desc("default, soft or hard"),
                                cl::cat(category)};
  cl::alias floatAbiCurrent{"iree-llvmcpu-target-float-abi", cl::aliasopt(floatAbi),
                            cl::cat(category), cl::desc("Same as --iree-llvm-target-float-abi")};
  cl::opt<bool> debugSymbols{"iree-llvm-debug-symbols", cl::desc("Keep debug information"),
                             cl::init(true), cl::cat(category)};
  cl::alias debugSymbolsCurrent{"iree-llvmcpu-debug-symbols", cl::aliasopt(debugSymbols),
                                cl::cat(category), cl::desc("Same as --iree-llvm-debug-symbols")};
  cl::opt<std::string> dumpIntermediates{
      "iree-hal-dump-executable-intermediates-to",
      cl::desc("Write the kernels' MLIR, LLVM IR, assembly and object to this directory"),
      cl::value_desc("directory"), cl::cat(category)};
  cl::opt<bool> verifyEach{"verify", cl::desc("Verify the IR after each pass"), cl::init(true),
                           cl::cat(category)};

  static cl::ValuesClass stageValues(bool from) {
    if (from)
      return cl::values(clEnumValN(Stage::Start, "start", "Source (default)"),
                        clEnumValN(Stage::Input, "input", "Legalised input"),
                        clEnumValN(Stage::Tensor, "tensor", "Rewritten tensors"),
                        clEnumValN(Stage::Dispatch, "dispatch", "Outlined kernels"),
                        clEnumValN(Stage::Schedule, "schedule", "Placed buffers"));
    return cl::values(clEnumValN(Stage::Input, "input", "Legalised input"),
                      clEnumValN(Stage::Tensor, "tensor", "Rewritten tensors"),
                      clEnumValN(Stage::Dispatch, "dispatch", "Outlined kernels"),
                      clEnumValN(Stage::Schedule, "schedule", "Placed buffers"),
                      clEnumValN(Stage::Kernel, "kernel", "Kernels in LLVM's dialect"),
                      clEnumValN(Stage::Program, "program", "Encoded programs"),
                      clEnumValN(Stage::End, "end", "Output file (default)"));
  }
};

llvm::ManagedStatic<Flags> flags;

} // namespace

void iree_compiler::registerOptions() {
  *flags;
  // libLLVM brings hundreds of flags of its own; --help shows ours and MLIR's.
  for (const auto &[name, option] : cl::getRegisteredOptions()) {
    bool ours = llvm::is_contained(option->Categories, &category);
    if (!ours && !name.starts_with("mlir-") && !name.starts_with("help") && name != "version")
      option->setHiddenFlag(cl::ReallyHidden);
  }
}

bool iree_compiler::optionsFromCommandLine(Options &options, std::string &error) {
  for (const std::string &backend : flags->backends)
    if (backend != "llvm-cpu") {
      error = "unknown target backend '" + backend + "'; available: llvm-cpu";
      return false;
    }
  if (flags->device != "local") {
    error = "unknown target device '" + flags->device + "'; available: local";
    return false;
  }
  if (!flags->floatAbi.empty() && flags->floatAbi != "default" && flags->floatAbi != "soft" &&
      flags->floatAbi != "hard") {
    error = "unknown float ABI '" + flags->floatAbi + "'; available: default, soft, hard";
    return false;
  }
  options.inputPath = flags->input;
  options.outputPath = flags->output;
  options.inputType = flags->inputType;
  options.outputFormat = flags->outputFormat;
  options.compileFrom = flags->compileFrom;
  options.compileTo = flags->compileTo;
  if (options.compileTo < options.compileFrom) {
    error = "--compile-to names a stage before --compile-from";
    return false;
  }
  options.favor = flags->favor;
  options.target.triple = flags->triple;
  options.target.cpu = flags->cpu;
  options.target.cpuFeatures = flags->cpuFeatures;
  options.target.abi = flags->abi;
  options.target.floatAbi = flags->floatAbi == "default" ? std::string() : flags->floatAbi;
  options.debugSymbols = flags->debugSymbols;
  options.dumpIntermediatesPath = flags->dumpIntermediates;
  options.verifyEach = flags->verifyEach;
  return true;
}
