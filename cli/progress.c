/*
 * Progress of long work, and stopping it: an interrupt lets the work at hand be rolled back instead of dying in the middle.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "store_commands.h"

#define FIRST_AFTER_MS 1000
#define TERMINAL_EVERY_MS 200
#define PLAIN_EVERY_MS 10000

static volatile sig_atomic_t stop_asked;

static void ask_stop(int signal_number)
{
    (void)signal_number;
    stop_asked = 1;
}

void mou_progress_start(struct mou_progress *progress, const struct mou_cli *cli)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = ask_stop;
    action.sa_flags = (int)SA_RESETHAND; /* a second interrupt ends the program at once */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    *progress = (struct mou_progress){.cli = cli, .started = mou_clock_now(), .terminal = isatty(STDERR_FILENO) != 0};
    progress->shown = progress->started;
}

bool mou_progress_show(struct mou_progress *progress, uint64_t done, uint64_t total)
{
    mou_time now = mou_clock_now();
    mou_time elapsed = now - progress->started;
    mou_time pause = progress->terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS;
    if (stop_asked) {
        return false;
    }
    if (progress->cli->quiet || elapsed < FIRST_AFTER_MS || now - progress->shown < pause || done == 0) {
        return true;
    }
    progress->shown = now;
    mou_time left = total > done ? (mou_time)((uint64_t)elapsed * (total - done) / done) : 0;
    const uint64_t rate = done * 1000 / (uint64_t)elapsed;
    fprintf(stderr, mou_say(progress->cli, "%s%llu%%，每秒 %llu%s，还需约 %lld 秒%s", "%s%llu%%, %llu%s a second, about %lld s left%s"), progress->terminal ? "\r" : "",
            (unsigned long long)(total > 0 ? done * 100 / total : 0), (unsigned long long)(progress->bytes ? rate / 1000 : rate), progress->bytes ? " kB" : "", (long long)(left / 1000),
            progress->terminal ? "   " : "\n");
    fflush(stderr);
    return true;
}

void mou_progress_end(struct mou_progress *progress)
{
    if (progress->terminal && progress->shown != progress->started) {
        fputs("\r\033[K", stderr);
    }
}
