# Finds the solver HiGHS in the Python wheel `highsbox`, which requirements.txt pins, and gives the
# target Highs::highs. Only the C interface may be used: the wheel's C++ symbols have another ABI.
# HIGHS_ROOT, a folder with include/highs and lib, is looked in first.
file(GLOB highs_wheels ${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages/highsbox/highs_dist)
find_path(HIGHS_INCLUDE_DIR interfaces/highs_c_api.h
  PATHS ${HIGHS_ROOT} ${highs_wheels} PATH_SUFFIXES include/highs NO_DEFAULT_PATH)
find_library(HIGHS_LIBRARY highs PATHS ${HIGHS_ROOT} ${highs_wheels} PATH_SUFFIXES lib
  NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Highs
  REQUIRED_VARS HIGHS_LIBRARY HIGHS_INCLUDE_DIR
  REASON_FAILURE_MESSAGE
  "install it with: python3 -m venv .venv && .venv/bin/pip install --require-hashes -r requirements.txt")

if(Highs_FOUND AND NOT TARGET Highs::highs)
  add_library(Highs::highs SHARED IMPORTED)
  set_target_properties(Highs::highs PROPERTIES
    IMPORTED_LOCATION ${HIGHS_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES "${HIGHS_INCLUDE_DIR};${HIGHS_INCLUDE_DIR}/..")
endif()
