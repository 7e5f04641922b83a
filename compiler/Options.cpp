// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Options.h"

#include "llvm/ADT/StringExtras.h"
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
  cl::opt<std::string> inputType{"iree-input-type",
                                 cl::desc("What the input is: auto, none, tosa (MLIR without or "
                                          "with TOSA), tflite"),
                                 cl::init("auto"), cl::cat(category)};
  cl::opt<std::string> tfliteRounding{
      "iree-tflite-rounding",
      cl::desc("How .tflite models round when they rescale: double (as TFLite Micro) or single "
               "(as desktop TFLite)"),
      cl::init("double"), cl::cat(category)};
  cl::opt<bool> dumpTensors{
      "iree-dump-tensors",
      cl::desc("Make every operator's outputs of a .tflite model results, in operator order"),
      cl::init(false), cl::cat(category)};
  cl::opt<bool> listTFLiteOperators{
      "iree-list-tflite-operators",
      cl::desc("Print the operators of .tflite models that are supported, and exit"),
      cl::init(false), cl::cat(category)};
  cl::opt<std::string> outputFormat{
      "output-format",
      cl::desc("vm-bytecode (module file), vm-asm (program in MLIR text) or vm-c (C source and "
               "header that need no runtime, for a static library)"),
      cl::init("vm-bytecode"), cl::cat(category)};
  cl::opt<std::string> compileFrom{
      "compile-from",
      cl::desc("The input has already passed this stage: start, input, tensor, dispatch, schedule"),
      cl::init("start"), cl::cat(category)};
  cl::opt<std::string> compileTo{"compile-to",
                                 cl::desc("Stop after this stage and print its MLIR: input, "
                                          "tensor, dispatch, schedule, kernel, program, end"),
                                 cl::init("end"), cl::cat(category)};
  cl::opt<std::string> favor{
      "iree-stream-partitioning-favor",
      cl::desc("What the schedule optimises: min-peak-memory (smallest arena), max-concurrency "
               "(widest waves, nothing aliases within one), debug (every buffer its own place)"),
      cl::init("min-peak-memory"), cl::cat(category)};
  cl::opt<uint64_t> memoryBudget{
      "iree-memory-budget",
      cl::desc("Most bytes that the arena may take: layers run in stripes of rows if it needs "
               "that; an error if nothing fits"),
      cl::value_desc("bytes"), cl::init(0), cl::cat(category)};
  cl::opt<std::string> inPlace{
      "iree-in-place",
      cl::desc("With min-peak-memory, let results lie over arguments that nobody reads later: "
               "auto (on machines without an operating system), never, always"),
      cl::init("auto"), cl::cat(category)};
  cl::opt<bool> argumentsInArena{
      "iree-arguments-in-arena",
      cl::desc("Give arguments places in the arena, where callers may write them"), cl::init(false),
      cl::cat(category)};
  cl::opt<std::string> optLevel{
      "iree-opt-level",
      cl::desc("How far machine code is optimised: O0, O1, O2, O3, or Os for small code"),
      cl::init("O3"), cl::cat(category)};
  cl::opt<bool> removeConstantChannels{
      "iree-opt-remove-constant-channels",
      cl::desc("Do not compute channels that are constant or not read"), cl::init(true),
      cl::cat(category)};
  cl::opt<bool> narrowRescales{"iree-opt-narrow-rescales",
                               cl::desc("Rescale in 32 instead of 64 bits where that is exact"),
                               cl::init(true), cl::cat(category)};
  cl::opt<bool> padInPlace{"iree-opt-pad-in-place",
                           cl::desc("Pad images row by row, or compute what is padded in place"),
                           cl::init(true), cl::cat(category)};
  cl::opt<bool> printStatistics{
      "iree-print-statistics",
      cl::desc("Print multiply-adds and bytes of weights, before and after optimisation"),
      cl::init(false), cl::cat(category)};
  cl::list<std::string> backends{
      "iree-hal-target-backends", cl::CommaSeparated,
      cl::desc("Kernel backends, in the module side by side: llvm-cpu (machine "
               "code), vmvx (bytecode for any machine)"),
      cl::cat(category)};
  cl::alias backendsCurrent{"iree-hal-local-target-device-backends",
                            cl::desc("Same as --iree-hal-target-backends"), cl::aliasopt(backends),
                            cl::CommaSeparated, cl::cat(category)};
  cl::opt<bool> vmvxMicrokernels{
      "iree-vmvx-enable-microkernels",
      cl::desc("VMVX kernels use microkernels; false: for runtimes without them"), cl::init(true),
      cl::cat(category)};
  cl::opt<bool> listBackends{"iree-hal-list-target-backends", cl::desc("Print the kernel backends"),
                             cl::init(false), cl::cat(category)};
  cl::opt<std::string> device{"iree-hal-target-device", cl::desc("Device: local"),
                              cl::init("local"), cl::cat(category)};
  cl::opt<std::string> triple{"iree-llvm-target-triple",
                              cl::desc("<arch>-pc-linux-elf, a bare-metal triple, or host"),
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
  cl::opt<std::string> abi{
      "iree-llvm-target-abi",
      cl::desc("ilp32, ilp32f, ilp32d, ilp32e, lp64, lp64f, lp64d, lp64e or aapcs"),
      cl::cat(category)};
  cl::alias abiCurrent{"iree-llvmcpu-target-abi", cl::aliasopt(abi), cl::cat(category),
                       cl::desc("Same as --iree-llvm-target-abi")};
  cl::opt<std::string> floatAbi{"iree-llvm-target-float-abi", cl::desc("default, soft or hard"),
                                cl::cat(category)};
  cl::alias floatAbiCurrent{"iree-llvmcpu-target-float-abi", cl::aliasopt(floatAbi),
                            cl::cat(category), cl::desc("Same as --iree-llvm-target-float-abi")};
  cl::opt<std::string> kernelShapes{
      "iree-llvm-kernel-shapes",
      cl::desc("For experiments: changes numbers of the target's kernels, such as "
               "dot=3x2,step=16"),
      cl::value_desc("name=value,..."), cl::cat(category)};
  cl::opt<bool> printKernelShapes{"iree-llvm-print-kernel-shapes",
                                  cl::desc("Print the numbers of the target's kernels"),
                                  cl::init(false), cl::cat(category)};
  cl::opt<bool> listTargets{"iree-llvm-list-targets",
                            cl::desc("Print the architectures and their defaults"), cl::init(false),
                            cl::cat(category)};
  cl::alias listTargetsCurrent{"iree-llvmcpu-list-targets", cl::aliasopt(listTargets),
                               cl::cat(category), cl::desc("Same as --iree-llvm-list-targets")};
  cl::opt<bool> debugSymbols{"iree-llvm-debug-symbols", cl::desc("Keep debug information"),
                             cl::init(true), cl::cat(category)};
  cl::alias debugSymbolsCurrent{"iree-llvmcpu-debug-symbols", cl::aliasopt(debugSymbols),
                                cl::cat(category), cl::desc("Same as --iree-llvm-debug-symbols")};
  cl::opt<std::string> staticLibrary{"iree-llvm-static-library-output-path",
                                     cl::desc("Write the kernels as a static library, .o or .a, "
                                              "with a .h beside it, instead of into the module"),
                                     cl::value_desc("file"), cl::cat(category)};
  cl::alias staticLibraryCurrent{"iree-llvmcpu-static-library-output-path",
                                 cl::aliasopt(staticLibrary), cl::cat(category),
                                 cl::desc("Same as --iree-llvm-static-library-output-path")};
  cl::opt<std::string> staticLibraryPrefix{
      "iree-llvm-static-library-prefix",
      cl::desc("Name of the static library: its function is <prefix>_library_query (default: the "
               "file name)"),
      cl::cat(category)};
  cl::opt<bool> linkEmbedded{
      "iree-llvm-link-embedded",
      cl::desc("Put an image into the module that the runtime loads by itself; false: a shared "
               "object for the system's dynamic linker, or the static library that is asked for"),
      cl::init(true), cl::cat(category)};
  cl::alias linkEmbeddedCurrent{"iree-llvmcpu-link-embedded", cl::aliasopt(linkEmbedded),
                                cl::cat(category), cl::desc("Same as --iree-llvm-link-embedded")};
  cl::opt<bool> linkStatic{"iree-llvmcpu-link-static",
                           cl::desc("Accepted with a static library, which implies it"),
                           cl::init(false), cl::cat(category)};
  cl::opt<std::string> dumpFiles{"iree-hal-dump-executable-files-to",
                                 cl::desc("Write sources, intermediates and binaries of the "
                                          "kernels to this directory"),
                                 cl::value_desc("directory"), cl::cat(category)};
  cl::opt<std::string> dumpSources{"iree-hal-dump-executable-sources-to",
                                   cl::desc("Write the kernels' linalg to this directory"),
                                   cl::value_desc("directory"), cl::cat(category)};
  cl::opt<std::string> dumpIntermediates{
      "iree-hal-dump-executable-intermediates-to",
      cl::desc("Write the kernels' LLVM IR, assembly and library to this directory"),
      cl::value_desc("directory"), cl::cat(category)};
  cl::opt<std::string> dumpBinaries{"iree-hal-dump-executable-binaries-to",
                                    cl::desc("Write the kernel library to this directory"),
                                    cl::value_desc("directory"), cl::cat(category)};
  cl::opt<std::string> memoryReport{
      "iree-memory-report",
      cl::desc("Write what the module needs of RAM and flash, by layer and over time, to this "
               "file: .json, or .html for a page with a picture"),
      cl::value_desc("file"), cl::cat(category)};
  cl::opt<bool> verifyEach{"verify", cl::desc("Verify the IR after each pass"), cl::init(true),
                           cl::cat(category)};
};

llvm::ManagedStatic<Flags> flags;

/// A name on the command line and what it stands for.
template <typename T> struct Choice {
  llvm::StringLiteral name;
  T value;
};

constexpr Choice<InputType> kInputTypes[] = {{"auto", InputType::Auto},
                                             {"none", InputType::None},
                                             {"tosa", InputType::Tosa},
                                             {"tflite", InputType::TFLite}};
constexpr Choice<bool> kTFLiteRoundings[] = {{"double", false}, {"single", true}};
constexpr Choice<OutputFormat> kOutputFormats[] = {{"vm-bytecode", OutputFormat::Bytecode},
                                                   {"vm-asm", OutputFormat::Assembly},
                                                   {"vm-c", OutputFormat::CSource}};
constexpr Choice<PartitioningFavor> kFavors[] = {
    {"min-peak-memory", PartitioningFavor::MinPeakMemory},
    {"max-concurrency", PartitioningFavor::MaxConcurrency},
    {"debug", PartitioningFavor::Debug}};
constexpr Choice<InPlace> kInPlace[] = {
    {"auto", InPlace::Auto}, {"never", InPlace::Never}, {"always", InPlace::Always}};
constexpr Choice<OptLevel> kOptLevels[] = {{"O0", OptLevel::None},
                                           {"O1", OptLevel::Some},
                                           {"O2", OptLevel::Most},
                                           {"O3", OptLevel::Speed},
                                           {"Os", OptLevel::Size}};
/// Stages whose MLIR can be read back.
constexpr Choice<Stage> kFromStages[] = {{"start", Stage::Start},
                                         {"input", Stage::Input},
                                         {"tensor", Stage::Tensor},
                                         {"dispatch", Stage::Dispatch},
                                         {"schedule", Stage::Schedule}};
constexpr Choice<Stage> kToStages[] = {{"input", Stage::Input},
                                       {"tensor", Stage::Tensor},
                                       {"dispatch", Stage::Dispatch},
                                       {"schedule", Stage::Schedule},
                                       {"kernel", Stage::Kernel},
                                       {"program", Stage::Program},
                                       {"end", Stage::End}};

/// Looks a flag's value up. On failure fills `error` with the choices.
template <typename T, size_t N>
bool choose(const cl::opt<std::string> &flag, const Choice<T> (&choices)[N], T &value,
            std::string &error) {
  std::string names;
  for (const Choice<T> &choice : choices) {
    if (flag == choice.name) {
      value = choice.value;
      return true;
    }
    names += (names.empty() ? "" : ", ") + choice.name.str();
  }
  error = "unknown value '" + flag.getValue() + "' for --" + flag.ArgStr.str() +
          "; available: " + names;
  return false;
}

bool chooseBackends(Options &options, std::string &error) {
  const std::vector<std::string> names = targetBackends();
  for (const std::string &backend : flags->backends)
    if (!llvm::is_contained(names, backend)) {
      error = "unknown target backend '" + backend + "'; available: " + llvm::join(names, ", ");
      return false;
    }
  if (flags->backends.empty())
    return true;
  options.backends.clear();
  for (Backend backend : {Backend::LlvmCpu, Backend::Vmvx})
    if (llvm::is_contained(flags->backends, backendName(backend)))
      options.backends.push_back(backend);
  return true;
}

bool chooseLibraryForm(Options &options, std::string &error) {
  llvm::StringRef path = flags->staticLibrary;
  if (path.empty() && flags->linkStatic) {
    error = "--iree-llvmcpu-link-static needs --iree-llvmcpu-static-library-output-path=<file.o>";
    return false;
  }
  if (!path.empty() && !path.ends_with(".o") && !path.ends_with(".a")) {
    error = "static library '" + path.str() + "' has an unknown extension; available: .o, .a";
    return false;
  }
  if (path.empty() && !flags->staticLibraryPrefix.empty()) {
    error = "--iree-llvm-static-library-prefix needs --iree-llvm-static-library-output-path";
    return false;
  }
  if (!path.empty() && !llvm::is_contained(options.backends, Backend::LlvmCpu)) {
    error = "a static library holds machine code: it needs --iree-hal-target-backends=llvm-cpu";
    return false;
  }
  options.libraryForm = !path.empty()         ? LibraryForm::StaticLibrary
                        : flags->linkEmbedded ? LibraryForm::EmbeddedElf
                                              : LibraryForm::SystemLibrary;
  options.staticLibraryPath = path;
  options.staticLibraryPrefix = flags->staticLibraryPrefix;
  return true;
}

/// After the output's path, format and stage.
bool chooseMemoryReport(Options &options, std::string &error) {
  llvm::StringRef path = flags->memoryReport;
  if (path.empty() && flags->memoryReport.getNumOccurrences() == 0)
    return true;
  if (!path.ends_with(".json") && !path.ends_with(".html")) {
    error = "memory report '" + path.str() + "' has an unknown extension; available: .json, .html";
    return false;
  }
  if (options.compileTo != Stage::End || options.outputFormat == OutputFormat::Assembly) {
    error = "--iree-memory-report needs a whole compilation: without --compile-to and "
            "--output-format=vm-asm";
    return false;
  }
  if (path == options.outputPath) {
    error = "memory report and output are the same file '" + path.str() + "'";
    return false;
  }
  options.memoryReportPath = path;
  return true;
}

/// C source calls kernels by their names in a static library, and is two files.
bool checkCSource(const Options &options, std::string &error) {
  if (options.outputFormat != OutputFormat::CSource || options.compileTo != Stage::End)
    return true;
  if (llvm::is_contained(options.backends, Backend::Vmvx))
    error = "--output-format=vm-c calls machine code: it needs "
            "--iree-hal-target-backends=llvm-cpu alone";
  else if (options.libraryForm != LibraryForm::StaticLibrary)
    error = "--output-format=vm-c needs --iree-llvm-static-library-output-path=<file.o> for the "
            "kernels that it calls";
  else if (!llvm::StringRef(options.outputPath).ends_with(".c"))
    error = "--output-format=vm-c writes a source file and a header beside it: it needs "
            "-o <file>.c, not '" +
            options.outputPath + "'";
  return error.empty();
}

} // namespace

std::vector<std::string> iree_compiler::targetBackends() { return {"llvm-cpu", "vmvx"}; }

std::string iree_compiler::backendName(Backend backend) {
  return targetBackends()[static_cast<size_t>(backend)];
}

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
  options.listTargets = flags->listTargets;
  options.listBackends = flags->listBackends;
  if (!chooseBackends(options, error))
    return false;
  if (flags->device != "local") {
    error = "unknown target device '" + flags->device + "'; available: local";
    return false;
  }
  if (!flags->floatAbi.empty() && flags->floatAbi != "default" && flags->floatAbi != "soft" &&
      flags->floatAbi != "hard") {
    error = "unknown float ABI '" + flags->floatAbi + "'; available: default, soft, hard";
    return false;
  }
  if (!chooseLibraryForm(options, error))
    return false;
  if (!choose(flags->inputType, kInputTypes, options.inputType, error) ||
      !choose(flags->outputFormat, kOutputFormats, options.outputFormat, error) ||
      !choose(flags->compileFrom, kFromStages, options.compileFrom, error) ||
      !choose(flags->compileTo, kToStages, options.compileTo, error) ||
      !choose(flags->favor, kFavors, options.favor, error) ||
      !choose(flags->inPlace, kInPlace, options.inPlace, error) ||
      !choose(flags->optLevel, kOptLevels, options.target.optLevel, error) ||
      !choose(flags->tfliteRounding, kTFLiteRoundings, options.tfliteSingleRounding, error))
    return false;
  options.argumentsInArena = flags->argumentsInArena;
  options.inputPath = flags->input;
  options.outputPath = flags->output;
  if (options.compileTo < options.compileFrom) {
    error = "--compile-to names a stage before --compile-from";
    return false;
  }
  if (!chooseMemoryReport(options, error) || !checkCSource(options, error))
    return false;
  options.memoryBudget = flags->memoryBudget;
  if (flags->memoryBudget.getNumOccurrences() != 0 && options.memoryBudget == 0) {
    error = "--iree-memory-budget is a number of bytes, at least 1";
    return false;
  }
  if (options.memoryBudget != 0 && options.favor != PartitioningFavor::MinPeakMemory) {
    error = "--iree-memory-budget needs --iree-stream-partitioning-favor=min-peak-memory";
    return false;
  }
  if (options.memoryBudget != 0 && options.compileFrom > Stage::Input) {
    error = "--iree-memory-budget needs a source that has not passed the Tensor stage yet";
    return false;
  }
  options.target.triple = flags->triple;
  options.target.cpu = flags->cpu;
  options.target.cpuFeatures = flags->cpuFeatures;
  options.target.abi = flags->abi;
  options.target.kernelShapes = flags->kernelShapes;
  options.printKernelShapes = flags->printKernelShapes;
  options.target.floatAbi = flags->floatAbi == "default" ? std::string() : flags->floatAbi;
  options.vmvxMicrokernels = flags->vmvxMicrokernels;
  options.optimizations.removeConstantChannels = flags->removeConstantChannels;
  options.optimizations.padInPlace = flags->padInPlace;
  options.printStatistics = flags->printStatistics;
  options.optimizations.narrowRescales = flags->narrowRescales;
  options.debugSymbols = flags->debugSymbols;
  auto directory = [](const std::string &given) {
    return given.empty() ? flags->dumpFiles.getValue() : given;
  };
  options.dump = {directory(flags->dumpSources), directory(flags->dumpIntermediates),
                  directory(flags->dumpBinaries)};
  options.dumpTensors = flags->dumpTensors;
  options.listTFLiteOperators = flags->listTFLiteOperators;
  options.verifyEach = flags->verifyEach;
  return true;
}
