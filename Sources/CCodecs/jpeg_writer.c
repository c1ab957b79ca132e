// JPEG through jpeglib.h: baseline, YCbCr or grey.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

#include "errors.h"
#include "output.h"

enum { BUFFER_BYTES = 64 * 1024 };

struct imgconv_jpeg_writer {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  jmp_buf escape;
  int descriptor, created;
  size_t row_bytes;
  imgconv_error error;  // set once: the file cannot be completed
  uint8_t buffer[BUFFER_BYTES];
};

static void on_error(j_common_ptr jpeg) {
  imgconv_jpeg_writer *writer = jpeg->client_data;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  int memory = jpeg->err->msg_code == JERR_OUT_OF_MEMORY;
  imgconv_fail(&writer->error, memory ? CODE_IO_MEMORY : CODE_ENCODER, "libjpeg: %s", text);
  longjmp(writer->escape, 1);
}

static void on_message(j_common_ptr jpeg, int level) {
  (void)jpeg;
  (void)level;
}

static void put_bytes(imgconv_jpeg_writer *writer, size_t count) {
  int failure = imgconv_write_all(writer->descriptor, writer->buffer, count);
  if (failure) {
    imgconv_fail_write(&writer->error, failure);
    longjmp(writer->escape, 1);
  }
  writer->destination.next_output_byte = writer->buffer;
  writer->destination.free_in_buffer = BUFFER_BYTES;
}

static void begin(j_compress_ptr jpeg) {
  imgconv_jpeg_writer *writer = jpeg->client_data;
  writer->destination.next_output_byte = writer->buffer;
  writer->destination.free_in_buffer = BUFFER_BYTES;
}

static boolean empty(j_compress_ptr jpeg) {
  put_bytes(jpeg->client_data, BUFFER_BYTES);
  return TRUE;
}

static void end(j_compress_ptr jpeg) {
  imgconv_jpeg_writer *writer = jpeg->client_data;
  put_bytes(writer, BUFFER_BYTES - writer->destination.free_in_buffer);
}

// JFIF has 16 bits a side: pixels an inch or a centimetre, whichever is nearer after rounding, or the shape of a pixel.
static void set_density(struct jpeg_compress_struct *jpeg, const imgconv_color *color) {
  if (!color->has_density) return;
  double x = color->density_x, y = color->density_y;
  int unit = 0;
  if (color->density_is_per_metre) {
    double inch = x * 0.0254, centimetre = x * 0.01;
    double inch_error = inch - (double)(long)(inch + 0.5), centimetre_error = centimetre - (double)(long)(centimetre + 0.5);
    // Relative to the value: an inch is 2.54 centimetres.
    unit = inch_error * inch_error <= centimetre_error * centimetre_error * 2.54 * 2.54 ? 1 : 2;
    x *= unit == 1 ? 0.0254 : 0.01;
    y *= unit == 1 ? 0.0254 : 0.01;
  }
  if (x + 0.5 >= 65536 || y + 0.5 >= 65536 || x < 0.5 || y < 0.5) return;
  jpeg->density_unit = (UINT8)unit;
  jpeg->X_density = (UINT16)(x + 0.5);
  jpeg->Y_density = (UINT16)(y + 0.5);
}

static void write_header(imgconv_jpeg_writer *writer, const imgconv_output_info *info, const uint8_t *icc_profile, int quality) {
  struct jpeg_compress_struct *jpeg = &writer->jpeg;
  if (setjmp(writer->escape)) return;
  jpeg->err = jpeg_std_error(&writer->errors);
  writer->errors.error_exit = on_error;
  writer->errors.emit_message = on_message;
  jpeg->client_data = writer;
  jpeg_create_compress(jpeg);
  writer->created = 1;
  writer->destination.init_destination = begin;
  writer->destination.empty_output_buffer = empty;
  writer->destination.term_destination = end;
  jpeg->dest = &writer->destination;
  jpeg->image_width = info->width;
  jpeg->image_height = info->height;
  jpeg->input_components = info->channels;
  jpeg->in_color_space = info->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  jpeg->dct_method = JDCT_ISLOW;
  if (quality >= 90 && info->channels == 3) jpeg->comp_info[0].h_samp_factor = jpeg->comp_info[0].v_samp_factor = 1;
  set_density(jpeg, &info->color);
  jpeg_start_compress(jpeg, TRUE);
  if (info->color.icc_length > 0) jpeg_write_icc_profile(jpeg, icc_profile, (unsigned)info->color.icc_length);
}

imgconv_jpeg_writer *imgconv_jpeg_create(int descriptor, const imgconv_output_info *info, const uint8_t *icc_profile,
                                         int quality, imgconv_error *error) {
  imgconv_jpeg_writer *writer = calloc(1, sizeof *writer);
  if (!writer) {
    imgconv_fail_memory(error, sizeof *writer);
    return NULL;
  }
  writer->descriptor = descriptor;
  writer->row_bytes = (size_t)info->width * (size_t)info->channels;
  write_header(writer, info, icc_profile, quality);
  if (!writer->error.failed) return writer;
  *error = writer->error;
  imgconv_jpeg_close(writer);
  return NULL;
}

int imgconv_jpeg_write(imgconv_jpeg_writer *writer, const uint8_t *rows, uint32_t count, imgconv_error *error) {
  if (!writer->error.failed && setjmp(writer->escape) == 0) {
    for (uint32_t y = 0; y < count; y++) {
      JSAMPROW row = (JSAMPROW)rows + y * writer->row_bytes;
      jpeg_write_scanlines(&writer->jpeg, &row, 1);
    }
  }
  if (writer->error.failed) *error = writer->error;
  return !writer->error.failed;
}

int imgconv_jpeg_finish(imgconv_jpeg_writer *writer, imgconv_error *error) {
  if (!writer->error.failed && setjmp(writer->escape) == 0) jpeg_finish_compress(&writer->jpeg);
  if (writer->error.failed) *error = writer->error;
  return !writer->error.failed;
}

void imgconv_jpeg_close(imgconv_jpeg_writer *writer) {
  if (!writer) return;
  if (writer->created) jpeg_destroy_compress(&writer->jpeg);
  free(writer);
}
