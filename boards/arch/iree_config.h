// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime's configuration on the boards: IREE_USER_CONFIG_H of the toolchain
// files. Whoever calls iree_time_now() or iree_wait_until() links iree_board, or
// defines the two macros otherwise.
#ifndef IREE_BOARDS_ARCH_IREE_CONFIG_H_
#define IREE_BOARDS_ARCH_IREE_CONFIG_H_

#include "board.h"

#if !defined(IREE_TIME_NOW_FN)
#define IREE_TIME_NOW_FN return (iree_time_t)board_time_now();
#endif
#if !defined(IREE_WAIT_UNTIL_FN)
#define IREE_WAIT_UNTIL_FN board_wait_until
#endif

#endif // IREE_BOARDS_ARCH_IREE_CONFIG_H_
