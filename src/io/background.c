/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of bytes: its owner copies into it, the thread writes from it. */
#include "io/background.h"

#include "base/memory.h"
#include "base/threads.h"
#include "io/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define RING_BYTES ((size_t)8 << 20)
#define WRITE_BYTES ((size_t)1 << 20) /* at most, at once */

struct ph_background {
    int file;
    char *path;
    char *ring;
    pthread_t thread;
    pthread_mutex_t mutex;     /* of all that follows */
    pthread_cond_t changed;
    size_t given, written;     /* bytes, since the start */
    int ending;                /* 1: nothing more is given */
    int error;                 /* the first one's number; what comes later is dropped */
};

/* Bytes of the ring that lie behind each other, from a place on. */
static size_t contiguous(size_t place, size_t most)
{
    size_t left = RING_BYTES - place % RING_BYTES;
    return left < most ? left : most;
}

static int write_next(ph_background *w, size_t from, size_t n, int error)
{
    if (error)
        return error;
    error = ph_bytes_write(w->file, w->ring + from % RING_BYTES, n, PH_BYTES_NEXT);
    /* The disk may begin: this is only a hint, the sync at the end is what counts. */
    (void)sync_file_range(w->file, (off_t)from, (off_t)n, SYNC_FILE_RANGE_WRITE);
    return error;
}

static void *run(void *context)
{
    ph_background *w = context;
    ph_threads_roam(); /* who started it goes on computing */
    (void)pthread_mutex_lock(&w->mutex);
    while (w->written < w->given || !w->ending) {
        if (w->written == w->given) {
            (void)pthread_cond_wait(&w->changed, &w->mutex);
            continue;
        }
        size_t from = w->written, n = contiguous(from, w->given - from);
        int error = w->error;
        n = n < WRITE_BYTES ? n : WRITE_BYTES;
        (void)pthread_mutex_unlock(&w->mutex);
        error = write_next(w, from, n, error);
        (void)pthread_mutex_lock(&w->mutex);
        w->error = error;
        w->written += n;
        (void)pthread_cond_signal(&w->changed);
    }
    (void)pthread_mutex_unlock(&w->mutex);
    return NULL;
}

/* Signals are for the threads that there were. */
static int start_thread(ph_background *w)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    int error = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (error)
        return error;
    error = pthread_create(&w->thread, NULL, run, w);
    int restored = pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error ? error : restored;
}

static void destroy(ph_background **out)
{
    (void)pthread_cond_destroy(&(*out)->changed);
    (void)pthread_mutex_destroy(&(*out)->mutex);
    ph_free((*out)->ring);
    ph_free((*out)->path);
    ph_free(*out);
    *out = NULL;
}

ph_status ph_background_start(int file, const char *path, ph_background **out)
{
    ph_background *w;
    *out = NULL;
    PH_ALLOC(w, 1);
    w->file = file;
    (void)pthread_mutex_init(&w->mutex, NULL); /* these two cannot fail on Linux */
    (void)pthread_cond_init(&w->changed, NULL);
    w->ring = ph_calloc(RING_BYTES, 1);
    w->path = ph_strdup(path);
    int error = w->ring && w->path ? start_thread(w) : ENOMEM;
    if (error) {
        destroy(&w);
        return ph_error(PH_RESOURCE, "cannot write %s: %s", path, strerror(error));
    }
    *out = w;
    return PH_OK;
}

static ph_status told(const ph_background *w, int error)
{
    return error ? ph_error(PH_FILE, "cannot write %s: %s", w->path, strerror(error)) : PH_OK;
}

ph_status ph_background_write(ph_background *w, const void *bytes, size_t n)
{
    const char *next = bytes;
    int error = 0;
    while (n > 0) {
        (void)pthread_mutex_lock(&w->mutex);
        while (w->given - w->written == RING_BYTES)
            (void)pthread_cond_wait(&w->changed, &w->mutex);
        size_t given = w->given, room = RING_BYTES - (given - w->written);
        error = w->error;
        (void)pthread_mutex_unlock(&w->mutex);
        size_t part = contiguous(given, room < n ? room : n);
        memcpy(w->ring + given % RING_BYTES, next, part);
        next += part;
        n -= part;
        (void)pthread_mutex_lock(&w->mutex);
        w->given += part;
        (void)pthread_cond_signal(&w->changed);
        (void)pthread_mutex_unlock(&w->mutex);
    }
    return told(w, error);
}

ph_status ph_background_end(ph_background **out)
{
    ph_background *w = *out;
    if (!w)
        return PH_OK;
    (void)pthread_mutex_lock(&w->mutex);
    w->ending = 1;
    (void)pthread_cond_signal(&w->changed);
    (void)pthread_mutex_unlock(&w->mutex);
    int error = pthread_join(w->thread, NULL);
    error = error ? error : w->error;
    ph_status status = told(w, error);
    destroy(out);
    return status;
}
