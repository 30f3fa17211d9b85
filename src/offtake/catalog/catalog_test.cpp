#include "offtake/catalog/catalog.hpp"

#include <doctest/doctest.h>

namespace offtake::catalog {
namespace {

TEST_CASE("the project's own catalog has no problem") {
  CHECK_NOTHROW(load_catalog(OFFTAKE_SOURCE_DIR "/catalog"));
}

}  // namespace
}  // namespace offtake::catalog
