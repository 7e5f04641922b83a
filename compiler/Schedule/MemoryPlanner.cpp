// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a plan must keep are the differences between the offsets of two buffers:
// for each pair there is a list of open intervals in which the difference must
// not lie.
#include "compiler/Schedule/MemoryPlanner.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

using namespace iree_compiler;

namespace {

using Offset = int64_t;

uint64_t alignUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

/// Of a value that may be negative.
Offset alignUp(Offset value, Offset alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

Offset alignDown(Offset value, Offset alignment) { return value & ~(alignment - 1); }

/// Open at both ends.
struct Interval {
  Offset low = 0, high = 0;
};

std::vector<PlannedPiece> piecesOf(const PlannedBuffer &buffer) {
  std::vector<PlannedPiece> pieces = buffer.pieces;
  if (pieces.empty())
    pieces.push_back({0, buffer.bytes, buffer.first, buffer.last});
  pieces.erase(std::remove_if(pieces.begin(), pieces.end(),
                              [](const PlannedPiece &piece) { return piece.begin == piece.end; }),
               pieces.end());
  return pieces;
}

bool isWithin(const PlannedPiece &piece, uint32_t buffer, const BufferView &view) {
  return buffer == view.buffer && view.begin <= piece.begin && piece.end <= view.end;
}

Offset beginOf(const BufferView &view) { return static_cast<Offset>(view.begin); }

/// Merges what overlaps; what only touches stays apart, for the point between is
/// allowed.
void normalize(std::vector<Interval> &intervals) {
  std::sort(intervals.begin(), intervals.end(), [](const Interval &a, const Interval &b) {
    return a.low != b.low ? a.low < b.low : a.high < b.high;
  });
  std::vector<Interval> merged;
  for (const Interval &each : intervals) {
    if (!merged.empty() && each.low < merged.back().high)
      merged.back().high = std::max(merged.back().high, each.high);
    else if (each.low < each.high)
      merged.push_back(each);
  }
  intervals = std::move(merged);
}

/// Another buffer, and where one must not lie relative to it.
struct Neighbor {
  uint32_t buffer = 0;
  std::vector<Interval> forbidden; ///< of own offset - the other's
};

/// The pairs of buffers of which live bytes must not meet.
class Constraints {
public:
  explicit Constraints(const MemoryProblem &problem)
      : problem(problem), neighbors(problem.buffers.size()) {
    auto count = static_cast<uint32_t>(problem.buffers.size());
    std::vector<std::vector<PlannedPiece>> pieces;
    for (const PlannedBuffer &buffer : problem.buffers)
      pieces.push_back(piecesOf(buffer));
    std::map<std::pair<uint32_t, uint32_t>, std::vector<const Relaxation *>> relaxations;
    for (const Relaxation &each : problem.relaxations)
      relaxations[std::minmax(each.argument.buffer, each.result.buffer)].push_back(&each);
    for (uint32_t i = 0; i < count; ++i)
      for (uint32_t j = 0; j < i; ++j) {
        auto relaxed = relaxations.find({j, i});
        std::vector<Interval> forbidden;
        for (const PlannedPiece &mine : pieces[i])
          for (const PlannedPiece &other : pieces[j])
            if (mine.first <= other.last && other.first <= mine.last)
              add(forbidden, i, mine, j, other,
                  relaxed == relaxations.end() ? nullptr : &relaxed->second);
        normalize(forbidden);
        if (forbidden.empty())
          continue;
        std::vector<Interval> mirrored;
        for (auto each = forbidden.rbegin(); each != forbidden.rend(); ++each)
          mirrored.push_back({-each->high, -each->low});
        neighbors[i].push_back({j, std::move(forbidden)});
        neighbors[j].push_back({i, std::move(mirrored)});
      }
  }

  const std::vector<Neighbor> &of(size_t buffer) const { return neighbors[buffer]; }
  Offset alignment() const { return static_cast<Offset>(problem.alignment); }
  Offset bytes(size_t buffer) const { return static_cast<Offset>(problem.buffers[buffer].bytes); }
  size_t size() const { return neighbors.size(); }

private:
  void add(std::vector<Interval> &forbidden, uint32_t i, const PlannedPiece &mine, uint32_t j,
           const PlannedPiece &other, const std::vector<const Relaxation *> *relaxations) {
    Interval strict = {static_cast<Offset>(other.begin) - static_cast<Offset>(mine.end),
                       static_cast<Offset>(other.end) - static_cast<Offset>(mine.begin)};
    bool isRelaxed = false;
    if (relaxations)
      for (const Relaxation *each : *relaxations) {
        bool isMineArgument = each->argument.buffer == i;
        const PlannedPiece &argument = isMineArgument ? mine : other;
        const PlannedPiece &result = isMineArgument ? other : mine;
        if (argument.first >= each->step || argument.last != each->step ||
            result.first != each->step ||
            !isWithin(argument, isMineArgument ? i : j, each->argument) ||
            !isWithin(result, isMineArgument ? j : i, each->result))
          continue;
        addRelaxed(forbidden, strict, *each, !isMineArgument);
        isRelaxed = true;
      }
    if (!isRelaxed)
      forbidden.push_back(strict);
  }

  /// `mirror`: the buffer whose offset counts positively is the result's.
  static void addRelaxed(std::vector<Interval> &forbidden, Interval strict, const Relaxation &each,
                         bool mirror) {
    if (mirror)
      strict = {-strict.high, -strict.low};
    Offset together = beginOf(each.result) - beginOf(each.argument);
    strict.high = std::min(strict.high, together + each.distance);
    std::vector<Interval> parts = {strict};
    if (each.sameElements && strict.low < together && together < strict.high)
      parts = {{strict.low, together}, {together, strict.high}};
    for (Interval part : parts)
      if (part.low < part.high)
        forbidden.push_back(mirror ? Interval{-part.high, -part.low} : part);
  }

  const MemoryProblem &problem;
  std::vector<std::vector<Neighbor>> neighbors;
};

/// A plan that grows by one buffer at a time.
class Placement {
public:
  explicit Placement(const Constraints &constraints)
      : constraints(constraints), offsets(constraints.size(), -1) {}

  void clear() {
    std::fill(offsets.begin(), offsets.end(), -1);
    used = 0;
  }

  void put(size_t buffer, Offset offset) {
    offsets[buffer] = offset;
    used = std::max(used, offset + constraints.bytes(buffer));
  }

  /// The lowest offset that is allowed beside what has been placed.
  Offset lowest(size_t buffer) {
    gather(buffer);
    Offset at = 0;
    for (const Interval &each : blocked) {
      if (each.low >= at)
        break;
      if (at < each.high)
        at = alignUp(each.high, constraints.alignment());
    }
    return at;
  }

  /// The highest one below `limit`, or a negative one if there is none.
  Offset highest(size_t buffer, Offset limit) {
    gather(buffer);
    std::sort(blocked.begin(), blocked.end(),
              [](const Interval &a, const Interval &b) { return a.high > b.high; });
    Offset at = alignDown(limit - constraints.bytes(buffer), constraints.alignment());
    for (const Interval &each : blocked) {
      if (each.high <= at)
        break;
      if (each.low < at)
        at = alignDown(each.low, constraints.alignment());
    }
    return at;
  }

  uint64_t workDone() const { return work; }

  MemoryPlan plan() const {
    MemoryPlan result;
    for (Offset offset : offsets)
      result.offsets.push_back(static_cast<uint64_t>(offset));
    result.bytes =
        alignUp(static_cast<uint64_t>(used), static_cast<uint64_t>(constraints.alignment()));
    return result;
  }

private:
  /// Fills `blocked`, ascending: where the buffer must not begin.
  void gather(size_t buffer) {
    blocked.clear();
    for (const Neighbor &neighbor : constraints.of(buffer)) {
      Offset base = offsets[neighbor.buffer];
      if (base >= 0)
        for (const Interval &each : neighbor.forbidden)
          blocked.push_back({base + each.low, base + each.high});
    }
    work += constraints.of(buffer).size() + blocked.size() * 4 + 1;
    std::sort(blocked.begin(), blocked.end(),
              [](const Interval &a, const Interval &b) { return a.low < b.low; });
  }

  const Constraints &constraints;
  std::vector<Offset> offsets; ///< negative: not placed
  Offset used = 0;
  uint64_t work = 0; ///< pairs looked at
  std::vector<Interval> blocked;
};

/// Decides whether some plan fits below a limit. For each pair of buffers one of
/// the gaps between its forbidden intervals is chosen; what is chosen are bounds
/// of differences of two offsets, which a matrix holds with all that follows.
class Search {
public:
  Search(const MemoryProblem &memory, const Constraints &constraints,
         const std::vector<size_t> &buffers, uint64_t maxNodes)
      : alignment(constraints.alignment()), floor(buffers.size()), nodesLeft(maxNodes) {
    std::vector<size_t> position(memory.buffers.size(), floor);
    for (size_t i = 0; i < buffers.size(); ++i) {
      position[buffers[i]] = i;
      bytes.push_back(constraints.bytes(buffers[i]));
    }
    for (size_t i = 0; i < buffers.size(); ++i)
      for (const Neighbor &neighbor : constraints.of(buffers[i]))
        if (position[neighbor.buffer] < i)
          pairs.push_back({i, position[neighbor.buffer], &neighbor.forbidden});
  }

  /// The places, or nothing if there are none or the search was too long.
  std::optional<std::vector<Offset>> fit(Offset limit) {
    Matrix least((floor + 1) * (floor + 1), kUnbounded);
    for (size_t i = 0; i <= floor; ++i)
      least[i * (floor + 1) + i] = 0;
    for (size_t i = 0; i < floor; ++i)
      if (!raise(least, floor, i, 0) || !raise(least, i, floor, bytes[i] - limit))
        return std::nullopt;
    return decide(least);
  }

  /// Whether "nothing" was the last word.
  bool isComplete() const { return nodesLeft != 0; }

private:
  static constexpr Offset kUnbounded = INT64_MIN / 4;
  /// [a * (n + 1) + b]: how much b's offset is at least behind a's; b is the
  /// bottom of the arena for n.
  using Matrix = std::vector<Offset>;

  struct Pair {
    size_t first, second;
    const std::vector<Interval> *forbidden; ///< of first's offset - second's
  };

  struct Gap {
    Offset low, high; ///< both included
  };

  Offset at(const Matrix &least, size_t a, size_t b) const { return least[a * (floor + 1) + b]; }

  /// b lies at least `distance` behind a. False if that cannot be.
  bool raise(Matrix &least, size_t a, size_t b, Offset distance) const {
    if (at(least, a, b) >= distance)
      return true;
    for (size_t i = 0; i <= floor; ++i) {
      Offset to = at(least, i, a);
      if (to <= kUnbounded)
        continue;
      for (size_t k = 0; k <= floor; ++k) {
        Offset from = at(least, b, k);
        Offset &known = least[i * (floor + 1) + k];
        if (from > kUnbounded)
          known = std::max(known, to + distance + from);
      }
    }
    return at(least, a, a) <= 0 && at(least, b, b) <= 0;
  }

  /// Where the difference of a pair may still lie.
  std::vector<Gap> gapsOf(const Matrix &least, const Pair &pair) const {
    Offset low = alignUp(at(least, pair.second, pair.first), alignment);
    Offset end = alignDown(-at(least, pair.first, pair.second), alignment);
    std::vector<Gap> gaps;
    for (const Interval &each : *pair.forbidden) {
      Offset high = std::min(end, alignDown(each.low, alignment));
      if (low <= high)
        gaps.push_back({low, high});
      low = std::max(low, alignUp(each.high, alignment));
    }
    if (low <= end)
      gaps.push_back({low, end});
    return gaps;
  }

  std::optional<std::vector<Offset>> decide(const Matrix &least) {
    if (nodesLeft == 0 || --nodesLeft == 0)
      return std::nullopt;
    const Pair *open = nullptr;
    std::vector<Gap> gaps;
    for (const Pair &pair : pairs) {
      std::vector<Gap> own = gapsOf(least, pair);
      if (own.empty())
        return std::nullopt;
      bool isDecided = own.size() == 1 && own[0].low <= at(least, pair.second, pair.first) &&
                       own[0].high >= -at(least, pair.first, pair.second);
      if (isDecided || (open && own.size() >= gaps.size()))
        continue;
      open = &pair;
      gaps = std::move(own);
    }
    if (!open) {
      std::vector<Offset> places;
      for (size_t i = 0; i < floor; ++i)
        places.push_back(at(least, floor, i));
      return places;
    }
    for (Gap gap : gaps) {
      Matrix next = least;
      if (!raise(next, open->second, open->first, gap.low) ||
          !raise(next, open->first, open->second, -gap.high))
        continue;
      if (auto places = decide(next))
        return places;
    }
    return std::nullopt;
  }

  Offset alignment;
  size_t floor; ///< the number of buffers
  uint64_t nodesLeft;
  std::vector<Offset> bytes;
  std::vector<Pair> pairs;
};

/// Numbers that are the same everywhere.
class Random {
public:
  uint32_t below(size_t limit) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<uint32_t>((state >> 33) % limit);
  }

private:
  uint64_t state = 1;
};

class Planner {
public:
  explicit Planner(const MemoryProblem &problem)
      : problem(problem), constraints(problem), bound(lowerBound(problem)), placement(constraints) {
    for (size_t i = 0; i < problem.buffers.size(); ++i)
      if (problem.buffers[i].bytes != 0)
        placeable.push_back(i);
  }

  MemoryPlan run() {
    fitInOrders();
    if (best.bytes > bound)
      improve();
    if (best.bytes > bound && placeable.size() <= kExactBuffers)
      searchAll();
    return best;
  }

  /// After run(): no plan is smaller.
  bool isOptimal() const { return best.bytes == bound || isProved; }

private:
  static constexpr uint64_t kMaxWork = 16'000'000;
  static constexpr uint64_t kMaxNodes = 20'000;

  /// Buffers without bytes lie at 0.
  void putEmpty() {
    for (size_t i = 0; i < problem.buffers.size(); ++i)
      if (problem.buffers[i].bytes == 0)
        placement.put(i, 0);
  }

  void keepIfBetter() {
    MemoryPlan plan = placement.plan();
    if (isComplete && best.bytes <= plan.bytes)
      return;
    best = std::move(plan);
    isComplete = true;
  }

  void fitInOrders() {
    auto duration = [&](size_t i) {
      return uint64_t(problem.buffers[i].last) - problem.buffers[i].first + 1;
    };
    // Each key orders descending; ties keep program order.
    auto keys = {
        +[](const PlannedBuffer &b, uint64_t) { return b.bytes; },
        +[](const PlannedBuffer &b, uint64_t d) { return b.bytes * d; },
        +[](const PlannedBuffer &, uint64_t d) { return d; },
        +[](const PlannedBuffer &b, uint64_t) { return uint64_t(UINT32_MAX) - b.first; },
        +[](const PlannedBuffer &b, uint64_t) { return uint64_t(b.last); },
    };
    for (auto key : keys) {
      std::vector<size_t> order = placeable;
      std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        uint64_t keyA = key(problem.buffers[a], duration(a));
        uint64_t keyB = key(problem.buffers[b], duration(b));
        return keyA != keyB ? keyA > keyB : a < b;
      });
      placement.clear();
      putEmpty();
      for (size_t index : order)
        placement.put(index, placement.lowest(index));
      keepIfBetter();
      if (firstOrder.empty())
        firstOrder = std::move(order);
    }
  }

  /// Tries limits between the bound and the best plan.
  void improve() {
    auto alignment = problem.alignment;
    uint64_t budget = kMaxWork;
    for (uint64_t limit = bound; limit < best.bytes && budget > kMaxWork / 64;) {
      uint64_t before = placement.workDone();
      bool found = fitBelow(static_cast<Offset>(limit), budget / 4);
      budget -= std::min(budget, placement.workDone() - before);
      if (found)
        return bisect(budget);
      limit = std::max(limit + alignment, alignUp((limit + best.bytes) / 2, alignment));
    }
  }

  /// After a limit was reached: what lies between the bound and the plan.
  void bisect(uint64_t budget) {
    while (best.bytes > bound && budget > kMaxWork / 64) {
      uint64_t before = placement.workDone();
      uint64_t limit = bound + (best.bytes - bound) / 2;
      limit = std::min(alignUp(limit, problem.alignment), best.bytes - problem.alignment);
      if (!fitBelow(static_cast<Offset>(limit), budget / 4))
        return;
      budget -= std::min(budget, placement.workDone() - before);
    }
  }

  /// First-fit from the side that each buffer has; one that does not fit comes
  /// earlier in the next try, and sometimes from the other side.
  bool fitBelow(Offset limit, uint64_t budget) {
    Random random;
    std::vector<size_t> order = firstOrder;
    std::vector<char> fromAbove(problem.buffers.size(), 0);
    uint64_t end = placement.workDone() + budget;
    while (placement.workDone() < end) {
      size_t position = tryOrder(order, fromAbove, limit);
      if (position == order.size()) {
        keepIfBetter();
        return true;
      }
      size_t failed = order[position];
      size_t target = random.below(3) == 0 ? random.below(position + 1) : 0;
      order.erase(order.begin() + static_cast<std::ptrdiff_t>(position));
      order.insert(order.begin() + static_cast<std::ptrdiff_t>(target), failed);
      if (random.below(2) == 0)
        fromAbove[failed] ^= 1;
      if (random.below(8) == 0)
        fromAbove[order[random.below(order.size())]] ^= 1;
      if (random.below(16) == 0)
        std::swap(order[random.below(order.size())], order[random.below(order.size())]);
    }
    return false;
  }

  /// The position of the first that does not fit; their number if all do.
  size_t tryOrder(const std::vector<size_t> &order, const std::vector<char> &fromAbove,
                  Offset limit) {
    placement.clear();
    putEmpty();
    for (size_t position = 0; position < order.size(); ++position) {
      size_t index = order[position];
      Offset at = fromAbove[index] ? placement.highest(index, limit) : placement.lowest(index);
      if (at < 0 || at + constraints.bytes(index) > limit)
        return position;
      placement.put(index, at);
    }
    return order.size();
  }

  /// Smaller plans until there is none.
  void searchAll() {
    Search search(problem, constraints, placeable, kMaxNodes);
    isProved = true;
    while (best.bytes > bound) {
      uint64_t limit = best.bytes - problem.alignment;
      std::optional<std::vector<Offset>> places = search.fit(static_cast<Offset>(limit));
      if (!places) {
        isProved = search.isComplete();
        return;
      }
      placement.clear();
      putEmpty();
      for (size_t i = 0; i < placeable.size(); ++i)
        placement.put(placeable[i], (*places)[i]);
      keepIfBetter();
    }
  }

  const MemoryProblem &problem;
  Constraints constraints;
  uint64_t bound;
  Placement placement;
  std::vector<size_t> placeable;  ///< buffers with bytes
  std::vector<size_t> firstOrder; ///< large ones first
  MemoryPlan best;
  bool isComplete = false;
  bool isProved = false; ///< a search of all plans found no smaller one
};

/// The bytes of a view that live at `step` and begin or end to live there.
uint64_t bytesAt(const MemoryProblem &problem, const BufferView &view, uint32_t step,
                 bool isResult) {
  uint64_t bytes = 0;
  for (const PlannedPiece &piece : piecesOf(problem.buffers[view.buffer]))
    if (isWithin(piece, view.buffer, view) && (isResult ? piece.first : piece.last) == step)
      bytes += piece.end - piece.begin;
  return bytes;
}

/// At most so much is shared at one step: no result shares more than all of it.
uint64_t sharedBytes(const MemoryProblem &problem, const std::vector<const Relaxation *> &relaxed) {
  std::map<std::pair<uint32_t, uint64_t>, std::pair<uint64_t, uint64_t>> byResult; // shared, all
  for (const Relaxation *each : relaxed) {
    uint64_t argument = bytesAt(problem, each->argument, each->step, false);
    uint64_t result = bytesAt(problem, each->result, each->step, true);
    uint64_t reach = result;
    if (!each->sameElements && each->distance > 0)
      reach -= std::min(result, static_cast<uint64_t>(each->distance));
    auto &[shared, all] = byResult[{each->result.buffer, each->result.begin}];
    shared += alignUp(std::min(argument, reach), problem.alignment);
    all = std::max(all, alignUp(result, problem.alignment));
  }
  uint64_t total = 0;
  for (const auto &entry : byResult)
    total += std::min(entry.second.first, entry.second.second);
  return total;
}

/// The buffers that live at a step from `first` to `last`.
MemoryProblem windowOf(const MemoryProblem &problem, uint32_t first, uint32_t last) {
  constexpr uint32_t kOutside = UINT32_MAX;
  MemoryProblem window;
  window.alignment = problem.alignment;
  std::vector<uint32_t> index;
  for (const PlannedBuffer &buffer : problem.buffers) {
    bool isInside = buffer.bytes != 0 && buffer.first <= last && first <= buffer.last;
    index.push_back(isInside ? static_cast<uint32_t>(window.buffers.size()) : kOutside);
    if (isInside)
      window.buffers.push_back(buffer);
  }
  for (Relaxation each : problem.relaxations) {
    each.argument.buffer = index[each.argument.buffer];
    each.result.buffer = index[each.result.buffer];
    if (each.argument.buffer != kOutside && each.result.buffer != kOutside)
      window.relaxations.push_back(each);
  }
  return window;
}

/// Who owns the bytes of the arena while a plan is replayed.
class Ownership {
public:
  struct Owner {
    uint64_t end;
    uint32_t buffer, piece;
  };

  /// Calls `meet` for each owner of bytes of [begin, end).
  template <typename Meet> void forEach(uint64_t begin, uint64_t end, Meet meet) const {
    for (auto each = from(begin); each != owners.end() && each->first < end; ++each)
      if (each->second.end > begin)
        meet(each->second);
  }

  void take(uint64_t begin, uint64_t end, uint32_t buffer, uint32_t piece) {
    for (auto each = from(begin); each != owners.end() && each->first < end;) {
      uint64_t low = each->first;
      Owner owner = each->second;
      if (owner.end <= begin) {
        ++each;
        continue;
      }
      each = owners.erase(each);
      if (low < begin)
        owners[low] = {begin, owner.buffer, owner.piece};
      if (owner.end > end)
        owners[end] = owner;
    }
    owners[begin] = {end, buffer, piece};
  }

  bool owns(uint64_t begin, uint64_t end, uint32_t buffer, uint32_t piece) const {
    auto each = from(begin);
    for (; each != owners.end() && each->second.end <= begin; ++each) {
    }
    while (each != owners.end() && each->first <= begin && each->second.buffer == buffer &&
           each->second.piece == piece) {
      if (each->second.end >= end)
        return true;
      begin = each->second.end;
      ++each;
    }
    return false;
  }

private:
  std::map<uint64_t, Owner>::const_iterator from(uint64_t begin) const {
    auto each = owners.upper_bound(begin);
    return each == owners.begin() ? each : std::prev(each);
  }
  std::map<uint64_t, Owner>::iterator from(uint64_t begin) {
    auto each = owners.upper_bound(begin);
    return each == owners.begin() ? each : std::prev(each);
  }

  std::map<uint64_t, Owner> owners; ///< by first byte; they do not overlap
};

class Replay {
public:
  Replay(const MemoryProblem &problem, const MemoryPlan &plan) : problem(problem), plan(plan) {
    for (const PlannedBuffer &buffer : problem.buffers)
      pieces.push_back(piecesOf(buffer));
  }

  std::string run() {
    if (std::string error = checkPlaces(); !error.empty())
      return error;
    std::map<uint32_t, std::vector<std::pair<uint32_t, uint32_t>>> born, dying;
    for (uint32_t i = 0; i < pieces.size(); ++i)
      for (uint32_t k = 0; k < pieces[i].size(); ++k) {
        born[pieces[i][k].first].push_back({i, k});
        dying[pieces[i][k].last].push_back({i, k});
        born[pieces[i][k].last]; // a step, even if nothing begins there
      }
    for (const auto &[step, list] : born) {
      // What is read here for the last time is still whole.
      for (auto [i, k] : dying[step])
        if (pieces[i][k].first < step && !owns(i, k))
          return name(i) + " has lost bytes before it is read at step " + std::to_string(step);
      for (auto [i, k] : list)
        if (pieces[i][k].first == step)
          if (std::string error = write(i, k, step); !error.empty())
            return error;
    }
    return "";
  }

private:
  static std::string name(uint32_t buffer) { return "buffer " + std::to_string(buffer); }

  std::string checkPlaces() {
    if (plan.offsets.size() != problem.buffers.size())
      return "the plan has " + std::to_string(plan.offsets.size()) + " offsets for " +
             std::to_string(problem.buffers.size()) + " buffers";
    for (uint32_t i = 0; i < plan.offsets.size(); ++i) {
      uint64_t bytes = problem.buffers[i].bytes;
      if (bytes == 0)
        continue;
      if (plan.offsets[i] % problem.alignment)
        return name(i) + " is not aligned to " + std::to_string(problem.alignment);
      if (bytes > plan.bytes || plan.offsets[i] > plan.bytes - bytes)
        return name(i) + " ends beyond the arena of " + std::to_string(plan.bytes) + " bytes";
      for (const PlannedPiece &piece : pieces[i])
        if (piece.begin > piece.end || piece.end > bytes || piece.first > piece.last)
          return name(i) + " has a piece that is not part of it";
    }
    return "";
  }

  uint64_t begin(uint32_t i, uint32_t k) const { return plan.offsets[i] + pieces[i][k].begin; }
  uint64_t end(uint32_t i, uint32_t k) const { return plan.offsets[i] + pieces[i][k].end; }
  bool owns(uint32_t i, uint32_t k) const { return owners.owns(begin(i, k), end(i, k), i, k); }

  /// Piece k of buffer i is written over what lies there.
  std::string write(uint32_t i, uint32_t k, uint32_t step) {
    std::string error;
    owners.forEach(begin(i, k), end(i, k), [&](const Ownership::Owner &owner) {
      const PlannedPiece &other = pieces[owner.buffer][owner.piece];
      if (other.last < step || !error.empty())
        return;
      if (other.first == step || other.last > step || !isRelaxed(owner, i, k, step))
        error = "buffers " + std::to_string(std::min(owner.buffer, i)) + " and " +
                std::to_string(std::max(owner.buffer, i)) + " overlap at step " +
                std::to_string(step);
    });
    owners.take(begin(i, k), end(i, k), i, k);
    return error;
  }

  /// Some relaxation is about these pieces, and all that are hold.
  bool isRelaxed(const Ownership::Owner &owner, uint32_t i, uint32_t k, uint32_t step) const {
    bool isAllowed = false;
    for (const Relaxation &each : problem.relaxations) {
      if (each.step != step || each.argument.buffer != owner.buffer || each.result.buffer != i)
        continue;
      const PlannedPiece &argument = pieces[owner.buffer][owner.piece], &result = pieces[i][k];
      bool covers = each.argument.begin <= argument.begin && argument.end <= each.argument.end &&
                    each.result.begin <= result.begin && result.end <= each.result.end;
      if (!covers)
        continue;
      auto from = static_cast<Offset>(plan.offsets[owner.buffer] + each.argument.begin);
      auto to = static_cast<Offset>(plan.offsets[i] + each.result.begin);
      if (from - to < each.distance && !(each.sameElements && from == to))
        return false;
      isAllowed = true;
    }
    return isAllowed;
  }

  const MemoryProblem &problem;
  const MemoryPlan &plan;
  std::vector<std::vector<PlannedPiece>> pieces;
  Ownership owners;
};

} // namespace

MemoryPlan iree_compiler::planMemory(const MemoryProblem &problem) {
  return Planner(problem).run();
}

MemoryPlan iree_compiler::planMemory(const std::vector<PlannedBuffer> &buffers,
                                     uint64_t alignment) {
  MemoryProblem problem;
  problem.buffers = buffers;
  problem.alignment = alignment;
  return planMemory(problem);
}

MemoryPlan iree_compiler::planSeparately(const std::vector<PlannedBuffer> &buffers,
                                         uint64_t alignment) {
  MemoryPlan plan;
  for (const PlannedBuffer &buffer : buffers) {
    plan.offsets.push_back(plan.bytes);
    plan.bytes = alignUp(plan.bytes + buffer.bytes, alignment);
  }
  return plan;
}

uint64_t iree_compiler::lowerBound(const MemoryProblem &problem) {
  // A buffer fills the last unit of alignment that it begins, unless buffers
  // whose parts live apart may begin within that unit.
  bool isRounded = std::all_of(problem.buffers.begin(), problem.buffers.end(),
                               [](const PlannedBuffer &buffer) { return buffer.pieces.empty(); });
  std::map<uint32_t, std::vector<const Relaxation *>> relaxed;
  for (const Relaxation &each : problem.relaxations)
    relaxed[each.step].push_back(&each);
  std::map<uint32_t, int64_t> changes;
  for (const PlannedBuffer &buffer : problem.buffers)
    for (const PlannedPiece &piece : piecesOf(buffer)) {
      uint64_t bytes = piece.end - piece.begin;
      if (isRounded)
        bytes = alignUp(bytes, problem.alignment);
      changes[piece.first] += static_cast<int64_t>(bytes);
      changes[piece.last + 1] -= static_cast<int64_t>(bytes);
    }
  for (const auto &entry : relaxed)
    changes.insert({{entry.first, 0}, {entry.first + 1, 0}});
  int64_t live = 0;
  uint64_t peak = 0;
  for (const auto &[step, change] : changes) {
    live += change;
    auto bytes = static_cast<uint64_t>(live);
    if (auto found = relaxed.find(step); found != relaxed.end())
      bytes -= std::min(bytes, sharedBytes(problem, found->second));
    peak = std::max(peak, bytes);
  }
  return alignUp(peak, problem.alignment);
}

uint64_t iree_compiler::lowerBound(const std::vector<PlannedBuffer> &buffers, uint64_t alignment) {
  MemoryProblem problem;
  problem.buffers = buffers;
  problem.alignment = alignment;
  return lowerBound(problem);
}

uint64_t iree_compiler::provedLowerBound(const MemoryProblem &problem) {
  uint64_t bound = lowerBound(problem);
  uint32_t steps = 0;
  for (const PlannedBuffer &buffer : problem.buffers)
    steps = std::max(steps, buffer.last + 1);
  size_t before = 0;
  for (uint32_t first = 0, last = 0; first < steps; ++first) {
    // The longest window from here on that can be searched.
    MemoryProblem window = windowOf(problem, first, std::max(first, last));
    for (last = std::max(first, last); last + 1 < steps; ++last) {
      MemoryProblem longer = windowOf(problem, first, last + 1);
      if (longer.buffers.size() > kExactBuffers)
        break;
      window = std::move(longer);
    }
    if (window.buffers.size() > kExactBuffers || (last < before && first != 0))
      continue;
    before = last + 1;
    Planner planner(window);
    uint64_t bytes = planner.run().bytes;
    if (planner.isOptimal())
      bound = std::max(bound, bytes);
  }
  return bound;
}

bool iree_compiler::isUsed(const Relaxation &relaxation, const MemoryPlan &plan) {
  uint64_t argument = plan.offsets[relaxation.argument.buffer];
  uint64_t result = plan.offsets[relaxation.result.buffer];
  return argument + relaxation.argument.begin < result + relaxation.result.end &&
         result + relaxation.result.begin < argument + relaxation.argument.end;
}

bool iree_compiler::beginTogether(const Relaxation &relaxation, const MemoryPlan &plan) {
  return plan.offsets[relaxation.argument.buffer] + relaxation.argument.begin ==
         plan.offsets[relaxation.result.buffer] + relaxation.result.begin;
}

std::string iree_compiler::verifyPlan(const MemoryProblem &problem, const MemoryPlan &plan) {
  return Replay(problem, plan).run();
}

std::string iree_compiler::verifyPlan(const std::vector<PlannedBuffer> &buffers,
                                      const MemoryPlan &plan, uint64_t alignment) {
  MemoryProblem problem;
  problem.buffers = buffers;
  problem.alignment = alignment;
  return verifyPlan(problem, plan);
}
