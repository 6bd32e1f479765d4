/*
 * What date.c shares with its neighbours in this folder: lengths of months, the first day of a
 * year.
 */
#ifndef MOU_BASE_CIVIL_H
#define MOU_BASE_CIVIL_H

#include "mou/base.h"

#define MOU_YEAR_MIN 1900
#define MOU_YEAR_MAX 2199

bool mou_civil_leap(int year);
/** Days of a month 1 to 12. */
int mou_civil_month_length(int year, int month);
/** 1 January of a year within the calendar. */
mou_date mou_civil_year_begin(int year);

#endif
