/*
 * Notices as PDF: loads the module that prints, when it is first needed, and has it set the blocks. May not know how pages are made. Used by cmd_notice.c.
 */
#include <dlfcn.h>
#include <string.h>

#include "notice.h"

/** The module's function; NULL with a complaint where the module is not there. It stays loaded, as what it loaded itself cannot be let go of. */
static mou_print_pdf_function *load(struct mou_cli *cli)
{
    mou_print_pdf_function *print = NULL;
    const char *path = mou_beside_program(cli, MOU_PRINT_BESIDE);
    path = path != NULL ? path : mou_beside_program(cli, MOU_PRINT_INSTALLED);
    void *module = path != NULL ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    void *symbol = module != NULL ? dlsym(module, MOU_PRINT_PDF_SYMBOL) : NULL;
    if (symbol != NULL) {
        memcpy(&print, &symbol, sizeof print); /* POSIX has both of one form, C has no conversion */
        return print;
    }
    const char *why = path != NULL ? dlerror() : NULL;
    mou_complain(cli, mou_say(cli, "不能生成 PDF：没有装好排版部件（%s）；可以改用 --format html 或 txt", "cannot make the PDF: the part that prints is not installed well (%s); --format html or txt need none"),
                 why != NULL ? why : MOU_PRINT_INSTALLED);
    return NULL;
}

bool mou_notice_put_pdf(const struct mou_notice *notice, struct mou_buf *out)
{
    const char *why = "";
    mou_print_pdf_function *print = load(notice->cli);
    if (print == NULL) {
        return false;
    }
    if (!print(notice->blocks.items, notice->blocks.count, notice->day, out, &why)) {
        mou_complain(notice->cli, mou_say(notice->cli, "不能生成 PDF：%s", "cannot make the PDF: %s"), why);
        return false;
    }
    return true;
}
