# SPDX-License-Identifier: Apache-2.0
"""The habits that a machine can check: licence and purpose on top of each file, lengths, MPI and HDF5
in their rooms alone, and a doc comment that says whether a function is collective."""
import glob
import os
import re
import sys

SOURCE = os.environ["SOURCE_DIR"]
errors = []


# What is called of MPI is in MPI 3.1; a further call is to be looked up there.
MPI_CALLS = set("""Allgather Allreduce Barrier Bcast Comm_dup Comm_free Comm_rank Comm_set_errhandler Comm_size
Comm_split Comm_split_type Error_string Finalize Gather Gatherv Get_count Ibarrier Ibcast Init_thread Initialized
Iprobe Irecv Ireduce Isend Probe Recv Send Sendrecv Testall Waitall""".split())
# What of HDF5 means another function in 1.10 than in 1.14, or is not in 1.10.
HDF5_OTHERS = re.compile(r"\bH5(Oget_info|Ovisit|Literate|Lvisit|Lget_info|Pencode|Sencode|Fget_info|Rdereference|"
                         r"Treclaim|ES|VL|\w+_async|\w+_multi|\w+_by_token|\w+1\()\w*\(?")


def complain(path, line, text):
    errors.append("%s:%d: %s" % (os.path.relpath(path, SOURCE), line, text))


def check_file(path, text):
    lines = text.split("\n")
    if "SPDX-License-Identifier: Apache-2.0" not in lines[0]:
        complain(path, 1, "no licence line")
    if not lines[1].startswith("/* "):
        complain(path, 2, "no comment that says what the file is for")
    if len(lines) > 501:
        complain(path, len(lines), "longer than 500 lines")
    for number, line in enumerate(lines, 1):
        if len(line) > 100:
            complain(path, number, "wider than 100 columns")
        if line != line.rstrip() or "\t" in line:
            complain(path, number, "trailing blanks or a tab")
    room = os.path.basename(os.path.dirname(path))
    if room != "comm" and re.search(r"\bMPI_[A-Z][a-z]", text):
        complain(path, 1, "calls MPI outside comm/")
    for call in re.findall(r"\bMPI_([A-Z]\w*[a-z]\w*)\(", text):
        if call not in MPI_CALLS:
            complain(path, 1, "calls MPI_%s: is it in MPI 3.1?" % call)
    for match in HDF5_OTHERS.finditer(text):
        complain(path, 1, "%s is not the same in HDF5 1.10 and 1.14" % match.group(0))
    if room != "io" and re.search(r"\bH5[A-Z]+[a-z]\w*\(", text):
        complain(path, 1, "calls HDF5 outside io/")
    if path != os.path.join(SOURCE, "src", "base", "topology.c") and "hwloc_" in text:
        complain(path, 1, "calls hwloc outside base/topology.c")
    if room != "base" and re.search(r"[^_\w](malloc|calloc|realloc|free)\(", text):
        complain(path, 1, "takes memory past base/memory.h")


DECLARATION = re.compile(r"^(?:PH_API )?(?:static inline |extern )?[a-z_][\w ]*[ *](ph_\w+)\([^;{]*\)[^;{]*[;{]",
                         re.M)


def check_header(path, text):
    all_alike = "othing here is collective" in text[:text.find("#ifndef")]
    for match in DECLARATION.finditer(text):
        # A comment stands for the declarations below it up to the next blank line.
        before = text[:match.start()]
        before = before[:before.rfind("*/") + 2] if "\n\n" not in before[
            before.rfind("*/"):] else before.rstrip()
        comment = before[before.rfind("/**"):] if before.endswith("*/") else ""
        if "@brief" not in comment:
            complain(path, text.count("\n", 0, match.start()) + 1,
                     match.group(1) + " has no doc comment")
        elif not all_alike and "ollective" not in comment and "thread" not in comment and "aster" not in comment:
            complain(path, text.count("\n", 0, match.start()) + 1,
                     match.group(1) + " does not say whether it is collective")


files = sorted(glob.glob(SOURCE + "/src/**/*.[ch]", recursive=True) +
               glob.glob(SOURCE + "/include/**/*.h", recursive=True))
assert len(files) > 50, files
for path in files:
    with open(path) as file:
        text = file.read()
    check_file(path, text)
    if path.endswith(".h"):
        check_header(path, text)
print("\n".join(errors))
print("%d files, %d findings" % (len(files), len(errors)))
sys.exit(bool(errors))
