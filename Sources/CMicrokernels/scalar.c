// The twin that every machine runs: plain C, without vectors or fused multiply-adds of its own.
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define LEVEL_TABLE imgconv_scalar
#define VECTORS_IN_BLOCK 16
#define VECTORS_IN_SWEEP 16
#define COLUMN_ROWS 4
#define COLUMN_VECTORS 4
#define LAYER_OUTPUTS 4
#define LAYER_VECTORS 4
#include "level.h"
