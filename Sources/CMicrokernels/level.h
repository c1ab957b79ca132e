// One level: the operations of both element types, and their table. Included once by each level's file.
//
// LEVEL_TABLE names the table. VECTOR_BYTES is the width of its vectors, VECTORS_IN_BLOCK how many vectors of sums are kept
// at a time, and VECTORS_IN_SWEEP how many of each row of a sweep; COLUMN_ROWS and COLUMN_VECTORS are those of sums down columns.
// A level without VECTOR_BYTES works on single elements.
// LAYER_OUTPUTS and LAYER_VECTORS are the tile of a layer: 4, 6 or 8 outputs, and 2, 3 or 4 vectors of each.

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

#define SCALAR float
#define SUFFIX _f32
#define ROUNDING 8388608.0f  // 2^23
#include "correlate.h"
#include "columns.h"
#include "pooling.h"
#include "running.h"
#include "samples.h"
#undef SCALAR
#undef SUFFIX
#undef ROUNDING

#define SCALAR double
#define SUFFIX _f64
#define ROUNDING 4503599627370496.0  // 2^52
#include "correlate.h"
#include "columns.h"
#include "pooling.h"
#include "running.h"
#include "samples.h"
#undef SCALAR
#undef SUFFIX
#undef ROUNDING

#include "layers.h"

#define OPERATIONS(suffix)                                                                         \
  {                                                                                                \
    correlate##suffix, sweep##suffix, columns##suffix, window_sums##suffix, slide##suffix, maximum##suffix,  \
        average##suffix, unpack_u8##suffix, unpack_u16##suffix, pack_u8##suffix, pack_u16##suffix, survey##suffix \
  }

const imgconv_microkernels LEVEL_TABLE = {OPERATIONS(_f32), OPERATIONS(_f64), LAYERS};
