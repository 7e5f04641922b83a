// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "vm/wave_verifier.h"

#include "base/internal.h"
#include "schemas/kernel_abi.h"
#include "vm/schema.h"

#if !IREE_SYNCHRONIZATION_DISABLE_UNSAFE

namespace iree {

namespace {

uint32_t bindingCount(const uint32_t *code) { return code[0] >> 8 & 0xFF; }
uint32_t constantCount(const uint32_t *code) { return code[0] >> 16 & 0xFF; }

const uint32_t *placesOf(const uint32_t *code) { return code + schema::dispatchHeaderWords; }

const uint32_t *behind(const uint32_t *code) {
  return placesOf(code) + bindingCount(code) * schema::placeWords + constantCount(code);
}

bool hasRegisters(const uint32_t *code) {
  bool found = (code[0] & schema::dispatchInRegisters) != 0;
  for (uint32_t i = 0; i < bindingCount(code); ++i)
    found = found || (placesOf(code)[i * schema::placeWords] & schema::placeInRegisters) != 0;
  return found;
}

} // namespace

WaveVerifier::Range WaveVerifier::rangeOf(const uint32_t *place) const {
  uint32_t base = place[0] & schema::placeBaseMask;
  Range range = {base == schema::baseArena, base, place[1], place[2],
                 (place[0] & schema::placeWritten) != 0};
  uint32_t firstResult = schema::baseArguments + function->argument_count;
  if (base < schema::baseArguments)
    return range;
  // Where the result lies unless the caller binds a buffer of its own, or the
  // argument if the caller puts it there.
  iree_vm_value_info_t value;
  if (base < firstResult) {
    iree_vm_function_argument(function, base - schema::baseArguments, &value);
    if (!value.is_in_arena)
      return range;
  } else {
    iree_vm_function_result(function, base - firstResult, &value);
  }
  range.isInArena = true;
  range.begin += value.arena_offset;
  return range;
}

// Buffers of the caller do not overlap (iree_runtime_call_bind_output).
bool WaveVerifier::conflicts(const uint32_t *place, const uint32_t *other) const {
  Range a = rangeOf(place), b = rangeOf(other);
  bool sameSpace = a.isInArena ? b.isInArena : !b.isInArena && a.base == b.base;
  bool overlap = a.begin < uint64_t{b.begin} + b.length && b.begin < uint64_t{a.begin} + a.length;
  return sameSpace && overlap && (a.isWritten || b.isWritten);
}

const char *WaveVerifier::checkPlaces(const uint32_t *code) const {
  const uint32_t *other = first;
  for (uint32_t i = 0; i < count; ++i, other = behind(other)) {
    for (uint32_t j = 0; j < bindingCount(code); ++j) {
      for (uint32_t k = 0; k < bindingCount(other); ++k) {
        if (conflicts(placesOf(code) + j * schema::placeWords,
                      placesOf(other) + k * schema::placeWords))
          return IREE_MESSAGE_TEXT("dispatches of a wave are not independent");
      }
    }
  }
  return nullptr;
}

const char *WaveVerifier::add(const uint32_t *code) {
  if ((code[0] & schema::dispatchIndependent) == 0) {
    first = code;
    count = 1;
    bindings = bindingCount(code);
    return nullptr;
  }
  if (count == 0)
    return IREE_MESSAGE_TEXT("no dispatch before it whose wave this could belong to");
  if (count == IREE_KERNEL_MAX_WAVE || bindings + bindingCount(code) > IREE_KERNEL_MAX_BINDINGS)
    return IREE_MESSAGE_TEXT("wave of too many dispatches or bindings");
  if (hasRegisters(first) || hasRegisters(code))
    return IREE_MESSAGE_TEXT("dispatch with registers in a wave");
  if (const char *error = checkPlaces(code))
    return error;
  ++count;
  bindings += bindingCount(code);
  return nullptr;
}

} // namespace iree

#endif // !IREE_SYNCHRONIZATION_DISABLE_UNSAFE
