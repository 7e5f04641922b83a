# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What the bare-metal toolchain files share: IREE_BOARD names a folder of
# boards/, whose board.json says how to compile for it. CMAKE_<tool>_COMPILER
# is set by the including file.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES IREE_BOARD)

get_filename_component(_boards ${CMAKE_CURRENT_LIST_DIR}/../../boards ABSOLUTE)
if(NOT EXISTS ${_boards}/${IREE_BOARD}/board.json)
  message(FATAL_ERROR "IREE_BOARD is '${IREE_BOARD}', which is no folder of boards/ with a board.json")
endif()
file(READ ${_boards}/${IREE_BOARD}/board.json _board)
string(JSON _flags GET "${_board}" compile_flags)

# Freestanding: no C library is assumed. Builtins stay on, so that a memcpy of
# known size becomes loads and stores; what is left of them is boards/arch/mem.c,
# as long as no loop is turned into a strlen. Directory options rather than
# CMAKE_<LANG>_FLAGS, which are the user's: -DCMAKE_C_FLAGS=... replaces them.
separate_arguments(_flags UNIX_COMMAND "${_flags}")
set(_helpers ${CMAKE_C_COMPILER} ${_flags} --rtlib=compiler-rt -print-libgcc-file-name)
if(CMAKE_C_COMPILER MATCHES clang AND NOT _flags MATCHES "--target=")
  # A board described for GCC, whose library of arithmetic helpers serves clang
  # too. The models' triple names the target.
  string(JSON _gcc GET "${_board}" toolchain_file)
  file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/${_gcc} _gcc REGEX "^set\\(CMAKE_C_COMPILER ")
  string(REGEX REPLACE "^set\\(CMAKE_C_COMPILER (.*)\\)$" "\\1" _gcc "${_gcc}")
  set(_helpers ${_gcc} ${_flags} -print-libgcc-file-name)
  list(REMOVE_ITEM _flags -misa-spec=2.2 -masm-syntax-unified) # GCC's alone
  string(REGEX MATCH "--iree-llvm-target-triple=([^\"]+)" _triple "${_board}")
  list(PREPEND _flags --target=${CMAKE_MATCH_1})
  if(CMAKE_MATCH_1 MATCHES "^(arm|thumb)")
    list(APPEND _flags -meabi gnu) # memcpy by its own name
  endif()
endif()
add_compile_options(${_flags} -ffreestanding -fbuiltin -ffunction-sections -fdata-sections)
if(CMAKE_C_COMPILER MATCHES clang)
  add_compile_options(-fno-builtin-strlen -fno-pic -fomit-frame-pointer)
  # lld without a driver: clang's, for some targets, is the workstation's GCC.
  foreach(_language C CXX ASM)
    set(CMAKE_${_language}_LINK_EXECUTABLE
      "ld.lld-22 <LINK_FLAGS> <OBJECTS> -o <TARGET> <LINK_LIBRARIES>")
  endforeach()
  add_link_options(-static --gc-sections --fatal-warnings)
  # 64-bit arithmetic of 32-bit targets, where the target has such a library.
  execute_process(
    COMMAND ${_helpers}
    OUTPUT_VARIABLE _helpers OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  if(EXISTS ${_helpers})
    set(CMAKE_C_STANDARD_LIBRARIES_INIT ${_helpers})
    set(CMAKE_CXX_STANDARD_LIBRARIES_INIT ${_helpers})
  endif()
else()
  add_compile_options(-fno-tree-loop-distribute-patterns)
  add_link_options(${_flags} -nostdlib -static
    -Wl,--gc-sections -Wl,--fatal-warnings -Wl,--no-warn-rwx-segments)
  # Soft-float and 64-bit arithmetic; after every library that may need it.
  set(CMAKE_C_STANDARD_LIBRARIES_INIT "-lgcc")
  set(CMAKE_CXX_STANDARD_LIBRARIES_INIT "-lgcc")
endif()
# The runtime's clock is the board's.
add_compile_definitions(IREE_USER_CONFIG_H="${_boards}/arch/iree_config.h")
set(CMAKE_BUILD_TYPE MinSizeRel CACHE STRING "Size counts on a board.")

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
