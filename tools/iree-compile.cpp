// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The compiler's command line.
#include "compiler/Options.h"
#include "compiler/Pipeline.h"

#include "mlir/IR/AsmState.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace iree_compiler;

static int fail(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "iree-compile") << message << "\n";
  return 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  registerAsmPrinterCLOptions();
  registerMLIRContextCLOptions();
  registerPassManagerCLOptions();
  registerOptions();
  llvm::cl::ParseCommandLineOptions(argc, argv, "Ahead-of-time compiler for bare-metal machines\n");

  Options options;
  Target target;
  std::string error;
  if (!optionsFromCommandLine(options, error) || !Target::resolve(options.target, target, error))
    return fail(error);

  auto input = openInputFile(options.inputPath, &error);
  if (!input)
    return fail(error);
  DialectRegistry registry;
  registerDialects(registry);
  MLIRContext context(registry);
  // A message names the operation; its text is for those who ask for it.
  if (!llvm::cl::getRegisteredOptions()["mlir-print-op-on-diagnostic"]->getNumOccurrences())
    context.printOpOnDiagnostic(false);
  auto sources = std::make_shared<llvm::SourceMgr>();
  sources->AddNewSourceBuffer(std::move(input), llvm::SMLoc());
  SourceMgrDiagnosticHandler diagnostics(*sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return 1;
  return succeeded(compile(*module, options, target)) ? 0 : 1;
}
