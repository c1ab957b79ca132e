// Running sums for boxes, for one SCALAR with one SUFFIX. Included by level.h.
//
// They are meant for whole numbers, whose sums have no rounding: so they do not drift, and no order matters.

static void JOIN(window_sums, SUFFIX)(SCALAR *restrict out, ptrdiff_t count, SCALAR *restrict values, ptrdiff_t taps,
                                      ptrdiff_t step) {
  // values[j] is the sum of `size` values, from j on; `done` of the taps are in `out`.
  ptrdiff_t done = 0;
  for (ptrdiff_t size = 1; size <= taps; size *= 2) {
    if (taps & size) {
      const SCALAR *restrict part = values + done * step;
      if (done == 0) {
        for (ptrdiff_t j = 0; j < count; j++) out[j] = part[j];
      } else {
        for (ptrdiff_t j = 0; j < count; j++) out[j] += part[j];
      }
      done += size;
    }
    if (2 * size > taps) break;
    // What is read lies ahead of what is written, and is not written before.
    const ptrdiff_t ahead = size * step, end = count + (taps - 2 * size) * step;
#pragma clang loop vectorize(assume_safety)
    for (ptrdiff_t j = 0; j < end; j++) values[j] += values[j + ahead];
  }
}

static void JOIN(slide, SUFFIX)(SCALAR *restrict out, SCALAR *restrict sums, ptrdiff_t count,
                                const SCALAR *const *entering, ptrdiff_t entering_count, const SCALAR *const *leaving,
                                ptrdiff_t leaving_count, SCALAR weight, SCALAR divisor, SCALAR bias) {
  if (entering_count == 1 && leaving_count == 1) {
    const SCALAR *restrict in = entering[0], *restrict gone = leaving[0];
    for (ptrdiff_t j = 0; j < count; j++) sums[j] += in[j] - gone[j];
  } else {
    for (ptrdiff_t row = 0; row < entering_count; row++) {
      const SCALAR *restrict in = entering[row];
      for (ptrdiff_t j = 0; j < count; j++) sums[j] += in[j];
    }
    for (ptrdiff_t row = 0; row < leaving_count; row++) {
      const SCALAR *restrict gone = leaving[row];
      for (ptrdiff_t j = 0; j < count; j++) sums[j] -= gone[j];
    }
  }
  if (divisor != 1) {
    for (ptrdiff_t j = 0; j < count; j++) out[j] = sums[j] * weight / divisor + bias;
  } else {
    for (ptrdiff_t j = 0; j < count; j++) out[j] = sums[j] * weight + bias;
  }
}
