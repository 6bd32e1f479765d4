/*
 * A document as PDF: A4 pages with the margins and sizes of official documents, set by pango with whatever Chinese fonts the machine has (Noto CJK first). The only file that knows pango and cairo.
 */
#include "print.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

/* In points: A4, and the type area of official documents (GB/T 9704). */
#define PAGE_WIDTH 595.276
#define PAGE_HEIGHT 841.89
#define MARGIN_TOP 104.9
#define MARGIN_BOTTOM 99.2
#define MARGIN_LEFT 79.4
#define TEXT_WIDTH 442.2
#define BODY_POINTS 15
#define TITLE_POINTS 21

/** A document being set. */
struct setting {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoLayout *layout;
    double at; /**< height on the page */
};

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned int len)
{
    struct mou_buf *out = closure;
    mou_buf_append(out, bytes, len);
    return out->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void set_font(const struct setting *setting, int points, bool bold)
{
    PangoFontDescription *font = pango_font_description_from_string("Noto Serif CJK SC, Noto Sans CJK SC, serif");
    pango_font_description_set_size(font, points * PANGO_SCALE);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(setting->layout, font);
    pango_font_description_free(font);
}

/** Sizes, indents and alignment of a kind of block. */
static void set_block(const struct setting *setting, enum mou_block_kind kind)
{
    const bool title = kind == MOU_BLOCK_TITLE;
    const bool plain = kind == MOU_BLOCK_PARAGRAPH || kind == MOU_BLOCK_ITEM || kind == MOU_BLOCK_HEADING;
    set_font(setting, title ? TITLE_POINTS : BODY_POINTS, title || kind == MOU_BLOCK_HEADING);
    pango_layout_set_alignment(setting->layout, title || kind == MOU_BLOCK_NUMBER ? PANGO_ALIGN_CENTER : kind == MOU_BLOCK_CLOSING ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_indent(setting->layout, plain ? 2 * BODY_POINTS * PANGO_SCALE : 0);
    pango_layout_set_justify(setting->layout, plain);
}

/** Draws the layout's lines, going on to the next page where one is full. */
static void draw_lines(struct setting *setting)
{
    PangoLayoutIter *iter = pango_layout_get_iter(setting->layout);
    bool more = true;
    while (more) {
        PangoRectangle logical;
        pango_layout_iter_get_line_extents(iter, NULL, &logical);
        const double height = (double)logical.height / PANGO_SCALE * 1.05;
        if (setting->at + height > PAGE_HEIGHT - MARGIN_BOTTOM) {
            cairo_show_page(setting->cairo);
            setting->at = MARGIN_TOP;
        }
        const int baseline = pango_layout_iter_get_baseline(iter) - logical.y;
        cairo_move_to(setting->cairo, MARGIN_LEFT + (double)logical.x / PANGO_SCALE, setting->at + (double)baseline / PANGO_SCALE);
        pango_cairo_show_layout_line(setting->cairo, pango_layout_iter_get_line_readonly(iter));
        setting->at += height;
        more = pango_layout_iter_next_line(iter);
    }
    pango_layout_iter_free(iter);
}

/** Nothing in the document depends on when it was printed. */
static void set_dates(const struct setting *setting, mou_date day)
{
    struct mou_buf date;
    mou_buf_init(&date, NULL, 64);
    mou_date_format(day, &date);
    mou_buf_text(&date, "T00:00:00+08:00");
    if (!date.failed) {
        cairo_pdf_surface_set_metadata(setting->surface, CAIRO_PDF_METADATA_CREATE_DATE, date.data);
        cairo_pdf_surface_set_metadata(setting->surface, CAIRO_PDF_METADATA_MOD_DATE, date.data);
    }
    mou_buf_free(&date);
}

static void draw(struct setting *setting, const struct mou_block *blocks, size_t count)
{
    setting->at = MARGIN_TOP;
    pango_layout_set_width(setting->layout, (int)(TEXT_WIDTH * PANGO_SCALE));
    pango_layout_set_wrap(setting->layout, PANGO_WRAP_WORD_CHAR);
    for (size_t i = 0; i < count; i++) {
        const struct mou_block *block = &blocks[i];
        const bool closes = block->kind == MOU_BLOCK_CLOSING && i > 0 && blocks[i - 1].kind != MOU_BLOCK_CLOSING;
        setting->at += closes ? 2 * BODY_POINTS : block->kind == MOU_BLOCK_ADDRESS ? BODY_POINTS : 0;
        set_block(setting, block->kind);
        pango_layout_set_text(setting->layout, block->text.bytes, (int)block->text.len);
        draw_lines(setting);
    }
    cairo_show_page(setting->cairo);
}

bool mou_print_pdf(const struct mou_block *blocks, size_t count, mou_date day, struct mou_buf *out, const char **why)
{
    struct setting setting = {.surface = cairo_pdf_surface_create_for_stream(take_bytes, out, PAGE_WIDTH, PAGE_HEIGHT)};
    setting.cairo = cairo_create(setting.surface);
    setting.layout = pango_cairo_create_layout(setting.cairo);
    pango_cairo_context_set_resolution(pango_layout_get_context(setting.layout), 72); /* one unit of the page is a point */
    set_dates(&setting, day);
    draw(&setting, blocks, count);
    g_object_unref(setting.layout);
    const cairo_status_t drawn = cairo_status(setting.cairo);
    cairo_destroy(setting.cairo);
    cairo_surface_finish(setting.surface);
    const cairo_status_t written = cairo_surface_status(setting.surface);
    cairo_surface_destroy(setting.surface);
    pango_cairo_font_map_set_default(NULL);
    *why = cairo_status_to_string(drawn != CAIRO_STATUS_SUCCESS ? drawn : written);
    return drawn == CAIRO_STATUS_SUCCESS && written == CAIRO_STATUS_SUCCESS && !out->failed;
}
