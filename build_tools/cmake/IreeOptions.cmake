# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Every option of the project: name, default, and what contradicts what.
# runtime/README.md describes them. Values come from -D, from a cache or from
# set() lines of an application that adds the project as a subdirectory.

# Sets IREE_MACROS to the C macros IREE_... that the flags and the directory
# define, as NAME or NAME=value. Function bodies come with quoted semicolons.
function(_iree_find_macros)
  separate_arguments(_words UNIX_COMMAND "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS}")
  get_directory_property(_definitions COMPILE_DEFINITIONS)
  set(_macros)
  foreach(_word IN LISTS _words _definitions)
    if(_word MATCHES "^(-D)?(IREE_[A-Z0-9_]+.*)$")
      string(REPLACE ";" "\\;" _macro "${CMAKE_MATCH_2}")
      list(APPEND _macros "${_macro}")
    endif()
  endforeach()
  set(IREE_MACROS "${_macros}" PARENT_SCOPE)
endfunction()

# Sets `out` to the value of a macro among IREE_MACROS, or to `absent`.
function(_iree_macro_value name absent out)
  set(${out} "${absent}" PARENT_SCOPE)
  foreach(_macro IN LISTS IREE_MACROS)
    if(_macro MATCHES "^${name}=(.*)$")
      set(${out} "${CMAKE_MATCH_1}" PARENT_SCOPE)
    elseif(_macro STREQUAL name)
      set(${out} 1 PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# Those of TFLite's C API are in runtime/bindings/tflite/options.cmake.
set(_iree_known IREE_BINDINGS_TFLITE IREE_BUILD_BINDINGS_TFLITE IREE_BINDINGS_TFLITE_COMPILE)
# iree_option(name default help)
macro(iree_option name default help)
  option(${name} "${help}" ${default})
  list(APPEND _iree_known ${name})
endmacro()

_iree_find_macros()
_iree_macro_value(IREE_PLATFORM_GENERIC 0 IREE_GENERIC)
if(CMAKE_SYSTEM_NAME STREQUAL "Generic")
  set(IREE_GENERIC 1)
endif()
_iree_macro_value(IREE_SYNCHRONIZATION_DISABLE_UNSAFE ${IREE_GENERIC} _single_thread)

set(_hosted ON)
if(IREE_GENERIC)
  set(_hosted OFF)
endif()
iree_option(IREE_BUILD_COMPILER ${_hosted} "Builds the compiler and its tools.")
iree_option(IREE_BUILD_TESTS ${_hosted} "Builds the tests.")
iree_option(IREE_BUILD_SAMPLES ${_hosted} "Builds the samples.")
iree_option(IREE_ENABLE_THREADING OFF "Builds what needs threads.")
iree_option(IREE_SYNCHRONIZATION_DISABLE_UNSAFE ${_single_thread}
  "No atomic operations: everything on one thread.")
iree_option(IREE_SANITIZE OFF "Builds the runtime and its users with address and UB sanitizers.")
iree_option(IREE_SANITIZE_THREADS OFF "Builds the runtime and its users with the thread sanitizer.")

iree_option(IREE_HAL_DRIVER_DEFAULTS ON "Default of IREE_HAL_DRIVER_*.")
set(_threaded_driver OFF)
if(IREE_HAL_DRIVER_DEFAULTS AND IREE_ENABLE_THREADING)
  set(_threaded_driver ON)
endif()
iree_option(IREE_HAL_DRIVER_LOCAL_SYNC ${IREE_HAL_DRIVER_DEFAULTS} "Builds the synchronous device.")
iree_option(IREE_HAL_DRIVER_LOCAL_TASK ${_threaded_driver} "Builds the threaded device.")

# Loaders serve a device.
iree_option(IREE_HAL_EXECUTABLE_LOADER_DEFAULTS ON "Default of IREE_HAL_EXECUTABLE_LOADER_*.")
set(_loaders OFF)
set(_shared_objects OFF)
if(IREE_HAL_EXECUTABLE_LOADER_DEFAULTS AND (IREE_HAL_DRIVER_LOCAL_SYNC OR IREE_HAL_DRIVER_LOCAL_TASK))
  set(_loaders ON)
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND NOT IREE_GENERIC)
    set(_shared_objects ON)
  endif()
endif()
iree_option(IREE_HAL_EXECUTABLE_LOADER_EMBEDDED_ELF ${_loaders} "Builds the loader of embedded ELF images.")
iree_option(IREE_HAL_EXECUTABLE_LOADER_SYSTEM_LIBRARY ${_shared_objects}
  "Builds the loader of shared objects (Linux).")
# Its flash, on a device, is for those who ask for it.
set(_bytecode ${_loaders})
if(IREE_GENERIC)
  set(_bytecode OFF)
endif()
iree_option(IREE_HAL_EXECUTABLE_LOADER_VMVX_MODULE ${_bytecode} "Builds the loader of kernels as bytecode.")
_iree_macro_value(IREE_VMVX_MICROKERNELS 1 _microkernels)
iree_option(IREE_VMVX_MICROKERNELS ${_microkernels} "Microkernels in the loader of kernels as bytecode.")

set(IREE_BOARD "" CACHE STRING "Folder of boards/ to build firmware for; empty for the workstation.")
set(IREE_HOST_BIN_DIR "" CACHE PATH "Directory of the host build's tools, for cross builds.")
set(IREE_MODEL_BENCH_DIR "" CACHE PATH "Models with test vectors for samples/model_bench, a folder each.")
set(IREE_MODEL_BENCH_BACKENDS llvm-cpu CACHE STRING "Backends of samples/model_bench: llvm-cpu, vmvx or both; or vm-c, without the runtime.")
iree_option(IREE_MODEL_BENCH_STATIC OFF "Links the kernels of samples/model_bench into the programs.")
set(IREE_MODEL_BENCH_FLAGS "" CACHE STRING "Further flags of iree-compile for samples/model_bench, a list.")
set(IREE_PYTHON3 /usr/bin/python3 CACHE FILEPATH "Python with numpy, for tests.")
set(IREE_LLVM_TOOLS_DIR /usr/lib/llvm-22/bin CACHE PATH "Directory of lit, FileCheck and not.")

# --- Contradictions ----------------------------------------------------------

_iree_macro_value(IREE_SYNCHRONIZATION_DISABLE_UNSAFE "" _single_thread)
if(NOT _single_thread STREQUAL ""
   AND ((_single_thread AND NOT IREE_SYNCHRONIZATION_DISABLE_UNSAFE)
        OR (NOT _single_thread AND IREE_SYNCHRONIZATION_DISABLE_UNSAFE)))
  message(FATAL_ERROR "IREE_SYNCHRONIZATION_DISABLE_UNSAFE is ${IREE_SYNCHRONIZATION_DISABLE_UNSAFE}"
    " as an option and ${_single_thread} as a macro of the compiler flags: give one of them.")
endif()

_iree_macro_value(IREE_VMVX_MICROKERNELS "" _microkernels)
if(NOT _microkernels STREQUAL "" AND ((_microkernels AND NOT IREE_VMVX_MICROKERNELS)
                                      OR (NOT _microkernels AND IREE_VMVX_MICROKERNELS)))
  message(FATAL_ERROR "IREE_VMVX_MICROKERNELS is ${IREE_VMVX_MICROKERNELS} as an option and"
    " ${_microkernels} as a macro of the compiler flags: give one of them.")
endif()

if(IREE_ENABLE_THREADING AND IREE_GENERIC)
  message(FATAL_ERROR "IREE_ENABLE_THREADING needs an operating system, and the platform is generic:"
    " leave it off and use IREE_HAL_DRIVER_LOCAL_SYNC.")
endif()
if(IREE_ENABLE_THREADING AND IREE_SYNCHRONIZATION_DISABLE_UNSAFE)
  message(FATAL_ERROR "IREE_ENABLE_THREADING and IREE_SYNCHRONIZATION_DISABLE_UNSAFE exclude each"
    " other: without atomic operations there can be one thread only. Turn one of them off.")
endif()
if(IREE_HAL_DRIVER_LOCAL_TASK AND NOT IREE_ENABLE_THREADING)
  message(FATAL_ERROR "IREE_HAL_DRIVER_LOCAL_TASK needs IREE_ENABLE_THREADING=ON; without threads use"
    " IREE_HAL_DRIVER_LOCAL_SYNC.")
endif()
if(IREE_HAL_EXECUTABLE_LOADER_SYSTEM_LIBRARY AND (IREE_GENERIC OR NOT CMAKE_SYSTEM_NAME STREQUAL "Linux"))
  message(FATAL_ERROR "IREE_HAL_EXECUTABLE_LOADER_SYSTEM_LIBRARY needs the dynamic linker of Linux;"
    " CMAKE_SYSTEM_NAME is ${CMAKE_SYSTEM_NAME}. Leave it off, and use embedded ELF images"
    " (IREE_HAL_EXECUTABLE_LOADER_EMBEDDED_ELF) or a static library.")
endif()
foreach(_loader EMBEDDED_ELF SYSTEM_LIBRARY VMVX_MODULE)
  if(IREE_HAL_EXECUTABLE_LOADER_${_loader} AND NOT IREE_HAL_DRIVER_LOCAL_SYNC
     AND NOT IREE_HAL_DRIVER_LOCAL_TASK)
    message(FATAL_ERROR "IREE_HAL_EXECUTABLE_LOADER_${_loader} is on but no driver is: there is no"
      " device to load for. Turn on IREE_HAL_DRIVER_LOCAL_SYNC, or the loader off.")
  endif()
endforeach()
if(IREE_SANITIZE AND IREE_SANITIZE_THREADS)
  message(FATAL_ERROR "IREE_SANITIZE and IREE_SANITIZE_THREADS exclude each other: turn one of them off.")
endif()
if(IREE_GENERIC AND IREE_BUILD_COMPILER)
  message(FATAL_ERROR "IREE_BUILD_COMPILER is on and the platform is generic: the compiler runs on a"
    " workstation. Set IREE_BUILD_COMPILER=OFF and name a host build's tools with IREE_HOST_BIN_DIR.")
endif()

# --- Names -------------------------------------------------------------------

set(_iree_macro_names IREE_PLATFORM_GENERIC IREE_FILE_IO_ENABLE IREE_TIME_NOW_FN IREE_WAIT_UNTIL_FN
  IREE_STATUS_MODE IREE_STATUS_MESSAGE_CAPACITY IREE_STATUS_RECORD_COUNT IREE_USER_CONFIG_H
  IREE_VM_REGISTERS_ENABLE IREE_VM_EXT_F32_ENABLE IREE_VM_EXT_F64_ENABLE IREE_VM_EXT_MATH_ENABLE
  IREE_HAL_HEAP_BUFFER_ALIGNMENT IREE_MEMORY_FLUSH_ICACHE IREE_HOST_SIZE_T IREE_DEVICE_SIZE_T)

# Stops if an option was given that nothing reads. Called when every option has
# been declared: a cache entry without a type is then one of nobody's. Names
# that look like options count even with a type, and as variables.
function(iree_check_option_names)
  get_directory_property(_cached CACHE_VARIABLES)
  get_directory_property(_variables VARIABLES)
  set(_unknown)
  foreach(_name IN LISTS _cached _variables)
    if(NOT _name MATCHES "^IREE_" OR _name IN_LIST _iree_known)
      continue()
    endif()
    get_property(_type CACHE ${_name} PROPERTY TYPE)
    if(_type STREQUAL "UNINITIALIZED"
       OR _name MATCHES "^IREE_(BUILD|ENABLE|BINDINGS|HAL_DRIVER|HAL_EXECUTABLE_LOADER)_")
      list(APPEND _unknown ${_name})
    endif()
  endforeach()
  if(NOT _unknown)
    return()
  endif()
  list(REMOVE_DUPLICATES _unknown)
  set(_hint "runtime/README.md lists those there are.")
  foreach(_name IN LISTS _unknown)
    if(_name IN_LIST _iree_macro_names)
      string(CONCAT _hint "${_name} is a macro: give it in CMAKE_C_FLAGS, or in a header named by"
        " IREE_USER_CONFIG_H (docs/porting.md).")
    endif()
    unset(${_name} CACHE) # so that the next run does not stumble over it
  endforeach()
  list(JOIN _unknown ", " _unknown)
  message(FATAL_ERROR "Unknown option: ${_unknown}. ${_hint}")
endfunction()
