; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
;
; Division helpers of the Arm run-time ABI that return quotient and remainder
; together, in r0:r1 (32 bit) or r0-r3 (64 bit). C has no way to say so; a
; first-class aggregate is returned in exactly these registers.

declare i64 @__udivdi3(i64, i64)
declare i64 @__divdi3(i64, i64)
declare i32 @__aeabi_uidiv(i32, i32)
declare i32 @__aeabi_idiv(i32, i32)

define { i64, i64 } @__aeabi_uldivmod(i64 %a, i64 %b) #0 {
  %quotient = call i64 @__udivdi3(i64 %a, i64 %b)
  %product = mul i64 %quotient, %b
  %remainder = sub i64 %a, %product
  %half = insertvalue { i64, i64 } poison, i64 %quotient, 0
  %both = insertvalue { i64, i64 } %half, i64 %remainder, 1
  ret { i64, i64 } %both
}

define { i64, i64 } @__aeabi_ldivmod(i64 %a, i64 %b) #0 {
  %quotient = call i64 @__divdi3(i64 %a, i64 %b)
  %product = mul i64 %quotient, %b
  %remainder = sub i64 %a, %product
  %half = insertvalue { i64, i64 } poison, i64 %quotient, 0
  %both = insertvalue { i64, i64 } %half, i64 %remainder, 1
  ret { i64, i64 } %both
}

define { i32, i32 } @__aeabi_uidivmod(i32 %a, i32 %b) #0 {
  %quotient = call i32 @__aeabi_uidiv(i32 %a, i32 %b)
  %product = mul i32 %quotient, %b
  %remainder = sub i32 %a, %product
  %half = insertvalue { i32, i32 } poison, i32 %quotient, 0
  %both = insertvalue { i32, i32 } %half, i32 %remainder, 1
  ret { i32, i32 } %both
}

define { i32, i32 } @__aeabi_idivmod(i32 %a, i32 %b) #0 {
  %quotient = call i32 @__aeabi_idiv(i32 %a, i32 %b)
  %product = mul i32 %quotient, %b
  %remainder = sub i32 %a, %product
  %half = insertvalue { i32, i32 } poison, i32 %quotient, 0
  %both = insertvalue { i32, i32 } %half, i32 %remainder, 1
  ret { i32, i32 } %both
}

attributes #0 = { nounwind "no-builtins" }
