/*
 * One line of JSON as a tree, whole or not at all. For ndjson.c.
 */
#ifndef MOU_STORE_JSON_LINE_H
#define MOU_STORE_JSON_LINE_H

#include <jansson.h>

#include "mou/base.h"

/**
 * Parses `line`. MOU_OK: *value is the tree, which the caller frees, or NULL where the line is not
 * well-formed, and *column then says where it stops being so. MOU_ERROR_MEMORY: memory ran out.
 */
enum mou_status mou_json_line(struct mou_text line, json_t **value, uint32_t *column);

#endif
