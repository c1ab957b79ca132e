// Weighted sums of bytes in integers, rounded to bytes. Included once by each level's file, after the macros it needs:
//
// BYTES_TABLE names the table. VECTOR_BYTES is the width of its vectors, VECTORS_IN_BAND how many of each row are summed at a time.
// FILTER is the level's sum along a row, if it has one.
// DOT(sum, pair, weight) adds to each 32-bit lane the products of its two 16-bit halves, ANY(mask) tells whether a lane is not 0.
//
// Two rows of bytes are laid side by side as 16-bit pairs, column by column, so that one instruction multiplies both with their
// weights. A pair serves the windows of every output row that reach over it.

#include <string.h>

typedef int32_t lanes __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef int64_t wide_lanes __attribute__((vector_size(2 * VECTOR_BYTES), aligned(8), may_alias));
typedef float float_lanes __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));
typedef uint8_t byte_lanes __attribute__((vector_size(VECTOR_BYTES / 4), aligned(1), may_alias));

enum {
  lane_count = VECTOR_BYTES / 4,
  // How many vectors of sums are put off, and how many of them are settled at a time.
  DOUBTS = 28,
  CHAINS = 4,
};

// What is gathered of the sums of a band, lane by lane.
typedef struct {
  lanes minimum, maximum, below, above;
  wide_lanes total;
} lane_statistics;

// Lays rows of bytes side by side; writes up to a vector more than `count` pairs, and reads as many bytes.
static void lay_pair(int32_t *restrict pair, const uint8_t *restrict upper, const uint8_t *restrict lower,
                     ptrdiff_t count) {
  for (ptrdiff_t x = 0; x < count; x += lane_count) {
    lanes first = __builtin_convertvector(*(const byte_lanes *)(upper + x), lanes);
    lanes second = __builtin_convertvector(*(const byte_lanes *)(lower + x), lanes);
    *(lanes *)(pair + x) = first | second << 16;
  }
}

// Adds the products of one pair of rows to the sums of the output rows lo to hi. Output rows 2q and 2q + 1 begin with pair q.
#define PAIR_SUMS(ROWS, LO, HI)                                                                                      \
  for (ptrdiff_t column = 0; column < kernel->column_count; column++) {                                              \
    lanes value[VECTORS_IN_BAND];                                                                                    \
    _Pragma("unroll") for (int v = 0; v < vectors; v++)                                                              \
        value[v] = *(const lanes *)(run + kernel->columns[column] + v * lane_count);                                 \
    _Pragma("unroll") for (int row = LO; row <= HI; row++) {                                                         \
      const int32_t *weights = kernel->weights + (row & 1) * taps + (pair - row / 2) * kernel->column_count;         \
      lanes weight = (lanes){0} + weights[column];                                                                   \
      _Pragma("unroll") for (int v = 0; v < vectors; v++) sum[row][v] = DOT(sum[row][v], value[v], weight);          \
    }                                                                                                                \
  }

// The sums of `rows` output rows (1, 2 or 4), `vectors` of each from column `first` on.
static inline __attribute__((always_inline)) void band_sums(lanes (*sum)[VECTORS_IN_BAND], const int rows,
                                                            const int vectors, ptrdiff_t first,
                                                            const int32_t *const *pairs,
                                                            const imgconv_byte_kernel *kernel) {
  const ptrdiff_t taps = kernel->pair_count * kernel->column_count;
  _Pragma("unroll") for (int row = 0; row < rows; row++) {
    _Pragma("unroll") for (int v = 0; v < vectors; v++) sum[row][v] = (lanes){0} + kernel->start;
  }
  for (ptrdiff_t pair = 0; pair < kernel->pair_count; pair++) {
    const int32_t *run = pairs[pair] + first;
    if (rows <= 2) {
      PAIR_SUMS(rows, 0, rows - 1)
    } else if (pair == 0) {
      PAIR_SUMS(rows, 0, 1)
    } else {
      PAIR_SUMS(rows, 0, 3)
    }
  }
  if (rows > 2) {
    const ptrdiff_t pair = kernel->pair_count;
    const int32_t *run = pairs[pair] + first;
    PAIR_SUMS(rows, 2, 3)
  }
}

// Vectors of sums that lie too near to a tie to be rounded, put off until there are some.
typedef struct {
  int row[DOUBTS + VECTORS_IN_BAND];
  ptrdiff_t place[DOUBTS + VECTORS_IN_BAND];
  lanes sum[DOUBTS + VECTORS_IN_BAND];
} doubtful_sums;

static inline __attribute__((always_inline)) byte_lanes clamped(lanes value) {
  value = __builtin_elementwise_max(__builtin_elementwise_min(value, (lanes){0} + 255), (lanes){0});
  return __builtin_convertvector(value, byte_lanes);
}

// Rounds sums once more, with the parts of their weights that `weights` leaves out.
static void settle(const doubtful_sums *doubts, ptrdiff_t doubt_count, uint8_t *out, ptrdiff_t out_stride, ptrdiff_t count,
                   const int32_t *const *pairs, const imgconv_byte_kernel *kernel) {
  const int shift = kernel->shift + kernel->residue_shift;
  for (ptrdiff_t first = 0; first < doubt_count; first += CHAINS) {
    // Some at a time, whose sums do not wait for one another; what is left of the last ones is computed and dropped.
    lanes low[CHAINS] = {{0}};
    for (ptrdiff_t pair = 0; pair < kernel->pair_count; pair++) {
      const int32_t *run[CHAINS], *residues[CHAINS];
      for (int i = 0; i < CHAINS; i++) {
        const ptrdiff_t entry = first + i < doubt_count ? first + i : first;
        const int row = doubts->row[entry];
        run[i] = pairs[pair + row / 2] + doubts->place[entry];
        residues[i] = kernel->residues + ((row & 1) * kernel->pair_count + pair) * kernel->column_count;
      }
      for (ptrdiff_t column = 0; column < kernel->column_count; column++) {
        _Pragma("unroll") for (int i = 0; i < CHAINS; i++) {
          low[i] = DOT(low[i], *(const lanes *)(run[i] + kernel->columns[column]), (lanes){0} + residues[i][column]);
        }
      }
    }
    for (int i = 0; i < CHAINS && first + i < doubt_count; i++) {
      wide_lanes whole = (__builtin_convertvector(doubts->sum[first + i], wide_lanes) << kernel->residue_shift) +
                         __builtin_convertvector(low[i], wide_lanes) + ((int64_t)1 << (shift - 1));
      byte_lanes bytes = clamped(__builtin_convertvector(whole >> shift, lanes));
      const ptrdiff_t place = doubts->place[first + i], left = count - place;
      memcpy(out + doubts->row[first + i] * out_stride + place, &bytes, left < lane_count ? left : lane_count);
    }
  }
}

// Sums as whole samples, not yet inside 0…255; those in doubt are also put on the list.
static inline __attribute__((always_inline)) lanes rounded_sums(lanes sum, int row, ptrdiff_t place,
                                                                const imgconv_byte_kernel *kernel,
                                                                doubtful_sums *doubts, ptrdiff_t *doubt_count) {
  if (kernel->shift == 0) {
    // Adding 1.5·2²³ leaves the rounding, to nearest and ties to even, to the processor.
    float_lanes value = __builtin_convertvector(sum, float_lanes);
    value = kernel->divides ? value / kernel->divisor : value * kernel->scale;
    value = __builtin_elementwise_max(__builtin_elementwise_min(value, (float_lanes){0} + 256.0f), (float_lanes){0} - 1.0f);
    return (lanes)(value + 12582912.0f) - 0x4b400000;
  }
  const int32_t half = (int32_t)1 << (kernel->shift - 1);
  if (kernel->doubt > 0) {
    lanes distance = (sum + (half + kernel->doubt)) & (((int32_t)1 << kernel->shift) - 1);
    doubts->row[*doubt_count] = row;
    doubts->place[*doubt_count] = place;
    doubts->sum[*doubt_count] = sum;
    *doubt_count += ANY(distance <= (lanes){0} + 2 * kernel->doubt);
  }
  return (sum + half) >> kernel->shift;
}

// Adds the sums of a row of a band to the statistics; they are added up in 32 bits first where that holds them.
static inline __attribute__((always_inline)) void note(lane_statistics *statistics, const lanes *sum,
                                                       const imgconv_byte_kernel *kernel) {
  _Pragma("unroll") for (int v = 0; v < VECTORS_IN_BAND; v++) {
    statistics->minimum = __builtin_elementwise_min(statistics->minimum, sum[v]);
    statistics->maximum = __builtin_elementwise_max(statistics->maximum, sum[v]);
  }
  if (kernel->fours_fit) {
    lanes all = sum[0];
    _Pragma("unroll") for (int v = 1; v < VECTORS_IN_BAND; v++) all += sum[v];
    statistics->total += __builtin_convertvector(all, wide_lanes);
  } else {
    _Pragma("unroll") for (int v = 0; v < VECTORS_IN_BAND; v++) {
      statistics->total += __builtin_convertvector(sum[v], wide_lanes);
    }
  }
  if (kernel->clips) {
    _Pragma("unroll") for (int v = 0; v < VECTORS_IN_BAND; v++) {
      statistics->below -= sum[v] < (lanes){0} + kernel->low;
      statistics->above -= sum[v] > (lanes){0} + kernel->high;
    }
  }
}

static inline __attribute__((always_inline)) void convolve_rows(uint8_t *out, ptrdiff_t out_stride, const int rows,
                                                                ptrdiff_t count, const int32_t *const *pairs,
                                                                const imgconv_byte_kernel *kernel,
                                                                lane_statistics *statistics,
                                                                imgconv_byte_statistics *rest) {
  lanes sum[4][VECTORS_IN_BAND];
  doubtful_sums doubts;
  ptrdiff_t doubt_count = 0;
  ptrdiff_t first = 0;
  for (; first + VECTORS_IN_BAND * lane_count <= count; first += VECTORS_IN_BAND * lane_count) {
    band_sums(sum, rows, VECTORS_IN_BAND, first, pairs, kernel);
    _Pragma("unroll") for (int row = 0; row < rows; row++) {
      note(statistics, sum[row], kernel);
      _Pragma("unroll") for (int v = 0; v < VECTORS_IN_BAND; v++) {
        const ptrdiff_t place = first + v * lane_count;
        *(byte_lanes *)(out + row * out_stride + place) =
            clamped(rounded_sums(sum[row][v], row, place, kernel, &doubts, &doubt_count));
      }
      if (doubt_count >= DOUBTS) {
        settle(&doubts, doubt_count, out, out_stride, count, pairs, kernel);
        doubt_count = 0;
      }
    }
  }
  for (; first < count; first += lane_count) {
    const ptrdiff_t left = count - first < lane_count ? count - first : lane_count;
    band_sums(sum, rows, 1, first, pairs, kernel);
    for (int row = 0; row < rows; row++) {
      byte_lanes bytes = clamped(rounded_sums(sum[row][0], row, first, kernel, &doubts, &doubt_count));
      memcpy(out + row * out_stride + first, &bytes, left);
      for (ptrdiff_t lane = 0; lane < left; lane++) {
        const int32_t value = sum[row][0][lane];
        if (value < rest->minimum) rest->minimum = value;
        if (value > rest->maximum) rest->maximum = value;
        rest->below += kernel->clips && value < kernel->low;
        rest->above += kernel->clips && value > kernel->high;
        rest->total += value;
      }
      if (doubt_count >= DOUBTS) {
        settle(&doubts, doubt_count, out, out_stride, count, pairs, kernel);
        doubt_count = 0;
      }
    }
  }
  settle(&doubts, doubt_count, out, out_stride, count, pairs, kernel);
}

static void convolve_bytes(const imgconv_byte_band *band, const imgconv_byte_kernel *kernel,
                           imgconv_byte_statistics *statistics) {
  lane_statistics gathered = {
      .minimum = (lanes){0} + INT32_MAX, .maximum = (lanes){0} + INT32_MIN, .below = {0}, .above = {0}, .total = {0}};
  const ptrdiff_t slots = kernel->pair_count + 1, reach = band->count + kernel->columns_reach;
  const int32_t *pairs[slots];
  // Pairs that were laid already, where windows share rows.
  ptrdiff_t laid = 0;
  for (ptrdiff_t output = 0; output < band->output_count;) {
    const ptrdiff_t left = band->output_count - output;
    const int rows = band->windows_share_rows ? (left >= 4 ? 4 : left >= 2 ? 2 : 1) : 1;
    const ptrdiff_t first = band->windows_share_rows ? output / 2 : 0;
    if (!band->windows_share_rows) laid = 0;
    const ptrdiff_t row_count =
        band->windows_share_rows ? band->output_count + kernel->row_count - 1 : kernel->row_count;
    const uint8_t *const *sources =
        band->rows + (band->windows_share_rows ? 0 : output * kernel->row_count);
    const ptrdiff_t end = first + kernel->pair_count + (rows == 4 ? 1 : 0);
    for (; laid < end; laid++) {
      const ptrdiff_t upper = 2 * laid < row_count ? 2 * laid : row_count - 1;
      const ptrdiff_t lower = 2 * laid + 1 < row_count ? 2 * laid + 1 : upper;
      lay_pair(band->scratch + laid % slots * band->scratch_stride, sources[upper] + band->first,
               sources[lower] + band->first, reach);
    }
    for (ptrdiff_t pair = first; pair < end; pair++) {
      pairs[pair - first] = band->scratch + pair % slots * band->scratch_stride;
    }
    uint8_t *out = band->out + output * band->out_stride;
    if (rows == 4) convolve_rows(out, band->out_stride, 4, band->count, pairs, kernel, &gathered, statistics);
    else if (rows == 2) convolve_rows(out, band->out_stride, 2, band->count, pairs, kernel, &gathered, statistics);
    else convolve_rows(out, band->out_stride, 1, band->count, pairs, kernel, &gathered, statistics);
    output += rows;
  }
  for (int lane = 0; lane < lane_count; lane++) {
    if (gathered.minimum[lane] < statistics->minimum) statistics->minimum = gathered.minimum[lane];
    if (gathered.maximum[lane] > statistics->maximum) statistics->maximum = gathered.maximum[lane];
    statistics->below += gathered.below[lane];
    statistics->above += gathered.above[lane];
    statistics->total += gathered.total[lane];
  }
}

#undef PAIR_SUMS

#ifndef FILTER
#define FILTER NULL
#endif
const imgconv_byte_operations BYTES_TABLE = {convolve_bytes, FILTER};
