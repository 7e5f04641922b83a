# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# find_package(IREERuntime): the runtime's targets and the helper functions.
include(${CMAKE_CURRENT_LIST_DIR}/IREERuntimeTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/IreeMacros.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/IreeBytecodeModule.cmake)
