#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/measurement/csv_table.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::measurement {

enum class Collective { kAllReduce, kReduceScatter, kAllGather, kAllToAll };

/// "all_reduce" and so on, as the files write it.
std::string_view name(Collective collective);

/// One published time of a collective.
struct CollectiveRow {
  Place place;
  std::string system;   ///< In the source's words, of which `library` and `nodes` are read.
  std::string library;  ///< "NCCL 2.29.2"; empty when not stated.
  std::string chip;
  int ranks = 2;
  int nodes = 1;  ///< Over which the ranks lie; one unless the system's words say more.
  Collective collective = Collective::kAllReduce;
  Bytes message;  ///< The whole buffer of one rank.
  Seconds time;
  std::string source;
};

/// Reads the columns system, chip, n_chips, collective, bytes, latency_us, source; others are left.
/// Throws one InputError with every problem: columns that are missing, unknown collectives, fewer
/// than two chips, sizes and times that are not above zero.
std::vector<CollectiveRow> read_collective_rows(const CsvTable& table);

}  // namespace offtake::measurement
