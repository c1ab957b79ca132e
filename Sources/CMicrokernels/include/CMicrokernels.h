// The inner loops of the engine: one set of functions an instruction set, chosen once by imgconv_microkernels().
//
// A `run` is the samples of one channel of one row. No function allocates, and none reads or writes outside what is said here.
// Sums of whole numbers below 2^24 (32 bit) or 2^53 (64 bit) are the same at every level. Other sums may differ in their
// last bits between `scalar`, which rounds each product, and the levels above it, which fuse multiply and add.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "imgconv_layers.h"

typedef enum {
  imgconv_level_scalar = 0,
  imgconv_level_v3 = 1,    // x86-64-v3: AVX2 and FMA
  imgconv_level_v4 = 2,    // x86-64-v4: AVX-512 F, BW, DQ, VL
  imgconv_level_neon = 3,  // 64-bit ARM
} imgconv_level;

enum {
  // The output rows of a sweep.
  imgconv_rows_per_sweep = 4,
  // The zeros on both sides of a group of weights that `columns` takes: one less than the most output rows of its steps.
  imgconv_column_zeros = 7,
  // The most columns of a step of `columns`.
  imgconv_column_width = 48,
};

// The windows of a sweep, each one row below the one before: `height` rows of `width` columns of `channels` channels. The sums of
// `rows_per_group` rows of a channel are added to the total one after another; PTRDIFF_MAX for one sum of all channels.
typedef struct {
  ptrdiff_t channels;
  ptrdiff_t channel_stride;
  ptrdiff_t height;
  ptrdiff_t width;
  ptrdiff_t rows_per_group;
  const ptrdiff_t *_Nonnull columns;
} imgconv_grid;

// The windows of `columns`: output_count windows of `height` rows, each one row below the one before.
typedef struct {
  ptrdiff_t output_count;
  ptrdiff_t height;
  ptrdiff_t taps_per_group;  // at most (height + 1) / 2
} imgconv_columns;

// The functions of one element type, SCALAR.
//
// correlate: out[j] = (Σ_t weights[t] · rows[tap_rows[t]][tap_offsets[t] + j]) / divisor + bias, for j in 0..<count;
//   no division happens where divisor is 1. Taps are summed in groups of taps_per_group, and the groups' sums one after another,
//   so that errors grow more slowly than the number of taps. `out` overlaps no row.
// sweep: the same for imgconv_rows_per_sweep output rows, out_stride apart:
//   out[q · out_stride + j] = (Σ_c Σ_a Σ_b weights[c][a][b] · rows[q + a][c · channel_stride + columns[b] + j]) / divisor + bias.
//   Weights of 0 are multiplied too; where rows are finite, the results are bit for bit those of `correlate` in the same groups.
// columns: out[i · out_stride + j] = (Σ_a h[a] · rows[i + a][j]) / divisor + bias for i in 0..<output_count, by three sums of (height + 1) / 2
//   taps for two output rows: even ones with h[0], h[2] …, odd ones with h[1], h[3] …, both with h[0] + h[1], h[2] + h[3] … `weights` holds these
//   in this order, in groups of taps_per_group with imgconv_column_zeros zeros before and behind each, the last filled up with zeros.
//   rows are output_count + height + 1, the last two of them any rows of numbers. `scratch` holds
//   (3 · output_count / 2 + height + 4) · imgconv_column_width elements. What a sum comes to depends on whether i is even.
// window_sums: out[j] = Σ_t values[j + t · step] for t in 0..<taps and j in 0..<count, by sums of 2, 4, 8 … values: two additions for each
//   bit of `taps`, whatever its size. `values` holds count + (taps − 1) · step elements and is used up; `out` does not overlap it.
// slide: sums[j] += Σ_r entering[r][j] − Σ_r leaving[r][j]; out[j] = (sums[j] · weight) / divisor + bias, for j in 0..<count.
//   No run overlaps another.
// maximum: out[j] = the largest of rows[r][i] over all rows and the columns i of window j (see imgconv_windows).
//   NaN wins over numbers. `scratch` holds `width` elements.
// average: out[j] = the mean of rows[r][i] over the same, divided by row_divisor · column_divisors[j]; summed in 64 bits.
//   `scratch` holds `width` 64-bit numbers.
// unpack_u8, unpack_u16: out[c · width + x] = in[x · channels + c], for one row.
// pack_u8, pack_u16: the inverse: rounded to nearest, ties to even, then clamped; NaN becomes 0.
// survey: what is known of `count` numbers, at least one and none of them NaN; where `counts`, those below `low` and above `high` are counted.
#define IMGCONV_OPERATIONS(SCALAR, NAME)                                                                              \
  typedef struct {                                                                                                    \
    void (*_Nonnull correlate)(SCALAR *_Nonnull out, ptrdiff_t count, const SCALAR *_Nonnull const *_Nonnull rows,    \
                               const int32_t *_Nonnull tap_rows, const ptrdiff_t *_Nonnull tap_offsets,               \
                               const SCALAR *_Nonnull weights, ptrdiff_t tap_count, ptrdiff_t taps_per_group,         \
                               SCALAR divisor, SCALAR bias);                                                          \
    void (*_Nonnull sweep)(SCALAR *_Nonnull out, ptrdiff_t out_stride, ptrdiff_t count,                               \
                           const SCALAR *_Nonnull const *_Nonnull rows, const imgconv_grid *_Nonnull grid,            \
                           const SCALAR *_Nonnull weights, SCALAR divisor, SCALAR bias);                              \
    void (*_Nonnull columns)(SCALAR *_Nonnull out, ptrdiff_t out_stride, ptrdiff_t count,                             \
                             const SCALAR *_Nonnull const *_Nonnull rows, const imgconv_columns *_Nonnull extents,    \
                             const SCALAR *_Nonnull weights, SCALAR divisor, SCALAR bias, SCALAR *_Nonnull scratch);  \
    void (*_Nonnull window_sums)(SCALAR *_Nonnull out, ptrdiff_t count, SCALAR *_Nonnull values, ptrdiff_t taps,      \
                                 ptrdiff_t step);                                                                     \
    void (*_Nonnull slide)(SCALAR *_Nonnull out, SCALAR *_Nonnull sums, ptrdiff_t count,                              \
                           const SCALAR *_Nonnull const *_Nonnull entering, ptrdiff_t entering_count,                 \
                           const SCALAR *_Nonnull const *_Nonnull leaving, ptrdiff_t leaving_count, SCALAR weight,    \
                           SCALAR divisor, SCALAR bias);                                                              \
    void (*_Nonnull maximum)(SCALAR *_Nonnull out, const imgconv_windows *_Nonnull windows,                           \
                             const SCALAR *_Nonnull const *_Nonnull rows, ptrdiff_t row_count,                        \
                             SCALAR *_Nonnull scratch);                                                               \
    void (*_Nonnull average)(SCALAR *_Nonnull out, const imgconv_windows *_Nonnull windows,                           \
                             const SCALAR *_Nonnull const *_Nonnull rows, ptrdiff_t row_count, double row_divisor,    \
                             const double *_Nonnull column_divisors, double *_Nonnull scratch);                       \
    void (*_Nonnull unpack_u8)(SCALAR *_Nonnull out, const uint8_t *_Nonnull in, ptrdiff_t width,                     \
                               ptrdiff_t channels);                                                                   \
    void (*_Nonnull unpack_u16)(SCALAR *_Nonnull out, const uint16_t *_Nonnull in, ptrdiff_t width,                   \
                                ptrdiff_t channels);                                                                  \
    void (*_Nonnull pack_u8)(uint8_t *_Nonnull out, const SCALAR *_Nonnull in, ptrdiff_t width, ptrdiff_t channels);  \
    void (*_Nonnull pack_u16)(uint16_t *_Nonnull out, const SCALAR *_Nonnull in, ptrdiff_t width,                     \
                              ptrdiff_t channels);                                                                    \
    void (*_Nonnull survey)(const SCALAR *_Nonnull in, ptrdiff_t count, int counts, SCALAR low, SCALAR high,          \
                            imgconv_survey *_Nonnull found);                                                          \
  } NAME

// The windows of a pooling along one run: window j holds the columns j·stride − before + 0..<size that are in 0..<width,
// and there is at least one.
typedef struct {
  ptrdiff_t width;
  ptrdiff_t count;
  ptrdiff_t size;
  ptrdiff_t stride;
  ptrdiff_t before;
} imgconv_windows;

// What a survey finds. Fours of numbers are added in their own type, what comes out in 64 bits.
typedef struct {
  double minimum;
  double maximum;
  double total;
  int64_t below;
  int64_t above;
} imgconv_survey;

IMGCONV_OPERATIONS(float, imgconv_operations_f32);
IMGCONV_OPERATIONS(double, imgconv_operations_f64);

typedef struct {
  imgconv_operations_f32 f32;
  imgconv_operations_f64 f64;
  imgconv_layers layers;
} imgconv_microkernels;

// The highest level this processor runs.
imgconv_level imgconv_detected_level(void);

// The functions of a level, or NULL where this processor or this build has no such level.
const imgconv_microkernels *_Nullable imgconv_microkernels_at(imgconv_level level);

// --- Sums of bytes ---------------------------------------------------------------------------------------------------

// A kernel over bytes: each sum is Σ weights · bytes + start in 32 bits, which it does not overflow.
//
// Where `shift` is 0 the sums are exact and below 2^24, and stand for sum · scale or, where `divides`, sum / divisor. Elsewhere a sum stands
// for sum / 2^shift; sums within `doubt` of a tie, where that is above 0, are rounded once more with the residues of the weights,
// in units of 2^-(shift + residue_shift).
typedef struct {
  ptrdiff_t row_count;     // the rows of a window
  ptrdiff_t pair_count;    // row_count / 2 + 1
  ptrdiff_t column_count;  // the columns that count, and where each lies from the first
  const ptrdiff_t *_Nonnull columns;
  ptrdiff_t columns_reach;  // the largest of `columns`
  // 2 × pair_count × column_count pairs of 16 bits, the upper row's in the low half: first for output rows whose window begins with the
  // upper row of a pair, then for those that begin with the lower one. What a window does not reach is 0.
  const int32_t *_Nonnull weights;
  const int32_t *_Nullable residues;
  int32_t start;
  int32_t doubt;
  int shift;
  int residue_shift;
  int divides;
  float divisor;
  float scale;
  int fours_fit;  // whether 32 bits hold four of the sums added up
  int clips;      // whether sums below `low` and above `high` are counted
  int32_t low;
  int32_t high;
} imgconv_byte_kernel;

// Some output rows, and a part of their columns. Rows can be read for 64 bytes beyond what windows reach.
typedef struct {
  // Where windows share rows, output row i reaches over rows[i] to rows[i + row_count - 1]; elsewhere over rows[i · row_count] and
  // those that follow.
  const uint8_t *_Nonnull const *_Nonnull rows;
  int windows_share_rows;
  ptrdiff_t first;
  ptrdiff_t count;
  ptrdiff_t output_count;
  // (pair_count + 1) × scratch_stride numbers; the stride is at least count + columns_reach + 32.
  int32_t *_Nonnull scratch;
  ptrdiff_t scratch_stride;
  uint8_t *_Nonnull out;
  ptrdiff_t out_stride;
} imgconv_byte_band;

// What is added up over the sums, before they are rounded; begins with INT32_MAX, INT32_MIN and zeros.
typedef struct {
  int32_t minimum;
  int32_t maximum;
  int64_t below;
  int64_t above;
  int64_t total;
} imgconv_byte_statistics;

// A weighted sum along a row of bytes: out[j] = scale · Σ_t m[t] · in[j + t · step] for whole weights m up to 0x7f7f7f in magnitude.
typedef struct {
  ptrdiff_t quad_count;  // the taps in fours, the last ones filled up with 0
  ptrdiff_t step;        // at most 16
  // 3 × quad_count numbers, each four weights of 8 bits, the first in the lowest: m = 65536 · high + 256 · middle + low, in this order for each quad.
  const int32_t *_Nonnull weights;
  float scale;
} imgconv_byte_filter;

typedef struct {
  // Writes a band's sums, rounded to nearest and clamped to 0…255, and adds them to the statistics. The same at every level.
  void (*_Nonnull convolve)(const imgconv_byte_band *_Nonnull band, const imgconv_byte_kernel *_Nonnull kernel,
                            imgconv_byte_statistics *_Nonnull statistics);
  // Writes `count` sums of a filter, rounded to 32 bits twice; reads up to 64 bytes beyond what the last one needs. NULL where a level
  // has nothing that is quicker than sums of 32-bit numbers.
  void (*_Nullable filter)(float *_Nonnull out, const uint8_t *_Nonnull in, ptrdiff_t count,
                           const imgconv_byte_filter *_Nonnull filter);
} imgconv_byte_operations;

// The functions on bytes of a level, or NULL where this processor or this build has no such level.
const imgconv_byte_operations *_Nullable imgconv_byte_operations_at(imgconv_level level);

// --- Tiles by Fourier transforms -------------------------------------------------------------------------------------

enum {
  // The shortest and the longest side of a tile.
  imgconv_fourier_shortest = 16,
  imgconv_fourier_longest = 512,
  // The most lanes of a vector of 64-bit numbers.
  imgconv_fourier_lanes = 8,
  // What a row of tiles has more than its samples.
  imgconv_fourier_margin = 9,
};

// A kernel over tiles of `height` rows and `width` pixels, both powers of two from imgconv_fourier_shortest to imgconv_fourier_longest.
//
// Turns are those of a transform of n numbers: for each size n, n/4, n/16 … above 4 and each j below a quarter of the size the real and
// imaginary parts of w, w² and w³ for w = exp(−2πi · j / size).
typedef struct {
  ptrdiff_t height;
  ptrdiff_t width;
  const double *_Nonnull down_turns;   // of `height` numbers
  const double *_Nonnull along_turns;  // of `width` numbers
  const double *_Nonnull spectrum;     // 2 · height · width numbers, as `spectrum` has written them
  double bias;
  int clips;  // whether sums beyond −½ and 255½ are counted
} imgconv_fourier_kernel;

// Two tiles that stand in the same rows. Rows can be read for 16 bytes beyond a tile's samples.
typedef struct {
  const uint8_t *_Nonnull const *_Nonnull rows;  // kernel->height of them
  ptrdiff_t channels;      // the bytes of a pixel
  ptrdiff_t first[2];      // where each tile begins, in rows of samples as in rows of results
  ptrdiff_t in_count[2];   // the samples of a row, at most width · channels; 0 where there is no second tile
  ptrdiff_t out_count[2];  // the results of a row, in the second tile no more than in the first; likewise
  ptrdiff_t row_count;     // the rows of results
  uint8_t *_Nonnull out;   // the first row of results
  ptrdiff_t out_stride;
} imgconv_fourier_tiles;

// `scratch` holds imgconv_fourier_scratch(height, width, channels) numbers; a spectrum has one channel.
typedef struct {
  // Writes the spectrum of a kernel of tap_rows × tap_columns taps, row by row, no more than a tile has. kernel->spectrum is not read.
  void (*_Nonnull spectrum)(double *_Nonnull spectrum, const double *_Nonnull taps, ptrdiff_t tap_rows,
                            ptrdiff_t tap_columns, const imgconv_fourier_kernel *_Nonnull kernel,
                            double *_Nonnull scratch);
  // Writes the sums of the windows that begin with each sample, rounded to nearest and clamped to 0…255, and adds them to what was found.
  // Windows that reach beyond a tile give numbers of no meaning, so no result should be asked of them.
  void (*_Nonnull convolve)(const imgconv_fourier_tiles *_Nonnull tiles, const imgconv_fourier_kernel *_Nonnull kernel,
                            double *_Nonnull scratch, imgconv_survey *_Nonnull found);
} imgconv_fourier_operations;

// The numbers of scratch memory.
static inline ptrdiff_t imgconv_fourier_scratch(ptrdiff_t height, ptrdiff_t width, ptrdiff_t channels) {
  return 2 * imgconv_fourier_longest * imgconv_fourier_lanes + 2 * height * (width * channels + imgconv_fourier_margin);
}

// The functions on tiles of a level, or NULL where this processor or this build has no such level.
const imgconv_fourier_operations *_Nullable imgconv_fourier_operations_at(imgconv_level level);
