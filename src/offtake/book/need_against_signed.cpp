#include "offtake/book/need_against_signed.hpp"

#include <map>

#include "offtake/demand/base_path.hpp"

namespace offtake::book {

const std::map<int, Dollars>& bills_of(const contract::Contract& contract,
                                       const Readings& readings) {
  const bool alternative =
      readings.bill_shape == BillShape::kPayAlternative && !contract.pay_alternative.empty();
  return alternative ? contract.pay_alternative : contract.pay;
}

std::vector<NeedAndSigned> need_against_signed(const Book& book) {
  std::map<int, NeedAndSigned> rows;
  const demand::ComputeNeed need = demand::base_need(book.demand, book.reference_chip,
                                                     book.horizon.start, book.horizon.months());
  for (const auto& [year, part] : need.inference) rows[year].inference = part;
  for (const auto& [year, part] : need.research) rows[year].research = part;
  for (const contract::Contract& contract : book.contracts) {
    for (const auto& [year, bill] : bills_of(contract, book.readings)) {
      rows[year].signed_bills += bill;
    }
  }
  std::vector<NeedAndSigned> table;
  for (auto& [year, row] : rows) {
    row.year = year;
    row.in_horizon = Month(year, 12) >= book.horizon.start && Month(year, 1) < book.horizon.end();
    table.push_back(row);
  }
  return table;
}

}  // namespace offtake::book
