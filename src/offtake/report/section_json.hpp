#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "offtake/report/report_document.hpp"

/// What is absent is null.
template <class Value>
struct nlohmann::adl_serializer<std::optional<Value>> {
  template <class BasicJson>
  static void to_json(BasicJson& json, const std::optional<Value>& value) {
    if (value) {
      json = *value;
    } else {
      json = nullptr;
    }
  }
};

namespace offtake::report {

/// The parts of the document as JSON, found by the library through their names.
using Json = nlohmann::ordered_json;

void to_json(Json& json, const Interval& x);
void to_json(Json& json, const Estimate& x);
void to_json(Json& json, const FigureText& x);
void to_json(Json& json, const TimeSteps& x);
void to_json(Json& json, const ContractSection& x);
void to_json(Json& json, const AccessSection& x);
void to_json(Json& json, const FleetSection& x);
void to_json(Json& json, const NeedSection& x);
void to_json(Json& json, const TokenCostSection& x);
void to_json(Json& json, const CostRiskSection& x);
void to_json(Json& json, const CommitmentSection& x);
void to_json(Json& json, const CashSection& x);
void to_json(Json& json, const RaiseSection& x);
void to_json(Json& json, const FundingRuleSection& x);
void to_json(Json& json, const DefaultSection& x);
void to_json(Json& json, const PartyLossSection& x);
void to_json(Json& json, const ReadingSection& x);
void to_json(Json& json, const TableSection& x);
void to_json(Json& json, const ObligationSection& x);
void to_json(Json& json, const ReplaySection& x);
void to_json(Json& json, const TrainingSection& x);
void to_json(Json& json, const ValidationSection& x);

}  // namespace offtake::report
