#include "offtake/measurement/measured_rows.hpp"

#include <string>
#include <utility>

namespace offtake::measurement {
namespace {

[[noreturn]] void refuse(const CsvTable& table, std::string expected, std::string found) {
  throw InputError({{{table.file(), 1, 0}, "", std::move(expected), std::move(found)}});
}

bool is_training(const CsvTable& table) {
  return table.has_column("metric") && table.has_column("global_batch");
}

}  // namespace

MeasuredRows read_measured_rows(const CsvTable& table) {
  const bool collectives = table.has_column("collective");
  if (!collectives && !table.has_column("metric")) {
    refuse(table, "a column \"metric\", as inference and training have it, or \"collective\"",
           "neither");
  }
  if (table.rows().empty()) refuse(table, "at least one row under the names", "none");
  if (collectives) return read_collective_rows(table);
  if (is_training(table)) return read_training_rows(table);
  return read_inference_rows(table);
}

}  // namespace offtake::measurement
