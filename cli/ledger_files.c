/*
 * Reading and writing of keys, tree heads and proofs. What is read comes from outside: every member is checked for its form.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger_files.h"
#include "store_commands.h"

#define FILE_BYTES_MAX ((size_t)64 * 1024 * 1024)

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** A hexadecimal text of exactly `len` bytes. */
static bool take_hex(const json_t *json, unsigned char *out, size_t len)
{
    const char *text = json_string_value(json);
    if (text == NULL || json_string_length(json) != 2 * len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        out[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

/** Reads a file of the given schema; NULL after a complaint. The caller releases it. */
static json_t *read_json(struct mou_cli *cli, const char *path, const char *schema, enum mou_exit *code)
{
    struct mou_text content;
    json_error_t error;
    *code = MOU_EXIT_IO;
    if (!mou_read_file(cli, path, FILE_BYTES_MAX, &content)) {
        return NULL;
    }
    json_t *json = json_loadb(content.bytes, content.len, JSON_REJECT_DUPLICATES, &error);
    const char *found = json_string_value(json_object_get(json, "schema"));
    if (json == NULL || found == NULL || strcmp(found, schema) != 0) {
        mou_complain(cli, mou_say(cli, "%s 不是 %s 文件", "%s is no file of the form %s"), path, schema);
        json_decref(json);
        *code = MOU_EXIT_DATA;
        return NULL;
    }
    *code = MOU_EXIT_DONE;
    return json;
}

static enum mou_exit refuse(struct mou_cli *cli, const char *path)
{
    mou_complain(cli, mou_say(cli, "%s 残缺或者写错", "%s is incomplete or malformed"), path);
    return MOU_EXIT_DATA;
}

/* ------------------------------------------------------------------ keys */

enum mou_exit mou_key_file_read(struct mou_cli *cli, const char *path, bool secret, struct mou_key *key)
{
    enum mou_exit code = MOU_EXIT_DONE;
    json_t *json = read_json(cli, path, "mou/key/1", &code);
    if (json == NULL) {
        return code;
    }
    memset(key, 0, sizeof *key);
    const bool whole = take_hex(json_object_get(json, "public"), key->public_key, sizeof key->public_key) &&
                       (!secret || take_hex(json_object_get(json, "secret"), key->seed, sizeof key->seed));
    json_decref(json);
    return whole ? MOU_EXIT_DONE : refuse(cli, path);
}

/** Makes a new file; an existing one is left as it is. */
static enum mou_exit write_new(struct mou_cli *cli, const char *path, mode_t mode, const struct mou_buf *content)
{
    if (content->failed) {
        return mou_out_of_memory(cli);
    }
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool whole = file >= 0 && write(file, content->data, content->len) == (ssize_t)content->len && fsync(file) == 0;
    const int error = errno;
    if (file >= 0 && close(file) != 0) {
        whole = false;
    }
    if (!whole) {
        mou_complain(cli, mou_say(cli, "不能新建文件 %s：%s", "cannot make the file %s: %s"), path, mou_os_error(error, cli->lang).text);
        return MOU_EXIT_IO;
    }
    return MOU_EXIT_DONE;
}

static void put_key(struct mou_buf *out, const struct mou_key *key, bool secret)
{
    mou_buf_text(out, "{\"schema\": \"mou/key/1\", \"algorithm\": \"ed25519\", \"public\": \"");
    mou_buf_hex(out, key->public_key, sizeof key->public_key);
    if (secret) {
        mou_buf_text(out, "\", \"secret\": \"");
        mou_buf_hex(out, key->seed, sizeof key->seed);
    }
    mou_buf_text(out, "\"}\n");
}

enum mou_exit mou_key_file_write(struct mou_cli *cli, const char *path, const struct mou_key *key)
{
    struct mou_buf content;
    struct mou_buf name;
    mou_buf_init(&content, NULL, 4096);
    mou_buf_init(&name, NULL, 65536);
    mou_buf_printf(&name, "%s.pub", path);
    put_key(&content, key, true);
    enum mou_exit code = name.failed ? mou_out_of_memory(cli) : write_new(cli, path, S_IRUSR | S_IWUSR, &content);
    if (content.data != NULL) {
        memset(content.data, 0, content.capacity);
    }
    mou_buf_clear(&content);
    put_key(&content, key, false);
    if (code == MOU_EXIT_DONE) {
        code = write_new(cli, name.data, 0644, &content);
    }
    mou_buf_free(&content);
    mou_buf_free(&name);
    return code;
}

/* ------------------------------------------------------------------ tree heads */

/** What is signed. */
static void put_signed(struct mou_buf *out, const struct mou_tree_head *head, mou_time at)
{
    mou_buf_printf(out, "mou-tree-head-1\n%lld\n%lld\n", (long long)head->size, (long long)at);
    mou_buf_hex(out, head->root, sizeof head->root);
    mou_buf_char(out, '\n');
}

static enum mou_exit sign_head(struct mou_cli *cli, const struct mou_tree_head *head, mou_time at, const struct mou_key *key, unsigned char signature[64])
{
    struct mou_buf text;
    mou_buf_init(&text, NULL, 4096);
    put_signed(&text, head, at);
    enum mou_status status = text.failed ? MOU_ERROR_MEMORY : mou_key_sign(key, text.data, text.len, signature);
    mou_buf_free(&text);
    if (status == MOU_ERROR_AUTHORITY) {
        mou_complain(cli, "%s", mou_say(cli, "密钥文件的公钥和私钥不成对", "the key file's halves do not belong together"));
    } else if (status != MOU_OK) {
        (void)mou_out_of_memory(cli);
    }
    return mou_exit_of(status);
}

enum mou_exit mou_head_put(struct mou_cli *cli, const struct mou_tree_head *head, mou_time at, const struct mou_key *key, struct mou_buf *out)
{
    unsigned char signature[64];
    mou_buf_printf(out, "{\"schema\": \"mou/head/1\", \"size\": %lld, \"at\": %lld, \"root\": \"", (long long)head->size, (long long)at);
    mou_buf_hex(out, head->root, sizeof head->root);
    mou_buf_char(out, '"');
    enum mou_exit code = key != NULL ? sign_head(cli, head, at, key, signature) : MOU_EXIT_DONE;
    if (code == MOU_EXIT_DONE && key != NULL) {
        mou_buf_text(out, ", \"key\": \"");
        mou_buf_hex(out, key->public_key, sizeof key->public_key);
        mou_buf_text(out, "\", \"signature\": \"");
        mou_buf_hex(out, signature, sizeof signature);
        mou_buf_char(out, '"');
    }
    mou_buf_char(out, '}');
    return code;
}

/** A head's signature: by the key that is asked for, or where none is, by the one that it names. */
static enum mou_exit check_signature(struct mou_cli *cli, const json_t *json, const char *path, const struct mou_tree_head *head)
{
    const char *wanted = mou_option_value(cli, "public-key", NULL);
    unsigned char named[32];
    unsigned char signature[64];
    struct mou_key key;
    struct mou_buf text;
    if (wanted == NULL && json_object_get(json, "signature") == NULL) {
        return MOU_EXIT_DONE;
    }
    bool holds = take_hex(json_object_get(json, "key"), named, sizeof named) && take_hex(json_object_get(json, "signature"), signature, sizeof signature);
    if (wanted != NULL) {
        const enum mou_exit code = mou_key_file_read(cli, wanted, false, &key);
        if (code != MOU_EXIT_DONE) {
            return code;
        }
        holds = holds && memcmp(named, key.public_key, sizeof named) == 0;
    }
    mou_buf_init(&text, NULL, 4096);
    put_signed(&text, head, json_integer_value(json_object_get(json, "at")));
    holds = holds && !text.failed && mou_key_verify(named, text.data, text.len, signature);
    mou_buf_free(&text);
    if (!holds) {
        mou_complain(cli, mou_say(cli, "%s 的签名不对", "the signature of %s does not hold"), path);
    }
    return holds ? MOU_EXIT_DONE : MOU_EXIT_AUTHORITY;
}

enum mou_exit mou_head_file_read(struct mou_cli *cli, const char *path, struct mou_tree_head *head)
{
    enum mou_exit code = MOU_EXIT_DONE;
    json_t *json = read_json(cli, path, "mou/head/1", &code);
    if (json == NULL) {
        return code;
    }
    head->size = json_integer_value(json_object_get(json, "size"));
    if (head->size < 0 || !json_is_integer(json_object_get(json, "size")) || !take_hex(json_object_get(json, "root"), head->root, sizeof head->root)) {
        code = refuse(cli, path);
    } else {
        code = check_signature(cli, json, path, head);
    }
    json_decref(json);
    return code;
}

/* ------------------------------------------------------------------ proofs */

static void put_hash(struct mou_buf *out, const char *name, const unsigned char hash[32])
{
    mou_buf_printf(out, ", \"%s\": \"", name);
    mou_buf_hex(out, hash, 32);
    mou_buf_char(out, '"');
}

void mou_proof_put(const struct mou_entry_proof *proof, struct mou_buf *out)
{
    mou_buf_printf(out, "{\"schema\": \"mou/proof/1\", \"number\": %lld, \"at\": %lld, \"event\": %lld, \"kind\": ", (long long)proof->number, (long long)proof->at,
                   (long long)proof->event);
    mou_buf_json_text(out, proof->kind.bytes, proof->kind.len);
    mou_buf_text(out, ", \"body\": ");
    mou_buf_json_text(out, proof->body.bytes, proof->body.len);
    put_hash(out, "previous", proof->previous);
    put_hash(out, "salt", proof->salt);
    mou_buf_text(out, ", \"path\": [");
    for (uint32_t i = 0; i < proof->path_count; i++) {
        mou_buf_text(out, i > 0 ? ", \"" : "\"");
        mou_buf_hex(out, proof->path[i], 32);
        mou_buf_char(out, '"');
    }
    mou_buf_printf(out, "], \"size\": %lld", (long long)proof->head.size);
    put_hash(out, "root", proof->head.root);
    mou_buf_text(out, "}\n");
}

static bool take_number(const json_t *json, int64_t *number)
{
    *number = json_integer_value(json);
    return json_is_integer(json);
}

static bool take_text(struct mou_cli *cli, const json_t *json, struct mou_text *text)
{
    if (!json_is_string(json)) {
        return false;
    }
    text->len = json_string_length(json);
    text->bytes = mou_arena_copy(cli->arena, json_string_value(json), text->len);
    return text->bytes != NULL;
}

static bool take_proof(struct mou_cli *cli, const json_t *json, struct mou_entry_proof *proof)
{
    const json_t *path = json_object_get(json, "path");
    const size_t count = json_array_size(path);
    bool whole = json_is_array(path) && count <= MOU_PROOF_HASHES_MAX;
    for (size_t i = 0; whole && i < count; i++) {
        whole = take_hex(json_array_get(path, i), proof->path[i], 32);
    }
    proof->path_count = (uint32_t)(count <= MOU_PROOF_HASHES_MAX ? count : 0);
    return whole && take_number(json_object_get(json, "number"), &proof->number) && take_number(json_object_get(json, "at"), &proof->at) &&
           take_number(json_object_get(json, "event"), &proof->event) && take_number(json_object_get(json, "size"), &proof->head.size) &&
           take_text(cli, json_object_get(json, "kind"), &proof->kind) && take_text(cli, json_object_get(json, "body"), &proof->body) &&
           take_hex(json_object_get(json, "previous"), proof->previous, 32) && take_hex(json_object_get(json, "salt"), proof->salt, 32) &&
           take_hex(json_object_get(json, "root"), proof->head.root, 32);
}

enum mou_exit mou_proof_file_read(struct mou_cli *cli, const char *path, struct mou_entry_proof *proof)
{
    enum mou_exit code = MOU_EXIT_DONE;
    json_t *json = read_json(cli, path, "mou/proof/1", &code);
    if (json == NULL) {
        return code;
    }
    memset(proof, 0, sizeof *proof);
    const bool whole = take_proof(cli, json, proof);
    json_decref(json);
    return whole ? MOU_EXIT_DONE : refuse(cli, path);
}
