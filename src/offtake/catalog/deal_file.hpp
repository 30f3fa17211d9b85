#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

enum class DealKind {
  kCompute,
  kChips,
  kEquity,
  kDebt,
  kVendorFinancing,
  kWarrant,
  kGuarantee,
  kLease,
  kBuild,
  kRevenueShare,
  kJointVenture,
  kMerger,
  kRegistration,
};

/// How much of a leg a court or a cash account would confirm, on its day.
enum class Firmness {
  kClosed,        ///< The money has moved.
  kBinding,       ///< Signed; take or pay, or like.
  kFirstTranche,  ///< The binding first part of a larger frame.
  kOption,        ///< The right to more, not a duty.
  kCancellable,   ///< Signed; either side may end it on notice.
  kContingent,    ///< Due only if an event or a milestone comes.
  kLetter,        ///< A letter of intent.
  kAnnounced,     ///< Said in public by a side, without a contract that is known.
  kReported,      ///< Said by the press or an analyst only.
  kTalks,
  kAbandoned,
};

/// What became of a leg after its day.
struct LaterEvent {
  Date date;
  std::string what;  ///< "amended", "superseded".
  std::string note;
};

/// One leg of a deal: one thing that one side owes the other. Legs of one deal share a group.
struct DealLeg {
  std::string id;
  std::string group;
  Date date;
  DealKind kind = DealKind::kCompute;
  std::string payer;  ///< A party's id; of a guarantee or warrant, who gives it.
  std::string payee;
  std::string payer_as_named;  ///< By the source, where that says more.
  std::string payee_as_named;
  std::optional<Dollars> amount;
  std::string amount_note;
  std::optional<Watts> power;
  std::string hardware;
  std::string start;  ///< As the source says: "2026-H2".
  std::optional<Seconds> term;
  std::string conditions;
  Firmness firmness = Firmness::kBinding;
  bool estimate = false;  ///< The amount is the press's or ours.
  std::string source;
  std::string note;
  std::vector<LaterEvent> later;
};

/// Reads a file of legs, whose group is the file's id; its problems stay with the reader.
std::vector<DealLeg> read_deal(const yaml::ObjectReader& file, const std::string& group);

/// The leg as it was known on `day`: without what came later.
DealLeg as_known_on(DealLeg leg, Date day);

}  // namespace offtake::catalog
