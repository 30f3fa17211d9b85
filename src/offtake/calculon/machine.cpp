#include "offtake/calculon/machine.hpp"

#include <cstddef>

#include "offtake/base/expects.hpp"
#include "offtake/hardware/numeric_format.hpp"

namespace offtake::calculon {
namespace {

struct Wires {
  const hardware::InterconnectDomain& domain;
  const hardware::CalculonFigures::Network& figures;
  double sustained;  ///< Share of the domain's bandwidth.
};

Network network_of(const Wires& wires) {
  return {.chips = wires.domain.chips,
          .sustained = wires.domain.bandwidth.value * wires.sustained,
          .latency = wires.domain.latency.value,
          .compute_share = wires.domain.compute_share.value,
          .must_be_filled = wires.figures.must_be_filled,
          .traffic = {wires.figures.reduce_scatter, wires.figures.all_gather,
                      wires.figures.all_reduce}};
}

}  // namespace

Seconds Engine::time(Flops work) const {
  if (work == Flops{}) return {};
  return work / (peak * efficiency.at(work.base_units()));
}

Seconds Store::time(Bytes moved) const {
  if (moved == Bytes{}) return {};
  return moved / (bandwidth * efficiency.at(moved.base_units()));
}

Seconds Network::time(Collective collective, Bytes buffer, int ranks) const {
  expects(ranks >= 2, "a collective has two ranks or more");
  const Traffic& on_link = traffic[static_cast<std::size_t>(collective)];
  const Bytes moved = buffer * on_link.per_byte * (1.0 - on_link.own_share / ranks);
  return latency + moved / sustained;
}

Seconds Network::time(Bytes message) const { return latency + message / sustained; }

std::expected<Machine, std::string> machine_of(const hardware::System& system) {
  constexpr auto kFormat = hardware::NumericFormat::kFp16;
  const hardware::SustainedFractions& sustained = system.training.sustained;
  const auto* peak = system.chip.compute_peak.find(kFormat);
  const auto* gemm = sustained.gemm.find(kFormat);
  if (!system.calculon) return std::unexpected("has no section \"calculon\"");
  if (!system.scale_out) return std::unexpected("has no network between its scale-up domains");
  if (peak == nullptr || gemm == nullptr) return std::unexpected("has no rate of fp16 products");
  if (!system.chip.vector_compute) return std::unexpected("has no rate of vector operations");
  if (!sustained.gemm_by_size || !sustained.hbm_by_size) {
    return std::unexpected("has no efficiencies by the size of an operation");
  }
  const hardware::CalculonFigures& figures = *system.calculon;
  return Machine{.matrix = {peak->value * gemm->value, *sustained.gemm_by_size},
                 .vector = {system.chip.vector_compute->value, figures.vector_by_size},
                 .memory = {system.chip.hbm_capacity.value,
                            system.chip.hbm_bandwidth.value * sustained.hbm_weights.value,
                            *sustained.hbm_by_size},
                 .host_memory = {figures.host_memory.capacity.value,
                                 figures.host_memory.bandwidth.value, figures.host_memory.by_size},
                 .networks = {network_of({system.scale_up, figures.scale_up,
                                          sustained.collective_scale_up.value}),
                              network_of({*system.scale_out, figures.scale_out,
                                          sustained.collective_scale_out.value})}};
}

}  // namespace offtake::calculon
