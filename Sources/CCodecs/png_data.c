#include "png_data.h"

#include <stdlib.h>
#include <string.h>

#include "big_endian.h"
#include "png_unfilter.h"

#ifndef IMGCONV_HAVE_ISAL

imgconv_png_data *imgconv_png_data_create(imgconv_reader *reader, size_t row_bytes, size_t pixel_bytes, uint32_t length,
                                          int level) {
  (void)reader, (void)row_bytes, (void)pixel_bytes, (void)length, (void)level;
  return NULL;
}
void imgconv_png_data_free(imgconv_png_data *data) { (void)data; }
uint32_t imgconv_png_data_decode(imgconv_png_data *data, uint8_t *rows, uint32_t count) {
  (void)data, (void)rows, (void)count;
  return 0;
}
void imgconv_png_data_finish(imgconv_png_data *data) { (void)data; }

#else

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

enum { WINDOW_BYTES = 128 * 1024 };

struct imgconv_png_data {
  imgconv_reader *reader;
  size_t row_bytes, pixel_bytes;
  imgconv_unfilter_row *unfilter_row;
  // The chunk that is being read.
  char name[5];
  uint32_t chunk_left, checksum;
  // The data.
  struct inflate_state inflater;
  int stream_begun, stream_ended;
  // The row above, its filter byte unused, then the filtered rows, which become samples in place.
  uint8_t *window;
  uint32_t window_rows, filled_rows, used_rows, rows_left;
};

// ---- Chunks --------------------------------------------------------------------------------------------------------

// Reports damage at the row that is being decoded. Returns 1 where the read fails.
static int report(imgconv_png_data *data, int level, const char *code, const char *what) {
  imgconv_reader *reader = data->reader;
  uint32_t row = reader->stored_height - data->rows_left;
  return imgconv_reader_report(reader, level, code, "%s: %s at row %u of %u", data->name, what, row,
                               reader->stored_height);
}

static int take(imgconv_png_data *data, uint8_t *bytes, size_t count) {
  imgconv_reader *reader = data->reader;
  if (imgconv_input_take(reader->input, bytes, count) == count) return 1;
  if (reader->input->failure) {
    imgconv_fail(&reader->error, CODE_IO_READ, "reading failed: %s", strerror(reader->input->failure));
  } else {
    report(data, IMGCONV_FAIL_TRUNCATED, CODE_PNG_TRUNCATED, "the file ends too early");
  }
  reader->stopped = 1;
  return 0;
}

static void stop(imgconv_png_data *data, const char *what) {
  report(data, IMGCONV_FAIL_ERROR, CODE_PNG_CORRUPT, what);
  data->reader->stopped = 1;
}

// Reads the next bytes of the chunk where they lie in the buffer. Returns how many; 0 where the file ends.
static size_t take_part(imgconv_png_data *data, uint8_t **bytes) {
  imgconv_input *input = data->reader->input;
  size_t ready = imgconv_input_fill(input);
  if (ready == 0) return (size_t)take(data, *bytes, 1);  // says why
  if (ready > data->chunk_left) ready = data->chunk_left;
  *bytes = input->buffer + input->begin;
  input->begin += ready;
  data->chunk_left -= (uint32_t)ready;
  data->checksum = crc32_gzip_refl(data->checksum, *bytes, ready);
  return ready;
}

// Reads over what is left of the chunk, checks it, and reads the next one's header. Returns 0 where that fails.
static int next_chunk(imgconv_png_data *data) {
  uint8_t bytes[8], *part = bytes;
  while (data->chunk_left > 0) {
    if (take_part(data, &part) == 0) return 0;
  }
  if (!take(data, bytes, 4)) return 0;
  if (data->checksum != imgconv_big_endian(bytes) &&
      report(data, IMGCONV_FAIL_ERROR, CODE_PNG_CRC, "the bytes do not match their checksum")) {
    return 0;
  }
  if (!take(data, bytes, 8)) return 0;
  data->chunk_left = imgconv_big_endian(bytes);
  data->checksum = crc32_gzip_refl(0, bytes + 4, 4);
  int named = data->chunk_left <= INT32_MAX;
  for (int i = 4; i < 8; i++) named &= (bytes[i] | 0x20) >= 'a' && (bytes[i] | 0x20) <= 'z';
  if (!named) {
    stop(data, "what follows is no chunk");
    return 0;
  }
  memcpy(data->name, bytes + 4, 4);
  return 1;
}

static int is_image_data(const imgconv_png_data *data) { return strcmp(data->name, "IDAT") == 0; }

// ---- Rows ----------------------------------------------------------------------------------------------------------

// Inflates up to `count` bytes; fewer where the data end or are damaged, which is reported unless the data end in order.
static size_t inflate_bytes(imgconv_png_data *data, uint8_t *bytes, size_t count) {
  struct inflate_state *inflater = &data->inflater;
  inflater->next_out = bytes;
  inflater->avail_out = (uint32_t)count;
  while (inflater->avail_out > 0 && !data->stream_ended && !data->reader->stopped && !data->reader->error.failed) {
    uint32_t before = inflater->avail_out;
    int status = isal_inflate(inflater);
    if (status == ISAL_INCORRECT_CHECKSUM) {
      report(data, IMGCONV_FAIL_ERROR, CODE_PNG_CORRUPT, "the inflated bytes do not match their checksum");
      data->stream_ended = 1;
    } else if (status != ISAL_DECOMP_OK) {
      stop(data, "the data cannot be inflated");
    } else if (inflater->block_state == ISAL_BLOCK_FINISH) {
      data->stream_ended = 1;
    } else if (inflater->avail_in == 0 && inflater->avail_out == before) {
      uint8_t spare, *part = &spare;
      while (data->chunk_left == 0 && is_image_data(data)) {
        if (!next_chunk(data)) return count - inflater->avail_out;
      }
      if (!is_image_data(data)) break;
      inflater->avail_in = (uint32_t)take_part(data, &part);
      inflater->next_in = part;
      if (inflater->avail_in > 0 && !data->stream_begun) {
        // ISA-L reads over the size of the window in the zlib header (RFC 1950), where zlib holds the data to it.
        data->stream_begun = 1;
        inflater->hist_bits = part[0] >> 4 < 7 ? 8 + (part[0] >> 4) : 15;
      }
    }
  }
  return count - inflater->avail_out;
}

// Moves on to the next rows of the image. Returns 0 where none are left.
static int fill_window(imgconv_png_data *data) {
  size_t stride = data->row_bytes + 1;
  if (data->filled_rows > 0) memcpy(data->window, data->window + data->filled_rows * stride, stride);
  uint32_t rows = data->rows_left < data->window_rows ? data->rows_left : data->window_rows;
  size_t count = inflate_bytes(data, data->window + stride, rows * stride);
  data->used_rows = 0;
  data->filled_rows = (uint32_t)(count / stride);
  if (data->filled_rows < rows && !data->reader->stopped && !data->reader->error.failed) stop(data, "the image data end");
  return data->filled_rows > 0;
}

static void deliver(uint8_t *target, const uint8_t *row, size_t count, int depth) {
  if (depth == 8 || !imgconv_swaps_samples()) {
    memcpy(target, row, count);
    return;
  }
  for (size_t i = 0; i < count; i += 2) {
    target[i] = row[i + 1];
    target[i + 1] = row[i];
  }
}

uint32_t imgconv_png_data_decode(imgconv_png_data *data, uint8_t *rows, uint32_t count) {
  size_t stride = data->row_bytes + 1;
  for (uint32_t done = 0; done < count; done++) {
    if (data->used_rows == data->filled_rows && (data->reader->stopped || !fill_window(data))) return done;
    uint8_t *above = data->window + data->used_rows * stride, *row = above + stride;
    if (!data->unfilter_row(row[0], row + 1, above + 1, data->row_bytes, data->pixel_bytes)) {
      stop(data, "there is no such filter");
      data->filled_rows = data->used_rows;
      return done;
    }
    deliver(rows + done * data->row_bytes, row + 1, data->row_bytes, data->reader->info.depth);
    data->used_rows++;
    data->rows_left--;
  }
  return count;
}

void imgconv_png_data_finish(imgconv_png_data *data) {
  imgconv_reader *reader = data->reader;
  // What is more than the image needs is read too, to come to the checksum.
  uint8_t spare[1024];
  size_t part_count, surplus = 0;
  do {
    part_count = inflate_bytes(data, spare, sizeof spare);
    surplus |= part_count;
  } while (part_count == sizeof spare);
  if (reader->stopped || reader->error.failed) return;
  if (!data->stream_ended) {
    stop(data, "the data end without their checksum");
    return;
  }
  if (surplus > 0 || data->inflater.avail_in > 0 || (is_image_data(data) && data->chunk_left > 0)) {
    if (report(data, IMGCONV_FAIL_WARNING, CODE_PNG_WARNING, "more data than the image needs")) return;
  }
  while (is_image_data(data)) {
    if (!next_chunk(data)) return;
  }
  while (strcmp(data->name, "IEND") != 0) {
    if (data->chunk_left > reader->limits.maximum_chunk_bytes) {
      imgconv_fail(&reader->error, CODE_LIMIT_CHUNK, "%s: chunks of at most %llu bytes are read (--max-chunk)", data->name,
                   (unsigned long long)reader->limits.maximum_chunk_bytes);
      return;
    }
    if (is_image_data(data) || strcmp(data->name, "PLTE") == 0) {
      if (report(data, IMGCONV_FAIL_WARNING, CODE_PNG_WARNING, "out of place")) return;
    } else if ((data->name[0] & 0x20) == 0) {
      stop(data, "unknown critical chunk");
      return;
    }
    if (!next_chunk(data)) return;
  }
  uint8_t bytes[4], *part = bytes;
  while (data->chunk_left > 0) {
    if (take_part(data, &part) == 0) return;
  }
  if (take(data, bytes, 4) && data->checksum != imgconv_big_endian(bytes)) {
    report(data, IMGCONV_FAIL_ERROR, CODE_PNG_CRC, "the bytes do not match their checksum");
  }
}

// ---- Owner ---------------------------------------------------------------------------------------------------------

imgconv_png_data *imgconv_png_data_create(imgconv_reader *reader, size_t row_bytes, size_t pixel_bytes, uint32_t length,
                                          int level) {
  imgconv_png_data *data = calloc(1, sizeof *data);
  if (!data) return NULL;
  data->reader = reader;
  data->row_bytes = row_bytes;
  data->pixel_bytes = pixel_bytes;
  data->unfilter_row = imgconv_unfilter_row_at(level);
  data->rows_left = reader->stored_height;
  data->window_rows = row_bytes + 1 < WINDOW_BYTES ? (uint32_t)(WINDOW_BYTES / (row_bytes + 1)) : 1;
  if (data->window_rows > data->rows_left) data->window_rows = data->rows_left;
  data->window = calloc(data->window_rows + 1, row_bytes + 1);
  if (!data->window) {
    free(data);
    return NULL;
  }
  memcpy(data->name, "IDAT", 4);
  data->chunk_left = length;
  data->checksum = crc32_gzip_refl(0, (const uint8_t *)"IDAT", 4);
  isal_inflate_init(&data->inflater);
  data->inflater.crc_flag = ISAL_ZLIB;
  return data;
}

void imgconv_png_data_free(imgconv_png_data *data) {
  if (!data) return;
  free(data->window);
  free(data);
}

#endif
