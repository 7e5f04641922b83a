# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Any bare-metal target with clang and lld; the board's compile flags name it:
#   cmake -DCMAKE_TOOLCHAIN_FILE=build_tools/cmake/clang_none_elf.cmake -DIREE_BOARD=aarch64 ...
set(CMAKE_C_COMPILER clang-22)
set(CMAKE_CXX_COMPILER clang++-22)
set(CMAKE_ASM_COMPILER clang-22)
if(NOT IREE_BOARD)
  set(IREE_BOARD aarch64)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/generic_board.cmake)
