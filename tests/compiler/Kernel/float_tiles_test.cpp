// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiles whose instructions per step of the sum are counted by hand: r x v multiply-adds
// (at least 8), v vectors of one operand and r elements of the other one.
#include "compiler/Kernel/FloatTiles.h"

#include <gtest/gtest.h>

using namespace iree_compiler;

namespace {

constexpr RegisterTile kWide = {12, 32, 4}; // of 16 lanes: 24 accumulators, 26 registers
constexpr RegisterTile kScalar = {4, 4, 4}; // of 1 lane: 16 accumulators, 20 registers

testing::AssertionResult isTile(const RegisterTile &tile, int64_t rows, int64_t columns) {
  if (tile.rows == rows && tile.columns == columns && tile.depth == 4)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << tile.rows << "x" << tile.columns << "x" << tile.depth;
}

TEST(FloatTiles, TakesTheFullTileWhereThereIsRoom) {
  EXPECT_TRUE(isTile(chooseFloatTile(kWide, 16, 512, 512, true), 12, 32));
  EXPECT_TRUE(isTile(chooseFloatTile(kWide, 16, 24, 64, false), 12, 32));
  EXPECT_TRUE(isTile(chooseFloatTile(kScalar, 1, 7, 8, true), 4, 4));
}

// Without rows that may be left: 8 rows x 2 vectors, 16 + 2 + 8 = 26 instructions for
// each 8 x 32, are 1.625 for each multiply-add; 4 x 4 vectors, 16 + 4 + 4 = 24 for
// each 4 x 64, are 1.5; 5 x 4 do not divide. No more than 24 accumulators.
TEST(FloatTiles, RowsDivideTheirExtent) {
  EXPECT_TRUE(isTile(chooseFloatTile(kWide, 16, 512, 512, false), 4, 64));
}

// 8 + 8 + 1 for 128 columns; 4 + 4 + 1 for 64 count as 8 + 4 + 1.
TEST(FloatTiles, FewRowsHaveManyColumns) {
  EXPECT_TRUE(isTile(chooseFloatTile(kWide, 16, 1, 512, true), 1, 128));
}

// 10 columns are one vector: 10 rows twice, 10 + 1 + 10 each. 19 rows would be 39 less
// than two of these; all 20 rows fit as well: 20 + 1 + 20 = 41.
TEST(FloatTiles, ColumnsNeedNotFillVectors) {
  EXPECT_TRUE(isTile(chooseFloatTile(kWide, 16, 20, 10, true), 20, 10));
}

// 3 columns: 16 accumulators are 5 rows at most, but 5 rows and 2 left are
// 15 + 3 + 5 + 8 + 3 + 2 = 36, as 4 and 3 left are 12 + 3 + 4 + 9 + 3 + 3 = 34.
TEST(FloatTiles, CountsWhatIsLeft) {
  EXPECT_TRUE(isTile(chooseFloatTile(kScalar, 1, 7, 3, true), 4, 3));
  // 7 x 3 need 21: three times 8 + 1 + 7, seven times 8 + 3 + 1 for 1 x 3.
  EXPECT_TRUE(isTile(chooseFloatTile(kScalar, 1, 7, 3, false), 7, 1));
}

TEST(FloatTiles, OneElement) { EXPECT_TRUE(isTile(chooseFloatTile(kScalar, 1, 1, 1, true), 1, 1)); }

} // namespace
