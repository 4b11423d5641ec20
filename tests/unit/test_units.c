/* SPDX-License-Identifier: Apache-2.0 */
/* Quantities, whole numbers and nearest words. */
#include "suite.h"

#include "base/units.h"
#include <phasic/param.h>

#include <string.h>

static double read(const char *text, const char *unit)
{
    double value = -12345;
    return ph_quantity_parse(text, unit, &value, NULL) == PH_OK ? value : -12345;
}

static int fails(const char *text, const char *unit, const char *message)
{
    double value;
    return ph_quantity_parse(text, unit, &value, NULL) == PH_CONFIG &&
           strstr(ph_error_message(), message) != NULL;
}

static void converts(void)
{
    CU_ASSERT_EQUAL(read("5 ms", "ms"), 5);
    CU_ASSERT_EQUAL(read("5ms", "ms"), 5);
    CU_ASSERT_EQUAL(read("-1.5e-3 s", "ms"), -1.5);
    CU_ASSERT_EQUAL(read("0.1 ms", "ms"), 0.1);
    CU_ASSERT_EQUAL(read("100 us", "ms"), 0.1);
    CU_ASSERT_EQUAL(read("10 min", "s"), 600);
    CU_ASSERT_EQUAL(read("1 h", "ms"), 3600000);
    CU_ASSERT_EQUAL(read("0.25 nF", "pF"), 250);
    CU_ASSERT_EQUAL(read("1 uS", "nS"), 1000);
    CU_ASSERT_EQUAL(read("4 uM/s", "nM/s"), 4000);
    CU_ASSERT_EQUAL(read("2 kHz", "Hz"), 2000);
    CU_ASSERT_EQUAL(read("0.04 /s", "/s"), 0.04);
    CU_ASSERT_EQUAL(read("3", "1"), 3);
}

static void refuses(void)
{
    CU_ASSERT(fails("5", "ms", "add a unit: 5 ms"));
    CU_ASSERT(fails("5 mV", "ms", "a voltage where a time is meant"));
    CU_ASSERT(fails("5 MS", "ms", "did you mean 'ms'"));
    CU_ASSERT(fails("5 ms", "1", "leave the unit out: 5"));
    CU_ASSERT(fails("5 mV", "pA|nS", "one of pA|nS"));
    CU_ASSERT(fails("5", "pA|nS", "add a unit"));
    const char *bad[] = {"",      "nan",   "inf",   "-inf", "0x10", "010",  "1_000", ".",   "e5",
                         "1e999", "--5",   "+-5",   "1,5",  "1e-999", "5 5", "0b1",  " 5",  "00"};
    for (int i = 0; i < PH_COUNT(bad); i++) {
        double value;
        CU_ASSERT_EQUAL(ph_quantity_parse(bad[i], "1", &value, NULL), PH_CONFIG);
    }
}

static void tells_alternatives_apart(void)
{
    double value;
    int unit = -1;
    CU_ASSERT_EQUAL(ph_quantity_parse("1 nS", "pA|nS", &value, &unit), PH_OK);
    CU_ASSERT(unit == 1 && value == 1);
    CU_ASSERT_EQUAL(ph_quantity_parse("0.5 nA", "pA|nS", &value, &unit), PH_OK);
    CU_ASSERT(unit == 0 && value == 500);
}

static void reads_whole_numbers(void)
{
    int64_t value = 0;
    CU_ASSERT_EQUAL(ph_integer_parse("-12", &value), PH_OK);
    CU_ASSERT_EQUAL(value, -12);
    CU_ASSERT_EQUAL(ph_integer_parse("9223372036854775807", &value), PH_OK);
    CU_ASSERT_EQUAL(value, INT64_MAX);
    const char *bad[] = {"9223372036854775808", "1.0", "1e3", "010", "", "-", "0x1", "1 ", "ten"};
    for (int i = 0; i < PH_COUNT(bad); i++)
        CU_ASSERT_EQUAL(ph_integer_parse(bad[i], &value), PH_CONFIG);
}

static void finds_nearest_words(void)
{
    CU_ASSERT_EQUAL(ph_word_distance("weight", "wieght"), 1);
    CU_ASSERT_EQUAL(ph_word_distance("", "abc"), 3);
    CU_ASSERT_EQUAL(ph_word_distance("ms", "MS"), 0);
    ph_nearest nearest = ph_nearest_to("wieght");
    char hint[PH_HINT];
    ph_nearest_offer(&nearest, "delay");
    CU_ASSERT_STRING_EQUAL(ph_nearest_hint(&nearest, hint), "");
    ph_nearest_offer(&nearest, "weight");
    CU_ASSERT_STRING_EQUAL(ph_nearest_hint(&nearest, hint), "; did you mean 'weight'?");
}

int main(void)
{
    const suite_test tests[] = {{"converts units", converts},
                                {"refuses what is not a quantity", refuses},
                                {"tells pA and nS apart", tells_alternatives_apart},
                                {"reads whole numbers", reads_whole_numbers},
                                {"finds nearest words", finds_nearest_words}};
    return suite_run("units", tests, PH_COUNT(tests));
}
