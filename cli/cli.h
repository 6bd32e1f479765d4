/*
 * What the subcommands share: the command table, parsed options, messages in two languages, loading of rule files, packs and worlds.
 * The command line speaks to the libraries through their public headers only.
 */
#ifndef MOU_CLI_CLI_H
#define MOU_CLI_CLI_H

#include <stdio.h>

#include "mou/base.h"
#include "mou/compiler.h"
#include "mou/vm.h"

/** Documented exit codes, the same for every command. */
enum mou_exit {
    MOU_EXIT_DONE = 0,
    MOU_EXIT_NEGATIVE = 1,  /**< errors found, tests failed, files differ */
    MOU_EXIT_USAGE = 2,
    MOU_EXIT_PACK = 3,      /**< pack invalid */
    MOU_EXIT_DATA = 4,      /**< data refused, or a fault in a decision */
    MOU_EXIT_IO = 5,        /**< input, output, database, memory */
    MOU_EXIT_AUTHORITY = 6, /**< signature or authorisation */
    MOU_EXIT_INTERNAL = 70,
    MOU_EXIT_INTERRUPTED = 130 /**< mou test --watch was stopped */
};

struct mou_cli;

/** One option of a command; `argument_*` NULL: a switch. */
struct mou_option {
    const char *name;
    char letter;
    const char *argument;
    const char *zh;
    const char *en;
};

/** One subcommand: the table feeds the parser, the help texts, the manual pages and the completions. */
struct mou_command {
    const char *name;
    const char *arguments;
    const char *zh;
    const char *en;
    const char *examples; /**< lines, shown first */
    int arguments_min;
    int arguments_max;    /**< -1: any number */
    const struct mou_option *options;
    size_t option_count;
    enum mou_exit (*run)(struct mou_cli *cli);
};

extern const struct mou_command mou_commands[];
extern const size_t mou_command_count;
extern const struct mou_option mou_common_options[];
extern const size_t mou_common_option_count;
/** Options of every command over a store: those whose arguments name a DB. */
extern const struct mou_option mou_store_options[];
extern const size_t mou_store_option_count;

/** Longest name of a user of the machine that is told. */
#define MOU_USER_NAME_MAX 64
/** Most times one option may be given, most positional arguments. */
#define MOU_CLI_OPTIONS_MAX 64
#define MOU_CLI_ARGUMENTS_MAX 4096

struct mou_given_option {
    const struct mou_option *option;
    const char *value;
};

/** State of one invocation. */
struct mou_cli {
    struct mou_arena *arena; /**< lives as long as the process */
    const char *program_path;
    const struct mou_command *command;
    enum mou_lang lang;
    bool json;
    bool quiet;
    bool colour; /**< for standard error */
    bool masks_persons; /**< what is said concerns a store: identity numbers of persons in it are masked */
    bool shows_persons; /**< but a receipt says who is shown them, and what for */
    bool mute;   /**< complaints are swallowed: what is tried may be refused */
    const char **arguments;
    int argument_count;
    struct mou_given_option given[MOU_CLI_OPTIONS_MAX];
    int given_count;
    char user[MOU_USER_NAME_MAX + 2]; /**< the process's user behind an @, once it was asked for */
};

/* ---- options.c */
/** Option number `index` of those that a command takes: its own, those of every command over a store, the common ones. NULL behind the last. */
const struct mou_option *mou_command_option(const struct mou_command *command, size_t index);
/** Parses the words behind the command's name. Prints what is wrong and returns false. */
bool mou_options_parse(struct mou_cli *cli, int argc, char **argv);
bool mou_option_given(const struct mou_cli *cli, const char *name);
/** Value of the last such option, or `otherwise`. */
const char *mou_option_value(const struct mou_cli *cli, const char *name, const char *otherwise);
/** As a date; `*given` tells whether it was there. Prints what is wrong and returns false. */
bool mou_option_date(const struct mou_cli *cli, const char *name, bool *given, mou_date *date);
/** As a number in [min, max], or `otherwise`. Prints what is wrong and returns false. */
bool mou_option_number(const struct mou_cli *cli, const char *name, long min, long max, long otherwise, long *number);

/* ---- who.c */
/**
 * Fills in --actor and --department where the command takes them and they are not given: from MOU_ACTOR and MOU_DEPARTMENT, else from mou.conf of the working
 * folder, else from the user's configuration file. Complains and returns false where a file cannot be read or says what is not understood.
 */
bool mou_who_fill(struct mou_cli *cli);
/** Who acts: the actor stated, else the process's user, of whom the system vouches for no more than that. *stated tells which. */
const char *mou_who_actor(struct mou_cli *cli, bool *stated);
/** The same as one word: the process's user behind an @ where nobody is stated. */
const char *mou_who_signature(struct mou_cli *cli);

/* ---- help.c */
void mou_help_overview(const struct mou_cli *cli, FILE *out);
void mou_help_command(const struct mou_cli *cli, const struct mou_command *command, FILE *out);
/** Nearest command name for "did you mean", or NULL. */
const struct mou_command *mou_help_nearest(const char *name);

/* ---- man.c */
/** Writes mou.1 and a page for every command into a folder, in the invocation's language. Complains on failure. */
bool mou_man_write(const struct mou_cli *cli, const char *folder);

/* ---- messages.c */
/** The text of the invocation's language. */
const char *mou_say(const struct mou_cli *cli, const char *zh, const char *en);
/** `错误：…` on standard error with a line break. The format is chosen by the caller through mou_say. */
void mou_complain(const struct mou_cli *cli, const char *format, ...) MOU_PRINTF(2, 3);
/** Narration on standard error; nothing with --quiet. */
void mou_narrate(const struct mou_cli *cli, const char *format, ...) MOU_PRINTF(2, 3);
/** Maps a status to the exit code for it. */
enum mou_exit mou_exit_of(enum mou_status status);
enum mou_exit mou_out_of_memory(const struct mou_cli *cli);
/** Masks, in place, the identity numbers of persons in what a command over a store is about to show, unless a receipt says that they may be shown. */
void mou_guard_persons(const struct mou_cli *cli, char *bytes, size_t len);
/** Writes a whole buffer, guarded, to standard output; MOU_EXIT_IO with a message when that fails. */
enum mou_exit mou_output(const struct mou_cli *cli, const struct mou_buf *buf);

/* ---- files.c */
/** Reads a file (or "-": standard input) of at most `max_bytes` into the arena, NUL-terminated, 16-byte aligned. Complains on failure. */
bool mou_read_file(const struct mou_cli *cli, const char *path, size_t max_bytes, struct mou_text *content);
/** The path of what belongs to the program, as seen from the folder that the program is in: wherever both were put. NULL where there is none. */
const char *mou_beside_program(const struct mou_cli *cli, const char *below);
/** A file that is written piece by piece, beside what it replaces, and takes its name when it is whole. */
struct mou_new_file {
    FILE *stream; /**< NULL: none is open */
    const char *path;
    bool in_place; /**< a pipe or device */
    struct mou_buf target, temporary;
};
/** `path` must outlive the file. Complains on failure. */
bool mou_new_file_open(const struct mou_cli *cli, const char *path, struct mou_new_file *file);
/** Gives it its name where it is `whole`, else takes it away: what was there stays. True where it has its name, and where none was open. Complains where a whole one could not be written. */
bool mou_new_file_close(const struct mou_cli *cli, struct mou_new_file *file, bool whole);
/** Writes a whole file, or leaves what was there. Complains on failure. */
bool mou_write_file(const struct mou_cli *cli, const char *path, const void *bytes, size_t len);
/** Writes the file that was asked for as the result, and says so (not with --quiet). */
enum mou_exit mou_deliver_file(const struct mou_cli *cli, const char *path, const struct mou_buf *buf);

/* ---- rules.c */
struct mou_rule_files {
    struct mou_source *sources;
    size_t count;
    void *library; /**< the resolver's state */
    struct mou_session *session; /**< what is kept of reading, for who compiles again; NULL: nothing */
};
/** Collects *.mou from files and folders (recursively, sorted). Complains on failure. */
bool mou_rules_load(struct mou_cli *cli, const char *const *paths, int path_count, struct mou_rule_files *files);
/** Compiles; diagnostics are printed on standard error unless `silent`. The caller frees *compilation. */
enum mou_exit mou_rules_compile(struct mou_cli *cli, const struct mou_rule_files *files, bool silent, struct mou_compilation **compilation);
/** Prints all diagnostics of a compilation as text on standard error; MOU_EXIT_IO if memory did not suffice. */
/** Notes are shown only where they are asked for (--notes). */
bool mou_rules_shown(const struct mou_cli *cli, const struct mou_diagnostic *diagnostic);
enum mou_exit mou_rules_print_diagnostics(const struct mou_cli *cli, const struct mou_compilation *compilation);
/** Opens PACK: a pack file, a rule file or a folder of rule files. Complains on failure. Close with mou_loaded_pack_close. */
struct mou_loaded_pack {
    struct mou_pack *pack;
    struct mou_compilation *compilation; /**< NULL when read from a pack file */
    struct mou_text bytes;
};
enum mou_exit mou_rules_open_pack(struct mou_cli *cli, const char *path, struct mou_loaded_pack *loaded);
void mou_loaded_pack_close(struct mou_loaded_pack *loaded);

/* ---- subcommands, one file each */
enum mou_exit mou_cmd_check(struct mou_cli *cli);
enum mou_exit mou_cmd_fmt(struct mou_cli *cli);
enum mou_exit mou_cmd_build(struct mou_cli *cli);
enum mou_exit mou_cmd_doc(struct mou_cli *cli);
enum mou_exit mou_cmd_dump(struct mou_cli *cli);
enum mou_exit mou_cmd_eval(struct mou_cli *cli);
enum mou_exit mou_cmd_test(struct mou_cli *cli);
enum mou_exit mou_cmd_new(struct mou_cli *cli);
enum mou_exit mou_cmd_init(struct mou_cli *cli);
enum mou_exit mou_cmd_export(struct mou_cli *cli);
enum mou_exit mou_cmd_retain(struct mou_cli *cli);
enum mou_exit mou_cmd_report(struct mou_cli *cli);
enum mou_exit mou_cmd_feedback(struct mou_cli *cli);
enum mou_exit mou_cmd_serve(struct mou_cli *cli);
enum mou_exit mou_cmd_import(struct mou_cli *cli);
enum mou_exit mou_cmd_run(struct mou_cli *cli);
enum mou_exit mou_cmd_decide(struct mou_cli *cli);
enum mou_exit mou_cmd_object(struct mou_cli *cli);
enum mou_exit mou_cmd_correct(struct mou_cli *cli);
enum mou_exit mou_cmd_repair(struct mou_cli *cli);
enum mou_exit mou_cmd_duty(struct mou_cli *cli);
enum mou_exit mou_cmd_notice(struct mou_cli *cli);
enum mou_exit mou_cmd_withdraw(struct mou_cli *cli);
enum mou_exit mou_cmd_quarantine(struct mou_cli *cli);
enum mou_exit mou_cmd_pack(struct mou_cli *cli);
enum mou_exit mou_cmd_plan(struct mou_cli *cli);
enum mou_exit mou_cmd_snapshot(struct mou_cli *cli);
enum mou_exit mou_cmd_backup(struct mou_cli *cli);
enum mou_exit mou_cmd_verify(struct mou_cli *cli);
enum mou_exit mou_cmd_key(struct mou_cli *cli);
enum mou_exit mou_cmd_head(struct mou_cli *cli);
enum mou_exit mou_cmd_prove_entry(struct mou_cli *cli);
enum mou_exit mou_cmd_verify_entry(struct mou_cli *cli);
enum mou_exit mou_cmd_erase(struct mou_cli *cli);
enum mou_exit mou_cmd_query(struct mou_cli *cli);
enum mou_exit mou_cmd_explain_error(struct mou_cli *cli);
enum mou_exit mou_cmd_explain(struct mou_cli *cli);
enum mou_exit mou_cmd_help(struct mou_cli *cli);
enum mou_exit mou_cmd_config(struct mou_cli *cli);
enum mou_exit mou_cmd_completion(struct mou_cli *cli);

#endif
