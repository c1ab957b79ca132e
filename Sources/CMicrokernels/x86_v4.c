// x86-64-v4: AVX-512, vectors of 64 bytes.
#if defined(__x86_64__)
#include "levels.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), \
                             apply_to = function)

#define LEVEL_TABLE imgconv_x86_v4
#define VECTOR_BYTES 64
#define VECTORS_IN_BLOCK 8
#define VECTORS_IN_SWEEP 5
#define COLUMN_ROWS 8
#define COLUMN_VECTORS 3
#define LAYER_OUTPUTS 8
#define LAYER_VECTORS 3
#include "level.h"

#pragma clang attribute pop
#endif
