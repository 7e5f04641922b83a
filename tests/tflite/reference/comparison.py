# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Comparisons, logic and selection, with broadcasting."""

import numpy as np
from reference.registry import operator


@operator("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL")
def compare(call):
    """Quantised: both centred values, shifted left by 8, times their scale."""
    function = {"EQUAL": np.equal, "NOT_EQUAL": np.not_equal, "GREATER": np.greater,
                "GREATER_EQUAL": np.greater_equal, "LESS": np.less,
                "LESS_EQUAL": np.less_equal}[call.name]
    if call.inputs[0].type not in ("int8", "uint8", "int16"):
        return function(call.values[0], call.values[1])
    first, second = (call.rescale(call.centred(i) << 8, call.scale(i)) for i in (0, 1))
    return function(first, second)


@operator("LOGICAL_AND", "LOGICAL_OR")
def logical(call):
    function = np.logical_and if call.name == "LOGICAL_AND" else np.logical_or
    return function(call.values[0], call.values[1])


@operator("LOGICAL_NOT")
def logical_not(call):
    return np.logical_not(call.values[0])


@operator("SELECT")
def select(call):
    """The condition has the values' shape, or chooses along the first axis."""
    condition, first, second = call.values
    if condition.shape != first.shape:
        condition = condition.reshape(condition.shape + (1,) * (first.ndim - condition.ndim))
    return np.where(condition, first, second)


@operator("SELECT_V2")
def select_v2(call):
    return np.where(*call.values)


@operator("WHERE")
def where(call):
    """Indices of true elements, in order."""
    return call.cast(np.argwhere(call.values[0]))
