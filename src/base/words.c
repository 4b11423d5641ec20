/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest known word to a misspelt one, by edit distance. */
#include "base/units.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define LETTERS 63

static int smallest(int a, int b, int c)
{
    int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

static int letter(char c)
{
    return tolower((unsigned char)c);
}

int ph_word_distance(const char *a, const char *b)
{
    int d[3][LETTERS + 1];
    size_t m = strlen(a), n = strlen(b);
    m = m > LETTERS ? LETTERS : m;
    n = n > LETTERS ? LETTERS : n;
    int *before = d[0], *last = d[1], *now = d[2];
    for (size_t j = 0; j <= n; j++)
        before[j] = last[j] = (int)j;
    for (size_t i = 1; i <= m; i++) {
        now[0] = (int)i;
        for (size_t j = 1; j <= n; j++) {
            int change = letter(a[i - 1]) != letter(b[j - 1]);
            now[j] = smallest(last[j] + 1, now[j - 1] + 1, last[j - 1] + change);
            if (i > 1 && j > 1 && letter(a[i - 1]) == letter(b[j - 2]) &&
                letter(a[i - 2]) == letter(b[j - 1]) && before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
        int *recycled = before;
        before = last;
        last = now;
        now = recycled;
    }
    return last[n];
}

ph_nearest ph_nearest_to(const char *word)
{
    size_t letters = strlen(word);
    return (ph_nearest){word, NULL, letters < 3 ? 2 : letters < 6 ? 3 : 4};
}

void ph_nearest_offer(ph_nearest *nearest, const char *known)
{
    if (!known || !*known)
        return;
    int distance = ph_word_distance(nearest->word, known);
    /* A beginning that is right is near, however much is missing. */
    size_t letters = strlen(nearest->word);
    if (letters >= 3 && !strncmp(nearest->word, known, letters) && distance > 2)
        distance = 2;
    if (distance < nearest->distance) {
        nearest->distance = distance;
        nearest->best = known;
    }
}

const char *ph_nearest_hint(const ph_nearest *nearest, char *room)
{
    room[0] = '\0';
    if (nearest->best)
        snprintf(room, PH_HINT, "; did you mean '%.128s'?", nearest->best);
    return room;
}
