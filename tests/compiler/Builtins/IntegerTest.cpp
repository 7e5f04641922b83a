// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory and integer builtins against the host's own instructions.
#include "BuiltinsUnderTest.h"

#include <vector>

using builtins_test::Corners;

__extension__ typedef unsigned __int128 Unsigned128;
__extension__ typedef __int128 Signed128;

IREE_DECLARE(void *, memcpy, void *, const void *, size_t);
IREE_DECLARE(void *, memmove, void *, const void *, size_t);
IREE_DECLARE(void *, memset, void *, int, size_t);
IREE_DECLARE(intptr_t, memcmp, const void *, const void *, size_t);
IREE_DECLARE(void, __aeabi_memset8, void *, size_t, int);
IREE_DECLARE(void, __aeabi_memclr4, void *, size_t);
IREE_DECLARE(void, __aeabi_memmove, void *, const void *, size_t);
IREE_DECLARE(intptr_t, __mulsi3, uint32_t, uint32_t);
IREE_DECLARE(uint64_t, __muldi3, uint64_t, uint64_t);
IREE_DECLARE(uint64_t, __aeabi_lmul, uint64_t, uint64_t);
IREE_DECLARE(intptr_t, __udivsi3, uint32_t, uint32_t);
IREE_DECLARE(intptr_t, __umodsi3, uint32_t, uint32_t);
IREE_DECLARE(intptr_t, __divsi3, uint32_t, uint32_t);
IREE_DECLARE(intptr_t, __modsi3, uint32_t, uint32_t);
IREE_DECLARE(uint32_t, __aeabi_idiv, uint32_t, uint32_t);
IREE_DECLARE(uint32_t, __aeabi_uidiv, uint32_t, uint32_t);
IREE_DECLARE(uint64_t, __udivdi3, uint64_t, uint64_t);
IREE_DECLARE(uint64_t, __umoddi3, uint64_t, uint64_t);
IREE_DECLARE(uint64_t, __divdi3, uint64_t, uint64_t);
IREE_DECLARE(uint64_t, __moddi3, uint64_t, uint64_t);
IREE_DECLARE(uint64_t, __ashldi3, uint64_t, uint32_t);
IREE_DECLARE(uint64_t, __lshrdi3, uint64_t, uint32_t);
IREE_DECLARE(uint64_t, __ashrdi3, uint64_t, uint32_t);
IREE_DECLARE(intptr_t, __clzsi2, uint32_t);
IREE_DECLARE(intptr_t, __clzdi2, uint64_t);
IREE_DECLARE(intptr_t, __ctzsi2, uint32_t);
IREE_DECLARE(intptr_t, __ctzdi2, uint64_t);
IREE_DECLARE(intptr_t, __popcountsi2, uint32_t);
IREE_DECLARE(intptr_t, __popcountdi2, uint64_t);
IREE_DECLARE(intptr_t, __bswapsi2, uint32_t);
IREE_DECLARE(uint64_t, __bswapdi2, uint64_t);
IREE_DECLARE(intptr_t, __aeabi_lcmp, int64_t, int64_t);
IREE_DECLARE(Unsigned128, __multi3, Unsigned128, Unsigned128);
IREE_DECLARE(Unsigned128, __udivti3, Unsigned128, Unsigned128);
IREE_DECLARE(Unsigned128, __umodti3, Unsigned128, Unsigned128);
IREE_DECLARE(Unsigned128, __divti3, Unsigned128, Unsigned128);
IREE_DECLARE(Unsigned128, __modti3, Unsigned128, Unsigned128);

namespace {

constexpr int kCases = 1000000;

// A 32-bit result is returned sign-extended.
intptr_t word(uint32_t value) { return static_cast<int32_t>(value); }

TEST(Memory, EveryAlignmentAndSmallSize) {
  constexpr size_t kRoom = 16;
  for (size_t size = 0; size <= 70; ++size)
    for (size_t to = 0; to < 8; ++to)
      for (size_t from = 0; from < 8; ++from) {
        std::vector<uint8_t> source(128), got(128, 0xEE), want(128, 0xEE);
        for (size_t i = 0; i < source.size(); ++i)
          source[i] = static_cast<uint8_t>(i * 37 + 11);
        ASSERT_EQ(RT(memcpy)(&got[kRoom + to], &source[kRoom + from], size), &got[kRoom + to]);
        std::memcpy(&want[kRoom + to], &source[kRoom + from], size);
        ASSERT_EQ(got, want) << size << " " << to << " " << from;

        // Overlapping in both directions.
        for (auto &buffers : {&got, &want})
          *buffers = source;
        RT(memmove)(&got[kRoom + to], &got[kRoom + from], size);
        std::memmove(&want[kRoom + to], &want[kRoom + from], size);
        ASSERT_EQ(got, want) << size << " " << to << " " << from;
        RT(__aeabi_memmove)(&got[from], &got[to + 5], size);
        std::memmove(&want[from], &want[to + 5], size);
        ASSERT_EQ(got, want) << size << " " << to << " " << from;
        RT(memmove)(&got[from], &got[to + 32], size); // blocks of 32 bytes side by side
        std::memmove(&want[from], &want[to + 32], size);
        ASSERT_EQ(got, want) << size << " " << to << " " << from;

        RT(memset)(&got[to], static_cast<int>(0x1200 + from), size);
        std::memset(&want[to], static_cast<int>(from), size);
        ASSERT_EQ(got, want) << size << " " << to;
        RT(__aeabi_memset8)(&got[to], size, 0xA5);
        std::memset(&want[to], 0xA5, size);
        ASSERT_EQ(got, want) << size << " " << to;
        RT(__aeabi_memclr4)(&got[to], size / 2);
        std::memset(&want[to], 0, size / 2);
        ASSERT_EQ(got, want) << size << " " << to;
      }
}

TEST(Memory, CompareIsUnsigned) {
  EXPECT_EQ(RT(memcmp)("abc", "abd", 2), 0);
  EXPECT_LT(RT(memcmp)("abc", "abd", 3), 0);
  EXPECT_GT(RT(memcmp)("\xFF", "\x01", 1), 0);
}

TEST(Integer, Word) {
  Corners corners(1);
  for (int i = 0; i < kCases; ++i) {
    uint32_t a = corners.integer32(), b = corners.integer32();
    auto sa = static_cast<int32_t>(a), sb = static_cast<int32_t>(b);
    ASSERT_EQ(RT(__mulsi3)(a, b), word(a * b));
    if (b == 0 || (a == 0x80000000u && sb == -1))
      continue;
    ASSERT_EQ(RT(__udivsi3)(a, b), word(a / b)) << a << " " << b;
    ASSERT_EQ(RT(__umodsi3)(a, b), word(a % b)) << a << " " << b;
    ASSERT_EQ(RT(__divsi3)(a, b), sa / sb) << a << " " << b;
    ASSERT_EQ(RT(__modsi3)(a, b), sa % sb) << a << " " << b;
    ASSERT_EQ(RT(__aeabi_uidiv)(a, b), a / b) << a << " " << b;
    ASSERT_EQ(static_cast<int32_t>(RT(__aeabi_idiv)(a, b)), sa / sb);
  }
}

TEST(Integer, DoubleWord) {
  Corners corners(2);
  for (int i = 0; i < kCases; ++i) {
    uint64_t a = corners.integer64(), b = corners.integer64();
    auto sa = static_cast<int64_t>(a), sb = static_cast<int64_t>(b);
    ASSERT_EQ(RT(__muldi3)(a, b), a * b);
    ASSERT_EQ(RT(__aeabi_lmul)(a, b), a * b) << a << " " << b;
    uint32_t count = corners.integer32() & 63;
    ASSERT_EQ(RT(__ashldi3)(a, count), a << count);
    ASSERT_EQ(RT(__lshrdi3)(a, count), a >> count);
    ASSERT_EQ(RT(__ashrdi3)(a, count), static_cast<uint64_t>(sa >> count));
    ASSERT_EQ(RT(__aeabi_lcmp)(sa, sb), sa < sb ? -1 : sa > sb);
    if (b == 0 || (sb == -1 && a == uint64_t(1) << 63))
      continue;
    ASSERT_EQ(RT(__udivdi3)(a, b), a / b) << a << " " << b;
    ASSERT_EQ(RT(__umoddi3)(a, b), a % b) << a << " " << b;
    ASSERT_EQ(RT(__divdi3)(a, b), static_cast<uint64_t>(sa / sb));
    ASSERT_EQ(RT(__moddi3)(a, b), static_cast<uint64_t>(sa % sb));
  }
}

TEST(Integer, QuadWord) {
  Corners corners(3);
  for (int i = 0; i < kCases / 4; ++i) {
    Unsigned128 a = static_cast<Unsigned128>(corners.integer64()) << 64 | corners.integer64();
    Unsigned128 b = static_cast<Unsigned128>(corners.integer64()) << 64 | corners.integer64();
    b >>= corners.bits() & 127;
    auto sa = static_cast<Signed128>(a), sb = static_cast<Signed128>(b);
    ASSERT_TRUE(RT(__multi3)(a, b) == a * b);
    if (b == 0 || sb == -1)
      continue;
    ASSERT_TRUE(RT(__udivti3)(a, b) == a / b);
    ASSERT_TRUE(RT(__umodti3)(a, b) == a % b);
    ASSERT_TRUE(RT(__divti3)(a, b) == static_cast<Unsigned128>(sa / sb));
    ASSERT_TRUE(RT(__modti3)(a, b) == static_cast<Unsigned128>(sa % sb));
  }
}

TEST(Integer, Bits) {
  Corners corners(4);
  for (int i = 0; i < kCases; ++i) {
    uint32_t a = corners.integer32();
    uint64_t b = corners.integer64();
    ASSERT_EQ(RT(__clzsi2)(a), a ? __builtin_clz(a) : 32);
    ASSERT_EQ(RT(__ctzsi2)(a), a ? __builtin_ctz(a) : 32);
    ASSERT_EQ(RT(__clzdi2)(b), b ? __builtin_clzll(b) : 64);
    ASSERT_EQ(RT(__ctzdi2)(b), b ? __builtin_ctzll(b) : 64);
    ASSERT_EQ(RT(__popcountsi2)(a), __builtin_popcount(a));
    ASSERT_EQ(RT(__popcountdi2)(b), __builtin_popcountll(b));
    ASSERT_EQ(RT(__bswapsi2)(a), word(__builtin_bswap32(a)));
    ASSERT_EQ(RT(__bswapdi2)(b), __builtin_bswap64(b));
  }
}

} // namespace
