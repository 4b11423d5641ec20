# SPDX-License-Identifier: Apache-2.0
# A Spack recipe: packages/phasic/package.py of a repository of your own. UNTESTED: Spack was not at
# hand where it was written. The dependencies are those that CMakeLists.txt looks for.
from spack.package import *


class Phasic(CMakePackage):
    """Brains made of several regions that learn under global neuromodulation."""

    homepage = "https://example.org/phasic"  # where your clone is
    git = "https://example.org/phasic.git"

    license("Apache-2.0")

    version("main", branch="main")

    variant("double", default=False, description="neurons in double precision")

    depends_on("c", type="build")
    depends_on("cmake@3.20:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("random123", type="build")
    depends_on("mpi")
    depends_on("hdf5+mpi")
    depends_on("hwloc@2:")
    depends_on("libyaml")
    depends_on("zlib-api")
    # reports, figures and experiments
    depends_on("python@3.9:", type="run")
    depends_on("py-numpy", type="run")
    depends_on("py-h5py", type="run")
    depends_on("py-matplotlib", type="run")

    def cmake_args(self):
        return [
            self.define("BUILD_TESTING", False),
            self.define_from_variant("PHASIC_DOUBLE", "double"),
            self.define("MPI_C_COMPILER", self.spec["mpi"].mpicc),
            self.define("RANDOM123_INCLUDE", self.spec["random123"].prefix.include),
        ]
