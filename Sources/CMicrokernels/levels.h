// The table of each level, and whether this build has it.
#pragma once

#include "CMicrokernels.h"

extern const imgconv_microkernels imgconv_scalar;

#if defined(__x86_64__)
extern const imgconv_microkernels imgconv_x86_v3;
extern const imgconv_microkernels imgconv_x86_v4;
#elif defined(__aarch64__)
extern const imgconv_microkernels imgconv_neon;
#endif
