// Register tiles of layers of networks. Included by level.h; LAYER_OUTPUTS and LAYER_VECTORS are the most outputs and vectors of a tile.
#include <string.h>

#ifdef VECTOR_BYTES
typedef float layer_value __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
#define LAYER_LANES (VECTOR_BYTES / 4)
#define LAYER_MULTIPLY_ADD __builtin_elementwise_fma
// A subtraction of 0 changes no number, so that this is one broadcast.
#define LAYER_BROADCAST(x) ((x) - (layer_value){0})
#else
typedef float layer_value;
#define LAYER_LANES 1
#define LAYER_MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define LAYER_BROADCAST(x) (x)
#endif

#define UNROLLED _Pragma("unroll")

static inline __attribute__((always_inline)) void layer_tile(float *out, ptrdiff_t stride, const float *patch,
                                                             const imgconv_taps *taps, const int outputs,
                                                             const int vectors) {
  layer_value sum[LAYER_OUTPUTS][LAYER_VECTORS];
  UNROLLED for (int r = 0; r < outputs; r++) {
    UNROLLED for (int v = 0; v < vectors; v++) sum[r][v] = LAYER_BROADCAST(taps->bias[r]);
  }
  const float *weights = taps->weights;
  const int32_t *offsets = taps->offsets;
  for (ptrdiff_t t = taps->taps; t > 0; t--) {
    const layer_value *values = (const layer_value *)(patch + *offsets++);
    layer_value value[LAYER_VECTORS];
    UNROLLED for (int v = 0; v < vectors; v++) value[v] = values[v];
    UNROLLED for (int r = 0; r < outputs; r++) {
      layer_value weight = LAYER_BROADCAST(weights[r]);
      UNROLLED for (int v = 0; v < vectors; v++) sum[r][v] = LAYER_MULTIPLY_ADD(weight, value[v], sum[r][v]);
    }
    weights += outputs;
  }
  UNROLLED for (int r = 0; r < outputs; r++) {
    UNROLLED for (int v = 0; v < vectors; v++) ((layer_value *)(out + r * stride))[v] = sum[r][v];
  }
}

static void layer_tile_with_holes(float *out, ptrdiff_t stride, const float *patch, const imgconv_taps *taps,
                                  int vectors) {
  for (ptrdiff_t r = 0; r < taps->outputs; r++) {
    for (int v = 0; v < vectors; v++) {
      layer_value sum = LAYER_BROADCAST(taps->bias[r]);
      for (ptrdiff_t t = 0; t < taps->taps; t++) {
        float weight = taps->weights[t * taps->outputs + r];
        if (weight == 0) continue;
        layer_value value = ((const layer_value *)(patch + taps->offsets[t]))[v];
        sum = LAYER_MULTIPLY_ADD(LAYER_BROADCAST(weight), value, sum);
      }
      ((layer_value *)(out + r * stride))[v] = sum;
    }
  }
}

// One function a size of tile, so that all sums of a tile stay in registers.
static void layer_tile_of_size(float *out, ptrdiff_t stride, const float *patch, const imgconv_taps *taps,
                               int vectors) {
#define TILE(R, V) \
  case 8 * V + R - 1: layer_tile(out, stride, patch, taps, R, V); break;
#if LAYER_VECTORS == 4
#define TILES(R) TILE(R, 1) TILE(R, 2) TILE(R, 3) TILE(R, 4)
#elif LAYER_VECTORS == 3
#define TILES(R) TILE(R, 1) TILE(R, 2) TILE(R, 3)
#else
#define TILES(R) TILE(R, 1) TILE(R, 2)
#endif
  switch (8 * vectors + taps->outputs - 1) {
    TILES(1)
    TILES(2)
    TILES(3)
    TILES(4)
#if LAYER_OUTPUTS > 4
    TILES(5)
    TILES(6)
#endif
#if LAYER_OUTPUTS > 6
    TILES(7)
    TILES(8)
#endif
    default: __builtin_unreachable();
  }
#undef TILES
#undef TILE
}

typedef void layer_tile_function(float *, ptrdiff_t, const float *, const imgconv_taps *, int);

static inline __attribute__((always_inline)) void layer_tiles_by(layer_tile_function *tile, float *out,
                                                                 const imgconv_block *block, const float *patch,
                                                                 const imgconv_taps *taps) {
  enum { tile_positions = LAYER_VECTORS * LAYER_LANES };
  for (ptrdiff_t run = 0; run < block->runs; run++) {
    float *row = out + run * block->out_pitch;
    const float *in = patch + run * block->pitch;
    ptrdiff_t column = 0, count;
    for (ptrdiff_t p = 0; p < block->count; p += count) {
      count = block->count - p < tile_positions ? block->count - p : tile_positions;
      // Two tiles of two vectors are quicker than one of three and one of one.
      const ptrdiff_t left = (block->count - p + LAYER_LANES - 1) / LAYER_LANES;
      if (left == LAYER_VECTORS + 1 && LAYER_VECTORS > 2) count = 2 * LAYER_LANES;
      const int vectors = (int)((count + LAYER_LANES - 1) / LAYER_LANES);
      if (column + vectors * LAYER_LANES <= block->width) {
        tile(row + column, block->out_stride, in + p, taps, vectors);
        column += count;
      } else {
        // The tile goes over the end of a row: what belongs to windows is copied.
        float results[LAYER_OUTPUTS * tile_positions];
        tile(results, tile_positions, in + p, taps, vectors);
        for (ptrdiff_t done = 0, part; done < count; done += part) {
          part = block->pitch - column < count - done ? block->pitch - column : count - done;
          ptrdiff_t kept = block->width - column < part ? block->width - column : part;
          for (ptrdiff_t r = 0; kept > 0 && r < taps->outputs; r++) {
            memcpy(row + r * block->out_stride + column, results + r * tile_positions + done, kept * sizeof(float));
          }
          column += part;
          if (column == block->pitch) {
            column = 0;
            row += block->out_pitch;
          }
        }
      }
      if (column == block->pitch) {
        column = 0;
        row += block->out_pitch;
      }
    }
  }
}

static void layer_tiles(float *out, const imgconv_block *block, const float *patch, const imgconv_taps *taps) {
  layer_tiles_by(layer_tile_of_size, out, block, patch, taps);
}

static void layer_tiles_with_holes(float *out, const imgconv_block *block, const float *patch,
                                   const imgconv_taps *taps) {
  layer_tiles_by(layer_tile_with_holes, out, block, patch, taps);
}

// The first j with first + j · step ≥ 0, and the first with first + j · step ≥ extent, both within 0...count.
static void layer_inside(ptrdiff_t first, ptrdiff_t step, ptrdiff_t extent, ptrdiff_t count, ptrdiff_t *begin,
                         ptrdiff_t *end) {
  ptrdiff_t low = first >= 0 ? 0 : (-first + step - 1) / step;
  ptrdiff_t high = first >= extent ? 0 : (extent - first + step - 1) / step;
  *begin = low < count ? low : count;
  *end = high < count ? high : count;
  if (*end < *begin) *end = *begin;
}

static void layer_take(float *out, const float *in, const imgconv_patch *patch) {
  ptrdiff_t left, right, top, bottom;
  layer_inside(patch->first_column, patch->column_step, patch->width, patch->columns, &left, &right);
  layer_inside(patch->first_row, patch->row_step, patch->height, patch->rows, &top, &bottom);
  const ptrdiff_t step = patch->column_step;
  for (ptrdiff_t plane = 0; plane < patch->planes; plane++) {
    float *row = out + plane * patch->out_stride;
    for (ptrdiff_t r = 0; r < patch->rows; r++, row += patch->columns) {
      if (r < top || r >= bottom || left == right) {
        memset(row, 0, patch->columns * sizeof(float));
        continue;
      }
      const float *samples = in + (plane * patch->height + patch->first_row + r * patch->row_step) * patch->width +
                             patch->first_column;
      for (ptrdiff_t j = 0; j < left; j++) row[j] = 0;
      if (step == 1) {
        memcpy(row + left, samples + left, (right - left) * sizeof(float));
      } else if (step == 2) {
        for (ptrdiff_t j = left; j < right; j++) row[j] = samples[2 * j];
      } else {
        for (ptrdiff_t j = left; j < right; j++) row[j] = samples[step * j];
      }
      for (ptrdiff_t j = right; j < patch->columns; j++) row[j] = 0;
    }
  }
}

static int layer_bounded(const float *in, ptrdiff_t count, float limit) {
  int bounded = 1;
  for (ptrdiff_t j = 0; j < count; j++) bounded &= __builtin_fabsf(in[j]) <= limit;
  return bounded;
}

#include "winograd.h"

#define LAYERS                                                                                             \
  {                                                                                                        \
    LAYER_OUTPUTS, LAYER_LANES, layer_take, layer_tiles, layer_tiles_with_holes, layer_bounded,            \
        winograd_samples, winograd_outputs                                                                 \
  }

#undef UNROLLED
