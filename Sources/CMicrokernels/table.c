// The one place where an instruction set is chosen.
#include "levels.h"

imgconv_level imgconv_detected_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  // These ask the operating system too: without its support for the wide registers the answer is no.
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl")) {
      return imgconv_level_v4;
    }
    return imgconv_level_v3;
  }
  return imgconv_level_scalar;
#elif defined(__aarch64__)
  return imgconv_level_neon;
#else
  return imgconv_level_scalar;
#endif
}

const imgconv_microkernels *imgconv_microkernels_at(imgconv_level level) {
  if (level == imgconv_level_scalar) return &imgconv_scalar;
#if defined(__x86_64__)
  if (level == imgconv_level_neon || level > imgconv_detected_level()) return NULL;
  return level == imgconv_level_v4 ? &imgconv_x86_v4 : &imgconv_x86_v3;
#elif defined(__aarch64__)
  return level == imgconv_level_neon ? &imgconv_neon : NULL;
#else
  return NULL;
#endif
}

const imgconv_byte_operations *imgconv_byte_operations_at(imgconv_level level) {
  if (imgconv_microkernels_at(level) == NULL) return NULL;
#if defined(__x86_64__)
  if (level == imgconv_level_v3) return &imgconv_bytes_x86_v3;
  if (level == imgconv_level_v4) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vbmi")
               ? &imgconv_bytes_x86_vnni : &imgconv_bytes_x86_v4;
  }
#elif defined(__aarch64__)
  if (level == imgconv_level_neon) return &imgconv_bytes_neon;
#endif
  return &imgconv_bytes_scalar;
}

const imgconv_fourier_operations *imgconv_fourier_operations_at(imgconv_level level) {
  if (imgconv_microkernels_at(level) == NULL) return NULL;
#if defined(__x86_64__)
  if (level == imgconv_level_v3) return &imgconv_fourier_x86_v3;
  if (level == imgconv_level_v4) return &imgconv_fourier_x86_v4;
#elif defined(__aarch64__)
  if (level == imgconv_level_neon) return &imgconv_fourier_neon;
#endif
  return &imgconv_fourier_scalar;
}
