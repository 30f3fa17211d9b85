#pragma once

#include "offtake/book/book.hpp"
#include "offtake/report/access_section.hpp"
#include "offtake/study/access_value.hpp"

namespace offtake::findings {

/// What access is worth, by what its chip yields and by what work left undone costs.
report::AccessSection access_section(const book::Book& book, const study::AccessValue& value);

}  // namespace offtake::findings
