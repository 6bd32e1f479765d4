/*
 * Who acts, and for which department: from the options, else MOU_ACTOR and MOU_DEPARTMENT, else mou.conf of the working folder, else the user's own
 * configuration file. A file holds lines `name = value`; # begins a comment. mou config show tells what holds and where it comes from.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define CONFIG_BYTES_MAX ((size_t)65536)
#define PATH_BYTES_MAX ((size_t)65536)

enum { SETTINGS = 2 };

/** What can be configured. */
static const struct setting {
    const char *name; /**< in files, and of the option */
    const char *variable;
} settings[SETTINGS] = {{"actor", "MOU_ACTOR"}, {"department", "MOU_DEPARTMENT"}};

/** Values found, and where. */
struct configuration {
    const char *values[SETTINGS];
    const char *origins[SETTINGS];
};

static struct mou_text trimmed(struct mou_text text)
{
    while (text.len > 0 && (*text.bytes == ' ' || *text.bytes == '\t')) {
        text.bytes++;
        text.len--;
    }
    while (text.len > 0 && strchr(" \t\r", text.bytes[text.len - 1]) != NULL) {
        text.len--;
    }
    return text;
}

/** One line of a file; a value that was found before stays. */
static bool take_line(struct mou_cli *cli, const char *path, long number, struct mou_text line, struct configuration *found)
{
    const char *sign = memchr(line.bytes, '=', line.len);
    line = trimmed(line);
    if (line.len == 0 || *line.bytes == '#') {
        return true;
    }
    for (size_t i = 0; sign != NULL && i < SETTINGS; i++) {
        const struct mou_text value = trimmed((struct mou_text){sign + 1, (size_t)(line.bytes + line.len - sign - 1)});
        if (mou_text_equal(trimmed((struct mou_text){line.bytes, (size_t)(sign - line.bytes)}), mou_text_of(settings[i].name))) {
            if (found->values[i] == NULL && value.len > 0) {
                found->values[i] = mou_arena_copy(cli->arena, value.bytes, value.len);
                found->origins[i] = path;
            }
            return true;
        }
    }
    mou_complain(cli, mou_say(cli, "%s 第 %ld 行看不懂；可以写 actor = 经办人、department = 单位", "%s, line %ld is not understood; write actor = NAME or department = NAME"), path, number);
    return false;
}

/** Reads a file that may be missing. */
static bool read_config(struct mou_cli *cli, const char *path, struct configuration *found)
{
    struct mou_text content;
    if (path == NULL || access(path, F_OK) != 0) {
        return true;
    }
    if (!mou_read_file(cli, path, CONFIG_BYTES_MAX, &content)) {
        return false;
    }
    bool understood = true;
    long number = 1;
    for (size_t at = 0; understood && at < content.len; number++) {
        const char *end = memchr(content.bytes + at, '\n', content.len - at);
        const size_t len = end != NULL ? (size_t)(end - content.bytes) - at : content.len - at;
        understood = take_line(cli, path, number, (struct mou_text){content.bytes + at, len}, found);
        at += len + 1;
    }
    return understood;
}

/** $XDG_CONFIG_HOME/mou/config, else ~/.config/mou/config; NULL where neither can be named. */
static const char *user_config_path(struct mou_cli *cli)
{
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    struct mou_buf path;
    mou_buf_init(&path, NULL, PATH_BYTES_MAX);
    if (folder != NULL && *folder != '\0') {
        mou_buf_printf(&path, "%s/mou/config", folder);
    } else if (home != NULL && *home != '\0') {
        mou_buf_printf(&path, "%s/.config/mou/config", home);
    }
    const char *made = path.len > 0 && !path.failed ? mou_arena_copy(cli->arena, path.data, path.len) : NULL;
    mou_buf_free(&path);
    return made;
}

static bool find_configuration(struct mou_cli *cli, struct configuration *found)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        const char *value = getenv(settings[i].variable);
        if (value != NULL && *value != '\0') {
            found->values[i] = value;
            found->origins[i] = settings[i].variable;
        }
    }
    return read_config(cli, "mou.conf", found) && read_config(cli, user_config_path(cli), found);
}

static const struct mou_option *option_called(const struct mou_command *command, const char *name)
{
    const struct mou_option *option = NULL;
    for (size_t i = 0; (option = mou_command_option(command, i)) != NULL; i++) {
        if (strcmp(option->name, name) == 0) {
            return option;
        }
    }
    return NULL;
}

bool mou_who_fill(struct mou_cli *cli)
{
    struct configuration found = {.values = {NULL}};
    if (option_called(cli->command, settings[0].name) == NULL) {
        return true;
    }
    if (!find_configuration(cli, &found)) {
        return false;
    }
    for (size_t i = 0; i < SETTINGS; i++) {
        if (found.values[i] != NULL && !mou_option_given(cli, settings[i].name) && cli->given_count < MOU_CLI_OPTIONS_MAX) {
            cli->given[cli->given_count++] = (struct mou_given_option){option_called(cli->command, settings[i].name), found.values[i]};
        }
    }
    return true;
}

/* ------------------------------------------------------------------ the process's user */

enum { ACCOUNT_NAME, ACCOUNT_PASSWORD, ACCOUNT_NUMBER };

/** An entry of the list of accounts, NAME:PASSWORD:NUMBER:…, as its bytes come. */
struct account {
    char name[MOU_USER_NAME_MAX + 1];
    size_t name_len;
    int field;
    unsigned long number;
    bool plain; /**< so far it is a name that fits and a number */
};

/** Takes a byte; true where it ends the number of an entry that is plain. */
static bool account_byte(struct account *account, char byte)
{
    if (byte == '\n') {
        *account = (struct account){.plain = true};
        return false;
    }
    if (byte == ':') {
        return account->field++ == ACCOUNT_NUMBER && account->plain && account->name_len > 0;
    }
    if (account->field == ACCOUNT_NAME) {
        account->plain = account->plain && account->name_len < MOU_USER_NAME_MAX;
        account->name[account->plain ? account->name_len++ : 0] = byte;
    } else if (account->field == ACCOUNT_NUMBER) {
        account->plain = account->plain && byte >= '0' && byte <= '9' && account->number < 1000000000000;
        account->number = account->plain ? account->number * 10 + (unsigned long)(byte - '0') : 0;
    }
    return false;
}

/**
 * "@NAME" by the machine's own list of accounts, "@uid N" for others. The C library's look-up is not used: it may ask other machines, load modules, and stop the
 * program where memory runs out.
 */
static void name_user(char *user, size_t size)
{
    const unsigned long number = getuid();
    struct account account = {.plain = true};
    char chunk[4096];
    ssize_t len = 0;
    (void)snprintf(user, size, "@uid %lu", number);
    const int file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    bool found = false;
    while (file >= 0 && !found && (len = read(file, chunk, sizeof chunk)) > 0) {
        for (ssize_t i = 0; i < len && !found; i++) {
            found = account_byte(&account, chunk[i]) && account.number == number;
        }
    }
    if (found) {
        account.name[account.name_len] = '\0';
        (void)snprintf(user, size, "@%s", account.name);
    }
    if (file >= 0) {
        (void)close(file);
    }
}

const char *mou_who_signature(struct mou_cli *cli)
{
    const char *actor = mou_option_value(cli, "actor", "");
    if (*actor != '\0') {
        return actor;
    }
    if (cli->user[0] == '\0') {
        name_user(cli->user, sizeof cli->user);
    }
    return cli->user;
}

const char *mou_who_actor(struct mou_cli *cli, bool *stated)
{
    const char *actor = mou_who_signature(cli);
    *stated = actor != cli->user;
    return *stated ? actor : actor + 1;
}

/* ------------------------------------------------------------------ mou config */

static void put_setting(const struct mou_cli *cli, const struct configuration *found, size_t i)
{
    const char *value = found->values[i];
    if (cli->json) {
        struct mou_buf line;
        mou_buf_init(&line, NULL, CONFIG_BYTES_MAX * 8);
        mou_buf_printf(&line, "{\"schema\": \"mou/config/1\", \"name\": \"%s\", \"value\": ", settings[i].name);
        if (value != NULL) {
            mou_buf_json_text(&line, value, strlen(value));
            mou_buf_text(&line, ", \"origin\": ");
            mou_buf_json_text(&line, found->origins[i], strlen(found->origins[i]));
        } else {
            mou_buf_text(&line, "null, \"origin\": null");
        }
        printf("%s}\n", line.failed ? "" : line.data);
        mou_buf_free(&line);
    } else if (value != NULL) {
        printf(mou_say(cli, "%s = %s（%s）\n", "%s = %s (%s)\n"), settings[i].name, value, found->origins[i]);
    } else {
        printf(mou_say(cli, "%s 没有配置\n", "%s is not configured\n"), settings[i].name);
    }
}

enum mou_exit mou_cmd_config(struct mou_cli *cli)
{
    struct configuration found = {.values = {NULL}};
    if (strcmp(cli->arguments[0], "show") != 0) {
        mou_complain(cli, mou_say(cli, "mou config 没有“%s”；可写 show", "mou config has no “%s”; use show"), cli->arguments[0]);
        return MOU_EXIT_USAGE;
    }
    if (!find_configuration(cli, &found)) {
        return MOU_EXIT_USAGE;
    }
    for (size_t i = 0; i < SETTINGS; i++) {
        put_setting(cli, &found, i);
    }
    return MOU_EXIT_DONE;
}
