// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dispatches that may run at once: whether they are independent of each other.
#ifndef IREE_SRC_VM_WAVE_VERIFIER_H_
#define IREE_SRC_VM_WAVE_VERIFIER_H_

#include "iree/vm/bytecode_module.h"

namespace iree {

#if IREE_SYNCHRONIZATION_DISABLE_UNSAFE
// With one thread waves are not used.
class WaveVerifier {
public:
  explicit WaveVerifier(const iree_vm_function_info_t *) {}
  void endWave() {}
  const char *add(const uint32_t *) { return nullptr; }
};
#else
// Follows the instructions of one function, which are verified otherwise.
class WaveVerifier {
public:
  explicit WaveVerifier(const iree_vm_function_info_t *verifiedFunction)
      : function(verifiedFunction) {}

  // An instruction that is no dispatch, or the beginning of a block.
  void endWave() { count = 0; }
  // Returns null, or what keeps the dispatch from the wave that it claims to
  // belong to.
  const char *add(const uint32_t *code);

private:
  // What a place takes up. Results, and some arguments, may lie in the arena or
  // elsewhere.
  struct Range {
    bool isInArena;
    uint32_t base, begin, length;
    bool isWritten;
  };
  Range rangeOf(const uint32_t *place) const;
  bool conflicts(const uint32_t *place, const uint32_t *other) const;
  const char *checkPlaces(const uint32_t *code) const;

  const iree_vm_function_info_t *function;
  const uint32_t *first = nullptr; // dispatch of the wave
  uint32_t count = 0;              // dispatches of the wave; 0: none began
  uint32_t bindings = 0;           // of all of them
};
#endif

} // namespace iree

#endif // IREE_SRC_VM_WAVE_VERIFIER_H_
