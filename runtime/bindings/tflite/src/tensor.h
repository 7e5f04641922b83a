// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// TfLiteTensor from a value of a module.
#ifndef IREE_BINDINGS_TFLITE_SRC_TENSOR_H_
#define IREE_BINDINGS_TFLITE_SRC_TENSOR_H_

#include "iree/vm/api.h"
#include "reporter.h"
#include "tensorflow/lite/c/common.h"

namespace iree::tflite {

// Fills a zeroed `tensor`, all but its data. It refers to the value's name and
// to `reporter`. OUT_OF_RANGE when a dimension is no int. To be deinitialised
// also on failure.
iree_status_t initializeTensor(const iree_vm_value_info_t &value, const Reporter *reporter,
                               TfLiteTensor *tensor);
void deinitializeTensor(TfLiteTensor *tensor);

} // namespace iree::tflite

#endif // IREE_BINDINGS_TFLITE_SRC_TENSOR_H_
