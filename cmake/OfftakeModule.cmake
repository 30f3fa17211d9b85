# offtake_module(NAME DEPENDS module... PACKAGES target...)
#
# Makes the static library offtake_NAME of the folder's sources, and from the siblings of the code
#   *_test.cpp   the test program NAME_test, run by CTest
#   *_bench.cpp  the benchmark program NAME_bench (not part of `all`)
# DEPENDS are modules of offtake, as the table of layers in ARCHITECTURE.md allows them; PACKAGES are
# libraries from elsewhere. Every header is compiled alone by the target all_verify_interface_header_sets.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

function(offtake_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;PACKAGES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB headers CONFIGURE_DEPENDS *.hpp)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cpp)
  file(GLOB benches CONFIGURE_DEPENDS *_bench.cpp)
  list(REMOVE_ITEM sources ${tests} ${benches})

  set(reach PUBLIC)
  if(sources)
    add_library(offtake_${name} STATIC ${sources})
  else()
    add_library(offtake_${name} INTERFACE)
    set(reach INTERFACE)
  endif()
  target_sources(offtake_${name} ${reach}
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers})
  set_target_properties(offtake_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  list(TRANSFORM arg_DEPENDS PREPEND offtake_)
  target_link_libraries(offtake_${name} ${reach} ${arg_DEPENDS} ${arg_PACKAGES})

  if(BUILD_TESTING AND tests)
    add_executable(${name}_test ${tests} ${PROJECT_SOURCE_DIR}/cmake/doctest_main.cpp)
    target_link_libraries(${name}_test
      PRIVATE offtake_${name} doctest::doctest ${RAPIDCHECK_LIBRARY})
    target_compile_definitions(${name}_test
      PRIVATE OFFTAKE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "RC_PARAMS=seed=1")
  endif()
  if(benchmark_FOUND AND benches)
    add_executable(${name}_bench EXCLUDE_FROM_ALL ${benches})
    target_link_libraries(${name}_bench
      PRIVATE offtake_${name} benchmark::benchmark benchmark::benchmark_main)
    target_compile_definitions(${name}_bench
      PRIVATE OFFTAKE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    set_property(GLOBAL APPEND PROPERTY OFFTAKE_BENCHES ${name}_bench)
  endif()
endfunction()
