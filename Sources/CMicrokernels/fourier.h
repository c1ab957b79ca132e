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

enum {
  lane_count = VECTOR_BYTES / 8,
  // Numbers of a vector's real and imaginary parts, which stand side by side.
  element = 2 * lane_count,
};

typedef double reals __attribute__((vector_size(VECTOR_BYTES), aligned(8), may_alias));
typedef int64_t flags __attribute__((vector_size(VECTOR_BYTES), aligned(8), may_alias));
typedef int32_t integers __attribute__((vector_size(VECTOR_BYTES / 2), aligned(4), may_alias));
typedef uint8_t byte_lanes __attribute__((vector_size(VECTOR_BYTES / 8), aligned(1), may_alias));

typedef struct {
  reals re, im;
} numbers;

#define INLINE static inline __attribute__((always_inline))

INLINE numbers load(const double *at) {
  return (numbers){*(const reals *)at, *(const reals *)(at + lane_count)};
}

INLINE void store(double *at, numbers value) {
  *(reals *)at = value.re;
  *(reals *)(at + lane_count) = value.im;
}

INLINE numbers plus(numbers a, numbers b) { return (numbers){a.re + b.re, a.im + b.im}; }
INLINE numbers minus(numbers a, numbers b) { return (numbers){a.re - b.re, a.im - b.im}; }
// a + i·b and a − i·b.
INLINE numbers plus_i(numbers a, numbers b) { return (numbers){a.re - b.im, a.im + b.re}; }
INLINE numbers minus_i(numbers a, numbers b) { return (numbers){a.re + b.im, a.im - b.re}; }

INLINE numbers times(numbers a, reals re, reals im) {
  return (numbers){a.re * re - a.im * im, a.re * im + a.im * re};
}

// Turned by a turn, or back.
INLINE numbers turned(numbers a, const double *turn) { return times(a, (reals){0} + turn[0], (reals){0} + turn[1]); }
INLINE numbers turned_back(numbers a, const double *turn) {
  const reals re = (reals){0} + turn[0], im = (reals){0} + turn[1];
  return (numbers){a.re * re + a.im * im, a.im * re - a.re * im};
}

// The butterfly of four numbers a quarter of a transform apart, in place, and its inverse times four.
INLINE void split(numbers v[4]) {
  const numbers even = plus(v[0], v[2]), odd = plus(v[1], v[3]);
  const numbers across = minus(v[0], v[2]), along = minus(v[1], v[3]);
  v[0] = plus(even, odd);
  v[1] = minus(even, odd);
  v[2] = minus_i(across, along);
  v[3] = plus_i(across, along);
}

INLINE void join(numbers v[4]) {
  const numbers even = plus(v[0], v[1]), odd = plus(v[2], v[3]);
  const numbers across = minus(v[0], v[1]), along = minus(v[2], v[3]);
  v[0] = plus(even, odd);
  v[2] = minus(even, odd);
  v[1] = plus_i(across, along);
  v[3] = minus_i(across, along);
}

// The passes of a forward transform of n numbers, but for the last one, of 4 or 2 numbers. The first pass reads `in`, whose numbers
// are in_step apart; everything else happens in `data`.
INLINE void forward_passes(double *data, const double *in, ptrdiff_t in_step, ptrdiff_t n, const double *turns) {
  for (ptrdiff_t size = n; size > 4; size /= 4) {
    const ptrdiff_t quarter = size / 4;
    for (ptrdiff_t block = 0; block < n; block += size) {
      for (ptrdiff_t j = block; j < block + quarter; j++) {
        const double *turn = turns + 6 * (j - block);
        numbers v[4];
        _Pragma("unroll") for (int i = 0; i < 4; i++) v[i] = load(in + (j + i * quarter) * in_step);
        split(v);
        store(data + j * element, v[0]);
        store(data + (j + quarter) * element, turned(v[1], turn + 2));
        store(data + (j + 2 * quarter) * element, turned(v[2], turn));
        store(data + (j + 3 * quarter) * element, turned(v[3], turn + 4));
      }
    }
    turns += 6 * quarter;
    in = data;
    in_step = element;
  }
}

// The same back, after the pass of 4 or 2 numbers; the last pass writes `out`, whose numbers are out_step apart.
INLINE void backward_passes(double *data, double *out, ptrdiff_t out_step, ptrdiff_t n, const double *turns) {
  ptrdiff_t size = 4;
  for (ptrdiff_t larger = n; larger > 4; larger /= 4) {
    turns += 6 * (larger / 4);
    size = larger;
  }
  for (; size <= n; size *= 4) {
    const ptrdiff_t quarter = size / 4;
    double *to = size == n ? out : data;
    const ptrdiff_t step = size == n ? out_step : element;
    turns -= 6 * quarter;
    for (ptrdiff_t block = 0; block < n; block += size) {
      for (ptrdiff_t j = block; j < block + quarter; j++) {
        const double *turn = turns + 6 * (j - block);
        numbers v[4] = {load(data + j * element), turned_back(load(data + (j + quarter) * element), turn + 2),
                        turned_back(load(data + (j + 2 * quarter) * element), turn),
                        turned_back(load(data + (j + 3 * quarter) * element), turn + 4)};
        join(v);
        _Pragma("unroll") for (int i = 0; i < 4; i++) store(to + (j + i * quarter) * step, v[i]);
      }
    }
  }
}

// Whether the innermost pass of a transform is of 4 numbers; it is of 2 elsewhere.
INLINE int ends_with_four(ptrdiff_t n) {
  while (n > 4) n /= 4;
  return n == 4;
}

// The innermost pass forward, a product with the spectrum where there is one, and the innermost pass back where `returns`.
INLINE void middle_pass(double *data, ptrdiff_t n, const double *spectrum, const int returns) {
  const int forward = spectrum != NULL || !returns;
  if (ends_with_four(n)) {
    for (ptrdiff_t j = 0; j < n; j += 4) {
      numbers v[4];
      _Pragma("unroll") for (int i = 0; i < 4; i++) v[i] = load(data + (j + i) * element);
      if (forward) split(v);
      if (spectrum != NULL) {
        _Pragma("unroll") for (int i = 0; i < 4; i++) {
          const numbers factor = load(spectrum + (j + i) * element);
          v[i] = times(v[i], factor.re, factor.im);
        }
      }
      if (returns) join(v);
      _Pragma("unroll") for (int i = 0; i < 4; i++) store(data + (j + i) * element, v[i]);
    }
  } else {
    for (ptrdiff_t j = 0; j < n; j += 2) {
      numbers a = load(data + j * element), b = load(data + (j + 1) * element);
      if (forward) {
        const numbers sum = plus(a, b);
        b = minus(a, b);
        a = sum;
      }
      if (spectrum != NULL) {
        const numbers first = load(spectrum + j * element), second = load(spectrum + (j + 1) * element);
        a = times(a, first.re, first.im);
        b = times(b, second.re, second.im);
      }
      if (returns) {
        const numbers sum = plus(a, b);
        b = minus(a, b);
        a = sum;
      }
      store(data + j * element, a);
      store(data + (j + 1) * element, b);
    }
  }
}

#if VECTOR_BYTES == 64
#define STEPS(STEP)                                                                  \
  STEP(1, (0, 8, 2, 10, 4, 12, 6, 14), (1, 9, 3, 11, 5, 13, 7, 15))                  \
  STEP(2, (0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15))                  \
  STEP(4, (0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15))
#elif VECTOR_BYTES == 32
#define STEPS(STEP) STEP(1, (0, 4, 2, 6), (1, 5, 3, 7)) STEP(2, (0, 1, 4, 5), (2, 3, 6, 7))
#elif VECTOR_BYTES == 16
#define STEPS(STEP) STEP(1, (0, 2), (1, 3))
#else
#define STEPS(STEP)
#endif
#define INDICES(...) __VA_ARGS__
#define EXCHANGE(distance, low, high)                                    \
  _Pragma("unroll") for (int i = 0; i < lane_count; i++) {               \
    if ((i & distance) == 0) {                                           \
      const reals a = v[i], b = v[i + distance];                         \
      v[i] = __builtin_shufflevector(a, b, INDICES low);                 \
      v[i + distance] = __builtin_shufflevector(a, b, INDICES high);     \
    }                                                                    \
  }

// As many vectors as a vector has lanes, rows for columns.
INLINE void transpose(reals v[lane_count]) { STEPS(EXCHANGE) }

// The numbers from one column of a tile to the next: an element a row, and some more, so that columns do not fall in the same sets of a cache.
INLINE ptrdiff_t column_step(const imgconv_fourier_kernel *kernel) { return 2 * kernel->height + 16; }

// Transforms `lane_count` columns that lie in `data`, and writes them to the tile from column `first` on: `rows` to a vector.
INLINE void columns_forward(double *tile, ptrdiff_t first, double *data, const imgconv_fourier_kernel *kernel) {
  const ptrdiff_t n = kernel->height, step = column_step(kernel);
  forward_passes(data, data, element, n, kernel->down_turns);
  middle_pass(data, n, NULL, 0);
  for (ptrdiff_t row = 0; row < n; row += lane_count) {
    double *to = tile + first * step + 2 * row;
    reals re[lane_count], im[lane_count];
    _Pragma("unroll") for (int i = 0; i < lane_count; i++) {
      const numbers value = load(data + (row + i) * element);
      re[i] = value.re;
      im[i] = value.im;
    }
    transpose(re);
    transpose(im);
    _Pragma("unroll") for (int i = 0; i < lane_count; i++) store(to + i * step, (numbers){re[i], im[i]});
  }
}

// The inverse: leaves `lane_count` columns of the tile in `data`.
INLINE void columns_backward(const double *tile, ptrdiff_t first, double *data, const imgconv_fourier_kernel *kernel) {
  const ptrdiff_t n = kernel->height, step = column_step(kernel);
  for (ptrdiff_t row = 0; row < n; row += lane_count) {
    const double *from = tile + first * step + 2 * row;
    reals re[lane_count], im[lane_count];
    _Pragma("unroll") for (int i = 0; i < lane_count; i++) {
      const numbers value = load(from + i * step);
      re[i] = value.re;
      im[i] = value.im;
    }
    transpose(re);
    transpose(im);
    _Pragma("unroll") for (int i = 0; i < lane_count; i++) store(data + (row + i) * element, (numbers){re[i], im[i]});
  }
  middle_pass(data, n, NULL, 1);
  backward_passes(data, data, element, n, kernel->down_turns);
}

static void fourier_spectrum(double *spectrum, const double *taps, ptrdiff_t tap_rows, ptrdiff_t tap_columns,
                             const imgconv_fourier_kernel *kernel, double *scratch) {
  double *data = scratch, *tile = scratch + imgconv_fourier_longest * element;
  const ptrdiff_t height = kernel->height, width = kernel->width;
  for (ptrdiff_t column = 0; column < width; column += lane_count) {
    for (ptrdiff_t row = 0; row < height; row++) {
      numbers value = {{0}, {0}};
      for (ptrdiff_t lane = 0; lane < lane_count && column + lane < tap_columns && row < tap_rows; lane++) {
        value.re[lane] = taps[row * tap_columns + column + lane];
      }
      store(data + row * element, value);
    }
    columns_forward(tile, column, data, kernel);
  }
  // The transform is of the kernel flipped, and the inverse transforms leave out a division.
  const double scale = 1 / ((double)height * (double)width);
  for (ptrdiff_t row = 0; row < height; row += lane_count, spectrum += width * element) {
    forward_passes(data, tile + 2 * row, column_step(kernel), width, kernel->along_turns);
    middle_pass(data, width, NULL, 0);
    for (ptrdiff_t x = 0; x < width; x++) {
      const numbers value = load(data + x * element);
      store(spectrum + x * element, (numbers){value.re * scale, -value.im * scale});
    }
  }
}

// What is gathered of sums, lane by lane.
typedef struct {
  reals minimum, maximum, total;
  flags below, above;
} lane_survey;

INLINE void emit(uint8_t *out, ptrdiff_t left, reals value, const imgconv_fourier_kernel *kernel,
                 lane_survey *survey, imgconv_survey *rest) {
  // Adding 1.5·2^32 rounds to multiples of 2^-20, which makes ties of what lies within rounding errors of one; 1.5·2^52 to whole
  // numbers, and ties to even.
  const reals sum = (value + kernel->bias + 6442450944.0) - 6442450944.0;
  reals whole = __builtin_elementwise_max(__builtin_elementwise_min(sum, (reals){0} + 255.0), (reals){0});
  whole = (whole + 6755399441055744.0) - 6755399441055744.0;
  const byte_lanes bytes =
      __builtin_convertvector(__builtin_convertvector(whole, integers), byte_lanes);
  if (left >= lane_count) {
    *(byte_lanes *)out = bytes;
    survey->minimum = __builtin_elementwise_min(survey->minimum, sum);
    survey->maximum = __builtin_elementwise_max(survey->maximum, sum);
    survey->total += sum;
    if (kernel->clips) {
      survey->below -= sum < (reals){0} - 0.5;
      survey->above -= sum > (reals){0} + 255.5;
    }
  } else {
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

INLINE reals bytes_as_reals(const uint8_t *from) {
  return __builtin_convertvector(__builtin_convertvector(*(const byte_lanes *)from, integers), reals);
}

static void fourier_convolve(const imgconv_fourier_tiles *tiles, const imgconv_fourier_kernel *kernel, double *scratch,
                             imgconv_survey *found) {
  double *data = scratch, *tile = scratch + imgconv_fourier_longest * element;
  const ptrdiff_t height = kernel->height, width = kernel->width, channels = tiles->channels;
  const ptrdiff_t step = column_step(kernel);
  for (ptrdiff_t column = 0; column < width * channels; column += lane_count) {
    const int has_first = column < tiles->in_count[0], has_second = column < tiles->in_count[1];
    for (ptrdiff_t row = 0; row < height; row++) {
      const uint8_t *from = tiles->rows[row] + column;
      store(data + row * element, (numbers){has_first ? bytes_as_reals(from + tiles->first[0]) : (reals){0},
                                            has_second ? bytes_as_reals(from + tiles->first[1]) : (reals){0}});
    }
    columns_forward(tile, column, data, kernel);
  }
  for (ptrdiff_t row = 0; row < height; row += lane_count) {
    const double *spectrum = kernel->spectrum + row / lane_count * width * element;
    for (ptrdiff_t channel = 0; channel < channels; channel++) {
      double *run = tile + channel * step + 2 * row;
      forward_passes(data, run, channels * step, width, kernel->along_turns);
      middle_pass(data, width, spectrum, 1);
      backward_passes(data, run, channels * step, width, kernel->along_turns);
    }
  }
  lane_survey survey = {.minimum = (reals){0} + found->minimum, .maximum = (reals){0} + found->maximum, .total = {0},
                        .below = {0}, .above = {0}};
  for (ptrdiff_t column = 0; column < tiles->out_count[0]; column += lane_count) {
    columns_backward(tile, column, data, kernel);
    for (ptrdiff_t row = 0; row < tiles->row_count; row++) {
      const numbers value = load(data + row * element);
      uint8_t *out = tiles->out + row * tiles->out_stride + column;
      emit(out + tiles->first[0], tiles->out_count[0] - column, value.re, kernel, &survey, found);
      if (column < tiles->out_count[1]) {
        emit(out + tiles->first[1], tiles->out_count[1] - column, value.im, kernel, &survey, found);
      }
    }
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
