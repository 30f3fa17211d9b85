#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/yaml/document.hpp"

namespace offtake::catalog {

enum class EntryKind {
  kChip,
  kSystem,
  kStack,
  kFit,
  kEfficiency,
  kModel,
  kPrice,
  kDeal,
  kParty,
  kDemand,
  kBenchmark,
  kSource,
};

std::string_view name(EntryKind kind);    ///< "chip"
std::string_view plural(EntryKind kind);  ///< "chips", which is also the folder's name.

/// One line of an entry as its file writes it: what a person is shown.
struct EntryLine {
  std::string path;   ///< "/hbm/capacity", "/prices/3".
  std::string value;  ///< "96 GiB"; of a row of a table all its fields, "payer: openai, ...".
  std::string low;
  std::string high;
  std::string source;  ///< Empty for what needs none, such as a name.
  std::string status;
  std::string note;
  Place place;
};

/// A file of the catalog (or one source), for listing and showing.
struct Entry {
  EntryKind kind = EntryKind::kChip;
  std::string id;
  std::string name;
  std::vector<std::string> aliases;
  std::vector<EntryLine> lines;
};

/// The lines of a mapping: figures, rows of tables and plain values, in the order of the file.
std::vector<EntryLine> entry_lines(const yaml::Node& mapping, const std::string& file);

}  // namespace offtake::catalog
