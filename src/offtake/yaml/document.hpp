#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/input_error.hpp"

namespace offtake::yaml {

struct Entry;

/// One value of a YAML document and where it stands (line and column count from one).
struct Node {
  enum class Kind { kNull, kScalar, kList, kMapping };

  Kind kind = Kind::kNull;
  int line = 0;
  int column = 0;
  std::string text;            ///< A scalar's text, as written; quotes are taken off.
  std::vector<Node> items;     ///< A list's.
  std::vector<Entry> entries;  ///< A mapping's, in the order of the file; keys are unique.
};

struct Entry {
  Node key;
  Node value;
};

/// A parsed file. `problems` are those that leave the rest readable: a key given twice (the first
/// one counts), an alias, a key that is not a scalar, a second document.
struct Document {
  std::string file;  ///< The name that messages give.
  Node root;
  std::vector<Problem> problems;
};

/// Parses `text`; `file` is the name to give in messages. Throws InputError with line and column
/// when it is not YAML.
Document parse_document(std::string_view text, std::string file);

/// Reads the file at `path`; messages name it `file`, or `path` when that is empty. Throws
/// InputError when it cannot be read or is not YAML.
Document read_document(const std::filesystem::path& path, std::string file = {});

}  // namespace offtake::yaml
