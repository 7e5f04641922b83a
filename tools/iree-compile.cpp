// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The compiler's command line.
#include "compiler/Input/TFLite/Import.h"
#include "compiler/Options.h"
#include "compiler/Pipeline.h"
#include "tools/memory_report.h"

#include "mlir/IR/AsmState.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace iree_compiler;

static int fail(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "iree-compile") << message << "\n";
  return 1;
}

/// LLVM's message about the command line, cut to what is wrong.
static std::string firstProblem(llvm::StringRef problems, llvm::StringRef program) {
  llvm::StringRef line = problems.split('\n').first;
  line.consume_front(llvm::sys::path::filename(program));
  line.consume_front(program);
  line.consume_front(": ");
  return line.split("  Try: ").first.rtrim(" .!").str() + "; see iree-compile --help";
}

/// A last argument that is a flag whose value would have to follow; LLVM would
/// report it by itself, in another form.
static bool lacksValue(llvm::StringRef argument) {
  if (!argument.starts_with("-") || argument.contains('='))
    return false;
  auto &options = llvm::cl::getRegisteredOptions();
  auto found = options.find(argument.ltrim('-'));
  return found != options.end() && found->second->getValueExpectedFlag() == llvm::cl::ValueRequired;
}

static void printLists(const Options &options) {
  if (options.listBackends)
    for (const std::string &name : targetBackends())
      llvm::outs() << name << "\n";
  if (options.listTargets)
    listTargets(llvm::outs());
  if (options.listTFLiteOperators)
    tflite::printSupportedOperators(llvm::outs());
}

/// LLVM gives up on some combinations of features that are valid one by one.
static void reportFatalError(void *, const char *message, bool) {
  fail(llvm::Twine("LLVM: ") + message + "; other CPU features may help");
  std::exit(1);
}

/// The module's own words, read back, and the layers of its kernel calls.
static MemoryReporter memoryReporter(const Options &options) {
  bool isHtml = llvm::StringRef(options.memoryReportPath).ends_with(".html");
  return [isHtml](const ModuleFacts &facts, std::string &text, std::string &error) {
    iree::tools::ReportNames names;
    names.layers = facts.dispatchLayers;
    names.staticLibraryBytes = facts.staticLibraryBytes;
    return iree::tools::renderMemoryReport(facts.file, names, isHtml, text, error);
  };
}

/// MLIR text or bytecode, with diagnostics that quote the source.
static int compileMLIR(std::unique_ptr<llvm::MemoryBuffer> input, MLIRContext &context,
                       const Options &options, const Target &target) {
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(input), llvm::SMLoc());
  SourceMgrDiagnosticHandler diagnostics(*sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return 1;
  return succeeded(compile(*module, options, target, memoryReporter(options))) ? 0 : 1;
}

/// A .tflite model, with diagnostics that name its operators.
static int compileTFLite(const llvm::MemoryBuffer &input, MLIRContext &context,
                         const Options &options, const Target &target) {
  ScopedDiagnosticHandler diagnostics(&context, [&](Diagnostic &diagnostic) {
    tflite::printDiagnostic(llvm::errs(), options.inputPath, diagnostic);
  });
  tflite::ImportOptions importOptions;
  importOptions.singleRounding = options.tfliteSingleRounding;
  importOptions.dumpTensors = options.dumpTensors;
  OwningOpRef<ModuleOp> module =
      tflite::importModel(input.getBuffer(), options.inputPath, context, importOptions);
  if (!module)
    return 1;
  return succeeded(compile(*module, options, target, memoryReporter(options))) ? 0 : 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::install_fatal_error_handler(reportFatalError);
  registerAsmPrinterCLOptions();
  registerMLIRContextCLOptions();
  registerPassManagerCLOptions();
  registerOptions();
  if (lacksValue(argv[argc - 1]))
    return fail(llvm::Twine("flag '") + argv[argc - 1] + "' needs a value: " + argv[argc - 1] +
                "=<value>");
  std::string problems;
  llvm::raw_string_ostream problemStream(problems);
  if (!llvm::cl::ParseCommandLineOptions(
          argc, argv, "Ahead-of-time compiler for bare-metal machines\n", &problemStream))
    return fail(firstProblem(problems, argv[0]));

  Options options;
  Target target;
  std::string error;
  if (!optionsFromCommandLine(options, error))
    return fail(error);
  if (options.listTargets || options.listBackends || options.listTFLiteOperators) {
    printLists(options);
    return 0;
  }
  if (!Target::resolve(options.target, target, error) ||
      !checkLibraryForm(options.libraryForm, target, error))
    return fail(error);
  if (options.printKernelShapes) {
    llvm::outs() << target.shapes.core << ": " << target.shapes.text() << "\n";
    return 0;
  }

  auto input = openInputFile(options.inputPath, &error);
  if (!input)
    return fail(error);
  DialectRegistry registry;
  registerDialects(registry);
  MLIRContext context(registry);
  // Operations of unknown dialects are reported by the Input stage.
  context.allowUnregisteredDialects();
  // A message names the operation; its text is for those who ask for it.
  if (!llvm::cl::getRegisteredOptions()["mlir-print-op-on-diagnostic"]->getNumOccurrences())
    context.printOpOnDiagnostic(false);
  bool isModel = options.inputType == InputType::TFLite ||
                 (options.inputType == InputType::Auto &&
                  tflite::isModel(input->getBuffer(), options.inputPath));
  return isModel ? compileTFLite(*input, context, options, target)
                 : compileMLIR(std::move(input), context, options, target);
}
