// The only threads of this module. Conditions: a slot belongs to the caller while it is filled and after it is done, and to one
// worker in between; the counters are only touched under the mutex; a worker's scratch memory is its own; all threads are
// joined before anything is freed.
#include "parallel_deflate.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "big_endian.h"
#include "deflate.h"
#include "png_filter.h"

enum { PIECE_BYTES = 256 * 1024, MAXIMUM_THREADS = 64, STREAM_HEADER = 2, STREAM_TRAILER = 4 };

typedef struct {
  uint8_t *rows;          // the row above the piece, then its rows, as png_filter.h lays them out
  uint32_t row_count;
  int last, done, failed;
  uint8_t *packed;        // STREAM_HEADER bytes of room, the piece, STREAM_TRAILER bytes of room
  size_t packed_count;
  uint32_t adler;
} slot;

typedef struct scratch {
  imgconv_deflater *deflater;
  uint8_t *filtered;
} scratch;

typedef struct {
  imgconv_compressor *compressor;
  pthread_t thread;
  scratch own;
} worker;

struct imgconv_compressor {
  imgconv_compressor_options options;
  imgconv_filter_row *filter_row;
  size_t stride;
  uint32_t rows_a_piece, rows_put;
  slot *slots;
  size_t slot_count;
  uint64_t filling, taken, collected;  // counted in pieces; slot n % slot_count
  uint32_t adler;
  uint8_t *above;                      // the last row of the piece before the one being filled
  scratch own;                         // of the caller, who works where there are no threads
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int stopping;
  worker workers[MAXIMUM_THREADS];
  int thread_count;
};

// ---- One piece -----------------------------------------------------------------------------------------------------

static void swap_bytes(uint8_t *row, size_t count) {
  for (size_t i = 0; i < count; i += 2) {
    uint16_t sample;
    memcpy(&sample, row + i, 2);
    sample = (uint16_t)(sample << 8 | sample >> 8);
    memcpy(row + i, &sample, 2);
  }
}

static void compress_piece(const imgconv_compressor *compressor, slot *piece, scratch *scratch) {
  const imgconv_compressor_options *options = &compressor->options;
  size_t filtered_row = options->row_bytes + 1, count = filtered_row * piece->row_count;
  for (uint32_t y = 0; options->swaps_bytes && y <= piece->row_count; y++) {
    swap_bytes(piece->rows + y * compressor->stride + FILTER_MARGIN, options->row_bytes);
  }
  for (uint32_t y = 0; y < piece->row_count; y++) {
    const uint8_t *above = piece->rows + y * compressor->stride;
    compressor->filter_row(above + compressor->stride, above, options->row_bytes, options->pixel_bytes,
                           scratch->filtered + y * filtered_row);
  }
  piece->adler = imgconv_adler32(scratch->deflater, scratch->filtered, count);
  piece->packed_count = imgconv_deflate(scratch->deflater, scratch->filtered, count, piece->last,
                                        piece->packed + STREAM_HEADER);
  piece->failed = piece->packed_count == 0;
}

static int create_scratch(const imgconv_compressor *compressor, scratch *scratch) {
  const imgconv_compressor_options *options = &compressor->options;
  size_t maximum = (options->row_bytes + 1) * compressor->rows_a_piece;
  scratch->deflater = imgconv_deflater_create(options->compression, options->engines.zlib_only, maximum);
  scratch->filtered = malloc(maximum + FILTER_MARGIN);
  return scratch->deflater && scratch->filtered;
}

static void free_scratch(scratch *scratch) {
  imgconv_deflater_free(scratch->deflater);
  free(scratch->filtered);
  *scratch = (struct scratch){0};
}

// ---- Threads -------------------------------------------------------------------------------------------------------

static void *work(void *argument) {
  worker *self = argument;
  imgconv_compressor *compressor = self->compressor;
  pthread_mutex_lock(&compressor->mutex);
  for (;;) {
    while (!compressor->stopping && compressor->taken == compressor->filling) {
      pthread_cond_wait(&compressor->changed, &compressor->mutex);
    }
    if (compressor->stopping) break;
    slot *piece = &compressor->slots[compressor->taken++ % compressor->slot_count];
    pthread_mutex_unlock(&compressor->mutex);
    compress_piece(compressor, piece, &self->own);
    pthread_mutex_lock(&compressor->mutex);
    piece->done = 1;
    pthread_cond_broadcast(&compressor->changed);
  }
  pthread_mutex_unlock(&compressor->mutex);
  return NULL;
}

// Returns 0 where the system has no thread or no memory for one.
static int start_worker(imgconv_compressor *compressor) {
  worker *next = &compressor->workers[compressor->thread_count];
  next->compressor = compressor;
  if (create_scratch(compressor, &next->own) && pthread_create(&next->thread, NULL, work, next) == 0) {
    compressor->thread_count++;
    return 1;
  }
  free_scratch(&next->own);
  return 0;
}

// Hands the piece that is being filled to a worker, or compresses it here.
static void submit(imgconv_compressor *compressor) {
  slot *piece = &compressor->slots[compressor->filling % compressor->slot_count];
  if (compressor->thread_count == 0) {
    compress_piece(compressor, piece, &compressor->own);
    piece->done = 1;
    compressor->filling++;
    return;
  }
  pthread_mutex_lock(&compressor->mutex);
  compressor->filling++;
  pthread_cond_broadcast(&compressor->changed);
  pthread_mutex_unlock(&compressor->mutex);
}

// ---- The door ------------------------------------------------------------------------------------------------------

imgconv_compressor *imgconv_compressor_create(const imgconv_compressor_options *options) {
  imgconv_compressor *compressor = calloc(1, sizeof *compressor);
  if (!compressor) return NULL;
  int threads = options->threads < 2 ? 0 : options->threads > MAXIMUM_THREADS ? MAXIMUM_THREADS : options->threads;
  size_t filtered_row = options->row_bytes + 1;
  compressor->options = *options;
  compressor->filter_row = imgconv_filter_row_at(options->engines.level);
  compressor->stride = imgconv_filter_stride(options->row_bytes);
  compressor->rows_a_piece = filtered_row < PIECE_BYTES ? (uint32_t)(PIECE_BYTES / filtered_row) : 1;
  if (compressor->rows_a_piece > options->height) compressor->rows_a_piece = options->height;
  size_t packed_capacity = imgconv_deflate_bound(filtered_row * compressor->rows_a_piece);
  compressor->adler = 1;
  compressor->slot_count = threads ? (size_t)threads + 2 : 1;
  pthread_mutex_init(&compressor->mutex, NULL);
  pthread_cond_init(&compressor->changed, NULL);
  compressor->slots = calloc(compressor->slot_count, sizeof(slot));
  compressor->above = calloc(1, options->row_bytes);
  int complete = compressor->slots && compressor->above;
  for (size_t i = 0; complete && i < compressor->slot_count; i++) {
    compressor->slots[i].rows = calloc(compressor->rows_a_piece + 1, compressor->stride);
    compressor->slots[i].packed = malloc(STREAM_HEADER + packed_capacity + STREAM_TRAILER);
    complete = compressor->slots[i].rows && compressor->slots[i].packed;
  }
  // Fewer threads than were asked for, or none, make the same bytes.
  while (complete && compressor->thread_count < threads && start_worker(compressor)) {
  }
  if (complete && compressor->thread_count == 0) complete = create_scratch(compressor, &compressor->own);
  if (complete) return compressor;
  imgconv_compressor_free(compressor);
  return NULL;
}

void imgconv_compressor_free(imgconv_compressor *compressor) {
  if (!compressor) return;
  pthread_mutex_lock(&compressor->mutex);
  compressor->stopping = 1;
  pthread_cond_broadcast(&compressor->changed);
  pthread_mutex_unlock(&compressor->mutex);
  for (int i = 0; i < compressor->thread_count; i++) {
    pthread_join(compressor->workers[i].thread, NULL);
    free_scratch(&compressor->workers[i].own);
  }
  for (size_t i = 0; compressor->slots && i < compressor->slot_count; i++) {
    free(compressor->slots[i].rows);
    free(compressor->slots[i].packed);
  }
  free(compressor->slots);
  free(compressor->above);
  free_scratch(&compressor->own);
  pthread_mutex_destroy(&compressor->mutex);
  pthread_cond_destroy(&compressor->changed);
  free(compressor);
}

uint32_t imgconv_compressor_put(imgconv_compressor *compressor, const uint8_t *rows, uint32_t count) {
  const imgconv_compressor_options *options = &compressor->options;
  uint32_t put = 0;
  while (put < count && compressor->filling - compressor->collected < compressor->slot_count) {
    slot *piece = &compressor->slots[compressor->filling % compressor->slot_count];
    const uint8_t *row = rows + put * options->row_bytes;
    if (piece->row_count == 0) memcpy(piece->rows + FILTER_MARGIN, compressor->above, options->row_bytes);
    piece->row_count++;
    put++;
    memcpy(piece->rows + piece->row_count * compressor->stride + FILTER_MARGIN, row, options->row_bytes);
    compressor->rows_put++;
    piece->last = compressor->rows_put == options->height;
    if (piece->row_count == compressor->rows_a_piece || piece->last) {
      memcpy(compressor->above, row, options->row_bytes);
      submit(compressor);
    }
  }
  return put;
}

const uint8_t *imgconv_compressor_collect(imgconv_compressor *compressor, size_t *count, int *failed) {
  *failed = 0;
  if (compressor->collected == compressor->filling) return NULL;
  slot *piece = &compressor->slots[compressor->collected % compressor->slot_count];
  pthread_mutex_lock(&compressor->mutex);
  while (!piece->done) pthread_cond_wait(&compressor->changed, &compressor->mutex);
  pthread_mutex_unlock(&compressor->mutex);
  *failed = piece->failed;
  if (piece->failed) return NULL;
  uint8_t *begin = piece->packed + STREAM_HEADER, *end = begin + piece->packed_count;
  size_t filtered_count = (compressor->options.row_bytes + 1) * piece->row_count;
  compressor->adler = (uint32_t)adler32_combine(compressor->adler, piece->adler, (z_off_t)filtered_count);
  if (compressor->collected == 0) {
    // RFC 1950: deflate with a window of 32 KiB; the second byte makes the pair a multiple of 31.
    *--begin = 0x01;
    *--begin = 0x78;
  }
  if (piece->last) {
    imgconv_put_big_endian(end, compressor->adler);
    end += STREAM_TRAILER;
  }
  compressor->collected++;
  piece->done = 0;
  piece->row_count = 0;
  *count = (size_t)(end - begin);
  return begin;
}
