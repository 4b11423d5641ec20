# SPDX-License-Identifier: Apache-2.0
# cmake --install: the program, the library with headers and package files, and in share/phasic what
# experiments need, laid out as in the tree, since files name each other by relative paths.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(share ${CMAKE_INSTALL_DATADIR}/phasic)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/phasic)

install(TARGETS phasic RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS phasic_shared EXPORT phasic_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS phasic_library EXPORT phasic_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
get_target_property(hdf5_alias phasic_hdf5 ALIASED_TARGET)
if(NOT hdf5_alias)
  install(TARGETS phasic_hdf5 EXPORT phasic_static)
endif()
install(DIRECTORY include/phasic DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING
        PATTERN "*.h")
install(FILES ${PROJECT_BINARY_DIR}/generated/phasic/config.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/phasic)

# --- find_package(phasic) and pkg-config ---------------------------------------------------------------
install(EXPORT phasic_shared NAMESPACE phasic:: DESTINATION ${package} FILE phasic-shared.cmake)
install(EXPORT phasic_static NAMESPACE phasic:: DESTINATION ${package} FILE phasic-static.cmake)
configure_package_config_file(cmake/phasic-config.cmake.in phasic-config.cmake
                              INSTALL_DESTINATION ${package})
write_basic_package_version_file(phasic-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/phasic-config.cmake
        ${PROJECT_BINARY_DIR}/phasic-config-version.cmake DESTINATION ${package})

# What a static link needs besides. Where MPI and HDF5 have pkg-config files, these are named.
set(pc_requires yaml-0.1 hwloc zlib)
set(pc_libs "${OpenMP_C_FLAGS} -lm")
if(HDF5PC_FOUND)
  list(APPEND pc_requires ${hdf5_of_mpi})
else()
  list(JOIN HDF5_C_LIBRARIES " " words)
  string(APPEND pc_libs " ${words}")
endif()
list(JOIN MPI_C_LIBRARIES " " words)
string(APPEND pc_libs " ${words}")
list(JOIN pc_requires " " pc_requires)
# From the folder of phasic.pc to the prefix: a libdir may be several folders deep (Debian's are).
file(RELATIVE_PATH pc_up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" pc_up "${pc_up}")
configure_file(cmake/phasic.pc.in phasic.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/phasic.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# --- what an installed phasic runs -------------------------------------------------------------------
install(DIRECTORY configs regions slurm scripts examples DESTINATION ${share}
        USE_SOURCE_PERMISSIONS
        PATTERN "__pycache__" EXCLUDE PATTERN "*.pyc" EXCLUDE PATTERN "build" EXCLUDE
        # These build, or keep what they find in the tree.
        REGEX "scripts/(test|bench|controls|weak_scaling)$" EXCLUDE)
install(DIRECTORY docs DESTINATION ${share})
set(words_of_the_tree README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md LICENSE)
install(FILES ${words_of_the_tree} DESTINATION ${share}) # which the pages in docs name
install(FILES ${words_of_the_tree} DESTINATION ${CMAKE_INSTALL_DOCDIR})

# --- shells and man ------------------------------------------------------------------------------------
# The program writes them itself; where it cannot be run here, they are left out.
if(NOT CMAKE_CROSSCOMPILING)
  set(pages ${PROJECT_BINARY_DIR}/pages)
  add_custom_command(OUTPUT ${pages}/phasic.1 ${pages}/phasic
                     COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:phasic> -DFOLDER=${pages}
                             -P ${PROJECT_SOURCE_DIR}/cmake/pages.cmake
                     DEPENDS phasic cmake/pages.cmake)
  add_custom_target(phasic_pages ALL DEPENDS ${pages}/phasic.1)
  install(DIRECTORY ${pages}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING
          PATTERN "*.1")
  install(FILES ${pages}/phasic DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endif()

# --- module use PREFIX/share/phasic/modulefiles --------------------------------------------------------
configure_file(packaging/module.lua.in modulefiles/phasic/${PROJECT_VERSION}.lua @ONLY)
configure_file(packaging/module.tcl.in modulefiles/phasic/${PROJECT_VERSION} @ONLY)
install(DIRECTORY ${PROJECT_BINARY_DIR}/modulefiles DESTINATION ${share})
