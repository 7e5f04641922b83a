// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A verified module file. Opening checks every offset, count, string and
// instruction once (docs/module-format.md); everything below then reads the
// file in place, without checks and without memory of its own.
#ifndef IREE_VM_BYTECODE_MODULE_H_
#define IREE_VM_BYTECODE_MODULE_H_

#include "iree/hal/executable.h"
#include "iree/vm/check.h"

#ifdef __cplusplus
extern "C" {
#endif

// Version of the file format that this reader knows.
#define IREE_VM_BYTECODE_FORMAT_VERSION 1u
// Bytes; alignment of a module file in memory.
#define IREE_VM_BYTECODE_MODULE_ALIGNMENT 64u

// Limits of a module; beyond them a file is refused.
#define IREE_VM_MAX_FUNCTIONS 256u
#define IREE_VM_MAX_VALUES 256u // arguments or results of one function
#define IREE_VM_MAX_KERNELS 4096u
#define IREE_VM_MAX_EXECUTABLES 16u
#define IREE_VM_MAX_RANK 16u
#define IREE_VM_MAX_NAME_BYTES 1024u

// A size in the shape of an argument or result that a call decides.
#define IREE_VM_DYNAMIC_SIZE UINT32_MAX

// Refers to the file; plain data, copied freely. Obtained from _open only.
typedef struct iree_vm_bytecode_module_t {
  const uint8_t *file; // 64-byte aligned
  uint32_t file_bytes;
  uint32_t abi_version;     // of the kernels
  uint32_t arena_alignment; // bytes, power of two, at most 64; of the state too
  uint32_t arena_bytes;     // largest of all functions
  uint32_t stack_bytes;     // largest of all functions
  uint32_t state_bytes;     // the module's variables, kept between invocations
  uint32_t place_alignment; // bytes, at most 64; every arena, state and constant
                            // place of a dispatch begins at a multiple
  iree_string_view_t name;
  iree_string_view_t producer;
  iree_const_byte_span_t constants;
  iree_const_byte_span_t state_values; // initial value of the state's first
                                       // bytes; the rest is 0
  const uint8_t *blobs;                // begin of the blob section
  const uint32_t *bytecode;
  uint32_t bytecode_words;
  uint32_t function_count;
  uint32_t kernel_count;
  uint32_t executable_count;
  const uint8_t *functions; // vectors of table offsets
  const uint8_t *kernels;
  const uint8_t *executables;
} iree_vm_bytecode_module_t;

// Entry point `ordinal` of `module`.
typedef struct iree_vm_function_t {
  const iree_vm_bytecode_module_t *module;
  uint32_t ordinal;
} iree_vm_function_t;

typedef struct iree_vm_function_info_t {
  iree_string_view_t name;
  uint32_t argument_count;
  uint32_t result_count;
  uint32_t arena_bytes; // transients and results
  uint32_t stack_bytes; // deepest kernel
  const uint32_t *code;
  uint32_t code_words;
  // Not set without IREE_VM_REGISTERS_ENABLE. Neither registers nor blocks:
  // straight-line code.
  uint32_t register_count;
  const uint8_t *register_types;
  uint32_t block_count;
  const uint32_t *blocks;
  const uint8_t *arguments; // internal
  const uint8_t *results;   // internal
} iree_vm_function_info_t;

// An argument or a result: dense, row-major.
typedef struct iree_vm_value_info_t {
  iree_string_view_t name; // may be empty
  uint32_t element_type;   // iree_hal_element_type_t
  uint32_t shape_rank;
  const uint32_t *shape; // IREE_VM_DYNAMIC_SIZE where a call decides
  bool is_dynamic;       // any size of the shape is
  bool is_scalar;        // the source function has the bare scalar
  uint32_t byte_length;  // 0 if the shape is dynamic
  uint32_t arena_offset; // default place in the arena of a result, or of an argument that has one
  bool is_in_arena;      // arguments: callers may put it there
  bool is_quantized;
  int32_t quantization_axis; // -1: per tensor
  uint32_t scale_count;
  const float *scales;
  uint32_t zero_point_count;
  const int32_t *zero_points;
} iree_vm_value_info_t;

typedef struct iree_vm_kernel_info_t {
  iree_string_view_t name;
  uint32_t binding_count;
  uint32_t constant_count;
  iree_string_view_t location; // may be empty
} iree_vm_kernel_info_t;

// One compiled form of all kernels.
typedef struct iree_vm_executable_info_t {
  iree_string_view_t format; // "embedded-elf", "static-library", ...
  iree_string_view_t target;
  iree_string_view_t cpu;
  iree_string_view_t features;
  iree_string_view_t abi;
  iree_string_view_t library_name;
  uint32_t identity;
  uint32_t required_features;
  iree_const_byte_span_t image;       // 64-byte aligned; empty for "static-library"
  const uint32_t *kernel_stack_bytes; // by kernel ordinal
  const uint32_t *kernel_code_bytes;
} iree_vm_executable_info_t;

// Verifies `file` and fills `out_module`. The memory of `file` must begin at a
// multiple of 64, be exactly the file's length, and stay unchanged as long as
// the module is used. INVALID_ARGUMENT or DATA_LOSS name what is wrong.
iree_status_t iree_vm_bytecode_module_open(iree_const_byte_span_t file,
                                           iree_vm_bytecode_module_t *out_module);

// NOT_FOUND unless `name` is an entry point's name, bare or as
// "<module name>.<function name>".
iree_status_t iree_vm_bytecode_module_lookup_function(const iree_vm_bytecode_module_t *module,
                                                      iree_string_view_t name,
                                                      iree_vm_function_t *out_function);

// Descriptions; ordinals must be below the respective counts.
void iree_vm_bytecode_module_function(const iree_vm_bytecode_module_t *module, uint32_t ordinal,
                                      iree_vm_function_info_t *out_info);
void iree_vm_bytecode_module_kernel(const iree_vm_bytecode_module_t *module, uint32_t ordinal,
                                    iree_vm_kernel_info_t *out_info);
void iree_vm_bytecode_module_executable(const iree_vm_bytecode_module_t *module, uint32_t ordinal,
                                        iree_vm_executable_info_t *out_info);
void iree_vm_function_argument(const iree_vm_function_info_t *function, uint32_t ordinal,
                               iree_vm_value_info_t *out_info);
void iree_vm_function_result(const iree_vm_function_info_t *function, uint32_t ordinal,
                             iree_vm_value_info_t *out_info);

// Whether the function is more than a straight list of instructions.
static inline bool iree_vm_function_has_registers(const iree_vm_function_info_t *function) {
  return IREE_VM_REGISTERS_ENABLE && (function->register_count != 0 || function->block_count != 0);
}

// What a function runs on.
typedef struct iree_vm_invocation_t {
  // Arena, constants, state, arguments and results, in this order, each as long
  // as the function states.
  uint8_t *const *bases;
  const uint32_t *base_lengths; // bytes; read by code with registers only
  uint64_t budget;              // branches that may be executed; 0: any number
  // Calls kernels over their whole ranges: one, or several that are independent
  // of each other.
  iree_status_t (*dispatch)(void *self, uint32_t count, const iree_hal_dispatch_t *dispatches);
  void *self;
  iree_vm_check_callback_t check;
  // For code with registers. The two that return a status change the contents of
  // `bases` and `base_lengths` accordingly.
  //
  // The size of a dimension of an argument.
  uint32_t (*argument_size)(void *self, uint32_t argument, uint32_t dimension);
  // Makes the arena at least `bytes` long; its contents are lost.
  iree_status_t (*reserve)(void *self, uint32_t bytes);
  // Gives a result its shape, and its place in the arena unless the caller has
  // bound a buffer.
  iree_status_t (*set_result)(void *self, uint32_t result, uint32_t arena_offset,
                              const uint32_t *shape);
} iree_vm_invocation_t;

// Runs verified code. Allocates nothing itself; stops at the first instruction that
// fails. OUT_OF_RANGE for computed accesses outside memory, DEADLINE_EXCEEDED
// when the budget is used up, UNIMPLEMENTED for checks without a
// callback, else what kernels and the program itself report.
iree_status_t iree_vm_bytecode_execute(const iree_vm_function_info_t *function,
                                       const iree_vm_invocation_t *invocation);

#ifdef __cplusplus
}
#endif

#endif // IREE_VM_BYTECODE_MODULE_H_
