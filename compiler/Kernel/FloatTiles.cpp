// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Kernel/FloatTiles.h"

#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <limits>

using namespace iree_compiler;

namespace {

/// Vectors side by side in a tile of few rows.
constexpr int64_t kMaxVectors = 8;
/// Among so many tiles of rows a smaller one does not count.
constexpr int64_t kManyTiles = 4;
/// Multiply-adds that wait for each other, if there are fewer accumulators.
constexpr int64_t kInFlight = 8;

/// One step of the sum: multiply-adds, a row of one operand, an element of the
/// other one for each row of the tile.
int64_t stepCost(int64_t rows, int64_t vectors) {
  return std::max(rows * vectors, kInFlight) + vectors + rows;
}

} // namespace

RegisterTile iree_compiler::chooseFloatTile(const RegisterTile &full, int64_t lanes, int64_t rows,
                                            int64_t columns, bool mayBeLeft) {
  auto vectorsOf = [&](int64_t width) {
    return static_cast<int64_t>(llvm::divideCeil(width, lanes));
  };
  bool hasRoom = rows % full.rows == 0 || (mayBeLeft && rows >= kManyTiles * full.rows);
  if (columns % full.columns == 0 && hasRoom)
    return full;
  int64_t accumulators = full.rows * vectorsOf(full.columns);
  int64_t registers = accumulators + vectorsOf(full.columns);
  RegisterTile best{1, 1, full.depth};
  int64_t bestCost = std::numeric_limits<int64_t>::max();
  for (int64_t width = std::min(columns, kMaxVectors * lanes); width > 0; --width) {
    int64_t vectors = vectorsOf(width);
    if (columns % width != 0)
      continue;
    for (int64_t height = 1; height <= rows; ++height) {
      if (height * vectors > accumulators || (height + 1) * vectors > registers)
        break;
      int64_t left = rows % height;
      if (left != 0 && !mayBeLeft)
        continue;
      int64_t cost = rows / height * stepCost(height, vectors);
      if (left != 0)
        cost += stepCost(left, vectors);
      cost *= columns / width;
      if (cost < bestCost) {
        bestCost = cost;
        best.rows = height;
        best.columns = width;
      }
    }
  }
  return best;
}
