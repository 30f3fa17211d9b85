#include "offtake/book/read_figure.hpp"
#include "offtake/book/reading_state.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::book {
namespace {

using namespace literals;
using contract::ContractKind;
using contract::DeliveryReading;
using yaml::ObjectReader;
using yaml::Value;

/// What holds for a contract that does not say.
struct Defaults {
  double step_down;
  Seconds cure;
};

Defaults read_defaults(const ReadingState& state) {
  const auto readings = state.root.find("/readings");
  if (!readings) return {0.4, 30.0_days};
  const ObjectReader fields = readings->object();
  return {share_or(fields, "/step_down", 0.4),
          figure_or<Seconds>(fields, "/cure", "30 days", 30.0_days)};
}

DeliveryReading usual_delivery(ContractKind kind) {
  return kind == ContractKind::kSpendCommitment ? DeliveryReading::kCurrentPricePerformance
                                                : DeliveryReading::kNamedSystem;
}

/// The bills at `path`, which sum to the commitment: one that is moved takes them along.
std::map<int, Dollars> read_pay(const ObjectReader& fields, std::string_view path,
                                const contract::Contract& of, const ReadingState& state) {
  const auto value = fields.find(path);
  if (!value) return {};
  auto pay = by_year<Dollars>(*value, "8e9 USD");
  fit_to_total(pay, of.commitment, state.moved("/contracts/" + of.name + "/commitment"), *value);
  return pay;
}

contract::NextSystem read_next_system(const ObjectReader& fields, ReadingState& state) {
  return {.system = state.catalog_id(CatalogReference::Kind::kSystem, fields.at("/system")),
          .from = fields.month("/from"),
          .share = share_at(fields, "/share"),
          .price = figure_if_given<ChipPrice>(fields, "/price", "3.4 USD/chip/h")};
}

contract::Contract read_contract(const ObjectReader& fields, const Defaults& defaults,
                                 ReadingState& state) {
  contract::Contract signed_contract;
  contract::Contract& c = signed_contract;
  c.name = state.names.define(NameKind::kContract, fields.at("/name"));
  c.supplier = state.names.refer({NameKind::kSupplier}, fields.at("/supplier"));
  c.system = state.catalog_id(CatalogReference::Kind::kSystem, fields.at("/system"));
  c.kind =
      fields.choice<ContractKind>("/kind", {{"take_or_pay", ContractKind::kTakeOrPay},
                                            {"spend_commitment", ContractKind::kSpendCommitment},
                                            {"first_tranche", ContractKind::kFirstTranche}});
  c.delivery = usual_delivery(c.kind);
  if (fields.find("/delivery")) {
    c.delivery = fields.choice<DeliveryReading>(
        "/delivery", {{"current_price_performance", DeliveryReading::kCurrentPricePerformance},
                      {"delivery_year", DeliveryReading::kDeliveryYear},
                      {"named_system", DeliveryReading::kNamedSystem}});
  }
  c.commitment = figure_at<Dollars>(fields, "/commitment", "38e9 USD");
  c.price = figure_if_given<ChipPrice>(fields, "/price", "3.20 USD/chip/h");
  if (c.delivery == DeliveryReading::kNamedSystem && !c.price) {
    fields.at("/price").reject("a price, since its delivery is read as chips of the named system");
  }
  c.power = figure_if_given<Watts>(fields, "/power", "4.5 GW");
  c.term = figure_if_given<Seconds>(fields, "/term", "5 years");
  if (!fields.find("/pay")) fields.at("/pay").reject("bills by calendar year");
  c.pay = read_pay(fields, "/pay", c, state);
  c.pay_alternative = read_pay(fields, "/pay_alternative", c, state);
  c.firm_share = share_or(fields, "/firm_share", 1.0);
  c.step_down = share_or(fields, "/step_down", defaults.step_down);
  c.cure = figure_or<Seconds>(fields, "/cure", "30 days", defaults.cure);
  c.port = read_port(fields, state);
  if (const auto next = fields.find("/next_system")) {
    c.next_system = read_next_system(next->object(), state);
  }
  for (const Value& workload : fields.list("/workloads")) {
    c.workloads.push_back(state.names.refer({NameKind::kWorkload}, workload));
  }
  c.slip_in_pay = figure_or<Seconds>(fields, "/slip_in_pay", "5 months", Seconds{}).in(1.0_months);
  c.late_site_defers_bill = fields.flag_or("/late_site_defers_bill", true);
  c.group_deal = fields.text_or("/group_deal", "");
  return signed_contract;
}

}  // namespace

std::optional<contract::Port> read_port(const ObjectReader& owner, ReadingState& state) {
  const auto value = owner.find("/port");
  if (!value) return std::nullopt;
  const ObjectReader fields = value->object();
  contract::Port port;
  port.cost = figure_at<Dollars>(fields, "/cost", "150e6 USD");
  port.time = figure_at<Seconds>(fields, "/time", "7 months");
  port.success = share_at(fields, "/success");
  port.shared_with = fields.text_or("/shared_with", "");
  for (const auto& entry : fields.entries("/workloads")) {
    const std::string workload = state.names.refer({NameKind::kWorkload}, entry.key);
    port.workloads[workload] = read_figure<double>(entry.value, "70%");
  }
  return port;
}

std::vector<contract::Contract> read_contracts(ReadingState& state) {
  const Defaults defaults = read_defaults(state);
  std::vector<contract::Contract> contracts;
  for (const Value& item : state.root.list("/contracts")) {
    contracts.push_back(read_contract(item.object(), defaults, state));
  }
  return contracts;
}

std::vector<contract::Supplier> read_suppliers(ReadingState& state) {
  const bool has_parties = !state.root.entries("/parties").empty();
  std::vector<contract::Supplier> suppliers;
  for (const auto& entry : state.root.entries("/suppliers")) {
    const ObjectReader fields = entry.value.object();
    contract::Supplier supplier;
    supplier.name = state.names.define(NameKind::kSupplier, entry.key);
    supplier.party = supplier.name;
    if (has_parties) {
      const auto party = fields.find("/party");
      supplier.party = state.names.refer({NameKind::kParty}, party ? *party : entry.key);
    }
    supplier.share_max = share_or(fields, "/share_max", 1.0);
    supplier.discount_negotiated = share_or(fields, "/discount_negotiated", 0.0);
    supplier.hazard = share_or(fields, "/hazard", 0.0);
    supplier.credit = fields.text_or("/credit", "");
    if (const auto must = fields.find("/must_serve")) {
      supplier.must_serve = contract::MustServe{
          state.names.refer({NameKind::kWorkload}, must->object().at("/workload")),
          share_at(must->object(), "/share_min")};
    }
    suppliers.push_back(std::move(supplier));
  }
  return suppliers;
}

}  // namespace offtake::book
