// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that the command line decides, as plain data.
#ifndef IREE_COMPILER_OPTIONS_H_
#define IREE_COMPILER_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace iree_compiler {

/// The borders of the pipeline, in order; see compiler/README.md.
enum class Stage { Start, Input, Tensor, Dispatch, Schedule, Kernel, Program, End };

enum class InputType { Auto, None, Tosa, TFLite };
enum class OutputFormat {
  Bytecode, ///< module file
  Assembly, ///< program as MLIR text
  CSource,  ///< C source and header, beside a static library
};

/// What the schedule optimises.
enum class PartitioningFavor { MinPeakMemory, MaxConcurrency, Debug };

/// Whether results may lie over arguments that nobody reads later.
enum class InPlace { Auto, Never, Always };

/// What kernels are compiled to, the fastest first.
enum class Backend {
  LlvmCpu, ///< machine code
  Vmvx,    ///< bytecode, for any machine
};

/// How kernels as machine code reach the runtime.
enum class LibraryForm {
  EmbeddedElf,   ///< in the module: image whose entry point is the query, runs in place
  StaticLibrary, ///< beside the module: relocatable object, of which only the query is visible
  SystemLibrary, ///< in the module: shared object for the system's dynamic linker
};

/// Directories for intermediate files; empty: none.
struct DumpOptions {
  std::string sources;       ///< kernels as linalg
  std::string intermediates; ///< kernels as LLVM IR and assembly
  std::string binaries;      ///< the kernel library
};

/// What machine code is optimised for, and how long that may take. Results are
/// the same.
enum class OptLevel {
  None,  ///< O0: code as it comes
  Some,  ///< O1
  Most,  ///< O2
  Speed, ///< O3
  Size,  ///< Os: small tiles, loops that are not unrolled
};

struct TargetOptions {
  std::string triple;       ///< as given; empty: this machine
  std::string cpu;          ///< empty: the triple's default; "host": this machine
  std::string cpuFeatures;  ///< "+a,-b", added to the CPU's
  std::string abi;          ///< empty: the triple's default
  std::string floatAbi;     ///< "", "soft" or "hard"
  std::string kernelShapes; ///< changes of the core's KernelShapes, "name=value,..."
  OptLevel optLevel = OptLevel::Speed;
};

/// Rewrites that change no result and can be switched off.
struct Optimizations {
  bool removeConstantChannels = true;
  bool narrowRescales = true;
  bool padInPlace = true;
};

struct Options {
  std::string inputPath = "-";
  std::string outputPath = "-";
  InputType inputType = InputType::Auto;
  OutputFormat outputFormat = OutputFormat::Bytecode;
  Stage compileFrom = Stage::Start;
  Stage compileTo = Stage::End;
  PartitioningFavor favor = PartitioningFavor::MinPeakMemory;
  uint64_t memoryBudget = 0; ///< most bytes of each function's arena; 0: no limit
  InPlace inPlace = InPlace::Auto;
  bool argumentsInArena = false;                      ///< callers may put arguments there
  std::vector<Backend> backends = {Backend::LlvmCpu}; ///< ascending, each once
  bool vmvxMicrokernels = true;                       ///< else loops of scalar code only
  TargetOptions target;
  Optimizations optimizations;
  bool printStatistics = false;
  bool debugSymbols = true;
  LibraryForm libraryForm = LibraryForm::EmbeddedElf;
  std::string staticLibraryPath;   ///< .o or .a, with LibraryForm::StaticLibrary
  std::string staticLibraryPrefix; ///< of the query function; empty: the path's file name
  DumpOptions dump;
  std::string memoryReportPath;      ///< .json or .html; empty: none
  bool tfliteSingleRounding = false; ///< of .tflite models
  bool dumpTensors = false;          ///< of .tflite models
  bool listTFLiteOperators = false;  ///< instead of compiling
  bool verifyEach = true;
  bool listTargets = false;       ///< print what there is, and stop
  bool printKernelShapes = false; ///< print those of the target, and stop
  bool listBackends = false;      ///< the same
};

/// Kernel backends that --iree-hal-target-backends takes, by Backend.
std::vector<std::string> targetBackends();

/// The name of a backend.
std::string backendName(Backend backend);

/// Registers the flags with LLVM's command line; call once, before parsing.
void registerOptions();

/// The options as parsed. On a contradiction returns false and fills `error`.
bool optionsFromCommandLine(Options &options, std::string &error);

} // namespace iree_compiler

#endif // IREE_COMPILER_OPTIONS_H_
