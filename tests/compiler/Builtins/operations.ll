define float @a(half %x) { %r = fpext half %x to float ret float %r }
define half @b(float %x) { %r = fptrunc float %x to half ret half %r }
define half @b2(double %x) { %r = fptrunc double %x to half ret half %r }
define bfloat @c(float %x) { %r = fptrunc float %x to bfloat ret bfloat %r }
define bfloat @c2(double %x) { %r = fptrunc double %x to bfloat ret bfloat %r }
define i32 @d(float %x) { %r = fptoui float %x to i32 ret i32 %r }
define i64 @e(float %x) { %r = fptoui float %x to i64 ret i64 %r }
define float @f(i64 %x) { %r = uitofp i64 %x to float ret float %r }
define i1 @g(double %x, double %y) { %r = fcmp olt double %x,%y ret i1 %r }
define i1 @g2(double %x, double %y) { %r = fcmp ueq double %x,%y ret i1 %r }
define double @dd(float %x) { %r = fpext float %x to double ret double %r }
define i32 @clz(i32 %x) { %r = call i32 @llvm.ctlz.i32(i32 %x, i1 false) ret i32 %r }
define i64 @clz64(i64 %x) { %r = call i64 @llvm.ctlz.i64(i64 %x, i1 false) ret i64 %r }
define i64 @pc(i64 %x) { %r = call i64 @llvm.ctpop.i64(i64 %x) ret i64 %r }
define i64 @pcs(i64 %x) minsize optsize { %r = call i64 @llvm.ctpop.i64(i64 %x) ret i64 %r }
define i64 @ctz(i64 %x) minsize optsize { %r = call i64 @llvm.cttz.i64(i64 %x, i1 false) ret i64 %r }
define i64 @shl(i64 %x, i64 %y) minsize optsize { %r = shl i64 %x, %y ret i64 %r }
define i32 @mul(i32 %x, i32 %y) { %r = mul i32 %x, %y ret i32 %r }
define i64 @mul64(i64 %x, i64 %y) { %r = mul i64 %x, %y ret i64 %r }
define {i64,i64} @dm64(i64 %x, i64 %y) { %r = udiv i64 %x, %y  %s = urem i64 %x, %y 
 %s0 = insertvalue {i64,i64} undef, i64 %r, 0
  %s1 = insertvalue {i64,i64} %s0, i64 %s, 1
  ret {i64,i64} %s1 }
define i1 @mulo(i64 %x, i64 %y) { %r = call {i64,i1} @llvm.smul.with.overflow.i64(i64 %x, i64 %y) %s = extractvalue {i64,i1} %r, 1 ret i1 %s }
define {i32,i32} @dm32(i32 %x, i32 %y) { %r = sdiv i32 %x, %y  %s = srem i32 %x, %y 
 %s0 = insertvalue {i32,i32} undef, i32 %r, 0
  %s1 = insertvalue {i32,i32} %s0, i32 %s, 1
  ret {i32,i32} %s1 }
define float @m1(float %x, float %y) { %r = call float @llvm.minimum.f32(float %x, float %y) ret float %r }
define float @m2(float %x, float %y) { %r = call float @llvm.minnum.f32(float %x, float %y) ret float %r }
define float @m2n(float %x, float %y) { %r = call float @llvm.minimumnum.f32(float %x, float %y) ret float %r }
define float @m3(float %x) { %r = call float @llvm.roundeven.f32(float %x) ret float %r }
define float @m4(float %x, i32 %y) { %r = call float @llvm.powi.f32.i32(float %x, i32 %y) ret float %r }
define float @m5(float %x, i32 %y) { %r = call float @llvm.ldexp.f32.i32(float %x, i32 %y) ret float %r }
define float @m6(float %x) { %r = call float @llvm.exp10.f32(float %x) ret float %r }
define i64 @m7(float %x) { %r = call i64 @llvm.lround.i64.f32(float %x) ret i64 %r }
define i32 @m8(float %x) { %r = call i32 @llvm.fptosi.sat.i32.f32(float %x) ret i32 %r }
define {float,i32} @m9(float %x) { %r = call {float,i32} @llvm.frexp.f32.i32(float %x) ret {float,i32} %r }
define float @m10(float %x) { %r = call float @llvm.tan.f32(float %x) ret float %r }
define {float,float} @m11(float %x) { %r = call {float,float} @llvm.sincos.f32(float %x) ret {float,float} %r }
define {float,float} @m11b(float %x) { %r = call float @llvm.sin.f32(float %x) %s = call float @llvm.cos.f32(float %x)  
 %s0 = insertvalue {float,float} undef, float %r, 0
  %s1 = insertvalue {float,float} %s0, float %s, 1
  ret {float,float} %s1 }
define float @frem(float %x, float %y) { %r = frem float %x, %y ret float %r }
define half @hadd(half %x, half %y) { %r = fadd half %x, %y ret half %r }
