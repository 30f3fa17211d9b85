#include "offtake/measurement/collective_row.hpp"

#include <algorithm>
#include <array>
#include <regex>

#include "offtake/measurement/row_reader.hpp"

namespace offtake::measurement {
namespace {

constexpr std::array kCollectives{
    Word{"all_reduce", Collective::kAllReduce},
    Word{"reduce_scatter", Collective::kReduceScatter},
    Word{"all_gather", Collective::kAllGather},
    Word{"alltoall", Collective::kAllToAll},
};

constexpr std::string_view kColumns[] = {"system", "chip",       "n_chips", "collective",
                                         "bytes",  "latency_us", "source"};

std::string library_of(const std::string& system) {
  static const std::regex kLibrary(R"((N|R)CCL [0-9.]*[0-9])");
  std::smatch found;
  return std::regex_search(system, found, kLibrary) ? found.str() : std::string();
}

/// "4 nodes" or, of `ranks`, "2 devices per node". A count of more than nine digits is no count.
int nodes_of(const std::string& system, int ranks) {
  static const std::regex kNodes(R"(\b([1-9][0-9]{0,8}) nodes?\b)");
  static const std::regex kPerNode(R"(\b([1-9][0-9]{0,8}) devices per node\b)");
  std::smatch found;
  if (std::regex_search(system, found, kPerNode)) {
    const int per_node = std::stoi(found[1]);
    return (ranks + per_node - 1) / per_node;
  }
  return std::regex_search(system, found, kNodes) ? std::stoi(found[1]) : 1;
}

double required(RowReader& reader, const CsvTable& table, const CsvTable::Row& row,
                std::string_view column) {
  if (table.cell(row, column).empty()) reader.reject(row, column, "a number above zero");
  return reader.positive(row, column).value_or(1.0);
}

}  // namespace

std::string_view name(Collective collective) {
  return std::ranges::find(kCollectives, collective, &Word<Collective>::meaning)->text;
}

std::vector<CollectiveRow> read_collective_rows(const CsvTable& table) {
  RowReader reader(table);
  reader.require_columns(kColumns);
  reader.finish();
  std::vector<CollectiveRow> rows;
  for (const CsvTable::Row& row : table.rows()) {
    const std::string system = reader.text(row, "system");
    const int ranks = reader.count(row, "n_chips").value_or(0);
    if (ranks < 2) reader.reject(row, "n_chips", "two chips or more");
    rows.push_back(
        {.place = {table.file(), row.line, 0},
         .system = system,
         .library = library_of(system),
         .chip = reader.text(row, "chip"),
         .ranks = ranks,
         .nodes = nodes_of(system, ranks),
         .collective = reader.word(row, "collective", kCollectives),
         .message = Bytes::in_base_units(required(reader, table, row, "bytes")),
         .time = Seconds::in_base_units(1e-6 * required(reader, table, row, "latency_us")),
         .source = reader.text(row, "source")});
  }
  reader.finish();
  return rows;
}

}  // namespace offtake::measurement
