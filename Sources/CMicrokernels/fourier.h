// Convolution of tiles of bytes by Fourier transforms in 64 bits. Included once by each level's file, after the macros it needs:
//
// FOURIER_TABLE names the table, VECTOR_BYTES is the width of its vectors.
//
// A transform of 2^p numbers is decimated in frequency: it leaves its results in the order of their indices' bits reversed, and
// the inverse begins with that order, so that nothing is ever sorted. Both go in passes of four numbers at a time
// (Cooley and Tukey, 1965; Gentleman and Sande, 1966).
//
// Lanes are columns where columns are transformed and rows where rows are; between them blocks of lanes are transposed.
// Two tiles are transformed at a time, one as the real and one as the imaginary part: the kernel is real, so they do not mix.

#include <string.h>

#include "fourier_numbers.h"

// Where a transform takes its numbers from: numbers that are `step` apart or, where there are `rows`, bytes of two tiles.
typedef struct {
  const double *numbers;
  ptrdiff_t step;
  const uint8_t *const *rows;
  ptrdiff_t first, second;
} origin;

INLINE reals bytes_as_reals(const uint8_t *from) {
  return __builtin_convertvector(__builtin_convertvector(*(const byte_lanes *)from, integers), reals);
}

INLINE numbers fetch(const origin *from, ptrdiff_t index) {
  if (from->rows == NULL) return load(from->numbers + index * from->step);
  const uint8_t *row = from->rows[index];
  return (numbers){bytes_as_reals(row + from->first), bytes_as_reals(row + from->second)};
}

// What is gathered of sums, lane by lane.
typedef struct {
  reals minimum, maximum, total;
  flags below, above;
} lane_survey;

// Where a transform leaves its numbers: `step` apart or, where there are `tiles`, as bytes of them from `column` on.
typedef struct {
  double *numbers;
  ptrdiff_t step;
  const imgconv_fourier_tiles *tiles;
  const imgconv_fourier_kernel *kernel;
  ptrdiff_t column;
  lane_survey *survey;
  imgconv_survey *rest;
} target;

INLINE void emit(uint8_t *out, ptrdiff_t left, reals value, const target *to) {
  // Adding 1.5·2^32 rounds to multiples of 2^-20, which makes ties of what lies within rounding errors of one; 1.5·2^52 to whole
  // numbers, and ties to even.
  const reals sum = (value + to->kernel->bias + 6442450944.0) - 6442450944.0;
  reals whole = __builtin_elementwise_max(__builtin_elementwise_min(sum, (reals){0} + 255.0), (reals){0});
  whole = (whole + 6755399441055744.0) - 6755399441055744.0;
  const byte_lanes bytes = __builtin_convertvector(__builtin_convertvector(whole, integers), byte_lanes);
  if (left >= lane_count) {
    lane_survey *survey = to->survey;
    *(byte_lanes *)out = bytes;
    survey->minimum = __builtin_elementwise_min(survey->minimum, sum);
    survey->maximum = __builtin_elementwise_max(survey->maximum, sum);
    survey->total += sum;
    if (to->kernel->clips) {
      survey->below -= sum < (reals){0} - 0.5;
      survey->above -= sum > (reals){0} + 255.5;
    }
  } else {
    imgconv_survey *rest = to->rest;
    memcpy(out, &bytes, left);
    for (ptrdiff_t lane = 0; lane < left; lane++) {
      if (sum[lane] < rest->minimum) rest->minimum = sum[lane];
      if (sum[lane] > rest->maximum) rest->maximum = sum[lane];
      rest->total += sum[lane];
      rest->below += sum[lane] < -0.5;
      rest->above += sum[lane] > 255.5;
    }
  }
}

INLINE void deliver(const target *to, ptrdiff_t index, numbers value) {
  if (to->tiles == NULL) {
    store(to->numbers + index * to->step, value);
  } else if (index < to->tiles->row_count) {
    uint8_t *out = to->tiles->out + index * to->tiles->out_stride + to->column;
    const ptrdiff_t left = to->tiles->out_count[1] - to->column;
    emit(out + to->tiles->first[0], to->tiles->out_count[0] - to->column, value.re, to);
    if (left > 0) emit(out + to->tiles->first[1], left, value.im, to);
  }
}

// One pass forward over blocks of `size` numbers, and its inverse.
INLINE void forward_pass(double *data, const origin *from, ptrdiff_t n, ptrdiff_t size, const double *turns) {
  const ptrdiff_t quarter = size / 4;
  for (ptrdiff_t block = 0; block < n; block += size) {
    for (ptrdiff_t j = block; j < block + quarter; j++) {
      const double *turn = turns + 6 * (j - block);
      numbers v[4];
      _Pragma("unroll") for (int i = 0; i < 4; i++) v[i] = fetch(from, j + i * quarter);
      split(v);
      store(data + j * element, v[0]);
      store(data + (j + quarter) * element, turned(v[1], turn + 2));
      store(data + (j + 2 * quarter) * element, turned(v[2], turn));
      store(data + (j + 3 * quarter) * element, turned(v[3], turn + 4));
    }
  }
}

INLINE void backward_pass(const double *data, const target *to, ptrdiff_t n, ptrdiff_t size, const double *turns) {
  const ptrdiff_t quarter = size / 4;
  for (ptrdiff_t block = 0; block < n; block += size) {
    for (ptrdiff_t j = block; j < block + quarter; j++) {
      const double *turn = turns + 6 * (j - block);
      numbers v[4] = {load(data + j * element), turned_back(load(data + (j + quarter) * element), turn + 2),
                      turned_back(load(data + (j + 2 * quarter) * element), turn),
                      turned_back(load(data + (j + 3 * quarter) * element), turn + 4)};
      join(v);
      _Pragma("unroll") for (int i = 0; i < 4; i++) deliver(to, j + i * quarter, v[i]);
    }
  }
}

// The passes of a forward transform of n numbers, but for the innermost, of 4 or 2 numbers.
INLINE void forward_passes(double *data, const origin *from, ptrdiff_t n, const double *turns) {
  const origin here = {.numbers = data, .step = element};
  forward_pass(data, from, n, n, turns);
  for (ptrdiff_t size = n / 4; size > 4; size /= 4) {
    turns += 6 * size;
    forward_pass(data, &here, n, size, turns);
  }
}

// The same back, after the innermost.
INLINE void backward_passes(double *data, const target *to, ptrdiff_t n, const double *turns) {
  const target here = {.numbers = data, .step = element};
  ptrdiff_t size = n;
  for (; size > 16; size /= 4) turns += 6 * (size / 4);
  for (; size < n; size *= 4) {
    backward_pass(data, &here, n, size, turns);
    turns -= 6 * size;
  }
  backward_pass(data, to, n, n, turns);
}

// The innermost pass forward where `goes`, a product with the spectrum where there is one, and the innermost pass back where `returns`.
INLINE void middle_pass(double *data, ptrdiff_t n, const int goes, const double *spectrum, const int returns) {
  const int fours = ends_with_four(n);
  for (ptrdiff_t j = 0; j < n; j += 4) {
    numbers v[4];
    _Pragma("unroll") for (int i = 0; i < 4; i++) v[i] = load(data + (j + i) * element);
    if (goes) inner_pass(v, 4, fours, 0);
    if (spectrum != NULL) {
      _Pragma("unroll") for (int i = 0; i < 4; i++) {
        const numbers factor = load(spectrum + (j + i) * element);
        v[i] = times(v[i], factor.re, factor.im);
      }
    }
    if (returns) inner_pass(v, 4, fours, 1);
    _Pragma("unroll") for (int i = 0; i < 4; i++) store(data + (j + i) * element, v[i]);
  }
}

// A tile is kept as blocks of `lane_count` rows: an element a column, and some more so that blocks do not fall in the same sets of a cache.
INLINE ptrdiff_t block_step(const imgconv_fourier_kernel *kernel, ptrdiff_t channels) {
  return (kernel->width * channels + imgconv_fourier_margin) * element;
}

// Transforms `lane_count` columns, and writes them to the tile from `to` on: lanes become rows.
INLINE void columns_forward(double *to, ptrdiff_t step, double *data, const origin *from,
                            const imgconv_fourier_kernel *kernel) {
  const ptrdiff_t n = kernel->height;
  const int fours = ends_with_four(n), fits = lane_count >= 4;
  forward_passes(data, from, n, kernel->down_turns);
  if (!fits) middle_pass(data, n, 1, NULL, 0);
  for (ptrdiff_t row = 0; row < n; row += lane_count, to += step) {
    numbers v[lane_count];
    _Pragma("unroll") for (int i = 0; i < lane_count; i++) v[i] = load(data + (row + i) * element);
    if (fits) inner_pass(v, lane_count, fours, 0);
    transpose_numbers(v);
    _Pragma("unroll") for (int i = 0; i < lane_count; i++) store(to + i * element, v[i]);
  }
}

// The inverse, from the tile's columns from `from` on.
INLINE void columns_backward(const double *from, ptrdiff_t step, double *data, const target *to,
                             const imgconv_fourier_kernel *kernel) {
  const ptrdiff_t n = kernel->height;
  const int fours = ends_with_four(n), fits = lane_count >= 4;
  for (ptrdiff_t row = 0; row < n; row += lane_count, from += step) {
    numbers v[lane_count];
    _Pragma("unroll") for (int i = 0; i < lane_count; i++) v[i] = load(from + i * element);
    transpose_numbers(v);
    if (fits) inner_pass(v, lane_count, fours, 1);
    _Pragma("unroll") for (int i = 0; i < lane_count; i++) store(data + (row + i) * element, v[i]);
  }
  if (!fits) middle_pass(data, n, 0, NULL, 1);
  backward_passes(data, to, n, kernel->down_turns);
}

static void fourier_spectrum(double *spectrum, const double *taps, ptrdiff_t tap_rows, ptrdiff_t tap_columns,
                             const imgconv_fourier_kernel *kernel, double *scratch) {
  double *data = scratch, *tile = scratch + imgconv_fourier_longest * element;
  const ptrdiff_t height = kernel->height, width = kernel->width, step = block_step(kernel, 1);
  const origin here = {.numbers = data, .step = element};
  for (ptrdiff_t column = 0; column < width; column += lane_count) {
    for (ptrdiff_t row = 0; row < height; row++) {
      numbers value = {{0}, {0}};
      for (ptrdiff_t lane = 0; lane < lane_count && column + lane < tap_columns && row < tap_rows; lane++) {
        value.re[lane] = taps[row * tap_columns + column + lane];
      }
      store(data + row * element, value);
    }
    columns_forward(tile + column * element, step, data, &here, kernel);
  }
  // The transform is of the kernel flipped, and the inverse transforms leave out a division.
  const double scale = 1 / ((double)height * (double)width);
  for (ptrdiff_t row = 0; row < height; row += lane_count, tile += step, spectrum += width * element) {
    const origin run = {.numbers = tile, .step = element};
    forward_passes(data, &run, width, kernel->along_turns);
    middle_pass(data, width, 1, NULL, 0);
    for (ptrdiff_t x = 0; x < width; x++) {
      const numbers value = load(data + x * element);
      store(spectrum + x * element, (numbers){value.re * scale, -value.im * scale});
    }
  }
}

static void fourier_convolve(const imgconv_fourier_tiles *tiles, const imgconv_fourier_kernel *kernel, double *scratch,
                             imgconv_survey *found) {
  double *data = scratch, *tile = scratch + imgconv_fourier_longest * element;
  const ptrdiff_t width = kernel->width, channels = tiles->channels, step = block_step(kernel, channels);
  for (ptrdiff_t column = 0; column < width * channels; column += lane_count) {
    // Beyond the samples, and where there is no second tile, any others stand for them: no result needs them.
    const origin from = {
        .rows = tiles->rows,
        .first = tiles->first[0] + (column < tiles->in_count[0] ? column : 0),
        .second = column < tiles->in_count[1] ? tiles->first[1] + column : tiles->first[0]};
    columns_forward(tile + column * element, step, data, &from, kernel);
  }
  for (ptrdiff_t block = 0; block < kernel->height / lane_count; block++) {
    const double *spectrum = kernel->spectrum + block * width * element;
    for (ptrdiff_t channel = 0; channel < channels; channel++) {
      double *run = tile + block * step + channel * element;
      const origin from = {.numbers = run, .step = channels * element};
      const target to = {.numbers = run, .step = channels * element};
      forward_passes(data, &from, width, kernel->along_turns);
      middle_pass(data, width, 1, spectrum, 1);
      backward_passes(data, &to, width, kernel->along_turns);
    }
  }
  lane_survey survey = {.minimum = (reals){0} + found->minimum, .maximum = (reals){0} + found->maximum, .total = {0},
                        .below = {0}, .above = {0}};
  for (ptrdiff_t column = 0; column < tiles->out_count[0]; column += lane_count) {
    const target to = {.tiles = tiles, .kernel = kernel, .column = column, .survey = &survey, .rest = found};
    columns_backward(tile + column * element, step, data, &to, kernel);
  }
  for (int lane = 0; lane < lane_count; lane++) {
    if (survey.minimum[lane] < found->minimum) found->minimum = survey.minimum[lane];
    if (survey.maximum[lane] > found->maximum) found->maximum = survey.maximum[lane];
    found->total += survey.total[lane];
    found->below += survey.below[lane];
    found->above += survey.above[lane];
  }
}

const imgconv_fourier_operations FOURIER_TABLE = {fourier_spectrum, fourier_convolve};
