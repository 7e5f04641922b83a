# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Changes of element type."""

import numpy as np
from reference import fixed_point
from reference.registry import f32, limits, operator


@operator("QUANTIZE")
def quantize(call):
    """From float32: x / scale in float32, rounded half away from zero. From
    quantised values: requantised."""
    if call.inputs[0].type == "float32":
        scaled = fixed_point.round_away(call.values[0] / f32(call.scale()))
        return call.finish(scaled.astype(np.int64), limits(call.out.type))
    return call.finish(call.rescale(call.centred(0), call.scale(0) / call.scale()),
                       limits(call.out.type))


@operator("DEQUANTIZE")
def dequantize(call):
    """scale * (q - zero point) in double, then float32; float16 widens."""
    if call.inputs[0].type == "float16":
        return call.cast(call.values[0])
    return call.cast(call.scale(0) * call.centred(0))


@operator("CAST")
def cast(call):
    """Floats to integers truncate, integers to narrower ones wrap, booleans are 0 and
    1, and true is what is not zero."""
    return call.cast(call.values[0] != 0 if call.out.type == "bool" else call.values[0])
