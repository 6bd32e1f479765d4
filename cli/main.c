/*
 * Entry of the mou program: picks the language and the command, hands over, and returns the documented exit code.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/** Chinese unless the locale is English. */
static enum mou_lang locale_language(void)
{
    static const char *const names[] = {"MOU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && *value != '\0') {
            return strncmp(value, "en", 2) == 0 ? MOU_LANG_EN : MOU_LANG_ZH;
        }
    }
    return MOU_LANG_ZH;
}

/** The language must be known before the first message, so --lang is looked for ahead of the parse. */
static enum mou_lang early_language(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *value = strncmp(argv[i], "--lang=", 7) == 0 ? argv[i] + 7 : NULL;
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) {
            value = argv[i + 1];
        }
        if (value != NULL) {
            return strcmp(value, "en") == 0 ? MOU_LANG_EN : MOU_LANG_ZH;
        }
    }
    return locale_language();
}

static bool want_colour(const char *choice)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *force = getenv("CLICOLOR_FORCE");
    const char *term = getenv("TERM");
    if (strcmp(choice, "always") == 0) {
        return true;
    }
    if (strcmp(choice, "never") == 0 || (no_colour != NULL && *no_colour != '\0') || (term != NULL && strcmp(term, "dumb") == 0)) {
        return false;
    }
    return (force != NULL && *force != '\0' && strcmp(force, "0") != 0) || isatty(STDERR_FILENO);
}

static bool one_of(const struct mou_cli *cli, const char *option, const char *value, const char *const *choices)
{
    for (size_t i = 0; choices[i] != NULL; i++) {
        if (strcmp(value, choices[i]) == 0) {
            return true;
        }
    }
    mou_complain(cli, mou_say(cli, "--%s 不能是“%s”", "--%s cannot be “%s”"), option, value);
    return false;
}

static bool apply_common_options(struct mou_cli *cli)
{
    static const char *const languages[] = {"zh", "en", NULL};
    static const char *const colours[] = {"auto", "always", "never", NULL};
    const char *lang = mou_option_value(cli, "lang", cli->lang == MOU_LANG_EN ? "en" : "zh");
    const char *colour = mou_option_value(cli, "color", "auto");
    if (!one_of(cli, "lang", lang, languages) || !one_of(cli, "color", colour, colours)) {
        return false;
    }
    cli->lang = strcmp(lang, "en") == 0 ? MOU_LANG_EN : MOU_LANG_ZH;
    cli->json = mou_option_given(cli, "json");
    cli->quiet = mou_option_given(cli, "quiet");
    cli->colour = want_colour(colour);
    return true;
}

static const struct mou_command *find_command(const char *name)
{
    for (size_t i = 0; i < mou_command_count; i++) {
        if (strcmp(mou_commands[i].name, name) == 0) {
            return &mou_commands[i];
        }
    }
    return NULL;
}

static enum mou_exit unknown_command(const struct mou_cli *cli, const char *name)
{
    const struct mou_command *near = mou_help_nearest(name);
    if (near != NULL) {
        mou_complain(cli, mou_say(cli, "没有命令“%s”；是否要用 %s？", "there is no command “%s”; did you mean %s?"), name, near->name);
    } else {
        mou_complain(cli, mou_say(cli, "没有命令“%s”；见 mou help", "there is no command “%s”; see mou help"), name);
    }
    return MOU_EXIT_USAGE;
}

static enum mou_exit dispatch(struct mou_cli *cli, int argc, char **argv)
{
    if (argc < 2) {
        mou_help_overview(cli, stderr);
        return MOU_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("mou %s\n", mou_version());
        return MOU_EXIT_DONE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        mou_help_overview(cli, stdout);
        return MOU_EXIT_DONE;
    }
    cli->command = find_command(argv[1]);
    if (cli->command == NULL) {
        return unknown_command(cli, argv[1]);
    }
    if (!mou_options_parse(cli, argc - 2, argv + 2) || !apply_common_options(cli)) {
        return mou_arena_failed(cli->arena) ? mou_out_of_memory(cli) : MOU_EXIT_USAGE;
    }
    if (mou_option_given(cli, "help")) {
        mou_help_command(cli, cli->command, stdout);
        return MOU_EXIT_DONE;
    }
    return mou_who_fill(cli) ? cli->command->run(cli) : MOU_EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct mou_cli cli = {0};
    /* A reader that goes away, or a file that may not grow, is an error to report and not a reason to die. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    cli.program_path = argc > 0 ? argv[0] : "mou";
    cli.lang = early_language(argc, argv);
    cli.arena = mou_arena_new(NULL);
    if (cli.arena == NULL) {
        const enum mou_exit code = mou_out_of_memory(&cli);
        return (int)code;
    }
    enum mou_exit code = dispatch(&cli, argc, argv);
    if (code == MOU_EXIT_DONE && fflush(stdout) != 0) {
        mou_complain(&cli, mou_say(&cli, "不能写到标准输出：%s", "cannot write to standard output: %s"), mou_os_error(errno, cli.lang).text);
        code = MOU_EXIT_IO;
    }
    mou_arena_free(cli.arena);
    return (int)code;
}
