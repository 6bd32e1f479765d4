/*
 * A host program that knows the installed headers and library only: opens the store that is given and says how many measures its pack has.
 * Built and run by install.sh.
 */
#include <mou/base.h>
#include <mou/compiler.h>
#include <mou/store.h>
#include <mou/vm.h>

#include <stdio.h>

int main(int count, char **arguments)
{
    struct mou_store *store = NULL;
    struct mou_buf message;
    mou_buf_init(&message, NULL, 65536);
    if (count != 2 || mou_store_open(arguments[1], MOU_LANG_EN, &store, &message) != MOU_OK) {
        fprintf(stderr, "%s\n", message.len > 0 ? message.data : "usage: consumer STORE");
        mou_buf_free(&message);
        return 1;
    }
    printf("%u measures\n", (unsigned)mou_pack_measure_count(mou_store_pack(store)));
    mou_store_close(store);
    mou_buf_free(&message);
    return 0;
}
