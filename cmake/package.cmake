# SPDX-License-Identifier: Apache-2.0
# cpack -G DEB and cpack -G TGZ, from a build with tests off or on.
set(CPACK_PACKAGE_NAME phasic)
set(CPACK_PACKAGE_VENDOR "the phasic developers")
set(CPACK_PACKAGE_CONTACT "the phasic developers <phasic@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "brains whose regions learn under global neuromodulation")
set(CPACK_PACKAGE_DESCRIPTION
    "phasic simulates brains made of several regions that learn under global\nneuromodulation, on any number of MPI ranks, with the same result on each.\nThis package holds the program, the library with its headers, and the\nregions, experiments and scripts that come with it.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# Libraries by dpkg-shlibdeps (of dpkg-dev); mpirun starts runs on several ranks.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
if("${MPI_C_INCLUDE_DIRS} ${MPI_C_LIBRARIES}" MATCHES "mpich")
  set(CPACK_DEBIAN_PACKAGE_DEPENDS mpich)
else()
  set(CPACK_DEBIAN_PACKAGE_DEPENDS openmpi-bin)
endif()
# Reports and experiments.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "python3, python3-numpy, python3-h5py, python3-matplotlib")
include(CPack)
