# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Helpers shared by every CMakeLists.txt of the project.

# Warnings that every target of ours is built with.
function(iree_target_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wshadow -Wconversion -Werror)
endfunction()

# Code that must also compile for machines without a C++ library.
function(iree_target_freestanding target)
  iree_target_warnings(${target})
  target_compile_options(${target} PRIVATE
    -ffunction-sections -fdata-sections -ffp-contract=off
    $<$<COMPILE_LANGUAGE:CXX>:-fno-math-errno -fno-exceptions -fno-rtti -fno-threadsafe-statics
      -fno-asynchronous-unwind-tables -fno-unwind-tables>)
endfunction()

# Stops unless every argument in `required` was given and no other argument is
# left over: `what` names the call in messages, `prefix` is that of
# cmake_parse_arguments.
function(_iree_check_arguments what prefix required)
  foreach(_name IN LISTS required)
    if("${${prefix}_${_name}}" STREQUAL "")
      message(FATAL_ERROR "${what}: ${_name} is missing")
    endif()
  endforeach()
  if(${prefix}_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${what}: unknown arguments: ${${prefix}_UNPARSED_ARGUMENTS}")
  endif()
endfunction()

# Embeds FILE as an aligned byte array:
#   iree_c_embed_data(NAME library FILE path IDENTIFIER name)
# The library offers <IDENTIFIER>.h with
#   extern const unsigned char <IDENTIFIER>[]; (64-byte aligned)
#   extern const unsigned long <IDENTIFIER>_size;
# A relative path is one of the binary directory; the file may be built.
function(iree_c_embed_data)
  cmake_parse_arguments(_ARG "" "NAME;FILE;IDENTIFIER" "" ${ARGN})
  _iree_check_arguments("iree_c_embed_data(${_ARG_NAME})" _ARG "NAME;FILE;IDENTIFIER")
  if(NOT _ARG_IDENTIFIER MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    message(FATAL_ERROR "iree_c_embed_data(${_ARG_NAME}): '${_ARG_IDENTIFIER}' is no C identifier")
  endif()
  get_filename_component(_file ${_ARG_FILE} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_BINARY_DIR})
  set(_stem ${CMAKE_CURRENT_BINARY_DIR}/${_ARG_NAME}/${_ARG_IDENTIFIER})
  add_custom_command(
    OUTPUT ${_stem}.c ${_stem}.h
    COMMAND ${CMAKE_COMMAND} -DINPUT=${_file} -DSTEM=${_stem} -DIDENTIFIER=${_ARG_IDENTIFIER}
            -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/EmbedData.cmake
    DEPENDS ${_file} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/EmbedData.cmake
    COMMENT "Embedding ${_ARG_FILE}")
  add_library(${_ARG_NAME} STATIC ${_stem}.c ${_stem}.h)
  target_include_directories(${_ARG_NAME} PUBLIC ${CMAKE_CURRENT_BINARY_DIR}/${_ARG_NAME})
endfunction()
