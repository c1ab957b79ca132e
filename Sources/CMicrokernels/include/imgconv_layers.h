// The inner loops of layers of networks, on 32-bit floats: a part of CMicrokernels.h.
//
// The input of a block of outputs is first taken into a `patch`: rows and columns of all its planes in a row, padding as zeros, samples
// that a stride keeps apart in planes of their own. Then a tap is an offset, and windows side by side are samples side by side.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
  // The elements behind a patch that may be read, and whose values do not matter.
  imgconv_patch_slack = 64,
};

// What is taken out of planes: sample (r, j) is that of row first_row + r · row_step and column first_column + j · column_step, or 0 where
// that lies outside 0..<height or 0..<width.
typedef struct {
  ptrdiff_t planes;
  ptrdiff_t height;
  ptrdiff_t width;
  ptrdiff_t first_row;
  ptrdiff_t row_step;
  ptrdiff_t first_column;
  ptrdiff_t column_step;
  // What is taken of each plane, rows following one another, and the elements from one plane taken to the next.
  ptrdiff_t rows;
  ptrdiff_t columns;
  ptrdiff_t out_stride;
} imgconv_patch;

// Where results go: `runs` runs of `count` positions, each run `pitch` positions after the one before. Position p of run i is that of row
// i + p / pitch and column p % pitch; those of columns from `width` on are of no window and are dropped.
typedef struct {
  ptrdiff_t runs;
  ptrdiff_t count;
  ptrdiff_t pitch;
  ptrdiff_t width;
  // The elements from row to row and from output to output of the result.
  ptrdiff_t out_pitch;
  ptrdiff_t out_stride;
} imgconv_block;

// The weights of some outputs: weights[t · outputs + r] belongs to tap t, which lies at offsets[t], and to output r.
typedef struct {
  const int32_t *_Nonnull offsets;
  const float *_Nonnull weights;
  ptrdiff_t taps;
  ptrdiff_t outputs;
  const float *_Nonnull bias;
} imgconv_taps;

// A block of Winograd's F(2×2, 3×3): rows × columns quads of 2×2 outputs. Its patch holds 2 · rows + 2 rows of each channel, `pitch` apart.
// Transformed samples of a channel are `count` apart, at least the quads of rows − 1 rows and then those of one row rounded up to lanes;
// those of an element of the transform are element_stride apart.
typedef struct {
  ptrdiff_t channels;
  ptrdiff_t rows;
  ptrdiff_t columns;
  ptrdiff_t pitch;
  ptrdiff_t channel_stride;
  ptrdiff_t count;
  ptrdiff_t element_stride;
} imgconv_quads;

// tile_outputs: the most outputs that are computed at once. lanes: the positions that are: of a run, a multiple of them costs time.
// take: fills a patch from planes that follow one another.
// tiles: out[r][row][column] = bias[r] + Σ_t weights[t][r] · patch[offsets[t] + position], the products added in the order of taps, for up to
//   tile_outputs outputs. Results do not depend on how positions are grouped. Reads to the slack of the patch.
// tiles_with_holes: the same, but weights of 0 add nothing, whatever the patch holds.
// winograd_samples: out[x][c][quad] = element x of Bᵀ d B.
// winograd_outputs: out[r][row][column] = those of Aᵀ m A + bias[r] for the sums m in products[x][r][quad], 16 × outputs × count; of `block`
//   the runs (rows), width, out_pitch and out_stride say what is written.
// bounded: whether every |in[j]| ≤ limit; not where one is NaN.
typedef struct {
  ptrdiff_t tile_outputs;
  ptrdiff_t lanes;
  void (*_Nonnull take)(float *_Nonnull out, const float *_Nonnull in, const imgconv_patch *_Nonnull patch);
  void (*_Nonnull tiles)(float *_Nonnull out, const imgconv_block *_Nonnull block, const float *_Nonnull patch,
                         const imgconv_taps *_Nonnull taps);
  void (*_Nonnull tiles_with_holes)(float *_Nonnull out, const imgconv_block *_Nonnull block,
                                    const float *_Nonnull patch, const imgconv_taps *_Nonnull taps);
  int (*_Nonnull bounded)(const float *_Nonnull in, ptrdiff_t count, float limit);
  void (*_Nonnull winograd_samples)(float *_Nonnull out, const float *_Nonnull patch,
                                    const imgconv_quads *_Nonnull quads);
  void (*_Nonnull winograd_outputs)(float *_Nonnull out, const float *_Nonnull products,
                                    const imgconv_quads *_Nonnull quads, const imgconv_block *_Nonnull block,
                                    ptrdiff_t outputs, const float *_Nonnull bias);
} imgconv_layers;
