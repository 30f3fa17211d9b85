#include "offtake/catalog/entry_notes.hpp"

namespace offtake::catalog {

EntryNotes read_notes(const yaml::ObjectReader& file) {
  EntryNotes notes;
  for (const yaml::Value& alias : file.list("/aliases")) notes.aliases.push_back(alias.text());
  notes.note = file.text_or("/note", "");
  for (const yaml::Value& source : file.list("/sources_further")) {
    notes.sources_further.push_back(source.text());
  }
  return notes;
}

}  // namespace offtake::catalog
