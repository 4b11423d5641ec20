/* SPDX-License-Identifier: Apache-2.0 */
/* The main function of a CUnit test of the configuration: one suite from a list of tests. */
#ifndef PHASIC_TESTS_SUITE_H
#define PHASIC_TESTS_SUITE_H

#include <CUnit/Basic.h>

typedef struct suite_test {
    const char *name;
    void (*run)(void);
} suite_test;

/** @brief Run tests and print CUnit's summary. Not collective. @return exit code */
static inline int suite_run(const char *name, const suite_test *tests, int n)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 1;
    CU_pSuite suite = CU_add_suite(name, NULL, NULL);
    int failed = suite == NULL;
    for (int i = 0; i < n && !failed; i++)
        failed = CU_add_test(suite, tests[i].name, tests[i].run) == NULL;
    if (!failed) {
        CU_basic_set_mode(CU_BRM_NORMAL);
        failed = CU_basic_run_tests() != CUE_SUCCESS || CU_get_number_of_failures() > 0;
    }
    CU_cleanup_registry();
    return failed;
}

#endif
