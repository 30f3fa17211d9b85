#pragma once

#include <map>
#include <string>
#include <vector>

#include "offtake/yaml/object_reader.hpp"

namespace offtake::book {

enum class NameKind {
  kWorkload,
  kSupplier,
  kContract,
  kOption,
  kOffer,
  kGroup,
  kEquityLine,
  kWarrant,
  kParty,
  kSite,
};

/// The names that a book defines and where it uses them, so that a name that means nothing is
/// reported at its place.
class NameTable {
 public:
  /// Reads a name and defines it; a name of one kind twice is a problem.
  std::string define(NameKind kind, const yaml::Value& value);
  /// Defines `name`, which stands at `value`.
  void define(NameKind kind, const std::string& name, const yaml::Value& value);
  /// Reads a name that must be defined, as one of `kinds`, somewhere in the book.
  std::string refer(std::vector<NameKind> kinds, const yaml::Value& value);
  /// The same, of an optional key; empty when it is not there.
  std::string refer_if_given(std::vector<NameKind> kinds, const yaml::ObjectReader& object,
                             std::string_view path);
  /// Notes a problem for each use of a name that was not defined.
  void check() const;

 private:
  struct Use {
    std::vector<NameKind> kinds;
    std::string name;
    yaml::Value value;
  };
  std::map<NameKind, std::vector<std::string>> names_;
  std::vector<Use> uses_;
};

}  // namespace offtake::book
