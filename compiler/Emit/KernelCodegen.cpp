// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/KernelCodegen.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Emit/Output.h"
#include "compiler/builtins/Builtins.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/Internalize.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// Every function gets the target's CPU and features, and no code that would
/// need a run-time library beyond the builtins.
void setTarget(llvm::Module &module, const Target &target, llvm::TargetMachine &machine) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  if (!target.abi.empty() && machine.getTargetTriple().isRISCV() &&
      !module.getModuleFlag("target-abi"))
    module.addModuleFlag(llvm::Module::Error, "target-abi",
                         llvm::MDString::get(module.getContext(), target.abi));
  for (llvm::Function &function : module) {
    if (function.isIntrinsic())
      continue;
    function.addFnAttr("target-cpu", target.cpu);
    if (!target.features.empty())
      function.addFnAttr("target-features", target.features);
    function.addFnAttr(llvm::Attribute::NoUnwind);
    function.addFnAttr(llvm::Attribute::NoRedZone);
    function.addFnAttr("frame-pointer", "none");
  }
}

void optimizeModule(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  tuning.SLPVectorization = true;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3).run(module, modules);
}

/// The builtins that `wanted` names, with the IR functions these call, as an
/// object.
FailureOr<llvm::SmallVector<char, 0>>
compileBuiltins(ModuleOp kernels, const llvm::StringSet<> &wanted, const Target &target) {
  EmbeddedBitcode bitcode = builtinsBitcode(target.pointerBits);
  llvm::LLVMContext context;
  auto module = llvm::parseBitcodeFile(
      llvm::MemoryBufferRef(StringRef(reinterpret_cast<const char *>(bitcode.data), bitcode.size),
                            "builtins"),
      context);
  if (!module)
    return kernels.emitError() << "internal: unreadable builtins: "
                               << llvm::toString(module.takeError());
  llvm::ModuleAnalysisManager analyses;
  llvm::PassBuilder().registerModuleAnalyses(analyses);
  llvm::internalizeModule(
      **module, [&](const llvm::GlobalValue &value) { return wanted.contains(value.getName()); });
  llvm::GlobalDCEPass().run(**module, analyses);
  for (llvm::Function &function : **module)
    if (!function.isDeclaration() && !function.hasLocalLinkage())
      function.setVisibility(llvm::GlobalValue::HiddenVisibility);
  return compileToObject(**module, target, /*optimize=*/false, llvm::FPOpFusion::Strict);
}

/// What the object of the kernels needs, and what that needs in turn: code
/// generation adds calls that the IR does not show, such as soft float.
FailureOr<llvm::SmallVector<char, 0>> buildBuiltins(ModuleOp kernels, StringRef kernelObject,
                                                    const Target &target) {
  llvm::StringSet<> wanted;
  std::vector<std::string> missing = undefinedSymbols(kernelObject);
  llvm::SmallVector<char, 0> object;
  while (!missing.empty()) {
    size_t before = wanted.size();
    for (const std::string &name : missing)
      wanted.insert(name);
    if (wanted.size() == before)
      return kernels.emitError() << "there is no builtin '" << missing.front() << "' for "
                                 << target.triple;
    auto compiled = compileBuiltins(kernels, wanted, target);
    if (failed(compiled))
      return failure();
    object = std::move(*compiled);
    missing = undefinedSymbols(StringRef(object.data(), object.size()));
  }
  return object;
}

/// Writes one intermediate file if options ask for them.
LogicalResult dump(ModuleOp kernels, const Options &options, const Twine &name, StringRef bytes) {
  if (options.dumpIntermediatesPath.empty())
    return success();
  if (std::error_code error = llvm::sys::fs::create_directories(options.dumpIntermediatesPath))
    return kernels.emitError() << "cannot create directory '" << options.dumpIntermediatesPath
                               << "': " << error.message();
  llvm::SmallString<128> path(options.dumpIntermediatesPath);
  llvm::sys::path::append(path, name);
  return writeFile(kernels, path, bytes);
}

std::string printed(llvm::Module &module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, nullptr);
  return text;
}

std::string printed(Operation *op) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  op->print(stream);
  return text;
}

std::string printedAssembly(llvm::Module &module, const Target &target) {
  std::unique_ptr<llvm::TargetMachine> machine = target.createMachine();
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager codegen;
  if (!machine->addPassesToEmitFile(codegen, stream, nullptr, llvm::CodeGenFileType::AssemblyFile))
    codegen.run(module);
  return text.str().str();
}

/// Line tables that name the model's operations.
LogicalResult addDebugScopes(ModuleOp kernels) {
  PassManager pm(kernels.getContext());
  pm.addPass(LLVM::createDIScopeForLLVMFuncOpPass());
  return pm.run(kernels);
}

} // namespace

llvm::SmallVector<char, 0> iree_compiler::compileToObject(llvm::Module &module,
                                                          const Target &target, bool optimize,
                                                          llvm::FPOpFusion::FPOpFusionMode fusion) {
  std::unique_ptr<llvm::TargetMachine> machine = target.createMachine();
  machine->Options.AllowFPOpFusion = fusion;
  setTarget(module, target, *machine);
  if (optimize)
    optimizeModule(module, *machine);
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  llvm::legacy::PassManager codegen;
  if (!machine->addPassesToEmitFile(codegen, stream, nullptr, llvm::CodeGenFileType::ObjectFile))
    codegen.run(module);
  return object;
}

FailureOr<KernelLibrary> iree_compiler::buildKernelLibrary(ModuleOp kernels,
                                                           ArrayRef<StringRef> names,
                                                           StringRef libraryName, LibraryForm form,
                                                           const Target &target,
                                                           const Options &options) {
  auto fail = [&](const Twine &message) {
    return kernels.emitError() << "cannot build the kernels of '" << libraryName << "' for "
                               << target.triple << ": " << message;
  };
  if (failed(dump(kernels, options, libraryName + ".mlir", printed(kernels))))
    return failure();
  if (options.debugSymbols && failed(addDebugScopes(kernels)))
    return failure();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = translateModuleToLLVMIR(kernels, context, libraryName);
  if (!module)
    return fail("no LLVM IR");
  for (StringRef name : names)
    module->getFunction(name)->setVisibility(llvm::GlobalValue::HiddenVisibility);
  llvm::SmallVector<char, 0> object = compileToObject(*module, target, /*optimize=*/true);
  StringRef kernelObject(object.data(), object.size());
  if (!options.dumpIntermediatesPath.empty() &&
      (failed(dump(kernels, options, libraryName + ".ll", printed(*module))) ||
       failed(dump(kernels, options, libraryName + ".s", printedAssembly(*module, target)))))
    return failure();

  std::string error;
  llvm::StringMap<FunctionFacts> facts;
  if (!readFunctionFacts(kernelObject, facts, error))
    return fail(error);
  auto builtins = buildBuiltins(kernels, kernelObject, target);
  if (failed(builtins))
    return failure();
  StringRef builtinsObject(builtins->data(), builtins->size());
  if (!builtinsObject.empty() && !readFunctionFacts(builtinsObject, facts, error))
    return fail(error);

  KernelLibrary library;
  library.identity = static_cast<uint32_t>(llvm::xxh3_64bits(kernelObject));
  std::vector<LibraryExport> exports;
  auto kernelFunctions = [&](StringRef name) {
    return kernels.lookupSymbol<LLVM::LLVMFuncOp>(name);
  };
  for (StringRef name : names) {
    uint64_t stack = stackBound(facts, name);
    if (stack > UINT32_MAX)
      return fail("kernel '" + name + "' has no bounded stack");
    library.stackBytes.push_back(static_cast<uint32_t>(stack));
    library.codeBytes.push_back(static_cast<uint32_t>(facts.lookup(name).codeBytes));
    auto bindings = kernelFunctions(name)->getAttrOfType<IntegerAttr>(program::kBindingsAttrName);
    exports.push_back(
        {name.str(), static_cast<uint32_t>(bindings.getInt()), static_cast<uint32_t>(stack)});
  }
  std::string queryName = (libraryName + "_library_query").str();
  auto table =
      createLibraryTable(context, exports, libraryName, queryName, library.identity, target);
  llvm::SmallVector<char, 0> tableObject = compileToObject(*table, target, /*optimize=*/false);
  SmallVector<StringRef> objects = {kernelObject,
                                    StringRef(tableObject.data(), tableObject.size())};
  if (!builtinsObject.empty())
    objects.push_back(builtinsObject);
  bool linked =
      form == LibraryForm::EmbeddedElf
          ? linkEmbeddedElf(objects, queryName, options.debugSymbols, library.image, error)
          : linkStaticObject(objects, queryName, options.debugSymbols, library.image, error);
  if (!linked)
    return fail(error);
  std::string needs = whatImageNeeds(library.image);
  if (!needs.empty())
    return fail("the linked image is not self-contained: " + needs);
  if (form == LibraryForm::EmbeddedElf && !options.debugSymbols)
    if (std::string problem = trimToSegments(library.image); !problem.empty())
      return fail("the linked image is malformed: " + problem);
  if (failed(dump(kernels, options, libraryName + (form == LibraryForm::EmbeddedElf ? ".so" : ".o"),
                  library.image)))
    return failure();
  return library;
}
