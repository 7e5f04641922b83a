// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The builtins under the names they have in tests, iree_rt_<name>, so that they
// do not replace the host's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>

#include "gtest/gtest.h"

#define RT(name) iree_rt_##name

// One helper, declared with the type the ABI gives it.
#define IREE_DECLARE(type, name, ...) extern "C" type RT(name)(__VA_ARGS__)

namespace builtins_test {

template <typename To, typename From> To bitsAs(From value) {
  static_assert(sizeof(To) == sizeof(From), "");
  To result;
  std::memcpy(&result, &value, sizeof(To));
  return result;
}

// Random numbers that meet the corners: specials, powers of two and their
// neighbours, subnormals, and values of like exponent, besides plain bits.
class Corners {
public:
  explicit Corners(uint64_t seed) : engine(seed) {}

  uint64_t bits() { return engine(); }

  uint32_t integer32() {
    uint64_t bits = engine();
    auto value = static_cast<uint32_t>(bits >> 32);
    switch (bits & 3) {
    case 0:
      return value >> (bits >> 2 & 31);
    case 1:
      return (1u << (bits >> 2 & 31)) + static_cast<uint32_t>(bits >> 7 & 3) - 1;
    default:
      return value;
    }
  }
  uint64_t integer64() {
    uint64_t bits = engine(), value = engine();
    switch (bits & 3) {
    case 0:
      return value >> (bits >> 2 & 63);
    case 1:
      return (uint64_t(1) << (bits >> 2 & 63)) + (bits >> 8 & 3) - 1;
    default:
      return value;
    }
  }

  float float32() { return bitsAs<float>(static_cast<uint32_t>(pattern(8, 23))); }
  double float64() { return bitsAs<double>(pattern(11, 52)); }

private:
  uint64_t pattern(int exponentBits, int mantissaBits) {
    uint64_t choice = engine(), value = engine();
    uint64_t sign = (value >> 63) << (exponentBits + mantissaBits);
    uint64_t exponentMax = (uint64_t(1) << exponentBits) - 1;
    uint64_t mantissaMask = (uint64_t(1) << mantissaBits) - 1;
    uint64_t exponent = (value >> 52) & exponentMax;
    uint64_t mantissa = value & mantissaMask;
    if ((choice & 7) < 2) // about the bias, so that operations interact
      exponent = exponentMax / 2 + (exponent & 63) - 32;
    else if ((choice & 7) == 2)
      exponent = (choice >> 8 & 1) ? exponentMax - (exponent & 1) : exponent & 1;
    if ((choice >> 3 & 7) == 0)
      mantissa = (choice >> 16 & 3) - 1;
    else if ((choice >> 3 & 7) == 1)
      mantissa &= ~(mantissaMask >> (choice >> 16 & 31) >> 1);
    else if ((choice >> 3 & 7) == 2)
      mantissa = mantissaMask >> (choice >> 16 & 31);
    return sign | exponent << mantissaBits | (mantissa & mantissaMask);
  }

  std::mt19937_64 engine;
};

} // namespace builtins_test
