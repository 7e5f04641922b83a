// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How much memory a module takes when everything comes from one
// iree_arena_allocator_t: runtime objects, arena and state. Constant expressions,
// for `static` blocks; the compiler's reports have the same figure for a target.
//
//   static uint8_t block[IREE_MODULE_MEMORY_SIZE(MODEL)]
//       __attribute__((aligned(IREE_MEMORY_BLOCK_ALIGNMENT(sizeof(void *)))));
//
// `p` is the size of a pointer in bytes, 4 or 8. IREE_DEVICE_SIZE_T is as wide.
// Counted are: an instance, a loader for the module's kernels, a heap allocator,
// a `local-sync` device, a session, the module, one call of one function, and for
// each of its arguments a view that iree_hal_buffer_view_wrap makes; all created
// once, and nothing else from that block. What dynamic shapes ask for comes on top.
#ifndef IREE_RUNTIME_MEMORY_SIZE_H_
#define IREE_RUNTIME_MEMORY_SIZE_H_

// Of a module whose static library's header has the macro <prefix>_MEMORY_BYTES:
// the function that needs most.
#define IREE_MODULE_MEMORY_SIZE(prefix) (prefix##_MEMORY_BYTES)

// Blocks of an iree_arena_allocator_t begin and end at multiples.
#define IREE_MEMORY_BLOCK_ALIGNMENT(p) (2 * (p))
#define IREE_MEMORY_BLOCK(p, bytes)                                                                \
  (((bytes) + IREE_MEMORY_BLOCK_ALIGNMENT(p) - 1) / IREE_MEMORY_BLOCK_ALIGNMENT(p) *               \
   IREE_MEMORY_BLOCK_ALIGNMENT(p))

// Objects, as blocks. The runtime's sources assert them.
#define IREE_MEMORY_OF_WIDTH(p, narrow, wide) ((p) == 8 ? (wide) : (narrow))
#define IREE_MEMORY_INSTANCE(p) IREE_MEMORY_OF_WIDTH(p, 24, 32)
#define IREE_MEMORY_HEAP_ALLOCATOR(p) IREE_MEMORY_OF_WIDTH(p, 24, 48)
#define IREE_MEMORY_SYNC_DEVICE(p) IREE_MEMORY_OF_WIDTH(p, 40, 80) // with one loader
#define IREE_MEMORY_SESSION(p) IREE_MEMORY_OF_WIDTH(p, 40, 80)
#define IREE_MEMORY_LOADED_MODULE(p) IREE_MEMORY_OF_WIDTH(p, 144, 256)
#define IREE_MEMORY_BUFFER(p) IREE_MEMORY_OF_WIDTH(p, 40, 80)
#define IREE_MEMORY_VIEW(p, rank)                                                                  \
  IREE_MEMORY_BLOCK(p, IREE_MEMORY_OF_WIDTH(p, 28, 48) + (rank) * (p))
#define IREE_MEMORY_CALL_STATE(p) IREE_MEMORY_OF_WIDTH(p, 84, 144) // not rounded

// A loader and what it makes of a module's kernels.
#define IREE_MEMORY_ELF_LOADER(p) IREE_MEMORY_OF_WIDTH(p, 32, 64)
#define IREE_MEMORY_ELF_EXECUTABLE(p) IREE_MEMORY_OF_WIDTH(p, 48, 96)
#define IREE_MEMORY_STATIC_LOADER(p) IREE_MEMORY_OF_WIDTH(p, 24, 48) // with one library
#define IREE_MEMORY_STATIC_EXECUTABLE(p) IREE_MEMORY_OF_WIDTH(p, 24, 48)
#define IREE_MEMORY_VMVX_LOADER(p) IREE_MEMORY_OF_WIDTH(p, 16, 32)
#define IREE_MEMORY_VMVX_EXECUTABLE(p) IREE_MEMORY_OF_WIDTH(p, 32, 48)

// A buffer with memory of its own, aligned to at least 16 bytes.
#define IREE_MEMORY_ALLOCATED_BUFFER(p, bytes, alignment)                                          \
  (IREE_MEMORY_BUFFER(p) +                                                                         \
   IREE_MEMORY_BLOCK(p,                                                                            \
                     ((bytes) ? (bytes) : 1) + ((alignment) > 16 ? (alignment) : 16) - 1 + (p)))

// Instance, device and session; without the loader.
#define IREE_MEMORY_RUNTIME(p)                                                                     \
  (IREE_MEMORY_INSTANCE(p) + IREE_MEMORY_HEAP_ALLOCATOR(p) + IREE_MEMORY_SYNC_DEVICE(p) +          \
   IREE_MEMORY_SESSION(p))

// A module without its kernels.
#define IREE_MEMORY_MODULE(p, arena_bytes, state_bytes, alignment)                                 \
  (IREE_MEMORY_LOADED_MODULE(p) + IREE_MEMORY_ALLOCATED_BUFFER(p, arena_bytes, alignment) +        \
   ((state_bytes) ? IREE_MEMORY_ALLOCATED_BUFFER(p, state_bytes, alignment) : 0))

// A call, without views. `has_registers`: the function has branches or registers,
// and the runtime is built with IREE_VM_REGISTERS_ENABLE.
#define IREE_MEMORY_CALL(p, arguments, results, has_registers)                                     \
  IREE_MEMORY_BLOCK(                                                                               \
      p, IREE_MEMORY_CALL_STATE(p) + (3 + 2 * ((arguments) + (results))) * (p) +                   \
             ((has_registers) ? (3 + (arguments) + (results)) * 4 + (results) * ((p) + 1) : 0))

// The view of an argument that the caller wraps, or of a result of static shape.
#define IREE_MEMORY_VALUE(p, rank) (IREE_MEMORY_BUFFER(p) + IREE_MEMORY_VIEW(p, rank))

#endif // IREE_RUNTIME_MEMORY_SIZE_H_
