/* SPDX-License-Identifier: Apache-2.0 */
/* The program: what the library does, with nothing added. */
#include <phasic/phasic.h>

int main(int argc, char **argv)
{
    return ph_main(argc, argv);
}
