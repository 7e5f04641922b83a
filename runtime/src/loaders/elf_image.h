// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ELF images of kernels: closed, position-independent, without relocations or
// writable memory. Checked against the machine that is to run them.
#ifndef IREE_SRC_LOADERS_ELF_IMAGE_H_
#define IREE_SRC_LOADERS_ELF_IMAGE_H_

#include "base/internal.h"

namespace iree::elf {

// What an image must be made for.
struct Target {
  uint8_t fileClass; // 1: 32 bits, 2: 64 bits
  uint16_t machine;  // e_machine
  uint32_t flagsMask;
  uint32_t flagsValue; // e_flags & flagsMask
  uint32_t flagsForbidden;
};

// This build's machine. machine 0: none of the supported ones.
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
  Segment segments[maxSegments];
  const Segment *code; // the one executable segment
  size_t lowAddress;   // of all segments
  size_t highAddress;  // end
};

// Checks `file` in full and describes it.
iree_status_t parseImage(iree_const_byte_span_t file, const Target &target, Image *out);

} // namespace iree::elf

#endif // IREE_SRC_LOADERS_ELF_IMAGE_H_
