/*
 * An explanation as a tree of lines, made once and written as text or as JSON with the same content. Knows no pack and
 * no machine: whoever builds the tree gives it texts. Used by explain*.c only.
 */
#ifndef MOU_VM_EXPLAIN_TREE_H
#define MOU_VM_EXPLAIN_TREE_H

#include "machine.h"

/** What a line is about; the name stands in the JSON, the words before the text. */
enum mou_explain_kind {

#define MOU_EXPLAIN_KIND(id, json, zh, en) MOU_EXPLAIN_##id,
#include "explain_kinds.def"
#undef MOU_EXPLAIN_KIND
    MOU_EXPLAIN_KIND_COUNT
};

struct mou_explain_node {
    enum mou_explain_kind kind;
    bool judged; /**< `truth` says something */
    enum mou_truth truth;
    struct mou_text label; /**< a name that stands for the kind's words, or empty */
    struct mou_text text;
    struct mou_text file; /**< base name of the source, empty without a place */
    uint32_t line;
    uint32_t step; /**< instruction of a condition, whose words may be those of another one too */
    struct mou_explain_node *first;
    struct mou_explain_node *last;
    struct mou_explain_node *next;
};

/** A tree in the making; nodes and texts live in `arena`. After too many nodes, or without memory, all further ones are
 * one scrap node. */
struct mou_explain_tree {
    struct mou_arena *arena;
    struct mou_buf buf; /**< to compose texts in */
    enum mou_lang lang;
    struct mou_explain_node *root;
    size_t node_count;
    bool cut;    /**< nodes were left out */
    bool failed; /**< memory ran out */
};

bool mou_explain_tree_init(struct mou_explain_tree *tree, const struct mou_allocator *allocator, enum mou_lang lang);
void mou_explain_tree_free(struct mou_explain_tree *tree);
/** Adds a line below `parent`; never NULL. */
struct mou_explain_node *mou_explain_add(struct mou_explain_tree *tree, struct mou_explain_node *parent,
                                         enum mou_explain_kind kind, struct mou_text text);
/** The same with a name in place of the kind's words. */
struct mou_explain_node *mou_explain_add_named(struct mou_explain_tree *tree, struct mou_explain_node *parent,
                                               enum mou_explain_kind kind, struct mou_text label, struct mou_text text);
/** Whether `parent` has such a line already. */
bool mou_explain_has(const struct mou_explain_node *parent, enum mou_explain_kind kind, struct mou_text label,
                     struct mou_text text);
void mou_explain_judge(struct mou_explain_node *node, enum mou_truth truth);
/** One of two wordings, by the tree's language. */
struct mou_text mou_explain_say(const struct mou_explain_tree *tree, const char *zh, const char *en);
/** What `buf` holds, kept, and `buf` cleared. */
struct mou_text mou_explain_keep(struct mou_explain_tree *tree);
/** The name of a truth in words. */
struct mou_text mou_explain_truth_word(enum mou_lang lang, enum mou_truth truth);

/** Writes the tree as indented lines. */
void mou_explain_write_text(const struct mou_explain_tree *tree, struct mou_buf *out);
/** Writes the lines below `node` as a JSON array. */
void mou_explain_write_json(const struct mou_explain_tree *tree, const struct mou_explain_node *node,
                            struct mou_buf *out);

#endif
