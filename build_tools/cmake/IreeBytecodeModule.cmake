# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Compiles models at build time, with the compiler of this build or, in a cross
# build, with the one in IREE_HOST_BIN_DIR.

# Sets `out` to the target flags of the board, or of the workstation; to nothing
# when an application builds for a machine of its own.
function(_iree_target_flags out)
  if(NOT IREE_BOARD AND CMAKE_CROSSCOMPILING)
    set(${out} "" PARENT_SCOPE) # FLAGS know
    return()
  elseif(NOT IREE_BOARD)
    set(${out} --iree-llvm-target-triple=${CMAKE_HOST_SYSTEM_PROCESSOR}-pc-linux-elf PARENT_SCOPE)
    return()
  endif()
  file(READ ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../boards/${IREE_BOARD}/board.json _board)
  string(JSON _count LENGTH "${_board}" iree_compile_flags)
  set(_flags)
  math(EXPR _last "${_count} - 1")
  foreach(_index RANGE ${_last})
    string(JSON _flag GET "${_board}" iree_compile_flags ${_index})
    list(APPEND _flags ${_flag})
  endforeach()
  set(${out} ${_flags} PARENT_SCOPE)
endfunction()

# Sets `out` to whether iree_bytecode_module can find a compiler.
function(iree_compiler_available out)
  if(TARGET iree-compile OR IREE_HOST_BIN_DIR)
    set(${out} TRUE PARENT_SCOPE)
  else()
    set(${out} FALSE PARENT_SCOPE)
  endif()
endfunction()

# Sets `out_compiler` and `out_depends` to the compiler and what a command that
# runs it depends on.
function(_iree_find_compiler name out_compiler out_depends)
  if(TARGET iree-compile)
    set(${out_compiler} $<TARGET_FILE:iree-compile> PARENT_SCOPE)
    set(${out_depends} iree-compile PARENT_SCOPE)
  elseif(IREE_HOST_BIN_DIR)
    if(NOT EXISTS ${IREE_HOST_BIN_DIR}/iree-compile)
      message(FATAL_ERROR "${name}: IREE_HOST_BIN_DIR is '${IREE_HOST_BIN_DIR}', which has no iree-compile")
    endif()
    set(${out_compiler} ${IREE_HOST_BIN_DIR}/iree-compile PARENT_SCOPE)
    set(${out_depends} ${IREE_HOST_BIN_DIR}/iree-compile PARENT_SCOPE)
  else()
    message(FATAL_ERROR "${name}: no compiler; build it (IREE_BUILD_COMPILER=ON) or name the"
      " directory of a host build's tools (IREE_HOST_BIN_DIR)")
  endif()
endfunction()

# Compiles a model to <NAME>.vmfb in the current binary directory:
#   iree_bytecode_module(NAME name SRC model.mlir [FLAGS flag...] [C_IDENTIFIER identifier])
# The target <NAME> builds the file. FLAGS follow the board's target flags and
# so override them. With C_IDENTIFIER, the library <NAME>_c embeds the file
# (see iree_c_embed_data).
function(iree_bytecode_module)
  cmake_parse_arguments(_ARG "" "NAME;SRC;C_IDENTIFIER;BACKENDS" "FLAGS;BYPRODUCTS" ${ARGN})
  set(_call "iree_bytecode_module(${_ARG_NAME})")
  _iree_check_arguments("${_call}" _ARG "NAME;SRC")
  _iree_find_compiler("${_call}" _compiler _compiler_depends)
  get_filename_component(_source ${_ARG_SRC} ABSOLUTE)
  get_source_file_property(_is_built ${_source} GENERATED)
  if(NOT _is_built AND NOT EXISTS ${_source})
    message(FATAL_ERROR "${_call}: there is no ${_source}")
  endif()
  set(_module ${CMAKE_CURRENT_BINARY_DIR}/${_ARG_NAME}.vmfb)
  if(NOT _ARG_BACKENDS)
    set(_ARG_BACKENDS llvm-cpu)
  endif()
  _iree_target_flags(_target_flags)
  add_custom_command(
    OUTPUT ${_module} ${_ARG_BYPRODUCTS}
    COMMAND ${_compiler} --iree-hal-target-backends=${_ARG_BACKENDS} ${_target_flags}
            --iree-llvm-debug-symbols=false ${_ARG_FLAGS} ${_source} -o ${_module}
    DEPENDS ${_source} ${_compiler_depends}
    VERBATIM
    COMMENT "Compiling ${_ARG_SRC}")
  add_custom_target(${_ARG_NAME} DEPENDS ${_module})
  if(_ARG_C_IDENTIFIER)
    iree_c_embed_data(NAME ${_ARG_NAME}_c FILE ${_module} IDENTIFIER ${_ARG_C_IDENTIFIER})
  endif()
endfunction()

# Compiles a model to <NAME>.vmfb and, with its kernels, <NAME>.o and <NAME>.h:
#   iree_static_module(NAME name SRC model.mlir [FLAGS flag...] [C_IDENTIFIER identifier])
# The library <NAME>_kernels holds the kernels; its header declares
# <NAME>_library_query.
function(iree_static_module)
  cmake_parse_arguments(_ARG "" "NAME;SRC;C_IDENTIFIER" "FLAGS" ${ARGN})
  _iree_check_arguments("iree_static_module(${_ARG_NAME})" _ARG "NAME;SRC")
  set(_object ${CMAKE_CURRENT_BINARY_DIR}/${_ARG_NAME}.o)
  set(_header ${CMAKE_CURRENT_BINARY_DIR}/${_ARG_NAME}.h)
  iree_bytecode_module(NAME "${_ARG_NAME}" SRC "${_ARG_SRC}" C_IDENTIFIER "${_ARG_C_IDENTIFIER}"
    FLAGS ${_ARG_FLAGS} --iree-llvm-static-library-output-path=${_object}
    BYPRODUCTS ${_object} ${_header})
  add_library(${_ARG_NAME}_kernels INTERFACE)
  add_dependencies(${_ARG_NAME}_kernels ${_ARG_NAME})
  target_link_libraries(${_ARG_NAME}_kernels INTERFACE iree_schemas ${_object})
  target_include_directories(${_ARG_NAME}_kernels INTERFACE ${CMAKE_CURRENT_BINARY_DIR})
endfunction()

# Compiles a model to C source for programs without the runtime, <NAME>.c and
# <NAME>.h, and its kernels, <NAME>.o:
#   iree_c_module(NAME name SRC model.mlir [STEM path] [FLAGS flag...])
# The target <NAME> builds the files. A program compiles <NAME>.c and links
# <NAME>_kernels; its functions begin with <NAME>_. The files are in the current
# binary directory, or are STEM with .c, .h and .o.
function(iree_c_module)
  cmake_parse_arguments(_ARG "" "NAME;SRC;STEM" "FLAGS" ${ARGN})
  set(_call "iree_c_module(${_ARG_NAME})")
  _iree_check_arguments("${_call}" _ARG "NAME;SRC")
  _iree_find_compiler("${_call}" _compiler _compiler_depends)
  get_filename_component(_source ${_ARG_SRC} ABSOLUTE)
  get_source_file_property(_is_built ${_source} GENERATED)
  if(NOT _is_built AND NOT EXISTS ${_source})
    message(FATAL_ERROR "${_call}: there is no ${_source}")
  endif()
  set(_stem ${CMAKE_CURRENT_BINARY_DIR}/${_ARG_NAME})
  if(_ARG_STEM)
    set(_stem ${_ARG_STEM})
  endif()
  get_filename_component(_folder ${_stem} DIRECTORY)
  file(MAKE_DIRECTORY ${_folder})
  _iree_target_flags(_target_flags)
  add_custom_command(
    OUTPUT ${_stem}.c ${_stem}.h ${_stem}.o
    COMMAND ${_compiler} --output-format=vm-c ${_target_flags} --iree-llvm-debug-symbols=false
            --iree-llvm-static-library-output-path=${_stem}.o
            --iree-llvm-static-library-prefix=${_ARG_NAME} ${_ARG_FLAGS} ${_source} -o ${_stem}.c
    DEPENDS ${_source} ${_compiler_depends}
    VERBATIM
    COMMENT "Compiling ${_ARG_SRC} to C")
  add_custom_target(${_ARG_NAME} DEPENDS ${_stem}.c ${_stem}.h ${_stem}.o)
  add_library(${_ARG_NAME}_kernels INTERFACE)
  add_dependencies(${_ARG_NAME}_kernels ${_ARG_NAME})
  target_link_libraries(${_ARG_NAME}_kernels INTERFACE ${_stem}.o)
  target_include_directories(${_ARG_NAME}_kernels INTERFACE ${_folder})
endfunction()
