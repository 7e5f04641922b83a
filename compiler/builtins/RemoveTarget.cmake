# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Removes from the LLVM assembly FILE what names the target it was compiled for:
# triple, data layout, target attributes and module flags (which would clash with
# those of the kernel's module).
file(READ ${FILE} _text)
# CMake treats these as list syntax.
string(REPLACE ";" "@SEMICOLON@" _text "${_text}")
string(REGEX REPLACE "\ntarget (triple|datalayout) = [^\n]*" "" _text "${_text}")
string(REGEX REPLACE "\nsource_filename = [^\n]*" "" _text "${_text}")
string(REGEX REPLACE " \"(target-cpu|target-features|tune-cpu|frame-pointer|stack-protector-buffer-size|no-trapping-math)\"=\"[^\"]*\"" "" _text "${_text}")
string(REGEX REPLACE "\n!llvm\\.[^\n]*" "" _text "${_text}")
string(REPLACE "@SEMICOLON@" ";" _text "${_text}")
file(WRITE ${FILE} "${_text}")
