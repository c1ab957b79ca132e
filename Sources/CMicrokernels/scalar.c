// The twin that every machine runs: one element at a time, as the formulas say.
#include "levels.h"

#pragma STDC FP_CONTRACT OFF

#define LEVEL_TABLE imgconv_scalar
#include "level.h"
