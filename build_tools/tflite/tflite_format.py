# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Numbers of the TensorFlow Lite model format, version 3 (file identifier TFL3).

The format is public: https://www.tensorflow.org/lite, `schema.fbs`. Only what
tflite_writer.py writes and tflite_reader.py reads is listed.
"""

import numpy as np

VERSION = 3
IDENTIFIER = b"TFL3"

# Element types by name: (code, numpy type). int4 has two elements a byte, the
# first in the low half; numpy holds one in each int8.
ELEMENT_TYPES = {
    "float32": (0, np.float32), "float16": (1, np.float16), "int32": (2, np.int32),
    "uint8": (3, np.uint8), "int64": (4, np.int64), "string": (5, np.uint8),
    "bool": (6, np.bool_), "int16": (7, np.int16), "int8": (9, np.int8),
    "float64": (10, np.float64), "uint64": (12, np.uint64), "resource": (13, np.int32),
    "uint32": (15, np.uint32),
    "uint16": (16, np.uint16), "int4": (17, np.int8),
}
ELEMENT_NAMES = {code: name for name, (code, _) in ELEMENT_TYPES.items()}

# Operators from this code on are in a field of their own: the first had 8 bits.
FIRST_EXTENDED_OPERATOR = 127

# Enumerations of options, by the kind that OPTIONS gives a field.
ENUMS = {
    "padding": ["SAME", "VALID"],
    "activation": ["NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"],
    "mirror": ["REFLECT", "SYMMETRIC"],
}

# Options of operators: number in the union, fields in the order of their ids.
# A field is name:kind[=default]; kind is int, bool, float, ints, type or a key
# of ENUMS.
_OPTIONS = """
Conv2DOptions 1 padding:padding stride_w:int stride_h:int activation:activation
    dilation_w:int=1 dilation_h:int=1
DepthwiseConv2DOptions 2 padding:padding stride_w:int stride_h:int depth_multiplier:int
    activation:activation dilation_w:int=1 dilation_h:int=1
Pool2DOptions 5 padding:padding stride_w:int stride_h:int filter_width:int filter_height:int
    activation:activation
SVDFOptions 6 rank:int activation:activation asymmetric_inputs:bool
FullyConnectedOptions 8 activation:activation weights_format:int8 keep_num_dims:bool
    asymmetric_inputs:bool
SoftmaxOptions 9 beta:float
ConcatenationOptions 10 axis:int activation:activation
AddOptions 11 activation:activation pot_scale_int16:bool=1
L2NormOptions 12 activation:activation
ResizeBilinearOptions 15 new_height:int new_width:int align_corners:bool half_pixel_centers:bool
ReshapeOptions 17 new_shape:ints
SpaceToDepthOptions 19 block_size:int
MulOptions 21 activation:activation
PadOptions 22
GatherOptions 23 axis:int batch_dims:int
BatchToSpaceNDOptions 24
SpaceToBatchNDOptions 25
TransposeOptions 26
ReducerOptions 27 keep_dims:bool
SubOptions 28 activation:activation pot_scale_int16:bool=1
DivOptions 29 activation:activation
SqueezeOptions 30 squeeze_dims:ints
StridedSliceOptions 32 begin_mask:int end_mask:int ellipsis_mask:int new_axis_mask:int
    shrink_axis_mask:int offset:bool
ExpOptions 33
SplitOptions 35 num_splits:int
LogSoftmaxOptions 36
CastOptions 37 in_type:type out_type:type
DequantizeOptions 38
MaximumMinimumOptions 39
ArgMaxOptions 40 output_type:type
LessOptions 41
NegOptions 42
PadV2Options 43
GreaterOptions 44
GreaterEqualOptions 45
LessEqualOptions 46
SelectOptions 47
SliceOptions 48
TransposeConvOptions 49 padding:padding stride_w:int stride_h:int activation:activation
TileOptions 51
ExpandDimsOptions 52
EqualOptions 53
NotEqualOptions 54
ShapeOptions 55 out_type:type
PowOptions 56
ArgMinOptions 57 output_type:type
PackOptions 59 values_count:int axis:int
LogicalOrOptions 60
OneHotOptions 61 axis:int
LogicalAndOptions 62
LogicalNotOptions 63
UnpackOptions 64 num:int axis:int
FloorDivOptions 65
SquareOptions 66
ZerosLikeOptions 67
FillOptions 68
UnidirectionalSequenceLSTMOptions 71 activation:activation cell_clip:float proj_clip:float
    time_major:bool asymmetric_inputs:bool diagonal_recurrent:bool
FloorModOptions 72
RangeOptions 73
ResizeNearestNeighborOptions 74 align_corners:bool half_pixel_centers:bool
LeakyReluOptions 75 alpha:float
SquaredDifferenceOptions 76
MirrorPadOptions 77 mode:mirror
AbsOptions 78
SplitVOptions 79 num_splits:int
ReverseV2Options 81
AddNOptions 82
GatherNdOptions 83
CosOptions 84
WhereOptions 85
RankOptions 86
QuantizeOptions 89
HardSwishOptions 91
IfOptions 92 then_subgraph:int else_subgraph:int
WhileOptions 93 cond_subgraph:int body_subgraph:int
DepthToSpaceOptions 94 block_size:int
SelectV2Options 98
BatchMatMulOptions 101 adj_x:bool adj_y:bool asymmetric_inputs:bool
CumsumOptions 102 exclusive:bool reverse:bool
CallOnceOptions 103 init_subgraph:int
BroadcastToOptions 104
VarHandleOptions 111 container:string shared_name:string
ReadVariableOptions 112
AssignVariableOptions 113
GeluOptions 116 approximate:bool
"""

# Operators: code, and the options that belong to them.
_OPERATORS = """
ADD 0 AddOptions, AVERAGE_POOL_2D 1 Pool2DOptions, CONCATENATION 2 ConcatenationOptions,
CONV_2D 3 Conv2DOptions, DEPTHWISE_CONV_2D 4 DepthwiseConv2DOptions,
DEPTH_TO_SPACE 5 DepthToSpaceOptions, DEQUANTIZE 6 DequantizeOptions, FLOOR 8,
FULLY_CONNECTED 9 FullyConnectedOptions, L2_NORMALIZATION 11 L2NormOptions,
L2_POOL_2D 12 Pool2DOptions, LOGISTIC 14, MAX_POOL_2D 17 Pool2DOptions, MUL 18 MulOptions,
RELU 19, RELU_N1_TO_1 20, RELU6 21, RESHAPE 22 ReshapeOptions,
RESIZE_BILINEAR 23 ResizeBilinearOptions, SOFTMAX 25 SoftmaxOptions,
SPACE_TO_DEPTH 26 SpaceToDepthOptions, SVDF 27 SVDFOptions, TANH 28, CUSTOM 32,
PAD 34 PadOptions, GATHER 36 GatherOptions, BATCH_TO_SPACE_ND 37 BatchToSpaceNDOptions,
SPACE_TO_BATCH_ND 38 SpaceToBatchNDOptions, TRANSPOSE 39 TransposeOptions,
MEAN 40 ReducerOptions, SUB 41 SubOptions, DIV 42 DivOptions, SQUEEZE 43 SqueezeOptions,
UNIDIRECTIONAL_SEQUENCE_LSTM 44 UnidirectionalSequenceLSTMOptions,
STRIDED_SLICE 45 StridedSliceOptions, EXP 47 ExpOptions, SPLIT 49 SplitOptions,
LOG_SOFTMAX 50 LogSoftmaxOptions, CAST 53 CastOptions, PRELU 54,
MAXIMUM 55 MaximumMinimumOptions, ARG_MAX 56 ArgMaxOptions, MINIMUM 57 MaximumMinimumOptions,
LESS 58 LessOptions, NEG 59 NegOptions, PADV2 60 PadV2Options, GREATER 61 GreaterOptions,
GREATER_EQUAL 62 GreaterEqualOptions, LESS_EQUAL 63 LessEqualOptions, SELECT 64 SelectOptions,
SLICE 65 SliceOptions, SIN 66, TRANSPOSE_CONV 67 TransposeConvOptions, TILE 69 TileOptions,
EXPAND_DIMS 70 ExpandDimsOptions, EQUAL 71 EqualOptions, NOT_EQUAL 72 NotEqualOptions, LOG 73,
SUM 74 ReducerOptions, SQRT 75, RSQRT 76, SHAPE 77 ShapeOptions, POW 78 PowOptions,
ARG_MIN 79 ArgMinOptions, REDUCE_PROD 81 ReducerOptions, REDUCE_MAX 82 ReducerOptions,
PACK 83 PackOptions, LOGICAL_OR 84 LogicalOrOptions, ONE_HOT 85 OneHotOptions,
LOGICAL_AND 86 LogicalAndOptions, LOGICAL_NOT 87 LogicalNotOptions, UNPACK 88 UnpackOptions,
REDUCE_MIN 89 ReducerOptions, FLOOR_DIV 90 FloorDivOptions, REDUCE_ANY 91 ReducerOptions,
SQUARE 92 SquareOptions, ZEROS_LIKE 93 ZerosLikeOptions, FILL 94 FillOptions,
FLOOR_MOD 95 FloorModOptions, RANGE 96 RangeOptions,
RESIZE_NEAREST_NEIGHBOR 97 ResizeNearestNeighborOptions, LEAKY_RELU 98 LeakyReluOptions,
SQUARED_DIFFERENCE 99 SquaredDifferenceOptions, MIRROR_PAD 100 MirrorPadOptions,
ABS 101 AbsOptions, SPLIT_V 102 SplitVOptions, CEIL 104, REVERSE_V2 105 ReverseV2Options,
ADD_N 106 AddNOptions, GATHER_ND 107 GatherNdOptions, COS 108 CosOptions,
WHERE 109 WhereOptions, RANK 110 RankOptions, ELU 111, QUANTIZE 114 QuantizeOptions, ROUND 116,
HARD_SWISH 117 HardSwishOptions, IF 118 IfOptions, WHILE 119 WhileOptions,
SELECT_V2 123 SelectV2Options, BATCH_MATMUL 126 BatchMatMulOptions, CUMSUM 128 CumsumOptions,
CALL_ONCE 129 CallOnceOptions, BROADCAST_TO 130 BroadcastToOptions,
REDUCE_ALL 140 ReducerOptions, VAR_HANDLE 142 VarHandleOptions,
READ_VARIABLE 143 ReadVariableOptions, ASSIGN_VARIABLE 144 AssignVariableOptions,
GELU 150 GeluOptions
"""


def _parse_options():
    """{name: (number in the union, [(field, kind, default)])}."""
    table = {}
    for line in _OPTIONS.replace("\n    ", " ").strip().splitlines():
        name, number, *fields = line.split()
        parsed = []
        for field in fields:
            field, _, kind = field.partition(":")
            kind, _, default = kind.partition("=")
            parsed.append((field, kind, int(default or 0)))
        table[name] = (int(number), parsed)
    return table


def _parse_operators():
    """{name: (code, name of its options or None)}."""
    table = {}
    for entry in _OPERATORS.split(","):
        name, code, *options = entry.split()
        table[name] = (int(code), options[0] if options else None)
    return table


OPTIONS = _parse_options()
OPTION_NAMES = {number: name for name, (number, _) in OPTIONS.items()}
OPERATORS = _parse_operators()
OPERATOR_NAMES = {code: name for name, (code, _) in OPERATORS.items()}
