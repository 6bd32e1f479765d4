/*
 * Everybody in a store through the machine, batch by batch: for lists, publication and statistics, which findings, duties and repairs are not stored for.
 */
#include <string.h>

#include "pass.h"

#define PASS_SUBJECTS 2048u

static enum mou_status run_batches(struct mou_cli *cli, struct mou_subject_pass *pass, struct mou_machine *machine, struct mou_batch_builder *builder)
{
    struct mou_buf after;
    uint32_t count = 1;
    enum mou_status status = MOU_OK;
    mou_buf_init(&after, NULL, 65536);
    while (status == MOU_OK && count > 0) {
        status = mou_store_read_batch(pass->store, pass->known_at, (struct mou_text){after.len > 0 ? after.data : "", after.len}, PASS_SUBJECTS, builder, &pass->batch, &count);
        if (status != MOU_OK) {
            (void)mou_store_complain(cli, pass->store, status);
        } else if (count > 0) {
            status = mou_machine_run(machine, pass->batch, &pass->options, pass->sink);
            const struct mou_text last = pass->batch->subject_id[count - 1];
            mou_buf_clear(&after);
            mou_buf_append(&after, last.bytes, last.len);
            status = status == MOU_OK && after.failed ? MOU_ERROR_MEMORY : status;
            if (status == MOU_ERROR_MEMORY) {
                (void)mou_out_of_memory(cli);
            } else if (status != MOU_OK) { /* what the sink asked of the store */
                (void)mou_store_complain(cli, pass->store, status);
            }
        }
    }
    mou_buf_free(&after);
    return status;
}

enum mou_status mou_pass_all(struct mou_cli *cli, struct mou_subject_pass *pass)
{
    const struct mou_pack *pack = mou_store_pack(pass->store);
    struct mou_machine *machine = NULL;
    struct mou_batch_builder *builder = mou_batch_builder_new(pack, NULL);
    enum mou_status status = builder != NULL ? mou_machine_new(pack, NULL, &machine) : MOU_ERROR_MEMORY;
    pass->options.as_of = pass->as_of;
    if (status == MOU_OK) {
        status = run_batches(cli, pass, machine, builder);
    } else {
        (void)mou_out_of_memory(cli);
    }
    mou_machine_free(machine);
    mou_batch_builder_free(builder);
    return status;
}
