#include "offtake/base/expects.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>

namespace offtake {

void report_defect(std::string_view rule, std::source_location where) {
  fmt::print(stderr, "offtake: a defect at {}:{}: does not hold: {}\n", where.file_name(),
             where.line(), rule);
  std::fflush(nullptr);
  std::_Exit(3);
}

}  // namespace offtake
