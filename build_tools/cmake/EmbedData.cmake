# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Writes ${STEM}.c and ${STEM}.h with the bytes of ${INPUT} as ${IDENTIFIER}.
file(READ ${INPUT} _hex HEX)
string(LENGTH "${_hex}" _digits)
math(EXPR _size "${_digits} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" _hex "${_hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," _bytes "${_hex}")
get_filename_component(_name ${STEM} NAME)
file(WRITE ${STEM}.h
"#ifndef IREE_EMBEDDED_${IDENTIFIER}_H_
#define IREE_EMBEDDED_${IDENTIFIER}_H_
#ifdef __cplusplus
extern \"C\" {
#endif
extern const unsigned char ${IDENTIFIER}[];
extern const unsigned long ${IDENTIFIER}_size;
#ifdef __cplusplus
}
#endif
#endif
")
file(WRITE ${STEM}.c
"#include \"${_name}.h\"
__attribute__((aligned(64))) const unsigned char ${IDENTIFIER}[] = {
${_bytes}
};
const unsigned long ${IDENTIFIER}_size = ${_size};
")
