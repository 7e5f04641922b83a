; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; One function per operation that some target turns into a call.
; check_targets.py checks that the builtins have everything it calls.
; llvm.minimum and its kin are there for f32 only: on f64, LLVM 22 fails to
; select code for Cortex-M4 (an FPU without doubles).

define float @a(half %x) #0 { %r = fpext half %x to float ret float %r }
define half @b(float %x) #0 { %r = fptrunc float %x to half ret half %r }
define half @b2(double %x) #0 { %r = fptrunc double %x to half ret half %r }
define bfloat @c(float %x) #0 { %r = fptrunc float %x to bfloat ret bfloat %r }
define bfloat @c2(double %x) #0 { %r = fptrunc double %x to bfloat ret bfloat %r }
define i32 @d(float %x) #0 { %r = fptoui float %x to i32 ret i32 %r }
define i64 @e(float %x) #0 { %r = fptoui float %x to i64 ret i64 %r }
define float @f(i64 %x) #0 { %r = uitofp i64 %x to float ret float %r }
define i1 @g(double %x, double %y) #0 { %r = fcmp olt double %x,%y ret i1 %r }
define i1 @g2(double %x, double %y) #0 { %r = fcmp ueq double %x,%y ret i1 %r }
define double @dd(float %x) #0 { %r = fpext float %x to double ret double %r }
define i32 @clz(i32 %x) #0 { %r = call i32 @llvm.ctlz.i32(i32 %x, i1 false) ret i32 %r }
define i64 @clz64(i64 %x) #0 { %r = call i64 @llvm.ctlz.i64(i64 %x, i1 false) ret i64 %r }
define i64 @pc(i64 %x) #0 { %r = call i64 @llvm.ctpop.i64(i64 %x) ret i64 %r }
define i64 @pcs(i64 %x) #1 { %r = call i64 @llvm.ctpop.i64(i64 %x) ret i64 %r }
define i64 @ctz(i64 %x) #1 { %r = call i64 @llvm.cttz.i64(i64 %x, i1 false) ret i64 %r }
define i64 @shl(i64 %x, i64 %y) #1 { %r = shl i64 %x, %y ret i64 %r }
define i32 @mul(i32 %x, i32 %y) #0 { %r = mul i32 %x, %y ret i32 %r }
define i64 @mul64(i64 %x, i64 %y) #0 { %r = mul i64 %x, %y ret i64 %r }
define {i64,i64} @dm64(i64 %x, i64 %y) #0 { %r = udiv i64 %x, %y  %s = urem i64 %x, %y 
 %s0 = insertvalue {i64,i64} undef, i64 %r, 0
  %s1 = insertvalue {i64,i64} %s0, i64 %s, 1
  ret {i64,i64} %s1 }
define i1 @mulo(i64 %x, i64 %y) #0 { %r = call {i64,i1} @llvm.smul.with.overflow.i64(i64 %x, i64 %y) %s = extractvalue {i64,i1} %r, 1 ret i1 %s }
define {i32,i32} @dm32(i32 %x, i32 %y) #0 { %r = sdiv i32 %x, %y  %s = srem i32 %x, %y 
 %s0 = insertvalue {i32,i32} undef, i32 %r, 0
  %s1 = insertvalue {i32,i32} %s0, i32 %s, 1
  ret {i32,i32} %s1 }
define float @m1(float %x, float %y) #0 { %r = call float @llvm.minimum.f32(float %x, float %y) ret float %r }
define float @m2(float %x, float %y) #0 { %r = call float @llvm.minnum.f32(float %x, float %y) ret float %r }
define float @m2n(float %x, float %y) #0 { %r = call float @llvm.minimumnum.f32(float %x, float %y) ret float %r }
define float @m3(float %x) #0 { %r = call float @llvm.roundeven.f32(float %x) ret float %r }
define float @m4(float %x, i32 %y) #0 { %r = call float @llvm.powi.f32.i32(float %x, i32 %y) ret float %r }
define float @m5(float %x, i32 %y) #0 { %r = call float @llvm.ldexp.f32.i32(float %x, i32 %y) ret float %r }
define float @m6(float %x) #0 { %r = call float @llvm.exp10.f32(float %x) ret float %r }
define i64 @m7(float %x) #0 { %r = call i64 @llvm.lround.i64.f32(float %x) ret i64 %r }
define i32 @m8(float %x) #0 { %r = call i32 @llvm.fptosi.sat.i32.f32(float %x) ret i32 %r }
define {float,i32} @m9(float %x) #0 { %r = call {float,i32} @llvm.frexp.f32.i32(float %x) ret {float,i32} %r }
define float @m10(float %x) #0 { %r = call float @llvm.tan.f32(float %x) ret float %r }
define {float,float} @m11(float %x) #0 { %r = call {float,float} @llvm.sincos.f32(float %x) ret {float,float} %r }
define {float,float} @m11b(float %x) #0 { %r = call float @llvm.sin.f32(float %x) %s = call float @llvm.cos.f32(float %x)  
 %s0 = insertvalue {float,float} undef, float %r, 0
  %s1 = insertvalue {float,float} %s0, float %s, 1
  ret {float,float} %s1 }
define float @frem(float %x, float %y) #0 { %r = frem float %x, %y ret float %r }
define half @hadd(half %x, half %y) #0 { %r = fadd half %x, %y ret half %r }
define float @exp_f32(float %x) #0 { %r = call float @llvm.exp.f32(float %x) ret float %r }
define double @exp_f64(double %x) #0 { %r = call double @llvm.exp.f64(double %x) ret double %r }
define float @exp2_f32(float %x) #0 { %r = call float @llvm.exp2.f32(float %x) ret float %r }
define double @exp2_f64(double %x) #0 { %r = call double @llvm.exp2.f64(double %x) ret double %r }
define float @log_f32(float %x) #0 { %r = call float @llvm.log.f32(float %x) ret float %r }
define double @log_f64(double %x) #0 { %r = call double @llvm.log.f64(double %x) ret double %r }
define float @log2_f32(float %x) #0 { %r = call float @llvm.log2.f32(float %x) ret float %r }
define double @log2_f64(double %x) #0 { %r = call double @llvm.log2.f64(double %x) ret double %r }
define float @log10_f32(float %x) #0 { %r = call float @llvm.log10.f32(float %x) ret float %r }
define double @log10_f64(double %x) #0 { %r = call double @llvm.log10.f64(double %x) ret double %r }
define float @cos_f32(float %x) #0 { %r = call float @llvm.cos.f32(float %x) ret float %r }
define double @cos_f64(double %x) #0 { %r = call double @llvm.cos.f64(double %x) ret double %r }
define float @asin_f32(float %x) #0 { %r = call float @llvm.asin.f32(float %x) ret float %r }
define double @asin_f64(double %x) #0 { %r = call double @llvm.asin.f64(double %x) ret double %r }
define float @acos_f32(float %x) #0 { %r = call float @llvm.acos.f32(float %x) ret float %r }
define double @acos_f64(double %x) #0 { %r = call double @llvm.acos.f64(double %x) ret double %r }
define float @atan_f32(float %x) #0 { %r = call float @llvm.atan.f32(float %x) ret float %r }
define double @atan_f64(double %x) #0 { %r = call double @llvm.atan.f64(double %x) ret double %r }
define float @sinh_f32(float %x) #0 { %r = call float @llvm.sinh.f32(float %x) ret float %r }
define double @sinh_f64(double %x) #0 { %r = call double @llvm.sinh.f64(double %x) ret double %r }
define float @cosh_f32(float %x) #0 { %r = call float @llvm.cosh.f32(float %x) ret float %r }
define double @cosh_f64(double %x) #0 { %r = call double @llvm.cosh.f64(double %x) ret double %r }
define float @tanh_f32(float %x) #0 { %r = call float @llvm.tanh.f32(float %x) ret float %r }
define double @tanh_f64(double %x) #0 { %r = call double @llvm.tanh.f64(double %x) ret double %r }
define float @floor_f32(float %x) #0 { %r = call float @llvm.floor.f32(float %x) ret float %r }
define double @floor_f64(double %x) #0 { %r = call double @llvm.floor.f64(double %x) ret double %r }
define float @ceil_f32(float %x) #0 { %r = call float @llvm.ceil.f32(float %x) ret float %r }
define double @ceil_f64(double %x) #0 { %r = call double @llvm.ceil.f64(double %x) ret double %r }
define float @trunc_f32(float %x) #0 { %r = call float @llvm.trunc.f32(float %x) ret float %r }
define double @trunc_f64(double %x) #0 { %r = call double @llvm.trunc.f64(double %x) ret double %r }
define float @round_f32(float %x) #0 { %r = call float @llvm.round.f32(float %x) ret float %r }
define double @round_f64(double %x) #0 { %r = call double @llvm.round.f64(double %x) ret double %r }
define float @rint_f32(float %x) #0 { %r = call float @llvm.rint.f32(float %x) ret float %r }
define double @rint_f64(double %x) #0 { %r = call double @llvm.rint.f64(double %x) ret double %r }
define float @nearbyint_f32(float %x) #0 { %r = call float @llvm.nearbyint.f32(float %x) ret float %r }
define double @nearbyint_f64(double %x) #0 { %r = call double @llvm.nearbyint.f64(double %x) ret double %r }
define float @sqrt_f32(float %x) #0 { %r = call float @llvm.sqrt.f32(float %x) ret float %r }
define double @sqrt_f64(double %x) #0 { %r = call double @llvm.sqrt.f64(double %x) ret double %r }
define float @pow_f32(float %x, float %y) #0 { %r = call float @llvm.pow.f32(float %x, float %y) ret float %r }
define double @pow_f64(double %x, double %y) #0 { %r = call double @llvm.pow.f64(double %x, double %y) ret double %r }
define float @atan2_f32(float %x, float %y) #0 { %r = call float @llvm.atan2.f32(float %x, float %y) ret float %r }
define double @atan2_f64(double %x, double %y) #0 { %r = call double @llvm.atan2.f64(double %x, double %y) ret double %r }
define float @copysign_f32(float %x, float %y) #0 { %r = call float @llvm.copysign.f32(float %x, float %y) ret float %r }
define double @copysign_f64(double %x, double %y) #0 { %r = call double @llvm.copysign.f64(double %x, double %y) ret double %r }
define float @minnum_f32(float %x, float %y) #0 { %r = call float @llvm.minnum.f32(float %x, float %y) ret float %r }
define double @minnum_f64(double %x, double %y) #0 { %r = call double @llvm.minnum.f64(double %x, double %y) ret double %r }
define float @maxnum_f32(float %x, float %y) #0 { %r = call float @llvm.maxnum.f32(float %x, float %y) ret float %r }
define double @maxnum_f64(double %x, double %y) #0 { %r = call double @llvm.maxnum.f64(double %x, double %y) ret double %r }
define float @minimum_f32(float %x, float %y) #0 { %r = call float @llvm.minimum.f32(float %x, float %y) ret float %r }
define float @maximum_f32(float %x, float %y) #0 { %r = call float @llvm.maximum.f32(float %x, float %y) ret float %r }
define float @minimumnum_f32(float %x, float %y) #0 { %r = call float @llvm.minimumnum.f32(float %x, float %y) ret float %r }
define float @maximumnum_f32(float %x, float %y) #0 { %r = call float @llvm.maximumnum.f32(float %x, float %y) ret float %r }
define float @fma_f32(float %x, float %y, float %z) #0 { %r = call float @llvm.fma.f32(float %x, float %y, float %z) ret float %r }
define float @fadd_f32(float %x, float %y) #0 { %r = fadd float %x, %y ret float %r }
define float @fsub_f32(float %x, float %y) #0 { %r = fsub float %x, %y ret float %r }
define float @fmul_f32(float %x, float %y) #0 { %r = fmul float %x, %y ret float %r }
define float @fdiv_f32(float %x, float %y) #0 { %r = fdiv float %x, %y ret float %r }
define float @frem_f32(float %x, float %y) #0 { %r = frem float %x, %y ret float %r }
define i1 @oeq_f32(float %x, float %y) #0 { %r = fcmp oeq float %x, %y ret i1 %r }
define i1 @ogt_f32(float %x, float %y) #0 { %r = fcmp ogt float %x, %y ret i1 %r }
define i1 @oge_f32(float %x, float %y) #0 { %r = fcmp oge float %x, %y ret i1 %r }
define i1 @olt_f32(float %x, float %y) #0 { %r = fcmp olt float %x, %y ret i1 %r }
define i1 @ole_f32(float %x, float %y) #0 { %r = fcmp ole float %x, %y ret i1 %r }
define i1 @one_f32(float %x, float %y) #0 { %r = fcmp one float %x, %y ret i1 %r }
define i1 @ord_f32(float %x, float %y) #0 { %r = fcmp ord float %x, %y ret i1 %r }
define i1 @ueq_f32(float %x, float %y) #0 { %r = fcmp ueq float %x, %y ret i1 %r }
define i1 @ugt_f32(float %x, float %y) #0 { %r = fcmp ugt float %x, %y ret i1 %r }
define i1 @uge_f32(float %x, float %y) #0 { %r = fcmp uge float %x, %y ret i1 %r }
define i1 @ult_f32(float %x, float %y) #0 { %r = fcmp ult float %x, %y ret i1 %r }
define i1 @ule_f32(float %x, float %y) #0 { %r = fcmp ule float %x, %y ret i1 %r }
define i1 @une_f32(float %x, float %y) #0 { %r = fcmp une float %x, %y ret i1 %r }
define i1 @uno_f32(float %x, float %y) #0 { %r = fcmp uno float %x, %y ret i1 %r }
define i32 @fptosi_f32_i32(float %x) #0 { %r = fptosi float %x to i32 ret i32 %r }
define i32 @fptoui_f32_i32(float %x) #0 { %r = fptoui float %x to i32 ret i32 %r }
define float @sitofp_i32_f32(i32 %x) #0 { %r = sitofp i32 %x to float ret float %r }
define float @uitofp_i32_f32(i32 %x) #0 { %r = uitofp i32 %x to float ret float %r }
define i64 @fptosi_f32_i64(float %x) #0 { %r = fptosi float %x to i64 ret i64 %r }
define i64 @fptoui_f32_i64(float %x) #0 { %r = fptoui float %x to i64 ret i64 %r }
define float @sitofp_i64_f32(i64 %x) #0 { %r = sitofp i64 %x to float ret float %r }
define float @uitofp_i64_f32(i64 %x) #0 { %r = uitofp i64 %x to float ret float %r }
define double @fma_f64(double %x, double %y, double %z) #0 { %r = call double @llvm.fma.f64(double %x, double %y, double %z) ret double %r }
define double @fadd_f64(double %x, double %y) #0 { %r = fadd double %x, %y ret double %r }
define double @fsub_f64(double %x, double %y) #0 { %r = fsub double %x, %y ret double %r }
define double @fmul_f64(double %x, double %y) #0 { %r = fmul double %x, %y ret double %r }
define double @fdiv_f64(double %x, double %y) #0 { %r = fdiv double %x, %y ret double %r }
define double @frem_f64(double %x, double %y) #0 { %r = frem double %x, %y ret double %r }
define i1 @oeq_f64(double %x, double %y) #0 { %r = fcmp oeq double %x, %y ret i1 %r }
define i1 @ogt_f64(double %x, double %y) #0 { %r = fcmp ogt double %x, %y ret i1 %r }
define i1 @oge_f64(double %x, double %y) #0 { %r = fcmp oge double %x, %y ret i1 %r }
define i1 @olt_f64(double %x, double %y) #0 { %r = fcmp olt double %x, %y ret i1 %r }
define i1 @ole_f64(double %x, double %y) #0 { %r = fcmp ole double %x, %y ret i1 %r }
define i1 @one_f64(double %x, double %y) #0 { %r = fcmp one double %x, %y ret i1 %r }
define i1 @ord_f64(double %x, double %y) #0 { %r = fcmp ord double %x, %y ret i1 %r }
define i1 @ueq_f64(double %x, double %y) #0 { %r = fcmp ueq double %x, %y ret i1 %r }
define i1 @ugt_f64(double %x, double %y) #0 { %r = fcmp ugt double %x, %y ret i1 %r }
define i1 @uge_f64(double %x, double %y) #0 { %r = fcmp uge double %x, %y ret i1 %r }
define i1 @ult_f64(double %x, double %y) #0 { %r = fcmp ult double %x, %y ret i1 %r }
define i1 @ule_f64(double %x, double %y) #0 { %r = fcmp ule double %x, %y ret i1 %r }
define i1 @une_f64(double %x, double %y) #0 { %r = fcmp une double %x, %y ret i1 %r }
define i1 @uno_f64(double %x, double %y) #0 { %r = fcmp uno double %x, %y ret i1 %r }
define i32 @fptosi_f64_i32(double %x) #0 { %r = fptosi double %x to i32 ret i32 %r }
define i32 @fptoui_f64_i32(double %x) #0 { %r = fptoui double %x to i32 ret i32 %r }
define double @sitofp_i32_f64(i32 %x) #0 { %r = sitofp i32 %x to double ret double %r }
define double @uitofp_i32_f64(i32 %x) #0 { %r = uitofp i32 %x to double ret double %r }
define i64 @fptosi_f64_i64(double %x) #0 { %r = fptosi double %x to i64 ret i64 %r }
define i64 @fptoui_f64_i64(double %x) #0 { %r = fptoui double %x to i64 ret i64 %r }
define double @sitofp_i64_f64(i64 %x) #0 { %r = sitofp i64 %x to double ret double %r }
define double @uitofp_i64_f64(i64 %x) #0 { %r = uitofp i64 %x to double ret double %r }
define float @narrow(double %x) #0 { %r = fptrunc double %x to float ret float %r }
define i32 @sdiv_i32(i32 %x, i32 %y) #0 { %r = sdiv i32 %x, %y ret i32 %r }
define i32 @srem_i32(i32 %x, i32 %y) #0 { %r = srem i32 %x, %y ret i32 %r }
define i32 @udiv_i32(i32 %x, i32 %y) #0 { %r = udiv i32 %x, %y ret i32 %r }
define i32 @urem_i32(i32 %x, i32 %y) #0 { %r = urem i32 %x, %y ret i32 %r }
define i32 @mul_i32(i32 %x, i32 %y) #0 { %r = mul i32 %x, %y ret i32 %r }
define i32 @shl_i32(i32 %x, i32 %y) #0 { %r = shl i32 %x, %y ret i32 %r }
define i32 @lshr_i32(i32 %x, i32 %y) #0 { %r = lshr i32 %x, %y ret i32 %r }
define i32 @ashr_i32(i32 %x, i32 %y) #0 { %r = ashr i32 %x, %y ret i32 %r }
define i64 @sdiv_i64(i64 %x, i64 %y) #0 { %r = sdiv i64 %x, %y ret i64 %r }
define i64 @srem_i64(i64 %x, i64 %y) #0 { %r = srem i64 %x, %y ret i64 %r }
define i64 @udiv_i64(i64 %x, i64 %y) #0 { %r = udiv i64 %x, %y ret i64 %r }
define i64 @urem_i64(i64 %x, i64 %y) #0 { %r = urem i64 %x, %y ret i64 %r }
define i64 @mul_i64(i64 %x, i64 %y) #0 { %r = mul i64 %x, %y ret i64 %r }
define i64 @shl_i64(i64 %x, i64 %y) #0 { %r = shl i64 %x, %y ret i64 %r }
define i64 @lshr_i64(i64 %x, i64 %y) #0 { %r = lshr i64 %x, %y ret i64 %r }
define i64 @ashr_i64(i64 %x, i64 %y) #0 { %r = ashr i64 %x, %y ret i64 %r }
define void @copy(ptr %a, ptr %b, i32 %n) #0 { call void @llvm.memcpy.p0.p0.i32(ptr %a, ptr %b, i32 %n, i1 false) ret void }
define void @copy4(ptr %a, ptr %b, i32 %n) #0 { call void @llvm.memcpy.p0.p0.i32(ptr align 4 %a, ptr align 4 %b, i32 %n, i1 false) ret void }
define void @move8(ptr %a, ptr %b, i32 %n) #0 { call void @llvm.memmove.p0.p0.i32(ptr align 8 %a, ptr align 8 %b, i32 %n, i1 false) ret void }
define void @fill(ptr %a, i8 %v, i32 %n) #0 { call void @llvm.memset.p0.i32(ptr %a, i8 %v, i32 %n, i1 false) ret void }
define void @clear4(ptr %a, i32 %n) #0 { call void @llvm.memset.p0.i32(ptr align 4 %a, i8 0, i32 %n, i1 false) ret void }

attributes #0 = { nounwind }
attributes #1 = { nounwind minsize optsize }
