#include "offtake/report/page_bundle.hpp"

// Defined by page_bundle.S, which takes in the files that the web build has written.
extern "C" {
extern const char offtake_page_script_begin[];
extern const char offtake_page_script_end[];
extern const char offtake_page_style_begin[];
extern const char offtake_page_style_end[];
}

namespace offtake::report {

std::string_view page_script() { return {offtake_page_script_begin, offtake_page_script_end}; }

std::string_view page_style() { return {offtake_page_style_begin, offtake_page_style_end}; }

}  // namespace offtake::report
