/*
 * Rule files: collecting them from files and folders, finding what `引用` names (among the folders of the files given, then in the
 * installed rule library), compiling, and opening packs.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "coverage.h"

#define SOURCE_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define PACK_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define FOLDER_DEPTH_MAX 16

/** A rule file that could be asked for, and the names that it declares. */
struct library_file {
    const char *path;
    struct mou_text bytes;
    bool loaded;
};

/** State of the resolver. */
struct library {
    struct mou_cli *cli;
    MOU_VEC(struct library_file) files;
    bool indexed;
    bool failed; /**< something could not be listed or read: what was compiled without it must not pass for the whole */
    MOU_VEC(const char *) folders;
    const struct mou_rule_files *given;
};

static bool has_suffix(const char *name, const char *suffix)
{
    size_t name_len = strlen(name);
    size_t suffix_len = strlen(suffix);
    return name_len > suffix_len && strcmp(name + name_len - suffix_len, suffix) == 0;
}

static const char *join(struct mou_cli *cli, const char *folder, const char *name)
{
    const size_t folder_len = strlen(folder);
    const size_t name_len = strlen(name);
    const size_t slash = folder_len > 0 && folder[folder_len - 1] == '/' ? 0 : 1;
    char *path = mou_arena_alloc(cli->arena, folder_len + slash + name_len + 1);
    if (path != NULL) {
        memcpy(path, folder, folder_len);
        memcpy(path + folder_len, "/", slash);
        memcpy(path + folder_len + slash, name, name_len);
    }
    return path;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef MOU_VEC(const char *) path_list;

static bool collect(struct mou_cli *cli, const char *path, int depth, path_list *out);

static bool collect_folder(struct mou_cli *cli, const char *path, int depth, path_list *out)
{
    DIR *folder = opendir(path);
    path_list names = {0};
    if (folder == NULL) {
        mou_complain(cli, mou_say(cli, "不能打开文件夹 %s：%s", "cannot open folder %s: %s"), path, mou_os_error(errno, cli->lang).text);
        return false;
    }
    bool ok = true;
    for (struct dirent *entry = readdir(folder); ok && entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] != '.') {
            const char *name = join(cli, path, entry->d_name);
            ok = name != NULL && MOU_VEC_PUSH(cli->arena, &names, name);
        }
    }
    closedir(folder);
    if (ok && names.count > 0) {
        qsort(names.items, names.count, sizeof *names.items, by_bytes);
    }
    for (size_t i = 0; ok && i < names.count; i++) {
        struct stat info;
        bool folder_inside = stat(names.items[i], &info) == 0 && S_ISDIR(info.st_mode);
        if (folder_inside || has_suffix(names.items[i], ".mou")) {
            ok = collect(cli, names.items[i], depth + 1, out);
        }
    }
    return ok;
}

/** Adds the rule files at `path`. */
static bool collect(struct mou_cli *cli, const char *path, int depth, path_list *out)
{
    struct stat info;
    if (depth > FOLDER_DEPTH_MAX) {
        mou_complain(cli, mou_say(cli, "文件夹套得太深：%s", "folders are nested too deeply: %s"), path);
        return false;
    }
    if (strcmp(path, "-") != 0 && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        return collect_folder(cli, path, depth, out);
    }
    return MOU_VEC_PUSH(cli->arena, out, path);
}

static const char *folder_of(struct mou_cli *cli, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "." : mou_arena_copy(cli->arena, path, (size_t)(slash - path) + (slash == path));
}

static bool add_folder(struct library *library, const char *folder)
{
    for (size_t i = 0; i < library->folders.count; i++) {
        if (strcmp(library->folders.items[i], folder) == 0) {
            return true;
        }
    }
    return MOU_VEC_PUSH(library->cli->arena, &library->folders, folder);
}

static const char *library_folder(struct mou_cli *cli)
{
    const char *folder = getenv("MOU_LIBRARY");
    folder = folder != NULL && *folder != '\0' ? folder : mou_beside_program(cli, "../share/mou/rules");
    return folder != NULL ? folder : MOU_RULE_LIBRARY_DIR;
}

/** The word behind a declaration keyword at the start of a line, quotes taken off; empty if the line declares nothing that can be used. */
static struct mou_text declared_name(struct mou_text line)
{
    static const char *const keywords[] = {"规则包", "备忘录", "pack", "memorandum"};
    struct mou_text none = {"", 0};
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        size_t len = strlen(keywords[i]);
        if (line.len <= len || memcmp(line.bytes, keywords[i], len) != 0 || (line.bytes[len] != ' ' && line.bytes[len] != '\t')) {
            continue;
        }
        const char *begin = line.bytes + len;
        const char *end = line.bytes + line.len;
        while (begin < end && (*begin == ' ' || *begin == '\t')) {
            begin++;
        }
        bool corner = (size_t)(end - begin) > 3 && memcmp(begin, "「", 3) == 0;
        bool tick = begin < end && *begin == '`';
        begin += corner ? 3 : tick ? 1 : 0;
        const char *stop = begin;
        while (stop < end && *stop != ' ' && *stop != '\t' && *stop != '\r' && *stop != '`' && memcmp(stop, "」", (size_t)(end - stop) >= 3 ? 3 : 1) != 0) {
            stop++;
        }
        return (struct mou_text){begin, (size_t)(stop - begin)};
    }
    return none;
}

static bool declares(struct mou_text bytes, struct mou_text name)
{
    size_t begin = 0;
    while (begin < bytes.len) {
        size_t end = begin;
        while (end < bytes.len && bytes.bytes[end] != '\n' && bytes.bytes[end] != '\r') {
            end++; /* a file whose lines end otherwise is found, and then told of */
        }
        struct mou_text found = declared_name((struct mou_text){bytes.bytes + begin, end - begin});
        if (found.len > 0 && mou_text_equal(found, name)) {
            return true;
        }
        begin = end + 1;
    }
    return false;
}

static bool named_like(const char *path, struct mou_text name)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    return strlen(base) == name.len + 4 && memcmp(base, name.bytes, name.len) == 0;
}

/** Lists the rule files of the folders. Folders that do not exist are passed over: `引用` then reports the missing name. */
static bool list_library(struct library *library)
{
    if (!add_folder(library, library_folder(library->cli))) {
        return false;
    }
    for (size_t i = 0; i < library->folders.count; i++) {
        struct stat info;
        path_list paths = {0};
        if (stat(library->folders.items[i], &info) != 0 || !S_ISDIR(info.st_mode)) {
            continue;
        }
        if (!collect_folder(library->cli, library->folders.items[i], 0, &paths)) {
            return false;
        }
        for (size_t k = 0; k < paths.count; k++) {
            struct library_file file = {paths.items[k], {NULL, 0}, false};
            if (!MOU_VEC_PUSH(library->cli->arena, &library->files, file)) {
                return false;
            }
        }
    }
    return true;
}

/** Lists the library once. */
static bool index_library(struct library *library)
{
    if (!library->indexed) {
        library->indexed = true;
        library->failed = !list_library(library);
    }
    return !library->failed;
}

static bool load_library_file(struct library *library, struct library_file *file)
{
    if (!file->loaded) {
        file->loaded = true;
        library->failed = !mou_read_file(library->cli, file->path, SOURCE_BYTES_MAX, &file->bytes);
    }
    return !library->failed;
}

static bool resolve(void *state, struct mou_text name, uint32_t asking_source, struct mou_source *source)
{
    struct library *library = state;
    (void)asking_source;
    if (!index_library(library)) {
        return false;
    }
    /* A file of that name that declares it; any that declares it; one of that name whose declaration is not told at a glance. */
    static const struct {
        bool named;
        bool declaring;
    } ways[] = {{true, true}, {false, true}, {true, false}};
    for (size_t way = 0; way < sizeof ways / sizeof ways[0]; way++) {
        for (size_t i = 0; i < library->files.count; i++) {
            struct library_file *file = &library->files.items[i];
            if (ways[way].named && !named_like(file->path, name)) {
                continue;
            }
            if (!load_library_file(library, file)) {
                return false;
            }
            if (!ways[way].declaring || declares(file->bytes, name)) {
                *source = (struct mou_source){file->path, file->bytes.bytes, file->bytes.len};
                return true;
            }
        }
    }
    return false;
}

static bool is_given(const struct library *library, struct mou_text bytes)
{
    for (size_t i = 0; i < library->given->count; i++) {
        const struct mou_source *source = &library->given->sources[i];
        if (mou_text_equal(bytes, (struct mou_text){source->bytes, source->len})) {
            return true;
        }
    }
    return false;
}

static bool contains(struct mou_text bytes, struct mou_text word)
{
    const char *at = bytes.bytes;
    const char *end = bytes.bytes + bytes.len;
    while ((size_t)(end - at) >= word.len && (at = memchr(at, word.bytes[0], (size_t)(end - at))) != NULL) {
        if ((size_t)(end - at) >= word.len && memcmp(at, word.bytes, word.len) == 0) {
            return true;
        }
        at++;
    }
    return false;
}

/** Whether a file beside those given mentions the name: what a memorandum defines may be there for others. */
static bool mentioned(void *state, struct mou_text name)
{
    struct library *library = state;
    bool found = !index_library(library);
    for (size_t i = 0; !found && i < library->files.count; i++) {
        struct library_file *file = &library->files.items[i];
        found = !load_library_file(library, file) || (!is_given(library, file->bytes) && contains(file->bytes, name));
    }
    return found;
}

/* ------------------------------------------------------------------ what other files declare, at a glance */

/** The next word of a line, between blanks, commas and quotation marks; empty at its end. */
static struct mou_text next_word(struct mou_text *rest)
{
    static const char *const between[] = {" ", "\t", "\r", "、", "，", ",", "：", ":", "「", "」", "\""};
    struct mou_text word = {rest->bytes, 0};
    while (rest->len > 0) {
        size_t mark = 0;
        for (size_t i = 0; mark == 0 && i < sizeof between / sizeof between[0]; i++) {
            const size_t len = strlen(between[i]);
            mark = len <= rest->len && memcmp(rest->bytes, between[i], len) == 0 ? len : 0;
        }
        if (mark != 0 && word.len > 0) {
            return word;
        }
        word.len = mark != 0 ? 0 : word.len + 1;
        *rest = (struct mou_text){rest->bytes + (mark != 0 ? mark : 1), rest->len - (mark != 0 ? mark : 1)};
        word.bytes = word.len == 0 ? rest->bytes : word.bytes;
    }
    return word;
}

static bool is_one_of(struct mou_text word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (mou_text_equal(word, mou_text_of(words[i]))) {
            return true;
        }
    }
    return false;
}

/** Whether the line declares the name, or in a catalogue is the item of that name. */
static bool line_declares(struct mou_text line, struct mou_text name, bool *catalogue)
{
    static const char *const keywords[] = {"机关", "记录", "主体类别", "名单类别", "代码表", "关系", "认定", "惩戒", "激励", "authority", "record", "codes", "relation", "finding", "sanction", "incentive"};
    static const char *const catalogues[] = {"措施目录", "catalogue"};
    const bool indented = line.len > 0 && (*line.bytes == ' ' || *line.bytes == '\t');
    struct mou_text rest = line;
    struct mou_text word = next_word(&rest);
    if (indented || word.len == 0) {
        return *catalogue && word.len > 0 && mou_text_equal(word, name);
    }
    *catalogue = is_one_of(word, catalogues, sizeof catalogues / sizeof catalogues[0]);
    if (!is_one_of(word, keywords, sizeof keywords / sizeof keywords[0])) {
        return false;
    }
    while ((word = next_word(&rest)).len > 0) {
        if (mou_text_equal(word, name)) {
            return true;
        }
    }
    return false;
}

/** The pack or memorandum in which the file declares the name; empty if it does not. */
static struct mou_text owner_in(struct mou_text bytes, struct mou_text name)
{
    struct mou_text owner = {"", 0};
    bool catalogue = false;
    for (size_t begin = 0; begin < bytes.len;) {
        const char *newline = memchr(bytes.bytes + begin, '\n', bytes.len - begin);
        const size_t end = newline != NULL ? (size_t)(newline - bytes.bytes) : bytes.len;
        const struct mou_text line = {bytes.bytes + begin, end - begin};
        const struct mou_text declared = declared_name(line);
        owner = declared.len > 0 ? declared : owner;
        if (line_declares(line, name, &catalogue)) {
            return owner;
        }
        begin = end + 1;
    }
    return (struct mou_text){"", 0};
}

/** Whether the first thing that can be used in the file is a vocabulary. */
static bool is_vocabulary(struct mou_text bytes)
{
    for (size_t begin = 0; begin < bytes.len;) {
        const char *newline = memchr(bytes.bytes + begin, '\n', bytes.len - begin);
        const size_t end = newline != NULL ? (size_t)(newline - bytes.bytes) : bytes.len;
        const struct mou_text line = {bytes.bytes + begin, end - begin};
        if (declared_name(line).len > 0) {
            return memcmp(line.bytes, "规", 3) == 0 || *line.bytes == 'p';
        }
        begin = end + 1;
    }
    return false;
}

/** What a file beside those given declares, told by its lines: vocabularies before memoranda. */
static bool declared(void *state, struct mou_text name, struct mou_text *owner)
{
    struct library *library = state;
    bool searched = index_library(library);
    for (size_t pass = 0; searched && owner->len == 0 && pass < 2; pass++) {
        for (size_t i = 0; searched && owner->len == 0 && i < library->files.count; i++) {
            struct library_file *file = &library->files.items[i];
            searched = load_library_file(library, file);
            if (searched && is_vocabulary(file->bytes) == (pass == 0) && !is_given(library, file->bytes)) {
                *owner = owner_in(file->bytes, name);
            }
        }
    }
    return owner->len > 0;
}

bool mou_rules_load(struct mou_cli *cli, const char *const *paths, int path_count, struct mou_rule_files *files)
{
    path_list found = {0};
    struct library *library = MOU_NEW(cli->arena, struct library);
    bool ok = library != NULL;
    if (ok) {
        library->cli = cli;
        files->library = library;
        library->given = files;
    }
    for (int i = 0; ok && i < path_count; i++) {
        size_t before = found.count;
        ok = collect(cli, paths[i], 0, &found);
        if (ok && found.count == before) {
            mou_complain(cli, mou_say(cli, "%s 里没有规则文件（*.mou）", "%s holds no rule files (*.mou)"), paths[i]);
            return false;
        }
    }
    files->sources = ok ? MOU_NEW_ARRAY(cli->arena, found.count, struct mou_source) : NULL;
    ok = files->sources != NULL;
    for (size_t i = 0; ok && i < found.count; i++) {
        struct mou_text bytes;
        const char *folder = folder_of(cli, found.items[i]);
        if (!mou_read_file(cli, found.items[i], SOURCE_BYTES_MAX, &bytes)) {
            return false;
        }
        files->sources[i] = (struct mou_source){found.items[i], bytes.bytes, bytes.len};
        ok = folder != NULL && add_folder(library, folder);
    }
    files->count = found.count;
    if (!ok && mou_arena_failed(cli->arena)) {
        mou_out_of_memory(cli);
    }
    return ok;
}

bool mou_rules_shown(const struct mou_cli *cli, const struct mou_diagnostic *diagnostic)
{
    return mou_diag_severity(diagnostic->code) != MOU_SEVERITY_NOTE || mou_option_given(cli, "notes");
}

enum mou_exit mou_rules_print_diagnostics(const struct mou_cli *cli, const struct mou_compilation *compilation)
{
    const struct mou_diagnostics *diagnostics = mou_compilation_diagnostics(compilation);
    size_t source_count = 0;
    const struct mou_source *sources = mou_compilation_sources(compilation, &source_count);
    struct mou_buf out;
    mou_buf_init(&out, NULL, (size_t)64 * 1024 * 1024);
    for (size_t i = 0; i < diagnostics->list.count; i++) {
        if (mou_rules_shown(cli, &diagnostics->list.items[i])) {
            mou_diagnostic_render(&diagnostics->list.items[i], sources, source_count, cli->lang, cli->colour, &out);
        }
    }
    if (out.len > 0) {
        fwrite(out.data, 1, out.len, stderr);
    }
    const enum mou_exit code = out.failed ? mou_out_of_memory(cli) : MOU_EXIT_DONE;
    mou_buf_free(&out);
    return code;
}

/* Whether tests are to be measured, not only run. */
static bool is_measured(const struct mou_cli *cli)
{
    return mou_coverage_wanted(cli) || mou_option_given(cli, "mutate");
}

enum mou_exit mou_rules_compile(struct mou_cli *cli, const struct mou_rule_files *files, bool silent, struct mou_compilation **compilation)
{
    struct mou_compile_options options = {.resolve = resolve, .resolve_state = files->library, .mentioned = mentioned, .declared = declared, .generated = mou_option_given(cli, "generated"), .measured = is_measured(cli), .session = files->session};
    enum mou_status status = mou_compile(files->sources, files->count, &options, compilation);
    if (*compilation == NULL || mou_arena_failed(cli->arena)) {
        return mou_out_of_memory(cli);
    }
    const struct library *library = files->library;
    if (library->failed || (!silent && mou_rules_print_diagnostics(cli, *compilation) != MOU_EXIT_DONE)) {
        return MOU_EXIT_IO;
    }
    return mou_exit_of(status);
}

/** Every pack begins so, of whatever version: told here only to say what was given instead. */
static bool begins_as_pack(struct mou_text bytes)
{
    static const char magic[] = "MOUPACK";
    return bytes.len >= sizeof magic && memcmp(bytes.bytes, magic, sizeof magic) == 0;
}

static enum mou_exit open_bytes(struct mou_cli *cli, const char *path, struct mou_loaded_pack *loaded)
{
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    enum mou_status status = mou_pack_open((const unsigned char *)loaded->bytes.bytes, loaded->bytes.len, NULL, &loaded->pack, &message);
    if (status == MOU_ERROR_PACK && !begins_as_pack(loaded->bytes)) {
        mou_complain(cli, mou_say(cli, "%s 不是规则包；规则包由 mou build 写成，规则文件的名称以 .mou 结尾", "%s is no pack; packs are written by mou build, and names of rule files end with .mou"), path);
    } else if (status == MOU_ERROR_PACK) {
        mou_complain(cli, mou_say(cli, "规则包 %s 无效：文件不完整、被改动过，或者由别的版本的 mou 编译；请重新取得，或者用 mou build 重新编译。检验说明：%s",
                                  "pack %s is invalid: it is not whole, was altered, or comes from another version of mou; get it again, or build the rules again. The check says: %s"),
                     path, message.len > 0 ? message.data : "");
    } else if (status != MOU_OK) {
        mou_out_of_memory(cli);
    }
    mou_buf_free(&message);
    return mou_exit_of(status);
}

static bool is_rule_path(const char *path)
{
    struct stat info;
    return has_suffix(path, ".mou") || (stat(path, &info) == 0 && S_ISDIR(info.st_mode));
}

enum mou_exit mou_rules_open_pack(struct mou_cli *cli, const char *path, struct mou_loaded_pack *loaded)
{
    *loaded = (struct mou_loaded_pack){0};
    if (!is_rule_path(path)) {
        return mou_read_file(cli, path, PACK_BYTES_MAX, &loaded->bytes) ? open_bytes(cli, path, loaded) : MOU_EXIT_IO;
    }
    struct mou_rule_files files = {0};
    if (!mou_rules_load(cli, &path, 1, &files)) {
        return MOU_EXIT_IO;
    }
    enum mou_exit code = mou_rules_compile(cli, &files, false, &loaded->compilation);
    if (code == MOU_EXIT_NEGATIVE) {
        mou_complain(cli, mou_say(cli, "%s 有错误，不能编译", "%s has errors and cannot be compiled"), path);
        code = MOU_EXIT_PACK;
    }
    if (code != MOU_EXIT_DONE) {
        mou_loaded_pack_close(loaded);
        return code;
    }
    size_t len = 0;
    loaded->bytes.bytes = (const char *)mou_compilation_pack(loaded->compilation, &len);
    loaded->bytes.len = len;
    return open_bytes(cli, path, loaded);
}

void mou_loaded_pack_close(struct mou_loaded_pack *loaded)
{
    if (loaded->pack != NULL) {
        mou_pack_close(loaded->pack);
    }
    if (loaded->compilation != NULL) {
        mou_compilation_free(loaded->compilation);
    }
    *loaded = (struct mou_loaded_pack){0};
}
