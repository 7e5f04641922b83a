// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ELF images of kernels: closed, position-independent, without relocations or
// writable memory. Checked against the machine that is to run them
// (docs/kernel-abi.md, E1 to E8).
#ifndef IREE_SRC_LOADERS_ELF_IMAGE_H_
#define IREE_SRC_LOADERS_ELF_IMAGE_H_

#include "base/internal.h"

namespace iree::elf {

// What an image must be made for.
struct Target {
  uint16_t machine;        // e_machine; 0: a machine without images
  uint32_t flagsMask;      // e_flags & flagsMask must be
  uint32_t flagsValue;     //   this,
  uint32_t flagsForbidden; // and e_flags & flagsForbidden 0
  uint32_t codeAlignment;  // bytes; of the machine's instructions (Arm: A32's)
  bool isThumbOnly;        // Arm: code addresses have bit 0 set
};

// What images for this build's machine must be made for.
Target hostTarget();

constexpr uint32_t maxSegments = 8;

struct Segment {
  size_t address; // as linked
  size_t offset;  // in the file
  size_t length;  // in file and memory
  size_t alignment;
  bool isExecutable;
};

// Linked addresses; byte `address` of the image stands in the file at
// `address - displacement`, modulo the size of an address.
struct Image {
  size_t displacement;
  size_t entry;
  uint32_t segmentCount;
  Segment segments[maxSegments]; // in ascending order, apart from each other
  const Segment *code;           // the one executable segment
  size_t lowAddress;             // of all segments
  size_t highAddress;            // end
  size_t alignment;              // largest of all segments
};

// Checks `file` in full and describes it. `addressBytes` is 4 or 8, and at
// most the build's own: an image that can run has the build's.
template <unsigned addressBytes>
iree_status_t parseImage(iree_const_byte_span_t file, const Target &target, Image *out);

} // namespace iree::elf

#endif // IREE_SRC_LOADERS_ELF_IMAGE_H_
