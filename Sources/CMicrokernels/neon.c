// 64-bit ARM: NEON, vectors of 16 bytes.
#if defined(__aarch64__)
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define LEVEL_TABLE imgconv_neon
#define VECTOR_BYTES 16
#define VECTORS_IN_BLOCK 12
#define VECTORS_IN_SWEEP 4
#define COLUMN_ROWS 8
#define COLUMN_VECTORS 3
#define LAYER_OUTPUTS 8
#define LAYER_VECTORS 3
#include "level.h"
#endif
