# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# AArch64 with clang and lld:
#   cmake -DCMAKE_TOOLCHAIN_FILE=build_tools/cmake/generic_aarch64.cmake -DIREE_BOARD=aarch64 ...
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER clang-22)
set(CMAKE_CXX_COMPILER clang++-22)
set(CMAKE_ASM_COMPILER clang-22)
if(NOT IREE_BOARD)
  set(IREE_BOARD aarch64)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/generic_board.cmake)
