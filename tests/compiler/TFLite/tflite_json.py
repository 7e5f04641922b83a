# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small .tflite models as JSON, which flatc turns into files."""

import copy
import json
import pathlib
import subprocess


def per_tensor(scale, zero_point=0):
    return {"scale": [scale], "zero_point": [zero_point]}


class Model:
    """A model of one subgraph: tensors and operators are added, then changed at will
    through `root`, the file's root table."""

    def __init__(self):
        self.graph = {"tensors": [], "inputs": [], "outputs": [], "operators": [], "name": "main"}
        self.root = {"version": 3, "operator_codes": [], "subgraphs": [self.graph],
                     "buffers": [{}]}

    def tensor(self, name, shape, type, quantization=None, data=None):
        entry = {"name": name, "shape": shape, "type": type, "has_rank": True}
        if quantization:
            entry["quantization"] = copy.deepcopy(quantization)
        if data is not None:
            entry["buffer"] = len(self.root["buffers"])
            self.root["buffers"].append({"data": list(data)})
        self.graph["tensors"].append(entry)
        return len(self.graph["tensors"]) - 1

    def operator(self, code, inputs, outputs, options=None, version=1):
        """code: a name; options: (table, fields)."""
        self.root["operator_codes"].append(
            {"short_code": _SHORT_CODES[code], "code": code, "version": version})
        entry = {"opcode_index": len(self.root["operator_codes"]) - 1,
                 "inputs": inputs, "outputs": outputs}
        if options:
            entry["options_type"], entry["options"] = options
        self.graph["operators"].append(entry)
        return entry

    def write(self, folder, flatc, schema):
        """Returns the path of the .tflite file."""
        source = pathlib.Path(folder) / "model.json"
        source.write_text(json.dumps(self.root))
        subprocess.run([flatc, "-b", "-o", folder, schema, source], check=True, timeout=60)
        return source.with_suffix(".tflite")


_SHORT_CODES = {"ADD": 0, "AVERAGE_POOL_2D": 1, "CONCATENATION": 2, "CONV_2D": 3,
                "DEPTHWISE_CONV_2D": 4, "DEQUANTIZE": 6, "FULLY_CONNECTED": 9, "LOGISTIC": 14,
                "MAX_POOL_2D": 17, "MUL": 18, "RELU": 19, "RELU6": 21, "RESHAPE": 22, "SOFTMAX": 25,
                "LSTM": 16, "TANH": 28, "CUSTOM": 32, "PAD": 34, "MEAN": 40, "SQUEEZE": 43,
                "TRANSPOSE_CONV": 67, "QUANTIZE": 114, "BATCH_MATMUL": 126, "GELU": 127}


def convolution():
    """1x4x4x2 i8 -> CONV_2D, per channel -> 1x2x2x3 i8 -> RESHAPE -> 1x12."""
    model = Model()
    x = model.tensor("x", [1, 4, 4, 2], "INT8", per_tensor(0.5, -3))
    w = model.tensor("w", [3, 3, 3, 2], "INT8",
                     {"scale": [0.25, 0.5, 0.125], "zero_point": [0, 0, 0], "axis": 0},
                     range(54))
    b = model.tensor("b", [3], "INT32", None, [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])
    y = model.tensor("conv/Relu;conv/Conv2D", [1, 2, 2, 3], "INT8", per_tensor(2.0, 4))
    z = model.tensor("z", [1, 12], "INT8", per_tensor(2.0, 4))
    shape = model.tensor("shape", [2], "INT32", None, [1, 0, 0, 0, 12, 0, 0, 0])
    model.operator("CONV_2D", [x, w, b], [y],
                   ("Conv2DOptions", {"padding": "SAME", "stride_w": 2, "stride_h": 2,
                                      "activation": "RELU"}), version=3)
    model.operator("RESHAPE", [y, shape], [z], ("ReshapeOptions", {"new_shape": [1, 12]}))
    model.graph["inputs"], model.graph["outputs"] = [x], [z]
    return model


def unary(code, shape, type, options=None, quantizations=(None, None), result=None):
    """One operator with one operand: x -> y."""
    model = Model()
    x = model.tensor("x", shape, type, quantizations[0])
    y = model.tensor("y", result or shape, type, quantizations[1])
    model.operator(code, [x], [y], options)
    model.graph["inputs"], model.graph["outputs"] = [x], [y]
    return model
