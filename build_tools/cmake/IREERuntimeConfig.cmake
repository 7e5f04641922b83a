# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# find_package(IREERuntime): the runtime's targets and the helper functions.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/IREERuntimeTargets.cmake _iree_threads REGEX "Threads::Threads")
if(_iree_threads)
  include(CMakeFindDependencyMacro)
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_dependency(Threads)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/IREERuntimeTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/IreeMacros.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/IreeBytecodeModule.cmake)
