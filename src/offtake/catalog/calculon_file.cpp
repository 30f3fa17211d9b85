#include "offtake/catalog/calculon_file.hpp"

#include <string>

#include "offtake/catalog/efficiency_curve_file.hpp"
#include "offtake/catalog/sourced_figure.hpp"

namespace offtake::catalog {
namespace {

using hardware::CalculonFigures;
using hardware::EfficiencyCurve;

template <class Q>
EfficiencyCurve read_curve(const yaml::Value& list, std::string_view example) {
  auto curve = read_efficiency_curve<Q>(list, example);
  return curve ? *std::move(curve) : EfficiencyCurve({{.size_min = 0.0, .fraction = 1.0}});
}

CalculonFigures::Traffic read_traffic(const yaml::ObjectReader& file) {
  const CalculonFigures::Traffic traffic{.per_byte = file.number("/per_byte", "1.5"),
                                         .own_share = file.number("/own_share", "1")};
  if (traffic.per_byte <= 0.0 && file.find("/per_byte")) {
    file.at("/per_byte").reject("bytes on the link for each of the buffer, above 0");
  }
  if (traffic.own_share < 0.0 || traffic.own_share > 1.0) {
    file.at("/own_share").reject("a share from 0% to 100%");
  }
  return traffic;
}

CalculonFigures::Network read_network(const yaml::ObjectReader& file) {
  return {.must_be_filled = file.flag("/must_be_filled"),
          .reduce_scatter = read_traffic(file.object("/reduce_scatter")),
          .all_gather = read_traffic(file.object("/all_gather")),
          .all_reduce = read_traffic(file.object("/all_reduce"))};
}

CalculonFigures::HostMemory read_host_memory(const yaml::ObjectReader& file,
                                             yaml::Evidence evidence) {
  CalculonFigures::HostMemory memory{
      .capacity = sourced_positive<Bytes>(file.at("/capacity"), "512 GiB", evidence),
      .bandwidth = sourced_positive<Bandwidth>(file.at("/bandwidth"), "32 GB/s", evidence),
      .by_size = read_curve<Bytes>(file.at("/by_size"), "100 MB")};
  if (memory.bandwidth.value == Bandwidth{} && file.find("/bandwidth")) {
    file.at("/bandwidth").reject("a bandwidth above zero");
  }
  return memory;
}

}  // namespace

CalculonFigures read_calculon_figures(const yaml::ObjectReader& file, yaml::Evidence evidence) {
  return {.vector_by_size = read_curve<Flops>(file.at("/vector_by_size"), "16 GFLOP"),
          .host_memory = read_host_memory(file.object("/host_memory"), evidence),
          .scale_up = read_network(file.object("/scale_up")),
          .scale_out = read_network(file.object("/scale_out"))};
}

}  // namespace offtake::catalog
