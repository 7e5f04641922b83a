// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/DualMultiply.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/FormatVariadic.h"

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

bool iree_compiler::hasAssemblyTiles(const Target &target) {
  return target.shapes.style == ContractionStyle::DualMultiply &&
         target.arch == llvm::Triple::thumb && !target.prefersSize();
}

namespace {

/// The text of multiplyWords(). Operands: sums, row, column, then registers for
/// what is loaded.
class WordAssembly {
public:
  explicit WordAssembly(const WordProducts &tile)
      : tile(tile), row(tile.rows * tile.columns), column(row + 1), first(row + 2),
        pair(first + (tile.byHalves ? tile.columns : 2 * tile.columns)) {}

  std::string text(int64_t words, int64_t offset) {
    for (int64_t word = 0; word < words; ++word) {
      if (!tile.byHalves) {
        loadColumns(offset, /*moves=*/true);
        for (int64_t i = 0; i < tile.columns; ++i)
          stream << llvm::formatv("sxtb16 ${0}, ${1}, ror #8\nsxtb16 ${1}, ${1}\n",
                                  first + tile.columns + i, first + i);
        for (int64_t i = tile.rows - 1; i >= 0; --i) {
          if (i == 0)
            loadPair(tile.wordDistance);
          else
            stream << llvm::formatv("ldrd ${0}, ${1}, [${2}, #{3}]\n", pair, pair + 1, row,
                                    i * tile.rowDistance);
          for (int64_t half = 0; half < 2; ++half)
            multiplyRow(i, pair + half, first + half * tile.columns);
        }
        continue;
      }
      for (int64_t half = 0; half < 2; ++half) {
        loadColumns(offset, /*moves=*/half == 1);
        for (int64_t i = 0; i < tile.columns; ++i)
          stream << llvm::formatv("sxtb16 ${0}, ${0}{1}\n", first + i, half == 0 ? "" : ", ror #8");
        for (int64_t i = 0; i < tile.rows; i += 2) {
          loadPair(kPairBytes);
          multiplyRow(i, pair, first);
          multiplyRow(i + 1, pair + 1, first);
        }
      }
    }
    return result;
  }

  int64_t registerCount() const { return pair + 2; }

private:
  static constexpr int64_t kPairBytes = 8;

  /// A word of each column; the first one last, which moves the address.
  void loadColumns(int64_t offset, bool moves) {
    for (int64_t i = tile.columns - 1; i >= 0; --i) {
      int64_t distance = i * tile.columnDistance + offset;
      if (i == 0 && moves && distance == 0)
        stream << llvm::formatv("ldr ${0}, [${1}], #4\n", first, column);
      else
        stream << llvm::formatv("ldr ${0}, [${1}, #{2}]\n", first + i, column, distance);
    }
  }

  /// Two words of the rows, whose address moves on.
  void loadPair(int64_t distance) {
    stream << llvm::formatv("ldrd ${0}, ${1}, [${2}], #{3}\n", pair, pair + 1, row, distance);
  }

  void multiplyRow(int64_t number, int64_t value, int64_t factors) {
    for (int64_t i = 0; i < tile.columns; ++i)
      stream << llvm::formatv("smlad ${0}, ${1}, ${2}, ${0}\n", number * tile.columns + i, value,
                              factors + i);
  }

  WordProducts tile;
  int64_t row, column, first, pair; ///< numbers of operands
  std::string result;
  llvm::raw_string_ostream stream{result};
};

} // namespace

/// Assembly whose operands are `values`, which it changes, registers of its own up to
/// `registerCount` of both, and `inputs`. It reads memory.
static void emitAssembly(OpBuilder &builder, Location loc, StringRef text, int64_t registerCount,
                         ValueRange inputs, MutableArrayRef<Value> values) {
  MLIRContext *context = builder.getContext();
  auto count = static_cast<size_t>(registerCount);
  // Its own registers are written before the last operand is read.
  std::string constraints;
  for (size_t i = 0; i < count; ++i)
    constraints += i < values.size() ? "=r," : "=&r,";
  for (size_t i = 0; i < inputs.size(); ++i)
    constraints += "r,";
  for (size_t i = 0; i < values.size(); ++i)
    constraints += llvm::formatv("{0},", i);
  constraints += "~{memory}";
  SmallVector<Value> operands(inputs);
  operands.append(values.begin(), values.end());
  auto type =
      LLVM::LLVMStructType::getLiteral(context, SmallVector<Type>(count, builder.getI32Type()));
  auto dialect = LLVM::AsmDialectAttr::get(context, LLVM::AsmDialect::AD_ATT);
  auto results = LLVM::InlineAsmOp::create(
      builder, loc, TypeRange(type), operands, text, constraints, /*has_side_effects=*/true,
      /*is_align_stack=*/false, LLVM::tailcallkind::TailCallKind::None, dialect,
      /*operand_attrs=*/ArrayAttr());
  for (auto [i, value] : llvm::enumerate(values))
    value = LLVM::ExtractValueOp::create(builder, loc, results.getResult(0),
                                         ArrayRef<int64_t>{static_cast<int64_t>(i)});
}

void iree_compiler::multiplyWords(OpBuilder &builder, Location loc, const WordProducts &tile,
                                  int64_t words, int64_t offset, MutableArrayRef<Value> values) {
  WordAssembly assembly(tile);
  emitAssembly(builder, loc, assembly.text(words, offset), assembly.registerCount(), {}, values);
}

void iree_compiler::multiplyLanes(OpBuilder &builder, Location loc, ArrayRef<LaneProduct> products,
                                  bool odd, MutableArrayRef<Value> sums, Value image,
                                  Value filter) {
  // Operands: sums, a word of the image, those of the filter, and both addresses.
  auto sumCount = static_cast<int64_t>(sums.size());
  int64_t word = sumCount, firstFilter = word + 1, address = firstFilter + kHeldFilters;
  StringRef rotation = odd ? ", ror #8" : "";
  std::string text;
  llvm::raw_string_ostream stream(text);
  auto load = [&](int64_t target, int64_t from, int64_t offset) {
    stream << llvm::formatv("ldr ${0}, [${1}, #{2}]\nsxtb16 ${0}, ${0}{3}\n", target, from, offset,
                            rotation);
  };
  while (!products.empty()) {
    SmallVector<int64_t, kHeldFilters> held;
    size_t count = 0;
    for (; count < products.size(); ++count) {
      int64_t offset = products[count].filter;
      if (llvm::is_contained(held, offset))
        continue;
      if (static_cast<int64_t>(held.size()) == kHeldFilters)
        break;
      load(firstFilter + static_cast<int64_t>(held.size()), address + 1, offset);
      held.push_back(offset);
    }
    SmallVector<LaneProduct> group(products.take_front(count));
    llvm::sort(group, [](const LaneProduct &a, const LaneProduct &b) {
      return std::tie(a.image, a.sum) < std::tie(b.image, b.sum);
    });
    for (auto [i, product] : llvm::enumerate(group)) {
      if (i == 0 || group[i - 1].image != product.image)
        load(word, address, product.image);
      int64_t factor = firstFilter + (llvm::find(held, product.filter) - held.begin());
      stream << llvm::formatv("smlabb ${0}, ${2}, ${3}, ${0}\nsmlatt ${1}, ${2}, ${3}, ${1}\n",
                              product.sum, product.sum + 1, word, factor);
    }
    products = products.drop_front(count);
  }
  emitAssembly(builder, loc, text, address, {image, filter}, sums);
}

void iree_compiler::orderLoads(OpBuilder &builder, Location loc) {
  auto dialect = LLVM::AsmDialectAttr::get(builder.getContext(), LLVM::AsmDialect::AD_ATT);
  LLVM::InlineAsmOp::create(builder, loc, TypeRange(), ValueRange(), "", "",
                            /*has_side_effects=*/true, /*is_align_stack=*/false,
                            LLVM::tailcallkind::TailCallKind::None, dialect,
                            /*operand_attrs=*/ArrayAttr());
}
