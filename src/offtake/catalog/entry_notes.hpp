#pragma once

#include <string>
#include <vector>

#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

/// What every file may carry for people: other names, a note, further sources.
struct EntryNotes {
  std::vector<std::string> aliases;
  std::string note;
  std::vector<std::string> sources_further;
};

EntryNotes read_notes(const yaml::ObjectReader& file);

}  // namespace offtake::catalog
