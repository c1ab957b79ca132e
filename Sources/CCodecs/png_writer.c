// PNG: libpng writes the chunks, parallel_deflate.c what is in IDAT.
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "big_endian.h"
#include "errors.h"
#include "output.h"
#include "parallel_deflate.h"

struct imgconv_png_writer {
  int descriptor;
  png_structp png;
  png_infop info;
  imgconv_compressor *compressor;
  size_t row_bytes;
  uint8_t *profile_chunk;
  imgconv_error error;  // set once: the file cannot be completed
};

// ---- Callbacks of libpng -------------------------------------------------------------------------------------------

static void put_bytes(png_structp png, png_bytep bytes, size_t count) {
  imgconv_png_writer *writer = png_get_io_ptr(png);
  int failure = imgconv_write_all(writer->descriptor, bytes, count);
  if (failure) {
    imgconv_fail_write(&writer->error, failure);
    png_longjmp(png, 1);
  }
}

static void no_flush(png_structp png) { (void)png; }

static void on_error(png_structp png, png_const_charp text) {
  imgconv_png_writer *writer = png_get_error_ptr(png);
  imgconv_fail(&writer->error, CODE_ENCODER, "libpng: %s", text);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

// ---- Colour and density --------------------------------------------------------------------------------------------

static void write_chunk(imgconv_png_writer *writer, const char *name, const uint8_t *data, size_t count) {
  png_write_chunk(writer->png, (png_const_bytep)name, data, count);
}

static void write_profile(imgconv_png_writer *writer, const uint8_t *profile, size_t count) {
  static const char prefix[] = "ICC profile\0";  // the name, its zero, and compression method 0
  uLongf packed = compressBound(count);
  writer->profile_chunk = malloc(sizeof prefix + packed);
  if (!writer->profile_chunk) {
    imgconv_fail_memory(&writer->error, sizeof prefix + packed);
    png_longjmp(writer->png, 1);
  }
  memcpy(writer->profile_chunk, prefix, sizeof prefix);
  if (compress2(writer->profile_chunk + sizeof prefix, &packed, profile, count, 9) != Z_OK) {
    png_error(writer->png, "the ICC profile cannot be compressed");
  }
  write_chunk(writer, "iCCP", writer->profile_chunk, sizeof prefix + packed);
}

static uint32_t rounded(double value) { return value < 1 ? 1 : value > PNG_UINT_31_MAX ? PNG_UINT_31_MAX : (uint32_t)(value + 0.5); }

static void write_color(imgconv_png_writer *writer, const imgconv_color *color, const uint8_t *icc_profile) {
  uint8_t data[32];
  if (color->gamma) {
    imgconv_put_big_endian(data, color->gamma);
    write_chunk(writer, "gAMA", data, 4);
  }
  if (color->has_chromaticities) {
    for (int i = 0; i < 8; i++) imgconv_put_big_endian(data + 4 * i, color->chromaticities[i]);
    write_chunk(writer, "cHRM", data, 32);
  }
  // A file has one of the two.
  if (color->icc_length > 0) {
    write_profile(writer, icc_profile, color->icc_length);
  } else if (color->rendering_intent >= 0) {
    data[0] = (uint8_t)color->rendering_intent;
    write_chunk(writer, "sRGB", data, 1);
  }
  if (color->has_density) {
    imgconv_put_big_endian(data, rounded(color->density_x));
    imgconv_put_big_endian(data + 4, rounded(color->density_y));
    data[8] = color->density_is_per_metre != 0;
    write_chunk(writer, "pHYs", data, 9);
  }
}

// ---- Steps ---------------------------------------------------------------------------------------------------------

static void write_header(imgconv_png_writer *writer, const imgconv_output_info *info, const uint8_t *icc_profile) {
  static const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
  png_structp png = writer->png;
  if (setjmp(png_jmpbuf(png))) return;
  png_set_write_fn(png, writer, put_bytes, no_flush);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(png, writer->info, info->width, info->height, info->depth, types[info->channels - 1], PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info_before_PLTE(png, writer->info);
  write_color(writer, &info->color, icc_profile);
}

imgconv_png_writer *imgconv_png_create(int descriptor, const imgconv_output_info *info, const uint8_t *icc_profile,
                                       int compression, imgconv_engines engines, int threads, imgconv_error *error) {
  imgconv_png_writer *writer = calloc(1, sizeof *writer);
  if (!writer) {
    imgconv_fail_memory(error, sizeof *writer);
    return NULL;
  }
  size_t pixel_bytes = (size_t)info->channels * (size_t)(info->depth / 8);
  imgconv_compressor_options options = {
    .row_bytes = info->width * pixel_bytes, .pixel_bytes = pixel_bytes, .height = info->height,
    .swaps_bytes = info->depth == 16 && imgconv_swaps_samples(), .compression = compression, .engines = engines,
    .threads = threads};
  writer->descriptor = descriptor;
  writer->row_bytes = options.row_bytes;
  writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, writer, on_error, on_warning);
  if (writer->png) writer->info = png_create_info_struct(writer->png);
  if (writer->info) writer->compressor = imgconv_compressor_create(&options);
  if (writer->compressor) {
    write_header(writer, info, icc_profile);
  } else {
    imgconv_fail(&writer->error, CODE_IO_MEMORY, "the system refused memory to compress %u×%u pixels",
                 info->width, info->height);
  }
  if (!writer->error.failed) return writer;
  *error = writer->error;
  imgconv_png_close(writer);
  return NULL;
}

// Writes the next finished piece. Returns 0 where none is under way, or on failure.
static int write_piece(imgconv_png_writer *writer) {
  size_t count;
  int failed;
  const uint8_t *piece = imgconv_compressor_collect(writer->compressor, &count, &failed);
  if (failed) imgconv_fail(&writer->error, CODE_ENCODER, "the image data cannot be compressed");
  if (!piece) return 0;
  write_chunk(writer, "IDAT", piece, count);
  return 1;
}

static int succeeded(const imgconv_png_writer *writer, imgconv_error *error) {
  if (writer->error.failed) *error = writer->error;
  return !writer->error.failed;
}

int imgconv_png_write(imgconv_png_writer *writer, const uint8_t *rows, uint32_t count, imgconv_error *error) {
  if (!writer->error.failed && setjmp(png_jmpbuf(writer->png)) == 0) {
    for (uint32_t put = 0; put < count;) {
      put += imgconv_compressor_put(writer->compressor, rows + put * writer->row_bytes, count - put);
      if (put < count && !write_piece(writer)) break;
    }
  }
  return succeeded(writer, error);
}

int imgconv_png_finish(imgconv_png_writer *writer, imgconv_error *error) {
  if (!writer->error.failed && setjmp(png_jmpbuf(writer->png)) == 0) {
    while (write_piece(writer)) {}
    if (!writer->error.failed) write_chunk(writer, "IEND", NULL, 0);
  }
  return succeeded(writer, error);
}

void imgconv_png_close(imgconv_png_writer *writer) {
  if (!writer) return;
  imgconv_compressor_free(writer->compressor);
  png_destroy_write_struct(&writer->png, &writer->info);
  free(writer->profile_chunk);
  free(writer);
}
