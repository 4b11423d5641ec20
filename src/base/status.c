/* SPDX-License-Identifier: Apache-2.0 */
/* The message of the calling thread's last error. */
#include <phasic/status.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Room for all errors of a configuration file, a line each. */
#define MESSAGE_BYTES 16384

static _Thread_local char message[MESSAGE_BYTES];

ph_status ph_error(ph_status code, const char *format, ...)
{
    /* Arguments may point into the present message, so it is written aside first. */
    static _Thread_local char next[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(next, sizeof next, format, arguments);
    va_end(arguments);
    memcpy(message, next, sizeof message);
    return code;
}

ph_status ph_error_context(ph_status code, const char *format, ...)
{
    static _Thread_local char next[MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(next, sizeof next, format, arguments);
    va_end(arguments);
    if (n >= 0 && (size_t)n < sizeof next)
        snprintf(next + n, sizeof next - (size_t)n, "%s", message);
    memcpy(message, next, sizeof message);
    return code;
}

const char *ph_error_message(void)
{
    return message;
}
