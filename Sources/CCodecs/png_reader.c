// PNG through libpng's classic row API; the image data of the plain kinds through png_data.c.
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "big_endian.h"
#include "png_chunks.h"
#include "png_data.h"
#include "reader.h"

typedef struct {
  imgconv_reader base;
  png_structp png;
  png_infop info;
  int passes;
  uint32_t row;            // the one being decoded, for messages
  imgconv_engines engines;
  uint8_t last_bytes[8];   // what libpng took last: behind png_read_info, the header of the first IDAT chunk
  imgconv_png_data *data;  // what decodes the plain kinds; NULL where libpng does
} png_reader;

// ---- Callbacks of libpng -------------------------------------------------------------------------------------------

static void take_bytes(png_structp png, png_bytep bytes, size_t count) {
  png_reader *reader = png_get_io_ptr(png);
  if (imgconv_input_take(reader->base.input, bytes, count) < count) png_error(png, "the file ends too early");
  if (count == sizeof reader->last_bytes) memcpy(reader->last_bytes, bytes, count);
}

// How far decoding is, for messages.
static const char *position(const png_reader *reader, char text[48]) {
  if (reader->base.stored_height == 0) {
    snprintf(text, 48, "in the header");
  } else {
    snprintf(text, 48, "at row %u of %u", reader->row, reader->base.stored_height);
  }
  return text;
}

// Reports what libpng says. Returns whether the read fails.
static int report(png_reader *reader, int level, const char *text) {
  imgconv_reader *base = &reader->base;
  char where[48];
  position(reader, where);
  if (base->input->failure) {
    imgconv_fail(&base->error, CODE_IO_READ, "reading failed %s: %s", where, strerror(base->input->failure));
    return 1;
  }
  if (level == IMGCONV_FAIL_ERROR && base->input->ended && base->input->begin == base->input->end &&
      strcmp(text, "the file ends too early") == 0) {
    return imgconv_reader_report(base, IMGCONV_FAIL_TRUNCATED, CODE_PNG_TRUNCATED, "%s %s", text, where);
  }
  if (strstr(text, "CRC error")) {
    // Without an ancillary chunk, whose name begins with a small letter, the pixels are still there.
    int pixels_follow = base->pixels_follow;
    base->pixels_follow |= (text[0] & 0x20) != 0;
    int fails = imgconv_reader_report(base, IMGCONV_FAIL_ERROR, CODE_PNG_CRC,
                                      "%s %s: the bytes do not match their checksum", text, where);
    base->pixels_follow = pixels_follow;
    return fails;
  }
  if (strstr(text, "too large")) {
    imgconv_fail(&base->error, CODE_LIMIT_CHUNK, "%s: chunks of at most %llu bytes are read (--max-chunk)", text,
                 (unsigned long long)base->limits.maximum_chunk_bytes);
    return 1;
  }
  if (strstr(text, "ut of memory") || strstr(text, "nsufficient memory")) {
    imgconv_fail(&base->error, CODE_IO_MEMORY, "the system refused memory %s", where);
    return 1;
  }
  // Behind the last row libpng only warns of data that cannot be inflated. A surplus costs no pixel; the rest may.
  int broken_data = strncmp(text, "IDAT: ", 6) == 0 && !strstr(text, "Too much image data") &&
                    !strstr(text, "Extra compressed data");
  if (level == IMGCONV_FAIL_ERROR || broken_data) {
    return imgconv_reader_report(base, IMGCONV_FAIL_ERROR, CODE_PNG_CORRUPT, "%s %s", text, where);
  }
  return imgconv_reader_report(base, IMGCONV_FAIL_WARNING, CODE_PNG_WARNING, "%s", text);
}

static void on_error(png_structp png, png_const_charp text) {
  png_reader *reader = png_get_error_ptr(png);
  if (!reader->base.error.failed) report(reader, IMGCONV_FAIL_ERROR, text);
  reader->base.stopped = 1;
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  if (report(png_get_error_ptr(png), IMGCONV_FAIL_WARNING, text)) png_longjmp(png, 1);
}

// Receives every chunk but the critical ones and tRNS. A critical chunk that nobody knows makes the image undecodable.
static int on_chunk(png_structp png, png_unknown_chunkp chunk) {
  png_reader *reader = png_get_user_chunk_ptr(png);
  char name[5] = {0};
  memcpy(name, chunk->name, 4);
  if ((name[0] & 0x20) == 0) png_chunk_error(png, "unknown critical chunk");
  if (!imgconv_png_take_chunk(&reader->base, name, chunk->data, chunk->size)) png_longjmp(png, 1);
  return 1;
}

// ---- Steps ---------------------------------------------------------------------------------------------------------

static uint32_t decode(imgconv_reader *base, uint8_t *rows, uint32_t count) {
  png_reader *reader = (png_reader *)base;
  if (reader->data) return imgconv_png_data_decode(reader->data, rows, count);
  size_t row_bytes = png_get_rowbytes(reader->png, reader->info);
  volatile uint32_t done = 0;
  if (setjmp(png_jmpbuf(reader->png))) return done;
  // An interlaced image comes at once, into rows that are zero at first; any other comes in one pass.
  for (int pass = 0; pass < reader->passes; pass++) {
    for (uint32_t y = 0; y < count; y++) {
      reader->row = base->decoded_rows + y;
      png_read_row(reader->png, rows + y * row_bytes, NULL);
      done = y + 1;
    }
  }
  return done;
}

static void finish(imgconv_reader *base) {
  png_reader *reader = (png_reader *)base;
  if (reader->data) {
    imgconv_png_data_finish(reader->data);
    return;
  }
  if (setjmp(png_jmpbuf(reader->png))) return;
  reader->row = base->stored_height;
  png_read_end(reader->png, NULL);
}

static void destroy(imgconv_reader *base) {
  png_reader *reader = (png_reader *)base;
  imgconv_png_data_free(reader->data);
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
}

// Looks at IHDR before libpng does: nothing is allocated for an image that exceeds a limit or cannot be in the file.
static void check_header(png_reader *reader) {
  imgconv_reader *base = &reader->base;
  uint8_t bytes[33];
  size_t ready = imgconv_input_peek(base->input, bytes, sizeof bytes, &base->error);
  if (base->error.failed) return;
  if (ready < sizeof bytes) {
    imgconv_fail(&base->error, CODE_PNG_TRUNCATED, "the file ends after %zu bytes, inside its header of 33", ready);
    return;
  }
  if (memcmp(bytes + 8, "\0\0\0\rIHDR", 8) != 0) {
    imgconv_fail(&base->error, CODE_PNG_CORRUPT, "the first chunk is not IHDR of 13 bytes");
    return;
  }
  if (crc32(0, bytes + 12, 17) != imgconv_big_endian(bytes + 29)) {
    imgconv_fail(&base->error, CODE_PNG_CRC, "IHDR: the bytes do not match their checksum");
    return;
  }
  uint64_t width = imgconv_big_endian(bytes + 16), height = imgconv_big_endian(bytes + 20);
  int channels = bytes[25] == 2 ? 3 : bytes[25] == 4 ? 2 : bytes[25] == 6 ? 4 : 1;
  if (!imgconv_check_size(&base->limits, width, height, &base->error)) return;
  // RFC 1951: deflate stores at most 258 bytes in 2 bits, 1032 to 1.
  uint64_t raw = height * ((width * (uint64_t)channels * bytes[24] + 7) / 8);
  int64_t size = base->input->size;
  if (size >= 0 && raw / 1032 > (uint64_t)size) {
    imgconv_fail(&base->error, CODE_PNG_TRUNCATED,
                 "it declares %llu×%llu pixels, %llu bytes, which a file of %lld bytes cannot hold: it is cut short or false",
                 (unsigned long long)width, (unsigned long long)height, (unsigned long long)raw, (long long)size);
  }
}

static const char *color_name(int type) {
  switch (type) {
    case PNG_COLOR_TYPE_GRAY: return "grey";
    case PNG_COLOR_TYPE_PALETTE: return "palette";
    case PNG_COLOR_TYPE_RGB: return "RGB";
    case PNG_COLOR_TYPE_GRAY_ALPHA: return "grey+alpha";
    default: return "RGBA";
  }
}

static void read_header(png_reader *reader) {
  imgconv_reader *base = &reader->base;
  if (setjmp(png_jmpbuf(reader->png))) return;
  png_structp png = reader->png;
  png_set_read_fn(png, reader, take_bytes);
  png_set_read_user_chunk_fn(png, reader, on_chunk);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_cache_max(png, 0);
  uint64_t chunk = base->limits.maximum_chunk_bytes;
  png_set_chunk_malloc_max(png, chunk < PNG_UINT_31_MAX ? (png_alloc_size_t)chunk : PNG_UINT_31_MAX - 1);
  int strict = base->fail_on >= IMGCONV_FAIL_ERROR;
  png_set_crc_action(png, strict ? PNG_CRC_ERROR_QUIT : PNG_CRC_WARN_USE, strict ? PNG_CRC_ERROR_QUIT : PNG_CRC_WARN_DISCARD);
  png_read_info(png, reader->info);

  int type = png_get_color_type(png, reader->info), depth = png_get_bit_depth(png, reader->info);
  int transparent = png_get_valid(png, reader->info, PNG_INFO_tRNS) != 0;
  int interlaced = png_get_interlace_type(png, reader->info) != PNG_INTERLACE_NONE;
  base->stored_width = png_get_image_width(png, reader->info);
  base->stored_height = png_get_image_height(png, reader->info);
  snprintf(base->info.detail, sizeof base->info.detail, "PNG, %d-bit %s%s%s", depth, color_name(type),
           transparent ? " with transparent colour" : "", interlaced ? ", interlaced" : "");
  png_set_expand(png);
  if (depth == 16 && imgconv_swaps_samples()) png_set_swap(png);
  reader->passes = png_set_interlace_handling(png);
  png_read_update_info(png, reader->info);

  base->info.channels = png_get_channels(png, reader->info);
  base->info.depth = png_get_bit_depth(png, reader->info);
  int plain = depth >= 8 && type != PNG_COLOR_TYPE_PALETTE && !transparent && !interlaced;
  if (plain && !reader->engines.zlib_only && memcmp(reader->last_bytes + 4, "IDAT", 4) == 0) {
    size_t pixel_bytes = (size_t)base->info.channels * (size_t)(base->info.depth / 8);
    reader->data = imgconv_png_data_create(base, png_get_rowbytes(png, reader->info), pixel_bytes,
                                           imgconv_big_endian(reader->last_bytes), reader->engines.level);
  }
  if (base->orientation == 0) base->orientation = 1;
  base->holds_image = interlaced;
}

imgconv_reader *imgconv_png_open(imgconv_input *input, const imgconv_limits *limits, int fail_on, imgconv_engines engines,
                                imgconv_error *error) {
  png_reader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    imgconv_input_close(input);
    imgconv_fail_memory(error, sizeof *reader);
    return NULL;
  }
  imgconv_reader *base = &reader->base;
  base->input = input;
  base->limits = *limits;
  base->fail_on = fail_on;
  reader->engines = engines;
  base->info.color.rendering_intent = -1;
  base->decode = decode;
  base->finish = finish;
  base->destroy = destroy;
  check_header(reader);
  if (!base->error.failed) {
    reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
    if (reader->png) reader->info = png_create_info_struct(reader->png);
    if (reader->info) {
      read_header(reader);
    } else {
      imgconv_fail_memory(&base->error, sizeof *reader);
    }
  }
  if (!base->error.failed && !base->stopped) imgconv_reader_settle(base, 0);
  return imgconv_reader_opened(base, error);
}
