// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Schedule/EntryValues.h"

#include "compiler/Dialect/Check/Check.h"
#include "compiler/Dialect/Util/Util.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace iree_compiler;

Value iree_compiler::baseOf(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (isa<util::OptimizationBarrierOp>(op))
      value = op->getOperand(cast<OpResult>(value).getResultNumber());
    else if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::CastOp>(op))
      value = op->getOperand(0);
    else
      break;
  }
  return value;
}

ElementsAttr iree_compiler::constantValue(Value base) {
  if (auto constant = base.getDefiningOp<arith::ConstantOp>())
    return cast<ElementsAttr>(constant.getValue());
  if (auto constant = base.getDefiningOp<util::UnfoldableConstantOp>())
    return cast<ElementsAttr>(constant.getValue());
  return nullptr;
}

int64_t iree_compiler::bitPattern(SplatElementsAttr splat) {
  if (isa<ComplexType>(splat.getElementType())) {
    auto value = splat.getSplatValue<std::complex<APFloat>>();
    APInt bits = value.imag().bitcastToAPInt().concat(value.real().bitcastToAPInt());
    return static_cast<int64_t>(bits.getZExtValue());
  }
  if (isa<FloatType>(splat.getElementType()))
    return static_cast<int64_t>(splat.getSplatValue<APFloat>().bitcastToAPInt().getZExtValue());
  return static_cast<int64_t>(splat.getSplatValue<APInt>().getZExtValue());
}

uint64_t iree_compiler::constantOrdinal(ProgramConstants &constants, OpBuilder &builder,
                                        ElementsAttr value, Location loc) {
  auto [entry, isNew] = constants.try_emplace(value);
  if (isNew)
    entry->second = program::ConstantOp::create(
        builder, loc, ("constant_" + Twine(constants.size() - 1)).str(), value);
  return static_cast<uint64_t>(entry - constants.begin());
}

/// The names that the model gives its arguments or results, else numbers.
static ArrayAttr names(Builder &builder, StringRef stem, unsigned count, ArrayAttr attributes) {
  return builder.getArrayAttr(llvm::map_to_vector(llvm::seq(count), [&](unsigned i) -> Attribute {
    Attribute name;
    if (attributes)
      name = cast<DictionaryAttr>(attributes[i]).get(program::kNameAttrName);
    return name ? name : builder.getStringAttr(stem + Twine(i));
  }));
}

/// Null if nothing is quantised.
static ArrayAttr quantization(Builder &builder, ArrayAttr attributes) {
  bool isQuantized = false;
  SmallVector<Attribute> list;
  for (Attribute each : attributes ? attributes.getValue() : ArrayRef<Attribute>()) {
    Attribute found = cast<DictionaryAttr>(each).get(program::kQuantizationAttrName);
    isQuantized |= found != nullptr;
    list.push_back(found ? found : builder.getUnitAttr());
  }
  return isQuantized ? builder.getArrayAttr(list) : ArrayAttr();
}

program::FuncOp iree_compiler::createProgram(OpBuilder &builder, func::FuncOp entry,
                                             ArrayRef<int64_t> resultOffsets, uint64_t arenaBytes) {
  auto typeAttr = entry->getAttrOfType<TypeAttr>(program::kFunctionTypeAttrName);
  return program::FuncOp::create(
      builder, entry.getLoc(), entry.getName(),
      typeAttr ? typeAttr.getValue() : Type(entry.getFunctionType()),
      names(builder, "arg", entry.getNumArguments(), entry.getArgAttrsAttr()),
      names(builder, "result", entry.getNumResults(), entry.getResAttrsAttr()), resultOffsets,
      arenaBytes, DenseI64ArrayAttr(), quantization(builder, entry.getArgAttrsAttr()),
      quantization(builder, entry.getResAttrsAttr()));
}

void iree_compiler::createCheck(OpBuilder &builder, Operation *check, program::PlaceAttr actual,
                                program::PlaceAttr expected) {
  auto kind = isa<check::ExpectEqOp>(check)         ? program::CheckKind::Equal
              : isa<check::ExpectAlmostEqOp>(check) ? program::CheckKind::AlmostEqual
              : isa<check::ExpectAllTrueOp>(check)  ? program::CheckKind::AllTrue
                                                    : program::CheckKind::AllFalse;
  FloatAttr atol = builder.getF32FloatAttr(0), rtol = atol;
  if (auto almost = dyn_cast<check::ExpectAlmostEqOp>(check)) {
    atol = almost.getAtolAttr();
    rtol = almost.getRtolAttr();
  }
  program::CheckOp::create(builder, check->getLoc(),
                           program::CheckKindAttr::get(builder.getContext(), kind), actual,
                           expected, TypeAttr::get(check->getOperand(0).getType()), atol, rtol);
}
