// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Executables (a module's kernels, callable) and the loaders that make them.
#ifndef IREE_HAL_EXECUTABLE_H_
#define IREE_HAL_EXECUTABLE_H_

#include "iree/hal/element_type.h"
#include "schemas/kernel_abi.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct iree_hal_executable_loader_t iree_hal_executable_loader_t;
typedef struct iree_hal_executable_t iree_hal_executable_t;

// What a module says about one of its executables. Borrowed for the call.
typedef struct iree_hal_executable_params_t {
  iree_string_view_t format;
  iree_string_view_t library_name;
  uint32_t identity;
  uint32_t required_features;
  uint32_t kernel_count;
  iree_const_byte_span_t image; // 64-byte aligned; must outlive the executable
} iree_hal_executable_params_t;

// --- Executable -------------------------------------------------------------

// One use of a kernel. Borrowed for the call.
typedef struct iree_hal_dispatch_t {
  uint32_t ordinal;                // of the kernel; below the module's kernel count
  uint32_t range_count;            // units of work: [0, range_count)
  void *const *bindings;           // as many as the kernel has
  const uint32_t *binding_lengths; // bytes
  const uint32_t *constants;
  // What is left of the invocation's instruction budget; bytecode lowers it.
  // Calls that share it run one after the other.
  uint64_t *budget;
} iree_hal_dispatch_t;

// What an executable says about one of its kernels.
typedef struct iree_hal_kernel_info_t {
  const char *name; // NUL-terminated; "" when it has none
  uint32_t binding_count;
  uint32_t constant_count;
} iree_hal_kernel_info_t;

typedef struct iree_hal_executable_vtable_t {
  void (*destroy)(iree_hal_executable_t *executable); // frees the whole object
  void (*describe)(const iree_hal_executable_t *executable, uint32_t ordinal,
                   iree_hal_kernel_info_t *out_info);
  // Performs the units [begin, end) of the dispatch. Native kernels do not look
  // at lengths and budget. INTERNAL when the kernel reports a failure.
  iree_status_t (*call)(const iree_hal_executable_t *executable,
                        const iree_hal_dispatch_t *dispatch, uint32_t begin, uint32_t end);
} iree_hal_executable_vtable_t;

// Base of every loader's executables.
struct iree_hal_executable_t {
  int32_t ref_count;
  uint32_t binding_alignment; // bytes, power of two
  const iree_hal_executable_vtable_t *vtable;
  iree_allocator_t host_allocator;
  const iree_kernel_library_t *library; // of native code, verified
};

void iree_hal_executable_retain(iree_hal_executable_t *executable);
void iree_hal_executable_release(iree_hal_executable_t *executable);

// `describe` and `call` of executables that are a kernel library.
void iree_hal_kernel_library_describe(const iree_hal_executable_t *executable, uint32_t ordinal,
                                      iree_hal_kernel_info_t *out_info);
iree_status_t iree_hal_kernel_library_call(const iree_hal_executable_t *executable,
                                           const iree_hal_dispatch_t *dispatch, uint32_t begin,
                                           uint32_t end);

// Kernel `ordinal` of a library; must be below library->export_count.
const iree_kernel_export_t *iree_hal_executable_export(const iree_hal_executable_t *executable,
                                                       uint32_t ordinal);
iree_kernel_fn_t iree_hal_executable_entry(const iree_hal_executable_t *executable,
                                           uint32_t ordinal);

// Features of the machine that runs this, IREE_CPU_* bits.
uint32_t iree_hal_processor_features(void);

// UNAVAILABLE, with the missing bits, unless `available` has all `required` ones.
iree_status_t iree_hal_verify_processor_features(uint32_t required, uint32_t available);

// Range of addresses; `begin` NULL: anything goes (code linked statically).
typedef struct iree_hal_image_range_t {
  const uint8_t *begin;
  iree_host_size_t length;
} iree_hal_image_range_t;

// Checks everything that a library's table says: magic, version, limits,
// features of this machine, that all it refers to lies in `image` and entries
// in `code`, and that it is the library that `params` describes.
iree_status_t iree_hal_kernel_library_verify(const iree_kernel_library_t *library,
                                             const iree_hal_executable_params_t *params,
                                             uint32_t processor_features,
                                             iree_hal_image_range_t image,
                                             iree_hal_image_range_t code);

// --- Loader -----------------------------------------------------------------

// Base of every loader.
typedef struct iree_hal_executable_loader_vtable_t {
  void (*destroy)(iree_hal_executable_loader_t *loader);
  // Whether try_load may be asked for executables of this format.
  bool (*query_support)(iree_hal_executable_loader_t *loader, iree_string_view_t format);
  iree_status_t (*try_load)(iree_hal_executable_loader_t *loader,
                            const iree_hal_executable_params_t *params,
                            iree_allocator_t host_allocator,
                            iree_hal_executable_t **out_executable);
} iree_hal_executable_loader_vtable_t;

struct iree_hal_executable_loader_t {
  int32_t ref_count;
  const iree_hal_executable_loader_vtable_t *vtable;
};

void iree_hal_executable_loader_retain(iree_hal_executable_loader_t *loader);
void iree_hal_executable_loader_release(iree_hal_executable_loader_t *loader);

#ifdef __cplusplus
}
#endif

#endif // IREE_HAL_EXECUTABLE_H_
