// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Emit/Segments.h"

#include "compiler/Schedule/Sizes.h"

using namespace mlir;
using namespace iree_compiler;

/// Little-endian, dense, i1 as one byte.
static void appendElements(ElementsAttr attribute, std::string &bytes) {
  auto complex = dyn_cast<ComplexType>(attribute.getElementType());
  uint64_t width = elementBytes(complex ? complex.getElementType() : attribute.getElementType());
  auto append = [&](const APInt &value) {
    uint64_t word = value.getZExtValue();
    for (uint64_t i = 0; i < width; ++i)
      bytes.push_back(static_cast<char>(word >> (8 * i) & 0xFF));
  };
  if (complex)
    for (const std::complex<APFloat> &value : attribute.getValues<std::complex<APFloat>>()) {
      append(value.real().bitcastToAPInt());
      append(value.imag().bitcastToAPInt());
    }
  else if (isa<FloatType>(attribute.getElementType()))
    for (const APFloat &value : attribute.getValues<APFloat>())
      append(value.bitcastToAPInt());
  else
    for (const APInt &value : attribute.getValues<APInt>())
      append(value);
}

std::string iree_compiler::constantSegment(ModuleOp module) {
  std::string bytes;
  std::vector<uint64_t> offsets = constantOffsets(module);
  size_t ordinal = 0;
  for (auto constant : module.getOps<program::ConstantOp>()) {
    bytes.resize(offsets[ordinal++]);
    appendElements(constant.getValue(), bytes);
  }
  return bytes;
}

std::string iree_compiler::stateValues(ModuleOp module, const StateLayout &layout) {
  std::string bytes;
  for (auto [variable, offset] :
       llvm::zip_equal(module.getOps<program::VariableOp>(), layout.offsets)) {
    if (!variable.getValue())
      continue;
    bytes.resize(offset);
    appendElements(*variable.getValue(), bytes);
  }
  return bytes;
}
