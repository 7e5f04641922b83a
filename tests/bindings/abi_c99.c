// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "abi_facts.h"
