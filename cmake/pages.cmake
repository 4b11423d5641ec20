# SPDX-License-Identifier: Apache-2.0
# cmake -DPROGRAM=phasic -DFOLDER=DIR -P: the man pages and the completion script, as it writes them.
set(ENV{ASAN_OPTIONS} detect_leaks=0) # of a build with AddressSanitizer
file(MAKE_DIRECTORY ${FOLDER})
function(write_page file)
  execute_process(COMMAND ${PROGRAM} ${ARGN} OUTPUT_FILE ${FOLDER}/${file} RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "phasic ${ARGN} failed")
  endif()
endfunction()
write_page(phasic completion)
write_page(phasic.1 manual)
file(STRINGS ${FOLDER}/phasic commands REGEX "^_phasic_commands=")
string(REGEX REPLACE "^_phasic_commands='(.*)'$" "\\1" commands "${commands}")
string(REPLACE " " ";" commands "${commands}")
foreach(command ${commands})
  write_page(phasic-${command}.1 manual ${command})
endforeach()
