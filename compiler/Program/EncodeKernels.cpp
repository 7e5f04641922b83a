// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// VMVX: each kernel's operations become words, kept in attributes of its
// function until the image is written.
#include "compiler/Program/Encoding.h"
#include "compiler/Program/Passes.h"
#include "compiler/Program/RegisterSelection.h"

#include "compiler/Kernel/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace iree_compiler;

namespace {

/// A source of MAP that is a value.
constexpr uint32_t kValueBinding = 255;

/// Memory types of CONTRACT's operands by kind: target, a, b.
constexpr MemoryType kContractTypes[][3] = {
    {MemoryType::F32, MemoryType::F32, MemoryType::F32}, // multiply, add
    {MemoryType::I32, MemoryType::I32, MemoryType::I32},
    {MemoryType::I32, MemoryType::I8, MemoryType::I8},
    {},
    {MemoryType::F32, MemoryType::F32}, // add
    {MemoryType::I32, MemoryType::I32},
    {MemoryType::I32, MemoryType::I8},
    {},
    {MemoryType::F32, MemoryType::F32}, // maximum
    {MemoryType::I32, MemoryType::I32},
    {MemoryType::I8, MemoryType::I8},
    {},
    {MemoryType::F32, MemoryType::F32}, // minimum
    {MemoryType::I32, MemoryType::I32},
    {MemoryType::I8, MemoryType::I8},
};

bool isFloat32(MemoryType type) {
  return type == MemoryType::F32 || type == MemoryType::F16 || type == MemoryType::BF16;
}

/// Microkernels of one kernel as instructions.
class MicrokernelEncoder {
public:
  explicit MicrokernelEncoder(RegisterSelector &selector) : selector(selector) {}

  LogicalResult encode(Operation &op) {
    if (auto contract = dyn_cast<program::ContractOp>(op))
      encode(contract);
    else if (auto map = dyn_cast<program::MapOp>(op))
      encode(map);
    else if (auto reduce = dyn_cast<program::ReduceOp>(op))
      encode(reduce);
    else
      return failure();
    selector.require(kNeedsKernels);
    selector.append(std::move(instruction));
    return success();
  }

private:
  void encode(program::ContractOp op) {
    size_t count = op.getBindings().size();
    instruction.words = {
        word(Opcode::CONTRACT, op.getKind(), static_cast<uint32_t>(op.getSizes().size()))};
    for (size_t i = 0; i < 3; ++i) {
      instruction.words.push_back(i < count ? static_cast<uint32_t>(op.getBindings()[i]) : 0);
      if (i < count)
        read(op.getOffsets()[i], 8);
    }
    instruction.words.push_back(0);
    for (auto [index, value] : llvm::enumerate(op.getZeroPoints()))
      read(value, static_cast<uint8_t>(8 * index));
    for (auto [loop, size] : llvm::enumerate(op.getSizes())) {
      instruction.words.push_back(0);
      read(size, 0);
      for (size_t i = 0; i < count; ++i)
        read(op.getStrides()[loop * count + i], static_cast<uint8_t>(8 + 8 * i));
    }
    for (size_t i = 0; i < count; ++i)
      requireType(kContractTypes[op.getKind()][i]);
  }

  void encode(program::MapOp op) {
    ArrayRef<int32_t> bindings = op.getBindings();
    begin(Opcode::MAP, op.getOpcode(), op.getOuter(), op.getInner(), op.getTypes());
    if (op.getExtra())
      instruction.words[1] |= *op.getExtra() << 24;
    requireOperation(static_cast<Opcode>(op.getOpcode()), op.getExtra().value_or(0));
    auto stride = op.getStrides().begin();
    for (auto [binding, offset] : llvm::zip_equal(bindings, op.getOffsets())) {
      instruction.words.push_back(static_cast<uint32_t>(binding));
      read(offset, 8);
      if (binding == static_cast<int32_t>(kValueBinding))
        continue;
      read(*stride++, 16);
      read(*stride++, 24);
    }
  }

  void encode(program::ReduceOp op) {
    begin(Opcode::REDUCE, op.getOpcode(), op.getOuter(), op.getInner(), op.getTypes());
    for (size_t i : {0, 1}) {
      instruction.words.push_back(static_cast<uint32_t>(op.getBindings()[i]));
      read(op.getOffsets()[i], 8);
      read(op.getStrides()[i], 16);
    }
    read(op.getStrides()[2], 24);
  }

  /// The words that MAP and REDUCE have in common.
  void begin(Opcode opcode, uint32_t operation, Value outer, Value inner, ArrayRef<int32_t> types) {
    instruction.words = {word(opcode, operation)};
    read(outer, 16);
    read(inner, 24);
    instruction.words.push_back(0);
    for (auto [index, type] : llvm::enumerate(types)) {
      instruction.words.back() |= static_cast<uint32_t>(type) << (8 * index);
      requireType(static_cast<MemoryType>(type));
    }
  }

  /// A register in the last word.
  void read(Value value, uint8_t shift) {
    instruction.operands.push_back({selector.registerOf(value),
                                    static_cast<uint8_t>(instruction.words.size() - 1), shift,
                                    false});
  }

  void requireType(MemoryType type) {
    if (isFloat32(type))
      selector.require(kNeedsF32);
    if (type == MemoryType::F64)
      selector.require(kNeedsF64);
  }

  void requireOperation(Opcode opcode, uint32_t mathFunction) {
    if ((opcode == Opcode::MATH_F32 || opcode == Opcode::MATH2_F32 || opcode == Opcode::MATH_F64 ||
         opcode == Opcode::MATH2_F64) &&
        mathFunction >= kFirstOptionalMathFunction)
      selector.require(kNeedsMath);
  }

  RegisterSelector &selector;
  RegisterInstruction instruction;
};

struct EncodeKernels : PassWrapper<EncodeKernels, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(EncodeKernels)
  StringRef getArgument() const override { return "iree-encode-kernels"; }
  StringRef getDescription() const override { return "Encode VMVX kernels as bytecode"; }

  void runOnOperation() override {
    for (auto kernels : getOperation().getOps<ModuleOp>()) {
      if (backendOf(kernels) != Backend::Vmvx)
        continue;
      for (auto kernel : kernels.getOps<func::FuncOp>())
        if (failed(encode(kernel)))
          return signalPassFailure();
    }
  }

private:
  static LogicalResult encode(func::FuncOp kernel) {
    auto hook = [](Operation &op, RegisterSelector &selector) {
      return MicrokernelEncoder(selector).encode(op);
    };
    auto baseOf = [](program::PlaceAttr place) {
      return std::pair(place.getIndex(), static_cast<uint32_t>(place.getOffset()));
    };
    FailureOr<RegisterCode> code = encodeRegisterCode(kernel.getBody(), hook, baseOf);
    if (failed(code))
      return failure();
    Builder builder(kernel.getContext());
    auto setNumbers = [&](StringRef name, const std::vector<uint32_t> &values) {
      kernel->setAttr(
          name, builder.getDenseI32ArrayAttr(std::vector<int32_t>(values.begin(), values.end())));
    };
    setNumbers(kKernelWordsAttrName, code->words);
    setNumbers(kKernelBlocksAttrName, code->blocks);
    std::vector<uint32_t> types;
    for (RegisterType type : code->registerTypes)
      types.push_back(static_cast<uint32_t>(type));
    setNumbers(kKernelRegistersAttrName, types);
    setNumbers(kKernelAlignmentsAttrName, alignments(kernel));
    kernel->setAttr(kKernelNeedsAttrName, builder.getI32IntegerAttr(int32_t(code->needs)));
    return success();
  }

  /// By binding: bytes of the largest element that is accessed there.
  static std::vector<uint32_t> alignments(func::FuncOp kernel) {
    auto count = kernel->getAttrOfType<IntegerAttr>(program::kBindingsAttrName);
    std::vector<uint32_t> bytes(count ? static_cast<size_t>(count.getInt()) : 0, 1);
    auto access = [&](uint32_t binding, MemoryType type) {
      if (binding < bytes.size())
        bytes[binding] = std::max(bytes[binding], memoryBytes(type));
    };
    auto accessAll = [&](ArrayRef<int32_t> bindings, auto types) {
      for (auto [index, binding] : llvm::enumerate(bindings))
        access(static_cast<uint32_t>(binding), static_cast<MemoryType>(types[index]));
    };
    kernel.walk([&](Operation *op) {
      if (auto load = dyn_cast<program::LoadOp>(op))
        access(load.getPlace().getIndex(), *memoryType(load.getType()));
      if (auto store = dyn_cast<program::StoreOp>(op))
        access(store.getPlace().getIndex(), *memoryType(store.getValue().getType()));
      if (auto contract = dyn_cast<program::ContractOp>(op))
        accessAll(contract.getBindings(), kContractTypes[contract.getKind()]);
      if (auto map = dyn_cast<program::MapOp>(op))
        accessAll(map.getBindings(), map.getTypes());
      if (auto reduce = dyn_cast<program::ReduceOp>(op))
        accessAll(reduce.getBindings(), reduce.getTypes());
    });
    return bytes;
  }
};

} // namespace

std::unique_ptr<Pass> iree_compiler::createEncodeKernelsPass() {
  return std::make_unique<EncodeKernels>();
}
