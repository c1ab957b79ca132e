// Sums of bytes one by one: the twin that every machine runs.
#include "levels.h"

#define BYTES_TABLE imgconv_bytes_scalar
#define VECTOR_BYTES 4
#define VECTORS_IN_BAND 4
#define DOT(sum, pair, weight) ((sum) + ((pair) & 0xffff) * ((weight) << 16 >> 16) + ((pair) >> 16) * ((weight) >> 16))
#define ANY(mask) ((mask)[0] != 0)
#include "bytes.h"
