; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Conversions to bfloat for checksum.cpp: not every target's C++ has the type.
define i32 @brainFromFloat(float %x) {
  %brain = fptrunc float %x to bfloat
  %bits = bitcast bfloat %brain to i16
  %result = zext i16 %bits to i32
  ret i32 %result
}
define i32 @brainFromDouble(double %x) {
  %brain = fptrunc double %x to bfloat
  %bits = bitcast bfloat %brain to i16
  %result = zext i16 %bits to i32
  ret i32 %result
}
