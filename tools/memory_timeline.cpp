// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/memory_timeline.h"

#include <algorithm>

namespace iree::tools {

namespace {

/// The arena is cut where places begin and end. No place divides a segment.
class Segments {
public:
  explicit Segments(const std::vector<MemoryStep> &steps) {
    for (const MemoryStep &step : steps)
      for (const auto *ranges : {&step.reads, &step.writes})
        for (ByteRange range : *ranges) {
          cuts.push_back(range.begin);
          cuts.push_back(range.end);
        }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  }

  size_t count() const { return cuts.empty() ? 0 : cuts.size() - 1; }
  uint64_t bytes(size_t segment) const { return cuts[segment + 1] - cuts[segment]; }

  /// Calls `body` with each segment of the range.
  template <typename Body> void forEach(ByteRange range, Body body) const {
    auto first = std::lower_bound(cuts.begin(), cuts.end(), range.begin) - cuts.begin();
    for (auto i = static_cast<size_t>(first); i < count() && cuts[i] < range.end; ++i)
      body(i);
  }

private:
  std::vector<uint64_t> cuts;
};

using SegmentSet = std::vector<bool>;

class Analysis {
public:
  explicit Analysis(const std::vector<MemoryStep> &given)
      : steps(given), segments(given), liveIn(given.size(), SegmentSet(segments.count())) {}

  MemoryTimeline run() {
    findLiveness();
    findBuffers();
    for (size_t step = 0; step < steps.size(); ++step)
      countBytes(step);
    auto peak = std::max_element(timeline.liveBytes.begin(), timeline.liveBytes.end());
    if (peak != timeline.liveBytes.end()) {
      timeline.peakStep = static_cast<size_t>(peak - timeline.liveBytes.begin());
      timeline.lowerBoundBytes = *peak;
    }
    return std::move(timeline);
  }

private:
  SegmentSet liveOut(size_t step) const {
    SegmentSet live(segments.count());
    for (size_t next : steps[step].next)
      for (size_t i = 0; i < live.size(); ++i)
        live[i] = live[i] || liveIn[next][i];
    return live;
  }

  /// What a step or one after it reads before it is written: backwards, until
  /// loops change nothing any more. The sets only grow.
  void findLiveness() {
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t step = steps.size(); step-- > 0;) {
        SegmentSet live = liveOut(step);
        for (ByteRange range : steps[step].writes)
          segments.forEach(range, [&](size_t i) { live[i] = false; });
        for (ByteRange range : steps[step].reads)
          segments.forEach(range, [&](size_t i) { live[i] = true; });
        if (live != liveIn[step]) {
          liveIn[step] = std::move(live);
          changed = true;
        }
      }
    }
  }

  /// What the step needs, or leaves for those after it, and what it writes.
  void countBytes(size_t step) {
    SegmentSet written(segments.count());
    for (ByteRange range : steps[step].writes)
      segments.forEach(range, [&](size_t i) { written[i] = true; });
    uint64_t live = 0, shared = 0;
    for (size_t i = 0; i < written.size(); ++i) {
      bool isLive = liveIn[step][i];
      live += isLive || written[i] ? segments.bytes(i) : 0;
      shared += isLive && written[i] ? segments.bytes(i) : 0;
    }
    timeline.liveBytes.push_back(live);
    timeline.unsharedBytes = std::max(timeline.unsharedBytes, live + shared);
  }

  size_t addBuffer(ByteRange place, size_t step, bool isInput) {
    timeline.buffers.push_back({place, isInput ? 0 : step, step, isInput});
    return timeline.buffers.size() - 1;
  }

  /// Forwards in the order of steps: who wrote a segment last has it as long as
  /// it is live.
  void findBuffers() {
    constexpr size_t kNobody = SIZE_MAX;
    std::vector<size_t> owner(segments.count(), kNobody);
    for (size_t step = 0; step < steps.size(); ++step) {
      for (ByteRange range : steps[step].reads) {
        size_t input = kNobody;
        segments.forEach(range, [&](size_t i) {
          if (owner[i] == kNobody) {
            input = input == kNobody ? addBuffer(range, step, true) : input;
            owner[i] = input;
          }
          timeline.buffers[owner[i]].lastStep = step;
        });
      }
      SegmentSet across = liveOut(step);
      for (ByteRange range : steps[step].writes)
        segments.forEach(range, [&](size_t i) { across[i] = false; });
      for (size_t i = 0; i < across.size(); ++i)
        if (across[i] && owner[i] != kNobody)
          timeline.buffers[owner[i]].lastStep = step;
      for (ByteRange range : steps[step].writes) {
        if (range.begin == range.end)
          continue;
        size_t buffer = addBuffer(range, step, false);
        segments.forEach(range, [&](size_t i) { owner[i] = buffer; });
      }
    }
  }

  const std::vector<MemoryStep> &steps;
  Segments segments;
  std::vector<SegmentSet> liveIn; ///< by step
  MemoryTimeline timeline;
};

} // namespace

MemoryTimeline analyzeMemory(const std::vector<MemoryStep> &steps) { return Analysis(steps).run(); }

std::vector<size_t> liveBuffers(const MemoryTimeline &timeline, size_t step) {
  std::vector<size_t> live;
  for (size_t i = 0; i < timeline.buffers.size(); ++i)
    if (timeline.buffers[i].firstStep <= step && step <= timeline.buffers[i].lastStep)
      live.push_back(i);
  return live;
}

} // namespace iree::tools
