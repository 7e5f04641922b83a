// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/ModuleWriter.h"

#include "compiler/Emit/CSource.h"
#include "compiler/Emit/Dump.h"
#include "compiler/Emit/KernelCodegen.h"
#include "compiler/Emit/Output.h"
#include "compiler/Emit/Segments.h"
#include "compiler/Emit/StaticLibrary.h"
#include "compiler/Emit/VmvxImage.h"
#include "compiler/Kernel/Passes.h"
#include "compiler/Locations.h"
#include "compiler/Program/Encoding.h"
#include "compiler/Schedule/Sizes.h"
#include "runtime/include/iree/runtime/memory_size.h"
#include "schemas/kernel_abi.h"
#include "schemas/module_generated.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace iree_compiler;
namespace fb = iree::schema;

namespace {

constexpr uint32_t kFormatVersion = 1;
constexpr uint64_t kBlobAlignment = 64;
/// A size in Value.shape that is known at run time only.
constexpr uint32_t kDynamicDimension = 0xFFFFFFFF;

/// FNV-1a over little-endian words; `bytes` is a multiple of four long.
uint32_t checksum(StringRef bytes) {
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < bytes.size(); i += 4)
    hash = (hash ^ llvm::support::endian::read32le(bytes.data() + i)) * 16777619u;
  return hash;
}

/// Executable.format of schemas/module.fbs.
const char *formatName(LibraryForm form) {
  switch (form) {
  case LibraryForm::EmbeddedElf:
    return "embedded-elf";
  case LibraryForm::StaticLibrary:
    return "static-library";
  case LibraryForm::SystemLibrary:
    return "system-library";
  }
  llvm_unreachable("unknown library form");
}

/// One executable of the module.
struct BuiltExecutable {
  Backend backend;
  KernelLibrary library;
};

/// Blobs after the table: collects them and says where they lie.
class BlobSection {
public:
  fb::Blob add(StringRef blob) {
    bytes.resize(llvm::alignTo(bytes.size(), kBlobAlignment));
    fb::Blob place(static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(blob.size()));
    bytes += blob;
    return place;
  }
  std::string bytes;
};

class ModuleWriter {
public:
  ModuleWriter(ModuleOp module, const Target &target, const Options &options)
      : module(module), target(target), options(options),
        kernels(module.lookupSymbol<ModuleOp>(program::kKernelsModuleName)),
        names(kernelNames(module)) {
    moduleName = module.getSymName() ? module.getSymName()->str() : "module";
    libraryName = kernelLibraryName(module, options);
  }

  LogicalResult run(const MemoryReporter &reporter) {
    bool isC = options.outputFormat == OutputFormat::CSource;
    CNames cNames;
    if (isC)
      cNames = nameForC(module, libraryName);
    publicKernels = cNames.kernels;
    for (ModuleOp each : module.getOps<ModuleOp>())
      if (failed(buildExecutable(each)))
        return failure();
    std::string file = assemble();
    bool hasReport = !options.memoryReportPath.empty();
    if (hasReport && failed(writeReport(file, reporter)))
      return failure();
    if (succeeded(isC ? writeC(cNames) : writeFiles(file)))
      return success();
    if (hasReport)
      removeFile(options.memoryReportPath);
    return failure();
  }

private:
  /// The module, and the static library if there is one.
  LogicalResult writeFiles(StringRef file) {
    bool isStatic = buildsStaticLibrary();
    if (isStatic && failed(writeStaticLibrary(module, options.staticLibraryPath, libraryName,
                                              executables.front().library.image, memoryFigures())))
      return failure();
    if (succeeded(writeFile(module, options.outputPath, file)))
      return success();
    if (isStatic)
      removeStaticLibrary(options.staticLibraryPath);
    return failure();
  }

  /// The object of kernels, and the C source that calls them with its header.
  LogicalResult writeC(const CNames &cNames) {
    const KernelLibrary &library = executables.front().library;
    if (failed(writeCSource(module, cNames, library, target, options.outputPath)))
      return failure();
    if (succeeded(writeKernelObject(module, options.staticLibraryPath, libraryName, library.image)))
      return success();
    removeCSource(options.outputPath);
    return failure();
  }

  bool buildsStaticLibrary() const {
    return options.libraryForm == LibraryForm::StaticLibrary &&
           llvm::is_contained(options.backends, Backend::LlvmCpu);
  }

  LogicalResult writeReport(StringRef file, const MemoryReporter &reporter) {
    ModuleFacts facts;
    facts.file = file.str();
    for (auto func : module.getOps<program::FuncOp>()) {
      std::vector<std::string> &layers = facts.dispatchLayers.emplace_back();
      func.walk([&](program::DispatchOp op) { layers.push_back(describeLocation(op.getLoc())); });
    }
    if (buildsStaticLibrary())
      facts.staticLibraryBytes = loadedBytes(executables.front().library.image);
    std::string text, error;
    if (!reporter(facts, text, error))
      return module.emitError() << "cannot write '" << options.memoryReportPath << "': " << error;
    return writeFile(module, options.memoryReportPath, text);
  }

  /// What one block must hold to call the function.
  uint64_t memoryBytes(program::FuncOp func, const MemoryFigures &figures) {
    uint64_t p = target.pointerBits / 8;
    auto type = cast<FunctionType>(func.getFunctionType());
    uint64_t bytes =
        IREE_MEMORY_RUNTIME(p) + IREE_MEMORY_STATIC_LOADER(p) + IREE_MEMORY_STATIC_EXECUTABLE(p) +
        IREE_MEMORY_MODULE(p, figures.arenaBytes, figures.stateBytes, kArenaAlignment) +
        IREE_MEMORY_CALL(p, type.getNumInputs(), type.getNumResults(), !isStraightLine(func));
    auto isStatic = [](Type value) {
      auto shaped = dyn_cast<ShapedType>(value);
      return !shaped || shaped.hasStaticShape();
    };
    auto valueBytes = [&](Type value) {
      auto shaped = dyn_cast<ShapedType>(value);
      return IREE_MEMORY_VALUE(p, static_cast<uint64_t>(shaped ? shaped.getRank() : 0));
    };
    for (Type argument : type.getInputs())
      bytes += valueBytes(argument);
    for (Type result : llvm::make_filter_range(type.getResults(), isStatic))
      bytes += valueBytes(result);
    return bytes;
  }

  /// Of the function that needs most of each.
  MemoryFigures memoryFigures() {
    MemoryFigures figures;
    figures.stateBytes = stateLayout(module).bytes;
    for (auto func : module.getOps<program::FuncOp>())
      figures.arenaBytes =
          std::max(figures.arenaBytes, static_cast<uint64_t>(func.getArenaBytes()));
    const KernelLibrary &library = executables.front().library;
    for (uint32_t bytes : library.stackBytes)
      figures.stackBytes = std::max<uint64_t>(figures.stackBytes, bytes);
    for (auto func : module.getOps<program::FuncOp>())
      figures.memoryBytes = std::max(figures.memoryBytes, memoryBytes(func, figures));
    figures.constantBytes = constantOffsets(module).back();
    figures.kernelCodeBytes = loadedBytes(library.image);
    return figures;
  }

  LogicalResult buildExecutable(ModuleOp form) {
    Backend backend = backendOf(form);
    // A static library is written in any case: the application links it.
    if (names.empty() && (backend != Backend::LlvmCpu || !buildsStaticLibrary()))
      return success();
    recordBindings(form);
    if (backend == Backend::Vmvx) {
      executables.push_back({backend, buildVmvxImage(form, names)});
      return dumpFile(module, options.dump.binaries, libraryName + ".vmvx",
                      executables.back().library.image);
    }
    auto built = buildKernelLibrary(form, names, libraryName, target, options, publicKernels);
    if (failed(built))
      return failure();
    executables.push_back({backend, std::move(*built)});
    return success();
  }

  /// Binding counts are those of the dispatches.
  void recordBindings(ModuleOp form) {
    module.walk([&](program::DispatchOp op) {
      Operation *kernel = form.lookupSymbol(op.getKernel().getLeafReference());
      auto count = static_cast<int64_t>(op.getReads().size() + op.getWrites().size() +
                                        (kernel->hasAttr(program::kScratchAttrName) ? 1 : 0));
      kernel->setAttr(program::kBindingsAttrName,
                      Builder(module.getContext()).getI64IntegerAttr(count));
    });
  }

  flatbuffers::Offset<fb::Quantization> writeQuantization(Attribute attribute) {
    auto quantization = dyn_cast_or_null<program::QuantizationAttr>(attribute);
    if (!quantization)
      return 0;
    auto scales = builder.CreateVector(quantization.getScales().asArrayRef().vec());
    auto zeroPoints = builder.CreateVector(quantization.getZeroPoints().asArrayRef().vec());
    return fb::CreateQuantization(builder, quantization.getAxis(), scales, zeroPoints);
  }

  /// An `arenaOffset` below 0: the value has no place in the arena.
  flatbuffers::Offset<fb::Value> writeValue(StringRef name, Type type, int64_t arenaOffset,
                                            Attribute quantization, bool isArgument) {
    std::vector<uint32_t> shape;
    if (auto shaped = dyn_cast<ShapedType>(type))
      for (int64_t extent : shaped.getShape())
        shape.push_back(ShapedType::isDynamic(extent) ? kDynamicDimension
                                                      : static_cast<uint32_t>(extent));
    auto nameOffset = builder.CreateString(name.str());
    auto shapeOffset = builder.CreateVector(shape);
    auto quantizationOffset = writeQuantization(quantization);
    return fb::CreateValue(builder, nameOffset, elementType(type), shapeOffset,
                           !isa<ShapedType>(type), static_cast<uint32_t>(denseBytes(type)),
                           static_cast<uint32_t>(std::max<int64_t>(arenaOffset, 0)),
                           quantizationOffset, isArgument && arenaOffset >= 0);
  }

  flatbuffers::Offset<fb::Function> writeFunction(program::FuncOp func) {
    auto type = cast<FunctionType>(func.getFunctionType());
    std::vector<flatbuffers::Offset<fb::Value>> arguments, results;
    auto quantizationOf = [](std::optional<ArrayAttr> list, size_t index) {
      return list ? (*list)[static_cast<unsigned>(index)] : Attribute();
    };
    std::optional<ArrayRef<int64_t>> offsets = func.getArgumentOffsets();
    for (auto [index, name, each] :
         llvm::enumerate(func.getArgumentNames().getAsValueRange<StringAttr>(), type.getInputs()))
      arguments.push_back(writeValue(name, each, offsets ? (*offsets)[index] : -1,
                                     quantizationOf(func.getArgumentQuantization(), index), true));
    for (auto [index, name, each, offset] :
         llvm::enumerate(func.getResultNames().getAsValueRange<StringAttr>(), type.getResults(),
                         func.getResultOffsets()))
      results.push_back(writeValue(name, each, offset,
                                   quantizationOf(func.getResultQuantization(), index), false));
    uint32_t stackBytes = 0;
    func.walk([&](program::DispatchOp op) {
      auto ordinal = llvm::find(names, op.getKernel().getLeafReference()) - names.begin();
      for (const BuiltExecutable &each : executables)
        stackBytes = std::max(stackBytes, each.library.stackBytes[ordinal]);
    });
    auto number = [&](StringRef attribute) {
      return static_cast<uint32_t>(func->getAttrOfType<IntegerAttr>(attribute).getInt());
    };
    // Absent for straight-line code.
    auto numbers = [&](StringRef attribute) {
      auto list = func->getAttrOfType<DenseI32ArrayAttr>(attribute);
      return list ? list.asArrayRef() : ArrayRef<int32_t>();
    };
    flatbuffers::Offset<flatbuffers::Vector<uint8_t>> registersOffset = 0;
    flatbuffers::Offset<flatbuffers::Vector<uint32_t>> blocksOffset = 0;
    if (ArrayRef<int32_t> types = numbers(kRegisterTypesAttrName); !types.empty())
      registersOffset = builder.CreateVector(std::vector<uint8_t>(types.begin(), types.end()));
    if (ArrayRef<int32_t> blocks = numbers(kBlocksAttrName); !blocks.empty())
      blocksOffset = builder.CreateVector(std::vector<uint32_t>(blocks.begin(), blocks.end()));
    auto nameOffset = builder.CreateString(func.getSymName().str());
    auto argumentsOffset = builder.CreateVector(arguments);
    auto resultsOffset = builder.CreateVector(results);
    return fb::CreateFunction(builder, nameOffset, argumentsOffset, resultsOffset,
                              number(kFirstWordAttrName), number(kWordCountAttrName),
                              static_cast<uint32_t>(func.getArenaBytes()), stackBytes,
                              registersOffset, blocksOffset);
  }

  flatbuffers::Offset<fb::Kernel> writeKernel(StringRef name) {
    Operation *kernel = kernels.lookupSymbol(name);
    auto bindings = kernel->getAttrOfType<IntegerAttr>(program::kBindingsAttrName);
    auto nameOffset = builder.CreateString(name.str());
    auto location = builder.CreateString(describeLocation(kernel->getLoc()));
    return fb::CreateKernel(builder, nameOffset, static_cast<uint16_t>(bindings.getInt()),
                            static_cast<uint16_t>(program::constantCount(kernel)), location);
  }

  flatbuffers::Offset<fb::Executable> writeExecutable(const BuiltExecutable &executable) {
    const KernelLibrary &library = executable.library;
    bool isNative = executable.backend == Backend::LlvmCpu;
    bool isStatic = isNative && options.libraryForm == LibraryForm::StaticLibrary;
    fb::Blob image = isStatic ? fb::Blob() : blobs.add(library.image);
    auto text = [&](StringRef native) {
      return isNative ? builder.CreateString(native.str())
                      : flatbuffers::Offset<flatbuffers::String>();
    };
    auto format =
        builder.CreateString(isNative ? formatName(options.libraryForm) : "vmvx-bytecode");
    auto triple = text(target.triple), cpu = text(target.cpu), features = text(target.features);
    auto abi = text(target.abi);
    auto name = builder.CreateString(libraryName);
    auto stack = builder.CreateVector(library.stackBytes);
    auto code = builder.CreateVector(library.codeBytes);
    return fb::CreateExecutable(builder, format, triple, cpu, features, abi, name, library.identity,
                                isNative ? target.requiredFeatures : 0, isStatic ? nullptr : &image,
                                stack, code);
  }

  std::string assemble() {
    std::vector<flatbuffers::Offset<fb::Function>> functions;
    for (auto func : module.getOps<program::FuncOp>())
      functions.push_back(writeFunction(func));
    std::vector<flatbuffers::Offset<fb::Kernel>> kernelOffsets;
    kernelOffsets.reserve(names.size());
    for (StringRef name : names)
      kernelOffsets.push_back(writeKernel(name));
    fb::Blob constants = blobs.add(constantSegment(module));
    StateLayout state = stateLayout(module);
    fb::Blob initialState =
        state.initializedBytes ? blobs.add(stateValues(module, state)) : fb::Blob();
    std::vector<flatbuffers::Offset<fb::Executable>> executableOffsets;
    for (const BuiltExecutable &each : executables)
      if (!names.empty())
        executableOffsets.push_back(writeExecutable(each));
    auto words = module->getAttrOfType<DenseI32ArrayAttr>(program::kBytecodeAttrName);
    std::vector<uint32_t> bytecode(words.asArrayRef().begin(), words.asArrayRef().end());

    auto nameOffset = builder.CreateString(moduleName);
    auto producer = builder.CreateString("iree-compile");
    auto functionsOffset = builder.CreateVector(functions);
    auto kernelsOffset = builder.CreateVector(kernelOffsets);
    auto executablesOffset = builder.CreateVector(executableOffsets);
    auto bytecodeOffset = builder.CreateVector(bytecode);
    // The sizes are known once the table is finished; they are set then.
    constexpr uint32_t kUnknown = 1;
    auto root = fb::CreateModule(
        builder, kFormatVersion, nameOffset, producer, kUnknown, kUnknown,
        IREE_KERNEL_ABI_VERSION_MAX, static_cast<uint32_t>(target.bufferAlignment()),
        functionsOffset, kernelsOffset, executablesOffset, &constants, bytecodeOffset,
        static_cast<uint32_t>(state.bytes), state.initializedBytes ? &initialState : nullptr);
    fb::FinishModuleBuffer(builder, root);
    uint64_t tableBytes = builder.GetSize();
    uint64_t blobBase = llvm::alignTo(tableBytes, kBlobAlignment);
    uint64_t fileBytes = llvm::alignTo(blobBase + blobs.bytes.size(), 4) + 4;
    auto *table = fb::GetMutableModule(builder.GetBufferPointer());
    table->mutate_table_bytes(static_cast<uint32_t>(tableBytes));
    table->mutate_file_bytes(static_cast<uint32_t>(fileBytes));

    std::string file(reinterpret_cast<const char *>(builder.GetBufferPointer()), tableBytes);
    file.resize(blobBase);
    file += blobs.bytes;
    file.resize(fileBytes - 4);
    char sum[4];
    llvm::support::endian::write32le(sum, checksum(file));
    file.append(sum, 4);
    return file;
  }

  ModuleOp module;
  const Target &target;
  const Options &options;
  ModuleOp kernels;
  std::vector<StringRef> names;
  std::string moduleName, libraryName;
  std::vector<std::string> publicKernels;   ///< their names for C source, or none
  std::vector<BuiltExecutable> executables; ///< best first
  BlobSection blobs;
  flatbuffers::FlatBufferBuilder builder;
};

} // namespace

LogicalResult iree_compiler::writeModule(ModuleOp module, const Target &target,
                                         const Options &options, const MemoryReporter &reporter) {
  return ModuleWriter(module, target, options).run(reporter);
}
