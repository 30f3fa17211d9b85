#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "offtake/demand/request.hpp"
#include "offtake/trace/row_problems.hpp"

namespace offtake::trace {

/// What a row holds. Whoever counts rows by this counts up to kRowKinds.
enum class RowKind {
  kRequest,
  kNoOutput,  ///< Nothing was generated: the request failed.
  kNoInput,   ///< A prompt without tokens.
  kBlank,     ///< An empty line.
};
inline constexpr int kRowKinds = 4;

/// How the rows of one kind of trace are written.
class TraceFormat {
 public:
  TraceFormat() = default;
  TraceFormat(const TraceFormat&) = delete;
  TraceFormat& operator=(const TraceFormat&) = delete;
  virtual ~TraceFormat() = default;

  virtual std::string_view name() const = 0;
  virtual bool timed() const = 0;                  ///< Whether rows say when the request came.
  virtual std::string_view time_name() const = 0;  ///< The column or key of the time; empty: none.
  virtual int prefix_block_tokens() const { return 0; }  ///< Zero: prefixes are not known.

  /// Reads a row. `arrival` is by the file's clock; zero where rows are not timed. Where something
  /// is wrong it is added to `problems`, and `request` means nothing.
  virtual RowKind read(std::string_view line, demand::Request& request, RowProblems& problems) = 0;
};

/// The kind of a row with these counts, both zero or more.
constexpr RowKind kind_of(std::int64_t input, std::int64_t output) {
  if (output == 0) return RowKind::kNoOutput;
  return input == 0 ? RowKind::kNoInput : RowKind::kRequest;
}

/// The format whose column names stand in `header`. Adds a problem and gives nothing where there is
/// no such format. Classes are numbered by their place in `service_classes`.
std::unique_ptr<TraceFormat> csv_format(std::string_view header,
                                        std::span<const std::string> service_classes,
                                        RowProblems& problems);

/// The format of JSON lines of which `first` is the first, told by its keys.
std::unique_ptr<TraceFormat> json_lines_format(std::string_view first, RowProblems& problems);

}  // namespace offtake::trace
