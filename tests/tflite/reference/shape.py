# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators that move elements or make constant ones. Quantised values move as they
are: inputs and output have the same quantisation. Padding is real zero, the
output's zero point."""

import numpy as np
from reference.registry import operator


@operator("RESHAPE", "SQUEEZE", "EXPAND_DIMS")
def reshape(call):
    return call.values[0].reshape(call.out.shape)


@operator("TRANSPOSE")
def transpose(call):
    return np.transpose(call.values[0], call.values[1])


@operator("CONCATENATION")
def concatenation(call):
    return np.concatenate(call.values, axis=call.options["axis"])


@operator("PACK")
def pack(call):
    return np.stack(call.values, axis=call.options["axis"])


@operator("UNPACK")
def unpack(call):
    axis = call.options["axis"]
    return [np.take(call.values[0], i, axis=axis) for i in range(call.options["num"])]


@operator("SPLIT")
def split(call):
    """Inputs: axis, value."""
    return np.split(call.values[1], call.options["num_splits"], axis=int(call.values[0].item()))


@operator("SPLIT_V")
def split_v(call):
    """Inputs: value, sizes, axis; a size of -1 is the rest."""
    value, sizes, axis = call.values[0], call.values[1].copy(), int(call.values[2].item())
    sizes[sizes < 0] = value.shape[axis] - sizes[sizes >= 0].sum()
    return np.split(value, np.cumsum(sizes)[:-1], axis=axis)


@operator("PAD", "PADV2")
def pad(call):
    fill = call.values[2].item() if call.name == "PADV2" else call.zero_point()
    return np.pad(call.values[0], call.values[1], constant_values=fill)


@operator("MIRROR_PAD")
def mirror_pad(call):
    return np.pad(call.values[0], call.values[1], mode=call.options["mode"].lower())


@operator("TILE")
def tile(call):
    return np.tile(call.values[0], call.values[1])


@operator("BROADCAST_TO")
def broadcast_to(call):
    return np.broadcast_to(call.values[0], call.values[1]).copy()


@operator("FILL")
def fill(call):
    return np.full(call.values[0], call.values[1].item(), call.values[1].dtype)


@operator("SHAPE")
def shape(call):
    return call.cast(call.values[0].shape)


@operator("RANK")
def rank(call):
    return call.cast(call.values[0].ndim)


@operator("ZEROS_LIKE")
def zeros_like(call):
    return np.zeros_like(call.values[0])


@operator("REVERSE_V2")
def reverse(call):
    return np.flip(call.values[0], call.axes(1)).copy()


@operator("SPACE_TO_DEPTH")
def space_to_depth(call):
    """Output channel (dy * block + dx) * C + c."""
    block = call.options["block_size"]
    n, h, w, c = call.values[0].shape
    cells = call.values[0].reshape(n, h // block, block, w // block, block, c)
    return cells.transpose(0, 1, 3, 2, 4, 5).reshape(call.out.shape)


@operator("DEPTH_TO_SPACE")
def depth_to_space(call):
    block = call.options["block_size"]
    n, h, w, c = call.values[0].shape
    cells = call.values[0].reshape(n, h, w, block, block, c // block ** 2)
    return cells.transpose(0, 1, 3, 2, 4, 5).reshape(call.out.shape)


@operator("SPACE_TO_BATCH_ND")
def space_to_batch(call):
    """Inputs: value, block sizes, padding. Batch (cell within the block) * N + n."""
    value, blocks, paddings = call.values
    rank = len(blocks)
    value = np.pad(value, [(0, 0), *paddings.tolist(), *[(0, 0)] * (value.ndim - rank - 1)],
                   constant_values=call.zero_point())
    sizes = [size for axis in range(rank)
             for size in (value.shape[axis + 1] // blocks[axis], blocks[axis])]
    cells = value.reshape(value.shape[0], *sizes, *value.shape[rank + 1:])
    order = [*range(2, 2 * rank + 1, 2), 0, *range(1, 2 * rank + 1, 2),
             *range(2 * rank + 1, cells.ndim)]
    return cells.transpose(order).reshape(call.out.shape)


@operator("BATCH_TO_SPACE_ND")
def batch_to_space(call):
    """Inputs: value, block sizes, crops. The inverse."""
    value, blocks, crops = call.values
    rank = len(blocks)
    batch = value.shape[0] // int(np.prod(blocks))
    cells = value.reshape(*blocks, batch, *value.shape[1:])
    order = [rank, *[axis for i in range(rank) for axis in (rank + 1 + i, i)],
             *range(2 * rank + 1, cells.ndim)]
    sizes = [value.shape[i + 1] * blocks[i] for i in range(rank)]
    whole = cells.transpose(order).reshape(batch, *sizes, *value.shape[rank + 1:])
    kept = [slice(begin, size - end) for size, (begin, end) in zip(sizes, crops)]
    return whole[(slice(None), *kept)].copy()
