// x86-64-v3: AVX2 and FMA, vectors of 32 bytes.
#if defined(__x86_64__)
#include "levels.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LEVEL_TABLE imgconv_x86_v3
#define VECTOR_BYTES 32
#define VECTORS_IN_BLOCK 6
#define VECTORS_IN_SWEEP 3
#define COLUMN_ROWS 4
#define COLUMN_VECTORS 3
#define LAYER_OUTPUTS 6
#define LAYER_VECTORS 2
#include "level.h"

#pragma clang attribute pop
#endif
