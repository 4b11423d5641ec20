/* SPDX-License-Identifier: Apache-2.0 */
/* Files of reports: what all kinds have. */
#include "io/reports.h"

#include "base/memory.h"
#include "base/version.h"
#include "io/numbers.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 4096
#define MARK "phasic" /* attribute of reports that a run has written */

ph_step ph_report_steps(const ph_brain *brain, const ph_report *report)
{
    double interval = report->interval > 0 ? report->interval : brain->recording.V_m.interval;
    ph_step steps = (ph_step)floor(interval / brain->simulation.resolution + 0.5);
    return steps < 1 ? 1 : steps;
}

/* --- mapping ---------------------------------------------------------------------------------- */

static ph_status write_ints(hid_t group, const ph_column_info *info, const int64_t *values,
                            int64_t n)
{
    ph_column column;
    PH_TRY(ph_column_open(group, info, n, 0, &column));
    for (int64_t i = 0; i < n; i++)
        PH_TRY(ph_column_int(&column, values ? values[i] : 0));
    return ph_column_close(&column);
}

static ph_status write_times(hid_t group, const ph_report_times *times)
{
    static const ph_column_info info = {"time", PH_F64, "ms", "start, stop, step"};
    ph_column column;
    PH_TRY(ph_column_open(group, &info, 3, 0, &column));
    PH_TRY(ph_h5_variable_text(column.dataset, "units", "ms"));
    PH_TRY(ph_column_real(&column, times->start));
    PH_TRY(ph_column_real(&column, times->stop));
    PH_TRY(ph_column_real(&column, times->step));
    return ph_column_close(&column);
}

/* Where on the cell; points have no extent. */
static ph_status write_positions(hid_t group, int64_t n)
{
    static const ph_column_info info = {"element_pos", PH_F32, "1", "place on the cell"};
    ph_column column;
    PH_TRY(ph_column_open(group, &info, n, 0, &column));
    for (int64_t i = 0; i < n; i++)
        PH_TRY(ph_column_real(&column, 0));
    return ph_column_close(&column);
}

ph_status ph_report_write_mapping(hid_t group, const ph_report_mapping *m)
{
    static const ph_column_info ids = {"node_ids", PH_U64, "1", "nodes, ascending"};
    static const ph_column_info first = {"index_pointers", PH_U64, "1",
                                         "first column of each node, and behind the last"};
    static const ph_column_info elements = {"element_ids", PH_U32, "1", "of each column"};
    hid_t mapping;
    PH_TRY(ph_h5_group(group, "mapping", &mapping));
    PH_TRY(write_ints(mapping, &ids, m->nodes, m->n_nodes));
    PH_TRY(write_ints(mapping, &first, m->first, m->n_nodes + 1));
    PH_H5(H5Lcreate_hard(mapping, "index_pointers", mapping, "index_pointer", H5P_DEFAULT,
                         H5P_DEFAULT),
          "link index_pointer");
    PH_TRY(write_ints(mapping, &elements, (const int64_t *)m->elements, m->n));
    PH_TRY(write_positions(mapping, m->n));
    PH_TRY(write_times(mapping, &m->times));
    PH_H5(H5Gclose(mapping), "close the group mapping");
    return PH_OK;
}

/* --- files ------------------------------------------------------------------------------------ */

static ph_status write_file(const char *path, const ph_parts *parts, const ph_report *report)
{
    hid_t file = -1, group;
    ph_status status = ph_h5_create(path, &file);
    if (status == PH_OK)
        status = ph_h5_version(file);
    if (status == PH_OK)
        status = ph_h5_text(file, MARK, PH_VERSION);
    if (status == PH_OK)
        status = ph_h5_group(file, "report", &group);
    if (status == PH_OK)
        status = report->of == PH_REPORT_V_M ? ph_report_write_V_m(group, parts, report)
                                             : ph_report_write_weights(group, parts, report);
    ph_status closed = ph_h5_close(&file, status == PH_OK ? path : NULL);
    return status == PH_OK ? closed : ph_error_context(status, "%s: ", path);
}

ph_status ph_write_reports(const ph_parts *parts)
{
    const ph_report *reports = parts->brain->recording.reports.items;
    char path[PATH_BYTES], temporary[PATH_BYTES + 8];
    for (int i = 0; i < parts->brain->recording.reports.count; i++) {
        snprintf(path, sizeof path, "%s/%s", parts->out_folder, reports[i].file);
        snprintf(temporary, sizeof temporary, "%s.tmp", path);
        ph_status status = write_file(temporary, parts, &reports[i]);
        if (status == PH_OK && rename(temporary, path) != 0)
            status = ph_error(PH_FILE, "cannot rename %s: %s", temporary, strerror(errno));
        if (status != PH_OK)
            (void)unlink(temporary); /* the first error is the one to tell */
        PH_TRY(status);
    }
    return PH_OK;
}

static int is_report(const char *path)
{
    ph_h5_source *source = NULL;
    size_t n = strlen(path);
    if (n < 3 || strcmp(path + n - 3, ".h5") != 0)
        return 0;
    char version[64] = "";
    int is = ph_h5_source_open(path, &source) == PH_OK &&
             ph_h5_source_has(source, "report") &&
             ph_h5_source_attribute(source, "/", MARK, version, sizeof version) == PH_OK &&
             version[0] != '\0';
    ph_h5_source_close(&source);
    return is;
}

ph_status ph_reports_clear(const char *out_folder)
{
    char path[PATH_BYTES];
    ph_status status = PH_OK;
    DIR *folder = opendir(out_folder);
    PH_CHECK(folder, PH_FILE, "cannot open %s: %s", out_folder, strerror(errno));
    for (struct dirent *entry; status == PH_OK && (entry = readdir(folder));) {
        snprintf(path, sizeof path, "%s/%s", out_folder, entry->d_name);
        if (is_report(path) && unlink(path) != 0)
            status = ph_error(PH_FILE, "cannot remove %s: %s", path, strerror(errno));
    }
    (void)closedir(folder); /* only read */
    return status;
}
