# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The options of TFLite's C API. Included before any target: everything that ends
# up in the shared library is compiled for it.
option(IREE_BINDINGS_TFLITE "Builds TFLite's C API (hosted platforms)." OFF)
option(IREE_BUILD_BINDINGS_TFLITE "Same as IREE_BINDINGS_TFLITE." OFF)
option(IREE_BINDINGS_TFLITE_COMPILE
       "Links the compiler into TFLite's C API, so that it opens models as well as modules." OFF)

if(IREE_BUILD_BINDINGS_TFLITE)
  set(IREE_BINDINGS_TFLITE ON)
endif()
if(IREE_BINDINGS_TFLITE_COMPILE AND NOT IREE_BINDINGS_TFLITE)
  message(FATAL_ERROR "IREE_BINDINGS_TFLITE_COMPILE needs IREE_BINDINGS_TFLITE=ON.")
endif()
if(IREE_BINDINGS_TFLITE_COMPILE AND NOT IREE_BUILD_COMPILER)
  message(FATAL_ERROR "IREE_BINDINGS_TFLITE_COMPILE needs IREE_BUILD_COMPILER=ON.")
endif()
if(IREE_BINDINGS_TFLITE)
  if(IREE_GENERIC)
    message(FATAL_ERROR "IREE_BINDINGS_TFLITE needs a hosted platform, with heap and files;"
      " the platform is generic. On a board use the runtime's own C API (runtime/README.md).")
  endif()
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
