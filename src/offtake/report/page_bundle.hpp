#pragma once

#include <string_view>

namespace offtake::report {

/// The script and the style sheet of the page, built from web/report and held in the program.
std::string_view page_script();
std::string_view page_style();

}  // namespace offtake::report
