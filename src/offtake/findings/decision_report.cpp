#include "offtake/findings/decision_report.hpp"

#include "offtake/base/expects.hpp"
#include "offtake/findings/access_findings.hpp"
#include "offtake/findings/answer_findings.hpp"
#include "offtake/findings/assumption_findings.hpp"
#include "offtake/findings/cash_findings.hpp"
#include "offtake/findings/check_findings.hpp"
#include "offtake/findings/default_findings.hpp"
#include "offtake/findings/obligation_findings.hpp"
#include "offtake/findings/purchase_findings.hpp"
#include "offtake/findings/reading_findings.hpp"
#include "offtake/findings/robustness_findings.hpp"
#include "offtake/study/envelope.hpp"

namespace offtake::findings {
namespace {

void add_stress(const book::Book& book, const stress::StressAnswer& stress,
                report::ReportDocument& document) {
  document.cash = cash_section(book, stress);
  document.defaults = default_section(book, stress);
  document.raise = raise_section(book, stress);
  document.funding_rules = funding_rule_section(stress);
  document.commitments = commitment_section(stress);
  document.obligations = obligation_section(book, stress);
  document.party_losses = party_loss_section(book, stress);
  document.tornadoes.push_back(raise_tornado(stress));
}

}  // namespace

report::ReportDocument decision_report(const DecisionResults& results) {
  expects(results.book != nullptr && results.yields != nullptr && results.decision != nullptr,
          "a report needs a book, yields and a plan");
  const book::Book& book = *results.book;
  const study::BuyDecision& decision = *results.decision;
  report::ReportDocument document;
  document.header = header(book, decision);
  document.answer = answer_rows(book, decision, results.access, results.stress);
  document.contracts = contract_section(book, decision);
  if (results.access != nullptr && !results.access->readings.empty()) {
    document.access = access_section(book, *results.access);
  }
  document.fleet = fleet_section(book, decision);
  if (!book.contracts.empty()) document.need = need_section(book, decision);
  document.token_cost = token_cost_section(book, *results.yields);
  document.cost_risk = cost_risk_section(decision);
  document.robustness = robustness_tables(decision);
  if (results.sensitivity != nullptr) {
    document.tornadoes.push_back(plan_tornado(*results.sensitivity, results.readings));
    document.assumptions = assumption_section(book, *results.yields, *results.sensitivity);
  }
  if (results.readings != nullptr && !results.readings->effects.empty()) {
    document.readings = reading_section(*results.readings);
  }
  if (results.stress != nullptr) add_stress(book, *results.stress, document);
  document.checks =
      check_section(book, study::envelope_figures(book, *results.yields, decision, results.stress));
  document.notes = left_out_notes(book);
  document.run = results.run;
  return document;
}

}  // namespace offtake::findings
