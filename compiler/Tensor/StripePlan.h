// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which layers of a network run in stripes of rows, and how tall these are, so
// that a program fits a budget of memory. Plain C++: knows nothing of IR.
//
// A region is a set of layers with one last layer. Its stripes are computed one
// after the other through all its layers: each right before the first one that
// needs it. Every row is computed once; rows that later stripes read again stay.
#ifndef IREE_COMPILER_TENSOR_STRIPEPLAN_H_
#define IREE_COMPILER_TENSOR_STRIPEPLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace iree_compiler {

/// Rows [a, b) of a result are computed from rows [a * stride - low,
/// (b - 1) * stride - low + window) of an operand, as far as it has them; the
/// others are padding.
struct RowAccess {
  int64_t stride = 1;
  int64_t window = 1;
  int64_t low = 0;
};

struct LayerInput {
  uint32_t producer = 0;         ///< index of a layer before this one
  std::optional<RowAccess> rows; ///< none: all of it is needed at once
};

/// What one kernel computes, or an argument of the program.
struct Layer {
  std::string name;
  int64_t rows = 1;     ///< of its result
  int64_t rowBytes = 0; ///< of its result
  std::vector<LayerInput> inputs;
  bool isArgument = false;     ///< exists when the program begins
  bool isKept = false;         ///< a result of the program
  bool canSplit = false;       ///< its rows can be computed by stripes
  int64_t accumulatedRows = 0; ///< if not 0: its one row is a sum over so many, by stripes
  int64_t accumulatorBytes = 0;
  int64_t scratchBytes = 0; ///< the kernel's, in the arena
  int64_t multiplyAdds = 0;
};

/// Layers in program order.
struct Network {
  std::vector<Layer> layers;
  bool countArguments = false; ///< arguments lie in the arena
  bool worksInPlace = false;   ///< kernels may write over rows that they have read
};

struct StripeRegion {
  std::vector<uint32_t> layers; ///< ascending
  int64_t stripeRows = 1;       ///< of the last layer, or of what it accumulates
};

/// Regions in program order, none of which overlap.
using Split = std::vector<StripeRegion>;

/// The layers from `first` on that `last` is computed from by rows, with both:
/// a region's. Empty if these two do not enclose one.
std::vector<uint32_t> regionBetween(const Network &network, uint32_t first, uint32_t last);

/// Rows [begin, end) of a layer.
struct Stripe {
  uint32_t layer = 0;
  int64_t begin = 0, end = 0;
};

/// The stripes of a region in the order in which they are computed. For each
/// layer they are as tall as the last layer's stripes need, but for its first and
/// last ones, which may be lower. Nothing if the region cannot be computed so.
std::optional<std::vector<Stripe>> stripesOf(const Network &network, const StripeRegion &region);

/// What a split needs and costs.
struct SplitCost {
  int64_t peakBytes = 0; ///< most bytes that live at once, each row until it was last read
  int64_t calls = 0;
  int64_t instructions = 0;                        ///< more than without any region, estimated
  uint32_t peakLayer = 0;                          ///< runs when most bytes live
  std::vector<std::pair<uint32_t, int64_t>> alive; ///< layers' bytes then
};

/// Replays a split. All its regions must have stripes.
SplitCost costOf(const Network &network, const Split &split);

struct ChosenSplit {
  Split split;
  SplitCost cost;
  bool fits = false; ///< else: the one with the smallest peak that was found
};

/// Of the splits with a peak of at most `budget` bytes one with few additional
/// instructions. One region after the other is added, out of all connected
/// ones, to the most promising sets of regions.
ChosenSplit chooseSplit(const Network &network, int64_t budget);

} // namespace iree_compiler

#endif // IREE_COMPILER_TENSOR_STRIPEPLAN_H_
