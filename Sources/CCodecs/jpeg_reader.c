// JPEG through jpeglib.h.
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "exif.h"
#include "reader.h"

enum { STAGE_HEADER, STAGE_SCANS, STAGE_END };
enum { OVER_LIMIT = -1 };  // the case of JERR_OUT_OF_MEMORY that is ours: the system refused nothing, a limit did

typedef struct {
  imgconv_reader base;
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  void *(*allocate)(j_common_ptr jpeg, int pool, size_t bytes);
  uint64_t marker_bytes;
  jmp_buf escape;
  int created, started, stage, holds_coefficients;
  int luma_only;
  uint8_t *ink;  // one row of CMYK
} jpeg_reader;

static jpeg_reader *reader_of(j_common_ptr jpeg) { return jpeg->client_data; }

// ---- Errors --------------------------------------------------------------------------------------------------------

static void position(const jpeg_reader *reader, char text[48]) {
  if (reader->stage == STAGE_HEADER) {
    snprintf(text, 48, "in the header");
  } else if (reader->jpeg.output_scanline == 0 && reader->jpeg.input_scan_number > 0 && reader->holds_coefficients) {
    snprintf(text, 48, "in scan %d", reader->jpeg.input_scan_number);
  } else {
    snprintf(text, 48, "at row %u of %u", reader->jpeg.output_scanline, reader->base.stored_height);
  }
}

static int report_truncation(jpeg_reader *reader) {
  char where[48];
  position(reader, where);
  return imgconv_reader_report(&reader->base, IMGCONV_FAIL_TRUNCATED, CODE_JPEG_TRUNCATED,
                               "the file ends too early %s", where);
}

static void on_error(j_common_ptr jpeg) {
  jpeg_reader *reader = reader_of(jpeg);
  imgconv_reader *base = &reader->base;
  char text[JMSG_LENGTH_MAX], where[48];
  jpeg->err->format_message(jpeg, text);
  position(reader, where);
  switch (jpeg->err->msg_code) {
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_J_COLORSPACE:
    case JERR_BAD_PRECISION:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED:
      imgconv_fail(&base->error, CODE_UNSUPPORTED, "this kind of JPEG is not read: %s; expected 8 bits, Huffman-coded", text);
      break;
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
      imgconv_fail(&base->error, CODE_LIMIT_DIMENSION, "%s", text);
      break;
    case JERR_OUT_OF_MEMORY:
      if (jpeg->err->msg_parm.i[0] != OVER_LIMIT) {
        imgconv_fail(&base->error, CODE_IO_MEMORY, "the system refused memory %s", where);
        break;
      }
      // fall through
    case JERR_NO_BACKING_STORE:
      imgconv_fail(&base->error, CODE_LIMIT_MEMORY, "decoding needs more than the %llu bytes that may be used (--max-memory)",
                   (unsigned long long)base->limits.maximum_memory);
      break;
    case JERR_INPUT_EMPTY:
    case JERR_INPUT_EOF:
      report_truncation(reader);
      break;
    default:
      imgconv_reader_report(base, IMGCONV_FAIL_ERROR, CODE_JPEG_CORRUPT, "%s %s", text, where);
  }
  base->stopped = 1;
  longjmp(reader->escape, 1);
}

static void on_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;  // a trace
  jpeg_reader *reader = reader_of(jpeg);
  imgconv_reader *base = &reader->base;
  char text[JMSG_LENGTH_MAX], where[48];
  jpeg->err->num_warnings++;
  jpeg->err->format_message(jpeg, text);
  position(reader, where);
  int fails = 0;
  switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
      fails = report_truncation(reader);
      break;
    case JWRN_EXTRANEOUS_DATA:
      // Padding between segments is common; within the scans it is what a decoder that lost its place leaves over.
      if (reader->stage == STAGE_SCANS) goto corrupt;
      goto warning;
    case JWRN_ARITH_BAD_CODE:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    corrupt:
      fails = imgconv_reader_report(base, IMGCONV_FAIL_ERROR, CODE_JPEG_CORRUPT, "%s %s", text, where);
      break;
    default:
    warning:
      fails = imgconv_reader_report(base, IMGCONV_FAIL_WARNING, CODE_JPEG_WARNING, "%s", text);
  }
  if (fails) longjmp(reader->escape, 1);
}

static void fail_now(jpeg_reader *reader) {
  longjmp(reader->escape, 1);
}

// ---- Bytes, scans and memory ---------------------------------------------------------------------------------------

static void no_step(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean fill(j_decompress_ptr jpeg) {
  jpeg_reader *reader = reader_of((j_common_ptr)jpeg);
  imgconv_input *input = reader->base.input;
  size_t ready = imgconv_input_fill(input);
  if (ready > 0) {
    // The bytes count as consumed: the source manager points at them until it asks again.
    jpeg->src->next_input_byte = input->buffer + input->begin;
    jpeg->src->bytes_in_buffer = ready;
    input->begin = input->end;
    return TRUE;
  }
  if (input->failure) {
    imgconv_fail(&reader->base.error, CODE_IO_READ, "reading failed: %s", strerror(input->failure));
    fail_now(reader);
  }
  if (report_truncation(reader)) fail_now(reader);
  static const JOCTET end_of_image[2] = {0xFF, JPEG_EOI};
  jpeg->src->next_input_byte = end_of_image;
  jpeg->src->bytes_in_buffer = sizeof end_of_image;
  return TRUE;
}

static void skip(j_decompress_ptr jpeg, long count) {
  while (count > (long)jpeg->src->bytes_in_buffer) {
    count -= (long)jpeg->src->bytes_in_buffer;
    fill(jpeg);
  }
  if (count > 0) {
    jpeg->src->next_input_byte += count;
    jpeg->src->bytes_in_buffer -= (size_t)count;
  }
}

// Called between rows of every scan: a small file may declare thousands of scans, each over the whole image.
static void on_progress(j_common_ptr common) {
  jpeg_reader *reader = reader_of(common);
  uint64_t scan = (uint64_t)reader->jpeg.input_scan_number;
  if (scan > reader->base.limits.maximum_scans) {
    imgconv_fail(&reader->base.error, CODE_LIMIT_SCANS, "it has more than %llu scans (--max-scans)",
                 (unsigned long long)reader->base.limits.maximum_scans);
    fail_now(reader);
  }
}

// Large blocks are what saved markers take: a file of nothing but APP2 segments must not fill the memory.
static void *allocate_large(j_common_ptr common, int pool, size_t bytes) {
  jpeg_reader *reader = reader_of(common);
  if (reader->stage == STAGE_HEADER) {
    reader->marker_bytes += bytes;
    if (reader->marker_bytes > reader->base.limits.maximum_memory) ERREXIT1(common, JERR_OUT_OF_MEMORY, OVER_LIMIT);
  }
  return reader->allocate(common, pool, bytes);
}

// ---- Header --------------------------------------------------------------------------------------------------------

static int has_profile_for(const jpeg_reader *reader) {
  return reader->jpeg.jpeg_color_space != JCS_CMYK && reader->jpeg.jpeg_color_space != JCS_YCCK;
}

static void take_metadata(jpeg_reader *reader) {
  imgconv_color *color = &reader->base.info.color;
  struct jpeg_decompress_struct *jpeg = &reader->jpeg;
  imgconv_exif exif = {1, 0, 0};
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next) {
    if (marker->marker == JPEG_APP0 + 1 && marker->data_length > 6 && memcmp(marker->data, "Exif\0\0", 6) == 0) {
      exif = imgconv_exif_parse(marker->data + 6, marker->data_length - 6);
      break;
    }
  }
  reader->base.orientation = exif.orientation;
  if (jpeg->saw_JFIF_marker && jpeg->density_unit > 0 && jpeg->X_density > 0 && jpeg->Y_density > 0) {
    double per_metre = jpeg->density_unit == 1 ? 1 / 0.0254 : 100;
    color->has_density = color->density_is_per_metre = 1;
    color->density_x = jpeg->X_density * per_metre;
    color->density_y = jpeg->Y_density * per_metre;
  } else if (exif.x_per_metre > 0) {
    color->has_density = color->density_is_per_metre = 1;
    color->density_x = exif.x_per_metre;
    color->density_y = exif.y_per_metre;
  } else if (jpeg->saw_JFIF_marker && jpeg->X_density != jpeg->Y_density && jpeg->X_density > 0 && jpeg->Y_density > 0) {
    color->has_density = 1;
    color->density_x = jpeg->X_density;
    color->density_y = jpeg->Y_density;
  }
  JOCTET *profile = NULL;
  unsigned length = 0;
  if (has_profile_for(reader) && jpeg_read_icc_profile(jpeg, &profile, &length)) {
    reader->base.icc_profile = profile;
    color->icc_length = length;
  }
}

static uint64_t coefficient_bytes(const struct jpeg_decompress_struct *jpeg) {
  uint64_t blocks = 0;
  for (int i = 0; i < jpeg->num_components; i++) {
    const jpeg_component_info *component = &jpeg->comp_info[i];
    // libjpeg rounds each side up to whole MCUs.
    uint64_t across = component->width_in_blocks + (JDIMENSION)component->h_samp_factor - 1;
    uint64_t down = component->height_in_blocks + (JDIMENSION)component->v_samp_factor - 1;
    blocks += across * down;
  }
  return blocks * sizeof(JBLOCK);
}

static const char *color_name(J_COLOR_SPACE space) {
  switch (space) {
    case JCS_GRAYSCALE: return "grey";
    case JCS_RGB: return "RGB";
    case JCS_YCbCr: return "YCbCr";
    case JCS_CMYK: return "CMYK";
    case JCS_YCCK: return "YCCK";
    default: return "unknown colours";
  }
}

static void read_header(jpeg_reader *reader) {
  imgconv_reader *base = &reader->base;
  struct jpeg_decompress_struct *jpeg = &reader->jpeg;
  if (setjmp(reader->escape)) return;
  jpeg->err = jpeg_std_error(&reader->errors);
  reader->errors.error_exit = on_error;
  reader->errors.emit_message = on_message;
  jpeg->client_data = reader;
  jpeg_create_decompress(jpeg);
  reader->created = 1;
  jpeg->client_data = reader;
  reader->allocate = jpeg->mem->alloc_large;
  jpeg->mem->alloc_large = allocate_large;
  uint64_t memory = base->limits.maximum_memory;
  jpeg->mem->max_memory_to_use = memory < LONG_MAX ? (long)memory : LONG_MAX;
  reader->source = (struct jpeg_source_mgr){
    .init_source = no_step, .fill_input_buffer = fill, .skip_input_data = skip,
    .resync_to_restart = jpeg_resync_to_restart, .term_source = no_step};
  jpeg->src = &reader->source;
  reader->progress.progress_monitor = on_progress;
  jpeg->progress = &reader->progress;
  jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
  jpeg_save_markers(jpeg, JPEG_APP0 + 2, 0xFFFF);
  jpeg_read_header(jpeg, TRUE);

  base->stored_width = jpeg->image_width;
  base->stored_height = jpeg->image_height;
  reader->holds_coefficients = jpeg_has_multiple_scans(jpeg);
  snprintf(base->info.detail, sizeof base->info.detail, "JPEG, %s, %s", color_name(jpeg->jpeg_color_space),
           jpeg->progressive_mode ? "progressive" : reader->holds_coefficients ? "several scans" : "baseline");
  if (!imgconv_check_size(&base->limits, base->stored_width, base->stored_height, &base->error)) return;
  switch (jpeg->jpeg_color_space) {
    case JCS_GRAYSCALE: jpeg->out_color_space = JCS_GRAYSCALE; break;
    case JCS_CMYK:
    case JCS_YCCK: jpeg->out_color_space = JCS_CMYK; break;
    case JCS_RGB: jpeg->out_color_space = JCS_RGB; break;
    case JCS_YCbCr: jpeg->out_color_space = reader->luma_only ? JCS_GRAYSCALE : JCS_RGB; break;
    default:
      imgconv_fail(&base->error, CODE_UNSUPPORTED, "it has %d components; expected 1, 3 or 4", jpeg->num_components);
      return;
  }
  jpeg->dct_method = JDCT_ISLOW;
  take_metadata(reader);
  base->info.channels = jpeg->out_color_space == JCS_GRAYSCALE ? 1 : 3;
  base->info.depth = 8;
  if (jpeg->out_color_space == JCS_CMYK) {
    reader->ink = malloc(4 * (size_t)jpeg->image_width);
    if (!reader->ink) {
      imgconv_fail_memory(&base->error, 4 * (uint64_t)jpeg->image_width);
      return;
    }
  }
  imgconv_reader_settle(base, reader->holds_coefficients ? coefficient_bytes(jpeg) : 0);
}

// ---- Rows ----------------------------------------------------------------------------------------------------------

// a · b / 255 to the nearest; 255 is odd, so there are no ties.
static inline uint8_t product(unsigned a, unsigned b) { return (uint8_t)((a * b + 127) / 255); }

// Adobe's convention, which is what CMYK JPEGs hold: 255 minus the ink. So the stored values are (255−C) and so on.
static void colors_from_ink(const uint8_t *ink, uint8_t *colors, uint32_t width) {
  for (uint32_t x = 0; x < width; x++, ink += 4, colors += 3) {
    colors[0] = product(ink[0], ink[3]);
    colors[1] = product(ink[1], ink[3]);
    colors[2] = product(ink[2], ink[3]);
  }
}

static uint32_t decode(imgconv_reader *base, uint8_t *rows, uint32_t count) {
  jpeg_reader *reader = (jpeg_reader *)base;
  struct jpeg_decompress_struct *jpeg = &reader->jpeg;
  size_t row_bytes = (size_t)base->stored_width * (size_t)base->info.channels;
  volatile uint32_t done = 0;
  if (setjmp(reader->escape)) return done;
  if (!reader->started) {
    reader->started = 1;
    reader->stage = STAGE_SCANS;
    jpeg_start_decompress(jpeg);
  }
  while (done < count) {
    JSAMPROW row = reader->ink ? reader->ink : rows + done * row_bytes;
    if (jpeg_read_scanlines(jpeg, &row, 1) != 1) break;
    if (reader->ink) colors_from_ink(reader->ink, rows + done * row_bytes, base->stored_width);
    done = done + 1;
  }
  return done;
}

static void finish(imgconv_reader *base) {
  jpeg_reader *reader = (jpeg_reader *)base;
  if (setjmp(reader->escape)) return;
  reader->stage = STAGE_END;
  jpeg_finish_decompress(&reader->jpeg);
}

static void destroy(imgconv_reader *base) {
  jpeg_reader *reader = (jpeg_reader *)base;
  if (reader->created) jpeg_destroy_decompress(&reader->jpeg);
  free(reader->ink);
}

imgconv_reader *imgconv_jpeg_open(imgconv_input *input, const imgconv_limits *limits, int fail_on, int luma_only,
                                  imgconv_error *error) {
  jpeg_reader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    imgconv_input_close(input);
    imgconv_fail_memory(error, sizeof *reader);
    return NULL;
  }
  imgconv_reader *base = &reader->base;
  base->input = input;
  base->limits = *limits;
  base->fail_on = fail_on;
  reader->luma_only = luma_only;
  base->info.color.rendering_intent = -1;
  base->decode = decode;
  base->finish = finish;
  base->destroy = destroy;
  read_header(reader);
  return imgconv_reader_opened(base, error);
}
