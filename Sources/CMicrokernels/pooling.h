// Windows of maxima and means, for one SCALAR with one SUFFIX. Included by level.h.
//
// Rows are folded into one, then the columns of each window: kh + kw steps a sample, not kh · kw.

// The larger of two, or NaN where one of them is: a comparison with NaN is false.
static inline SCALAR JOIN(larger, SUFFIX)(SCALAR a, SCALAR b) { return a > b || a != a ? a : b; }

static void JOIN(maximum, SUFFIX)(SCALAR *out, const imgconv_windows *windows, const SCALAR *const *rows,
                                  ptrdiff_t row_count, SCALAR *scratch) {
  for (ptrdiff_t x = 0; x < windows->width; x++) scratch[x] = rows[0][x];
  for (ptrdiff_t row = 1; row < row_count; row++) {
    const SCALAR *run = rows[row];
    for (ptrdiff_t x = 0; x < windows->width; x++) scratch[x] = JOIN(larger, SUFFIX)(scratch[x], run[x]);
  }
  for (ptrdiff_t j = 0; j < windows->count; j++) {
    ptrdiff_t start = j * windows->stride - windows->before, end = start + windows->size;
    if (start < 0) start = 0;
    if (end > windows->width) end = windows->width;
    SCALAR largest = scratch[start];
    for (ptrdiff_t x = start + 1; x < end; x++) largest = JOIN(larger, SUFFIX)(largest, scratch[x]);
    out[j] = largest;
  }
}

static void JOIN(average, SUFFIX)(SCALAR *out, const imgconv_windows *windows, const SCALAR *const *rows,
                                  ptrdiff_t row_count, double row_divisor, const double *column_divisors,
                                  double *scratch) {
  for (ptrdiff_t x = 0; x < windows->width; x++) scratch[x] = rows[0][x];
  for (ptrdiff_t row = 1; row < row_count; row++) {
    const SCALAR *run = rows[row];
    for (ptrdiff_t x = 0; x < windows->width; x++) scratch[x] += run[x];
  }
  for (ptrdiff_t j = 0; j < windows->count; j++) {
    ptrdiff_t start = j * windows->stride - windows->before, end = start + windows->size;
    if (start < 0) start = 0;
    if (end > windows->width) end = windows->width;
    double sum = 0;
    for (ptrdiff_t x = start; x < end; x++) sum += scratch[x];
    out[j] = (SCALAR)(sum / (row_divisor * column_divisors[j]));
  }
}
