// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/KernelCodegen.h"

#include "compiler/Dialect/Program/Program.h"
#include "compiler/Emit/DebugLocations.h"
#include "compiler/Emit/Dump.h"
#include "compiler/Emit/MachineCode.h"
#include "compiler/builtins/Builtins.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/xxhash.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/Internalize.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

using Object = llvm::SmallVector<char, 0>;

StringRef bytesOf(const Object &object) { return StringRef(object.data(), object.size()); }

template <typename T> std::string printed(T &thing) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if constexpr (std::is_same_v<T, llvm::Module>)
    thing.print(stream, nullptr);
  else
    thing.print(stream);
  return text;
}

/// Builds one library, step by step; build() is the list of steps.
class LibraryBuilder {
public:
  LibraryBuilder(ModuleOp kernels, ArrayRef<StringRef> names, StringRef libraryName,
                 const Target &target, const Options &options, ArrayRef<std::string> publicNames)
      : kernels(kernels), names(names), publicNames(publicNames), libraryName(libraryName),
        target(target), options(options),
        machineCode(target, options.libraryForm == LibraryForm::EmbeddedElf
                                ? CodePlacement::ClosedImage
                                : CodePlacement::Linked) {}

  FailureOr<KernelLibrary> build() {
    if (failed(compileKernels()) || failed(compileBuiltins()) || failed(measureKernels()))
      return failure();
    if (publicNames.empty())
      compileTable();
    if (failed(linkObjects()))
      return failure();
    return library;
  }

private:
  InFlightDiagnostic fail(const Twine &message) {
    return kernels.emitError() << "cannot build the kernels of '" << libraryName << "' for "
                               << target.triple << ": " << message;
  }

  LogicalResult dumpIntermediate(StringRef suffix, StringRef bytes) {
    return dumpFile(kernels, options.dump.intermediates, libraryName + suffix, bytes);
  }

  LogicalResult compileKernels() {
    if (failed(dumpIntermediate(".llvm.mlir", printed(kernels))))
      return failure();
    // Locations for debuggers say less than those of the model.
    OwningOpRef<ModuleOp> source = kernels.clone();
    if (options.debugSymbols)
      addDebugLocations(*source);
    std::unique_ptr<llvm::Module> module = translateModuleToLLVMIR(*source, context, libraryName);
    if (!module)
      return fail("no LLVM IR");
    for (StringRef name : names)
      module->getFunction(name)->setVisibility(llvm::GlobalValue::HiddenVisibility);
    machineCode.adopt(*module);
    if (failed(dumpIntermediate(".codegen.ll", printed(*module))))
      return failure();
    machineCode.optimize(*module);
    if (failed(dumpOptimized(*module)))
      return failure();
    kernelObject = machineCode.generate(*module);
    library.identity = static_cast<uint32_t>(llvm::xxh3_64bits(bytesOf(kernelObject)));
    return readFacts(kernelObject);
  }

  LogicalResult dumpOptimized(llvm::Module &module) {
    if (options.dump.intermediates.empty())
      return success();
    if (failed(dumpIntermediate(".optimized.ll", printed(module))))
      return failure();
    // Code generation changes the module; the object comes from the original.
    auto copy = llvm::CloneModule(module);
    return dumpIntermediate(
        ".s", bytesOf(machineCode.generate(*copy, llvm::CodeGenFileType::AssemblyFile)));
  }

  LogicalResult readFacts(const Object &object) {
    std::string error;
    if (!object.empty() && !readFunctionFacts(bytesOf(object), facts, error))
      return fail(error);
    return success();
  }

  /// What the object of the kernels needs, and what that needs in turn: code
  /// generation adds calls that the IR does not show, such as soft float.
  LogicalResult compileBuiltins() {
    llvm::StringSet<> wanted;
    std::vector<std::string> missing = undefinedSymbols(bytesOf(kernelObject));
    while (!missing.empty()) {
      size_t before = wanted.size();
      for (const std::string &name : missing)
        wanted.insert(name);
      if (wanted.size() == before)
        return fail("there is no builtin '" + missing.front() + "'");
      if (failed(compileBuiltins(wanted)))
        return failure();
      missing = undefinedSymbols(bytesOf(builtinsObject));
    }
    return readFacts(builtinsObject);
  }

  /// The builtins that `wanted` names, with the IR functions these call.
  LogicalResult compileBuiltins(const llvm::StringSet<> &wanted) {
    EmbeddedBitcode bitcode = builtinsBitcode(target.pointerBits);
    StringRef bytes(reinterpret_cast<const char *>(bitcode.data), bitcode.size);
    llvm::LLVMContext builtinsContext;
    auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bytes, "builtins"), builtinsContext);
    if (!module)
      return fail("internal: unreadable builtins: " + llvm::toString(module.takeError()));
    llvm::ModuleAnalysisManager analyses;
    llvm::PassBuilder().registerModuleAnalyses(analyses);
    llvm::internalizeModule(
        **module, [&](const llvm::GlobalValue &value) { return wanted.contains(value.getName()); });
    llvm::GlobalDCEPass().run(**module, analyses);
    for (llvm::Function &function : **module)
      if (!function.isDeclaration() && !function.hasLocalLinkage())
        function.setVisibility(llvm::GlobalValue::HiddenVisibility);
    machineCode.adopt(**module);
    builtinsObject = machineCode.generate(**module);
    return success();
  }

  LogicalResult measureKernels() {
    for (StringRef name : names) {
      uint64_t stack = stackBound(facts, name);
      if (stack > UINT32_MAX)
        return fail("kernel '" + name + "' has no bounded stack");
      library.stackBytes.push_back(static_cast<uint32_t>(stack));
      library.codeBytes.push_back(static_cast<uint32_t>(facts.lookup(name).codeBytes));
      auto bindings =
          kernels.lookupSymbol(name)->getAttrOfType<IntegerAttr>(program::kBindingsAttrName);
      exports.push_back({name.str(), static_cast<uint32_t>(bindings.getInt()),
                         program::constantCount(kernels.lookupSymbol(name)),
                         static_cast<uint32_t>(stack)});
    }
    return success();
  }

  void compileTable() {
    auto module = createLibraryTable(context, exports, libraryName, queryName(), library.identity,
                                     target, machineCode.dataLayout());
    machineCode.adopt(*module);
    tableObject = machineCode.generate(*module);
  }

  LogicalResult linkObjects() {
    LinkRequest request;
    request.objects = {bytesOf(kernelObject)};
    if (publicNames.empty())
      request.objects.push_back(bytesOf(tableObject));
    for (auto [name, shown] : llvm::zip(names, publicNames))
      request.shown.emplace_back(name.str(), publicKernelName(shown, library.identity));
    if (!builtinsObject.empty())
      request.objects.push_back(bytesOf(builtinsObject));
    request.queryName = queryName();
    request.libraryName = libraryName.str();
    request.keepDebugInfo = options.debugSymbols;
    uint64_t bytes = 0;
    for (StringRef object : request.objects)
      bytes += loadedBytes(object);
    std::string error;
    if (options.libraryForm == LibraryForm::EmbeddedElf && !target.fitsClosedImage(bytes, error))
      return fail(error);
    if (!linkLibrary(request, options.libraryForm, library.image, error))
      return fail(error);
    StringRef suffix = options.libraryForm == LibraryForm::StaticLibrary ? ".o" : ".so";
    if (failed(dumpIntermediate(suffix, library.image)))
      return failure();
    return dumpFile(kernels, options.dump.binaries, libraryName + suffix, library.image);
  }

  std::string queryName() const { return (libraryName + "_library_query").str(); }

  ModuleOp kernels;
  ArrayRef<StringRef> names;
  ArrayRef<std::string> publicNames;
  StringRef libraryName;
  const Target &target;
  const Options &options;
  MachineCode machineCode;
  llvm::LLVMContext context;
  Object kernelObject, builtinsObject, tableObject;
  llvm::StringMap<FunctionFacts> facts;
  std::vector<LibraryExport> exports;
  KernelLibrary library;
};

} // namespace

std::string iree_compiler::publicKernelName(StringRef name, uint32_t identity) {
  return llvm::formatv("{0}_{1:x-8}", name, identity);
}

FailureOr<KernelLibrary>
iree_compiler::buildKernelLibrary(ModuleOp kernels, ArrayRef<StringRef> names,
                                  StringRef libraryName, const Target &target,
                                  const Options &options, ArrayRef<std::string> publicNames) {
  return LibraryBuilder(kernels, names, libraryName, target, options, publicNames).build();
}
