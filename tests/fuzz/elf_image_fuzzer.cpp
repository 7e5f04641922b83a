// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses any bytes as a kernel image of either address width, for every
// machine; copies what is accepted as a loader does, and verifies every kernel
// library's table in it. No code is run.
#include <sanitizer/asan_interface.h>

#include <vector>

#include "harness.h"
#include "iree/hal/executable.h"
#include "loaders/elf_format.h"
#include "loaders/elf_placement.h"

namespace iree::fuzz {

namespace {

using namespace iree::elf;

const Target targets[] = {
    {machineX86_64, UINT32_MAX, 0, 0, 1, false},
    {machine386, UINT32_MAX, 0, 0, 1, false},
    {machineAarch64, UINT32_MAX, 0, 0, 4, false},
    {machineArm, ~(armHardFloat | armSoftFloat), armEabiVersion5, armHardFloat, 4, false},
    {machineArm, ~(armHardFloat | armSoftFloat), armEabiVersion5, armSoftFloat, 4, true},
    {machineRiscv, ~riscvCompressed, 0, riscvCompressed, 4, false},
    {machineRiscv, ~riscvCompressed, riscvFloatDouble, 0, 2, false},
};

bool isWithin(size_t begin, size_t length, size_t low, size_t high) {
  return begin >= low && length <= high - low && begin - low <= high - low - length;
}

// What placement takes for granted.
void checkImage(const Image &image, size_t fileBytes) {
  require(image.segmentCount >= 1 && image.segmentCount <= maxSegments, "1 to 8 segments");
  for (uint32_t i = 0; i < image.segmentCount; ++i) {
    const Segment &segment = image.segments[i];
    require(isWithin(segment.offset, segment.length, 0, fileBytes), "segments lie in the file");
    require(isWithin(segment.address, segment.length, image.lowAddress, image.highAddress),
            "segments lie in the image");
    require(segment.alignment != 0 && (segment.alignment & (segment.alignment - 1)) == 0 &&
                segment.alignment <= image.alignment,
            "alignments are powers of two up to the largest");
    require(i == 0 ||
                segment.address >= image.segments[i - 1].address + image.segments[i - 1].length,
            "segments do not overlap");
  }
  require(image.highAddress - image.lowAddress <= fileBytes,
          "the image is not larger than its file");
  require(image.code && image.code->isExecutable, "one segment is code");
  require(isWithin(image.entry, 1, image.code->address, image.code->address + image.code->length),
          "the entry lies in the code");
}

// The system's heap, up to 1 MiB at a time.
iree_status_t limitedAllocate(void *, iree_allocator_command_t command, const void *params,
                              void **pointer) {
  if (command != IREE_ALLOCATOR_COMMAND_FREE &&
      static_cast<const iree_allocator_alloc_params_t *>(params)->byte_length > 1u << 20)
    return iree_make_status(IREE_STATUS_RESOURCE_EXHAUSTED, "more than 1 MiB");
  return iree_allocator_system_ctl(nullptr, command, params, pointer);
}

void checkPlacement(iree_const_byte_span_t file, const Image &image) {
  Placement placement;
  iree_hal_embedded_elf_loader_options_t options = {0, {nullptr, limitedAllocate}};
  if (iree_status_is_ok(placeImage(file, image, options, &placement))) {
    require(placement.bias % image.alignment == 0, "the copy is aligned");
    for (uint32_t i = 0; i < image.segmentCount; ++i)
      require(std::memcmp(reinterpret_cast<void *>(placement.bias + image.segments[i].address),
                          file.data + image.segments[i].offset, image.segments[i].length) == 0,
              "the copy is the file's segment");
  }
  releasePlacement(&placement);
}

// The image's bytes at exactly their length; what lies before is poisoned.
class Copy {
public:
  Copy(iree_const_byte_span_t file, const Image &image)
      : skip(image.lowAddress % 64), block(skip + image.highAddress - image.lowAddress) {
    for (uint32_t i = 0; i < image.segmentCount; ++i)
      std::memcpy(begin() + (image.segments[i].address - image.lowAddress),
                  file.data + image.segments[i].offset, image.segments[i].length);
    ASAN_POISON_MEMORY_REGION(block.data(), skip);
  }
  ~Copy() { ASAN_UNPOISON_MEMORY_REGION(block.data(), skip); }
  uint8_t *begin() { return block.data() + skip; }
  size_t size() const { return block.size() - skip; }

private:
  size_t skip;
  Block block;
};

const uint8_t *resolve(const iree_self_relative_t *field) {
  return reinterpret_cast<const uint8_t *>(reinterpret_cast<intptr_t>(field) + *field);
}

// Verifies a table at `address`, which a query may have returned, as if the
// module agreed with all that it says of itself.
void verifyLibrary(const uint8_t *address, iree_hal_image_range_t all,
                   iree_hal_image_range_t code) {
  const auto *library = reinterpret_cast<const iree_kernel_library_t *>(address);
  const auto *end = reinterpret_cast<const char *>(all.begin + all.length);
  iree_hal_executable_params_t params = {};
  if (reinterpret_cast<uintptr_t>(address) % alignof(iree_kernel_library_t) != 0 ||
      all.length < sizeof(*library) || address > all.begin + (all.length - sizeof(*library))) {
    require(
        !iree_status_is_ok(iree_hal_kernel_library_verify(library, &params, UINT32_MAX, all, code)),
        "a table lies in the image, aligned");
    return;
  }
  params.identity = library->identity;
  params.kernel_count = library->export_count;
  const auto *name = reinterpret_cast<const char *>(resolve(&library->name));
  if (name >= reinterpret_cast<const char *>(all.begin) && name < end)
    params.library_name = {name, strnlen(name, static_cast<size_t>(end - name))};
  if (!iree_status_is_ok(iree_hal_kernel_library_verify(library, &params, UINT32_MAX, all, code)))
    return;
  iree_hal_executable_t executable = {1, 1, nullptr, iree_allocator_null(), library};
  for (uint32_t i = 0; i < library->export_count; ++i) {
    const iree_kernel_export_t *kernel = iree_hal_executable_export(&executable, i);
    auto entry = reinterpret_cast<uintptr_t>(iree_hal_executable_entry(&executable, i));
    require(isWithin(entry, 1, reinterpret_cast<uintptr_t>(code.begin),
                     reinterpret_cast<uintptr_t>(code.begin) + code.length),
            "kernels lie in the code");
    if (kernel->name != 0)
      touch(resolve(&kernel->name),
            std::strlen(reinterpret_cast<const char *>(resolve(&kernel->name))));
  }
}

void verifyLibraries(iree_const_byte_span_t file, const Image &image) {
  Copy copy(file, image);
  iree_hal_image_range_t all = {copy.begin(), copy.size()};
  iree_hal_image_range_t code = {copy.begin() + (image.code->address - image.lowAddress),
                                 image.code->length};
  const uint32_t magic = IREE_KERNEL_LIBRARY_MAGIC;
  size_t found = 0;
  verifyLibrary(copy.begin(), all, code);
  verifyLibrary(copy.begin() + copy.size() - 1, all, code);
  for (size_t i = 0; i + sizeof(magic) <= copy.size() && found < 4; ++i) {
    if (std::memcmp(copy.begin() + i, &magic, sizeof(magic)) != 0)
      continue;
    verifyLibrary(copy.begin() + i, all, code);
    ++found;
  }
}

template <unsigned addressBytes> void parse(iree_const_byte_span_t file, const Target &target) {
  Image image;
  if (!iree_status_is_ok(parseImage<addressBytes>(file, target, &image)))
    return;
  checkImage(image, file.data_length);
  checkPlacement(file, image);
  verifyLibraries(file, image);
}

} // namespace

} // namespace iree::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace iree::fuzz;
  Block file(size, data);
  iree_const_byte_span_t span = iree_make_const_byte_span(file.data(), file.size());
  for (const iree::elf::Target &target : targets) {
    parse<4>(span, target);
    parse<8>(span, target);
  }
  return 0;
}
