// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every knob of the runtime, with its unit and default. Set them on the
// compiler's command line, the same for the runtime and its users.
#ifndef IREE_BASE_CONFIG_H_
#define IREE_BASE_CONFIG_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iree/base/target_platform.h"

// A header of the application with settings of what follows.
#if defined(IREE_USER_CONFIG_H)
#include IREE_USER_CONFIG_H
#endif

// What a status carries. 0: the code only. 1: also the place in the source.
// 2 and above: also a message.
#if !defined(IREE_STATUS_MODE)
#define IREE_STATUS_MODE 2
#endif

// Bytes of one status message, its NUL included.
#if !defined(IREE_STATUS_MESSAGE_CAPACITY)
#if defined(IREE_PLATFORM_GENERIC)
#define IREE_STATUS_MESSAGE_CAPACITY 160
#else
#define IREE_STATUS_MESSAGE_CAPACITY 256
#endif
#endif

// Messages kept at a time; a power of two. The text of an older status is
// lost, its code never.
#if !defined(IREE_STATUS_RECORD_COUNT)
#if defined(IREE_PLATFORM_GENERIC)
#define IREE_STATUS_RECORD_COUNT 1
#else
#define IREE_STATUS_RECORD_COUNT 8
#endif
#endif

// 1: no atomic operations; objects and statuses belong to one thread.
#if !defined(IREE_SYNCHRONIZATION_DISABLE_UNSAFE)
#if defined(IREE_PLATFORM_GENERIC)
#define IREE_SYNCHRONIZATION_DISABLE_UNSAFE 1
#else
#define IREE_SYNCHRONIZATION_DISABLE_UNSAFE 0
#endif
#endif

// 0: iree_file_read_contents and what builds on it return UNAVAILABLE.
#if !defined(IREE_FILE_IO_ENABLE)
#if defined(IREE_PLATFORM_GENERIC)
#define IREE_FILE_IO_ENABLE 0
#else
#define IREE_FILE_IO_ENABLE 1
#endif
#endif
#if IREE_FILE_IO_ENABLE && defined(IREE_PLATFORM_GENERIC)
#error "IREE_FILE_IO_ENABLE needs a hosted platform"
#endif

// 0: leaves out registers, branches and loads of programs: modules that are a
// plain list of kernel calls need none of them. Such a module opens, others are
// refused (UNAVAILABLE). Kernels as bytecode have registers all the same.
#if !defined(IREE_VM_REGISTERS_ENABLE)
#define IREE_VM_REGISTERS_ENABLE 1
#endif

// 1: bytecode may use 32-bit and 64-bit floating point; modules that do are
// refused otherwise. Native kernels are not bytecode and need neither.
#if !defined(IREE_VM_EXT_F32_ENABLE)
#define IREE_VM_EXT_F32_ENABLE 1
#endif
#if !defined(IREE_VM_EXT_F64_ENABLE)
#if defined(IREE_PLATFORM_GENERIC)
#define IREE_VM_EXT_F64_ENABLE 0
#else
#define IREE_VM_EXT_F64_ENABLE 1
#endif
#endif

// 1: microkernels (bytecode.def) in the loader of kernels as bytecode. Set by
// the CMake option of this name.
#if !defined(IREE_VMVX_MICROKERNELS)
#define IREE_VMVX_MICROKERNELS 1
#endif

// 1: bytecode may use functions like exp and tanh.
#if !defined(IREE_VM_EXT_MATH_ENABLE)
#define IREE_VM_EXT_MATH_ENABLE IREE_VMVX_MICROKERNELS
#endif

// Bytes; alignment of buffers that the runtime allocates. A power of two.
#if !defined(IREE_HAL_HEAP_BUFFER_ALIGNMENT)
#define IREE_HAL_HEAP_BUFFER_ALIGNMENT 64
#endif

// IREE_TIME_NOW_FN: body of `iree_time_t iree_time_now(void)`, with or without
// braces of its own:
//   -DIREE_TIME_NOW_FN="{ return 0; }"
//   #define IREE_TIME_NOW_FN return board_nanoseconds();
// Default: the system's clock; must be given on a generic platform.
//
// IREE_WAIT_UNTIL_FN: name of an external C function `bool(uint64_t nanoseconds)`
// that returns at that time, false if the wait failed; or an expression:
//   -DIREE_WAIT_UNTIL_FN=board_wait_until
//   -D"IREE_WAIT_UNTIL_FN(nanoseconds)=false"
// Default: the system's; must be given on a generic platform.
//
// IREE_MEMORY_FLUSH_ICACHE(begin, end): makes what was written to [begin, end)
// visible to instruction fetches; called for the code of every ELF image.
// Default: the compiler's __builtin___clear_cache on hosted platforms; nothing
// on generic ones, which suits code in flash and cores without caches.
#if !defined(IREE_MEMORY_FLUSH_ICACHE)
#if defined(IREE_PLATFORM_GENERIC)
#define IREE_MEMORY_FLUSH_ICACHE(begin, end) ((void)(begin), (void)(end))
#else
#define IREE_MEMORY_FLUSH_ICACHE(begin, end) __builtin___clear_cache((begin), (end))
#endif
#endif

// Types of sizes in host and device memory.
#if !defined(IREE_HOST_SIZE_T)
#define IREE_HOST_SIZE_T size_t
#endif
#if !defined(IREE_DEVICE_SIZE_T)
#define IREE_DEVICE_SIZE_T size_t
#endif
typedef IREE_HOST_SIZE_T iree_host_size_t;
typedef IREE_DEVICE_SIZE_T iree_device_size_t;
#define IREE_HOST_SIZE_MAX ((iree_host_size_t) ~(iree_host_size_t)0)
#define IREE_WHOLE_BUFFER ((iree_device_size_t) ~(iree_device_size_t)0)

#endif // IREE_BASE_CONFIG_H_
