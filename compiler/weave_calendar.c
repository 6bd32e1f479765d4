/*
 * The page of working-day calendars: which days of a year are free, which are worked in their place, and under which notice. Used by the weaver
 * alone.
 */
#include "names.h"
#include "weave.h"

static void put_day(struct mou_weaver *weaver, mou_date day)
{
    struct mou_civil civil = mou_date_to_civil(day);
    if (weaver->lang == MOU_LANG_EN) {
        mou_date_format(day, &weaver->page);
        return;
    }
    mou_buf_printf(&weaver->page, "%d月%d日", civil.month, civil.day);
}

static void put_days(struct mou_weaver *weaver, const struct mou_date_range *ranges)
{
    for (const struct mou_date_range *range = ranges; range != NULL; range = range->next) {
        put_day(weaver, range->from);
        if (range->until != range->from) {
            mou_weave_words(weaver, "至", " to ");
            put_day(weaver, range->until);
        }
        mou_weave_raw(weaver, range->next != NULL ? "、" : "");
    }
}

static void put_year(struct mou_weaver *weaver, const struct mou_calendar_decl *calendar)
{
    const struct mou_clause *under = mou_clause_find(calendar->decl, MOU_CLAUSE_UNDER);
    mou_buf_printf(&weaver->page, "<tr><th scope=\"row\">%d%s", calendar->year, mou_weave_say(weaver, "年", ""));
    if (calendar->published != MOU_DATE_NONE) {
        mou_weave_raw(weaver, "<br><span class=\"of\">");
        mou_weave_words(weaver, "公布 ", "published ");
        mou_weave_date(weaver, calendar->published);
        mou_weave_raw(weaver, "</span>");
    }
    mou_weave_raw(weaver, "</th><td>");
    put_days(weaver, calendar->decl->holidays);
    mou_weave_raw(weaver, "</td><td>");
    put_days(weaver, calendar->decl->workdays);
    mou_weave_raw(weaver, "</td><td>");
    if (under != NULL) {
        mou_weave_legal(weaver, under->basis);
    }
    mou_weave_raw(weaver, "</td></tr>\n");
}

void mou_weave_calendar_page(struct mou_weaver *weaver)
{
    mou_weave_begin(weaver, MOU_PAGE_CALENDAR, mou_text_of(mou_weave_say(weaver, "工作日历", "Calendar of working days")),
                    mou_text_of(mou_weave_say(weaver, "以工作日计的期限按此计算；没有公布的年份不作推算", "deadlines in working days follow it; a year that is not published is never guessed")));
    mou_weave_raw(weaver, "<table class=\"glance\"><thead><tr>");
    mou_weave_raw(weaver, mou_weave_say(weaver, "<th scope=\"col\">年份</th><th scope=\"col\">放假</th><th scope=\"col\">调休上班</th><th scope=\"col\">依据</th>",
                                        "<th scope=\"col\">Year</th><th scope=\"col\">Holidays</th><th scope=\"col\">Working days in their place</th><th scope=\"col\">Notice</th>"));
    mou_weave_raw(weaver, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < weaver->program->calendars.count; i++) {
        put_year(weaver, &weaver->program->calendars.items[i]);
    }
    mou_weave_raw(weaver, "</tbody></table>\n");
    mou_weave_end(weaver, mou_weave_file(MOU_PAGE_CALENDAR));
}
