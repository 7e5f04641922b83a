// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Depthwise convolutions of i8 on MVE: a window of rows (RowWindow.h) in which the
// bytes that one sum reads are neighbours. Each channel has a strip, where the rows
// of a column follow each other, and columns follow columns:
//
//   strip[filter rows * column + row]      row: of the image, from the window's first
//
// A filter of up to 16 taps is then one load and one multiplication of vectors,
// VMLADAV, with the weights of a channel in a register for the whole row. When the
// window moves down, the strips move on by as many bytes as rows: what a new row's
// bytes replace are those of rows above the window, one column further on. So no row
// is copied within a window that keeps rows; it has some bytes more than its strips.
#ifndef IREE_COMPILER_KERNEL_COLUMNSTRIPS_H_
#define IREE_COMPILER_KERNEL_COLUMNSTRIPS_H_

#include "compiler/Kernel/RowWindow.h"
#include "compiler/Target/Target.h"

namespace iree_compiler {

/// Channels of a window of strips: lanes of 32 bits.
inline constexpr int64_t kStripChannels = 4;

/// `reducer` is a depthwise convolution of `image` that strips can serve: i8 summed up
/// in i32, without dilation, of at most 16 taps, weights in an argument of the kernel.
bool readsStrips(mlir::linalg::LinalgOp reducer, mlir::OpOperand &image, const Target &target);

/// Of a window of strips.
int64_t stripWindowBytes(const RowWindow &window);

/// As RowWindow::create, for a window of strips: creates the window and the weights in
/// the order of strips, fills the window in the loops, and has the convolution's tile,
/// of one pixel and `kStripChannels` channels, read both.
void createStrips(mlir::RewriterBase &rewriter, mlir::func::FuncOp kernel, const RowWindow &window,
                  const RowWindow::Loops &loops);

} // namespace iree_compiler

#endif // IREE_COMPILER_KERNEL_COLUMNSTRIPS_H_
