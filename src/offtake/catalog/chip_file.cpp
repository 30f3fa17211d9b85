#include "offtake/catalog/chip_file.hpp"

#include <utility>

#include "offtake/catalog/entry_notes.hpp"
#include "offtake/catalog/sourced_figure.hpp"

namespace offtake::catalog {
namespace {

using hardware::NumericFormat;

hardware::FormatTable<Sourced<ComputeRate>> read_peaks(const yaml::ObjectReader& file,
                                                       yaml::Evidence evidence) {
  hardware::FormatTable<Sourced<ComputeRate>> peaks;
  const yaml::ObjectReader table = file.object("/compute_peak");
  bool any = false;
  for (const NumericFormat format : hardware::numeric_formats()) {
    const auto peak = table.find("/" + std::string(hardware::name(format)));
    if (!peak) continue;
    any = true;
    peaks.set(format, sourced_positive<ComputeRate>(*peak, "989 TFLOP/s", evidence));
  }
  if (!any) table.self().reject("the rate of at least one format");
  return peaks;
}

template <class Q>
std::optional<Sourced<Q>> optional_figure(const yaml::ObjectReader& file, std::string_view path,
                                          std::string_view example, yaml::Evidence evidence) {
  const auto value = file.find(path);
  if (!value) return std::nullopt;
  return sourced_positive<Q>(*value, example, evidence);
}

}  // namespace

hardware::Chip read_chip(const yaml::ObjectReader& file, std::string id, yaml::Evidence evidence) {
  read_notes(file);
  file.optional<std::string>("/hbm/type");
  hardware::Chip chip;
  chip.id = std::move(id);
  chip.name = file.text("/name");
  chip.vendor = file.text_or("/vendor", "");
  chip.architecture = file.text_or("/architecture", "");
  chip.announced = file.optional<Date>("/announced");
  chip.compute_peak = read_peaks(file, evidence);
  chip.hbm_capacity = sourced_positive<Bytes>(file.at("/hbm/capacity"), "96 GB", evidence);
  chip.hbm_bandwidth = sourced_positive<Bandwidth>(file.at("/hbm/bandwidth"), "2.9 TB/s", evidence);
  chip.vector_compute =
      optional_figure<ComputeRate>(file, "/vector_compute", "67 TFLOP/s", evidence);
  chip.sram = optional_figure<Bytes>(file, "/sram", "50 MiB", evidence);
  chip.power_design = optional_figure<Watts>(file, "/power_design", "700 W", evidence);
  return chip;
}

}  // namespace offtake::catalog
