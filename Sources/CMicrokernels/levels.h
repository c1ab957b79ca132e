// The table of each level, and whether this build has it.
#pragma once

#include "CMicrokernels.h"

extern const imgconv_microkernels imgconv_scalar;
extern const imgconv_byte_operations imgconv_bytes_scalar;
extern const imgconv_fourier_operations imgconv_fourier_scalar;

#if defined(__x86_64__)
extern const imgconv_microkernels imgconv_x86_v3;
extern const imgconv_microkernels imgconv_x86_v4;
extern const imgconv_byte_operations imgconv_bytes_x86_v3;
extern const imgconv_byte_operations imgconv_bytes_x86_v4;
extern const imgconv_byte_operations imgconv_bytes_x86_vnni;
extern const imgconv_fourier_operations imgconv_fourier_x86_v3;
extern const imgconv_fourier_operations imgconv_fourier_x86_v4;
#elif defined(__aarch64__)
extern const imgconv_microkernels imgconv_neon;
extern const imgconv_byte_operations imgconv_bytes_neon;
extern const imgconv_fourier_operations imgconv_fourier_neon;
#endif
