/*
 * Nodes of an explanation and their two written forms. A line of text is: indentation, mark and
 * word of the truth, what it is about, the text, the place in the rules. Marks never stand alone.
 * Used by explain*.c.
 */
#include "explain_tree.h"

#include <assert.h>
#include <string.h>

/* What a person can still read, and a bound on the output; the root says when something was left
 * out. */
#define NODES_MAX      ((size_t)20000)
#define TEXT_BYTES_MAX ((size_t)1 << 20)

struct kind_words {
    const char *json;
    const char *zh;
    const char *en;
};
static const struct kind_words kinds[] = {
#define MOU_EXPLAIN_KIND(id, json, zh, en) {json, zh, en},
#include "explain_kinds.def"
#undef MOU_EXPLAIN_KIND
};
_Static_assert(sizeof kinds / sizeof kinds[0] == MOU_EXPLAIN_KIND_COUNT, "words for every kind");

bool mou_explain_tree_init(struct mou_explain_tree *tree, const struct mou_allocator *allocator,
                           enum mou_lang lang)
{
    assert(tree != NULL);
    *tree = (struct mou_explain_tree){.arena = mou_arena_new(allocator), .lang = lang};
    mou_buf_init(&tree->buf, allocator, TEXT_BYTES_MAX);
    tree->root = tree->arena == NULL ? NULL : MOU_NEW(tree->arena, struct mou_explain_node);
    return tree->root != NULL;
}

void mou_explain_tree_free(struct mou_explain_tree *tree)
{
    assert(tree != NULL);
    mou_buf_free(&tree->buf);
    mou_arena_free(tree->arena);
    *tree = (struct mou_explain_tree){0};
}

struct mou_explain_node *mou_explain_add_named(struct mou_explain_tree *tree,
                                               struct mou_explain_node *parent,
                                               enum mou_explain_kind kind, struct mou_text label,
                                               struct mou_text text)
{
    assert(tree != NULL && parent != NULL);
    struct mou_explain_node *node = MOU_NEW(tree->arena, struct mou_explain_node);
    if (node == NULL) {
        tree->failed = true;
        return tree->root; /* the tree will not be written */
    }
    *node = (struct mou_explain_node){.kind = kind, .label = label, .text = text};
    if (tree->node_count >= NODES_MAX) {
        tree->cut = true; /* whatever hangs below it is not shown either */
        return node;
    }
    tree->node_count++;
    if (parent->last == NULL) {
        parent->first = node;
    } else {
        parent->last->next = node;
    }
    parent->last = node;
    return node;
}

struct mou_explain_node *mou_explain_add(struct mou_explain_tree *tree,
                                         struct mou_explain_node *parent,
                                         enum mou_explain_kind kind, struct mou_text text)
{
    return mou_explain_add_named(tree, parent, kind, (struct mou_text){"", 0}, text);
}

bool mou_explain_has(const struct mou_explain_node *parent, enum mou_explain_kind kind,
                     struct mou_text label, struct mou_text text)
{
    assert(parent != NULL);
    for (const struct mou_explain_node *child = parent->first; child != NULL; child = child->next) {
        if (child->kind == kind && mou_text_equal(child->label, label) &&
            mou_text_equal(child->text, text)) {
            return true;
        }
    }
    return false;
}

void mou_explain_judge(struct mou_explain_node *node, enum mou_truth truth)
{
    assert(node != NULL);
    node->judged = true;
    node->truth = truth;
}

struct mou_text mou_explain_say(const struct mou_explain_tree *tree, const char *zh, const char *en)
{
    assert(tree != NULL);
    return mou_text_of(tree->lang == MOU_LANG_ZH ? zh : en);
}

struct mou_text mou_explain_keep(struct mou_explain_tree *tree)
{
    assert(tree != NULL);
    char *copy =
        tree->buf.failed
            ? NULL
            : mou_arena_copy(tree->arena, tree->buf.len == 0 ? "" : tree->buf.data, tree->buf.len);
    const struct mou_text text = {copy == NULL ? "" : copy, copy == NULL ? 0 : tree->buf.len};
    tree->failed = tree->failed || copy == NULL;
    mou_buf_clear(&tree->buf);
    return text;
}

struct mou_text mou_explain_truth_word(enum mou_lang lang, enum mou_truth truth)
{
    switch (truth) {
    case MOU_YES:
        return mou_text_of(lang == MOU_LANG_ZH ? "是" : "yes");
    case MOU_NO:
        return mou_text_of(lang == MOU_LANG_ZH ? "否" : "no");
    case MOU_UNKNOWN:
        break;
    }
    return mou_text_of(lang == MOU_LANG_ZH ? "不明" : "unknown");
}

/* ------------------------------------------------------------------ text */

static const char *mark_of(enum mou_truth truth)
{
    switch (truth) {
    case MOU_YES:
        return "✓";
    case MOU_NO:
        return "✗";
    case MOU_UNKNOWN:
        break;
    }
    return "?";
}

static void put(struct mou_buf *out, struct mou_text text)
{
    mou_buf_append(out, text.bytes, text.len);
}

static void write_truth(const struct mou_explain_tree *tree, const struct mou_explain_node *node,
                        struct mou_buf *out)
{
    if (node->judged) {
        mou_buf_text(out, mark_of(node->truth));
        mou_buf_char(out, ' ');
        put(out, mou_explain_truth_word(tree->lang, node->truth));
        mou_buf_text(out, tree->lang == MOU_LANG_ZH ? "　" : "  ");
    }
}

static void write_line(const struct mou_explain_tree *tree, const struct mou_explain_node *node,
                       struct mou_buf *out)
{
    const bool chinese = tree->lang == MOU_LANG_ZH;
    const char *words = chinese ? kinds[node->kind].zh : kinds[node->kind].en;
    const struct mou_text label = node->label.len > 0 ? node->label : mou_text_of(words);
    write_truth(tree, node, out);
    put(out, label);
    if (label.len > 0 && node->text.len > 0) {
        mou_buf_text(out, chinese ? "：" : ": ");
    }
    put(out, node->text);
    if (node->file.len > 0) {
        mou_buf_text(out, chinese ? "（" : " (");
        put(out, node->file);
        mou_buf_char(out, ':');
        mou_buf_int(out, node->line);
        mou_buf_text(out, chinese ? "）" : ")");
    }
    mou_buf_char(out, '\n');
}

static void indent(struct mou_buf *out, unsigned depth)
{
    static const char spaces[] = "                                ";
    for (size_t left = (size_t)depth * 2; left > 0;) {
        const size_t step = left < sizeof spaces - 1 ? left : sizeof spaces - 1;
        mou_buf_append(out, spaces, step);
        left -= step;
    }
}

/* The depth of a tree is bounded by the walk that made it. */
static void write_below(const struct mou_explain_tree *tree, const struct mou_explain_node *node,
                        unsigned depth, struct mou_buf *out)
{
    for (const struct mou_explain_node *child = node->first; child != NULL; child = child->next) {
        indent(out, depth);
        write_line(tree, child, out);
        write_below(tree, child, depth + 1, out);
    }
}

void mou_explain_write_text(const struct mou_explain_tree *tree, struct mou_buf *out)
{
    assert(tree != NULL && out != NULL);
    write_line(tree, tree->root, out);
    write_below(tree, tree->root, 1, out);
    if (tree->cut) {
        indent(out, 1);
        put(out, mou_explain_say(tree, "其余从略", "the rest is left out"));
        mou_buf_char(out, '\n');
    }
}

/* ------------------------------------------------------------------ JSON */

static const char *truth_name(enum mou_truth truth)
{
    switch (truth) {
    case MOU_YES:
        return "\"yes\"";
    case MOU_NO:
        return "\"no\"";
    case MOU_UNKNOWN:
        break;
    }
    return "\"unknown\"";
}

static void write_member(struct mou_buf *out, const char *name, struct mou_text text)
{
    if (text.len > 0) {
        mou_buf_text(out, ", \"");
        mou_buf_text(out, name);
        mou_buf_text(out, "\": ");
        mou_buf_json_text(out, text.bytes, text.len);
    }
}

static void write_object(const struct mou_explain_tree *tree, const struct mou_explain_node *node,
                         struct mou_buf *out)
{
    mou_buf_text(out, "{\"about\": \"");
    mou_buf_text(out, kinds[node->kind].json);
    mou_buf_char(out, '"');
    write_member(out, "name", node->label);
    write_member(out, "text", node->text);
    if (node->judged) {
        mou_buf_text(out, ", \"truth\": ");
        mou_buf_text(out, truth_name(node->truth));
    }
    if (node->file.len > 0) {
        write_member(out, "file", node->file);
        mou_buf_text(out, ", \"line\": ");
        mou_buf_int(out, node->line);
    }
    if (node->first != NULL) {
        mou_buf_text(out, ", \"because\": ");
        mou_explain_write_json(tree, node, out);
    }
    mou_buf_char(out, '}');
}

void mou_explain_write_json(const struct mou_explain_tree *tree,
                            const struct mou_explain_node *node, struct mou_buf *out)
{
    assert(tree != NULL && node != NULL && out != NULL);
    mou_buf_char(out, '[');
    for (const struct mou_explain_node *child = node->first; child != NULL; child = child->next) {
        mou_buf_text(out, child == node->first ? "" : ", ");
        write_object(tree, child, out);
    }
    mou_buf_char(out, ']');
}
