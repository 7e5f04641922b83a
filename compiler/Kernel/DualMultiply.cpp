// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/DualMultiply.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace iree_compiler;

static Value call(OpBuilder &builder, Location loc, StringRef name, ValueRange arguments) {
  return LLVM::CallIntrinsicOp::create(builder, loc, builder.getI32Type(),
                                       builder.getStringAttr(name), arguments)
      .getResult(0);
}

HalfWords iree_compiler::splitWord(OpBuilder &builder, Location loc, Value vector) {
  Type i32 = builder.getI32Type();
  Value cast = vector::BitCastOp::create(builder, loc, VectorType::get({1}, i32), vector);
  Value word = vector::ExtractOp::create(builder, loc, cast, ArrayRef<int64_t>{0});
  Value eight = arith::ConstantIntOp::create(builder, loc, 8, 32);
  Value rotated = LLVM::FshrOp::create(builder, loc, i32, word, word, eight);
  return {call(builder, loc, "llvm.arm.sxtb16", word),
          call(builder, loc, "llvm.arm.sxtb16", rotated)};
}

Value iree_compiler::multiplyPairs(OpBuilder &builder, Location loc, Value a, Value b, Value sum) {
  return call(builder, loc, "llvm.arm.smlad", {a, b, sum});
}

Value iree_compiler::multiplyHalves(OpBuilder &builder, Location loc, Value a, Value b,
                                    int64_t half, Value sum) {
  return call(builder, loc, half == 0 ? "llvm.arm.smlabb" : "llvm.arm.smlatt", {a, b, sum});
}

void iree_compiler::orderLoads(OpBuilder &builder, Location loc) {
  auto dialect = LLVM::AsmDialectAttr::get(builder.getContext(), LLVM::AsmDialect::AD_ATT);
  LLVM::InlineAsmOp::create(builder, loc, TypeRange(), ValueRange(), "", "",
                            /*has_side_effects=*/true, /*is_align_stack=*/false,
                            LLVM::tailcallkind::TailCallKind::None, dialect,
                            /*operand_attrs=*/ArrayAttr());
}
