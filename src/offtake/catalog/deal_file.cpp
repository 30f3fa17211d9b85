#include "offtake/catalog/deal_file.hpp"

#include <array>

#include "offtake/catalog/entry_notes.hpp"

namespace offtake::catalog {
namespace {

constexpr std::array kKinds{
    yaml::Choice{"compute", DealKind::kCompute},
    yaml::Choice{"chips", DealKind::kChips},
    yaml::Choice{"equity", DealKind::kEquity},
    yaml::Choice{"debt", DealKind::kDebt},
    yaml::Choice{"vendor_financing", DealKind::kVendorFinancing},
    yaml::Choice{"warrant", DealKind::kWarrant},
    yaml::Choice{"guarantee", DealKind::kGuarantee},
    yaml::Choice{"lease", DealKind::kLease},
    yaml::Choice{"build", DealKind::kBuild},
    yaml::Choice{"revenue_share", DealKind::kRevenueShare},
    yaml::Choice{"joint_venture", DealKind::kJointVenture},
    yaml::Choice{"merger", DealKind::kMerger},
    yaml::Choice{"registration", DealKind::kRegistration},
};

constexpr std::array kFirmness{
    yaml::Choice{"closed", Firmness::kClosed},
    yaml::Choice{"binding", Firmness::kBinding},
    yaml::Choice{"first_tranche", Firmness::kFirstTranche},
    yaml::Choice{"option", Firmness::kOption},
    yaml::Choice{"cancellable", Firmness::kCancellable},
    yaml::Choice{"contingent", Firmness::kContingent},
    yaml::Choice{"letter", Firmness::kLetter},
    yaml::Choice{"announced", Firmness::kAnnounced},
    yaml::Choice{"reported", Firmness::kReported},
    yaml::Choice{"talks", Firmness::kTalks},
    yaml::Choice{"abandoned", Firmness::kAbandoned},
};

DealLeg read_leg(const yaml::ObjectReader& row, const std::string& group) {
  DealLeg leg;
  leg.id = row.text("/id");
  leg.group = group;
  leg.date = row.date("/date");
  leg.kind = row.choice("/kind", kKinds);
  leg.payer = row.text("/payer");
  leg.payee = row.text("/payee");
  leg.payer_as_named = row.text_or("/payer_as_named", "");
  leg.payee_as_named = row.text_or("/payee_as_named", "");
  leg.amount = row.optional<Dollars>("/amount", "38e9 USD");
  leg.amount_note = row.text_or("/amount_note", "");
  leg.power = row.optional<Watts>("/power", "4.5 GW");
  leg.hardware = row.text_or("/hardware", "");
  leg.start = row.text_or("/start", "");
  leg.term = row.optional<Seconds>("/term", "7 years");
  leg.conditions = row.text_or("/conditions", "");
  leg.firmness = row.choice("/firmness", kFirmness);
  leg.estimate = row.flag_or("/estimate", false);
  leg.source = row.text("/source");
  leg.note = read_notes(row).note;
  for (const yaml::Value& item : row.list("/later")) {
    const yaml::ObjectReader event = item.object();
    leg.later.push_back({event.date("/date"), event.text("/what"), event.text_or("/note", "")});
  }
  return leg;
}

}  // namespace

std::vector<DealLeg> read_deal(const yaml::ObjectReader& file, const std::string& group) {
  std::vector<DealLeg> legs;
  for (const yaml::Value& row : file.at("/legs").list()) {
    legs.push_back(read_leg(row.object(), group));
  }
  return legs;
}

DealLeg as_known_on(DealLeg leg, Date day) {
  std::erase_if(leg.later, [day](const LaterEvent& event) { return day < event.date; });
  return leg;
}

}  // namespace offtake::catalog
