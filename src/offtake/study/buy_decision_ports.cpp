#include "offtake/study/buy_decision_steps.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

void add_port(CaseDraft& draft, const std::string& system,
              const std::optional<contract::Port>& port) {
  if (!port) return;
  const std::string family = port_family(system, *port);
  if (draft.ports.contains(family)) return;
  const int lever = draft.add_lever(
      {.name = "port to " + family, .kind = plan::LeverKind::kPort, .max = 1.0, .whole = true},
      family);
  draft.ports[family] = {lever, port->time.in(1.0_months)};
  for (std::size_t s = 0; s < draft.count(); ++s) {
    plan::LeverEffect& effect = draft.effect(s, lever);
    effect.bill.assign(draft.periods(), 0.0);
    effect.bill.front() = draft.money(port->cost.base_units());
    effect.capacity = draft.calendar.means([&](int m) { return draft.usable(family, s, m); });
  }
}

}  // namespace

void add_ports(CaseDraft& draft) {
  for (const auto& contract : draft.book.contracts) add_port(draft, contract.system, contract.port);
  for (const auto& offer : draft.book.offers) add_port(draft, offer.system, offer.port);
  for (const auto& option : draft.book.options_held) add_port(draft, option.system, option.port);
}

}  // namespace offtake::study
