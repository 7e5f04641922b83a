# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators that take elements by position."""

import numpy as np
from reference.registry import operator


@operator("SLICE")
def slice_(call):
    """Inputs: value, begin, size; a size of -1 reaches to the end."""
    value, begin, size = call.values
    ends = np.where(size < 0, value.shape, begin + size)
    return value[tuple(slice(int(b), int(e)) for b, e in zip(begin, ends))].copy()


@operator("STRIDED_SLICE")
def strided_slice(call):
    """Inputs: value, begin, end, strides, with the meaning of numpy's slices. Bit i of
    a mask: begin_mask, end_mask: no bound; shrink_axis_mask: an index; new_axis_mask:
    a new axis; ellipsis_mask: all axes between. offset: end counts from begin."""
    value, begin, end, strides = call.values
    options, index = call.options, []
    for i, (b, e, s) in enumerate(zip(begin.tolist(), end.tolist(), strides.tolist())):
        def masked(name, bit=1 << i):
            return bool(options[name] & bit)
        e = b + e if options["offset"] else e
        if masked("ellipsis_mask"):
            index.append(Ellipsis)
        elif masked("new_axis_mask"):
            index.append(None)
        elif masked("shrink_axis_mask"):
            index.append(b)
        else:
            index.append(slice(None if masked("begin_mask") else b,
                               None if masked("end_mask") else e, s))
    return np.asarray(value[tuple(index)]).copy()


@operator("GATHER")
def gather(call):
    """Along an axis; the first batch_dims axes of value and indices go together."""
    value, indices = call.values
    axis, batch_dims = call.options["axis"], call.options["batch_dims"]
    return _gather(value, indices, axis % value.ndim, batch_dims % (indices.ndim + 1))


def _gather(value, indices, axis, batch_dims):
    if not batch_dims:
        return np.take(value, indices, axis=axis)
    return np.stack([_gather(*each, axis - 1, batch_dims - 1) for each in zip(value, indices)])


@operator("GATHER_ND")
def gather_nd(call):
    """The last axis of the indices holds positions."""
    value, indices = call.values
    return value[tuple(np.moveaxis(indices, -1, 0))]


@operator("ONE_HOT")
def one_hot(call):
    """Inputs: indices, depth, on, off; the new axis is `axis`, -1 the last."""
    indices, depth, on, off = call.values
    axis = call.options["axis"]
    axis = indices.ndim if axis == -1 else axis
    positions = np.arange(depth.item()).reshape([-1 if i == axis else 1
                                                 for i in range(indices.ndim + 1)])
    return np.where(np.expand_dims(indices, axis) == positions, on, off)
