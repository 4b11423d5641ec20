/* SPDX-License-Identifier: Apache-2.0 */
/* The error idiom: functions that can fail return ph_status; the message waits in the thread. */
#ifndef PHASIC_STATUS_H
#define PHASIC_STATUS_H

#include <phasic/types.h>

/* The values are the exit codes of the program. */
typedef enum ph_status {
    PH_OK = 0,
    PH_FAILURE = 1,  /* a defect or a library's failure */
    PH_CONFIG = 2,   /* usage or configuration */
    PH_FILE = 3,     /* a file or folder cannot be read or written */
    PH_RESOURCE = 4, /* memory, threads, cores */
    PH_STOPPED = 5   /* stopped early, with a checkpoint written */
} ph_status;

/** @brief Record an error in the calling thread and return its code.
 *  Not collective.
 *  @param code what kind of error; not PH_OK
 *  @param format printf format of a short message in the user's words; it replaces an older one
 *  @return code, so that callers write `return ph_error(...)` */
PH_API ph_status ph_error(ph_status code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** @brief Put words in front of the message of the error on its way up ("region pfc: ").
 *  Not collective.
 *  @param code the error's code, returned unchanged */
PH_API ph_status ph_error_context(ph_status code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** @brief The message of the calling thread's last error; "" when there was none.
 *  Not collective. Borrowed until the thread's next error. */
PH_API const char *ph_error_message(void);

/** Hand an error on. */
#define PH_TRY(expression)                                                                         \
    do {                                                                                           \
        ph_status ph_try_status_ = (expression);                                                   \
        if (ph_try_status_ != PH_OK)                                                               \
            return ph_try_status_;                                                                 \
    } while (0)

/** Raise an error unless the condition holds. */
#define PH_CHECK(condition, code, ...)                                                             \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return ph_error((code), __VA_ARGS__);                                                  \
    } while (0)

#endif
