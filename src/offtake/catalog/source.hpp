#pragma once

#include <string>

#include "offtake/units/month.hpp"

namespace offtake::catalog {

/// Where figures come from.
struct Source {
  std::string id;
  std::string publisher;
  std::string title;    ///< The page's, or the words of its address where that is all we have.
  std::string address;  ///< Of the page or file.
  Date date;            ///< Of publication, or of the copy that was read when `undated`.
  bool undated = false;
  std::string note;
};

}  // namespace offtake::catalog
