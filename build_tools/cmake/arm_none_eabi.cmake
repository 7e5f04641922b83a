# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Arm Cortex-M with GCC:
#   cmake -DCMAKE_TOOLCHAIN_FILE=build_tools/cmake/arm_none_eabi.cmake -DIREE_BOARD=cortex-m4 ...
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
if(NOT IREE_BOARD)
  set(IREE_BOARD cortex-m4)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/generic_board.cmake)
