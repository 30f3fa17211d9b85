#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/units/dimension.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/parse_quantity.hpp"
#include "offtake/units/quantity.hpp"
#include "offtake/yaml/document.hpp"
#include "offtake/yaml/figure.hpp"

/// Reading of a user's YAML into our own types, in one pass, with every problem reported at once.
///
///     Chip read_chip(ObjectReader file) {
///       Chip chip{.id = file.text("/id"),
///                 .hbm_capacity = file.figure<Bytes>("/hbm/capacity", "96 GB").value};
///       for (const Value& name : file.list("/aliases")) chip.aliases.push_back(name.text());
///       if (const auto power = file.find("/power")) chip.power = power->quantity<Watts>("700 W");
///       file.finish();  // Throws one InputError that lists every problem, unknown keys included.
///       return chip;
///     }
///
/// A value that cannot be read is noted as a problem and returned as T{}, so that reading goes on;
/// nothing may be concluded from it before `finish`. A key that no one asked for is a problem too.
namespace offtake::yaml {

class ObjectReader;
struct KeyedValue;
struct Reading;

/// One name of an enumeration, as files write it.
template <class E>
struct Choice {
  std::string_view name;
  E value;
};

/// Whether a figure must say where it is from, with `source` or `assume`.
enum class Evidence { kOptional, kRequired };

/// One value of the document. It may be absent (see ObjectReader::at): reading it then notes that
/// it is missing, and gives T{}.
class Value {
 public:
  enum class Kind { kAbsent, kNull, kScalar, kList, kMapping };

  Kind kind() const;
  Place place() const;
  const std::string& path() const { return path_; }  ///< Such as "/demand/0/isl".

  std::string text() const;  ///< Not empty.
  bool flag() const;         ///< true or false.
  std::int64_t integer() const;
  int count(int least = 0) const;  ///< A whole number of things, at least `least`.
  Month month() const;             ///< "2026-01"
  Date date() const;               ///< "2026-01-31"; "2026-01" is its last day.
  /// A pure number: 0.35, "35%" or "0.8x".
  double number(std::string_view example = "0.35") const;
  /// A figure with its unit; `example` is shown to who left it out: "2.9 TB/s".
  template <class Q>
  Q quantity(std::string_view example) const;
  /// A figure of any dimension, for facts that are only listed.
  ParsedQuantity any_quantity(std::string_view example) const;
  /// One of a closed set of names; the message lists them.
  template <class E>
  E choice(std::span<const Choice<E>> choices) const;
  template <class E>
  E choice(std::initializer_list<Choice<E>> choices) const {
    return choice(std::span<const Choice<E>>(choices.begin(), choices.size()));
  }
  template <class E, std::size_t N>
  E choice(const std::array<Choice<E>, N>& choices) const {
    return choice(std::span<const Choice<E>>(choices));
  }
  /// Any of the above by its type: Quantity, double, int, std::int64_t, bool, std::string, Month,
  /// Date.
  template <class T>
  T as(std::string_view example) const;
  /// A bare scalar or a mapping; see Figure.
  template <class T>
  Figure<T> figure(std::string_view example, Evidence evidence = Evidence::kOptional) const;

  std::vector<Value> list() const;          ///< The items of a list.
  ObjectReader object() const;              ///< A mapping with known keys.
  std::vector<KeyedValue> entries() const;  ///< A mapping with free keys, in the file's order.

  /// Notes a problem with this value, for checks of the reader's own: "a positive price". `found`
  /// is what stands there, unless said.
  void reject(std::string expected) const;
  void reject(std::string expected, std::string found) const;

 private:
  friend class ObjectReader;
  Value(std::shared_ptr<Reading> reading, const Node* node, std::string path);

  Value missing(std::string path, const Node* lacking) const;
  const std::string* scalar(std::string_view expected) const;
  double base_units(Dimension dimension, std::string_view example) const;
  std::size_t choice_index(std::span<const std::string> names) const;
  void check_range(bool ordered) const;
  void note_no_source() const;

  std::shared_ptr<Reading> reading_;
  const Node* node_;               ///< Null when absent. `reading_` owns it.
  const Node* lacking_ = nullptr;  ///< The mapping that lacks it, when absent.
  std::string path_;
};

/// An entry of a mapping with free keys; the key reads as a value does: `entry.key.month()`.
struct KeyedValue {
  Value key;
  Value value;
};

/// A mapping whose keys are known. Copies read the same document and note into the same list.
class ObjectReader {
 public:
  /// Reads the root of `document`, which is to be a mapping.
  explicit ObjectReader(Document document);

  /// The value at `path`, such as "/hbm/capacity", which is a problem if absent when read.
  Value at(std::string_view path) const;
  /// The value at `path`, or nothing; also tells whether a key is there.
  std::optional<Value> find(std::string_view path) const;
  /// This mapping itself, for its place and `reject`.
  const Value& self() const { return self_; }

  // Required values; each is at(path) and then the reading of that name.
  std::string text(std::string_view path) const { return at(path).text(); }
  bool flag(std::string_view path) const { return at(path).flag(); }
  int count(std::string_view path, int least = 0) const { return at(path).count(least); }
  double number(std::string_view path, std::string_view example = "0.35") const {
    return at(path).number(example);
  }
  Month month(std::string_view path) const { return at(path).month(); }
  Date date(std::string_view path) const { return at(path).date(); }
  template <class Q>
  Q quantity(std::string_view path, std::string_view example) const {
    return at(path).template quantity<Q>(example);
  }
  template <class T>
  Figure<T> figure(std::string_view path, std::string_view example,
                   Evidence evidence = Evidence::kOptional) const {
    return at(path).template figure<T>(example, evidence);
  }
  template <class E>
  E choice(std::string_view path, std::initializer_list<Choice<E>> choices) const {
    return at(path).choice(choices);
  }
  template <class E, std::size_t N>
  E choice(std::string_view path, const std::array<Choice<E>, N>& choices) const {
    return at(path).choice(choices);
  }
  ObjectReader object(std::string_view path) const { return at(path).object(); }

  // Optional values: what is not there is the fallback, nothing, or empty.
  std::string text_or(std::string_view path, std::string fallback) const;
  bool flag_or(std::string_view path, bool fallback) const;
  int count_or(std::string_view path, int fallback, int least = 0) const;
  template <class T>
  std::optional<T> optional(std::string_view path, std::string_view example = "") const;
  template <class T>
  std::optional<Figure<T>> optional_figure(std::string_view path, std::string_view example,
                                           Evidence evidence = Evidence::kOptional) const;
  std::vector<Value> list(std::string_view path) const;
  std::vector<KeyedValue> entries(std::string_view path) const;

  /// All problems of the whole document so far, with the keys that no one asked for.
  std::vector<Problem> problems() const;
  /// Throws an InputError with all of them, if there is one.
  void finish() const;

 private:
  friend class Value;
  explicit ObjectReader(Value self);

  Value self_;
};

// ---- templates ----

template <class Q>
Q Value::quantity(std::string_view example) const {
  return Q::in_base_units(base_units(Q::kDimension, example));
}

template <class E>
E Value::choice(std::span<const Choice<E>> choices) const {
  std::vector<std::string> names;
  for (const Choice<E>& known : choices) names.emplace_back(known.name);
  return choices[choice_index(names)].value;
}

template <class T>
T Value::as(std::string_view example) const {
  if constexpr (std::same_as<T, bool>) {
    return flag();
  } else if constexpr (std::same_as<T, int>) {
    return count();
  } else if constexpr (std::same_as<T, std::int64_t>) {
    return integer();
  } else if constexpr (std::same_as<T, double>) {
    return number(example);
  } else if constexpr (std::same_as<T, std::string>) {
    return text();
  } else if constexpr (std::same_as<T, Month>) {
    return month();
  } else if constexpr (std::same_as<T, Date>) {
    return date();
  } else {
    return quantity<T>(example);
  }
}

template <class T>
Figure<T> Value::figure(std::string_view example, Evidence evidence) const {
  Figure<T> figure;
  figure.path = path_;
  figure.place = place();
  if (kind() != Kind::kMapping) {
    figure.value = as<T>(example);
    if (kind() == Kind::kScalar && evidence == Evidence::kRequired) note_no_source();
    return figure;
  }
  const ObjectReader fields = object();
  const Value value = fields.at("/value");
  figure.value = value.template as<T>(example);
  figure.place = value.place();
  figure.low = fields.template optional<T>("/low", example);
  figure.high = fields.template optional<T>("/high", example);
  figure.mode = fields.template optional<T>("/mode", example);
  figure.source = fields.text_or("/source", "");
  figure.assume = fields.text_or("/assume", "");
  figure.status = fields.text_or("/status", "");
  figure.note = fields.text_or("/note", "");
  if (figure.low || figure.high) {
    check_range(figure.low && figure.high && *figure.low <= figure.value &&
                figure.value <= *figure.high);
  }
  if (evidence == Evidence::kRequired && !fields.find("/source") && !fields.find("/assume")) {
    note_no_source();
  }
  return figure;
}

template <class T>
std::optional<T> ObjectReader::optional(std::string_view path, std::string_view example) const {
  const std::optional<Value> value = find(path);
  if (!value) return std::nullopt;
  return value->template as<T>(example);
}

template <class T>
std::optional<Figure<T>> ObjectReader::optional_figure(std::string_view path,
                                                       std::string_view example,
                                                       Evidence evidence) const {
  const std::optional<Value> value = find(path);
  if (!value) return std::nullopt;
  return value->template figure<T>(example, evidence);
}

}  // namespace offtake::yaml
